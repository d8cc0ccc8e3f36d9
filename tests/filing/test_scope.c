/* D03, D04, D05, D06: filings that pass, fail and stand on the boundary, beside the sample of scope terms and a bureau's own. */
#include <string.h>

#include "base/date.h"
#include "filing/rule.h"
#include "load.h"
#include "suite.h"

#define ERROR   REGISTRY__V1__SEVERITY__SEVERITY_ERROR
#define WARNING REGISTRY__V1__SEVERITY__SEVERITY_WARNING

#define OWN_TERMS                                                                                                           \
    "code,term,kind,industries,items,permit,note\n"                                                                         \
    "A1,甲业务,general,,,,\nA2,乙业务（不含丙）,general,,,,\nB1,丁业务,pre_approval,,,丁证,\nB2,戊业务," \
    "pre_approval,,,,\nC1,己业务,post_approval,,,己证,\n"

struct entry {
    const char *term, *code;
};

/* `rule` NULL: no finding of this family. */
static const struct scope_case {
    const char *name;
    bool own; /* beside OWN_TERMS instead of the sample */
    struct entry general[3], licensed[3];
    const char *material, *deferred_until;
    struct entry parent[3]; /* what its parent does; none: it is no branch */
    const char *rule;
    reg_pb_severity severity;
    const char *path;
    const char *says; /* part of the Chinese text */
} cases[] = {
    /* D03: a term of the list */
    {.name = "terms of the sample", .general = {{"软件开发", ""}, {"日用百货销售", ""}}},
    {.name = "narrow brackets", .general = {{"食品销售(仅销售预包装食品)", ""}}},
    {.name = "the term's code with it", .general = {{"软件开发", "sample-g001"}}},
    {.name = "a code that only the national list may know", .general = {{"软件开发", "I6513"}}},
    {.name = "another term's code",
     .general = {{"日用百货销售", ""}, {"软件开发", "sample-g002"}},
     .rule = "D03",
     .severity = ERROR,
     .path = "entity.scope.general[1].code",
     .says = "不一致"},
    {.name = "a term's code with other words",
     .general = {{"开发软件", "sample-g001"}},
     .rule = "D03",
     .severity = ERROR,
     .path = "entity.scope.general[0].code"},
    {.name = "unknown to the sample",
     .general = {{"软件开发", ""}},
     .licensed = {{"月球采矿", ""}},
     .rule = "D03",
     .severity = WARNING,
     .path = "entity.scope.licensed[0].term",
     .says = "非规范表述，按关键词匹配"},
    {.name = "a term and more",
     .general = {{"软件开发等", ""}},
     .rule = "D03",
     .severity = WARNING,
     .path = "entity.scope.general[0].term"},
    {.name = "without its brackets",
     .own = true,
     .general = {{"乙业务", ""}},
     .rule = "D03",
     .severity = ERROR,
     .path = "entity.scope.general[0].term"},
    {.name = "unknown to a bureau's own list",
     .own = true,
     .general = {{"甲业务", ""}, {"软件开发", ""}},
     .rule = "D03",
     .severity = ERROR,
     .path = "entity.scope.general[1].term",
     .says = "经营范围应当使用规范表述"},
    {.name = "a bureau's own terms", .own = true, .general = {{"甲业务", "A1"}, {"乙业务(不含丙)", "A2"}}},
    {.name = "a code that the bureau's own list lacks",
     .own = true,
     .general = {{"甲业务", "A3"}},
     .rule = "D03",
     .severity = ERROR,
     .path = "entity.scope.general[0].code"},
    {.name = "an empty entry is D08's", .general = {{"", "sample-g002"}}},
    /* D03: in the right list */
    {.name = "a general item among the licensed",
     .licensed = {{"餐饮服务", ""}, {"软件开发", ""}},
     .rule = "D03",
     .severity = ERROR,
     .path = "entity.scope.licensed[1].term",
     .says = "一般项目不得列入许可项目"},
    {.name = "approved before the licence, among the general",
     .general = {{"保安服务", ""}},
     .material = "approval_document",
     .rule = "D03",
     .severity = ERROR,
     .path = "entity.scope.general[0].term",
     .says = "前置许可项目不得列入一般项目"},
    {.name = "both lists right", .general = {{"餐饮管理", ""}}, .licensed = {{"餐饮服务", ""}}},
    /* D04 */
    {.name = "before the licence, with its approval", .licensed = {{"保安服务", ""}}, .material = "approval_document"},
    {.name = "before the licence, without",
     .licensed = {{"餐饮服务", ""}, {"保安服务", ""}},
     .rule = "D04",
     .severity = ERROR,
     .path = "entity.scope.licensed[1].term",
     .says = "许可经营项目应当提交有效的批准文件（保安服务许可证）"},
    {.name = "before the licence, with another material",
     .licensed = {{"保安服务", ""}},
     .material = "security_service_permit_copy",
     .rule = "D04",
     .severity = ERROR,
     .path = "entity.scope.licensed[0].term"},
    {.name = "the approval is promised for later",
     .licensed = {{"保安服务", ""}},
     .material = "approval_document",
     .deferred_until = "2026-12-24",
     .rule = "D04",
     .severity = ERROR,
     .path = "entity.scope.licensed[0].term"},
    {.name = "the list does not say which approval",
     .own = true,
     .licensed = {{"戊业务", "B2"}},
     .rule = "D04",
     .severity = ERROR,
     .path = "entity.scope.licensed[0].term",
     .says = "许可经营项目应当提交有效的批准文件"},
    {.name = "after the licence no approval is needed yet", .licensed = {{"食品销售", ""}, {"劳务派遣服务", ""}}},
    /* D05 */
    {.name = "approved after the licence, among the general",
     .general = {{"软件开发", ""}, {"食品销售", ""}},
     .rule = "D05",
     .severity = WARNING,
     .path = "entity.scope.general[1].term"},
    {.name = "of a bureau's own list, among the general",
     .own = true,
     .general = {{"己业务", ""}},
     .rule = "D05",
     .severity = WARNING,
     .path = "entity.scope.general[0].term"},
    {.name = "approved after the licence, among the licensed", .own = true, .licensed = {{"己业务", "C1"}}},
    /* D06 */
    {.name = "a branch that does what its parent does",
     .general = {{"软件开发", ""}},
     .parent = {{"日用百货销售", ""}, {"软件开发", ""}}},
    {.name = "a branch that does more",
     .general = {{"软件开发", ""}, {"日用百货销售", ""}},
     .parent = {{"软件开发", ""}},
     .rule = "D06",
     .severity = WARNING,
     .path = "entity.scope.general[1].term",
     .says = "日用百货销售"},
};
#define CASE_COUNT (sizeof cases / sizeof *cases)

static struct reg_catalogue *sample, *own;

static int load(void)
{
    struct reg_error_info info = {"", ""};
    int error = reg_catalogue_default(&sample);

    if (!error)
        error = reg_catalogue_parse(reg_catalogue_csv(sample, "items"), reg_catalogue_csv(sample, "facts"),
                                    reg_catalogue_csv(sample, "materials"),
                                    (struct reg_bytes){(const uint8_t *)OWN_TERMS, sizeof OWN_TERMS - 1}, &own, &info);
    if (error)
        fprintf(stderr, "%s\n", info.en);
    return error;
}

static int unload(void)
{
    reg_catalogue_free(sample);
    reg_catalogue_free(own);
    return 0;
}

static reg_pb_scope_entry **make_entries(const struct entry *entries, struct reg_arena *arena, size_t *ret_count)
{
    reg_pb_scope_entry **list = reg_arena_alloc(arena, 3 * sizeof *list);

    for (*ret_count = 0; *ret_count < 3 && entries[*ret_count].term; ++*ret_count) {
        list[*ret_count] = reg_arena_alloc(arena, sizeof **list);
        registry__v1__scope_entry__init(list[*ret_count]);
        list[*ret_count]->term = (char *)entries[*ret_count].term;
        list[*ret_count]->code = (char *)entries[*ret_count].code;
    }
    return list;
}

static reg_pb_filing *make_filing(const struct scope_case *test, struct reg_arena *arena)
{
    reg_pb_filing *filing = load_example(test->parent[0].term ? "04" : "01", arena);
    reg_pb_scope *scope = filing->entity->scope;

    scope->general = make_entries(test->general, arena, &scope->n_general);
    scope->licensed = make_entries(test->licensed, arena, &scope->n_licensed);
    if (test->material)
        filing->materials[0]->kind = (char *)test->material;
    if (test->deferred_until)
        filing->materials[0]->deferred_until = (char *)test->deferred_until;
    return filing;
}

static bool of_family(const reg_pb_finding *finding)
{
    for (size_t i = 0; i < reg_rules_scope.count; i++)
        if (strcmp(finding->rule, reg_rules_scope.rules[i].id) == 0)
            return true;
    return false;
}

/* Exactly one finding of the family where one is expected, none otherwise. */
static void run_case(const struct scope_case *test)
{
    struct reg_register_view view = {0};
    reg_pb_scope parent = REGISTRY__V1__SCOPE__INIT;
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_rule_input input = {.filing = make_filing(test, arena), .view = &view, .catalogue = test->own ? own : sample};
    reg_pb_finding **findings;
    size_t count, of_ours = 0;

    if (test->parent[0].term) {
        parent.general = make_entries(test->parent, arena, &parent.n_general);
        view.parent.scope = &parent;
    }
    CU_ASSERT_TRUE(reg_day_parse("2026-11-24", &input.day));
    input.type = reg_entity_type_find(input.filing->entity->type);
    CU_ASSERT_EQUAL_FATAL(reg_rules_run(&input, arena, &findings, &count), 0);
    for (size_t i = 0; i < count; i++) {
        const reg_pb_finding *finding = findings[i];

        if (!of_family(finding))
            continue;
        of_ours++;
        CHECK_CASE(test->rule && strcmp(finding->rule, test->rule) == 0 && finding->severity == test->severity &&
                       strcmp(finding->path, test->path) == 0,
                   "%s: %s at %s, %s", test->name, finding->rule, finding->path, finding->message_en);
        CHECK_CASE(!test->says || strstr(finding->message_zh, test->says), "%s: %s", test->name, finding->message_zh);
        CHECK_CASE(finding->message_en[0] && finding->legal_basis[0], "%s says too little", test->name);
    }
    CHECK_CASE(of_ours == (test->rule != NULL), "%s: %zu findings", test->name, of_ours);
    reg_arena_free(arena);
}

static void test_cases(void)
{
    for (size_t i = 0; i < CASE_COUNT; i++)
        run_case(&cases[i]);
}

/* Every rule of the family must have failed in some case. */
static void test_every_rule_fails_somewhere(void)
{
    for (size_t i = 0; i < reg_rules_scope.count; i++) {
        bool fails = false;

        for (size_t k = 0; k < CASE_COUNT; k++)
            fails = fails || (cases[k].rule && strcmp(cases[k].rule, reg_rules_scope.rules[i].id) == 0);
        CHECK_CASE(fails, "%s", reg_rules_scope.rules[i].id);
    }
}

static CU_TestInfo tests[] = {
    {"cases", test_cases}, {"every rule fails somewhere", test_every_rule_fails_somewhere}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"scope", load, unload, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
