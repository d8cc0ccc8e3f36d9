/* Verifies a credential offline: cc verify.c $(pkg-config --cflags --libs registry) -o verify; ./verify issuer.pem TEXT */
#include <stdio.h>
#include <string.h>

#include <registry/credential.h>

int main(int argc, char **argv)
{
    uint8_t pem[4096];
    FILE *file = argc == 3 ? fopen(argv[1], "rb") : NULL;
    struct reg_bytes spki = {pem, file ? fread(pem, 1, sizeof pem, file) : 0};
    struct reg_public_key *key;
    struct reg_credential *credential;
    struct reg_error_info info = {"", "usage: verify issuer.pem TEXT"};
    struct reg_data json = {NULL, 0};

    if (!file || reg_public_key_new(spki, &key, &info) ||
        reg_credential_parse((struct reg_bytes){(uint8_t *)argv[2], strlen(argv[2])}, &credential, &info) ||
        reg_credential_verify(credential, key, &info) || reg_credential_claims_json(credential, &json))
        return fprintf(stderr, "not verified: %s\n", info.en), 1;
    printf("authentic: %s\n", (char *)json.data);
    return 0;
}
