/* The cache of licences: against a model, full, and never out of date beside a second engine on the same registry. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "base/buffer.h"
#include "base/message.h"
#include "engine/cache.h"
#include "engine/internal.h"
#include "fixture.h"
#include "suite.h"

/* ---- by itself ------------------------------------------------------------------------------------------------------- */

#define CODES  40
#define GRANTS 3
#define LIMIT  ((size_t)64 << 10)

static uint32_t state;

static uint32_t draw(uint32_t below)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % below;
}

static struct reg_grant grant_of(unsigned number)
{
    struct reg_grant grant = {.all = number == 0};

    if (number > 0)
        grant.items[number / 64] = UINT64_C(1) << number % 64;
    return grant;
}

static void put(struct reg_cache *cache, unsigned code, unsigned number, uint64_t as_of, size_t len)
{
    static uint8_t bytes[LIMIT];
    struct reg_licence_row row = {.revision = as_of, .name = "not kept"};
    struct reg_grant grant = grant_of(number);

    snprintf(row.code, sizeof row.code, "CODE%u", code);
    memset(bytes, (int)(as_of & 0xff), len);
    reg_cache_put(cache, &row, &grant, as_of, (struct reg_bytes){bytes, len});
}

static bool get(struct reg_cache *cache, unsigned code, unsigned number, struct reg_cached *ret)
{
    struct reg_grant grant = grant_of(number);
    char text[19];

    snprintf(text, sizeof text, "CODE%u", code);
    return reg_cache_find(cache, text, &grant, ret);
}

struct model {
    uint64_t as_of[CODES][GRANTS]; /* 0: it must not be there */
    size_t len[CODES][GRANTS];
};

static void compare(struct reg_cache *cache, const struct model *model, size_t own, size_t overhead)
{
    const struct reg_cache_counts *counts = reg_cache_counts(cache);
    struct reg_cached cached;
    size_t bytes = own, entries = 0;

    for (unsigned code = 0; code < CODES; code++)
        for (unsigned number = 0; number < GRANTS; number++) {
            if (!get(cache, code, number, &cached))
                continue;
            entries++;
            bytes += overhead + cached.view.len;
            CHECK_CASE(cached.as_of == model->as_of[code][number] && cached.view.len == model->len[code][number] &&
                           cached.row->revision == cached.as_of && !cached.row->name &&
                           cached.view.data[cached.view.len - 1] == (uint8_t)cached.as_of,
                       "code %u grant %u", code, number);
        }
    CHECK_CASE(bytes == counts->bytes && entries == counts->entries && bytes <= LIMIT, "%zu bytes, %zu entries", bytes,
               entries);
}

static void step(struct reg_cache *cache, struct model *model, uint64_t at)
{
    unsigned code = draw(CODES), number = draw(GRANTS);
    struct reg_cached cached;
    uint64_t before;
    char text[19];

    switch (draw(16)) {
    case 0:
        snprintf(text, sizeof text, "CODE%u", code);
        before = at - draw(200);
        reg_cache_drop(cache, text, before);
        for (unsigned i = 0; i < GRANTS; i++)
            if (model->as_of[code][i] <= before)
                model->as_of[code][i] = 0;
        break;
    case 1:
        if (draw(100) == 0) {
            reg_cache_clear(cache);
            *model = (struct model){0};
        }
        break;
    case 2: /* too large for it: what was there before is gone */
        put(cache, code, number, at, LIMIT / 8 + 1);
        model->as_of[code][number] = 0;
        break;
    case 3:
    case 4:
    case 5:
    case 6:
        model->as_of[code][number] = at;
        model->len[code][number] = 1 + draw(3000);
        put(cache, code, number, at, model->len[code][number]);
        break;
    default:
        if (get(cache, code, number, &cached))
            CHECK_CASE(cached.as_of == model->as_of[code][number], "step %llu", (unsigned long long)at);
    }
}

static void test_model(void)
{
    for (uint32_t seed = 1; seed <= 8; seed++) {
        struct reg_cache *cache = reg_cache_new(LIMIT, seed);
        struct model model = {0};
        size_t own, overhead;

        CU_ASSERT_PTR_NOT_NULL_FATAL(cache);
        own = reg_cache_counts(cache)->bytes;
        put(cache, 0, 0, 1, 10);
        overhead = reg_cache_counts(cache)->bytes - own - 10;
        model.as_of[0][0] = 1;
        model.len[0][0] = 10;
        state = seed;
        for (uint64_t at = 300; at < 4300; at++) {
            step(cache, &model, at);
            if (at % 16 == 0)
                compare(cache, &model, own, overhead);
        }
        CHECK_CASE(reg_cache_counts(cache)->evicted > 0, "seed %u", seed);
        reg_cache_free(cache);
    }
}

/* A caller who walks through the register once: what others come back for stays, and memory stays within the limit. */
static void test_walk(void)
{
    struct reg_cache *cache = reg_cache_new(LIMIT, 7);
    struct reg_cached cached;
    unsigned kept = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(cache);
    for (unsigned code = 0; code < 10; code++)
        put(cache, code, 0, 1, 1000);
    for (unsigned walked = 0; walked < 20000; walked++) {
        put(cache, 1000 + walked, 1, 2, 1000);
        if (walked % 10 == 0)
            for (unsigned code = 0; code < 10; code++)
                (void)get(cache, code, 0, &cached);
        if (reg_cache_counts(cache)->bytes > LIMIT)
            CU_FAIL("over the limit");
    }
    for (unsigned code = 0; code < 10; code++)
        kept += get(cache, code, 0, &cached);
    CHECK_CASE(kept == 10, "%u of 10 kept", kept);
    reg_cache_free(cache);
}

/* More distinct grants than it has room for: the last are not kept, nobody gets another's. */
static void test_grants(void)
{
    struct reg_cache *cache = reg_cache_new(4 * LIMIT, 7);
    struct reg_cached cached;

    CU_ASSERT_PTR_NOT_NULL_FATAL(cache);
    for (unsigned number = 0; number < 100; number++)
        put(cache, 0, number, number + 1, 100);
    for (unsigned number = 0; number < 100; number++)
        CHECK_CASE(get(cache, 0, number, &cached) ? cached.as_of == number + 1 : number >= 64, "grant %u", number);
    reg_cache_free(cache);
    CU_ASSERT_PTR_NULL(reg_cache_new(1000, 7));
}

/* ---- beside another engine ------------------------------------------------------------------------------------------- */

struct pair {
    struct fixture here, there; /* two engines of one registry; the reader of `here` has a cache */
    struct reg_reader *follower;
    char code[19];
};

static void follow(struct pair *pair)
{
    bool news;

    CU_ASSERT_EQUAL(reg_reader_follow(pair->follower, &news, &pair->here.info), 0);
}

static void start(struct pair *pair)
{
    struct reg_data request;
    reg_pb_submit_filing_response *answer;
    int error;

    CU_ASSERT_EQUAL_FATAL(fixture_start(&pair->here, REG_SUITE_INTL), 0);
    CU_ASSERT_EQUAL_FATAL(fixture_prepare(&pair->there, REG_SUITE_INTL), 0);
    strcpy(pair->there.directory, pair->here.directory);
    CU_ASSERT_EQUAL_FATAL(fixture_open(&pair->there), 0);
    CU_ASSERT_EQUAL(reg_reader_cache(pair->here.reader, 100, &pair->here.info), REG_ERR_LIMIT);
    CU_ASSERT_EQUAL_FATAL(reg_reader_cache(pair->here.reader, LIMIT, &pair->here.info), 0);
    CU_ASSERT_EQUAL_FATAL(reg_reader_open(pair->here.engine, &pair->follower, &pair->here.info), 0);
    request = fixture_request(&pair->here, "01", "found", NULL);
    answer = fixture_submit(&pair->here, reg_bytes_of(&request), &error);
    reg_data_clear(&request);
    CU_ASSERT_PTR_NOT_NULL_FATAL(answer);
    CU_ASSERT_PTR_NOT_NULL_FATAL(answer->licence);
    strcpy(pair->code, answer->licence->status->credit_code);
    follow(pair);
}

static void end(struct pair *pair)
{
    reg_reader_close(pair->follower);
    fixture_shut(&pair->there);
    reg_arena_free(pair->there.arena);
    fixture_end(&pair->here);
}

static struct reg_cache_figures figures(struct pair *pair)
{
    struct reg_cache_figures now;

    reg_cache_figures(pair->here.engine, &now);
    return now;
}

/* Asks `here`; `hit`: it must (or must not) come from the cache. */
static reg_pb_get_licence_response *look(struct pair *pair, const struct reg_caller *caller, bool hit)
{
    struct reg_cache_figures before = figures(pair), after;
    int error;
    reg_pb_get_licence_response *answer = fixture_licence(&pair->here, caller, pair->code, &error);

    after = figures(pair);
    CHECK_CASE(answer != NULL, "%d %s", error, pair->here.info.en);
    CHECK_CASE(after.hits + after.misses + after.bypassed == before.hits + before.misses + before.bypassed + 1,
               "counted once");
    CHECK_CASE((after.hits > before.hits) == hit, "hits %llu", (unsigned long long)after.hits);
    return answer;
}

/* Changes the licence through `there`; the tree size afterwards. */
static uint64_t change(struct pair *pair, unsigned base)
{
    char text[600];
    struct reg_data request = {NULL, 0};
    reg_pb_submit_filing_response *answer;
    int n, error;

    n = snprintf(
        text, sizeof text,
        "{\"requestId\":\"change %u\",\"filing\":{\"kind\":\"FILING_KIND_RECORD\",\"authority\":341300,\"creditCode\":"
        "\"%s\",\"baseRevision\":\"%u\",\"replaces\":[\"industry\"],\"entity\":{\"industry\":\"F51%d\"},"
        "\"materials\":[{\"kind\":\"application_form\",\"digest\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}]}}",
        base, pair->code, base, base % 2 ? 37 : 26);
    CU_ASSERT_EQUAL_FATAL(reg_json_to_message("SubmitFilingRequest", (struct reg_bytes){(uint8_t *)text, (size_t)n},
                                              &request, &pair->there.info),
                          0);
    answer = fixture_submit(&pair->there, reg_bytes_of(&request), &error);
    reg_data_clear(&request);
    CHECK_CASE(answer && answer->licence, "%d %s", error, pair->there.info.en);
    CU_ASSERT_PTR_NOT_NULL_FATAL(answer ? answer->licence : NULL);
    return answer->licence->status->as_of->size;
}

struct taken {
    int error;
    uint64_t revision, size;
};

static void take(void *context, int error, const struct reg_error_info *info, struct reg_bytes message)
{
    struct taken *taken = context;
    Registry__V1__GetLicenceResponse *answer;

    (void)info;
    taken->error = error;
    answer = error == 0 ? registry__v1__get_licence_response__unpack(NULL, message.len, message.data) : NULL;
    if (answer) {
        taken->revision = answer->status->revision;
        taken->size = answer->status->as_of->size;
    }
    registry__v1__get_licence_response__free_unpacked(answer, NULL);
}

/* Asks `here` for what is at least of that tree size. */
static struct taken look_at_least(struct pair *pair, uint64_t size, uint8_t flip)
{
    reg_pb_get_licence_request request = REGISTRY__V1__GET_LICENCE_REQUEST__INIT;
    reg_pb_tree_size at_least = REGISTRY__V1__TREE_SIZE__INIT;
    struct reg_registry_facts facts;
    struct reg_buf buf = REG_BUF_INIT;
    struct taken taken = {.error = -999};

    reg_engine_facts(pair->here.engine, &facts);
    facts.id[0] ^= flip;
    at_least.registry_id = (ProtobufCBinaryData){sizeof facts.id, facts.id};
    at_least.size = size;
    request.credit_code = pair->code;
    request.at_least = &at_least;
    reg_message_encode(&request.base, &buf);
    reg_get_licence(pair->here.reader, &window, reg_buf_bytes(&buf), take, &taken);
    reg_buf_clear(&buf);
    return taken;
}

static void test_two_engines(void)
{
    struct pair pair;
    struct taken taken;
    uint64_t size;

    start(&pair);
    look(&pair, &window, false);
    look(&pair, &window, true);
    look(&pair, &auditor, false); /* another grant */
    CHECK_CASE(look(&pair, &auditor, true)->entry->n_sections == 1, "the public section alone");
    for (unsigned base = 1; base <= 6; base++) {
        size = change(&pair, base);
        taken = look_at_least(&pair, size, 0);
        CHECK_CASE(taken.error == 0 && taken.revision == base + 1 && taken.size >= size, "%u: %d, revision %d", base,
                   taken.error, (int)taken.revision);
        /* who has seen that is not answered with less, though nobody followed the ledger yet */
        CU_ASSERT_EQUAL(look(&pair, &window, false)->status->revision, base + 1);
        CU_ASSERT_EQUAL(look(&pair, &auditor, false)->status->revision, base + 1);
        follow(&pair);
        CU_ASSERT_EQUAL(look(&pair, &window, true)->status->revision, base + 1); /* read at that size or later: it stands */
        CU_ASSERT_EQUAL(look(&pair, &auditor, true)->status->revision, base + 1);
    }
    size = change(&pair, 7);
    follow(&pair);
    CU_ASSERT_EQUAL(look(&pair, &window, false)->status->revision, 8); /* dropped by what the follower found */
    CU_ASSERT_EQUAL(look(&pair, &window, true)->status->as_of->size, size);
    CU_ASSERT_EQUAL(look_at_least(&pair, size + 1, 0).error, REG_ERR_UNAVAILABLE);
    CU_ASSERT_EQUAL(look_at_least(&pair, 1, 1).error, REG_ERR_INVALID);
    end(&pair);
}

/* What was damaged, and cached so, is not answered once the views were rebuilt, though nothing was appended; nor kept what is
 * not of the views that the follower knows. */
static void test_rebuilt(void)
{
    struct pair pair;
    uint64_t entries;

    start(&pair);
    CU_ASSERT(fixture_sql(&pair.here, "UPDATE licence SET revision = 7"));
    CU_ASSERT_EQUAL(look(&pair, &window, false)->status->revision, 7);
    CU_ASSERT_EQUAL(look(&pair, &window, true)->status->revision, 7);
    flock(pair.here.engine->lock_fd, LOCK_UN); /* as if it were another host's */
    CU_ASSERT_EQUAL(reg_ledger_repair_views(pair.there.engine, NULL, NULL, &entries, &pair.there.info), 0);
    follow(&pair);
    CU_ASSERT_EQUAL(look(&pair, &window, false)->status->revision, 1);
    CU_ASSERT_EQUAL(look(&pair, &window, true)->status->revision, 1);

    CU_ASSERT_EQUAL(reg_ledger_repair_views(pair.there.engine, NULL, NULL, &entries, &pair.there.info), 0);
    look(&pair, &auditor, false); /* of other views than the follower knows: not kept, */
    look(&pair, &auditor, false); /* as is not what comes of those before, late */
    follow(&pair);
    look(&pair, &auditor, false);
    look(&pair, &auditor, true);
    end(&pair);
}

/* The tail was not read for 100 ms, or never, or the clock was set back: the store is read. */
static void test_tail_unread(void)
{
    struct pair pair;

    start(&pair);
    look(&pair, &window, false);
    pair.here.clock += 100;
    look(&pair, &window, true);
    pair.here.clock += 1;
    look(&pair, &window, false);
    CU_ASSERT_EQUAL(figures(&pair).bypassed, 1);
    pair.here.clock -= 200;
    look(&pair, &window, false);
    follow(&pair);
    look(&pair, &window, true);
    end(&pair);
}

/* A commit of this engine is seen by the next look-up, before anybody followed the ledger. */
static void test_own_commit(void)
{
    struct pair pair;
    struct reg_data request;
    int error;

    start(&pair);
    look(&pair, &window, false);
    look(&pair, &window, true);
    request = fixture_request(&pair.here, "08", "another", NULL);
    CU_ASSERT_PTR_NOT_NULL(fixture_submit(&pair.here, reg_bytes_of(&request), &error));
    reg_data_clear(&request);
    look(&pair, &window, false);
    follow(&pair);
    look(&pair, &window, true); /* another's entry: it stands */
    end(&pair);
}

/* What was erased elsewhere leaves this process's memory with the follower's next look, and no answer has it. */
static void test_erased(void)
{
    struct pair pair;
    struct reg_cache_figures before, after;
    uint64_t position;
    size_t sections;

    start(&pair);
    before = figures(&pair);
    look(&pair, &window, false);
    sections = look(&pair, &window, true)->entry->n_sections;
    CU_ASSERT_EQUAL(figures(&pair).entries, before.entries + 1);
    CU_ASSERT_EQUAL(reg_ledger_erase(pair.there.engine, pair.code, "测试：错录他人信息", &position, &pair.there.info), 0);
    follow(&pair);
    reg_reader_catch_up(pair.here.reader);
    after = figures(&pair);
    CU_ASSERT_EQUAL(after.entries, before.entries);
    CU_ASSERT_EQUAL(after.bytes, before.bytes);
    CHECK_CASE(sections > 1 && look(&pair, &window, false)->entry->n_sections == 1, "%zu sections before", sections);
    CU_ASSERT_EQUAL(look(&pair, &window, true)->entry->n_sections, 1);
    end(&pair);
}

static CU_TestInfo tests[] = {{"against a model", test_model},
                              {"who walks through", test_walk},
                              {"grants", test_grants},
                              {"two engines", test_two_engines},
                              {"rebuilt", test_rebuilt},
                              {"the tail is unread", test_tail_unread},
                              {"a commit of one's own", test_own_commit},
                              {"erased", test_erased},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"cache", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
