# One INTERFACE target carries warnings, hardening and sanitizers.
add_library(registry_flags INTERFACE)
target_compile_options(registry_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wvla
  -fvisibility=hidden -fstack-protector-strong -fno-strict-aliasing)
target_compile_definitions(registry_flags INTERFACE _GNU_SOURCE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
if(REGISTRY_WERROR)
  target_compile_options(registry_flags INTERFACE -Werror)
endif()
if(REGISTRY_SANITIZE)
  target_compile_options(registry_flags INTERFACE "-fsanitize=${REGISTRY_SANITIZE}" -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(registry_flags INTERFACE "-fsanitize=${REGISTRY_SANITIZE}")
endif()
# Asserts stay on whatever the build type.
foreach(type RELEASE RELWITHDEBINFO MINSIZEREL)
  string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_${type} "${CMAKE_C_FLAGS_${type}}")
endforeach()
