# SPDX-License-Identifier: MIT
# What can be switched, and the defaults that must be set before project().

option(DT_SANITIZE "Build everything with AddressSanitizer and UBSan" OFF)
option(DT_FUZZ "Build the fuzz targets (needs clang)" OFF)
option(DT_WERROR "Treat warnings as errors" ON)
option(DT_MODULES "Build the kernel modules as part of the default target" ON)
set(DT_KERNEL_RELEASES "" CACHE STRING
    "Kernel releases to build modules for; empty means every Debian kernel with installed headers")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()

find_program(DT_CCACHE ccache)
if(DT_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER "${DT_CCACHE}" CACHE STRING "" FORCE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${DT_CCACHE}" CACHE STRING "" FORCE)
endif()
