// SPDX-License-Identifier: MIT
// A stable text form of syntax trees, for tests and for looking at what the parser made: one line
// per item, expressions as (operator operand...).
#pragma once

#include <string>

#include "lang/ast.hpp"

namespace dt::lang::ast {

std::string dump(const Expr& expr);
std::string dump(const TypeName& type);
std::string dump(const Stmt& stmt);
std::string dump(const Item& item);
std::string dump(const Program& program);

std::string_view op_text(BinaryOp op);
std::string_view op_text(UnaryOp op);

}  // namespace dt::lang::ast
