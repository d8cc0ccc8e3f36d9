#include "publication.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/message.h"

const struct alteration seals_repealed = {"8,", ",in_force,", ",repealed,"},
                        contact_mandatory = {"5,", "statistics_contact_name;", "statistics_contact_name!;"};

/* Copies the text with what one row says changed; false: the row does not say it. */
static bool alter(struct reg_buf *text, const struct alteration *alteration)
{
    struct reg_buf out = REG_BUF_INIT;
    char *row = strstr((char *)text->data, alteration->item), *at, *end;

    while (row && row != (char *)text->data && row[-1] != '\n')
        row = strstr(row + 1, alteration->item);
    end = row ? strchr(row, '\n') : NULL;
    at = row ? strstr(row, alteration->find) : NULL;
    if (!at || (end && at > end))
        return false;
    reg_buf_put(&out, text->data, (size_t)(at - (char *)text->data));
    reg_buf_puts(&out, alteration->put);
    reg_buf_puts(&out, at + strlen(alteration->find));
    reg_buf_put_u8(&out, '\0');
    reg_buf_clear(text);
    *text = out;
    text->len--;
    return true;
}

struct reg_catalogue *altered_catalogue(const struct alteration *alterations, size_t count)
{
    struct reg_catalogue *sample = NULL, *altered = NULL;
    struct reg_buf items = REG_BUF_INIT;
    bool good = reg_catalogue_default(&sample) == 0;
    struct reg_bytes csv = good ? reg_catalogue_csv(sample, "items") : (struct reg_bytes){NULL, 0};

    reg_buf_put(&items, csv.data, csv.len);
    reg_buf_put_u8(&items, '\0');
    items.len--;
    for (size_t i = 0; i < count && good; i++)
        good = alter(&items, &alterations[i]);
    if (!good || reg_catalogue_parse(reg_buf_bytes(&items), reg_catalogue_csv(sample, "facts"),
                                     reg_catalogue_csv(sample, "materials"), reg_catalogue_csv(sample, "scope_terms"),
                                     &altered, NULL) != 0)
        altered = NULL;
    reg_buf_clear(&items);
    reg_catalogue_free(sample);
    return altered;
}

static ProtobufCBinaryData file_of(const struct reg_catalogue *catalogue, const char *which)
{
    struct reg_bytes csv = reg_catalogue_csv(catalogue, which);

    return (ProtobufCBinaryData){csv.len, (uint8_t *)csv.data};
}

struct reg_data publication_request(const struct reg_catalogue *catalogue, const char *id, const char *effective)
{
    reg_pb_publish_catalogue_request request = REGISTRY__V1__PUBLISH_CATALOGUE_REQUEST__INIT;
    struct reg_data message = {NULL, 0};
    struct reg_buf buf = REG_BUF_INIT;

    request.request_id = (char *)id;
    request.effective = (char *)effective;
    request.items_csv = file_of(catalogue, "items");
    request.facts_csv = file_of(catalogue, "facts");
    request.materials_csv = file_of(catalogue, "materials");
    request.scope_terms_csv = file_of(catalogue, "scope_terms");
    reg_message_encode(&request.base, &buf);
    if (reg_buf_finish(&buf, &message) != 0)
        abort();
    return message;
}

reg_pb_publish_catalogue_response *publish(struct fixture *fixture, struct reg_engine *engine,
                                           const struct alteration *alterations, size_t count, const char *id,
                                           const char *effective, int *ret_error)
{
    struct reg_catalogue *catalogue = altered_catalogue(alterations, count);
    struct reg_data message = {NULL, 0}, answer = {NULL, 0};
    ProtobufCMessage *decoded = NULL;

    fixture->info = (struct reg_error_info){0};
    *ret_error = REG_ERR_CORRUPT;
    if (catalogue) {
        message = publication_request(catalogue, id, effective);
        *ret_error =
            reg_engine_step(engine, REG_STEP_PUBLISH, &operator_caller, reg_bytes_of(&message), &answer, &fixture->info);
    }
    if (*ret_error == 0)
        decoded = fixture_decode(fixture, &registry__v1__publish_catalogue_response__descriptor, reg_bytes_of(&answer));
    reg_data_clear(&message);
    reg_data_clear(&answer);
    reg_catalogue_free(catalogue);
    return (reg_pb_publish_catalogue_response *)decoded;
}
