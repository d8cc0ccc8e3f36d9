/* Makes a credential for a check by others: make_credential SUITE DIRECTORY writes credential.png, the same with one bit of
 * the claims flipped as flipped.png, and issuer.pem; it prints the credit code. */
#include <stdio.h>
#include <string.h>

#include <registry/qr.h>

#include "sample.h"

static int write_file(const char *directory, const char *name, const struct reg_data *data)
{
    char path[4096];
    FILE *file;
    int ok;

    snprintf(path, sizeof path, "%s/%s", directory, name);
    file = fopen(path, "wb");
    if (file == NULL)
        return REG_ERR_IO;
    ok = fwrite(data->data, 1, data->len, file) == data->len;
    return fclose(file) == 0 && ok ? 0 : REG_ERR_IO;
}

static int write_png(const char *directory, const char *name, struct reg_bytes bytes)
{
    struct reg_credential *credential = NULL;
    struct reg_data text = {0}, png = {0};
    int r;

    r = reg_credential_parse(bytes, &credential, NULL);
    if (r == 0)
        r = reg_credential_text(credential, "localhost:8080", &text);
    if (r == 0)
        r = reg_qr_draw(reg_bytes_of(&text), REG_QR_PNG, 4, &png);
    if (r == 0)
        r = write_file(directory, name, &png);
    reg_data_clear(&text);
    reg_data_clear(&png);
    reg_credential_free(credential);
    return r;
}

int main(int argc, char **argv)
{
    struct reg_signer *signer = NULL;
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_data pem = {0};
    struct sample sample;
    enum reg_suite suite;
    int r = REG_ERR_INVALID;

    if (argc != 3 || reg_suite_parse(argv[1], &suite) != 0)
        goto out;
    sample_init(&sample);
    r = reg_signer_generate(suite, REG_KEY_ISSUER, &signer);
    if (r == 0)
        r = reg_credential_make(signer, &sample.licence, &sample.merged, SAMPLE_IAT, &buf);
    if (r == 0)
        r = write_png(argv[2], "credential.png", reg_buf_bytes(&buf));
    if (r == 0) {
        /* The last byte of the claims' digest; two bytes of head and 64 of signature follow. */
        buf.data[buf.len - 67] ^= 1;
        r = write_png(argv[2], "flipped.png", reg_buf_bytes(&buf));
    }
    if (r == 0)
        r = reg_public_key_pem(reg_signer_public_key(signer), &pem);
    if (r == 0)
        r = write_file(argv[2], "issuer.pem", &pem);
    if (r == 0)
        puts(sample.licence.credit_code);
out:
    if (r != 0)
        fprintf(stderr, "make_credential: %s\n", reg_error_text(r));
    reg_data_clear(&pem);
    reg_buf_clear(&buf);
    reg_signer_free(signer);
    return r == 0 ? 0 : 1;
}
