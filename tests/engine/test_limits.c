/* What a peer can make as large as it likes is refused by name, and findings are counted past the thousandth. */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/message.h"
#include "engine/internal.h"
#include "suite.h"

static struct reg_catalogue *catalogue;

static int load(void)
{
    return reg_catalogue_default(&catalogue);
}

static int unload(void)
{
    reg_catalogue_free(catalogue);
    return 0;
}

/* Runs `filing check` over a filing; its answer in the arena. */
static int check(const reg_pb_filing *filing, struct reg_arena *arena, reg_pb_validate_filing_response **ret,
                 struct reg_error_info *info)
{
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_data answer = {0};
    ProtobufCMessage *message = NULL;
    int error;

    reg_message_encode(&filing->base, &buf);
    CU_ASSERT_EQUAL_FATAL(buf.error, 0);
    error = reg_filing_check(catalogue, 341300, 20781, reg_buf_bytes(&buf), &answer, info);
    if (error == 0) {
        CU_ASSERT_EQUAL_FATAL(reg_message_decode(&registry__v1__validate_filing_response__descriptor, reg_bytes_of(&answer),
                                                 REG_UNKNOWN_REFUSE, arena, &message, info),
                              0);
        *ret = (reg_pb_validate_filing_response *)message;
    }
    reg_data_clear(&answer);
    reg_buf_clear(&buf);
    return error;
}

/* An empty filing of an LLC. */
static void bare(reg_pb_filing *filing, reg_pb_entity *entity)
{
    registry__v1__filing__init(filing);
    registry__v1__entity__init(entity);
    filing->kind = REGISTRY__V1__FILING_KIND__FILING_KIND_ESTABLISH;
    filing->authority = 341300;
    filing->entity = entity;
    entity->type = 1130;
}

static void test_facts(void)
{
    static reg_pb_fact fact = REGISTRY__V1__FACT__INIT;
    struct reg_arena *arena = reg_arena_new(0);
    reg_pb_fact **facts = reg_arena_alloc(arena, 2049 * sizeof *facts);
    reg_pb_validate_filing_response *answer;
    struct reg_error_info info = {0};
    reg_pb_filing filing;
    reg_pb_entity entity;

    bare(&filing, &entity);
    for (size_t i = 0; i < 2049; i++)
        facts[i] = &fact;
    filing.facts = facts;
    filing.n_facts = 2048;
    CU_ASSERT_EQUAL(check(&filing, arena, &answer, &info), 0);
    filing.n_facts = 2049;
    CU_ASSERT_EQUAL(check(&filing, arena, &answer, &info), REG_ERR_LIMIT);
    CU_ASSERT_STRING_EQUAL(info.en, "facts has more than 2048 elements");
    filing.n_facts = 1;
    fact.key = reg_arena_alloc(arena, 66);
    memset(fact.key, 'k', 64);
    CU_ASSERT_EQUAL(check(&filing, arena, &answer, &info), 0);
    fact.key[64] = 'k';
    CU_ASSERT_EQUAL(check(&filing, arena, &answer, &info), REG_ERR_LIMIT);
    CU_ASSERT_STRING_EQUAL(info.en, "facts[0].key is over 64 bytes");
    reg_arena_free(arena);
}

static void test_findings(void)
{
    static reg_pb_person person = REGISTRY__V1__PERSON__INIT; /* without number, kind and name */
    struct reg_arena *arena = reg_arena_new(0);
    reg_pb_person **persons = reg_arena_alloc(arena, 20000 * sizeof *persons);
    reg_pb_validate_filing_response *answer = NULL;
    struct reg_error_info info = {0};
    reg_pb_filing filing;
    reg_pb_entity entity;

    bare(&filing, &entity);
    for (size_t i = 0; i < 20000; i++)
        persons[i] = &person;
    filing.persons = persons;
    filing.n_persons = 20000;
    CU_ASSERT_EQUAL_FATAL(check(&filing, arena, &answer, &info), 0);
    CU_ASSERT_EQUAL_FATAL(answer->n_findings, 1000);
    CU_ASSERT_EQUAL(answer->findings[999]->severity, REGISTRY__V1__SEVERITY__SEVERITY_ERROR);
    CU_ASSERT_PTR_NOT_NULL(strstr(answer->findings[999]->message_en, "more findings are not listed"));
    reg_arena_free(arena);
}

static CU_TestInfo tests[] = {{"facts", test_facts}, {"findings", test_findings}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"limits", load, unload, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
