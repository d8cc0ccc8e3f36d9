/* Runs every file of the folders that are named through the fuzz target; an empty corpus is a failure. */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat status;
    uint8_t *data = NULL;
    size_t size = 0;
    int ok = 0;

    if (!file || fstat(fileno(file), &status) != 0)
        goto out;
    /* Exactly as large as the file, so that the sanitizer sees a read past its end. */
    size = (size_t)status.st_size;
    data = malloc(size ? size : 1);
    if (!data || fread(data, 1, size, file) != size)
        goto out;
    LLVMFuzzerTestOneInput(data, size);
    ok = 1;
out:
    if (!ok)
        fprintf(stderr, "cannot read %s\n", path);
    free(data);
    if (file)
        fclose(file);
    return ok;
}

static int replay_folder(const char *folder, unsigned *count)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    char path[4096];
    int ok = 1;

    if (!dir) {
        fprintf(stderr, "cannot open %s\n", folder);
        return 0;
    }
    while (ok && (entry = readdir(dir))) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        ok = replay_file(path);
        ++*count;
    }
    closedir(dir);
    return ok;
}

int main(int argc, char **argv)
{
    unsigned count = 0;

    for (int i = 1; i < argc; i++)
        if (!replay_folder(argv[i], &count))
            return 2;
    printf("%u inputs\n", count);
    return count > 0 ? 0 : 2;
}
