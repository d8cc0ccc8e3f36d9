#include "sample.h"

#include <string.h>

#include "suite.h"

const uint8_t sample_wrapped[SAMPLE_WRAPPED_LEN] = "a wrapped key of forty bytes or about so";

static const int64_t sample_terms[2] = {INT64_MAX, 7};

bool sample_same(struct reg_bytes bytes, const char *text)
{
    return bytes.len == strlen(text) && memcmp(bytes.data, text, bytes.len) == 0;
}

struct reg_licence_row sample_licence(const char *code, uint64_t position, uint64_t revision)
{
    struct reg_licence_row row = {.position = position,
                                  .serial = position + 100,
                                  .version = 3,
                                  .revision = revision,
                                  .state = 2,
                                  .authority = 341300,
                                  .type = 1151,
                                  .name = "宿州示例商贸有限公司",
                                  .industry = 5211,
                                  .established = -40,
                                  .recorded = 20000};

    strcpy(row.code, code);
    return row;
}

void sample_begin(struct reg_store *store, struct sample *ret)
{
    struct reg_append *append;

    ret->licence = sample_licence(CODE_A, 2, 7);
    ret->terms = (struct reg_licence_terms){CODE_A, NULL, 0, sample_terms, 2};
    ret->serial = (struct reg_serial_row){.serial = 102, .code = CODE_A, .position = 2, .version = 3};
    ret->case_row = (struct reg_case_row){.number = 2, .position = 2, .state = 4, .authority = 341300, .code = CODE_A};
    ret->request = (struct reg_request_row){"registry:window", "one", {9, 8, 7}, 2};
    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &ret->batch), 0);
    batch_add(&ret->batch);
    batch_add(&ret->batch);
    append = batch_add(&ret->batch);
    append->entry.has_case = true;
    append->entry.case_number = 2;
    append->entry.wrapped_key = (struct reg_bytes){sample_wrapped, sizeof sample_wrapped};
    append->new_case_key = true;
    append->licence = &ret->licence;
    append->name_key = "宿州示例商贸";
    append->terms = &ret->terms;
    append->serial = &ret->serial;
    append->case_row = &ret->case_row;
    append->request = &ret->request;
}

void sample_append(struct reg_store *store)
{
    struct sample sample;

    sample_begin(store, &sample);
    CHECK_CASE(batch_end(&sample.batch) == 0, "%s", sample.batch.info.en);
}

void sample_check_licence(const struct reg_licence_row *row)
{
    struct reg_licence_row expected = sample_licence(CODE_A, 2, 7);

    CU_ASSERT_STRING_EQUAL(row->code, expected.code);
    CU_ASSERT_STRING_EQUAL(row->name, expected.name);
    CU_ASSERT(row->position == 2 && row->serial == 102 && row->version == 3 && row->revision == 7 && row->state == 2 &&
              row->authority == 341300 && row->type == 1151 && row->industry == 5211 && row->established == -40 &&
              row->recorded == 20000);
}
