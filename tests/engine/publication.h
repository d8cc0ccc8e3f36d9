/* Revisions of the sample catalogue, changed in one or two places, and their publication. */
#ifndef TESTS_ENGINE_PUBLICATION_H
#define TESTS_ENGINE_PUBLICATION_H

#include "fixture.h"

/* The sample catalogue whose rows of items.csv are changed: in the row that starts with `item`, `find` becomes `put`. */
struct alteration {
    const char *item; /* "8," */
    const char *find, *put;
};
struct reg_catalogue *altered_catalogue(const struct alteration *alterations, size_t count);
/* An encoded PublishCatalogueRequest. The caller's to clear. */
struct reg_data publication_request(const struct reg_catalogue *catalogue, const char *id, const char *effective);
/* Publishes through an engine; NULL where it failed with `*ret_error`. In the fixture's arena. */
reg_pb_publish_catalogue_response *publish(struct fixture *fixture, struct reg_engine *engine,
                                           const struct alteration *alterations, size_t count, const char *id,
                                           const char *effective, int *ret_error);

/* Item 8 repealed; the contact of item 5, which example 01 leaves open, made mandatory. */
extern const struct alteration seals_repealed, contact_mandatory;

#endif
