# SPDX-License-Identifier: MIT
# Kernel modules of other people's providers: the flags and the exports of DTrace's core, for one kernel
# release. In the module's folder, a Makefile that serves kbuild too:
#
#   obj-m := dtrace_pulse.o
#   include /usr/share/dtrace/sdk/provider.mk
#
# Targets: modules (default), install (below /lib/modules/$(KVER)/extra, then depmod), clean.
# Variables: KVER     kernel release; default: the running kernel
#            KDIR     its headers; default: where distributions put them
#            SYMVERS  the core's Module.symvers; default: of the installed modules, or of what DKMS built
# The core of the release must be there before a provider can be built for it.

DTRACE_SDK := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))

ifneq ($(KBUILD_EXTMOD),)

# Read by kbuild. Flags given this way come behind the kernel's own.
ccflags-y += -I$(DTRACE_SDK)/include -Wall

else

KVER ?= $(shell uname -r)
dtrace_first = $(firstword $(wildcard $(1)))
KDIR ?= $(call dtrace_first,/lib/modules/$(KVER)/build /usr/src/linux-headers-$(KVER))
dtrace_arch := $(shell uname -m)
SYMVERS ?= $(call dtrace_first,$(DTRACE_SDK)/../../../lib/dtrace/modules/$(KVER)/Module.symvers \
	/var/lib/dkms/dtrace/kernel-$(KVER)-$(dtrace_arch)/Module.symvers \
	/usr/lib/dtrace/modules/$(KVER)/Module.symvers /usr/local/lib/dtrace/modules/$(KVER)/Module.symvers)

.PHONY: modules install clean dtrace-check
modules: dtrace-check
	$(MAKE) -C $(KDIR) M=$(CURDIR) CONFIG_DEBUG_INFO_BTF_MODULES= KBUILD_EXTRA_SYMBOLS=$(abspath $(SYMVERS)) modules

install: modules
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_DIR=extra CONFIG_DEBUG_INFO_BTF_MODULES= modules_install
	depmod $(KVER)

clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) clean

dtrace-check:
	@test -n "$(KDIR)" || { echo "No headers of kernel $(KVER): install linux-headers-$(KVER), or give KDIR=" >&2; exit 1; }
	@test -n "$(SYMVERS)" || { echo "DTrace's modules are not there for kernel $(KVER), so a provider cannot be" \
		"linked against them: build them ('dkms autoinstall', or install dtrace-linux-dkms), or give SYMVERS=" >&2; exit 1; }

endif
