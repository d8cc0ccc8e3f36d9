/* The method table: each RPC is one row, with who may call it. */
#ifndef RD_SERVICE_METHODS_H
#define RD_SERVICE_METHODS_H

#include "grpc/call.h"

/* Who may call, as bits: 1 << enum reg_caller_kind. */
#define RD_MAY(kind)  (1u << (kind))
#define RD_MAY_FILE   (RD_MAY(REG_CALLER_WINDOW) | RD_MAY(REG_CALLER_OPERATOR))
#define RD_MAY_LOOK   (RD_MAY_FILE | RD_MAY(REG_CALLER_DEPARTMENT) | RD_MAY(REG_CALLER_AUDITOR))
#define RD_MAY_AUDIT  (RD_MAY(REG_CALLER_OPERATOR) | RD_MAY(REG_CALLER_AUDITOR))
#define RD_MAY_ANYONE (~0u) /* without being known, too */

/* X(number, path, kind, who may call, handler) */
#define RD_METHODS(X)                                                                                                       \
    X(0, "/registry.v1.FilingService/ValidateFiling", RD_UNARY, RD_MAY_FILE, rd_filing_validate)                            \
    X(1, "/registry.v1.FilingService/SubmitFiling", RD_UNARY, RD_MAY_FILE, rd_filing_submit)                                \
    X(2, "/registry.v1.FilingService/GetCase", RD_UNARY, RD_MAY_FILE, rd_filing_get_case)                                   \
    X(3, "/registry.v1.FilingService/ListCases", RD_UNARY, RD_MAY_FILE, rd_filing_list_cases)                               \
    X(4, "/registry.v1.FilingService/SupplementCase", RD_UNARY, RD_MAY_FILE, rd_filing_supplement)                          \
    X(5, "/registry.v1.FilingService/DecideTask", RD_UNARY, RD_MAY_FILE, rd_filing_decide)                                  \
    X(6, "/registry.v1.FilingService/WithdrawCase", RD_UNARY, RD_MAY_FILE, rd_filing_withdraw)                              \
    X(7, "/registry.v1.FilingService/ReportResumption", RD_UNARY, RD_MAY_FILE, rd_filing_resume)                            \
    X(8, "/registry.v1.FilingService/CheckName", RD_UNARY, RD_MAY_FILE, rd_filing_check_name)                               \
    X(9, "/registry.v1.FilingService/ReserveName", RD_UNARY, RD_MAY_FILE, rd_filing_reserve_name)                           \
    X(10, "/registry.v1.LicenceService/GetLicence", RD_UNARY, RD_MAY_LOOK, rd_licence_get)                                  \
    X(11, "/registry.v1.LicenceService/VerifyCredential", RD_UNARY, RD_MAY_LOOK, rd_licence_verify)                         \
    X(12, "/registry.v1.LicenceService/GetLicenceHistory", RD_UNARY, RD_MAY_LOOK, rd_licence_history)                       \
    X(13, "/registry.v1.LicenceService/BatchGetLicences", RD_UNARY, RD_MAY_LOOK, rd_licence_batch)                          \
    X(14, "/registry.v1.LicenceService/SearchLicences", RD_UNARY, RD_MAY_LOOK, rd_licence_search)                           \
    X(15, "/registry.v1.CatalogueService/ListItems", RD_UNARY, RD_MAY_LOOK, rd_catalogue_list_items)                        \
    X(16, "/registry.v1.CatalogueService/GetForm", RD_UNARY, RD_MAY_LOOK, rd_catalogue_get_form)                            \
    X(17, "/registry.v1.CatalogueService/ListRules", RD_UNARY, RD_MAY_LOOK, rd_catalogue_list_rules)                        \
    X(18, "/registry.v1.AdminService/PublishCatalogue", RD_UNARY, RD_MAY(REG_CALLER_OPERATOR), rd_admin_publish_catalogue)  \
    X(19, "/registry.v1.AdminService/PlaceRestriction", RD_UNARY, RD_MAY(REG_CALLER_OPERATOR), rd_admin_place_restriction)  \
    X(20, "/registry.v1.AdminService/LiftRestriction", RD_UNARY, RD_MAY(REG_CALLER_OPERATOR), rd_admin_lift_restriction)    \
    X(21, "/registry.v1.AdminService/ListRestrictions", RD_UNARY, RD_MAY_FILE, rd_admin_list_restrictions)                  \
    X(22, "/registry.v1.AdminService/AddPool", RD_UNARY, RD_MAY(REG_CALLER_OPERATOR), rd_admin_add_pool)                    \
    X(23, "/registry.v1.AdminService/ListPools", RD_UNARY, RD_MAY_AUDIT, rd_admin_list_pools)                               \
    X(24, "/grpc.health.v1.Health/Check", RD_UNARY, RD_MAY_ANYONE, rd_health_check)                                         \
    X(25, "/grpc.health.v1.Health/Watch", RD_STREAM, RD_MAY_ANYONE, rd_health_watch)                                        \
    X(26, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", RD_STREAM, RD_MAY_LOOK, rd_reflection_info)          \
    X(27, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", RD_STREAM, RD_MAY_LOOK, rd_reflection_info)

/* The rows as the transport takes them; each checks who calls before its handler runs. */
extern const struct rd_method rd_methods[];
extern const size_t rd_method_count;

/* May a caller of this kind (0: nobody known) call the method of that row? */
bool rd_method_may(size_t row, unsigned kind);
/* Is this the full name of a service in the table? */
bool rd_service_known(const char *service);

#endif
