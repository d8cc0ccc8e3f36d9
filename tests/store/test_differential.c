/* The same random steps on SQLite, on PostgreSQL and on the reference in memory: every answer is the same, byte for byte.
 *
 * REGISTRY_STEPS says how many (2,000), REGISTRY_SEED from where; both are printed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "batch.h"
#include "memory.h"
#include "place.h"
#include "suite.h"

#define STORES 3
#define CODES  40
#define NAMES  12
#define TERMS  15

static struct reg_store *stores[STORES];
static struct reg_store_reader *readers[STORES];
static const char *const names[STORES] = {"memory", "sqlite", "postgresql"};
static uint64_t state, request_ids;
static char sqlite_directory[64];

/* xorshift64*: the same on every machine. */
static uint64_t draw(uint64_t below)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (state * UINT64_C(0x2545F4914F6CDD1D) >> 11) % below;
}

static void code_of(uint64_t number, char ret[19])
{
    snprintf(ret, 19, "91341300MAY%06u0", (unsigned)number);
}

/* ---- batches ------------------------------------------------------------------------------------------------------- */

/* The rows of one random batch; they live as long as it. */
struct drawn {
    struct reg_licence_row licences[8];
    struct reg_serial_row serials[8];
    struct reg_case_row cases[8];
    struct reg_request_row requests[8];
    struct reg_licence_terms terms[8];
    int64_t gone[8][6], put[8][3];
    char ids[8][16], name_keys[8][16], licence_names[8][32];
    size_t count;
    bool commits;
};

struct plan {
    bool licence, name, serial, case_row, again, request, key, destroy;
    uint64_t code, name_number, serial_number, request_number, destroy_case, old_case, revision;
    uint32_t authority, state, parent;
    int32_t wake;
};

static struct plan plans[8];

static void draw_plans(struct drawn *drawn, uint64_t size)
{
    drawn->count = 1 + draw(6);
    drawn->commits = draw(8) != 0;
    for (size_t i = 0; i < drawn->count; i++)
        plans[i] = (struct plan){.licence = draw(3) != 0,
                                 .name = draw(3) != 0,
                                 .serial = draw(2) == 0,
                                 .case_row = draw(2) == 0,
                                 .again = size >= 8 && draw(4) == 0, /* of a case that may be there */
                                 .request = draw(2) == 0,
                                 .key = draw(2) == 0,
                                 .destroy = draw(12) == 0,
                                 .code = draw(CODES) / 6 * 6 + i, /* a code once a batch */
                                 .name_number = draw(NAMES),
                                 .serial_number = draw(100000),
                                 .request_number = draw(request_ids),
                                 .destroy_case = size ? draw(size) : 0,
                                 .old_case = size >= 8 ? draw(size / 8) * 8 + i : 0, /* a case once a batch */
                                 .revision = 1 + draw(6) + size / 50,                /* mostly newer, sometimes not */
                                 .authority = (uint32_t)(341300 + draw(2)),
                                 .state = (uint32_t)(1 + draw(7)),
                                 .parent = (uint32_t)draw(CODES),
                                 .wake = (int32_t)draw(30)};
}

static void hang_rows(struct drawn *drawn, size_t i, struct reg_append *append)
{
    const struct plan *plan = &plans[i];
    uint64_t position = append->entry.position;

    if (plan->licence) {
        struct reg_licence_row *row = &drawn->licences[i];

        snprintf(drawn->licence_names[i], sizeof drawn->licence_names[i], "示例%u号", (unsigned)plan->name_number);
        snprintf(drawn->name_keys[i], sizeof drawn->name_keys[i], "名%u", (unsigned)plan->name_number);
        *row = (struct reg_licence_row){.position = position,
                                        .serial = plan->serial_number,
                                        .version = 1 + (uint32_t)plan->revision / 2,
                                        .revision = plan->revision,
                                        .state = plan->state,
                                        .authority = plan->authority,
                                        .type = 1 + plan->parent % 5,
                                        .name = drawn->licence_names[i],
                                        .wake_day = plan->state == 2 ? plan->wake : 0,
                                        .industry = plan->parent,
                                        .established = plan->wake - 10,
                                        .recorded = (int32_t)(position / 20)};
        code_of(plan->code, row->code);
        if (plan->parent % 3 == 0)
            code_of(plan->parent, row->parent);
        append->licence = row;
        append->name_key = plan->name ? drawn->name_keys[i] : NULL;
        for (size_t j = 0; j < 3; j++) {
            drawn->gone[i][j] = (int64_t)(plan->serial_number + j * 5) % TERMS;
            drawn->gone[i][3 + j] = drawn->put[i][j] = (int64_t)(plan->request_number + j * 7) % TERMS;
        }
        drawn->terms[i] = (struct reg_licence_terms){row->code, drawn->gone[i], 6, drawn->put[i], 3};
        append->terms = plan->name ? &drawn->terms[i] : NULL;
    }
    if (plan->serial) {
        drawn->serials[i] = (struct reg_serial_row){.serial = plan->serial_number, .position = position, .version = 1};
        code_of(plan->code, drawn->serials[i].code);
        append->serial = &drawn->serials[i];
    }
    if (plan->case_row) {
        drawn->cases[i] = (struct reg_case_row){.number = plan->again ? plan->old_case : position,
                                                .position = position,
                                                .state = plan->state % 5 + 1,
                                                .authority = plan->authority};
        if (plan->licence)
            code_of(plan->code, drawn->cases[i].code);
        append->case_row = &drawn->cases[i];
    }
    if (plan->request) {
        snprintf(drawn->ids[i], sizeof drawn->ids[i], "id %u", (unsigned)plan->request_number);
        drawn->requests[i] = (struct reg_request_row){"registry:window", drawn->ids[i], {(uint8_t)i}, position};
        append->request = &drawn->requests[i];
    }
    if (plan->key) {
        append->entry.has_case = true;
        append->entry.case_number = position;
        append->entry.wrapped_key = append->entry.header;
        append->new_case_key = true;
    }
    if (plan->destroy) {
        append->destroy_key = true;
        append->destroy_case = plan->destroy_case;
    }
}

static int append_to(struct reg_store *store, struct drawn *drawn)
{
    struct batch batch;
    int error = batch_begin(store, &batch);

    if (error != 0)
        return error;
    for (size_t i = 0; i < drawn->count; i++)
        hang_rows(drawn, i, batch_add(&batch));
    if (drawn->commits)
        return batch_end(&batch);
    error = batch_insert(&batch);
    store->ops->rollback(store);
    return error;
}

static void step_append(unsigned step)
{
    struct reg_query head = {.kind = REG_QUERY_HEAD};
    struct drawn drawn = {0};
    int errors[STORES];

    CU_ASSERT_EQUAL_FATAL(reg_query_wait(readers[0], &head), 0);
    draw_plans(&drawn, head.head.size);
    reg_query_clear(&head);
    for (size_t i = 0; i < STORES; i++)
        errors[i] = append_to(stores[i], &drawn);
    for (size_t i = 1; i < STORES; i++)
        CHECK_CASE(errors[i] == errors[0], "step %u: appending gives %d on %s, %d in memory", step, errors[i], names[i],
                   errors[0]);
}

/* ---- queries ------------------------------------------------------------------------------------------------------- */

static void put_bytes(struct reg_buf *buf, struct reg_bytes bytes)
{
    reg_buf_printf(buf, " %zu:", bytes.len);
    reg_buf_put(buf, bytes.data, bytes.len);
}

/* All that a query gave, in one text. */
static void flatten(const struct reg_query *query, struct reg_buf *buf)
{
    reg_buf_printf(buf, "head %" PRIu64 " %" PRId64, query->head.size, query->head.time_ms);
    for (size_t i = 0; i < query->licence_count; i++) {
        const struct reg_licence_row *row = &query->licences[i];

        reg_buf_printf(buf, "\nlicence %s %" PRIu64 " %" PRIu64 " %u %" PRIu64 " %u %u %u %s %s %d %u %d %d %zu", row->code,
                       row->position, row->serial, row->version, row->revision, row->state, row->authority, row->type,
                       row->name, row->parent, row->wake_day, row->industry, row->established, row->recorded,
                       query->hits ? query->hits[i] : 0);
    }
    for (size_t i = 0; i < query->entry_count; i++) {
        reg_buf_printf(buf, "\nentry %" PRIu64 " %d %" PRIu64, query->entries[i].position, query->entries[i].has_case,
                       query->entries[i].has_case ? query->entries[i].case_number : 0);
        put_bytes(buf, query->entries[i].header);
        put_bytes(buf, query->entries[i].body);
        put_bytes(buf, query->entries[i].wrapped_key);
    }
    for (size_t i = 0; i < query->case_count; i++)
        reg_buf_printf(buf, "\ncase %" PRIu64 " %" PRIu64 " %u %u %s", query->cases[i].number, query->cases[i].position,
                       query->cases[i].state, query->cases[i].authority, query->cases[i].code);
    for (size_t i = 0; i < query->serial_count; i++)
        reg_buf_printf(buf, "\nserial %" PRIu64 " %s %" PRIu64 " %u", query->serials[i].serial, query->serials[i].code,
                       query->serials[i].position, query->serials[i].version);
    if (query->request) {
        reg_buf_printf(buf, "\nrequest %" PRIu64, query->request->position);
        put_bytes(buf, (struct reg_bytes){query->request->digest, REG_DIGEST_LEN});
    }
    reg_buf_printf(buf, "\nname %s, %zu branches", query->name_code ? query->name_code : "of nobody", query->branch_count);
}

/* Of licences that may be there, from anywhere to anywhere. */
static const struct reg_search *draw_search(char texts[2][32])
{
    static struct reg_search search;
    static int64_t terms[3];

    search = (struct reg_search){.by = (enum reg_search_by)draw(REG_SEARCH_BY_COUNT),
                                 .terms = terms,
                                 .term_count = 1 + draw(3),
                                 .code_after = texts[0],
                                 .code_to = texts[1],
                                 .value_after = (int32_t)draw(20) - 12,
                                 .value_to = (int32_t)draw(20)};
    for (size_t i = 0; i < 3; i++)
        terms[i] = (int64_t)draw(TERMS);
    if (search.terms[0] == search.terms[1] || search.terms[1] == search.terms[2] || search.terms[0] == search.terms[2])
        search.term_count = 1; /* no term twice */
    snprintf(texts[0], 32, "91341300MAY%06u0", (unsigned)draw(CODES));
    snprintf(texts[1], 32, "91341300MAY%06u0", (unsigned)draw(CODES));
    if (draw(3) == 0)
        strcpy(texts[1], REG_SEARCH_CODE_LAST);
    return &search;
}

static struct reg_query draw_query(uint64_t size, char codes[3][19], const char *list[3], char texts[2][32])
{
    static const enum reg_query_kind kinds[] = {REG_QUERY_HEAD,   REG_QUERY_LICENCES, REG_QUERY_ENTRIES, REG_QUERY_CASE,
                                                REG_QUERY_SERIAL, REG_QUERY_REGISTER, REG_QUERY_CASES,   REG_QUERY_CASES_OF,
                                                REG_QUERY_SEARCH};
    struct reg_query query = {.kind = kinds[draw(sizeof kinds / sizeof *kinds)]};
    uint64_t step = draw(CODES / 3);

    for (size_t i = 0; i < 3; i++) { /* three different ones */
        code_of(step + i * (CODES / 3), codes[i]);
        list[i] = codes[i];
    }
    query.codes = list;
    query.code_count = query.kind == REG_QUERY_CASES ? 0 : 1 + draw(3);
    query.with_entries = draw(2) == 0;
    query.from = draw(size + 3);
    query.headers_only = query.kind == REG_QUERY_ENTRIES && draw(2) == 0;
    query.limit = 1 + draw(20);
    query.number = query.kind == REG_QUERY_SERIAL ? draw(100000) : draw(size + 3);
    query.state = (uint32_t)draw(4);
    query.authority = query.kind == REG_QUERY_REGISTER || draw(2) ? (uint32_t)(341300 + draw(2)) : 0;
    query.caller = "registry:window";
    snprintf(texts[0], 32, "id %u", (unsigned)draw(request_ids));
    snprintf(texts[1], 32, "名%u", (unsigned)draw(NAMES));
    query.request_id = texts[0];
    query.name_key = texts[1];
    query.parent = codes[2];
    if (query.kind == REG_QUERY_SEARCH)
        query.search = draw_search(texts);
    return query;
}

static void step_query(unsigned step)
{
    struct reg_query head = {.kind = REG_QUERY_HEAD}, drawn;
    struct reg_buf answers[STORES] = {REG_BUF_INIT, REG_BUF_INIT, REG_BUF_INIT};
    char codes[3][19], texts[2][32];
    const char *list[3];

    CU_ASSERT_EQUAL_FATAL(reg_query_wait(readers[0], &head), 0);
    drawn = draw_query(head.head.size, codes, list, texts);
    reg_query_clear(&head);
    for (size_t i = 0; i < STORES; i++) {
        struct reg_query query = drawn;

        CHECK_CASE(reg_query_wait(readers[i], &query) == 0, "step %u: query %d on %s", step, (int)drawn.kind, names[i]);
        flatten(&query, &answers[i]);
        reg_query_clear(&query);
    }
    for (size_t i = 1; i < STORES; i++)
        CHECK_CASE(answers[i].len == answers[0].len && memcmp(answers[i].data, answers[0].data, answers[0].len) == 0,
                   "step %u: query %d: %s answers\n%.*s\nmemory\n%.*s", step, (int)drawn.kind, names[i], (int)answers[i].len,
                   (const char *)answers[i].data, (int)answers[0].len, (const char *)answers[0].data);
    for (size_t i = 0; i < STORES; i++)
        reg_buf_clear(&answers[i]);
}

/* ---- running ------------------------------------------------------------------------------------------------------- */

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text ? strtoull(text, NULL, 10) : otherwise;
}

static void open_stores(void)
{
    struct reg_error_info info = {0};

    strcpy(sqlite_directory, "/tmp/registry-store-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(sqlite_directory));
    stores[0] = memory_open(&place_identity);
    CU_ASSERT_EQUAL_FATAL(reg_store_open(sqlite_directory, "sqlite:registry.db", &place_identity, &stores[1], &info), 0);
    stores[2] = place_create();
    for (size_t i = 0; i < STORES; i++)
        readers[i] = reader_of(stores[i]);
}

static void close_stores(void)
{
    static const char *const files[] = {"registry.db", "registry.db-wal", "registry.db-shm"};
    char path[128];

    for (size_t i = 0; i < STORES; i++) {
        readers[i]->ops->reader_close(readers[i]);
        stores[i]->ops->close(stores[i]);
    }
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", sqlite_directory, files[i]);
        remove(path);
    }
    remove(sqlite_directory);
}

static void test_differential(void)
{
    uint64_t steps = setting("REGISTRY_STEPS", 2000), seed = setting("REGISTRY_SEED", (uint64_t)time(NULL));
    unsigned failures = CU_get_number_of_failures();

    request_ids = steps + 3000; /* some come twice, and most do not, however many steps there are */
    printf("%" PRIu64 " steps, REGISTRY_SEED=%" PRIu64 "\n", steps, seed);
    state = seed * 2 + 1;
    open_stores();
    for (uint64_t i = 0; i < steps && CU_get_number_of_failures() == failures; i++)
        if (draw(5) < 2)
            step_append((unsigned)i);
        else
            step_query((unsigned)i);
    close_stores();
}

static CU_TestInfo tests[] = {{"random steps", test_differential}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"differential", NULL, NULL, place_set_up, place_tear_down, tests}, CU_SUITE_INFO_NULL};
