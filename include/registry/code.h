/* Codes that identify: unified social credit code, organisation code, registration number, resident ID.
 *
 * All functions are pure and may be called from any thread; texts are pointer and length, without a NUL.
 */
#ifndef REGISTRY_CODE_H
#define REGISTRY_CODE_H

#include <stdbool.h>

#include <registry/bytes.h>
#include <registry/error.h>

REG_BEGIN_DECLS

#define REG_CODE_LEN 18
#define REG_SUBJECT_LEN 9

enum reg_verdict {
    REG_VERDICT_VALID,
    REG_VERDICT_LEGACY, /* in use though its last character does not follow; accepted as a reference, never issued */
    REG_VERDICT_INVALID
};

/* Why a code is not valid, or what is to be said of a valid one. */
enum reg_code_reason {
    REG_CODE_GOOD,
    REG_CODE_LENGTH,            /* not the right number of characters */
    REG_CODE_CHARACTER,         /* a character outside the alphabet */
    REG_CODE_PREFIX,            /* department and category do not exist */
    REG_CODE_SUBJECT_CHECK,     /* character 17 (GB 11714) */
    REG_CODE_CHECK,             /* the last character */
    REG_CODE_LEGACY,            /* character 18 fails as it does in Fuzhou's and Xiamen's codes before 2016 */
    REG_CODE_REGISTRAR_UNKNOWN, /* no such division: a warning in a reference, an error in what is issued */
    REG_CODE_DATE,              /* resident ID: no such date, or in the future */
    REG_CODE_OLD                /* resident ID of 15 digits: no longer accepted */
};

/* "valid", "legacy", "invalid". */
REG_EXPORT const char *reg_verdict_name(enum reg_verdict verdict);
/* A short name ("check") and a sentence in each language. */
REG_EXPORT const char *reg_code_reason_name(enum reg_code_reason reason);
REG_EXPORT const char *reg_code_reason_text(enum reg_code_reason reason, bool zh);

/* Unified social credit code (GB 32100-2015 with XG1-2016; GB 11714 inside it; GB/T 2260). `ret_reason` may be NULL. A valid
 * code whose registrar is unknown is REG_VERDICT_VALID with REG_CODE_REGISTRAR_UNKNOWN. */
REG_EXPORT enum reg_verdict reg_code_check(const char *code, size_t len, enum reg_code_reason *ret_reason);
/* Makes a credit code from its prefix ("91"), registrar (six digits) and subject body (8 characters); both check characters
 * are computed. Writes 18 characters and a NUL. REG_ERR_INVALID: a character, prefix or registrar that cannot be issued. */
REG_EXPORT REG_MUST_CHECK int reg_code_make(const char prefix[2], unsigned registrar, const char body[8], char ret_code[REG_CODE_LEN + 1]);
/* The 8 characters of number `n` of a pool: `prefix`, then `n` in base 31 over the code's alphabet, zero-padded.
 * REG_ERR_LIMIT: the number does not fit. */
REG_EXPORT REG_MUST_CHECK int reg_code_pool_body(const char *prefix, uint64_t n, char ret_body[9]);

/* Organisation code (GB 11714-1997): 8 characters and a check character, "-" between them allowed. */
REG_EXPORT enum reg_verdict reg_organisation_code_check(const char *code, size_t len, enum reg_code_reason *ret_reason);
REG_EXPORT REG_MUST_CHECK int reg_organisation_code_make(const char body[8], char ret_code[REG_SUBJECT_LEN + 1]);

/* Registration number of 15 digits (GS 15-2006, ISO 7064 MOD 11,10). */
REG_EXPORT enum reg_verdict reg_registration_number_check(const char *number, size_t len, enum reg_code_reason *ret_reason);
REG_EXPORT REG_MUST_CHECK int reg_registration_number_make(const char body[14], char ret_number[16]);

/* Resident ID (GB 11643-1999, ISO 7064 MOD 11-2); `today`, in days since 1970, bounds the birth date. Also the 18-digit
 * residence permits (810000, 820000, 830000) and the permanent residence card (starts with 9). A lower-case x is invalid. */
REG_EXPORT enum reg_verdict reg_resident_id_check(const char *id, size_t len, int32_t today, enum reg_code_reason *ret_reason);
REG_EXPORT REG_MUST_CHECK int reg_resident_id_make(const char body[17], char ret_id[19]);

/* Is this a division of GB/T 2260 in any revision, or a registrar code outside it? */
REG_EXPORT bool reg_registrar_known(unsigned division);
/* The division's name, NULL where unknown. */
REG_EXPORT const char *reg_division_name(unsigned division);

REG_END_DECLS

#endif
