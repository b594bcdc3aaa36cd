// SPDX-License-Identifier: MIT
// "did you mean": the known name that is nearest to a mistyped one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dt::lang::sema {

// The nearest of known that differs in at most a third of its letters; "" if there is none.
std::string nearest(std::string_view wanted, const std::vector<std::string>& known);
// "did you mean NAME?", "" without a near name.
std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& known);

}  // namespace dt::lang::sema
