/* SPDX-License-Identifier: MIT */
/* In place of the kernel header of this name: provider.h wants it. */
#include "../os.h"
