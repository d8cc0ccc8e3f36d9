/* A database of its own for each test, in the cluster that REGISTRY_POSTGRESQL names (scripts/with-postgresql). */
#include "place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "place_postgresql.h"
#include "suite.h"

char place_directory[64] = "/nonexistent";
const char *place_url;
const struct reg_store_identity place_identity = {{1, 2, 3, 4, 5, 6, 7, 8}, REG_SUITE_INTL, REG_STORE_LIVE};

static char url[512], database[64];
static unsigned databases;

const char *place_cluster(void)
{
    const char *cluster = getenv("REGISTRY_POSTGRESQL");

    if (!cluster) {
        fputs("REGISTRY_POSTGRESQL is not set: run this beside scripts/with-postgresql\n", stderr);
        abort();
    }
    return cluster;
}

bool place_command(const char *where, const char *command)
{
    PGconn *conn = PQconnectdb(where);
    PGresult *result = PQexec(conn, command);
    bool good = PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK;

    if (!good)
        fprintf(stderr, "%s: %s", command, PQerrorMessage(conn));
    PQclear(result);
    PQfinish(conn);
    return good;
}

void place_set_up(void)
{
    const char *cluster = place_cluster(), *options = strchr(cluster, '?');
    char command[160];

    snprintf(database, sizeof database, "registry_%d_%u", (int)getpid(), databases++);
    snprintf(url, sizeof url, "postgresql:///%s%s", database, options ? options : "");
    snprintf(command, sizeof command, "CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'",
             database);
    if (!place_command(cluster, command))
        abort();
    place_url = url;
}

void place_tear_down(void)
{
    char command[160];

    snprintf(command, sizeof command, "DROP DATABASE IF EXISTS %s WITH (FORCE)", database);
    if (!place_command(place_cluster(), command))
        abort();
}
