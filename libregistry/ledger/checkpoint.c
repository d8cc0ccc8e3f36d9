/* Checkpoints as signed notes (C2SP signed-note, tlog-checkpoint):
 *
 *   <origin>\n<size>\n<base64 root>\n\n— <origin> <base64(key id 4 || signature 64)>\n
 */
#include "ledger/checkpoint.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/error.h"
#include "crypto/digest.h"

#define DASH          "\xe2\x80\x94 " /* an em dash and a space */
#define SIGNATURE_LEN 64
#define BLOB_LEN      (4 + SIGNATURE_LEN)
#define BASE64_LEN(n) (((n) + 2) / 3 * 4)
#define NOTE_MAX      4096

/* SHA-256(name || 0x0A || type || key), first 4 bytes, in both suites. Ed25519: type 0x01 and the 32 bytes of the key; SM2:
 * type 0xFF || "SM2-SM3" and the point 04||x||y. Both stand at the end of the SubjectPublicKeyInfo. */
static int note_key_id(const struct reg_public_key *key, const char *origin, uint8_t ret[4])
{
    static const uint8_t ed25519[] = {0x0a, 0x01}, sm2[] = {0x0a, 0xff, 'S', 'M', '2', '-', 'S', 'M', '3'};
    bool gm = reg_public_key_suite(key) == REG_SUITE_GM;
    struct reg_bytes spki = reg_public_key_spki(key);
    size_t key_len = gm ? 65 : 32;
    struct reg_bytes parts[3] = {{(const uint8_t *)origin, strlen(origin)},
                                 gm ? (struct reg_bytes){sm2, sizeof sm2} : (struct reg_bytes){ed25519, sizeof ed25519},
                                 {NULL, 0}};
    uint8_t digest[REG_DIGEST_LEN];
    int error;

    if (spki.len < key_len)
        return REG_ERR_KEY;
    parts[2] = (struct reg_bytes){spki.data + spki.len - key_len, key_len};
    error = reg_sha256(parts, 3, digest);
    if (error == 0)
        memcpy(ret, digest, 4);
    return error;
}

static bool read_base64(const char *text, size_t len, uint8_t *ret)
{
    uint8_t bytes[BLOB_LEN + 3];
    size_t text_len = strlen(text), got;

    if (text_len > BASE64_LEN(BLOB_LEN) || !base64_decode(text, text_len, bytes, &got) || got != len)
        return false;
    memcpy(ret, bytes, len);
    return true;
}

static void put_base64(struct reg_buf *buf, const uint8_t *bytes, size_t len)
{
    char text[BASE64_LEN(BLOB_LEN) + 1];

    base64_encode(bytes, len, text);
    reg_buf_put(buf, text, base64_encoded_length(len));
}

int reg_checkpoint_sign(const struct reg_signer *log, const char *origin, uint64_t size, const uint8_t root[REG_DIGEST_LEN],
                        struct reg_buf *buf)
{
    uint8_t blob[BLOB_LEN];
    size_t before = buf->len;
    int error = note_key_id(reg_signer_public_key(log), origin, blob);

    reg_buf_printf(buf, "%s\n%" PRIu64 "\n", origin, size);
    put_base64(buf, root, REG_DIGEST_LEN);
    reg_buf_puts(buf, "\n");
    if (error == 0)
        error = buf->error;
    if (error == 0)
        error = reg_signer_sign(log, (struct reg_bytes){buf->data + before, buf->len - before}, blob + 4);
    if (error == 0) {
        reg_buf_printf(buf, "\n" DASH "%s ", origin);
        put_base64(buf, blob, sizeof blob);
        reg_buf_puts(buf, "\n");
        error = buf->error;
    }
    if (error != 0)
        buf->len = before;
    return error;
}

/* A note taken apart; pointers into a NUL-terminated copy. */
struct note {
    char copy[NOTE_MAX + 1];
    size_t text_len; /* what is signed: up to and with the newline before the blank line */
    const char *origin, *size, *root, *name, *signature;
};

/* The line at `*at`, which moves past it; NULL where no newline ends it. */
static char *take_line(char **at)
{
    char *line = *at, *end = strchr(line, '\n');

    if (!end)
        return NULL;
    *end = '\0';
    *at = end + 1;
    return line;
}

static bool take_apart(struct reg_bytes bytes, struct note *note)
{
    char *at = note->copy, *line;

    if (bytes.len > NOTE_MAX || memchr(bytes.data, '\0', bytes.len))
        return false;
    memcpy(note->copy, bytes.data, bytes.len);
    note->copy[bytes.len] = '\0';
    if (!(note->origin = take_line(&at)) || !(note->size = take_line(&at)) || !(note->root = take_line(&at)))
        return false;
    note->text_len = (size_t)(at - note->copy);
    if (!(line = take_line(&at)) || *line || !(line = take_line(&at)) || *at || strncmp(line, DASH, sizeof DASH - 1) != 0)
        return false;
    note->name = line + sizeof DASH - 1;
    line = strchr(note->name, ' ');
    if (!line)
        return false;
    *line = '\0';
    note->signature = line + 1;
    return true;
}

/* A decimal number without sign, leading zeros or overflow. */
static bool read_size(const char *text, uint64_t *ret)
{
    char again[24];
    uint64_t size = strtoull(text, NULL, 10);

    snprintf(again, sizeof again, "%" PRIu64, size);
    *ret = size;
    return strcmp(again, text) == 0;
}

int reg_checkpoint_verify(const struct reg_public_key *log, const char *origin, struct reg_bytes note, uint64_t *ret_size,
                          uint8_t ret_root[REG_DIGEST_LEN], struct reg_error_info *info)
{
    struct note parts;
    uint8_t blob[BLOB_LEN], root[REG_DIGEST_LEN], id[4];
    uint64_t size;
    int error;

    if (!take_apart(note, &parts) || !read_size(parts.size, &size) || !read_base64(parts.root, sizeof root, root) ||
        !read_base64(parts.signature, sizeof blob, blob))
        return reg_fail(info, REG_ERR_INVALID, "检查点格式有误", "the checkpoint is malformed");
    error = note_key_id(log, origin, id);
    if (error == 0 && (strcmp(parts.origin, origin) != 0 || strcmp(parts.name, origin) != 0 || memcmp(id, blob, 4) != 0))
        return reg_fail(info, REG_ERR_SIGNATURE, "检查点属于另一登记库或另一密钥",
                        "the checkpoint is of another registry or key");
    if (error == 0)
        error = reg_public_key_verify(log, (struct reg_bytes){note.data, parts.text_len}, blob + 4);
    if (error == REG_ERR_SIGNATURE)
        return reg_fail(info, error, "检查点签名不符", "the checkpoint's signature does not verify");
    if (error == 0) {
        *ret_size = size;
        memcpy(ret_root, root, sizeof root);
    }
    return error;
}
