# SPDX-License-Identifier: MIT
# Target `packages`: build/packages/*.deb, one for each component of DtInstall.cmake, made by CPack.
#   dtrace-linux          command, plugins, D libraries, YAML, manual page, completion
#   dtrace-linux-sdk      what providers of others are built with
#   dtrace-linux-dkms     the modules' source; DKMS builds them for every kernel that is or will be installed
#   dtrace-linux-modules  the modules that this build folder holds, for machines without a compiler

set(CPACK_GENERATOR DEB)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGE_NAME dtrace-linux)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_CONTACT "DTrace for Linux <dtrace@localhost>")
set(CPACK_PACKAGE_DIRECTORY "${CMAKE_BINARY_DIR}/packages")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL tools sdk dkms modules)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME dtrace-linux)
set(CPACK_COMPONENT_TOOLS_DESCRIPTION "dynamic tracing of the kernel with D programs
 The dtrace command: compiles D programs, loads the kernel modules that they need and prints what
 they record. Needs the kernel modules of dtrace-linux-dkms or dtrace-linux-modules.")
set(CPACK_DEBIAN_TOOLS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_TOOLS_PACKAGE_DEPENDS kmod)
set(CPACK_DEBIAN_TOOLS_PACKAGE_RECOMMENDS "dtrace-linux-dkms | dtrace-linux-modules, cpp")
set(CPACK_DEBIAN_TOOLS_PACKAGE_SUGGESTS dtrace-linux-sdk)
# The same file: /usr/sbin/dtrace.
set(CPACK_DEBIAN_TOOLS_PACKAGE_CONFLICTS dtrace)

set(CPACK_DEBIAN_SDK_PACKAGE_NAME dtrace-linux-sdk)
set(CPACK_COMPONENT_SDK_DESCRIPTION "headers and templates for DTrace providers
 What a provider of one's own is built with: headers, a Makefile fragment, a CMake package, a
 template and the command dtrace-new-provider.")
set(CPACK_DEBIAN_SDK_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_SDK_PACKAGE_DEPENDS "make, gcc")
set(CPACK_DEBIAN_SDK_PACKAGE_RECOMMENDS "dtrace-linux-dkms | dtrace-linux-modules, cmake, g++, linux-headers-amd64")
set(CPACK_DEBIAN_SDK_PACKAGE_SECTION devel)

set(CPACK_DEBIAN_DKMS_PACKAGE_NAME dtrace-linux-dkms)
set(CPACK_COMPONENT_DKMS_DESCRIPTION "kernel modules of DTrace, built by DKMS
 The source of dtrace.ko and of the providers' modules. DKMS builds them for the kernels that are
 installed and for those that come, and signs them if it is told to.")
set(CPACK_DEBIAN_DKMS_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_DKMS_PACKAGE_DEPENDS "dkms (>= 2.8)")
set(CPACK_DEBIAN_DKMS_PACKAGE_RECOMMENDS linux-headers-amd64)
set(CPACK_DEBIAN_DKMS_PACKAGE_PROVIDES dtrace-linux-ko)
set(CPACK_DEBIAN_DKMS_PACKAGE_CONFLICTS dtrace-linux-ko)
set(CPACK_DEBIAN_DKMS_PACKAGE_SECTION kernel)

set(CPACK_DEBIAN_MODULES_PACKAGE_NAME dtrace-linux-modules)
set(CPACK_COMPONENT_MODULES_DESCRIPTION "kernel modules of DTrace, ready built
 dtrace.ko and the providers' modules for the kernel releases named by their folders below
 /usr/lib/dtrace/modules. Use dtrace-linux-dkms instead where modules can be built.")
set(CPACK_DEBIAN_MODULES_PACKAGE_DEPENDS kmod)
set(CPACK_DEBIAN_MODULES_PACKAGE_PROVIDES dtrace-linux-ko)
set(CPACK_DEBIAN_MODULES_PACKAGE_CONFLICTS dtrace-linux-ko)
set(CPACK_DEBIAN_MODULES_PACKAGE_SECTION kernel)

set(scripts "${CMAKE_CURRENT_BINARY_DIR}/packaging/debian")
foreach(script dkms/postinst dkms/prerm modules/prerm)
  configure_file("packaging/debian/${script}" "${scripts}/${script}" @ONLY
    FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endforeach()
set(CPACK_DEBIAN_DKMS_PACKAGE_CONTROL_EXTRA "${scripts}/dkms/postinst;${scripts}/dkms/prerm")
set(CPACK_DEBIAN_MODULES_PACKAGE_CONTROL_EXTRA "${scripts}/modules/prerm")

include(CPack)
add_custom_target(packages
  COMMAND "${CMAKE_COMMAND}" -E rm -rf "${CPACK_PACKAGE_DIRECTORY}"
  COMMAND "${CMAKE_CPACK_COMMAND}" -G DEB
  COMMAND "${CMAKE_COMMAND}" -E rm -rf "${CPACK_PACKAGE_DIRECTORY}/_CPack_Packages"
  COMMENT "Debian packages" USES_TERMINAL VERBATIM)
get_property(packaged_plugins DIRECTORY plugins PROPERTY BUILDSYSTEM_TARGETS)
add_dependencies(packages dtrace modules ${packaged_plugins})
