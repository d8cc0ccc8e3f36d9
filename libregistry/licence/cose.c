#include "licence/cose.h"

#include <string.h>

#include "base/cbor.h"
#include "base/error.h"

/* Labels of the protected header (RFC 9052 section 3.1). */
#define HEADER_ALG 1
#define HEADER_KID 4

/* COSE algorithms: SM2 with SM3 has no registered number (private use); ESP256 is RFC 9864's P-256 with SHA-256. */
static const struct {
    enum reg_suite suite;
    int64_t alg;
} algorithms[] = {{REG_SUITE_GM, -65537}, {REG_SUITE_INTL, -9}};

static void put_header(enum reg_suite suite, const uint8_t key_id[4], struct reg_buf *buf)
{
    struct reg_buf header = REG_BUF_INIT;

    reg_cbor_put_map(&header, 2);
    reg_cbor_put_uint(&header, HEADER_ALG);
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++)
        if (algorithms[i].suite == suite)
            reg_cbor_put_int(&header, algorithms[i].alg);
    reg_cbor_put_uint(&header, HEADER_KID);
    reg_cbor_put_bytes(&header, (struct reg_bytes){key_id, 4});
    reg_cbor_put_bytes(buf, reg_buf_bytes(&header));
    if (header.error != 0 && buf->error == 0)
        buf->error = header.error;
    reg_buf_clear(&header);
}

/* What is signed: the Sig_structure (RFC 9052 section 4.4). `header` is the protected header without its string's head. */
static void put_signed(struct reg_bytes header, struct reg_bytes payload, struct reg_buf *buf)
{
    static const char context[] = "Signature1";

    reg_cbor_put_array(buf, 4);
    reg_cbor_put_text(buf, (struct reg_bytes){(const uint8_t *)context, sizeof context - 1});
    reg_cbor_put_bytes(buf, header);
    reg_cbor_put_bytes(buf, (struct reg_bytes){NULL, 0});
    reg_cbor_put_bytes(buf, payload);
}

void reg_cose_put(enum reg_suite suite, const uint8_t key_id[4], struct reg_bytes payload,
                  const uint8_t signature[REG_COSE_SIGNATURE_LEN], struct reg_buf *buf)
{
    reg_cbor_put_array(buf, 4);
    put_header(suite, key_id, buf);
    reg_cbor_put_map(buf, 0);
    reg_cbor_put_bytes(buf, payload);
    reg_cbor_put_bytes(buf, (struct reg_bytes){signature, REG_COSE_SIGNATURE_LEN});
}

static bool take_header(struct reg_bytes header, struct reg_cose *ret)
{
    struct reg_cursor at = reg_cursor_of(header);
    struct reg_bytes kid;
    uint64_t count, label;
    int64_t alg;
    bool known = false;

    if (!reg_cbor_get_map(&at, &count) || count != 2 || !reg_cbor_get_uint(&at, &label) || label != HEADER_ALG ||
        !reg_cbor_get_int(&at, &alg) || !reg_cbor_get_uint(&at, &label) || label != HEADER_KID ||
        !reg_cbor_get_bytes(&at, &kid) || kid.len != sizeof ret->key_id || at.left != 0)
        return false;
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++) {
        if (algorithms[i].alg == alg) {
            ret->suite = algorithms[i].suite;
            known = true;
        }
    }
    memcpy(ret->key_id, kid.data, sizeof ret->key_id);
    return known;
}

int reg_cose_decode(struct reg_bytes bytes, struct reg_cose *ret, struct reg_error_info *info)
{
    struct reg_cursor at = reg_cursor_of(bytes);
    struct reg_cose cose = {0};
    uint64_t count;
    int r;

    r = reg_cbor_check(bytes, info);
    if (r != 0)
        return r;
    if (!reg_cbor_get_array(&at, &count) || count != 4 || !reg_cbor_get_bytes(&at, &cose.header) ||
        !reg_cbor_get_map(&at, &count) || count != 0 || !reg_cbor_get_bytes(&at, &cose.payload) ||
        !reg_cbor_get_bytes(&at, &cose.signature) || cose.signature.len != REG_COSE_SIGNATURE_LEN)
        return reg_fail(info, REG_ERR_INVALID, "不是本系统的 COSE_Sign1 凭证", "not a COSE_Sign1 of the expected shape");
    r = reg_cbor_check(cose.header, info);
    if (r != 0)
        return r;
    if (!take_header(cose.header, &cose))
        return reg_fail(info, REG_ERR_INVALID, "凭证的受保护头部不符：应为 alg 和 4 字节 kid",
                        "the protected header is not a known alg and a kid of 4 bytes");
    r = reg_cbor_check(cose.payload, info);
    if (r != 0)
        return r;
    *ret = cose;
    return 0;
}

int reg_cose_sign(const struct reg_signer *signer, struct reg_bytes payload, struct reg_buf *buf)
{
    const struct reg_public_key *key = reg_signer_public_key(signer);
    enum reg_suite suite = reg_public_key_suite(key);
    struct reg_buf header = REG_BUF_INIT, message = REG_BUF_INIT;
    uint8_t key_id[4], signature[REG_COSE_SIGNATURE_LEN];
    struct reg_cursor at;
    struct reg_bytes protected_header;
    int r;

    reg_public_key_id(key, key_id);
    put_header(suite, key_id, &header);
    at = reg_cursor_of(reg_buf_bytes(&header));
    r = header.error;
    if (r == 0 && !reg_cbor_get_bytes(&at, &protected_header))
        r = REG_ERR_INVALID;
    if (r != 0)
        goto out;
    put_signed(protected_header, payload, &message);
    r = message.error;
    if (r != 0)
        goto out;
    r = reg_signer_sign(signer, reg_buf_bytes(&message), signature);
    if (r != 0)
        goto out;
    message.len = 0;
    reg_cose_put(suite, key_id, payload, signature, &message);
    r = message.error;
    if (r != 0)
        goto out;
    reg_buf_put(buf, message.data, message.len);
    r = buf->error;
out:
    reg_buf_clear(&header);
    reg_buf_clear(&message);
    return r;
}

int reg_cose_verify(const struct reg_cose *cose, const struct reg_public_key *key, struct reg_error_info *info)
{
    struct reg_buf message = REG_BUF_INIT;
    uint8_t key_id[4];
    int r;

    if (reg_public_key_suite(key) != cose->suite)
        return reg_fail(info, REG_ERR_SUITE, "凭证的算法套件是 %s，公钥属于另一套件",
                        "the credential is of suite %s, the key of another", reg_suite_name(cose->suite));
    reg_public_key_id(key, key_id);
    if (memcmp(key_id, cose->key_id, sizeof key_id) != 0)
        return reg_fail(info, REG_ERR_SIGNATURE, "凭证由密钥 %02x%02x%02x%02x 签名，不是这把公钥",
                        "signed by key %02x%02x%02x%02x, which is not this one", cose->key_id[0], cose->key_id[1],
                        cose->key_id[2], cose->key_id[3]);
    put_signed(cose->header, cose->payload, &message);
    r = message.error;
    if (r == 0)
        r = reg_public_key_verify(key, reg_buf_bytes(&message), cose->signature.data);
    reg_buf_clear(&message);
    if (r == REG_ERR_SIGNATURE)
        return reg_fail(info, r, "签名验证失败：凭证内容被改动，或不是该密钥所签",
                        "the signature does not verify: the credential was changed or signed by another key");
    return r;
}
