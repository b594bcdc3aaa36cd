# SPDX-License-Identifier: MIT
# Libraries from the distribution. test/setup installs the packages that provide them.

find_package(PkgConfig REQUIRED)
pkg_check_modules(LIBBPF REQUIRED IMPORTED_TARGET libbpf)
pkg_check_modules(LIBELF REQUIRED IMPORTED_TARGET libelf)
pkg_check_modules(LIBDW REQUIRED IMPORTED_TARGET libdw)
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(zydis REQUIRED)
find_package(Boost REQUIRED COMPONENTS program_options filesystem)
find_package(Threads REQUIRED)
find_package(GTest)

# yaml-cpp of this age names a plain library and a variable, not a namespaced target.
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()
