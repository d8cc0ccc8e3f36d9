/* A registry in a temporary directory, and filings to submit to it. */
#ifndef TESTS_ENGINE_FIXTURE_H
#define TESTS_ENGINE_FIXTURE_H

#include <registry/engine.h>

#include "base/arena.h"
#include "model.h"

struct fixture {
    char directory[64];
    enum reg_suite suite;
    int64_t clock; /* what host.now answers */
    struct reg_host host;
    struct reg_init_options init;
    struct reg_open_options open;
    struct reg_engine *engine;
    struct reg_reader *reader;
    struct reg_arena *arena; /* of decoded answers */
    struct reg_error_info info;
};

extern const struct reg_caller window, auditor, operator_caller;

/* Makes the directory's name, host and options; nothing on disk yet but an empty directory. */
int fixture_prepare(struct fixture *fixture, enum reg_suite suite);
/* fixture_prepare, init, open, and a reader. 0, or the error, which `info` explains. */
int fixture_start(struct fixture *fixture, enum reg_suite suite);
/* Opens engine and reader. */
int fixture_open(struct fixture *fixture);
/* Closes reader and engine; the directory stays. */
void fixture_shut(struct fixture *fixture);
/* fixture_shut, and removes the directory. */
void fixture_end(struct fixture *fixture);

/* An encoded SubmitFilingRequest of examples/filings/<name>*.json, its trade name replaced by `trade` where that is not NULL
 * (only filing 01). The caller's to clear; data NULL: it failed. */
struct reg_data fixture_request(struct fixture *fixture, const char *name, const char *id, const char *trade);
/* A trade name of two characters, another for each number below 4,000. */
void trade_name(unsigned number, char ret[7]);

/* Submits and decodes the answer into the fixture's arena; NULL where it failed with `*ret_error`. */
reg_pb_submit_filing_response *fixture_submit(struct fixture *fixture, struct reg_bytes message, int *ret_error);
/* Decodes in the fixture's arena; NULL: it does not decode. */
ProtobufCMessage *fixture_decode(struct fixture *fixture, const ProtobufCMessageDescriptor *type, struct reg_bytes message);

/* An answer of a read, decoded; NULL with the error where it failed. */
reg_pb_get_licence_response *fixture_licence(struct fixture *fixture, const struct reg_caller *caller, const char *code,
                                             int *ret_error);
reg_pb_get_case_response *fixture_case(struct fixture *fixture, uint64_t number, int *ret_error);

/* The ledger's check: the number of problems, -1 where it failed. The first problem's text stands in `info`. */
long fixture_check(struct fixture *fixture, struct reg_check_result *ret_result);
/* Runs SQL on the closed or open registry's database; true where it succeeded and changed something (or was no update). */
bool fixture_sql(struct fixture *fixture, const char *sql);
/* The rows of all views as text, without their places in the tables; in the fixture's arena. */
char *fixture_views(struct fixture *fixture);

#endif
