// SPDX-License-Identifier: MIT
// External interface: filter_of().
#include "lang/codegen/filter.hpp"

#include <optional>

#include "dtrace/dif.h"
#include "dtrace/uapi.h"
#include "lang/sema/builtins.hpp"

namespace dt::lang::codegen {

using namespace ast;

namespace {

// The built-in variable that an expression is; -1 = another one, or something else.
int builtin_of(const Expr& expr) {
  if (expr.kind != ExprKind::Ident) {
    return -1;
  }
  const Variable* var = static_cast<const Ident&>(expr).var;
  if (!var || var->scope != VarScope::Builtin) {
    return -1;
  }
  const sema::Builtin& builtin = sema::builtins()[static_cast<size_t>(var->builtin)];
  return builtin.kind == sema::BuiltinKind::Value ? builtin.id : -1;
}

uint32_t comparison(const Expr& variable, const Expr& value, bool is_equal) {
  if (!value.const_value || *value.const_value < 0 || *value.const_value > DTRACE_FILTER_MAXID) {
    return 0;
  }
  auto id = static_cast<uint32_t>(*value.const_value);
  switch (builtin_of(variable)) {
    case DTRACE_BUILTIN_PID:
      return DTRACE_FILTER(is_equal ? DTRACE_FILTER_PID_IS : DTRACE_FILTER_PID_ISNT, id);
    case DTRACE_BUILTIN_TID:
      return DTRACE_FILTER(is_equal ? DTRACE_FILTER_TID_IS : DTRACE_FILTER_TID_ISNT, id);
    default:
      return 0;
  }
}

}  // namespace

uint32_t filter_of(const Expr& predicate) {
  if (predicate.kind != ExprKind::Binary) {
    return 0;
  }
  const auto& binary = static_cast<const Binary&>(predicate);
  if (binary.op == BinaryOp::LogAnd) {
    return filter_of(*binary.lhs);
  }
  if (binary.op != BinaryOp::Eq && binary.op != BinaryOp::Ne) {
    return 0;
  }
  bool is_equal = binary.op == BinaryOp::Eq;
  uint32_t filter = comparison(*binary.lhs, *binary.rhs, is_equal);
  return filter ? filter : comparison(*binary.rhs, *binary.lhs, is_equal);
}

}  // namespace dt::lang::codegen
