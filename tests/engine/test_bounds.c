/* Filings of great size: what is taken is answered, answered the same again, and read back by the ledger's check; what is
 * not taken is REG_ERR_LIMIT and leaves nothing. */
#include "fixture.h"

#include <string.h>

#include "base/buffer.h"
#include "base/message.h"
#include "suite.h"

#define ACCEPTED REGISTRY__V1__CASE_STATE__CASE_STATE_ACCEPTED
#define RETURNED REGISTRY__V1__CASE_STATE__CASE_STATE_RETURNED

static char *text_of(struct reg_arena *arena, size_t len)
{
    char *text = reg_arena_alloc(arena, len + 1);

    return text ? memset(text, 'a', len) : NULL;
}

static void long_name(struct reg_arena *arena, reg_pb_filing *filing, size_t len)
{
    filing->entity->name = reg_arena_alloc(arena, sizeof *filing->entity->name);
    registry__v1__name__init(filing->entity->name);
    filing->entity->name->full = text_of(arena, len);
    if (filing->entity->name->full)
        memcpy(filing->entity->name->full, "青", strlen("青")); /* a trade name is not letters alone (B18) */
}

static void long_address(struct reg_arena *arena, reg_pb_filing *filing, size_t len)
{
    filing->entity->address->text = text_of(arena, len);
}

static void long_scope(struct reg_arena *arena, reg_pb_filing *filing, size_t len)
{
    filing->entity->scope->general[0]->term = text_of(arena, len);
}

/* One answer that is a list of empty texts: two bytes each as sent, many times that as decoded. */
static void long_list(struct reg_arena *arena, reg_pb_filing *filing, size_t count)
{
    static reg_pb_fact *list[1];
    reg_pb_fact *fact = list[0] = reg_arena_alloc(arena, sizeof *fact);

    registry__v1__fact__init(fact);
    fact->key = (char *)"unknown";
    fact->value_case = REGISTRY__V1__FACT__VALUE_LIST;
    fact->list = reg_arena_alloc(arena, sizeof *fact->list);
    registry__v1__string_list__init(fact->list);
    fact->list->n_values = count;
    fact->list->values = reg_arena_alloc(arena, count * sizeof *fact->list->values);
    for (size_t i = 0; i < count; i++)
        fact->list->values[i] = (char *)"";
    filing->facts = list;
    filing->n_facts = 1;
}

/* Partners by the thousand, each with a delegate, of whom the licence would print all. */
static void many_representatives(struct reg_arena *arena, reg_pb_filing *filing, size_t count)
{
    reg_pb_entity *entity = filing->entity;
    reg_pb_representative *representative = reg_arena_alloc(arena, sizeof *representative);
    reg_pb_representative **list = reg_arena_alloc(arena, count * sizeof *list);

    registry__v1__representative__init(representative);
    representative->person = representative->delegate = filing->persons[0]->number;
    filing->persons[0]->name = (char *)"甲";
    for (size_t i = 0; i < count; i++)
        list[i] = representative;
    entity->representatives = list;
    entity->n_representatives = count;
}

static const struct bound_case {
    const char *name, *example;
    void (*fill)(struct reg_arena *arena, reg_pb_filing *filing, size_t size);
    size_t size;
    reg_pb_case_state state; /* UNSPECIFIED: REG_ERR_LIMIT */
} cases[] = {
    {"a name of 300 bytes", "08", long_name, 300, ACCEPTED},
    {"a name that no QR code holds", "08", long_name, 4000, RETURNED},
    {"a name of megabytes", "08", long_name, 3900000, RETURNED},
    {"an address of megabytes", "08", long_address, 3900000, ACCEPTED},
    {"a scope of megabytes", "08", long_scope, 3900000, 0},
    {"representatives that no QR code holds", "05", many_representatives, 150, RETURNED},
    {"a list that decodes to just too much", "08", long_list, 524000, 0},
    {"a list that decodes to far too much", "08", long_list, 800000, 0},
};

static uint64_t tree_size(struct fixture *fixture)
{
    struct reg_ledger_head head = {0};

    return reg_ledger_head(fixture->reader, &head, &fixture->info) == 0 ? head.size : 0;
}

/* The request of a case's example, filled and encoded. */
static int make(struct fixture *fixture, const struct bound_case *row, struct reg_arena *arena, struct reg_buf *buf)
{
    struct reg_data message = fixture_request(fixture, row->example, row->name, NULL);
    ProtobufCMessage *decoded;
    int error = reg_message_decode(&registry__v1__submit_filing_request__descriptor, reg_bytes_of(&message),
                                   REG_UNKNOWN_REFUSE, arena, &decoded, &fixture->info);

    if (error == 0) {
        row->fill(arena, ((reg_pb_submit_filing_request *)decoded)->filing, row->size);
        reg_message_encode(decoded, buf);
        error = buf->error;
    }
    reg_data_clear(&message);
    return error;
}

static void one_case(struct fixture *fixture, const struct bound_case *row)
{
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_data answers[2] = {{NULL, 0}, {NULL, 0}};
    uint64_t before = tree_size(fixture);
    reg_pb_submit_filing_response *answer;
    int error = make(fixture, row, arena, &buf);

    CHECK_CASE(error == 0, "%s: %s", row->name, fixture->info.en);
    fixture->info = (struct reg_error_info){0};
    for (size_t i = 0; i < 2; i++) {
        error = reg_engine_submit(fixture->engine, &window, reg_buf_bytes(&buf), &answers[i], &fixture->info);
        CHECK_CASE(error == (row->state ? 0 : REG_ERR_LIMIT) && (error == 0 || *fixture->info.en), "%s, time %zu: %d %s",
                   row->name, i + 1, error, fixture->info.en);
    }
    CHECK_CASE(tree_size(fixture) == before + (row->state != 0), "%s: %llu entries more", row->name,
               (unsigned long long)(tree_size(fixture) - before));
    if (row->state && error == 0) {
        answer = (reg_pb_submit_filing_response *)fixture_decode(fixture, &registry__v1__submit_filing_response__descriptor,
                                                                 reg_bytes_of(&answers[0]));
        CHECK_CASE(answer && answer->filed_case && answer->filed_case->state == row->state, "%s: state %d", row->name,
                   answer && answer->filed_case ? (int)answer->filed_case->state : -1);
        CHECK_CASE(answers[0].len == answers[1].len && memcmp(answers[0].data, answers[1].data, answers[0].len) == 0,
                   "%s: two answers", row->name);
    }
    reg_data_clear(&answers[0]);
    reg_data_clear(&answers[1]);
    reg_buf_clear(&buf);
    reg_arena_free(arena);
}

static void sizes(void)
{
    struct fixture fixture;
    struct reg_check_result result = {0};
    int error = fixture_start(&fixture, REG_SUITE_GM);

    CHECK_CASE(error == 0, "%s", fixture.info.en);
    for (size_t i = 0; i < sizeof cases / sizeof *cases && error == 0; i++)
        one_case(&fixture, &cases[i]);
    CHECK_CASE(fixture_check(&fixture, &result) == 0, "%s", fixture.info.en);
    fixture_end(&fixture);
}

static CU_TestInfo tests[] = {{"filings of great size", sizes}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"bounds", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
