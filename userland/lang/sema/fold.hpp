// SPDX-License-Identifier: MIT
// Constant folding: integer values as D computes them. Pure functions; the callers have checked the
// types.
#pragma once

#include <cstdint>
#include <optional>

#include "lang/ast.hpp"

namespace dt::lang::sema {

// value as it is held after a cast to an integer or pointer type: sign- or zero-extended.
int64_t fit(int64_t value, const types::Type* type);

// 64 bits in, 64 bits out: op_type says only whether they are signed. Nothing for division by zero
// and for operators that do not fold.
std::optional<int64_t> fold_binary(ast::BinaryOp op, int64_t lhs, int64_t rhs,
                                   const types::Type* op_type);
std::optional<int64_t> fold_unary(ast::UnaryOp op, int64_t value);

}  // namespace dt::lang::sema
