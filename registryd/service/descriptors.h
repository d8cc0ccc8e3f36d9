/* The descriptors of everything served, as protoc made them: a FileDescriptorSet, taken apart at start and looked up by file
 * and by symbol. Without libprotobuf. */
#ifndef RD_SERVICE_DESCRIPTORS_H
#define RD_SERVICE_DESCRIPTORS_H

#include <registry/bytes.h>
#include <registry/error.h>

#define RD_DESCRIPTOR_FILES_MAX 64

struct rd_descriptor_file {
    struct reg_bytes name;  /* "registry/v1/model.proto" */
    struct reg_bytes proto; /* the FileDescriptorProto */
    uint64_t imports;       /* bit n: file n, directly or through others; itself included */
};

struct rd_descriptors;

/* Takes the set apart; `set` is borrowed. REG_ERR_CORRUPT, REG_ERR_LIMIT, REG_ERR_NOMEM. */
REG_MUST_CHECK int rd_descriptors_new(struct reg_bytes set, struct rd_descriptors **ret_descriptors);
void rd_descriptors_free(struct rd_descriptors *descriptors);
size_t rd_descriptors_count(const struct rd_descriptors *descriptors);
const struct rd_descriptor_file *rd_descriptors_file(const struct rd_descriptors *descriptors, size_t i);
/* The number of the file of that name, or that declares the symbol (a service, method, message, field, enum or value, with
 * its package); -1: none. */
int rd_descriptors_find_file(const struct rd_descriptors *descriptors, const char *name);
int rd_descriptors_find_symbol(const struct rd_descriptors *descriptors, const char *symbol);
/* Full names of the services, sorted. */
const char *const *rd_descriptors_services(const struct rd_descriptors *descriptors, size_t *ret_count);

#endif
