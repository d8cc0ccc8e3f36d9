/* What tests of PostgreSQL alone ask of their place. */
#ifndef TESTS_STORE_PLACE_POSTGRESQL_H
#define TESTS_STORE_PLACE_POSTGRESQL_H

#include <stdbool.h>

/* The cluster's address, as a role that may do everything. */
const char *place_cluster(void);
/* Runs a command at an address; false where it failed, which is printed. */
bool place_command(const char *where, const char *command);

#endif
