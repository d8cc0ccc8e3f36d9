/* Issues a licence in-process, with SQLite: issue DIR FILING.json prints the answer as JSON.
 *   cc issue.c $(pkg-config --cflags --libs registry registry-store) -o issue
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include <registry/engine.h>

static int draw(void *context, void *ret, size_t len)
{
    (void)context;
    return getrandom(ret, len, 0) == (ssize_t)len ? 0 : REG_ERR_IO;
}

static int64_t now(void *context)
{
    (void)context;
    return (int64_t)time(NULL) * 1000;
}

int main(int argc, char **argv)
{
    struct reg_init_options init = REG_INIT_OPTIONS_INIT;
    struct reg_open_options open = REG_OPEN_OPTIONS_INIT;
    struct reg_host host = {NULL, draw, now};
    struct reg_caller window = {.uri = "example:window", .kind = REG_CALLER_WINDOW};
    struct reg_engine *engine = NULL;
    struct reg_data request = {0}, answer = {0}, json = {0};
    struct reg_error_info info = {0};
    static uint8_t text[1 << 20];
    FILE *file = argc == 3 ? fopen(argv[2], "rb") : NULL;
    int n, error;

    if (!file)
        return fprintf(stderr, "usage: issue DIR FILING.json\n"), 2;
    n = snprintf((char *)text, sizeof text, "{\"requestId\":\"example-1\",\"filing\":");
    n += (int)fread(text + n, 1, sizeof text - (size_t)n - 1, file);
    text[n++] = '}';
    fclose(file);
    init.open_store = open.open_store = reg_store_open;
    error = reg_registry_init(argv[1], &init, &host, &info);
    if (error == 0 || error == REG_ERR_EXISTS)
        error = reg_engine_open(argv[1], &open, &host, &engine, &info);
    if (error == 0)
        error = reg_json_to_message("SubmitFilingRequest", (struct reg_bytes){text, (size_t)n}, &request, &info);
    if (error == 0)
        error = reg_engine_submit(engine, &window, reg_bytes_of(&request), &answer, &info);
    if (error == 0)
        error = reg_message_json("SubmitFilingResponse", reg_bytes_of(&answer), 2, &json, &info);
    fprintf(error ? stderr : stdout, "%s\n", error ? info.en : (char *)json.data);
    reg_data_clear(&request), reg_data_clear(&answer), reg_data_clear(&json);
    reg_engine_close(engine);
    return error ? 2 : 0;
}
