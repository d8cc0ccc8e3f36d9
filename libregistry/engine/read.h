/* Reads: what their files share. A read has a start and a completion; with sqlite the completion comes before the start returns.
 */
#ifndef REG_ENGINE_READ_H
#define REG_ENGINE_READ_H

#include "engine/cache.h"
#include "engine/internal.h"
#include "licence/credential.h"

/* One read under way. */
struct read {
    struct reg_query query;
    struct reg_reader *reader;
    struct reg_engine *engine;
    struct reg_store_reader *store;
    struct reg_arena *arena;
    ProtobufCMessage *message;
    struct reg_grant grant;
    struct reg_credential *credential;
    struct reg_cached cached;
    void *work; /* what else the answer needs, in the arena */
    struct reg_error_info info;
    int (*answer)(struct read *read, struct reg_buf *buf);
    reg_read_callback done;
    void *context;
};

/* Makes a read and decodes its request; NULL after the failure was reported. */
struct read *read_new(struct reg_reader *reader, const struct reg_caller *caller, const ProtobufCMessageDescriptor *type,
                      struct reg_bytes message, int (*answer)(struct read *read, struct reg_buf *buf), reg_read_callback done,
                      void *context);
/* Starts its query; the answer is made when that is through. */
void read_start(struct read *read);
/* Gives the answer, or the error, and ends the read. */
void read_end(struct read *read, int error);
/* Cases and filings are for windows and the operator: false after the refusal was given. */
bool read_may_file(struct read *read);

#endif
