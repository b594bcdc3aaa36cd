# SPDX-License-Identifier: MIT
# header-check: every header compiles alone. Those that cross the C boundary do so as C and as C++.

file(GLOB_RECURSE cxx_headers CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/userland/*.hpp"
     "${CMAKE_SOURCE_DIR}/test/refinterp/*.hpp")
set(c_headers "${CMAKE_SOURCE_DIR}/kcore/include/dtrace/uapi.h"
              "${CMAKE_SOURCE_DIR}/kcore/include/dtrace/dif.h")
file(GLOB api_headers CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/plugins/api/*.h")
list(APPEND c_headers ${api_headers})

# dt_header_unit(OUT header extension): a source file that includes the one header.
function(dt_header_unit out header extension)
  file(RELATIVE_PATH relative "${CMAKE_SOURCE_DIR}" "${header}")
  string(REGEX REPLACE "[/.]" "_" flat "${relative}")
  set(unit "${CMAKE_BINARY_DIR}/test/headers/${flat}.${extension}")
  file(CONFIGURE OUTPUT "${unit}" CONTENT "#include \"${header}\"\n" @ONLY)
  set(${out} "${unit}" PARENT_SCOPE)
endfunction()

set(units "")
foreach(header IN LISTS cxx_headers c_headers)
  if(EXISTS "${header}")
    dt_header_unit(unit "${header}" cpp)
    list(APPEND units "${unit}")
  endif()
endforeach()
foreach(header IN LISTS c_headers)
  if(EXISTS "${header}")
    dt_header_unit(unit "${header}" c)
    list(APPEND units "${unit}")
  endif()
endforeach()
if(units)
  add_library(header-check OBJECT EXCLUDE_FROM_ALL ${units})
  target_include_directories(header-check PRIVATE "${CMAKE_SOURCE_DIR}/test")
  target_link_libraries(header-check PRIVATE dt_session dt_plughost dt_consumer dt_output dt_lang
                        dt_base Boost::program_options)
else()
  add_custom_target(header-check)
endif()
