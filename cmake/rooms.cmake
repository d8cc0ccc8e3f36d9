# A room is a folder of the library with a static archive of its own, room_<name>: tests link archives, the shared libraries
# are made of the rooms' objects, and who a room may use is what it links (docs/architecture.md).
#
#   reg_room(NAME SOURCES a.c … ROOMS base … LIBS OpenSSL::Crypto …)
function(reg_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;ROOMS;LIBS" ${ARGN})
  list(TRANSFORM ROOM_ROOMS PREPEND room_)
  add_library(room_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(room_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/libregistry)
  target_link_libraries(room_${name} PRIVATE registry_flags PUBLIC ${ROOM_ROOMS} ${ROOM_LIBS})
endfunction()

# A CUnit program: reg_test(NAME SOURCES … ROOMS … LIBS … LABELS unit). POSTGRESQL: it runs beside a throw-away cluster, and is
# skipped where PostgreSQL is not installed.
function(reg_test name)
  cmake_parse_arguments(TEST "POSTGRESQL" "" "SOURCES;ROOMS;LIBS;LABELS" ${ARGN})
  list(TRANSFORM TEST_ROOMS PREPEND room_)
  add_executable(test_${name} ${TEST_SOURCES} ${PROJECT_SOURCE_DIR}/tests/suite_main.c)
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(test_${name} PRIVATE REG_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(test_${name} PRIVATE registry_flags ${TEST_ROOMS} ${TEST_LIBS} PkgConfig::CUNIT)
  set(beside $<$<BOOL:${TEST_POSTGRESQL}>:${PROJECT_SOURCE_DIR}/scripts/with-postgresql>)
  add_test(NAME ${name} COMMAND ${beside} $<TARGET_FILE:test_${name}> WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} COMMAND_EXPAND_LISTS)
  set_tests_properties(${name} PROPERTIES LABELS "${TEST_LABELS}" TIMEOUT 600 SKIP_RETURN_CODE 77)
endfunction()
