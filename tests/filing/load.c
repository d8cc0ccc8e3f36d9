#include "load.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/message.h"

reg_pb_filing *load_example(const char *prefix, struct reg_arena *arena)
{
    char pattern[512];
    glob_t found;
    FILE *file = NULL;
    uint8_t *text = malloc(1 << 20);
    size_t len = 0;
    struct reg_error_info info = {0};
    ProtobufCMessage *message = NULL;

    snprintf(pattern, sizeof pattern, REG_SOURCE_DIR "/examples/filings/%s*.json", prefix);
    if (glob(pattern, 0, NULL, &found) == 0 && text) {
        file = fopen(found.gl_pathv[0], "rb");
        globfree(&found);
    }
    if (file) {
        len = fread(text, 1, 1 << 20, file);
        fclose(file);
    }
    if (len == 0 || reg_message_from_json(&registry__v1__filing__descriptor, (struct reg_bytes){text, len}, arena, &message,
                                          &info) != 0) {
        fprintf(stderr, "cannot load example %s: %s\n", prefix, info.en);
        abort();
    }
    free(text);
    return (reg_pb_filing *)message;
}
