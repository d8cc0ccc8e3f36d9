/* Reading a protobuf message field by field, without generated code. */
#ifndef RD_SERVICE_WIRE_H
#define RD_SERVICE_WIRE_H

#include <stdbool.h>

#include <registry/bytes.h>

struct rd_wire {
    const uint8_t *at, *end;
    bool bad; /* what followed is no message */
};

struct rd_field {
    unsigned number;
    uint64_t value;         /* of a number */
    struct reg_bytes bytes; /* of a string, bytes or message; data NULL for numbers */
};

static inline struct rd_wire rd_wire_of(struct reg_bytes message)
{
    return (struct rd_wire){message.data, message.data + message.len, false};
}

/* The next field; false at the end, or with `bad` set where the bytes are no message. */
bool rd_wire_next(struct rd_wire *wire, struct rd_field *ret_field);

#endif
