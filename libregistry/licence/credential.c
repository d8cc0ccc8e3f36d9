#include "licence/credential.h"

#include <stdlib.h>
#include <string.h>

#include "base/cbor.h"
#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "crypto/digest.h"
#include "licence/claims.h"
#include "licence/cose.h"
#include "licence/credential_text.h"

/* Limit of the COSE bytes, and of the text that carries them (digits, scheme and host). */
#define CREDENTIAL_TEXT_MAX (REG_CREDENTIAL_MAX / 7 * 17 + 512)

/* The initial byte of the COSE_Sign1, an array of four; no text starts with it. */
#define COSE_FIRST_BYTE 0x84

struct reg_credential {
    struct reg_data bytes;
    struct reg_cose cose;     /* borrows from bytes */
    struct reg_claims claims; /* borrows from bytes */
};

/* The COSE bytes, from any of the three forms. */
static int take_bytes(struct reg_bytes input, struct reg_buf *buf, struct reg_error_info *info)
{
    struct reg_bytes digits = input;

    if (input.len > CREDENTIAL_TEXT_MAX)
        goto limit;
    if (input.len > 0 && input.data[0] == COSE_FIRST_BYTE) {
        reg_buf_put(buf, input.data, input.len);
    } else {
        bool bare = input.len > 0 && input.data[0] >= '0' && input.data[0] <= '9';
        int r;

        if (!bare && !reg_digits_find(input, &digits))
            return reg_fail(info, REG_ERR_INVALID, "不是凭证：应为 https://<主机>/v/<数字>、纯数字或 COSE 字节",
                            "not a credential: expected https://<host>/v/<digits>, digits, or COSE bytes");
        r = reg_digits_decode(digits, buf, info);
        if (r != 0)
            return r;
    }
    if (buf->len <= REG_CREDENTIAL_MAX)
        return buf->error;
limit:
    return reg_fail(info, REG_ERR_LIMIT, "凭证过长，上限 %d 字节", "the credential is too long; the limit is %d bytes",
                    REG_CREDENTIAL_MAX);
}

int reg_credential_parse(struct reg_bytes text_or_bytes, struct reg_credential **ret_credential, struct reg_error_info *info)
{
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_credential *credential;
    int r;

    credential = calloc(1, sizeof *credential);
    if (credential == NULL)
        return REG_ERR_NOMEM;
    r = take_bytes(text_or_bytes, &buf, info);
    if (r != 0)
        goto out;
    r = reg_buf_finish(&buf, &credential->bytes);
    if (r != 0)
        goto out;
    r = reg_cose_decode(reg_bytes_of(&credential->bytes), &credential->cose, info);
    if (r != 0)
        goto out;
    r = reg_claims_decode(credential->cose.payload, &credential->claims, info);
    if (r != 0)
        goto out;
    *ret_credential = credential;
    credential = NULL;
out:
    reg_buf_clear(&buf);
    reg_credential_free(credential);
    return r;
}

void reg_credential_free(struct reg_credential *credential)
{
    if (credential == NULL)
        return;
    reg_data_clear(&credential->bytes);
    free(credential);
}

struct reg_bytes reg_credential_bytes(const struct reg_credential *credential)
{
    return reg_bytes_of(&credential->bytes);
}

void reg_credential_key_id(const struct reg_credential *credential, uint8_t ret_id[4])
{
    memcpy(ret_id, credential->cose.key_id, sizeof credential->cose.key_id);
}

enum reg_suite reg_credential_suite(const struct reg_credential *credential)
{
    return credential->cose.suite;
}

uint64_t reg_credential_serial(const struct reg_credential *credential)
{
    return credential->claims.serial;
}

const char *reg_credential_code(const struct reg_credential *credential)
{
    return credential->claims.code;
}

int reg_credential_verify(const struct reg_credential *credential, const struct reg_public_key *key,
                          struct reg_error_info *info)
{
    return reg_cose_verify(&credential->cose, key, info);
}

int reg_credential_covers(const struct reg_credential *credential, struct reg_bytes nonce, struct reg_bytes address,
                          struct reg_bytes scope)
{
    uint8_t digest[REG_CLAIMS_DIGEST_LEN];
    int r;

    r = reg_claims_digest(credential->cose.suite, nonce, address, scope, digest);
    if (r != 0)
        return r;
    return reg_secret_equal(digest, credential->claims.digest, sizeof digest) ? 0 : REG_ERR_SIGNATURE;
}

/* Names and addresses with a port: what may stand as <host> without being escaped. */
static bool host_is_plain(const char *host)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:[]";

    return host[0] != '\0' && host[strspn(host, plain)] == '\0';
}

int reg_credential_text(const struct reg_credential *credential, const char *host, struct reg_data *ret_text)
{
    struct reg_buf buf = REG_BUF_INIT;
    int r;

    if (!host_is_plain(host))
        return REG_ERR_INVALID;
    reg_buf_puts(&buf, "https://");
    reg_buf_puts(&buf, host);
    reg_buf_puts(&buf, REG_CREDENTIAL_PATH);
    reg_digits_encode(reg_bytes_of(&credential->bytes), &buf);
    r = reg_buf_finish(&buf, ret_text);
    reg_buf_clear(&buf);
    return r;
}

/* ---- the claims as a message -------------------------------------------------------------------------------------- */

static char *copy_text(struct reg_bytes text, struct reg_arena *arena)
{
    char *copy = reg_arena_alloc(arena, text.len + 1);

    if (copy != NULL && text.len > 0)
        memcpy(copy, text.data, text.len);
    return copy;
}

static char *copy_day(int32_t day, struct reg_arena *arena)
{
    char text[REG_DAY_TEXT];

    reg_day_format(day, text);
    return reg_arena_strdup(arena, text);
}

static bool copy_items(const struct reg_item_set *set, struct reg_arena *arena, reg_pb_credential_claims *claims)
{
    size_t count = 0;

    for (unsigned item = reg_item_set_next(set, 0); item != 0; item = reg_item_set_next(set, item))
        count++;
    if (count == 0)
        return true;
    claims->items = reg_arena_alloc(arena, count * sizeof *claims->items);
    if (claims->items == NULL)
        return false;
    for (unsigned item = reg_item_set_next(set, 0); item != 0; item = reg_item_set_next(set, item))
        claims->items[claims->n_items++] = item;
    return true;
}

static bool copy_capital(const struct reg_claims *claims, struct reg_arena *arena, reg_pb_credential_claims *message)
{
    if (!claims->has_capital)
        return true;
    message->capital = reg_arena_alloc(arena, sizeof *message->capital);
    if (message->capital == NULL)
        return false;
    registry__v1__money__init(message->capital);
    message->capital->minor = claims->minor;
    message->capital->currency = claims->currency;
    message->capital->exponent = claims->exponent;
    return true;
}

int reg_credential_claims(const struct reg_credential *credential, struct reg_arena *arena, reg_pb_credential_claims **ret)
{
    const struct reg_claims *claims = &credential->claims;
    reg_pb_credential_claims *message = reg_arena_alloc(arena, sizeof *message);

    if (message == NULL)
        goto nomem;
    registry__v1__credential_claims__init(message);
    message->issued_at = claims->iat;
    message->serial = claims->serial;
    message->version = claims->version;
    message->type = claims->type;
    message->composition = (reg_pb_composition)claims->composition;
    message->authority = claims->authority;
    message->catalogue_revision = claims->catalogue;
    message->credit_code = reg_arena_strdup(arena, claims->code);
    message->name = copy_text(claims->name, arena);
    message->representative = copy_text(claims->representative, arena);
    message->established = copy_day(claims->established, arena);
    if (claims->has_from)
        message->from = copy_day(claims->from, arena);
    if (claims->has_to)
        message->to = copy_day(claims->to, arena);
    if (message->credit_code == NULL || message->name == NULL || message->representative == NULL ||
        message->established == NULL || message->from == NULL || message->to == NULL ||
        !copy_capital(claims, arena, message) || !copy_items(&claims->items, arena, message))
        goto nomem;
    *ret = message;
    return 0;
nomem:
    return reg_arena_over_budget(arena) ? REG_ERR_LIMIT : REG_ERR_NOMEM;
}

int reg_credential_claims_json(const struct reg_credential *credential, struct reg_data *ret_json)
{
    struct reg_buf buf = REG_BUF_INIT;
    reg_pb_credential_claims *claims;
    struct reg_arena *arena;
    int r;

    arena = reg_arena_new(0);
    if (arena == NULL)
        return REG_ERR_NOMEM;
    r = reg_credential_claims(credential, arena, &claims);
    if (r == 0)
        r = reg_message_to_json(&claims->base, 0, &buf);
    if (r == 0)
        r = reg_buf_finish(&buf, ret_json);
    reg_buf_clear(&buf);
    reg_arena_free(arena);
    return r;
}
