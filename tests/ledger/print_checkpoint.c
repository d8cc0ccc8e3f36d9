/* Prints the log key's SubjectPublicKeyInfo in hex and a checkpoint by it; for check_checkpoint.py. */
#include <stdio.h>

#include "ledger/checkpoint.h"

int main(int argc, char **argv)
{
    struct reg_signer *log = NULL;
    struct reg_buf note = REG_BUF_INIT;
    uint8_t root[REG_DIGEST_LEN];
    enum reg_suite suite;
    struct reg_bytes spki;
    int error = argc == 2 ? reg_suite_parse(argv[1], &suite) : REG_ERR_INVALID;

    for (size_t i = 0; i < sizeof root; i++)
        root[i] = (uint8_t)(i * 7);
    if (error == 0)
        error = reg_signer_generate(suite, REG_KEY_LOG, &log);
    if (error == 0)
        error = reg_checkpoint_sign(log, "registry.example/0123456789abcdef", 12345, root, &note);
    if (error == 0) {
        spki = reg_public_key_spki(reg_signer_public_key(log));
        for (size_t i = 0; i < spki.len; i++)
            printf("%02x", spki.data[i]);
        printf("\n%.*s", (int)note.len, (const char *)note.data);
    }
    reg_buf_clear(&note);
    reg_signer_free(log);
    return error == 0 ? 0 : 1;
}
