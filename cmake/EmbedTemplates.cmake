# embed_templates(OUT_VARIABLE FOLDER): generates a .cpp that holds every file of the folder as bytes, so that the
# installed binary needs no data files. Regenerated when a template changes.
function(embed_templates out_variable folder)
  file(GLOB templates CONFIGURE_DEPENDS "${folder}/*.mustache" "${folder}/*.py" "${folder}/*.sh")
  list(SORT templates)
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/generated/builtin_templates.cpp")
  add_custom_command(
    OUTPUT "${generated}"
    COMMAND "${CMAKE_COMMAND}" "-DTEMPLATES=${templates}" "-DOUTPUT=${generated}" -P
            "${PROJECT_SOURCE_DIR}/cmake/WriteTemplates.cmake"
    DEPENDS ${templates} "${PROJECT_SOURCE_DIR}/cmake/WriteTemplates.cmake"
    COMMENT "Embedding templates" VERBATIM)
  set(${out_variable} "${generated}" PARENT_SCOPE)
endfunction()
