// SPDX-License-Identifier: MIT
// print(): a value of a C type, member by member.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "lang/object/program.hpp"

namespace dt::output {

// "(struct x) {" ... "}" without a final newline, nested lines indented by `indent` and more.
// Members that are zero are left out. most_bytes: show "..." instead of members from this offset
// on; 0 = show all.
std::string typed_value_text(const lang::object::ShownType& type, std::span<const std::byte> bytes,
                             unsigned indent, uint64_t most_bytes);

}  // namespace dt::output
