/* A row of an existing register: its cells as a filing, and what holds for everybody on a register. */
#include "engine/import.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/utf8.h"
#include "crypto/digest.h"
#include "filing/decimal.h"
#include "identity/division.h"

#define CNY             156
#define SCOPE_TERMS_MAX 500
#define CODE_BYTES_MAX  100 /* of a column that has a word, a number or a code */

const char *const reg_import_columns[REG_CELL_COUNT][2] = {
    [REG_CELL_CREDIT_CODE] = {"credit_code", "统一社会信用代码"},
    [REG_CELL_REGISTRATION_NUMBER] = {"registration_number", "注册号"},
    [REG_CELL_ORGANISATION_CODE] = {"organisation_code", "组织机构代码"},
    [REG_CELL_NAME] = {"name", "名称"},
    [REG_CELL_TYPE] = {"type", "主体类型"},
    [REG_CELL_AUTHORITY] = {"authority", "登记机关"},
    [REG_CELL_STATE] = {"state", "登记状态"},
    [REG_CELL_STATE_SINCE] = {"state_since", "状态日期"},
    [REG_CELL_DORMANT_UNTIL] = {"dormant_until", "歇业期限"},
    [REG_CELL_ESTABLISHED] = {"established", "成立日期"},
    [REG_CELL_DIVISION] = {"division", "行政区划"},
    [REG_CELL_ADDRESS] = {"address", "住所"},
    [REG_CELL_POSTCODE] = {"postcode", "邮政编码"},
    [REG_CELL_CAPITAL] = {"capital", "注册资本"},
    [REG_CELL_CURRENCY] = {"currency", "币种"},
    [REG_CELL_TERM_FROM] = {"term_from", "营业期限自"},
    [REG_CELL_TERM_TO] = {"term_to", "营业期限至"},
    [REG_CELL_SCOPE] = {"scope", "经营范围"},
    [REG_CELL_INDUSTRY] = {"industry", "行业代码"},
    [REG_CELL_COMPOSITION] = {"composition", "组成形式"},
    [REG_CELL_REPRESENTATIVE] = {"representative", "法定代表人"},
    [REG_CELL_ID_KIND] = {"representative_id_kind", "证件类型"},
    [REG_CELL_ID_NUMBER] = {"representative_id", "证件号码"},
    [REG_CELL_MOBILE] = {"representative_mobile", "联系电话"},
    [REG_CELL_PARENT_CODE] = {"parent_code", "隶属企业代码"},
};

/* Most bytes of a column of free text, three a character. A name and a representative's have what filings allow them. */
static const uint32_t bytes_max[REG_CELL_COUNT] = {[REG_CELL_NAME] = 300,
                                                   [REG_CELL_ADDRESS] = 1500,
                                                   [REG_CELL_SCOPE] = 30000,
                                                   [REG_CELL_REPRESENTATIVE] = 300};

const char *reg_import_column(size_t index, bool zh)
{
    return index < REG_CELL_COUNT ? reg_import_columns[index][zh] : NULL;
}

/* ---- findings ------------------------------------------------------------------------------------------------------ */

int reg_import_refuse(struct reg_import_row *row, const char *rule, const char *path, const char *zh, const char *en,
                      const char *basis)
{
    int error = zh && en ? reg_judgement_add(&row->judgement, row->arena, rule, REGISTRY__V1__SEVERITY__SEVERITY_ERROR, zh,
                                             en, basis)
                         : REG_ERR_NOMEM;

    if (error == 0)
        row->judgement.findings[row->judgement.finding_count - 1]->path = (char *)path;
    row->fate = REG_IMPORT_REFUSED;
    return error;
}

/* A cell that cannot be read. */
static int bad_cell(struct reg_import_row *row, enum reg_import_cell cell, const char *zh, const char *en)
{
    const char *column = reg_import_columns[cell][0], *text = row->cells[cell];
    int len = (int)reg_utf8_cut(text, strnlen(text, 60));

    return reg_import_refuse(row, "ROW", column,
                             reg_arena_printf(row->arena, "%s“%.*s”%s", reg_import_columns[cell][1], len, text, zh),
                             reg_arena_printf(row->arena, "%s \"%.*s\" %s", column, len, text, en), "");
}

static int check_length(struct reg_import_row *row, enum reg_import_cell cell)
{
    uint32_t most = bytes_max[cell] ? bytes_max[cell] : CODE_BYTES_MAX;

    if (strlen(row->cells[cell]) <= most)
        return 0;
    return bad_cell(row, cell, reg_arena_printf(row->arena, "过长：至多 %u 字节", most),
                    reg_arena_printf(row->arena, "is too long: %u bytes at the most", most));
}

/* ---- values -------------------------------------------------------------------------------------------------------- */

static int read_day(struct reg_import_row *row, enum reg_import_cell cell, char **ret)
{
    int32_t day;

    *ret = (char *)row->cells[cell];
    if (!**ret || reg_day_parse(*ret, &day))
        return 0;
    return bad_cell(row, cell, "不是 YYYY-MM-DD 格式的日期", "is no day YYYY-MM-DD");
}

/* Six digits, or four; 0 where the cell is empty. */
static int read_number(struct reg_import_row *row, enum reg_import_cell cell, size_t digits, uint32_t *ret)
{
    const char *text = row->cells[cell];
    uint32_t number = 0;

    *ret = 0;
    if (!*text)
        return 0;
    if (strlen(text) != digits || strspn(text, "0123456789") != digits)
        return bad_cell(row, cell, "不是代码", "is no code");
    for (; *text; text++)
        number = number * 10 + (uint32_t)(*text - '0');
    *ret = number;
    return 0;
}

/* A word of a cell, in either language, and what it stands for. */
struct choice {
    const char *en, *zh;
    int value;
};

static const struct choice states[] = {
    {"", "", REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING},
    {"existing", "存续", REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING},
    {"existing", "在业", REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING},
    {"existing", "开业", REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING},
    {"dormant", "歇业", REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_DORMANT},
    {"revoked", "吊销", REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_REVOKED},
    {"ordered_closed", "责令关闭", REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_ORDERED_CLOSED},
    {"deregistered", "注销", REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_DEREGISTERED},
    {"annulled", "撤销", REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_ANNULLED},
    {"moved_out", "迁出", REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_MOVED_OUT}};
static const struct choice kinds[] = {
    {"", "", REGISTRY__V1__ID_KIND__ID_KIND_RESIDENT},
    {"resident", "居民身份证", REGISTRY__V1__ID_KIND__ID_KIND_RESIDENT},
    {"hk_mo_pass", "港澳居民来往内地通行证", REGISTRY__V1__ID_KIND__ID_KIND_HK_MO_PASS},
    {"tw_pass", "台湾居民来往大陆通行证", REGISTRY__V1__ID_KIND__ID_KIND_TW_PASS},
    {"hmt_residence", "港澳台居民居住证", REGISTRY__V1__ID_KIND__ID_KIND_HMT_RESIDENCE},
    {"passport", "护照", REGISTRY__V1__ID_KIND__ID_KIND_PASSPORT},
    {"foreign_permanent", "外国人永久居留身份证", REGISTRY__V1__ID_KIND__ID_KIND_FOREIGN_PERMANENT},
    {"other", "其他", REGISTRY__V1__ID_KIND__ID_KIND_OTHER}};
static const struct choice compositions[] = {{"", "", REGISTRY__V1__COMPOSITION__COMPOSITION_PERSONAL},
                                             {"personal", "个人经营", REGISTRY__V1__COMPOSITION__COMPOSITION_PERSONAL},
                                             {"family", "家庭经营", REGISTRY__V1__COMPOSITION__COMPOSITION_FAMILY}};

#define CHOICES(list) list, sizeof(list) / sizeof *(list)

static int read_choice(struct reg_import_row *row, enum reg_import_cell cell, const struct choice *list, size_t count,
                       int *ret)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(row->cells[cell], list[i].en) == 0 || strcmp(row->cells[cell], list[i].zh) == 0) {
            *ret = list[i].value;
            return 0;
        }
    return bad_cell(row, cell, "未知", "is unknown");
}

/* Yuan, with fen where it has some. */
static int read_capital(struct reg_import_row *row, reg_pb_entity *entity)
{
    const char *currency = row->cells[REG_CELL_CURRENCY];
    reg_pb_money *money;
    uint32_t number = CNY;
    int64_t minor;
    int error = 0;

    if (!*row->cells[REG_CELL_CAPITAL])
        return 0;
    if (!reg_decimal_parse(row->cells[REG_CELL_CAPITAL], 2, &minor))
        return bad_cell(row, REG_CELL_CAPITAL, "不是金额（元，至多两位小数）", "is no amount with at most two decimals");
    if (*currency && strcmp(currency, "CNY") != 0 && strcmp(currency, "人民币") != 0)
        error = read_number(row, REG_CELL_CURRENCY, 3, &number);
    money = reg_arena_alloc(row->arena, sizeof *money);
    if (error != 0 || !money)
        return error != 0 ? error : REG_ERR_NOMEM;
    registry__v1__money__init(money);
    money->minor = (uint64_t)minor;
    money->currency = number;
    money->exponent = 2;
    entity->capital = money;
    return 0;
}

/* ---- the scope ----------------------------------------------------------------------------------------------------- */

static bool begins(const char *text, const char *end, const char *with)
{
    size_t len = strlen(with);

    return (size_t)(end - text) >= len && memcmp(text, with, len) == 0;
}

/* The length of the first of `marks` that `at` begins with, and which it is; 0: none. */
static size_t mark_at(const char *at, const char *end, const char *const *marks, size_t count, size_t *ret_which)
{
    for (*ret_which = 0; *ret_which < count; ++*ret_which)
        if (begins(at, end, marks[*ret_which]))
            return strlen(marks[*ret_which]);
    return 0;
}

/* What stands between the terms of a printed scope at `at`: a semicolon or full stop, the head of a list, the tail in
 * brackets behind licensed or general items. Returns its length, 0: a term goes on there; SIZE_MAX: a tail without its
 * bracket.
 * `*ret_licensed` changes at a head. */
static size_t gap_at(const char *at, const char *end, bool *ret_licensed)
{
    static const char *const separators[] = {";", "；", "。", "\n"}, *const heads[] = {"一般项目：", "许可项目："},
                             *const tails[] = {"（除许可", "（除依法", "（依法须经"};
    size_t which, len = mark_at(at, end, separators, sizeof separators / sizeof *separators, &which);
    const char *closes;

    if (len > 0)
        return len;
    len = mark_at(at, end, heads, sizeof heads / sizeof *heads, &which);
    if (len > 0) {
        *ret_licensed = which == 1;
        return len;
    }
    if (mark_at(at, end, tails, sizeof tails / sizeof *tails, &which) == 0)
        return 0;
    closes = strstr(at, "）");
    return closes ? (size_t)(closes - at) + strlen("）") : SIZE_MAX;
}

static int add_term(struct reg_import_row *row, reg_pb_scope_entry **list, size_t *count, const char *from, size_t len)
{
    reg_pb_scope_entry *entry;

    if (*count == SCOPE_TERMS_MAX)
        return bad_cell(row, REG_CELL_SCOPE, "项目过多", "has too many terms");
    entry = reg_arena_alloc(row->arena, sizeof *entry);
    if (!entry)
        return REG_ERR_NOMEM;
    registry__v1__scope_entry__init(entry);
    entry->term = reg_arena_printf(row->arena, "%.*s", (int)len, from);
    list[(*count)++] = entry;
    return entry->term ? 0 : REG_ERR_NOMEM;
}

static int read_terms(struct reg_import_row *row, reg_pb_scope *scope)
{
    const char *text = row->cells[REG_CELL_SCOPE], *end = text + strlen(text);
    bool licensed = false, next = false;
    int error = 0;

    while (text < end && error == 0) {
        const char *from = text;
        size_t gap = 0;

        while (text < end && (gap = gap_at(text, end, &next)) == 0)
            text++;
        if (gap == SIZE_MAX)
            return bad_cell(row, REG_CELL_SCOPE, "括号未闭合", "has a bracket that is not closed");
        if (text > from)
            error = licensed ? add_term(row, scope->licensed, &scope->n_licensed, from, (size_t)(text - from))
                             : add_term(row, scope->general, &scope->n_general, from, (size_t)(text - from));
        text += gap;
        licensed = next;
    }
    return error;
}

/* The scope as it is printed, 一般项目：a；b（…）许可项目：c（…）, either list first, or just its terms. */
static int read_scope(struct reg_import_row *row, reg_pb_entity *entity)
{
    reg_pb_scope *scope;

    if (!*row->cells[REG_CELL_SCOPE])
        return 0;
    scope = reg_arena_alloc(row->arena, sizeof *scope);
    if (!scope)
        return REG_ERR_NOMEM;
    registry__v1__scope__init(scope);
    scope->general = reg_arena_alloc(row->arena, SCOPE_TERMS_MAX * sizeof *scope->general);
    scope->licensed = reg_arena_alloc(row->arena, SCOPE_TERMS_MAX * sizeof *scope->licensed);
    if (!scope->general || !scope->licensed)
        return REG_ERR_NOMEM;
    entity->scope = scope;
    return read_terms(row, scope);
}

/* ---- the entity ---------------------------------------------------------------------------------------------------- */

static int read_address(struct reg_import_row *row, reg_pb_entity *entity)
{
    reg_pb_address *address = reg_arena_alloc(row->arena, sizeof *address);

    if (!address)
        return REG_ERR_NOMEM;
    registry__v1__address__init(address);
    address->text = (char *)row->cells[REG_CELL_ADDRESS];
    address->postcode = (char *)row->cells[REG_CELL_POSTCODE];
    entity->address = address;
    return read_number(row, REG_CELL_DIVISION, 6, &address->division);
}

static int read_term(struct reg_import_row *row, reg_pb_entity *entity)
{
    const char *to = row->cells[REG_CELL_TERM_TO];
    reg_pb_term *term = reg_arena_alloc(row->arena, sizeof *term);
    int error;

    if (!term)
        return REG_ERR_NOMEM;
    registry__v1__term__init(term);
    error = read_day(row, REG_CELL_TERM_FROM, &term->from);
    term->unlimited = !*to || strcmp(to, "长期") == 0;
    if (error == 0 && !term->unlimited)
        error = read_day(row, REG_CELL_TERM_TO, &term->to);
    entity->term = term;
    return error;
}

static int read_name(struct reg_import_row *row, reg_pb_entity *entity)
{
    const char *text = row->cells[REG_CELL_NAME];

    if (!*text)
        return row->type && row->type->family == REG_FAMILY_INDIVIDUAL ? 0
                                                                       : bad_cell(row, REG_CELL_NAME, "缺失", "is missing");
    entity->name = reg_arena_alloc(row->arena, sizeof *entity->name);
    if (!entity->name)
        return REG_ERR_NOMEM;
    registry__v1__name__init(entity->name);
    entity->name->full = (char *)text;
    if (!(REG_STATE_NAMED >> row->state & 1))
        return 0;
    row->name_key = reg_name_key(text, row->arena);
    return row->name_key ? 0 : REG_ERR_NOMEM;
}

static int read_person(struct reg_import_row *row, reg_pb_person *person)
{
    const char *number = row->cells[REG_CELL_ID_NUMBER], *mobile = row->cells[REG_CELL_MOBILE];
    int kind = 0, error = 0;

    registry__v1__person__init(person);
    person->number = 1;
    person->kind = REGISTRY__V1__PERSON_KIND__PERSON_KIND_NATURAL;
    person->name = (char *)row->cells[REG_CELL_REPRESENTATIVE];
    if (*number && !(person->id = reg_arena_alloc(row->arena, sizeof *person->id)))
        return REG_ERR_NOMEM;
    if (person->id) {
        registry__v1__id_document__init(person->id);
        error = read_choice(row, REG_CELL_ID_KIND, CHOICES(kinds), &kind);
        person->id->kind = (reg_pb_id_kind)kind;
        person->id->number = (char *)number;
        if (kind == REGISTRY__V1__ID_KIND__ID_KIND_RESIDENT)
            person->country = CNY; /* ISO 3166-1 has the same number for China */
    }
    if (error == 0 && *mobile) {
        person->contact = reg_arena_alloc(row->arena, sizeof *person->contact);
        if (!person->contact)
            return REG_ERR_NOMEM;
        registry__v1__contact__init(person->contact);
        person->contact->mobile = (char *)mobile;
    }
    return error;
}

static int read_representative(struct reg_import_row *row, reg_pb_filing *filing)
{
    reg_pb_person **persons = reg_arena_alloc(row->arena, sizeof *persons);
    reg_pb_representative **list = reg_arena_alloc(row->arena, sizeof *list);

    if (!*row->cells[REG_CELL_REPRESENTATIVE])
        return *row->cells[REG_CELL_ID_NUMBER] ? bad_cell(row, REG_CELL_REPRESENTATIVE, "缺失", "is missing") : 0;
    if (!persons || !list || !(*persons = reg_arena_alloc(row->arena, sizeof **persons)) ||
        !(*list = reg_arena_alloc(row->arena, sizeof **list)))
        return REG_ERR_NOMEM;
    registry__v1__representative__init(*list);
    (*list)->person = 1;
    filing->persons = persons;
    filing->n_persons = 1;
    filing->entity->representatives = list;
    filing->entity->n_representatives = 1;
    return read_person(row, *persons);
}

static int read_former_numbers(struct reg_import_row *row, reg_pb_entity *entity)
{
    entity->former_numbers = reg_arena_alloc(row->arena, 2 * sizeof *entity->former_numbers);
    if (!entity->former_numbers)
        return REG_ERR_NOMEM;
    for (enum reg_import_cell cell = REG_CELL_REGISTRATION_NUMBER; cell <= REG_CELL_ORGANISATION_CODE; cell++)
        if (*row->cells[cell])
            entity->former_numbers[entity->n_former_numbers++] = (char *)row->cells[cell];
    return 0;
}

static int read_entity(struct reg_import_row *row, reg_pb_filing *filing)
{
    reg_pb_entity *entity = filing->entity;
    int composition = 0, error = read_name(row, entity);

    entity->industry = (char *)row->cells[REG_CELL_INDUSTRY];
    entity->parent_code = (char *)row->cells[REG_CELL_PARENT_CODE];
    if (error == 0)
        error = read_address(row, entity);
    if (error == 0)
        error = read_capital(row, entity);
    if (error == 0)
        error = read_day(row, REG_CELL_ESTABLISHED, &entity->established);
    if (error == 0 && !*entity->established &&
        row->fate == REG_IMPORT_GOOD) /* every licence prints it, and the credential signs it */
        error = bad_cell(row, REG_CELL_ESTABLISHED, "缺失", "is missing");
    if (error == 0)
        error = read_term(row, entity);
    if (error == 0)
        error = read_scope(row, entity);
    if (error == 0 && row->type && row->type->family == REG_FAMILY_INDIVIDUAL) {
        error = read_choice(row, REG_CELL_COMPOSITION, CHOICES(compositions), &composition);
        entity->composition = (reg_pb_composition)composition;
    }
    if (error == 0)
        error = read_representative(row, filing);
    return error == 0 ? read_former_numbers(row, entity) : error;
}

/* ---- who it is ----------------------------------------------------------------------------------------------------- */

static int read_type(struct reg_import_row *row, reg_pb_filing *filing)
{
    int error = read_number(row, REG_CELL_TYPE, 4, &filing->entity->type);

    row->type = reg_entity_type_find(filing->entity->type);
    return error == 0 && !row->type ? bad_cell(row, REG_CELL_TYPE, "不是主体类型代码", "is no type of entity") : error;
}

static int read_authority(const struct reg_engine *engine, struct reg_import_row *row, reg_pb_filing *filing)
{
    int error = read_number(row, REG_CELL_AUTHORITY, 6, &filing->authority);

    if (error != 0 || row->fate == REG_IMPORT_REFUSED)
        return error;
    if (!filing->authority)
        filing->authority = engine->facts.authority;
    return reg_registrar_known(filing->authority) && reg_division_within(engine->facts.authority, filing->authority)
               ? 0
               : bad_cell(row, REG_CELL_AUTHORITY, "不属于本登记库", "is not one of this registry's");
}

static int read_state(struct reg_import_row *row)
{
    char *since = NULL, *until = NULL;
    int state = 0, error = read_choice(row, REG_CELL_STATE, CHOICES(states), &state);

    row->state = (reg_pb_licence_state)state;
    row->life = reg_arena_alloc(row->arena, sizeof *row->life);
    if (error != 0 || !row->life)
        return error != 0 ? error : REG_ERR_NOMEM;
    registry__v1__life__init(row->life);
    error = read_day(row, REG_CELL_STATE_SINCE, &since);
    if (error == 0)
        error = read_day(row, REG_CELL_DORMANT_UNTIL, &until);
    if (error != 0 || row->fate == REG_IMPORT_REFUSED)
        return error;
    row->life->since = *since || state != REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING
                           ? since
                           : (char *)row->cells[REG_CELL_ESTABLISHED];
    row->life->dormant_until = until;
    if (state != REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING)
        row->life->before = REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING;
    return 0;
}

/* The code that a row has, or that follows from its organisation code: the subject code stays what it was
 * (国发〔2015〕33号). Who has but a registration number gets one from the pool. */
static int find_code(const struct reg_engine *engine, struct reg_import_row *row, reg_pb_filing *filing)
{
    const char *code = row->cells[REG_CELL_CREDIT_CODE], *organisation = row->cells[REG_CELL_ORGANISATION_CODE];
    const char *number = row->cells[REG_CELL_REGISTRATION_NUMBER];
    char body[9] = "";
    int error;

    row->allotted = !*code;
    if (*code) {
        snprintf(row->code, sizeof row->code, "%s", code);
        snprintf(row->request_id, sizeof row->request_id, "import/%.18s", code);
        return 0;
    }
    if (*organisation && reg_organisation_code_check(organisation, strlen(organisation), NULL) == REG_VERDICT_VALID) {
        memcpy(body, organisation, 8);
        error = reg_code_make(row->type->prefix, filing->authority, body, row->code);
        if (error != 0)
            return bad_cell(row, REG_CELL_ORGANISATION_CODE, "不能转换为统一社会信用代码", "gives no credit code");
        snprintf(row->request_id, sizeof row->request_id, "import/%s", row->code);
        return 0;
    }
    if (!*number)
        return bad_cell(row, REG_CELL_CREDIT_CODE, "缺失，也没有组织机构代码或注册号",
                        "is missing, and so are the old numbers");
    if (engine->facts.role != REG_ROLE_REGISTRAR)
        return bad_cell(row, REG_CELL_CREDIT_CODE, "缺失：节点不赋码", "is missing: a node allots no codes");
    snprintf(row->request_id, sizeof row->request_id, "import/%.15s", number);
    return 0;
}

/* H over each filled cell's column and text: the same row is the same whatever file it stands in. */
static int digest_cells(const struct reg_engine *engine, struct reg_import_row *row)
{
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_bytes bytes;
    int error;

    for (size_t i = 0; i < REG_CELL_COUNT; i++)
        if (*row->cells[i]) {
            reg_buf_put(&buf, reg_import_columns[i][0], strlen(reg_import_columns[i][0]) + 1);
            reg_buf_put(&buf, row->cells[i], strlen(row->cells[i]) + 1);
        }
    bytes = reg_buf_bytes(&buf);
    error = buf.error ? buf.error : reg_digest(engine->facts.suite, &bytes, 1, row->digest);
    reg_buf_clear(&buf);
    return error;
}

/* ---- judging ------------------------------------------------------------------------------------------------------- */

/* The rules about codes and documents, with the row's code as the one that is issued; a legacy code is in use, though none
 * is issued any more. */
static int judge_codes(struct reg_import_row *row, int32_t day)
{
    struct reg_register_view view = {0};
    reg_pb_filing *judged = reg_arena_memdup(row->arena, row->filing, sizeof *judged);
    struct reg_rule_input input = {.filing = judged, .view = &view, .type = row->type, .day = day};
    enum reg_code_reason reason;
    int error;

    if (!judged)
        return REG_ERR_NOMEM;
    if (*row->cells[REG_CELL_CREDIT_CODE] && strlen(row->cells[REG_CELL_CREDIT_CODE]) != REG_CODE_LEN)
        judged->assigned_code = (char *)row->cells[REG_CELL_CREDIT_CODE];
    else if (row->code[0] && reg_code_check(row->code, REG_CODE_LEN, &reason) != REG_VERDICT_LEGACY)
        judged->assigned_code = row->code;
    error = reg_rules_run_codes(&input, row->arena, &row->judgement.findings, &row->judgement.finding_count);
    if (error == 0 &&
        reg_findings_worst(row->judgement.findings, row->judgement.finding_count) == REGISTRY__V1__SEVERITY__SEVERITY_ERROR)
        row->fate = REG_IMPORT_REFUSED;
    return error;
}

int reg_import_row_judge(const struct reg_engine *engine, int32_t day, struct reg_import_row *row)
{
    reg_pb_filing *filing = reg_arena_alloc(row->arena, sizeof *filing);
    reg_pb_entity *entity = reg_arena_alloc(row->arena, sizeof *entity);
    int error = 0;

    if (!filing || !entity)
        return REG_ERR_NOMEM;
    for (enum reg_import_cell cell = 0; cell < REG_CELL_COUNT && error == 0; cell++)
        error = check_length(row, cell);
    if (error != 0 || row->fate == REG_IMPORT_REFUSED)
        return error;
    registry__v1__filing__init(filing);
    registry__v1__entity__init(entity);
    filing->entity = entity;
    row->filing = filing;
    filing->kind = REGISTRY__V1__FILING_KIND__FILING_KIND_IMPORT;
    error = read_type(row, filing);
    if (error == 0)
        error = read_authority(engine, row, filing);
    if (error == 0)
        error = read_state(row);
    if (error == 0)
        error = read_entity(row, filing);
    if (error == 0 && row->fate == REG_IMPORT_GOOD)
        error = find_code(engine, row, filing);
    if (error == 0 && row->fate == REG_IMPORT_GOOD)
        error = judge_codes(row, day);
    return error == 0 && row->fate == REG_IMPORT_GOOD ? digest_cells(engine, row) : error;
}
