#include "load.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/message.h"

#define SIZE_MAX_OF_EXAMPLE (1 << 20)

static void give_up(const char *prefix, const char *why)
{
    fprintf(stderr, "cannot load example %s: %s\n", prefix, why);
    abort();
}

/* The example's text; the caller frees it. */
static uint8_t *read_example(const char *prefix, size_t *ret_len)
{
    char pattern[512];
    glob_t found;
    FILE *file = NULL;
    uint8_t *text = malloc(SIZE_MAX_OF_EXAMPLE);

    snprintf(pattern, sizeof pattern, REG_SOURCE_DIR "/examples/filings/%s*.json", prefix);
    if (glob(pattern, 0, NULL, &found) == 0 && text) {
        file = fopen(found.gl_pathv[0], "rb");
        globfree(&found);
    }
    if (!file) {
        give_up(prefix, "no such file");
        return NULL;
    }
    *ret_len = fread(text, 1, SIZE_MAX_OF_EXAMPLE, file);
    fclose(file);
    return text;
}

reg_pb_filing *load_example(const char *prefix, struct reg_arena *arena)
{
    size_t len;
    uint8_t *text = read_example(prefix, &len);
    struct reg_error_info info = {0};
    ProtobufCMessage *message = NULL;

    if (reg_message_from_json(&registry__v1__filing__descriptor, (struct reg_bytes){text, len}, arena, &message, &info) != 0)
        give_up(prefix, info.en);
    free(text);
    return (reg_pb_filing *)message;
}

json_t *load_example_json(const char *prefix)
{
    size_t len;
    uint8_t *text = read_example(prefix, &len);
    json_t *json = json_loadb((const char *)text, len, 0, NULL);

    if (!json)
        give_up(prefix, "no JSON");
    free(text);
    return json;
}
