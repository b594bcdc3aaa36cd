// SPDX-License-Identifier: MIT
// Calls into foreign code that may crash: run_guarded(). Signals that mean a crash bring the call
// to its end instead of the process, exceptions are caught, and so is a call that never returns and
// burns CPU time. What the call had done to memory by then cannot be undone: docs/plugins.md.
// One thread; the handlers are installed by the first call and stay.
#pragma once

#include <string>

namespace dt::plughost {

// "" = the call returned; else why it did not: "crashed (segmentation fault)".
// body must not own anything: what it has on its stack is not destroyed after a crash.
std::string run_guarded(void (*body)(void* argument), void* argument);

}  // namespace dt::plughost
