// SPDX-License-Identifier: MIT
// Generic operations on expression trees: visiting children, deep copies, side effects.
#pragma once

#include <functional>

#include "lang/ast.hpp"

namespace dt::lang::sema {

// Calls visit for every direct child, in source order.
void for_each_child(ast::Expr& expr, const std::function<void(ast::ExprPtr&)>& visit);

// A deep copy, annotations included. Type specifiers are shared.
ast::ExprPtr clone(const ast::Expr& expr);
std::unique_ptr<ast::TypeName> clone(const ast::TypeName& name);
ast::StmtPtr clone(const ast::Stmt& stmt);

// Does evaluating it change anything or give a different result every time?
bool has_side_effects(const ast::Expr& expr);

}  // namespace dt::lang::sema
