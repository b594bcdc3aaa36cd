# SPDX-License-Identifier: MIT
# test/fuzz/<what>_fuzz.cpp: one libFuzzer program each, in build/test/fuzz.

file(GLOB fuzz_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/test/fuzz/*_fuzz.cpp")
add_custom_target(fuzzers)
foreach(source IN LISTS fuzz_sources)
  get_filename_component(name "${source}" NAME_WE)
  add_executable(${name} EXCLUDE_FROM_ALL "${source}")
  target_link_libraries(${name} PRIVATE dt_session dt_lang dt_base)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/test/fuzz")
  add_dependencies(fuzzers ${name})
endforeach()
