#include "place.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

char place_directory[64];
const char *place_url = "sqlite:registry.db";
const struct reg_store_identity place_identity = {{1, 2, 3, 4, 5, 6, 7, 8}, REG_SUITE_INTL, REG_STORE_LIVE};

void place_set_up(void)
{
    strcpy(place_directory, "/tmp/registry-store-XXXXXX");
    if (!mkdtemp(place_directory)) {
        perror(place_directory);
        abort();
    }
}

void place_tear_down(void)
{
    DIR *directory = opendir(place_directory);
    const struct dirent *file;

    while (directory && (file = readdir(directory))) {
        char path[512];

        snprintf(path, sizeof path, "%s/%s", place_directory, file->d_name);
        if (file->d_name[0] != '.' && unlink(path) != 0)
            rmdir(path);
    }
    if (directory)
        closedir(directory);
    rmdir(place_directory);
}
