# SPDX-License-Identifier: MIT
# `cmake --install`: where everything goes, in four components that are also the Debian packages:
#   tools    the command, its plugins, D libraries, YAML, manual pages, completion   (the default component)
#   sdk      what providers of others are built with
#   dkms     the source of the kernel modules
#   modules  kernel modules, as far as this build folder holds any
# The command finds the rest from its own place, so any prefix works: userland/cli/paths.cpp.

include(CMakePackageConfigHelpers)

set(DT_SDK_DIR share/dtrace/sdk)
set(DT_DKMS_DIR src/dtrace-${PROJECT_VERSION})

install(DIRECTORY config/ DESTINATION share/dtrace PATTERN README.md EXCLUDE)
install(FILES docs/man/dtrace.8 DESTINATION share/man/man8)
install(FILES packaging/completion.bash DESTINATION share/bash-completion/completions RENAME dtrace)
install(DIRECTORY docs/ DESTINATION share/doc/dtrace-linux FILES_MATCHING PATTERN "*.md" PATTERN man EXCLUDE)
install(FILES LICENSE DESTINATION share/doc/dtrace-linux RENAME copyright)

# ---- sdk ----
# Headers of the kernel's side stay out of include/, where they would shadow nothing but confuse.
install(DIRECTORY kcore/include/dtrace DESTINATION ${DT_SDK_DIR}/include COMPONENT sdk)
install(FILES plugins/api/dtrace_plugin.h DESTINATION include COMPONENT sdk)
install(FILES sdk/provider.mk DESTINATION ${DT_SDK_DIR} COMPONENT sdk)
install(DIRECTORY sdk/template DESTINATION ${DT_SDK_DIR} COMPONENT sdk)
install(PROGRAMS sdk/dtrace-new-provider DESTINATION bin COMPONENT sdk)
install(FILES docs/man/dtrace-new-provider.1 DESTINATION share/man/man1 COMPONENT sdk)
set(DT_INCLUDE_DIR include)
set(DT_PLUGIN_DIR lib/dtrace/plugins)
configure_package_config_file(sdk/cmake/dtraceConfig.cmake.in
  "${CMAKE_CURRENT_BINARY_DIR}/sdk/dtraceConfig.cmake" INSTALL_DESTINATION lib/cmake/dtrace
  PATH_VARS DT_SDK_DIR DT_INCLUDE_DIR DT_PLUGIN_DIR)
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/sdk/dtraceConfigVersion.cmake"
  COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/sdk/dtraceConfig.cmake"
  "${CMAKE_CURRENT_BINARY_DIR}/sdk/dtraceConfigVersion.cmake" sdk/cmake/dtraceFunctions.cmake
  DESTINATION lib/cmake/dtrace COMPONENT sdk)

# ---- dkms ----
# Every provider's module: dtrace_<folder>.ko, as in cmake/build-modules.
file(GLOB dkms_kbuilds CONFIGURE_DEPENDS RELATIVE "${CMAKE_SOURCE_DIR}" kcore/Kbuild kcore/patch/Kbuild
     kproviders/*/Kbuild)
set(DT_DKMS_MODULES "")
set(dkms_count 0)
foreach(kbuild IN LISTS dkms_kbuilds)
  get_filename_component(folder "${kbuild}" DIRECTORY)
  get_filename_component(name "${folder}" NAME)
  set(module dtrace_${name})
  if(name STREQUAL kcore)
    set(module dtrace)
  endif()
  string(APPEND DT_DKMS_MODULES "BUILT_MODULE_NAME[${dkms_count}]=\"${module}\"\n"
         "BUILT_MODULE_LOCATION[${dkms_count}]=\"${folder}\"\n"
         "DEST_MODULE_LOCATION[${dkms_count}]=\"/updates/dkms\"\n")
  math(EXPR dkms_count "${dkms_count} + 1")
endforeach()
configure_file(packaging/dkms/dkms.conf.in "${CMAKE_CURRENT_BINARY_DIR}/packaging/dkms.conf" @ONLY)
install(DIRECTORY kcore kproviders DESTINATION ${DT_DKMS_DIR} COMPONENT dkms FILES_MATCHING
  PATTERN "*.c" PATTERN "*.h" PATTERN "*.S" PATTERN "*.lds" PATTERN "*.awk" PATTERN Kbuild)
install(PROGRAMS kcore/compat/probe DESTINATION ${DT_DKMS_DIR}/kcore/compat COMPONENT dkms)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/packaging/dkms.conf" packaging/dkms/Makefile packaging/dkms/Kbuild
  DESTINATION ${DT_DKMS_DIR} COMPONENT dkms)
install(PROGRAMS packaging/dkms/keep-symvers DESTINATION ${DT_DKMS_DIR} COMPONENT dkms)

# ---- modules ----
install(DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/modules" DESTINATION lib/dtrace COMPONENT modules OPTIONAL)
