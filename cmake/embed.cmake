# Files compiled in as bytes: reg_embed(out NAME file) makes a C file that defines
#   const unsigned char NAME[]; const size_t NAME_len;
# and appends it to the list `out`.
function(reg_embed out name file)
  get_filename_component(path ${file} ABSOLUTE BASE_DIR ${PROJECT_SOURCE_DIR})
  set(result ${PROJECT_BINARY_DIR}/generated/embed/${name}.c)
  add_custom_command(
    OUTPUT ${result}
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DFILE=${path} -DRESULT=${result} -P ${PROJECT_SOURCE_DIR}/cmake/embed_file.cmake
    DEPENDS ${path} ${PROJECT_SOURCE_DIR}/cmake/embed_file.cmake VERBATIM)
  set(${out} ${${out}} ${result} PARENT_SCOPE)
endfunction()
