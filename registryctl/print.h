/* Showing answers to people (or as JSON), and wrapping requests. */
#ifndef CTL_PRINT_H
#define CTL_PRINT_H

#include "ctl.h"
#include "registry/v1/admin_service.pb-c.h"
#include "registry/v1/catalogue_service.pb-c.h"
#include "registry/v1/filing_service.pb-c.h"
#include "registry/v1/licence_service.pb-c.h"

/* A SubmitFilingRequest around an encoded Filing, or a ValidateFilingRequest where `request_id` is NULL. */
REG_MUST_CHECK int ctl_wrap_filing(const char *request_id, struct reg_bytes filing, struct reg_data *ret);
/* A GetLicenceRequest. */
REG_MUST_CHECK int ctl_wrap_code(const char *code, struct reg_data *ret);
/* The encoding of a message. */
REG_MUST_CHECK int ctl_pack(const ProtobufCMessage *message, struct reg_data *ret);
/* Unpacks an answer of the library; protobuf-c's free_unpacked frees it. NULL: out of memory. */
ProtobufCMessage *ctl_unpack(const ProtobufCMessageDescriptor *type, struct reg_bytes message);
/* The public record of a licence answer; free with registry__v1__record__free_unpacked. NULL: there is none. */
Registry__V1__Record *ctl_public_record(const Registry__V1__GetLicenceResponse *licence);

/* Prints a message as JSON. `type`: its name. */
REG_MUST_CHECK int ctl_print_json(const char *type, struct reg_bytes message, struct reg_error_info *info);

/* In both languages. */
const char *ctl_licence_state(int state);
const char *ctl_filing_kind(int kind);

/* Each prints an encoded answer; the verdict in the out parameter. */
REG_MUST_CHECK int ctl_print_validation(const struct ctl *ctl, struct reg_bytes message, bool *ret_good,
                                        struct reg_error_info *info);
REG_MUST_CHECK int ctl_print_submission(const struct ctl *ctl, const struct reg_catalogue *catalogue,
                                        struct reg_bytes message, bool *ret_accepted, struct reg_error_info *info);
/* A CheckNameResponse; without --dir it says that the rules alone were asked. */
REG_MUST_CHECK int ctl_print_name(const struct ctl *ctl, struct reg_bytes message, bool *ret_good,
                                  struct reg_error_info *info);
REG_MUST_CHECK int ctl_print_reservation(const struct ctl *ctl, struct reg_bytes message, bool *ret_good,
                                         struct reg_error_info *info);
REG_MUST_CHECK int ctl_print_licence(const struct ctl *ctl, const struct reg_catalogue *catalogue, struct reg_bytes message,
                                     struct reg_error_info *info);

#endif
