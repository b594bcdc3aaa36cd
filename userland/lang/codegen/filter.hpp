// SPDX-License-Identifier: MIT
// What a predicate begins with, told to the kernel apart: it can then pass over a firing in the
// wrong process before it gets anything ready for the program.
#pragma once

#include <cstdint>

#include "lang/ast.hpp"

namespace dt::lang::codegen {

// DTRACE_FILTER() of uapi.h if the first operand of the predicate's && chain compares pid or tid
// with a constant by
// == or !=; else 0. The program still has all of its predicate.
uint32_t filter_of(const ast::Expr& predicate);

}  // namespace dt::lang::codegen
