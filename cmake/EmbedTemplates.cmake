# embed_files(OUT_VARIABLE HEADER NAMESPACE TYPE FUNCTION PATTERN…): generates a .cpp that holds the files as bytes, so
# that the installed binary needs no data files: `const std::vector<TYPE>& FUNCTION()` of the header, TYPE being a name
# and a text. Regenerated when a file changes.
function(embed_files out_variable header namespace type function)
  file(GLOB files CONFIGURE_DEPENDS ${ARGN})
  list(SORT files)
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/generated/${function}.cpp")
  add_custom_command(
    OUTPUT "${generated}"
    COMMAND "${CMAKE_COMMAND}" "-DFILES=${files}" "-DHEADER=${header}" "-DNAMESPACE=${namespace}" "-DTYPE=${type}"
            "-DFUNCTION=${function}" "-DOUTPUT=${generated}" -P "${PROJECT_SOURCE_DIR}/cmake/WriteTemplates.cmake"
    DEPENDS ${files} "${PROJECT_SOURCE_DIR}/cmake/WriteTemplates.cmake"
    COMMENT "Embedding ${function}" VERBATIM)
  set(${out_variable} "${generated}" PARENT_SCOPE)
endfunction()
