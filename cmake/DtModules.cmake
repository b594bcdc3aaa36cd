# SPDX-License-Identifier: MIT
# Target `modules`: kbuild over a copy of kcore/ and kproviders/, once per kernel release.

set(releases "${DT_KERNEL_RELEASES}")
if(NOT releases)
  file(GLOB headers "/usr/src/linux-headers-*-amd64")
  foreach(folder IN LISTS headers)
    string(REGEX REPLACE ".*/linux-headers-" "" release "${folder}")
    list(APPEND releases "${release}")
  endforeach()
endif()

if(DT_MODULES AND NOT DT_SANITIZE AND NOT DT_FUZZ AND EXISTS "${CMAKE_SOURCE_DIR}/kcore/main.c")
  add_custom_target(modules ALL)
else()
  add_custom_target(modules)
endif()
foreach(release IN LISTS releases)
  add_custom_target(modules-${release}
    COMMAND "${CMAKE_SOURCE_DIR}/cmake/build-modules" --source "${CMAKE_SOURCE_DIR}"
            --build "${CMAKE_BINARY_DIR}" --release "${release}"
    COMMENT "Kernel modules for ${release}" USES_TERMINAL VERBATIM)
  add_dependencies(modules modules-${release})
endforeach()
if(NOT releases)
  message(WARNING "No kernel headers found: no modules will be built (test/setup installs them)")
endif()
