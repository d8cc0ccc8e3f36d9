/* Making a credential from a licence's public record, and linting what was made. */
#include "licence/credential.h"

#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "licence/claims.h"
#include "licence/cose.h"

static struct reg_bytes bytes_of(const char *text)
{
    return (struct reg_bytes){(const uint8_t *)text, text == NULL ? 0 : strlen(text)};
}

static bool is_empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

static const char *name_of(const reg_pb_licence_record *licence)
{
    return licence->name == NULL ? NULL : licence->name->full;
}

static int digest_of(enum reg_suite suite, const reg_pb_licence_record *licence, uint8_t ret[REG_CLAIMS_DIGEST_LEN])
{
    struct reg_bytes nonce = {licence->credential_nonce.data, licence->credential_nonce.len};

    return reg_claims_digest(suite, nonce, bytes_of(licence->address == NULL ? NULL : licence->address->text),
                             bytes_of(licence->scope), ret);
}

/* ---- making ------------------------------------------------------------------------------------------------------- */

/* CNY is brought to the two decimals of ISO 4217, so that an amount has one encoding; false where that is not exact. */
static bool fill_capital(const reg_pb_money *money, struct reg_claims *claims)
{
    if (money == NULL)
        return true;
    claims->has_capital = true;
    claims->minor = money->minor;
    claims->currency = money->currency;
    claims->exponent = money->exponent;
    if (claims->currency != REG_CURRENCY_CNY || claims->exponent > 4)
        return true;
    for (; claims->exponent < 2; claims->exponent++)
        if (__builtin_mul_overflow(claims->minor, 10, &claims->minor))
            return false;
    for (; claims->exponent > 2; claims->exponent--) {
        if (claims->minor % 10 != 0)
            return false;
        claims->minor /= 10;
    }
    return true;
}

static bool fill_term(const reg_pb_term *term, struct reg_claims *claims)
{
    if (term == NULL)
        return true;
    claims->has_from = !is_empty(term->from);
    claims->has_to = !term->unlimited && !is_empty(term->to);
    return (!claims->has_from || reg_day_parse(term->from, &claims->from)) &&
           (!claims->has_to || reg_day_parse(term->to, &claims->to));
}

static int fill_claims(enum reg_suite suite, const reg_pb_licence_record *licence, const struct reg_item_set *merged,
                       int64_t iat, struct reg_claims *claims)
{
    if (bytes_of(licence->credit_code).len != REG_CODE_LEN || licence->credential_nonce.len != REG_CREDENTIAL_NONCE_LEN ||
        licence->established == NULL || !reg_day_parse(licence->established, &claims->established) ||
        !fill_term(licence->term, claims) || !fill_capital(licence->capital, claims))
        return REG_ERR_INVALID;
    memcpy(claims->code, licence->credit_code, REG_CODE_LEN + 1);
    claims->iat = iat;
    claims->serial = licence->serial;
    claims->version = licence->version;
    claims->name = bytes_of(name_of(licence));
    claims->type = licence->type;
    claims->composition = (uint32_t)licence->composition;
    claims->representative = bytes_of(licence->representative);
    claims->authority = licence->authority;
    claims->catalogue = licence->catalogue_revision;
    claims->items = *merged;
    return digest_of(suite, licence, claims->digest);
}

int reg_credential_make(const struct reg_signer *issuer, const reg_pb_licence_record *licence,
                        const struct reg_item_set *merged, int64_t iat, struct reg_buf *buf)
{
    enum reg_suite suite = reg_public_key_suite(reg_signer_public_key(issuer));
    struct reg_claims claims = {0}, again;
    struct reg_buf payload = REG_BUF_INIT;
    int r;

    r = fill_claims(suite, licence, merged, iat, &claims);
    if (r != 0)
        return r;
    reg_claims_encode(&claims, &payload);
    r = payload.error;
    /* Nothing is signed that the verifier's decoder would refuse. */
    if (r == 0)
        r = reg_claims_decode(reg_buf_bytes(&payload), &again, NULL);
    if (r == 0)
        r = reg_cose_sign(issuer, reg_buf_bytes(&payload), buf);
    reg_buf_clear(&payload);
    return r;
}

/* ---- linting ------------------------------------------------------------------------------------------------------ */

/* What a credential is held against. */
struct subject {
    const reg_pb_licence_record *licence;
    const struct reg_item_set *merged;
    int64_t iat;
    const uint8_t *digest;
};

static bool same_text(struct reg_bytes bytes, const char *text)
{
    struct reg_bytes other = bytes_of(text);

    return bytes.len == other.len && (bytes.len == 0 || memcmp(bytes.data, other.data, bytes.len) == 0);
}

static bool same_day(bool has, int32_t day, const char *text)
{
    char formatted[REG_DAY_TEXT];

    if (!has || is_empty(text))
        return !has && is_empty(text);
    reg_day_format(day, formatted);
    return strcmp(formatted, text) == 0;
}

static bool same_iat(const struct reg_claims *claims, const struct subject *subject)
{
    return claims->iat == subject->iat;
}

static bool same_code(const struct reg_claims *claims, const struct subject *subject)
{
    return same_text(bytes_of(claims->code), subject->licence->credit_code);
}

static bool same_serial(const struct reg_claims *claims, const struct subject *subject)
{
    return claims->serial == subject->licence->serial;
}

static bool same_version(const struct reg_claims *claims, const struct subject *subject)
{
    return claims->version == subject->licence->version;
}

static bool same_name(const struct reg_claims *claims, const struct subject *subject)
{
    return same_text(claims->name, name_of(subject->licence));
}

static bool same_type(const struct reg_claims *claims, const struct subject *subject)
{
    return claims->type == subject->licence->type;
}

static bool same_composition(const struct reg_claims *claims, const struct subject *subject)
{
    return claims->composition == (uint32_t)subject->licence->composition;
}

static bool same_representative(const struct reg_claims *claims, const struct subject *subject)
{
    return same_text(claims->representative, subject->licence->representative);
}

/* The same amount, whatever number of decimals the licence has it in. */
static bool same_capital(const struct reg_claims *claims, const struct subject *subject)
{
    const reg_pb_money *money = subject->licence->capital;
    uint64_t ours = claims->minor, theirs;
    uint32_t exponent = claims->exponent;

    if (money == NULL || !claims->has_capital)
        return money == NULL && !claims->has_capital;
    theirs = money->minor;
    for (; exponent < money->exponent; exponent++)
        if (__builtin_mul_overflow(ours, 10, &ours))
            return false;
    for (uint32_t other = money->exponent; other < exponent; other++)
        if (__builtin_mul_overflow(theirs, 10, &theirs))
            return false;
    return ours == theirs && claims->currency == money->currency;
}

static bool same_established(const struct reg_claims *claims, const struct subject *subject)
{
    return same_day(true, claims->established, subject->licence->established);
}

static bool same_from(const struct reg_claims *claims, const struct subject *subject)
{
    const reg_pb_term *term = subject->licence->term;

    if (term != NULL && !is_empty(term->from) && same_established(claims, subject) &&
        strcmp(term->from, subject->licence->established) == 0)
        return !claims->has_from;
    return same_day(claims->has_from, claims->from, term == NULL ? NULL : term->from);
}

static bool same_to(const struct reg_claims *claims, const struct subject *subject)
{
    const reg_pb_term *term = subject->licence->term;

    return same_day(claims->has_to, claims->to, term == NULL || term->unlimited ? NULL : term->to);
}

static bool same_authority(const struct reg_claims *claims, const struct subject *subject)
{
    return claims->authority == subject->licence->authority;
}

static bool same_catalogue(const struct reg_claims *claims, const struct subject *subject)
{
    return claims->catalogue == subject->licence->catalogue_revision;
}

static bool same_items(const struct reg_claims *claims, const struct subject *subject)
{
    return memcmp(&claims->items, subject->merged, sizeof claims->items) == 0;
}

static bool same_digest(const struct reg_claims *claims, const struct subject *subject)
{
    return memcmp(claims->digest, subject->digest, sizeof claims->digest) == 0;
}

static const struct {
    const char *field;
    bool (*same)(const struct reg_claims *claims, const struct subject *subject);
} checks[] = {
    {"iat", same_iat},
    {"code", same_code},
    {"serial", same_serial},
    {"version", same_version},
    {"name", same_name},
    {"type", same_type},
    {"composition", same_composition},
    {"representative", same_representative},
    {"capital", same_capital},
    {"established", same_established},
    {"from", same_from},
    {"to", same_to},
    {"authority", same_authority},
    {"catalogue", same_catalogue},
    {"items", same_items},
    {"digest", same_digest},
};

int reg_credential_lint(struct reg_bytes credential, const reg_pb_licence_record *licence, const struct reg_item_set *merged,
                        int64_t iat, const struct reg_public_key *key, struct reg_error_info *info)
{
    uint8_t digest[REG_CLAIMS_DIGEST_LEN];
    struct subject subject = {licence, merged, iat, digest};
    struct reg_claims claims;
    struct reg_cose cose;
    int r;

    if (credential.len > REG_CREDENTIAL_MAX)
        return reg_fail(info, REG_ERR_LIMIT, "凭证过长，上限 %d 字节", "the credential is too long; the limit is %d bytes",
                        REG_CREDENTIAL_MAX);
    r = reg_cose_decode(credential, &cose, info);
    if (r == 0)
        r = reg_claims_decode(cose.payload, &claims, info);
    if (r != 0)
        return r == REG_ERR_INVALID ? REG_ERR_CORRUPT : r;
    r = digest_of(cose.suite, licence, digest);
    if (r != 0)
        return r;
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
        if (!checks[i].same(&claims, &subject))
            return reg_fail(info, REG_ERR_CORRUPT, "凭证与执照不符：%s", "the credential differs from the licence in \"%s\"",
                            checks[i].field);
    return key == NULL ? 0 : reg_cose_verify(&cose, key, info);
}
