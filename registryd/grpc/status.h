/* gRPC's status codes (https://grpc.io/docs/guides/status-codes), by their wire numbers. */
#ifndef RD_GRPC_STATUS_H
#define RD_GRPC_STATUS_H

enum rd_status {
    RD_OK = 0,
    RD_CANCELLED = 1,
    RD_UNKNOWN = 2,
    RD_INVALID_ARGUMENT = 3,
    RD_DEADLINE_EXCEEDED = 4,
    RD_NOT_FOUND = 5,
    RD_ALREADY_EXISTS = 6,
    RD_PERMISSION_DENIED = 7,
    RD_RESOURCE_EXHAUSTED = 8,
    RD_FAILED_PRECONDITION = 9,
    RD_ABORTED = 10,
    RD_UNIMPLEMENTED = 12,
    RD_INTERNAL = 13,
    RD_UNAVAILABLE = 14,
    RD_UNAUTHENTICATED = 16
};

#endif
