/* Errors of libregistry.
 *
 * Functions that can fail return int: 0, or one negative enum reg_error. What happened in detail goes to an optional
 * struct reg_error_info that the caller owns; pass NULL where the number is enough. Nothing is thread-local.
 */
#ifndef REGISTRY_ERROR_H
#define REGISTRY_ERROR_H

#include <registry/export.h>

REG_BEGIN_DECLS

enum reg_error {
    REG_OK = 0,
    REG_ERR_INVALID = -1,       /* malformed argument or bytes */
    REG_ERR_NOMEM = -2,         /* out of memory */
    REG_ERR_LIMIT = -3,         /* over a named limit */
    REG_ERR_ENCODING = -4,      /* not UTF-8, or an embedded NUL */
    REG_ERR_UNKNOWN_FIELD = -5, /* a field that the model does not have */
    REG_ERR_NOT_FOUND = -6,
    REG_ERR_EXISTS = -7,        /* the request id was used for another request */
    REG_ERR_CONFLICT = -8,      /* somebody else was faster, three times over */
    REG_ERR_UNAVAILABLE = -9,   /* the store cannot be reached or written; try again */
    REG_ERR_IO = -10,           /* a file could not be read or written */
    REG_ERR_CRYPTO = -11,       /* OpenSSL refused */
    REG_ERR_KEY = -12,          /* a key is missing, damaged or of another suite */
    REG_ERR_MODE = -13,         /* a key file that others can read */
    REG_ERR_VERSION = -14,      /* a store of another version */
    REG_ERR_SUITE = -15,        /* a store or key of another suite */
    REG_ERR_CORRUPT = -16,      /* stored bytes contradict themselves */
    REG_ERR_SIGNATURE = -17,    /* a signature or digest does not verify */
    REG_ERR_ERASED = -18,       /* the keys of this section were destroyed */
    REG_ERR_EXHAUSTED = -19,    /* the code pool is used up */
    REG_ERR_UNSUPPORTED = -20,  /* not served by this registry */
    REG_ERR_DENIED = -21,       /* the caller may not do this */
    REG_ERR_BUSY = -22          /* the registry is held by somebody who needs it alone */
};

/* What happened, in one line of each language; empty strings where there is no more to say than the number does. */
struct reg_error_info {
    char zh[256];
    char en[256];
};

/* The text of an error number, in English and Chinese; never NULL. Any thread. */
REG_EXPORT const char *reg_error_text(int error);
REG_EXPORT const char *reg_error_text_zh(int error);

REG_END_DECLS

#endif
