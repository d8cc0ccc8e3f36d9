#include "service/descriptors.h"

#include <stdlib.h>
#include <string.h>

#include "service/wire.h"

/* Field numbers of google/protobuf/descriptor.proto. */
enum {
    SET_FILE = 1,
    FILE_NAME = 1,
    FILE_PACKAGE = 2,
    FILE_DEPENDENCY = 3,
    FILE_MESSAGE = 4,
    FILE_ENUM = 5,
    FILE_SERVICE = 6,
    ANY_NAME = 1, /* of messages, fields, enums, values, services and methods */
    MESSAGE_FIELD = 2,
    MESSAGE_NESTED = 3,
    MESSAGE_ENUM = 4,
    ENUM_VALUE = 2,
    SERVICE_METHOD = 2
};

struct symbol {
    char *name;
    unsigned file;
};

struct rd_descriptors {
    struct rd_descriptor_file files[RD_DESCRIPTOR_FILES_MAX];
    size_t file_count;
    struct symbol *symbols; /* sorted by name */
    size_t symbol_count, symbol_size;
    const char **services; /* sorted; the names are the symbols' */
    size_t service_count;
};

/* What may stand inside what, and whether its name is prefixed by the parent's. */
struct kind {
    unsigned number;
    const struct kind *inside; /* ends with number 0; NULL: nothing */
    bool beside;               /* an enum's value is named beside its enum */
};

static const struct kind enum_kinds[] = {{ENUM_VALUE, NULL, true}, {0, NULL, false}};
static const struct kind service_kinds[] = {{SERVICE_METHOD, NULL, false}, {0, NULL, false}};
static const struct kind message_kinds[] = {{MESSAGE_FIELD, NULL, false},
                                            {MESSAGE_NESTED, message_kinds, false},
                                            {MESSAGE_ENUM, enum_kinds, false},
                                            {0, NULL, false}};
static const struct kind file_kinds[] = {{FILE_MESSAGE, message_kinds, false},
                                         {FILE_ENUM, enum_kinds, false},
                                         {FILE_SERVICE, service_kinds, false},
                                         {0, NULL, false}};

/* The first field of that number in a message; empty where there is none. */
static struct reg_bytes field_of(struct reg_bytes message, unsigned number)
{
    struct rd_wire wire = rd_wire_of(message);
    struct rd_field field;

    while (rd_wire_next(&wire, &field))
        if (field.number == number && field.bytes.data != NULL)
            return field.bytes;
    return (struct reg_bytes){(const uint8_t *)"", 0};
}

/* "scope.name"; NULL: out of memory. */
static char *full_name(const char *scope, struct reg_bytes name)
{
    size_t len = strlen(scope);
    char *full = malloc(len + name.len + 2);

    if (full == NULL)
        return NULL;
    memcpy(full, scope, len);
    if (len > 0)
        full[len++] = '.';
    memcpy(full + len, name.data, name.len);
    full[len + name.len] = '\0';
    return full;
}

static int add_symbol(struct rd_descriptors *d, char *name, unsigned file)
{
    struct symbol *symbols = d->symbols;
    size_t size = d->symbol_size;

    if (d->symbol_count == size) {
        size = size == 0 ? 256 : size * 2;
        symbols = realloc(symbols, size * sizeof *symbols);
        if (symbols == NULL)
            return REG_ERR_NOMEM;
        d->symbols = symbols;
        d->symbol_size = size;
    }
    symbols[d->symbol_count++] = (struct symbol){name, file};
    return 0;
}

/* `depth` bounds the recursion over nested messages, which the language does not. */
static int add_symbols(struct rd_descriptors *d, unsigned file, struct reg_bytes message, const char *scope,
                       const char *outer, const struct kind *kinds, unsigned depth)
{
    struct rd_wire wire = rd_wire_of(message);
    struct rd_field field;
    int r = depth == 0 ? REG_ERR_LIMIT : 0;

    while (r == 0 && rd_wire_next(&wire, &field)) {
        const struct kind *kind = kinds;
        char *name;

        while (kind->number != 0 && kind->number != field.number)
            kind++;
        if (kind->number == 0 || field.bytes.data == NULL)
            continue;
        name = full_name(kind->beside ? outer : scope, field_of(field.bytes, ANY_NAME));
        if (name == NULL)
            return REG_ERR_NOMEM;
        r = add_symbol(d, name, file);
        if (r < 0)
            free(name);
        else if (kind->inside != NULL)
            r = add_symbols(d, file, field.bytes, name, scope, kind->inside, depth - 1);
    }
    return r < 0 ? r : wire.bad ? REG_ERR_CORRUPT : 0;
}

static int add_file(struct rd_descriptors *d, struct reg_bytes proto)
{
    unsigned file = (unsigned)d->file_count;
    char *package;
    int r;

    if (file == RD_DESCRIPTOR_FILES_MAX)
        return REG_ERR_LIMIT;
    d->files[file] = (struct rd_descriptor_file){field_of(proto, FILE_NAME), proto, UINT64_C(1) << file};
    d->file_count++;
    package = full_name("", field_of(proto, FILE_PACKAGE));
    if (package == NULL)
        return REG_ERR_NOMEM;
    r = add_symbols(d, file, proto, package, package, file_kinds, 32);
    free(package);
    return r;
}

/* protoc writes a file after those that it imports, so that one pass closes the relation. */
static int close_imports(struct rd_descriptors *d)
{
    for (size_t i = 0; i < d->file_count; i++) {
        struct rd_wire wire = rd_wire_of(d->files[i].proto);
        struct rd_field field;

        while (rd_wire_next(&wire, &field)) {
            size_t j = 0;

            if (field.number != FILE_DEPENDENCY)
                continue;
            while (j < i && (d->files[j].name.len != field.bytes.len ||
                             memcmp(d->files[j].name.data, field.bytes.data, field.bytes.len) != 0))
                j++;
            if (j == i)
                return REG_ERR_CORRUPT;
            d->files[i].imports |= d->files[j].imports;
        }
    }
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct symbol *)a)->name, ((const struct symbol *)b)->name);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int collect_services(struct rd_descriptors *d)
{
    d->services = calloc(d->symbol_count + 1, sizeof *d->services);
    if (d->services == NULL)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < d->file_count; i++) {
        struct rd_wire wire = rd_wire_of(d->files[i].proto);
        char *package = full_name("", field_of(d->files[i].proto, FILE_PACKAGE));
        struct rd_field field;

        if (package == NULL)
            return REG_ERR_NOMEM;
        while (rd_wire_next(&wire, &field)) {
            struct symbol key = {NULL, 0};
            const struct symbol *found;

            if (field.number != FILE_SERVICE || field.bytes.data == NULL)
                continue;
            key.name = full_name(package, field_of(field.bytes, ANY_NAME));
            found = key.name == NULL ? NULL : bsearch(&key, d->symbols, d->symbol_count, sizeof key, by_name);
            if (found != NULL)
                d->services[d->service_count++] = found->name;
            free(key.name);
            if (found == NULL) {
                free(package);
                return REG_ERR_NOMEM;
            }
        }
        free(package);
    }
    qsort(d->services, d->service_count, sizeof *d->services, by_text);
    return 0;
}

int rd_descriptors_new(struct reg_bytes set, struct rd_descriptors **ret_descriptors)
{
    struct rd_descriptors *d = calloc(1, sizeof *d);
    struct rd_wire wire = rd_wire_of(set);
    struct rd_field field;
    int r = 0;

    if (d == NULL)
        return REG_ERR_NOMEM;
    while (r == 0 && rd_wire_next(&wire, &field))
        r = field.number == SET_FILE && field.bytes.data != NULL ? add_file(d, field.bytes) : REG_ERR_CORRUPT;
    if (r == 0 && (wire.bad || d->symbol_count == 0))
        r = REG_ERR_CORRUPT;
    if (r == 0)
        r = close_imports(d);
    if (r == 0) {
        qsort(d->symbols, d->symbol_count, sizeof *d->symbols, by_name);
        r = collect_services(d);
    }
    if (r < 0) {
        rd_descriptors_free(d);
        return r;
    }
    *ret_descriptors = d;
    return 0;
}

void rd_descriptors_free(struct rd_descriptors *descriptors)
{
    if (descriptors == NULL)
        return;
    for (size_t i = 0; i < descriptors->symbol_count; i++)
        free(descriptors->symbols[i].name);
    free(descriptors->symbols);
    free(descriptors->services);
    free(descriptors);
}

size_t rd_descriptors_count(const struct rd_descriptors *descriptors)
{
    return descriptors->file_count;
}

const struct rd_descriptor_file *rd_descriptors_file(const struct rd_descriptors *descriptors, size_t i)
{
    return &descriptors->files[i];
}

int rd_descriptors_find_file(const struct rd_descriptors *descriptors, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < descriptors->file_count; i++)
        if (descriptors->files[i].name.len == len && memcmp(descriptors->files[i].name.data, name, len) == 0)
            return (int)i;
    return -1;
}

int rd_descriptors_find_symbol(const struct rd_descriptors *descriptors, const char *symbol)
{
    struct symbol key = {(char *)symbol, 0};
    const struct symbol *found;

    found = bsearch(&key, descriptors->symbols, descriptors->symbol_count, sizeof key, by_name);
    return found == NULL ? -1 : (int)found->file;
}

const char *const *rd_descriptors_services(const struct rd_descriptors *descriptors, size_t *ret_count)
{
    *ret_count = descriptors->service_count;
    return descriptors->services;
}
