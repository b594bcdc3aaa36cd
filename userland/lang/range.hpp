// SPDX-License-Identifier: MIT
// Which values an integer expression can have. Arithmetic keeps 64 bits whatever the type of the
// expression is, so a cast or a store asks here whether it changes anything, and a record whether
// it has to keep more than the type's size.
#pragma once

#include <cstdint>
#include <limits>

#include "lang/ast.hpp"

namespace dt::lang {

// Of the 64-bit word, read as signed. What is not known is everything.
struct Range {
  int64_t low = std::numeric_limits<int64_t>::min();
  int64_t high = std::numeric_limits<int64_t>::max();
};

Range range_of(const ast::Expr& expr);
// What a stored value of the type can be. Types that are no integers: everything.
Range range_of_type(const types::Type* type);

// Is an lvalue a variable, or an element of one, that takes all 64 bits?
bool keeps_bits(const ast::Expr& lvalue);

inline bool is_within(const Range& inner, const Range& outer) {
  return inner.low >= outer.low && inner.high <= outer.high;
}

}  // namespace dt::lang
