/* Everything that a peer can make us hold has a limit here, a key in the configuration and an error of its own. */
#ifndef RD_GRPC_LIMITS_H
#define RD_GRPC_LIMITS_H

#include <stddef.h>

struct rd_limits {
    size_t message_bytes;             /* 4 MiB: RESOURCE_EXHAUSTED */
    size_t header_bytes;              /* 8 KiB a header list: REFUSED / ENHANCE_YOUR_CALM */
    unsigned streams_per_connection;  /* 256 at once */
    unsigned connections;             /* 4,096 in all: closed on accept */
    unsigned connections_per_address; /* 1,024 */
    unsigned connections_per_caller;  /* 1,024 */
    unsigned handshake_ms;            /* 5,000 from accept to the end of the handshake */
    unsigned header_ms;               /* 10,000 from a stream's first byte to its whole message */
    unsigned idle_ms;                 /* 300,000 without a stream, or without reading what waits for it */
    unsigned glitches_per_second;     /* 200 resets, pings, settings, empty frames: GOAWAY ENHANCE_YOUR_CALM */
    unsigned call_ms;                 /* 30,000 a call at most, less where the peer's deadline is nearer */
    size_t output_bytes;              /* 8 MiB waiting to be written to one connection: reading stops */
    unsigned handshakes_per_turn;     /* 4 */
};

#define RD_LIMITS_INIT                                                                                                      \
    {                                                                                                                       \
        4u << 20, 8u << 10, 256, 4096, 1024, 1024, 5000, 10000, 300000, 200, 30000, 8u << 20, 4                             \
    }

#endif
