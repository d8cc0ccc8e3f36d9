/* Taking over a register: which rows become licences, which are known or refused and why; then credentials, and a change. */
#include <stdio.h>
#include <string.h>

#include <registry/code.h>
#include <registry/import.h>

#include "base/buffer.h"
#include "base/message.h"
#include "import_run.h"
#include "suite.h"

static void test_rows(void)
{
    struct fixture fixture;
    struct reg_check_result result;
    char a[19], b[19], pooled[19], wrong[19], rows[4096], number[16], organisation[10];
    size_t batches[] = {100, 1};

    for (size_t i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, i ? REG_SUITE_INTL : REG_SUITE_GM), 0);
        import_code("91", "MAX", 1, a);
        import_code("92", "MAX", 2, b);
        import_code("91", "MAY", 5, pooled);
        strcpy(wrong, a);
        wrong[17] = wrong[17] == '0' ? '1' : '0';
        CU_ASSERT_EQUAL(reg_registration_number_make("34130000000001", number), 0);
        CU_ASSERT_EQUAL(reg_organisation_code_make("76081063", organisation), 0);
        snprintf(rows, sizeof rows,
                 HEADER "%s,,,宿州市甲示例有限公司,1130,,,,100,陈远帆,," DAY "\n"      /* 2 */
                        "%s,,,,9500,341302,,,,李明,," DAY "\n"                         /* 3: no name */
                        ",%s,,宿州市丙示例有限公司,1130,,,,,,," DAY "\n"               /* 4: an old number */
                        ",,%s,宿州市丁示例有限公司,1130,,注销,2026-06-01,,,," DAY "\n" /* 5: an organisation code */
                        "%s,,,宿州市戊示例有限公司,1130,,,,,,," DAY "\n"               /* 6: a code of the pool */
                        "%s,,,宿州市己示例有限公司,1130,,,,,,," DAY "\n"               /* 7: a wrong character */
                        "%s,,,宿州市甲示例有限公司,1130,,,,100,陈远帆,," DAY "\n"      /* 8: row 2 again */
                        "%s,,,宿州市庚示例有限公司,1130,,,,,,," DAY "\n"               /* 9: row 2 otherwise */
                        ",341300000000017,,宿州市辛示例有限公司,1130,,,,,,," DAY "\n"  /* 10: a wrong old number */
                        ",,,宿州市壬示例有限公司,1130,,,,,,," DAY "\n"                 /* 11: no code at all */
                        "%s,,,宿州市癸示例有限公司,1234,,,,,,," DAY "\n"               /* 12: no such type */
                        "%s,,,宿州市子示例有限公司,9500,,,,,,," DAY "\n"               /* 13: a code of another category */
                        "x,y\n",                                                       /* 14: too few columns */
                 a, b, number, organisation, pooled, wrong, a, a, a, a);
        import_expect(&fixture, "first", rows, batches[i], 4, 1, "6 A07;7 A02;9 A07;10 A10;11 ROW;12 ROW;13 A05;14 ROW;");
        import_expect(&fixture, "again", rows, batches[i], 0, 5, "6 A07;7 A02;9 A07;10 A10;11 ROW;12 ROW;13 A05;14 ROW;");
        import_code("91", "MAX", 9, b);
        snprintf(rows, sizeof rows,
                 HEADER "%s,,,宿州市 甲示例有限公司,1130,,,,,,," DAY "\n%s,,,宿州市甲示例有限公司,1130,341302,,,,,," DAY
                        "\n",
                 b, b);
        import_expect(&fixture, "a name that is held", rows, batches[i], 1, 0, "2 B19;");
        import_expect(&fixture, "a name that is free again", rows, batches[i], 0, 1, "2 A07;");
        CHECK_CASE(fixture_check(&fixture, &result) == 0 && result.licences == 5, "%s", fixture.info.en);
        fixture_end(&fixture);
    }
}

/* One subject code is one entity's, whatever department and division stand before it: in a batch, and behind one. */
static void test_subjects(void)
{
    char a[19], b[19], c[19], rows[1024], body[9], organisation[10];
    struct reg_check_result result;
    size_t batches[] = {100, 1};

    CU_ASSERT_EQUAL_FATAL(reg_code_pool_body("MAX", 1, body), 0);
    CU_ASSERT_EQUAL_FATAL(reg_code_make("91", 341300, body, a), 0);
    CU_ASSERT_EQUAL_FATAL(reg_code_make("92", 340100, body, b), 0);
    CU_ASSERT_EQUAL_FATAL(reg_code_make("91", 110000, body, c), 0);
    CU_ASSERT_EQUAL_FATAL(reg_organisation_code_make(body, organisation), 0);
    for (size_t i = 0; i < 2; i++) {
        struct fixture fixture;

        CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_INTL), 0);
        snprintf(rows, sizeof rows,
                 HEADER "%s,,,宿州市甲示例有限公司,1130,,,,100,陈远帆,," DAY "\n"
                        "%s,,,,9500,341302,,,,李明,," DAY "\n"
                        "%s,,,宿州市乙示例有限公司,1130,,,,100,陈远帆,," DAY "\n",
                 a, b, c);
        import_expect(&fixture, "one subject code", rows, batches[i], 1, 0, "3 A07;4 A07;");
        import_expect(&fixture, "again", rows, batches[i], 0, 1, "3 A07;4 A07;");
        snprintf(rows, sizeof rows, HEADER ",,%s,,9500,341302,,,,李明,," DAY "\n", organisation);
        import_expect(&fixture, "its organisation code", rows, batches[i], 0, 0, "2 A07;");
        CHECK_CASE(fixture_check(&fixture, &result) == 0 && result.licences == 1, "%s", fixture.info.en);
        fixture_end(&fixture);
    }
}

/* Each column has a most of its own, which is told; no batch holds more than its bytes, whatever its rows. */
static void test_lengths(void)
{
    static const struct {
        const char *column, *unit;
        size_t most; /* times the unit */
    } cases[] = {{"address", "路", 500}, {"representative", "陈", 100}, {"name", "宿", 100},      {"postcode", "0", 100},
                 {"scope", "售", 10000}, {"parent_code", "9", 100},     {"credit_code", "9", 100}};
    struct fixture fixture;
    struct reg_buf text = REG_BUF_INIT, refused = REG_BUF_INIT;
    struct reg_import_counts counts;

    CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_INTL), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t over = 0; over < 2; over++) {
            reg_buf_printf(&text, "%s\n", cases[i].column);
            for (size_t k = 0; k < cases[i].most + over; k++)
                reg_buf_puts(&text, cases[i].unit);
            reg_buf_puts(&text, "\n");
            reg_buf_put_u8(&text, 0);
            import_told_long = 0;
            counts = import_text(&fixture, (char *)text.data, false, 10, &refused);
            CHECK_CASE(counts.refused == 1 && import_told_long == over, "%s: %u", cases[i].column, import_told_long);
            reg_buf_clear(&text);
            reg_buf_clear(&refused);
        }
    reg_buf_puts(&text, "scope\n");
    for (size_t i = 0; i < 9 << 20; i++)
        reg_buf_put_u8(&text, i % (1 << 17) == (1 << 17) - 1 ? '\n' : 'x');
    reg_buf_put_u8(&text, 0);
    counts = import_text(&fixture, (char *)text.data, false, 4096, &refused);
    CHECK_CASE(counts.rows == 72 && import_batches == 2, "%d rows, %u batches", (int)counts.rows, import_batches);
    reg_buf_clear(&text);
    reg_buf_clear(&refused);
    fixture_end(&fixture);
}

/* The code that an old number was given comes from the pool, once; and none of the pool's is ever given again. */
static void test_codes(void)
{
    struct fixture fixture;
    char number[16], rows[1024], code[19];
    struct reg_data message;
    const reg_pb_submit_filing_response *answer;
    int error;

    CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_INTL), 0);
    CU_ASSERT_EQUAL(reg_registration_number_make("34130000000001", number), 0);
    snprintf(rows, sizeof rows, HEADER ",%s,,宿州市丙示例有限公司,1130,,,,,,," DAY "\n", number);
    import_expect(&fixture, "an old number", rows, 10, 1, 0, "");
    import_code("91", "MAY", 0, code);
    CU_ASSERT_PTR_NOT_NULL(fixture_licence(&fixture, &window, code, &error));
    message = fixture_request(&fixture, "01", "after", NULL);
    answer = fixture_submit(&fixture, reg_bytes_of(&message), &error);
    reg_data_clear(&message);
    import_code("91", "MAY", 1, code);
    CU_ASSERT_PTR_NOT_NULL_FATAL(answer);
    CU_ASSERT_PTR_NOT_NULL_FATAL(answer->licence);
    CU_ASSERT_STRING_EQUAL(answer->licence->status->credit_code, code);
    fixture_end(&fixture);
}

static bool sign_one(void *context, const char *code, struct reg_bytes message)
{
    struct fixture *fixture = context;
    struct reg_data answer = {NULL, 0};
    int error = reg_engine_step(fixture->engine, REG_STEP_SIGN, &operator_caller, message, &answer, &fixture->info);

    CHECK_CASE(error == 0, "%s: %d %s", code, error, fixture->info.en);
    reg_data_clear(&answer);
    return true;
}

/* Looked up before it is signed, it says so; signed once, and never again; then changed like any other. */
static void test_life(void)
{
    struct fixture fixture;
    struct reg_check_result result;
    const reg_pb_get_licence_response *licence;
    char code[19], rows[1024], last[19], text[2048];
    struct reg_data message = {NULL, 0}, answer = {NULL, 0};
    const reg_pb_submit_filing_response *changed = NULL;
    reg_pb_sign_licence_request again = REGISTRY__V1__SIGN_LICENCE_REQUEST__INIT;
    struct reg_buf buf = REG_BUF_INIT;
    int error;

    CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_GM), 0);
    import_code("91", "MAX", 1, code);
    snprintf(rows, sizeof rows, HEADER "%s,,,宿州市甲示例有限公司,1130,,,,100.50,陈远帆,11010519491231002X," DAY "\n", code);
    import_expect(&fixture, "one", rows, 10, 1, 0, "");
    licence = fixture_licence(&fixture, &window, code, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(licence);
    CU_ASSERT(licence->status->credential_pending && licence->status->version == 0 && licence->status->revision == 1);
    CU_ASSERT(strstr(licence->status->note_zh, "尚未签发") && strstr(licence->status->note_en, "no credential"));
    CU_ASSERT_EQUAL(licence->entry->n_sections, 3); /* public, administration, identity */
    licence = fixture_licence(&fixture, &auditor, code, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(licence);
    CU_ASSERT(licence->entry->n_sections == 1 && licence->entry->n_digests == 2);
    CU_ASSERT_EQUAL(reg_unsigned_licences(fixture.reader, "", 10, sign_one, &fixture, last, &fixture.info), 0);
    CU_ASSERT_STRING_EQUAL(last, code);
    licence = fixture_licence(&fixture, &window, code, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(licence);
    CU_ASSERT(!licence->status->credential_pending && licence->status->version == 1 && licence->status->revision == 2);
    again.request_id = (char *)"again";
    again.credit_code = code;
    reg_message_encode(&again.base, &buf);
    error = reg_engine_step(fixture.engine, REG_STEP_SIGN, &operator_caller, reg_buf_bytes(&buf), &answer, &fixture.info);
    reg_buf_clear(&buf);
    CHECK_CASE(error == REG_ERR_EXISTS, "%d %s", error, fixture.info.en);
    snprintf(
        text, sizeof text,
        "{'requestId':'move','filing':{'kind':'FILING_KIND_CHANGE','authority':341300,'creditCode':'%s','baseRevision':'2',"
        "'replaces':['address'],'entity':{'address':{'division':341302,'text':'宿州市埇桥区示例路2号'}},"
        "'particulars':{'decided':'2026-11-20','licenceReturned':true},'materials':[" MATERIAL(
            "application_form") "," MATERIAL("address_proof") "," MATERIAL("change_resolution") "," MATERIAL("articles") "]}"
                                                                                                                         "}",
        code);
    for (char *at = text; (at = strchr(at, '\'')); at++)
        *at = '"';
    error = reg_json_to_message("SubmitFilingRequest", (struct reg_bytes){(const uint8_t *)text, strlen(text)}, &message,
                                &fixture.info);
    CHECK_CASE(error == 0, "%s", fixture.info.en);
    if (error == 0)
        changed = fixture_submit(&fixture, reg_bytes_of(&message), &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(changed);
    for (size_t i = 0; i < changed->filed_case->n_findings; i++)
        CHECK_CASE(changed->filed_case->findings[i]->severity != REGISTRY__V1__SEVERITY__SEVERITY_ERROR, "%s %s",
                   changed->filed_case->findings[i]->rule, changed->filed_case->findings[i]->message_en);
    CU_ASSERT_PTR_NOT_NULL(changed->licence);
    if (changed->licence)
        CU_ASSERT(changed->licence->status->version == 2 && changed->licence->status->revision == 3);
    CHECK_CASE(fixture_check(&fixture, &result) == 0 && result.licences == 1, "%s", fixture.info.en);
    reg_data_clear(&message);
    fixture_end(&fixture);
}

/* The terms of a list with semicolons between them. */
static const char *joined(reg_pb_scope_entry *const *entries, size_t count, char ret[256])
{
    ret[0] = '\0';
    for (size_t i = 0; i < count; i++)
        snprintf(ret + strlen(ret), 256 - strlen(ret), "%s;", entries[i]->term);
    return ret;
}

static void check_scope(struct fixture *fixture, const char *code, const char *name, const char *general,
                        const char *licensed)
{
    struct reg_arena *arena = reg_arena_new(0);
    ProtobufCMessage *message = NULL;
    const reg_pb_get_licence_response *licence;
    const reg_pb_scope *scope;
    char text[256];
    int error;

    licence = fixture_licence(fixture, &window, code, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(licence);
    error = reg_message_decode(
        &registry__v1__record__descriptor,
        (struct reg_bytes){licence->entry->sections[0]->bytes.data, licence->entry->sections[0]->bytes.len},
        REG_UNKNOWN_REFUSE, arena, &message, &fixture->info);
    CU_ASSERT_EQUAL_FATAL(error, 0);
    scope = ((reg_pb_record *)message)->licence->scope_entries;
    CU_ASSERT_PTR_NOT_NULL_FATAL(scope);
    CHECK_CASE(strcmp(joined(scope->general, scope->n_general, text), general) == 0, "%s: general %s", name, text);
    CHECK_CASE(strcmp(joined(scope->licensed, scope->n_licensed, text), licensed) == 0, "%s: licensed %s", name, text);
    reg_arena_free(arena);
}

/* Either list first, tails in brackets anywhere: no term is lost, and none is in the wrong list. */
static void test_scope(void)
{
    static const struct scope_case {
        const char *scope, *general, *licensed; /* general NULL: refused */
    } cases[] = {
        {"软件开发；日用百货销售", "软件开发;日用百货销售;", ""},
        {"一般项目：软件开发；日用百货销售（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）许可项目：食品销售（依法"
         "须"
         "经批准的项目，经相关部门批准后方可开展经营活动）",
         "软件开发;日用百货销售;", "食品销售;"},
        {"许可项目：食品销售（依法须经批准的项目，经相关部门批准后方可开展经营活动）一般项目：企业管理；日用百货销售",
         "企业管理;日用百货销售;", "食品销售;"},
        {"餐饮服务（依法须经批准的项目，经相关部门批准后方可开展经营活动）；日用百货销售", "餐饮服务;日用百货销售;", ""},
        {"食品销售（仅销售预包装食品）。", "食品销售（仅销售预包装食品）;", ""},
        {"餐饮服务（依法须经批准的项目；日用百货销售", NULL, NULL},
    };
    struct fixture fixture;
    char code[19], rows[2048];

    CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_INTL), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        import_code("92", "MAX", 20 + i, code);
        snprintf(rows, sizeof rows, "credit_code,type,established,scope\n%s,9500," DAY ",%s\n", code, cases[i].scope);
        import_expect(&fixture, cases[i].scope, rows, 10, cases[i].general ? 1 : 0, 0, cases[i].general ? "" : "2 ROW;");
        if (cases[i].general)
            check_scope(&fixture, code, cases[i].scope, cases[i].general, cases[i].licensed);
    }
    fixture_end(&fixture);
}

static CU_TestInfo tests[] = {{"rows", test_rows},
                              {"subject codes", test_subjects},
                              {"lengths", test_lengths},
                              {"codes", test_codes},
                              {"scopes", test_scope},
                              {"credentials and a change", test_life},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"import", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
