// SPDX-License-Identifier: MIT
// DT_CHECK(condition): aborts with file and line when the program itself is wrong. Never for bad
// input.
#pragma once

#include <cstdio>
#include <cstdlib>

#define DT_CHECK(condition)                                                                \
  do {                                                                                     \
    if (!(condition)) {                                                                    \
      std::fprintf(stderr, "%s:%d: internal error: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                        \
    }                                                                                      \
  } while (0)
