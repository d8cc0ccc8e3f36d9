#include "licence/claims.h"

#include <string.h>

#include "base/cbor.h"
#include "base/error.h"
#include "crypto/digest.h"

#define CLAIM_IAT     6      /* RFC 8392 section 3.1.6 */
#define CLAIM_LICENCE -65537 /* private use */
#define PROFILE       1
#define CODE_BYTES    11
#define ITEM_BYTES    (REG_ITEM_MAX / 8 + 1)

static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/* ---- code --------------------------------------------------------------------------------------------------------- */

static int code_value(char c)
{
    const char *at = c == '\0' ? NULL : strchr(alphabet, c);

    return at == NULL ? -1 : (int)(at - alphabet);
}

/* Character 18 of a credit code as it follows from the first 17 (GB 32100-2015 section 5.4). */
static char check_character(const char *code)
{
    unsigned sum = 0, weight = 1;

    for (size_t i = 0; i < REG_CODE_LEN - 1; i++) {
        sum += weight * (unsigned)code_value(code[i]);
        weight = weight * 3 % 31;
    }
    return alphabet[(31 - sum % 31) % 31];
}

static void code_pack(const char *code, uint8_t ret[CODE_BYTES])
{
    memset(ret, 0, CODE_BYTES);
    for (size_t i = 0; i < REG_CODE_LEN - 1; i++) {
        unsigned carry = (unsigned)code_value(code[i]);

        for (size_t j = CODE_BYTES; j-- > 0;) {
            carry += ret[j] * 31u;
            ret[j] = (uint8_t)carry;
            carry >>= 8;
        }
    }
}

/* False where the number has more than 17 digits of base 31. */
static bool code_unpack(const uint8_t bytes[CODE_BYTES], char ret[REG_CODE_LEN + 1])
{
    uint8_t number[CODE_BYTES];
    unsigned left = 0;

    memcpy(number, bytes, CODE_BYTES);
    for (size_t i = REG_CODE_LEN - 1; i-- > 0;) {
        unsigned rest = 0;

        for (size_t j = 0; j < CODE_BYTES; j++) {
            rest = rest << 8 | number[j];
            number[j] = (uint8_t)(rest / 31);
            rest %= 31;
        }
        ret[i] = alphabet[rest];
    }
    for (size_t j = 0; j < CODE_BYTES; j++)
        left |= number[j];
    ret[REG_CODE_LEN - 1] = check_character(ret);
    ret[REG_CODE_LEN] = '\0';
    return left == 0;
}

static bool code_spelt(const char *code)
{
    for (size_t i = 0; i < REG_CODE_LEN; i++)
        if (code_value(code[i]) < 0)
            return false;
    return true;
}

static void put_code(struct reg_buf *buf, const struct reg_claims *claims)
{
    uint8_t packed[CODE_BYTES];

    if (!code_spelt(claims->code) || claims->code[REG_CODE_LEN - 1] != check_character(claims->code)) {
        reg_cbor_put_text(buf, (struct reg_bytes){(const uint8_t *)claims->code, strlen(claims->code)});
        return;
    }
    code_pack(claims->code, packed);
    reg_cbor_put_bytes(buf, (struct reg_bytes){packed, sizeof packed});
}

static bool get_code(struct reg_cursor *at, struct reg_claims *claims)
{
    struct reg_bytes bytes;

    if (reg_cbor_get_bytes(at, &bytes))
        return bytes.len == CODE_BYTES && code_unpack(bytes.data, claims->code);
    /* As text only a legacy code, whose check character does not follow. */
    if (!reg_cbor_get_text(at, &bytes) || bytes.len != REG_CODE_LEN)
        return false;
    memcpy(claims->code, bytes.data, REG_CODE_LEN);
    claims->code[REG_CODE_LEN] = '\0';
    return code_spelt(claims->code) && claims->code[REG_CODE_LEN - 1] != check_character(claims->code);
}

/* ---- numbers and dates -------------------------------------------------------------------------------------------- */

static bool get_u32(struct reg_cursor *at, uint32_t min, uint32_t max, uint32_t *ret)
{
    uint64_t value;

    if (!reg_cbor_get_uint(at, &value) || value < min || value > max)
        return false;
    *ret = (uint32_t)value;
    return true;
}

static bool get_day(struct reg_cursor *at, int32_t *ret)
{
    int64_t value;

    if (!reg_cbor_get_int(at, &value) || value < REG_CLAIMS_DAY_MIN || value > REG_CLAIMS_DAY_MAX)
        return false;
    *ret = (int32_t)value;
    return true;
}

static void put_profile(struct reg_buf *buf, const struct reg_claims *claims)
{
    (void)claims;
    reg_cbor_put_uint(buf, PROFILE);
}

static bool get_profile(struct reg_cursor *at, struct reg_claims *claims)
{
    uint32_t profile;

    (void)claims;
    return get_u32(at, PROFILE, PROFILE, &profile);
}

static void put_serial(struct reg_buf *buf, const struct reg_claims *claims)
{
    reg_cbor_put_uint(buf, claims->serial);
}

static bool get_serial(struct reg_cursor *at, struct reg_claims *claims)
{
    return reg_cbor_get_uint(at, &claims->serial);
}

static void put_version(struct reg_buf *buf, const struct reg_claims *claims)
{
    reg_cbor_put_uint(buf, claims->version);
}

static bool get_version(struct reg_cursor *at, struct reg_claims *claims)
{
    return get_u32(at, 1, UINT32_MAX, &claims->version);
}

static void put_established(struct reg_buf *buf, const struct reg_claims *claims)
{
    reg_cbor_put_int(buf, claims->established);
}

static bool get_established(struct reg_cursor *at, struct reg_claims *claims)
{
    return get_day(at, &claims->established);
}

static void put_from(struct reg_buf *buf, const struct reg_claims *claims)
{
    if (claims->has_from && claims->from != claims->established)
        reg_cbor_put_int(buf, claims->from);
    else
        reg_cbor_put_null(buf);
}

static bool get_from(struct reg_cursor *at, struct reg_claims *claims)
{
    claims->has_from = !reg_cbor_get_null(at);
    return !claims->has_from || (get_day(at, &claims->from) && claims->from != claims->established);
}

static void put_to(struct reg_buf *buf, const struct reg_claims *claims)
{
    if (claims->has_to)
        reg_cbor_put_int(buf, claims->to);
    else
        reg_cbor_put_null(buf);
}

static bool get_to(struct reg_cursor *at, struct reg_claims *claims)
{
    claims->has_to = !reg_cbor_get_null(at);
    return !claims->has_to || get_day(at, &claims->to);
}

static void put_authority(struct reg_buf *buf, const struct reg_claims *claims)
{
    reg_cbor_put_uint(buf, claims->authority);
}

static bool get_authority(struct reg_cursor *at, struct reg_claims *claims)
{
    return get_u32(at, 100000, 999999, &claims->authority);
}

static void put_catalogue(struct reg_buf *buf, const struct reg_claims *claims)
{
    reg_cbor_put_uint(buf, claims->catalogue);
}

static bool get_catalogue(struct reg_cursor *at, struct reg_claims *claims)
{
    return get_u32(at, 0, UINT32_MAX, &claims->catalogue);
}

/* ---- texts -------------------------------------------------------------------------------------------------------- */

static void put_name(struct reg_buf *buf, const struct reg_claims *claims)
{
    reg_cbor_put_text(buf, claims->name);
}

static bool get_name(struct reg_cursor *at, struct reg_claims *claims)
{
    return reg_cbor_get_text(at, &claims->name);
}

static void put_representative(struct reg_buf *buf, const struct reg_claims *claims)
{
    reg_cbor_put_text(buf, claims->representative);
}

static bool get_representative(struct reg_cursor *at, struct reg_claims *claims)
{
    return reg_cbor_get_text(at, &claims->representative);
}

/* ---- type, capital, items, digest --------------------------------------------------------------------------------- */

static void put_type(struct reg_buf *buf, const struct reg_claims *claims)
{
    if (claims->composition != 0)
        reg_cbor_put_array(buf, 2);
    reg_cbor_put_uint(buf, claims->type);
    if (claims->composition != 0)
        reg_cbor_put_uint(buf, claims->composition);
}

static bool get_type(struct reg_cursor *at, struct reg_claims *claims)
{
    uint64_t count = 0;

    if (reg_cbor_peek(at) == REG_CBOR_ARRAY && (!reg_cbor_get_array(at, &count) || count != 2))
        return false;
    return get_u32(at, 1000, 9999, &claims->type) && (count == 0 || get_u32(at, 1, 2, &claims->composition));
}

/* Whole ten thousands of CNY go as their number alone. */
static bool capital_is_short(const struct reg_claims *claims)
{
    return claims->currency == REG_CURRENCY_CNY && claims->exponent == 2 && claims->minor % REG_TEN_THOUSAND_CNY == 0;
}

static void put_capital(struct reg_buf *buf, const struct reg_claims *claims)
{
    if (!claims->has_capital) {
        reg_cbor_put_null(buf);
    } else if (capital_is_short(claims)) {
        reg_cbor_put_uint(buf, claims->minor / REG_TEN_THOUSAND_CNY);
    } else {
        reg_cbor_put_array(buf, 3);
        reg_cbor_put_uint(buf, claims->minor);
        reg_cbor_put_uint(buf, claims->currency);
        reg_cbor_put_uint(buf, claims->exponent);
    }
}

static bool get_capital(struct reg_cursor *at, struct reg_claims *claims)
{
    uint64_t value;

    if (reg_cbor_get_null(at))
        return true;
    claims->has_capital = true;
    if (reg_cbor_get_uint(at, &value)) {
        claims->minor = value * REG_TEN_THOUSAND_CNY;
        claims->currency = REG_CURRENCY_CNY;
        claims->exponent = 2;
        return value <= UINT64_MAX / REG_TEN_THOUSAND_CNY;
    }
    if (!reg_cbor_get_array(at, &value) || value != 3 || !reg_cbor_get_uint(at, &claims->minor) ||
        !get_u32(at, 1, 999, &claims->currency) || !get_u32(at, 0, 4, &claims->exponent))
        return false;
    /* ISO 4217 gives CNY two decimals; another exponent would be a second way to say the same. */
    return (claims->currency != REG_CURRENCY_CNY || claims->exponent == 2) && !capital_is_short(claims);
}

static void put_items(struct reg_buf *buf, const struct reg_claims *claims)
{
    uint8_t bytes[ITEM_BYTES] = {0};
    size_t len = 0;

    for (unsigned item = reg_item_set_next(&claims->items, 0); item != 0; item = reg_item_set_next(&claims->items, item)) {
        bytes[(item - 1) / 8] |= (uint8_t)(1u << (item - 1) % 8);
        len = (item - 1) / 8 + 1;
    }
    if (len <= sizeof(uint64_t))
        reg_cbor_put_uint(buf, claims->items.words[0]);
    else
        reg_cbor_put_bytes(buf, (struct reg_bytes){bytes, len});
}

static bool get_items(struct reg_cursor *at, struct reg_claims *claims)
{
    struct reg_bytes bytes;

    if (reg_cbor_get_uint(at, &claims->items.words[0]))
        return true;
    if (!reg_cbor_get_bytes(at, &bytes) || bytes.len <= sizeof(uint64_t) || bytes.len > ITEM_BYTES ||
        bytes.data[bytes.len - 1] == 0)
        return false;
    for (size_t i = 0; i < bytes.len; i++)
        claims->items.words[i / 8] |= (uint64_t)bytes.data[i] << i % 8 * 8;
    /* The last bit of the last word would be item 1024. */
    return claims->items.words[REG_ITEM_MAX / 64] >> REG_ITEM_MAX % 64 == 0;
}

static void put_digest(struct reg_buf *buf, const struct reg_claims *claims)
{
    reg_cbor_put_bytes(buf, (struct reg_bytes){claims->digest, sizeof claims->digest});
}

static bool get_digest(struct reg_cursor *at, struct reg_claims *claims)
{
    struct reg_bytes bytes;

    if (!reg_cbor_get_bytes(at, &bytes) || bytes.len != sizeof claims->digest)
        return false;
    memcpy(claims->digest, bytes.data, sizeof claims->digest);
    return true;
}

/* ---- the whole ---------------------------------------------------------------------------------------------------- */

/* The array `licence` of docs/credential.cddl, in its order. */
static const struct {
    const char *name;
    void (*put)(struct reg_buf *buf, const struct reg_claims *claims);
    bool (*get)(struct reg_cursor *at, struct reg_claims *claims);
} fields[] = {
    {"profile", put_profile, get_profile},
    {"code", put_code, get_code},
    {"serial", put_serial, get_serial},
    {"version", put_version, get_version},
    {"name", put_name, get_name},
    {"type", put_type, get_type},
    {"representative", put_representative, get_representative},
    {"capital", put_capital, get_capital},
    {"established", put_established, get_established},
    {"from", put_from, get_from},
    {"to", put_to, get_to},
    {"authority", put_authority, get_authority},
    {"catalogue", put_catalogue, get_catalogue},
    {"items", put_items, get_items},
    {"digest", put_digest, get_digest},
};

#define FIELDS (sizeof fields / sizeof fields[0])

void reg_claims_encode(const struct reg_claims *claims, struct reg_buf *buf)
{
    reg_cbor_put_map(buf, 2);
    reg_cbor_put_uint(buf, CLAIM_IAT);
    reg_cbor_put_int(buf, claims->iat);
    reg_cbor_put_int(buf, CLAIM_LICENCE);
    reg_cbor_put_array(buf, FIELDS);
    for (size_t i = 0; i < FIELDS; i++)
        fields[i].put(buf, claims);
}

int reg_claims_decode(struct reg_bytes bytes, struct reg_claims *ret, struct reg_error_info *info)
{
    struct reg_cursor at = reg_cursor_of(bytes);
    struct reg_claims claims = {0};
    const char *where = "iat";
    uint64_t count;
    int64_t key;

    if (!reg_cbor_get_map(&at, &count) || count != 2 || !reg_cbor_get_int(&at, &key) || key != CLAIM_IAT ||
        reg_cbor_peek(&at) != REG_CBOR_UINT || !reg_cbor_get_int(&at, &claims.iat))
        goto out;
    where = "licence";
    if (!reg_cbor_get_int(&at, &key) || key != CLAIM_LICENCE || !reg_cbor_get_array(&at, &count) || count != FIELDS)
        goto out;
    for (size_t i = 0; i < FIELDS; i++) {
        where = fields[i].name;
        if (!fields[i].get(&at, &claims))
            goto out;
    }
    where = "end";
    if (at.left != 0)
        goto out;
    *ret = claims;
    return 0;
out:
    return reg_fail(info, REG_ERR_INVALID, "凭证的声明“%s”不合规范",
                    "the credential's claim \"%s\" is not as docs/credential.cddl has it", where);
}

int reg_claims_digest(enum reg_suite suite, struct reg_bytes nonce, struct reg_bytes address, struct reg_bytes scope,
                      uint8_t ret[REG_CLAIMS_DIGEST_LEN])
{
    struct reg_buf buf = REG_BUF_INIT;
    uint8_t digest[REG_DIGEST_LEN];
    struct reg_bytes whole;
    int r;

    reg_cbor_put_array(&buf, 3);
    reg_cbor_put_bytes(&buf, nonce);
    reg_cbor_put_text(&buf, address);
    reg_cbor_put_text(&buf, scope);
    whole = reg_buf_bytes(&buf);
    r = buf.error;
    if (r == 0)
        r = reg_digest(suite, &whole, 1, digest);
    if (r == 0)
        memcpy(ret, digest, REG_CLAIMS_DIGEST_LEN);
    reg_buf_clear(&buf);
    return r;
}
