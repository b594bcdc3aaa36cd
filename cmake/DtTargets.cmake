# SPDX-License-Identifier: MIT
# How the project declares targets: libraries from globs, unit tests, kernel-logic tests, programs.
# A library whose folder holds no source yet becomes an INTERFACE target, so that dependents link.

# dt_library(NAME [RECURSE] [DIR folder] [LINK libs...])
function(dt_library name)
  cmake_parse_arguments(ARG "RECURSE" "DIR" "LINK" ${ARGN})
  set(dir "${CMAKE_CURRENT_SOURCE_DIR}/${ARG_DIR}")
  if(ARG_RECURSE)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${dir}/*.cpp")
  else()
    file(GLOB sources CONFIGURE_DEPENDS "${dir}/*.cpp")
  endif()
  if(sources)
    add_library(${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${name} ${scope} "${CMAKE_SOURCE_DIR}/userland"
                             "${CMAKE_SOURCE_DIR}/kcore/include" "${CMAKE_SOURCE_DIR}/plugins/api")
  target_link_libraries(${name} ${scope} ${ARG_LINK})
endfunction()

# Registers a test executable with CTest and in build/test/unit.list, which test/run reads.
function(dt_register_test name)
  add_test(NAME ${name} COMMAND ${name})
  set_property(GLOBAL APPEND PROPERTY DT_UNIT_TESTS "$<TARGET_FILE:${name}>")
  add_dependencies(unit-tests ${name})
endfunction()

# dt_unit_test(NAME SOURCES files... LINK libs...): one GoogleTest executable.
function(dt_unit_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} EXCLUDE_FROM_ALL ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/test")
  target_compile_definitions(${name} PRIVATE DT_TEST_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/test/unit")
  dt_register_test(${name})
endfunction()

# dt_kcore_test(NAME SOURCES provider.c ... [EXTRA files...] [LINK libs...])
# Compiles test/unit/kcore/NAME.c (or .cpp) with the real kcore/ files named in SOURCES. The shim
# takes the place of kcore/os.h: it has the same include guard and is included first.
function(dt_kcore_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;EXTRA;LINK" ${ARGN})
  set(driver "${CMAKE_CURRENT_SOURCE_DIR}/${name}.c")
  if(NOT EXISTS "${driver}")
    set(driver "${CMAKE_CURRENT_SOURCE_DIR}/${name}.cpp")
  endif()
  set(real "")
  foreach(source IN LISTS ARG_SOURCES)
    if(NOT EXISTS "${CMAKE_SOURCE_DIR}/kcore/${source}")
      # Everything else can still be built; test/run reports a listed test that is not there.
      message(WARNING "${name} cannot be built: kcore/${source} does not exist")
      set_property(GLOBAL APPEND PROPERTY DT_UNIT_TESTS "${CMAKE_BINARY_DIR}/test/unit/${name}")
      return()
    endif()
    list(APPEND real "${CMAKE_SOURCE_DIR}/kcore/${source}")
  endforeach()
  file(GLOB shim CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/test/shim/*.c")
  add_executable(${name} EXCLUDE_FROM_ALL "${driver}" ${real} ${shim} ${ARG_EXTRA})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/test/shim"
                             "${CMAKE_SOURCE_DIR}/kcore" "${CMAKE_SOURCE_DIR}/kcore/include"
                             "${CMAKE_SOURCE_DIR}/test")
  target_compile_options(${name} PRIVATE
                         $<$<COMPILE_LANGUAGE:C>:-std=gnu11>
                         $<$<COMPILE_LANGUAGE:C>:-Wno-unused-parameter>
                         $<$<COMPILE_LANGUAGE:C>:-Wno-sign-compare>
                         $<$<COMPILE_LANGUAGE:C>:-Wno-missing-field-initializers>
                         "$<$<COMPILE_LANGUAGE:C>:SHELL:-include ${CMAKE_SOURCE_DIR}/test/shim/os.h>")
  target_link_libraries(${name} PRIVATE Threads::Threads m ${ARG_LINK})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/test/unit")
  dt_register_test(${name})
endfunction()

# dt_programs(FOLDER): every .c file in FOLDER becomes a program of its own in build/test/FOLDER.
# They are the traced workloads, so they keep frame pointers and symbols and are not sanitized.
function(dt_programs folder)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/test/${folder}/*.c")
  foreach(source IN LISTS sources)
    get_filename_component(base "${source}" NAME_WE)
    string(REPLACE "/" "-" prefix "${folder}")
    set(target "${prefix}-${base}")
    add_executable(${target} "${source}")
    target_compile_options(${target} PRIVATE -O1 -g -fno-omit-frame-pointer -fno-sanitize=all)
    target_include_directories(${target} PRIVATE "${CMAKE_SOURCE_DIR}/kcore/include"
                               "${CMAKE_SOURCE_DIR}/test/vm/programs")
    target_link_libraries(${target} PRIVATE Threads::Threads)
    set_target_properties(${target} PROPERTIES OUTPUT_NAME "${base}"
                          RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/test/${folder}")
  endforeach()
endfunction()
