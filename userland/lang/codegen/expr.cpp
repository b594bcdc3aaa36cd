// SPDX-License-Identifier: MIT
// Expressions: leaves, conversions, conditionals, and the choice of who generates what.
#include "lang/codegen/clause_gen.hpp"
#include "lang/sema/builtins.hpp"

#include "dtrace/dif.h"

namespace dt::lang::codegen {

using namespace ast;
using types::resolve;
using types::TypeKind;

namespace {

// How a value of a type is kept in a 64-bit register.
struct Width {
  unsigned size = 8;
  bool is_signed = false;
  bool is_bool = false;
};

Width width_of(const types::Type* type) {
  const types::Type* t = resolve(type);
  if (t->kind != TypeKind::Int && t->kind != TypeKind::Enum) {
    return {};
  }
  return {t->size >= 8 ? 8 : static_cast<unsigned>(t->size), t->is_signed, t->is_bool};
}

}  // namespace

// A constant as a register of the type would hold it.
int64_t ClauseGen::convert_const(int64_t value, const types::Type* type) {
  Width width = width_of(type);
  if (width.is_bool) {
    return value != 0;
  }
  if (width.size >= 8) {
    return value;
  }
  unsigned shift = 64 - 8 * width.size;
  auto bits = static_cast<uint64_t>(value) << shift;
  return width.is_signed ? static_cast<int64_t>(bits) >> shift
                         : static_cast<int64_t>(bits >> shift);
}

// Cuts a register to the type's width and extends it again.
void ClauseGen::extend(Reg reg, const types::Type* type) {
  Width width = width_of(type);
  if (width.size >= 8) {
    return;
  }
  auto shift = static_cast<int32_t>(64 - 8 * width.size);
  if (width.is_signed) {
    as_.alu_imm(Alu::Shl, reg, shift);
    as_.alu_imm(Alu::Sar, reg, shift);
  } else if (width.size == 4) {
    as_.zero_extend32(reg);
  } else {
    as_.alu_imm(Alu::And, reg, width.size == 2 ? 0xffff : 0xff);
  }
}

// Makes what a cast to the type or a store to it leaves of a value; nothing to do if it fits.
void ClauseGen::convert(Reg reg, const Range& value, const types::Type* to) {
  if (width_of(to).is_bool) {
    if (!is_within(value, {0, 1})) {
      Label done = as_.new_label();
      as_.jump_if_imm(JumpIf::Eq, reg, 0, done);
      as_.mov_imm(reg, 1);
      as_.bind(done);
    }
    return;
  }
  if (!is_within(value, range_of_type(to))) {
    extend(reg, to);
  }
}

// The value as the type holds it. Null: all its 64 bits.
void ClauseGen::eval_as(const Expr& expr, const types::Type* as, Reg want) {
  if (expr.const_value && as) {
    as_.mov_imm(want, convert_const(*expr.const_value, as));
    return;
  }
  eval(expr, want);
  if (as) {
    convert(want, range_of(expr), as);
  }
}

void ClauseGen::eval(const Expr& expr, Reg want) {
  if (expr.const_value) {
    as_.mov_imm(want, *expr.const_value);
    return;
  }
  switch (expr.kind) {
    case ExprKind::IntLit:
      as_.mov_imm(want, static_cast<int64_t>(as<IntLit>(expr).value));
      break;
    case ExprKind::StringLit:
      as_.mov_string(want, tables_.string(as<StringLit>(expr).value));
      break;
    case ExprKind::Ident:
      eval_ident(as<Ident>(expr), want);
      break;
    case ExprKind::KernelSym:
    case ExprKind::Member:
      eval_lvalue(expr, want);
      break;
    case ExprKind::Index:
      eval_index(as<Index>(expr), want);
      break;
    case ExprKind::Unary:
      eval_unary(as<Unary>(expr), want);
      break;
    case ExprKind::Binary:
      eval_binary(as<Binary>(expr), want);
      break;
    case ExprKind::Assign:
      eval_assign(as<Assign>(expr), want);
      break;
    case ExprKind::IncDec:
      eval_inc_dec(as<IncDec>(expr), want);
      break;
    case ExprKind::Cond:
      eval_cond(as<Cond>(expr), want);
      break;
    case ExprKind::Comma:
      eval_unused(*as<Comma>(expr).lhs);
      eval(*as<Comma>(expr).rhs, want);
      break;
    case ExprKind::Cast:
      eval_as(*as<Cast>(expr).operand, expr.type, want);
      break;
    case ExprKind::Call:
      eval_call(as<Call>(expr), want);
      break;
    case ExprKind::Stringof:
      eval(*as<Stringof>(expr).operand, want);
      break;
    case ExprKind::Xlate:
      eval(*as<Xlate>(expr).operand, want);
      break;
    case ExprKind::FloatLit:
    case ExprKind::AggRef:
    case ExprKind::SizeofType:
    case ExprKind::SizeofExpr:
    case ExprKind::Offsetof:
      as_.mov_imm(want, 0);  // sizes are constants by now, the others are refused by sema
      break;
  }
}

void ClauseGen::eval_unused(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::Assign:
      eval_assign(as<Assign>(expr), Reg::None);
      return;
    case ExprKind::IncDec:
      eval_inc_dec(as<IncDec>(expr), Reg::None);
      return;
    case ExprKind::Comma:
      eval_unused(*as<Comma>(expr).lhs);
      eval_unused(*as<Comma>(expr).rhs);
      return;
    case ExprKind::Cond: {
      const auto& cond = as<Cond>(expr);
      Label other = as_.new_label(), end = as_.new_label();
      branch(*cond.cond, false, other);
      eval_unused(*cond.then_expr);
      as_.jump(end);
      as_.bind(other);
      eval_unused(*cond.else_expr);
      as_.bind(end);
      return;
    }
    default: {
      Effects found = effects(expr);
      if (found.calls || found.changes) {
        eval(expr, free_reg(Reg::None));
      }
      return;
    }
  }
}

void ClauseGen::eval_ident(const Ident& ident, Reg want) {
  const Variable* var = ident.var;
  if (!var) {
    as_.mov_imm(want, 0);
    return;
  }
  switch (var->scope) {
    case VarScope::Local:
      if (is_by_ref(var->type)) {
        frame_address(want, tables_.local(*var));
      } else {
        frame_load(want, tables_.local(*var), 8);
      }
      return;
    case VarScope::Builtin: {
      const sema::Builtin& builtin = sema::builtins()[static_cast<size_t>(var->builtin)];
      if (builtin.kind == sema::BuiltinKind::Arg) {
        raw_arg(static_cast<unsigned>(builtin.id), want);
        return;
      }
      call(DTRACE_SUBR_BUILTIN, {Arg::constant(builtin.id)});
      if (builtin.id == DTRACE_BUILTIN_PRIO || builtin.id == DTRACE_BUILTIN_NICE) {
        extend(Reg::R0, ident.type);
      }
      as_.mov(want, Reg::R0);
      return;
    }
    case VarScope::Global:
    case VarScope::Thread: {
      if (is_by_ref(var->type)) {
        var_ref(ident, *var, 0, want, false);
        return;
      }
      bool is_thread = var->scope == VarScope::Thread;
      call(is_thread ? DTRACE_SUBR_TVAR_LD : DTRACE_SUBR_GVAR_LD,
           {Arg::constant(tables_.variable(*var))});
      as_.mov(want, Reg::R0);
      return;
    }
    default:
      if (var->inline_value) {
        eval_as(*var->inline_value, ident.type, want);
      } else {
        as_.mov_imm(want, 0);
      }
      return;
  }
}

void ClauseGen::eval_cond(const Cond& cond, Reg want) {
  Label other = as_.new_label(), end = as_.new_label();
  branch(*cond.cond, false, other);
  eval(*cond.then_expr, want);
  as_.jump(end);
  as_.bind(other);
  eval(*cond.else_expr, want);
  as_.bind(end);
}

// The firing holds the first arguments; the others may have to be fetched by the provider.
void ClauseGen::raw_arg(unsigned n, Reg want) {
  if (n < kNrHeldArgs) {
    as_.load(want, Reg::R6, static_cast<int16_t>(DTRACE_CTX_ARG(n)), 8);
    return;
  }
  call(DTRACE_SUBR_BUILTIN_IDX, {Arg::constant(DTRACE_BUILTIN_ARGS), Arg::constant(n)});
  as_.mov(want, Reg::R0);
}

void ClauseGen::eval_index(const Index& index, Reg want) {
  if (index.arg_mapping >= 0) {
    raw_arg(static_cast<unsigned>(index.arg_mapping), want);
    // Callers do not clear the upper bits of narrow arguments.
    extend(want, index.type);
    return;
  }
  if (index.base->kind == ExprKind::Ident) {
    const Variable* var = as<Ident>(*index.base).var;
    if (var && var->scope == VarScope::Builtin) {
      call(DTRACE_SUBR_BUILTIN_IDX,
           {Arg::constant(DTRACE_BUILTIN_UREGS), Arg::value(*index.indices[0])});
      as_.mov(want, Reg::R0);
      return;
    }
    if (var && var->is_assoc && !is_by_ref(var->type)) {
      uint32_t key = build_array_key(*var, index.indices);
      call(var->scope == VarScope::Thread ? DTRACE_SUBR_TAVAR_LD : DTRACE_SUBR_AVAR_LD,
           {Arg::constant(tables_.variable(*var)), Arg::frame(key),
            Arg::constant(tables_.shape_of_keys(var->keys))});
      as_.mov(want, Reg::R0);
      return;
    }
  }
  eval_lvalue(index, want);
}

}  // namespace dt::lang::codegen
