// SPDX-License-Identifier: MIT
// Plugins that cannot be used, one for each CASE that it is compiled with.
#include <dtrace_plugin.h>

#include <stdexcept>

#define OTHER_ABI 1
#define NO_SYMBOL 2
#define NULL_TABLE 3
#define SHORT_TABLE 4
#define OTHER_PROVIDER 5
#define THROWS 6
#define CRASHES 7
#define BAD_NAMES 8

namespace {

[[maybe_unused]] volatile uintptr_t nowhere = 16;

[[maybe_unused]] const struct dtrace_plugin table = {
    CASE == OTHER_ABI ? DTRACE_PLUGIN_ABI + 1 : DTRACE_PLUGIN_ABI,
    CASE == SHORT_TABLE ? 24 : sizeof(table),
    CASE == BAD_NAMES ? reinterpret_cast<const char*>(16) : "refused",
    CASE == OTHER_PROVIDER ? "somebody" : "test",
    "0",
    nullptr,
    nullptr,
    nullptr,
    nullptr};

}  // namespace

#if CASE != NO_SYMBOL
extern "C" DTRACE_PLUGIN_EXPORT const struct dtrace_plugin* dtrace_plugin(
    const struct dtrace_plugin_host*) {
#if CASE == NULL_TABLE
  return nullptr;
#elif CASE == THROWS
  throw std::runtime_error("not today");
#elif CASE == CRASHES
  *reinterpret_cast<volatile int*>(nowhere) = 1;
#endif
  return &table;
}
#endif
