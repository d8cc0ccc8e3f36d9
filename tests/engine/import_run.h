/* Imports of rows that stand in the test. */
#ifndef TESTS_ENGINE_IMPORT_RUN_H
#define TESTS_ENGINE_IMPORT_RUN_H

#include <registry/import.h>

#include "base/buffer.h"
#include "fixture.h"

#define HEADER                                                                                                              \
    "credit_code,registration_number,organisation_code,name,type,authority,state,state_since,capital,representative,"       \
    "representative_id,established\n"

#define DAY            "2020-01-02"
#define MATERIAL(kind) "{'kind':'" kind "','digest':'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='}"

extern unsigned import_told_long; /* refused rows of which both languages say so */
extern bool import_fills, import_ends; /* is the register filled, and is that ended? */
extern bool import_filling;            /* the last import did */
extern unsigned import_batches;        /* by the last import */
extern void (*import_before_end)(struct fixture *fixture);
extern void (*import_before_batch)(void); /* is appended */
extern int import_error; /* that the end of the next is to report */
extern bool import_again; /* a batch that could not be appended is, once */

/* `refused`: "line rule;" of each finding that names one. */
struct reg_import_counts import_text(struct fixture *fixture, const char *text, bool json, size_t most,
                                     struct reg_buf *refused);
void import_expect(struct fixture *fixture, const char *name, const char *rows, size_t most, uint64_t imported,
                   uint64_t known, const char *refusals);
void import_code(const char *prefix, const char *pool, uint64_t number, char ret[19]);

#endif
