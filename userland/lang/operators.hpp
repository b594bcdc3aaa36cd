// SPDX-License-Identifier: MIT
// Which operator a token is, for the parser.
#pragma once

#include <optional>

#include "lang/ast.hpp"
#include "lang/token.hpp"

namespace dt::lang {

struct BinaryInfo {
  int precedence = 0;  // higher binds tighter; the lowest is 1
  ast::BinaryOp op = ast::BinaryOp::Add;
};
std::optional<BinaryInfo> binary_info(Tok kind);

bool is_assignment(Tok kind);
// The op of "op="; nothing for a plain =.
std::optional<ast::BinaryOp> assigned_op(Tok kind);

std::optional<ast::UnaryOp> unary_op(Tok kind);

}  // namespace dt::lang
