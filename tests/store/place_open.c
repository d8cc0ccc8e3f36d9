/* Opening the store of a place, whichever adapter's it is. */
#include "place.h"

#include "suite.h"

static struct reg_store *make(const struct reg_store_identity *create)
{
    struct reg_store *store = NULL;
    struct reg_error_info info = {0};
    int error = reg_store_open(place_directory, place_url, create, &store, &info);

    CHECK_CASE(error == 0, "%d: %s", error, info.en);
    CU_ASSERT_PTR_NOT_NULL_FATAL(store);
    return store;
}

struct reg_store *place_create(void)
{
    return make(&place_identity);
}

struct reg_store *place_open(void)
{
    return make(NULL);
}
