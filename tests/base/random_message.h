/* Messages of any type, filled by a random walk over the descriptors; and every type of the model. */
#ifndef TESTS_RANDOM_MESSAGE_H
#define TESTS_RANDOM_MESSAGE_H

#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"

struct random_source {
    uint64_t state;
};

uint64_t random_next(struct random_source *source);
/* REG_TEST_SEED where it is set, else the clock; printed, so that a failure can be run again. */
struct random_source random_start(void);
/* NULL: the arena is used up. */
ProtobufCMessage *random_message(struct random_source *source, const ProtobufCMessageDescriptor *type,
                                 struct reg_arena *arena);
/* Every message type that the model has, at most `size` of them; returns how many there are. */
size_t model_types(const ProtobufCMessageDescriptor **types, size_t size);

#endif
