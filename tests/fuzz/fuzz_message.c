/* Wire bytes: what decodes encodes to bytes that decode to the same. The first byte chooses type and mode. */
#include <string.h>

#include <registry/v1/filing_service.pb-c.h>
#include <registry/v1/ledger.pb-c.h>

#include "base/message.h"
#include "fuzz.h"

static const ProtobufCMessageDescriptor *const types[] = {
    &registry__v1__filing__descriptor,
    &registry__v1__submit_filing_request__descriptor,
    &registry__v1__submit_filing_response__descriptor,
    &registry__v1__record__descriptor,
    &registry__v1__entry_header__descriptor,
    &registry__v1__stored_body__descriptor,
    &registry__v1__verify_credential_request__descriptor,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reg_arena *arena = reg_arena_new((size_t)1 << 20);
    enum reg_unknown_fields unknown = size > 0 && data[0] & 0x80 ? REG_UNKNOWN_IGNORE : REG_UNKNOWN_REFUSE;
    struct reg_buf first = REG_BUF_INIT, second = REG_BUF_INIT;
    ProtobufCMessage *message = NULL;

    MUST(arena);
    if (size > 0) {
        const ProtobufCMessageDescriptor *type = types[(data[0] & 0x7F) % (sizeof types / sizeof types[0])];
        struct reg_error_info info = {"", ""};

        if (reg_message_decode(type, (struct reg_bytes){data + 1, size - 1}, unknown, arena, &message, &info) == 0) {
            reg_message_encode(message, &first);
            if (reg_message_decode(type, reg_buf_bytes(&first), unknown, arena, &message, NULL) == 0)
                reg_message_encode(message, &second);
            MUST(reg_arena_over_budget(arena) ||
                 (first.len == second.len && (first.len == 0 || memcmp(first.data, second.data, first.len) == 0)));
        } else {
            MUST(info.zh[0] && info.en[0]);
        }
    }
    reg_buf_clear(&first);
    reg_buf_clear(&second);
    reg_arena_free(arena);
    return 0;
}
