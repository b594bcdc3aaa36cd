// SPDX-License-Identifier: MIT
// What Checker::reported_ holds once a provider is known to be missing: clauses of its probes are
// not looked at, so what they would have declared is missing with them and no mistake of its own.
#pragma once

namespace dt::lang::sema {

inline constexpr const char* kMissingProvider = "a provider that is missing";

}  // namespace dt::lang::sema
