/* The services over twins of engine and transport; the tables against the model; reflection against the .proto files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grpc/health/v1/health.pb-c.h"
#include "grpc/reflection/v1/reflection.pb-c.h"
#include "server.h"
#include "service/errors.h"
#include "service/methods.h"
#include "service/reflection.h"
#include "suite.h"
#include "twin_engine.h"
#include "twin_worker.h"

extern const unsigned char rd_descriptor_set[];
extern const size_t rd_descriptor_set_len;

/* ---- errors ------------------------------------------------------------------------------------------------------- */

static void test_every_error_has_a_status(void)
{
    const char *unknown = reg_error_text(-9999);
    int count = 0;

    for (int error = -1; error > -200; error--) {
        bool exists = strcmp(reg_error_text(error), unknown) != 0;

        CHECK_CASE(exists == rd_error_known(error), "%d: %s", error, reg_error_text(error));
        count += exists;
    }
    CU_ASSERT_TRUE(count >= 22);
    CU_ASSERT_EQUAL(rd_error_status(-9999), RD_INTERNAL);
}

static const struct {
    int error;
    enum rd_status status;
} statuses[] = {{REG_ERR_INVALID, RD_INVALID_ARGUMENT},
                {REG_ERR_ENCODING, RD_INVALID_ARGUMENT},
                {REG_ERR_UNKNOWN_FIELD, RD_INVALID_ARGUMENT},
                {REG_ERR_LIMIT, RD_RESOURCE_EXHAUSTED},
                {REG_ERR_NOT_FOUND, RD_NOT_FOUND},
                {REG_ERR_EXISTS, RD_ALREADY_EXISTS},
                {REG_ERR_CONFLICT, RD_ABORTED},
                {REG_ERR_UNAVAILABLE, RD_UNAVAILABLE},
                {REG_ERR_EXHAUSTED, RD_RESOURCE_EXHAUSTED},
                {REG_ERR_DENIED, RD_PERMISSION_DENIED},
                {REG_ERR_UNSUPPORTED, RD_UNIMPLEMENTED},
                {REG_ERR_CORRUPT, RD_INTERNAL},
                {REG_ERR_CRYPTO, RD_INTERNAL},
                {REG_ERR_NOMEM, RD_INTERNAL}};

static void test_statuses(void)
{
    struct reg_error_info info = {"第 3 项：/var/lib/秘密", "item 3: /var/lib/secret"};
    char text[RD_ERROR_TEXT_MAX];

    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        bool ours = statuses[i].status == RD_INTERNAL;

        CHECK_CASE(rd_error_status(statuses[i].error) == statuses[i].status, "%d", statuses[i].error);
        rd_error_text(statuses[i].error, &info, text);
        CHECK_CASE((strstr(text, "item 3") == NULL) == ours, "a fault of ours stays here: %s", text);
        CHECK_CASE(strstr(text, " / ") != NULL, "both languages: %s", text);
        rd_error_text(statuses[i].error, NULL, text);
        CHECK_CASE(strlen(text) > 3 && strstr(text, " / ") != NULL, "without detail: %s", text);
    }
}

/* ---- descriptors and reflection ----------------------------------------------------------------------------------- */

static struct rd_descriptors *descriptors;

static int set_up_descriptors(void)
{
    return rd_descriptors_new((struct reg_bytes){rd_descriptor_set, rd_descriptor_set_len}, &descriptors);
}

static int tear_down_descriptors(void)
{
    rd_descriptors_free(descriptors);
    return 0;
}

/* The rows are the methods of the .proto files, no more and no fewer. */
static void test_methods_are_the_protos(void)
{
    size_t services, found = 0;
    const char *const *names = rd_descriptors_services(descriptors, &services);

    CU_ASSERT_EQUAL(services, 7);
    for (size_t i = 0; i < rd_method_count; i++) {
        char symbol[128];

        snprintf(symbol, sizeof symbol, "%s", rd_methods[i].path + 1);
        *strchr(symbol, '/') = '.';
        CHECK_CASE(rd_descriptors_find_symbol(descriptors, symbol) >= 0, "%s is in no .proto", rd_methods[i].path);
        for (size_t j = 0; j < i; j++)
            CHECK_CASE(strcmp(rd_methods[j].path, rd_methods[i].path) != 0, "%s twice", rd_methods[i].path);
    }
    /* and the other way round: the lines of the .proto files that begin with "rpc" */
    for (size_t i = 0; i < rd_descriptors_count(descriptors); i++) {
        struct reg_bytes name = rd_descriptors_file(descriptors, i)->name;
        char path[256], line[512], rpc[64];
        FILE *file;

        snprintf(path, sizeof path, REG_SOURCE_DIR "/proto/%.*s", (int)name.len, (const char *)name.data);
        file = fopen(path, "r");
        CHECK_CASE(file != NULL, "%s", path);
        while (file != NULL && fgets(line, sizeof line, file) != NULL) {
            bool served = false;

            if (sscanf(line, " rpc %63[A-Za-z]", rpc) != 1)
                continue;
            found++;
            for (size_t m = 0; m < rd_method_count; m++)
                served |= strcmp(strrchr(rd_methods[m].path, '/') + 1, rpc) == 0;
            CHECK_CASE(served, "rpc %s of %s has no row", rpc, path);
        }
        if (file != NULL)
            fclose(file);
    }
    CU_ASSERT_EQUAL(found, rd_method_count);
    for (size_t i = 0; i < services; i++)
        CHECK_CASE(rd_service_known(names[i]), "%s", names[i]);
    CU_ASSERT_FALSE(rd_service_known("registry.v1.FilingServic"));
    CU_ASSERT_FALSE(rd_service_known(""));
}

/* The split is whole: put together again it is the set. */
static void test_split(void)
{
    size_t total = 0;

    for (size_t i = 0; i < rd_descriptors_count(descriptors); i++) {
        const struct rd_descriptor_file *file = rd_descriptors_file(descriptors, i);
        size_t len = file->proto.len;

        total += len + 2 + (len >= 128) + (len >= 16384);
        CHECK_CASE((file->imports >> i & 1) != 0, "file %zu lacks itself", i);
    }
    CU_ASSERT_EQUAL(total, rd_descriptor_set_len);
    CU_ASSERT_EQUAL(rd_descriptors_count(descriptors), 9);
}

static void test_damaged_set(void)
{
    struct rd_descriptors *none = NULL;
    int r;

    for (size_t len = 0; len < rd_descriptor_set_len; len += len < 200 ? 1 : 97) {
        r = rd_descriptors_new((struct reg_bytes){rd_descriptor_set, len}, &none);
        if (r == 0)
            rd_descriptors_free(none); /* cut between two files */
        else
            CHECK_CASE(r == REG_ERR_CORRUPT, "%zu bytes: %d", len, r);
    }
    CU_ASSERT_EQUAL(rd_descriptors_new((struct reg_bytes){(const uint8_t *)"", 0}, &none), REG_ERR_CORRUPT);
}

typedef Grpc__Reflection__V1__ServerReflectionRequest question;
typedef Grpc__Reflection__V1__ServerReflectionResponse answer;

static answer *ask(question *request)
{
    uint8_t bytes[512];
    struct reg_data response = {NULL, 0};
    answer *decoded;

    CU_ASSERT_EQUAL_FATAL(
        rd_reflection_answer(
            descriptors, (struct reg_bytes){bytes, grpc__reflection__v1__server_reflection_request__pack(request, bytes)},
            &response),
        0);
    decoded = grpc__reflection__v1__server_reflection_response__unpack(NULL, response.len, response.data);
    free(response.data);
    CU_ASSERT_PTR_NOT_NULL_FATAL(decoded);
    return decoded;
}

#define ASK(kind) GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_##kind
#define GOT(kind) GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_##kind

static const struct {
    const char *symbol, *file; /* NULL: not found */
    size_t files;              /* with imports */
} symbols[] = {
    {"registry.v1.FilingService", "registry/v1/filing_service.proto", 4},
    {"registry.v1.FilingService.SubmitFiling", "registry/v1/filing_service.proto", 4},
    {"registry.v1.AdminService.PlaceRestriction", "registry/v1/admin_service.proto", 3},
    {"registry.v1.LicenceService", "registry/v1/licence_service.proto", 3},
    {"registry.v1.EntryHeader", "registry/v1/ledger.proto", 2},
    {"registry.v1.EntryHeader.body_digest", "registry/v1/ledger.proto", 2},
    {"registry.v1.Filing", "registry/v1/model.proto", 1},
    {"registry.v1.LICENCE_STATE_DORMANT", "registry/v1/ledger.proto", 2},
    {"grpc.health.v1.HealthCheckResponse.ServingStatus", "grpc/health/v1/health.proto", 1},
    {"grpc.health.v1.HealthCheckResponse.SERVING", "grpc/health/v1/health.proto", 1},
    {"grpc.reflection.v1alpha.ServerReflection", "grpc/reflection/v1alpha/reflection.proto", 1},
    {"registry.v1.Nothing", NULL, 0},
    {"registry.v1", NULL, 0},
    {"", NULL, 0},
};

static void test_symbols(void)
{
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
        question request = GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__INIT;
        answer *response;

        request.host = (char *)"a host";
        request.message_request_case = ASK(FILE_CONTAINING_SYMBOL);
        request.file_containing_symbol = (char *)symbols[i].symbol;
        response = ask(&request);
        CU_ASSERT_STRING_EQUAL(response->valid_host, "a host");
        CU_ASSERT_STRING_EQUAL(response->original_request->file_containing_symbol, symbols[i].symbol);
        if (symbols[i].file == NULL) {
            CHECK_CASE(response->message_response_case == GOT(ERROR_RESPONSE) &&
                           response->error_response->error_code == RD_NOT_FOUND,
                       "%s", symbols[i].symbol);
        } else if (response->message_response_case != GOT(FILE_DESCRIPTOR_RESPONSE)) {
            CHECK_CASE(0, "%s", symbols[i].symbol);
        } else {
            int file = rd_descriptors_find_file(descriptors, symbols[i].file);
            ProtobufCBinaryData got = response->file_descriptor_response->file_descriptor_proto[0];
            struct reg_bytes expected = rd_descriptors_file(descriptors, file >= 0 ? (size_t)file : 0)->proto;

            CHECK_CASE(file >= 0 && got.len == expected.len && memcmp(got.data, expected.data, got.len) == 0, "%s",
                       symbols[i].symbol);
            CHECK_CASE(response->file_descriptor_response->n_file_descriptor_proto == symbols[i].files, "%s: %zu files",
                       symbols[i].symbol, response->file_descriptor_response->n_file_descriptor_proto);
        }
        grpc__reflection__v1__server_reflection_response__free_unpacked(response, NULL);
    }
}

static void test_other_questions(void)
{
    Grpc__Reflection__V1__ExtensionRequest extension = GRPC__REFLECTION__V1__EXTENSION_REQUEST__INIT;
    struct reg_data response = {NULL, 0};
    static const uint8_t junk[] = {0x0a, 0xff};
    static uint8_t large[5000];
    question request = GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__INIT;
    answer *got;

    request.message_request_case = ASK(LIST_SERVICES);
    request.list_services = (char *)"";
    got = ask(&request);
    CU_ASSERT_EQUAL_FATAL(got->message_response_case, GOT(LIST_SERVICES_RESPONSE));
    CU_ASSERT_EQUAL(got->list_services_response->n_service, 7);
    CU_ASSERT_STRING_EQUAL(got->list_services_response->service[0]->name, "grpc.health.v1.Health");
    CU_ASSERT_STRING_EQUAL(got->list_services_response->service[6]->name, "registry.v1.LicenceService");
    grpc__reflection__v1__server_reflection_response__free_unpacked(got, NULL);

    request.message_request_case = ASK(FILE_BY_FILENAME);
    request.file_by_filename = (char *)"registry/v1/none.proto";
    got = ask(&request);
    CU_ASSERT_EQUAL(got->message_response_case, GOT(ERROR_RESPONSE));
    grpc__reflection__v1__server_reflection_response__free_unpacked(got, NULL);

    request.message_request_case = ASK(ALL_EXTENSION_NUMBERS_OF_TYPE);
    request.all_extension_numbers_of_type = (char *)"registry.v1.Filing";
    got = ask(&request);
    CU_ASSERT_EQUAL_FATAL(got->message_response_case, GOT(ERROR_RESPONSE));
    CU_ASSERT_EQUAL(got->error_response->error_code, RD_NOT_FOUND);
    grpc__reflection__v1__server_reflection_response__free_unpacked(got, NULL);

    request.message_request_case = ASK(FILE_CONTAINING_EXTENSION);
    request.file_containing_extension = &extension;
    got = ask(&request);
    CU_ASSERT_EQUAL_FATAL(got->message_response_case, GOT(ERROR_RESPONSE));
    CU_ASSERT_EQUAL(got->error_response->error_code, RD_NOT_FOUND);
    grpc__reflection__v1__server_reflection_response__free_unpacked(got, NULL);

    request.message_request_case = ASK(_NOT_SET);
    got = ask(&request);
    CU_ASSERT_EQUAL_FATAL(got->message_response_case, GOT(ERROR_RESPONSE));
    CU_ASSERT_EQUAL(got->error_response->error_code, RD_INVALID_ARGUMENT);
    grpc__reflection__v1__server_reflection_response__free_unpacked(got, NULL);

    CU_ASSERT_EQUAL(rd_reflection_answer(descriptors, (struct reg_bytes){junk, sizeof junk}, &response), REG_ERR_INVALID);
    CU_ASSERT_EQUAL(rd_reflection_answer(descriptors, (struct reg_bytes){large, sizeof large}, &response), REG_ERR_LIMIT);
}

/* ---- the methods over twins --------------------------------------------------------------------------------------- */

static const struct reg_caller window = {.uri = "registry:window", .kind = REG_CALLER_WINDOW};
static const struct reg_caller department = {.uri = "registry:department:tax", .kind = REG_CALLER_DEPARTMENT};
static const struct reg_caller auditor = {.uri = "registry:auditor", .kind = REG_CALLER_AUDITOR};
static const struct reg_caller operator_ = {.uri = "registry:operator", .kind = REG_CALLER_OPERATOR};

static struct fixture {
    struct rd_server server;
    struct reg_engine engine;
    struct rd_worker worker;
} f;

static void set_up(unsigned queue_length, unsigned verify_queue)
{
    struct rd_writer_options options = {.engine = &f.engine, .queue_length = queue_length, .batch_size = 64};
    struct reg_reader *reader;
    struct reg_error_info info;

    memset(&f, 0, sizeof f);
    twin_engine_init(&f.engine);
    f.server.engine = &f.engine;
    f.server.descriptors = descriptors;
    CU_ASSERT_EQUAL_FATAL(reg_reader_open(&f.engine, &reader, &info), 0);
    CU_ASSERT_EQUAL_FATAL(rd_health_new(&f.server.health), 0);
    CU_ASSERT_EQUAL_FATAL(rd_pool_new(&f.engine, 1, verify_queue, &f.server.pool, &info), 0);
    options.pool = f.server.pool;
    CU_ASSERT_EQUAL_FATAL(rd_writer_new(&options, &f.server.writer), 0);
    twin_worker_init(&f.worker, reader, &f.server);
}

static void tear_down(void)
{
    rd_writer_free(f.server.writer);
    rd_pool_free(f.server.pool);
    rd_health_free(f.server.health);
    reg_reader_close(f.worker.reader);
    CU_ASSERT_EQUAL(f.engine.readers, 0);
}

static void run(struct rd_call *call, const char *path, const struct reg_caller *caller, const char *message)
{
    *call = (struct rd_call){.worker = &f.worker, .caller = caller, .status = (enum rd_status) - 1};
    for (size_t i = 0; i < rd_method_count; i++)
        if (strstr(rd_methods[i].path, path) != NULL) {
            rd_methods[i].run(call, (struct reg_bytes){(const uint8_t *)message, strlen(message)});
            return;
        }
    CHECK_CASE(0, "no method %s", path);
}

/* Rows: methods; columns: window, department, auditor, operator, nobody. */
static const struct {
    const char *path;
    bool may[5];
} rights[] = {
    {"FilingService/ValidateFiling", {true, false, false, true, false}},
    {"FilingService/GetCase", {true, false, false, true, false}},
    {"FilingService/CheckName", {true, false, false, true, false}},
    {"FilingService/ReserveName", {true, false, false, true, false}},
    {"FilingService/SubmitFiling", {true, false, false, true, false}},
    {"LicenceService/GetLicence", {true, true, true, true, false}},
    {"LicenceService/VerifyCredential", {true, true, true, true, false}},
    {"Health/Check", {true, true, true, true, true}},
    {"reflection.v1.ServerReflection/", {true, true, true, true, false}},
    {"reflection.v1alpha.ServerReflection/", {true, true, true, true, false}},
};

static void test_rights(void)
{
    const struct reg_caller *callers[] = {&window, &department, &auditor, &operator_, NULL};

    set_up(64, 64);
    for (size_t i = 0; i < sizeof rights / sizeof rights[0]; i++)
        for (size_t c = 0; c < 5; c++) {
            struct rd_call call;

            run(&call, rights[i].path, callers[c], "");
            if (!call.done && call.holds > 0)
                twin_worker_run(&f.worker, 1);
            CHECK_CASE((call.status != RD_PERMISSION_DENIED) == rights[i].may[c], "%s caller %zu: %d %s", rights[i].path, c,
                       (int)call.status, call.text);
            CHECK_CASE(call.holds == 0, "%s: a call is still held", rights[i].path);
        }
    for (size_t i = 0; i < rd_method_count; i++)
        CHECK_CASE(rd_methods[i].anonymous == (strstr(rd_methods[i].path, "Health") != NULL), "%s", rd_methods[i].path);
    tear_down();
}

static void test_reads(void)
{
    struct rd_call call;

    set_up(8, 8);
    run(&call, "GetLicence", &department, "91X");
    CU_ASSERT_STRING_EQUAL(call.text, "licence of 91X");
    run(&call, "GetLicence", &department, "none");
    CU_ASSERT_EQUAL(call.status, RD_NOT_FOUND);
    CU_ASSERT_STRING_EQUAL(call.text, "there is none / 没有");
    run(&call, "GetCase", &window, "7");
    CU_ASSERT_STRING_EQUAL(call.text, "case of 7");
    run(&call, "ValidateFiling", &window, "x");
    CU_ASSERT_STRING_EQUAL(call.text, "findings of x");
    run(&call, "VerifyCredential", &auditor, "c");
    CU_ASSERT_FALSE(call.done); /* not on the worker: it comes back from the pool */
    twin_worker_run(&f.worker, 1);
    CU_ASSERT_STRING_EQUAL(call.text, "verdict of c");
    CU_ASSERT_EQUAL(call.holds, 0);
    tear_down();
}

static const struct {
    const char *message;
    enum rd_status status;
    const char *text;
} submissions[] = {{"a", RD_OK, "answer to a"},
                   {"race:L", RD_OK, "answer to race"}, /* prepared again, then written */
                   {"x:N", RD_INVALID_ARGUMENT, "filing.entity has no field 99"},
                   {"none:E", RD_RESOURCE_EXHAUSTED, "tell the operator"},
                   {"bad:S", RD_INTERNAL, "a fault of the server"},
                   {"a", RD_OK, "answer to a"}};

static void test_submissions(void)
{
    set_up(8, 8);
    for (size_t i = 0; i < sizeof submissions / sizeof submissions[0]; i++) {
        struct rd_call call;

        run(&call, "SubmitFiling", &window, submissions[i].message);
        while (call.holds > 0)
            twin_worker_run(&f.worker, 1);
        CHECK_CASE(call.status == submissions[i].status && strstr(call.text, submissions[i].text) != NULL, "%s: %d %s",
                   submissions[i].message, (int)call.status, call.text);
    }
    CU_ASSERT_EQUAL(f.engine.written_count, 2);
    tear_down();
}

/* 64 at once with one request id: one licence, 64 equal answers. */
static void test_same_request(void)
{
    struct rd_call calls[64];
    size_t held;

    set_up(64, 8);
    twin_engine_allow(&f.engine, 0);
    for (size_t i = 0; i < 64; i++)
        run(&calls[i], "SubmitFiling", &window, "same");
    twin_engine_allow(&f.engine, SIZE_MAX);
    do {
        twin_worker_run(&f.worker, 1);
        held = 0;
        for (size_t i = 0; i < 64; i++)
            held += (size_t)calls[i].holds;
    } while (held > 0);
    for (size_t i = 0; i < 64; i++)
        CHECK_CASE(calls[i].status == RD_OK && strcmp(calls[i].text, "answer to same") == 0, "%zu: %s", i, calls[i].text);
    CU_ASSERT_EQUAL(twin_engine_written(&f.engine, "same"), 1);
    tear_down();
}

static void test_full(void)
{
    struct rd_call calls[4];

    set_up(1, 8);
    twin_engine_allow(&f.engine, 0);
    run(&calls[0], "SubmitFiling", &window, "a");
    twin_engine_wait(&f.engine, &f.engine.appending, 1);
    run(&calls[1], "SubmitFiling", &window, "b");
    run(&calls[2], "SubmitFiling", &window, "c");
    CU_ASSERT_EQUAL(calls[2].status, RD_RESOURCE_EXHAUSTED);
    CU_ASSERT_PTR_NOT_NULL(strstr(calls[2].text, "try again"));
    rd_writer_stop(f.server.writer);
    run(&calls[3], "SubmitFiling", &window, "d");
    CU_ASSERT_EQUAL(calls[3].status, RD_UNAVAILABLE);
    twin_call_end(&calls[1]); /* its peer goes away; what it filed is written all the same */
    twin_engine_allow(&f.engine, SIZE_MAX);
    twin_worker_run(&f.worker, 2);
    CU_ASSERT_EQUAL(calls[0].status, RD_OK);
    CU_ASSERT_EQUAL(twin_engine_written(&f.engine, "b"), 1);
    for (int i = 0; i < 4; i++)
        CU_ASSERT_EQUAL(calls[i].holds, 0);
    tear_down();
}

/* ---- health ------------------------------------------------------------------------------------------------------- */

static int serving(const struct rd_call *call)
{
    Grpc__Health__V1__HealthCheckResponse *response;
    int status;

    response = grpc__health__v1__health_check_response__unpack(NULL, strlen(call->text), (const uint8_t *)call->text);
    status = response == NULL ? -1 : (int)response->status;
    grpc__health__v1__health_check_response__free_unpacked(response, NULL);
    return status;
}

#define FILING_SERVICE "\x0a\x19registry.v1.FilingService"
#define NO_SERVICE     "\x0a\x07nothing"

static void test_health_check(void)
{
    struct rd_call call;

    set_up(8, 8);
    run(&call, "Health/Check", NULL, "");
    CU_ASSERT_EQUAL(serving(&call), RD_SERVING);
    run(&call, "Health/Check", NULL, FILING_SERVICE);
    CU_ASSERT_EQUAL(serving(&call), RD_SERVING);
    run(&call, "Health/Check", NULL, NO_SERVICE);
    CU_ASSERT_EQUAL(call.status, RD_NOT_FOUND);
    run(&call, "Health/Check", NULL, "\x0a\x7f");
    CU_ASSERT_EQUAL(call.status, RD_INVALID_ARGUMENT);
    rd_health_set_paused(f.server.health, true);
    run(&call, "Health/Check", NULL, FILING_SERVICE);
    CU_ASSERT_EQUAL(serving(&call), RD_NOT_SERVING);
    run(&call, "Health/Check", NULL, "");
    CU_ASSERT_EQUAL(serving(&call), RD_SERVING); /* look-ups go on */
    rd_health_set_draining(f.server.health);
    run(&call, "Health/Check", NULL, "");
    CU_ASSERT_EQUAL(serving(&call), RD_NOT_SERVING);
    tear_down();
}

static void test_health_watch(void)
{
    struct rd_call filing, other, gone;

    set_up(8, 8);
    run(&filing, "Health/Watch", NULL, FILING_SERVICE);
    run(&other, "Health/Watch", NULL, NO_SERVICE);
    run(&gone, "Health/Watch", NULL, FILING_SERVICE);
    CU_ASSERT_EQUAL(filing.sent, 1);
    CU_ASSERT_EQUAL(serving(&filing), RD_SERVING);
    CU_ASSERT_EQUAL(serving(&other), RD_SERVICE_UNKNOWN);
    rd_health_watch(&filing, (struct reg_bytes){NULL, 0}); /* the peer closes its side and goes on listening */
    CU_ASSERT_FALSE(filing.done);
    rd_health_set_paused(f.server.health, true);
    twin_call_end(&gone); /* while the news is on its way to it */
    CU_ASSERT_EQUAL(twin_worker_run_posted(&f.worker), 3);
    CU_ASSERT_EQUAL(filing.sent, 2);
    CU_ASSERT_EQUAL(serving(&filing), RD_NOT_SERVING);
    CU_ASSERT_EQUAL(other.sent, 1);
    rd_health_set_paused(f.server.health, true); /* no news */
    CU_ASSERT_EQUAL(twin_worker_run_posted(&f.worker), 0);
    rd_health_set_paused(f.server.health, false);
    rd_health_set_draining(f.server.health);
    CU_ASSERT_EQUAL(twin_worker_run_posted(&f.worker), 2);
    CU_ASSERT_EQUAL(filing.sent, 2); /* NOT_SERVING it was, NOT_SERVING it is */
    rd_health_watch(&filing, (struct reg_bytes){(const uint8_t *)"", 0});
    CU_ASSERT_EQUAL(filing.status, RD_INVALID_ARGUMENT); /* one question a call */
    twin_call_end(&other);
    tear_down();
}

static CU_TestInfo error_tests[] = {
    {"every error has a status", test_every_error_has_a_status}, {"statuses", test_statuses}, CU_TEST_INFO_NULL};
static CU_TestInfo reflection_tests[] = {{"methods are the protos'", test_methods_are_the_protos},
                                         {"split", test_split},
                                         {"damaged set", test_damaged_set},
                                         {"symbols", test_symbols},
                                         {"other questions", test_other_questions},
                                         CU_TEST_INFO_NULL};
static CU_TestInfo service_tests[] = {{"rights", test_rights},
                                      {"reads", test_reads},
                                      {"submissions", test_submissions},
                                      {"same request", test_same_request},
                                      {"full", test_full},
                                      {"health check", test_health_check},
                                      {"health watch", test_health_watch},
                                      CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"errors", NULL, NULL, NULL, NULL, error_tests},
                         {"reflection", set_up_descriptors, tear_down_descriptors, NULL, NULL, reflection_tests},
                         {"service", set_up_descriptors, tear_down_descriptors, NULL, NULL, service_tests},
                         CU_SUITE_INFO_NULL};
