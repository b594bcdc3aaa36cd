// SPDX-License-Identifier: MIT
// Conditions as jumps: comparisons, !, &&, ||, ^^ evaluate only what they need.
#include "lang/codegen/clause_gen.hpp"

#include "dtrace/dif.h"

namespace dt::lang::codegen {

using namespace ast;
using types::resolve;
using types::TypeKind;

namespace {

bool is_comparison(BinaryOp op) {
  switch (op) {
    case BinaryOp::Lt:
    case BinaryOp::Le:
    case BinaryOp::Gt:
    case BinaryOp::Ge:
    case BinaryOp::Eq:
    case BinaryOp::Ne:
      return true;
    default:
      return false;
  }
}

JumpIf jump_for(BinaryOp op, bool is_signed) {
  switch (op) {
    case BinaryOp::Lt:
      return is_signed ? JumpIf::Slt : JumpIf::Ult;
    case BinaryOp::Le:
      return is_signed ? JumpIf::Sle : JumpIf::Ule;
    case BinaryOp::Gt:
      return is_signed ? JumpIf::Sgt : JumpIf::Ugt;
    case BinaryOp::Ge:
      return is_signed ? JumpIf::Sge : JumpIf::Uge;
    case BinaryOp::Ne:
      return JumpIf::Ne;
    default:
      return JumpIf::Eq;
  }
}

bool is_signed_type(const types::Type* type) {
  const types::Type* t = resolve(type);
  return (t->kind == TypeKind::Int || t->kind == TypeKind::Enum) && t->is_signed;
}

}  // namespace

// A comparison's or logical operator's value, 0 or 1.
void ClauseGen::eval_logical(const Expr& expr, Reg want) {
  Label is_true = as_.new_label(), end = as_.new_label();
  branch(expr, true, is_true);
  as_.mov_imm(want, 0);
  as_.jump(end);
  as_.bind(is_true);
  as_.mov_imm(want, 1);
  as_.bind(end);
}

void ClauseGen::branch(const Expr& expr, bool when, Label target) {
  if (expr.const_value) {
    if ((*expr.const_value != 0) == when) {
      as_.jump(target);
    }
    return;
  }
  if (expr.kind == ExprKind::Unary && as<Unary>(expr).op == UnaryOp::LogNot) {
    branch(*as<Unary>(expr).operand, !when, target);
    return;
  }
  if (expr.kind == ExprKind::Binary) {
    const auto& bin = as<Binary>(expr);
    if (is_comparison(bin.op)) {
      branch_compare(bin, when, target);
      return;
    }
    Label end = as_.new_label();
    switch (bin.op) {
      case BinaryOp::LogAnd:
      case BinaryOp::LogOr: {
        // && is decided by a false operand, || by a true one.
        bool decides = bin.op == BinaryOp::LogOr;
        branch(*bin.lhs, decides, when == decides ? target : end);
        branch(*bin.rhs, when, target);
        as_.bind(end);
        return;
      }
      case BinaryOp::LogXor: {
        Label is_false = as_.new_label();
        branch(*bin.lhs, false, is_false);
        branch(*bin.rhs, !when, target);
        as_.jump(end);
        as_.bind(is_false);
        branch(*bin.rhs, when, target);
        as_.bind(end);
        return;
      }
      default:
        break;
    }
  }
  if (types::is_string(expr.type)) {
    call(DTRACE_SUBR_STRCMP, {string_arg(expr), Arg::constant(0)});
    as_.jump_if_imm(when ? JumpIf::Ne : JumpIf::Eq, Reg::R0, 0, target);
    return;
  }
  Reg reg = free_reg(Reg::None);
  eval(expr, reg);
  as_.jump_if_imm(when ? JumpIf::Ne : JumpIf::Eq, reg, 0, target);
}

void ClauseGen::branch_compare(const Binary& bin, bool when, Label target) {
  const Expr* lhs = bin.lhs.get();
  const Expr* rhs = bin.rhs.get();
  bool is_text = types::is_string(lhs->type) || types::is_string(rhs->type);
  if (is_text) {
    branch_string_compare(bin, when, target);
    return;
  }
  const types::Type* type = bin.op_type ? bin.op_type : lhs->type;
  if (is_by_ref(type)) {
    type = nullptr;
  }
  JumpIf cond = jump_for(bin.op, type && is_signed_type(type));
  if (lhs->const_value && !rhs->const_value) {
    std::swap(lhs, rhs);
    cond = mirrored(cond);
  }
  if (!when) {
    cond = opposite(cond);
  }
  Pair pair = eval_pair(*lhs, *rhs, free_reg(Reg::None));
  if (pair.is_imm) {
    as_.jump_if_imm(cond, pair.a, pair.imm, target);
  } else {
    as_.jump_if(cond, pair.a, pair.b, target);
  }
}

void ClauseGen::branch_string_compare(const Binary& bin, bool when, Label target) {
  // NULL is as good as "": a variable that was never assigned compares equal to both.
  auto operand = [this](const Expr& expr) {
    return expr.const_value ? Arg::constant(*expr.const_value) : string_arg(expr);
  };
  Arg left = operand(*bin.lhs), right = operand(*bin.rhs);
  call(DTRACE_SUBR_STRCMP, {left, right});
  JumpIf cond = jump_for(bin.op, true);
  as_.jump_if_imm(when ? cond : opposite(cond), Reg::R0, 0, target);
}

}  // namespace dt::lang::codegen
