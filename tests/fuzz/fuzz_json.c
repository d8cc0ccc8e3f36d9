/* JSON: what reads as a message writes as JSON that reads as the same. */
#include <string.h>

#include <registry/v1/filing_service.pb-c.h>

#include "base/message.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ProtobufCMessageDescriptor *type = &registry__v1__submit_filing_request__descriptor;
    struct reg_arena *arena = reg_arena_new((size_t)1 << 22);
    struct reg_buf first = REG_BUF_INIT, second = REG_BUF_INIT;
    struct reg_error_info info = {"", ""};
    ProtobufCMessage *message;

    MUST(arena);
    if (reg_message_from_json(type, (struct reg_bytes){data, size}, arena, &message, &info) == 0) {
        MUST(reg_message_to_json(message, 0, &first) == 0);
        if (reg_message_from_json(type, reg_buf_bytes(&first), arena, &message, NULL) == 0)
            MUST(reg_message_to_json(message, 0, &second) == 0);
        MUST(reg_arena_over_budget(arena) || (first.len == second.len && memcmp(first.data, second.data, first.len) == 0));
    } else {
        MUST(info.zh[0] && info.en[0]);
    }
    reg_buf_clear(&first);
    reg_buf_clear(&second);
    reg_arena_free(arena);
    return 0;
}
