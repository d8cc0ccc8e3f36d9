# protobuf-c code of proto/registry/v1 (target room_proto) and helpers for more.
find_package(PkgConfig REQUIRED)
pkg_check_modules(PROTOBUF_C REQUIRED IMPORTED_TARGET libprotobuf-c)
find_program(PROTOC protoc REQUIRED)
find_program(PROTOC_C protoc-c REQUIRED)

set(REGISTRY_GENERATED ${PROJECT_BINARY_DIR}/generated)
file(MAKE_DIRECTORY ${REGISTRY_GENERATED})
set(REGISTRY_PROTO_DIR ${PROJECT_SOURCE_DIR}/proto)
set(REGISTRY_PROTOS registry/v1/model.proto registry/v1/ledger.proto registry/v1/licence_service.proto
    registry/v1/filing_service.proto registry/v1/catalogue_service.proto registry/v1/admin_service.proto)

# Sources and headers that protoc-c makes of one .proto below `root`, appended to the list `out`.
function(reg_proto_c out root proto)
  string(REGEX REPLACE "\\.proto$" "" stem ${proto})
  add_custom_command(
    OUTPUT ${REGISTRY_GENERATED}/${stem}.pb-c.c ${REGISTRY_GENERATED}/${stem}.pb-c.h
    COMMAND ${PROTOC_C} -I${root} --c_out=${REGISTRY_GENERATED} ${root}/${proto}
    DEPENDS ${root}/${proto} VERBATIM)
  set(${out} ${${out}} ${REGISTRY_GENERATED}/${stem}.pb-c.c ${REGISTRY_GENERATED}/${stem}.pb-c.h PARENT_SCOPE)
endfunction()

set(sources)
foreach(proto ${REGISTRY_PROTOS})
  reg_proto_c(sources ${REGISTRY_PROTO_DIR} ${proto})
endforeach()
add_library(room_proto STATIC ${sources})
target_include_directories(room_proto SYSTEM PUBLIC ${REGISTRY_GENERATED})
target_link_libraries(room_proto PUBLIC PkgConfig::PROTOBUF_C)
target_compile_options(room_proto PRIVATE -fvisibility=hidden)
