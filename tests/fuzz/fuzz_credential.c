/* Credentials in their three forms: whatever is accepted encodes to the very bytes it was read from, and its text carries
 * them. */
#include <string.h>

#include <registry/credential.h>

#include "fuzz.h"
#include "licence/claims.h"
#include "licence/cose.h"

static void encode_again(struct reg_bytes bytes)
{
    struct reg_buf payload = REG_BUF_INIT, whole = REG_BUF_INIT;
    struct reg_claims claims;
    struct reg_cose cose;

    MUST(reg_cose_decode(bytes, &cose, NULL) == 0 && reg_claims_decode(cose.payload, &claims, NULL) == 0);
    reg_claims_encode(&claims, &payload);
    reg_cose_put(cose.suite, cose.key_id, reg_buf_bytes(&payload), cose.signature.data, &whole);
    MUST(whole.error == 0 && whole.len == bytes.len && memcmp(whole.data, bytes.data, bytes.len) == 0);
    reg_buf_clear(&payload);
    reg_buf_clear(&whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct reg_credential *credential = NULL, *again = NULL;
    struct reg_data text = {NULL, 0}, json = {NULL, 0};
    struct reg_error_info info;

    if (reg_credential_parse((struct reg_bytes){data, len}, &credential, &info) != 0)
        return 0;
    encode_again(reg_credential_bytes(credential));
    MUST(reg_credential_text(credential, "localhost", &text) == 0);
    MUST(reg_credential_parse(reg_bytes_of(&text), &again, &info) == 0);
    MUST(reg_credential_bytes(again).len == reg_credential_bytes(credential).len);
    MUST(reg_credential_claims_json(credential, &json) == 0);
    reg_data_clear(&json);
    reg_data_clear(&text);
    reg_credential_free(again);
    reg_credential_free(credential);
    return 0;
}
