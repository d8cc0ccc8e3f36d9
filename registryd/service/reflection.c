#include "service/reflection.h"

#include <stdlib.h>

#include "grpc/reflection/v1/reflection.pb-c.h"
#include "server.h"
#include "service/errors.h"

/* A question is a name; protobuf-c's allocations grow with what it is given. */
#define REQUEST_MAX 4096

typedef Grpc__Reflection__V1__ServerReflectionRequest question;
typedef Grpc__Reflection__V1__ServerReflectionResponse answer;

/* The parts that an answer may point to; none of them is shared, so that whole answers live on the stack. */
struct parts {
    Grpc__Reflection__V1__FileDescriptorResponse files;
    ProtobufCBinaryData protos[RD_DESCRIPTOR_FILES_MAX];
    Grpc__Reflection__V1__ListServiceResponse list;
    Grpc__Reflection__V1__ServiceResponse service[RD_DESCRIPTOR_FILES_MAX];
    Grpc__Reflection__V1__ServiceResponse *services[RD_DESCRIPTOR_FILES_MAX];
    Grpc__Reflection__V1__ErrorResponse error;
};

static void say_error(answer *response, struct parts *parts, enum rd_status status, const char *text)
{
    grpc__reflection__v1__error_response__init(&parts->error);
    parts->error.error_code = (int32_t)status;
    parts->error.error_message = (char *)text; /* read alone */
    response->message_response_case = GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ERROR_RESPONSE;
    response->error_response = &parts->error;
}

/* The file itself, then what it imports. */
static void say_file(const struct rd_descriptors *descriptors, int file, answer *response, struct parts *parts)
{
    uint64_t imports;

    if (file < 0) {
        say_error(response, parts, RD_NOT_FOUND,
                  "not served here; ask list_services / 本服务器没有，请先查询 list_services");
        return;
    }
    grpc__reflection__v1__file_descriptor_response__init(&parts->files);
    parts->files.file_descriptor_proto = parts->protos;
    imports = rd_descriptors_file(descriptors, (size_t)file)->imports;
    for (int i = file; i >= 0; i--) {
        struct reg_bytes proto = rd_descriptors_file(descriptors, (size_t)i)->proto;

        if ((imports >> i & 1) != 0)
            parts->protos[parts->files.n_file_descriptor_proto++] = (ProtobufCBinaryData){proto.len, (uint8_t *)proto.data};
    }
    response->message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_FILE_DESCRIPTOR_RESPONSE;
    response->file_descriptor_response = &parts->files;
}

static void say_services(const struct rd_descriptors *descriptors, answer *response, struct parts *parts)
{
    size_t count;
    const char *const *names = rd_descriptors_services(descriptors, &count);

    grpc__reflection__v1__list_service_response__init(&parts->list);
    parts->list.service = parts->services;
    for (size_t i = 0; i < count && i < RD_DESCRIPTOR_FILES_MAX; i++) {
        grpc__reflection__v1__service_response__init(&parts->service[i]);
        parts->service[i].name = (char *)names[i];
        parts->services[parts->list.n_service++] = &parts->service[i];
    }
    response->message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_LIST_SERVICES_RESPONSE;
    response->list_services_response = &parts->list;
}

static void say(const struct rd_descriptors *descriptors, const question *request, answer *response, struct parts *parts)
{
    switch (request->message_request_case) {
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_BY_FILENAME:
        say_file(descriptors, rd_descriptors_find_file(descriptors, request->file_by_filename), response, parts);
        break;
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_SYMBOL:
        say_file(descriptors, rd_descriptors_find_symbol(descriptors, request->file_containing_symbol), response, parts);
        break;
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_LIST_SERVICES:
        say_services(descriptors, response, parts);
        break;
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_EXTENSION:
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_ALL_EXTENSION_NUMBERS_OF_TYPE:
        say_error(response, parts, RD_NOT_FOUND, "proto3: there are no extensions / proto3 没有扩展");
        break;
    default:
        say_error(response, parts, RD_INVALID_ARGUMENT, "an unknown kind of question / 未知的查询种类");
        break;
    }
}

int rd_reflection_answer(const struct rd_descriptors *descriptors, struct reg_bytes request, struct reg_data *ret_response)
{
    question *decoded;
    answer response;
    struct parts parts = {0};
    size_t len;
    uint8_t *bytes;

    if (request.len > REQUEST_MAX)
        return REG_ERR_LIMIT;
    decoded = grpc__reflection__v1__server_reflection_request__unpack(NULL, request.len, request.data);
    if (decoded == NULL)
        return REG_ERR_INVALID;
    grpc__reflection__v1__server_reflection_response__init(&response);
    response.valid_host = decoded->host;
    response.original_request = decoded;
    say(descriptors, decoded, &response, &parts);
    len = grpc__reflection__v1__server_reflection_response__get_packed_size(&response);
    bytes = malloc(len + 1);
    if (bytes != NULL) {
        grpc__reflection__v1__server_reflection_response__pack(&response, bytes);
        bytes[len] = 0;
        *ret_response = (struct reg_data){bytes, len};
    }
    grpc__reflection__v1__server_reflection_request__free_unpacked(decoded, NULL);
    return bytes != NULL ? 0 : REG_ERR_NOMEM;
}

void rd_reflection_info(struct rd_call *call, struct reg_bytes message)
{
    struct rd_server *server = rd_worker_context(rd_call_worker(call));
    struct reg_data response = {NULL, 0};
    int r;

    if (message.data == NULL) {
        rd_call_finish(call);
        return;
    }
    r = rd_reflection_answer(server->descriptors, message, &response);
    if (r < 0) {
        rd_call_fail_error(call, r, NULL);
        return;
    }
    rd_call_send(call, reg_bytes_of(&response));
    free(response.data);
}
