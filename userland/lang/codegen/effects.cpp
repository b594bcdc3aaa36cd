// SPDX-License-Identifier: MIT
// What evaluating an expression involves: does its code call, does it change anything? The answers
// decide which registers may be used and what may be reordered, so they must never be "no" when the
// generators of the other files do call. Also: which lvalues have a place in the frame that is
// known now.
#include "lang/codegen/clause_gen.hpp"
#include "lang/sema/builtins.hpp"

#include "dtrace/dif.h"

namespace dt::lang::codegen {

using namespace ast;
using types::resolve;
using types::TypeKind;

const sema::Function* ClauseGen::function_of(const Expr& expr) {
  if (expr.kind != ExprKind::Call) {
    return nullptr;
  }
  int func = as<Call>(expr).func;
  return func < 0 ? nullptr : &sema::functions()[static_cast<size_t>(func)];
}

std::optional<uint32_t> ClauseGen::frame_place(const Expr& lvalue) {
  switch (lvalue.kind) {
    case ExprKind::Ident: {
      const Variable* var = as<Ident>(lvalue).var;
      if (var && var->scope == VarScope::Local) {
        return tables_.local(*var);
      }
      return std::nullopt;
    }
    case ExprKind::Member: {
      const auto& member = as<Member>(lvalue);
      if (member.is_arrow || (member.member && member.member->bit_size)) {
        return std::nullopt;
      }
      auto base = frame_place(*member.base);
      return base ? std::optional<uint32_t>(*base + static_cast<uint32_t>(member.bit_offset / 8))
                  : std::nullopt;
    }
    case ExprKind::Index: {
      const auto& index = as<Index>(lvalue);
      if (index.indices.size() != 1 || !index.indices[0]->const_value ||
          resolve(index.base->type)->kind != TypeKind::Array) {
        return std::nullopt;
      }
      const types::Type* array = resolve(index.base->type);
      int64_t at = *index.indices[0]->const_value;
      auto base = frame_place(*index.base);
      if (!base || at < 0 || static_cast<uint64_t>(at) >= array->nr_elems) {
        return std::nullopt;
      }
      return *base +
             static_cast<uint32_t>(static_cast<uint64_t>(at) * resolve(array->target)->size);
    }
    default:
      return std::nullopt;
  }
}

ClauseGen::Effects ClauseGen::effects(const Expr& expr) {
  auto it = effects_.find(&expr);
  if (it != effects_.end()) {
    return it->second;
  }
  Effects found = find_effects(expr);
  effects_[&expr] = found;
  return found;
}

namespace {

// A scalar read through a pointer is a call; objects are their addresses.
bool reads_memory(const Expr& expr) { return !is_by_ref(expr.type); }

}  // namespace

// Of working out an lvalue's address.
ClauseGen::Effects ClauseGen::address_effects(const Expr& lvalue) {
  switch (lvalue.kind) {
    case ExprKind::Ident: {
      const Variable* var = as<Ident>(lvalue).var;
      return {var && var->scope != VarScope::Local, false};
    }
    case ExprKind::KernelSym:
      return {};
    case ExprKind::Unary:
      return as<Unary>(lvalue).op == UnaryOp::Deref ? effects(*as<Unary>(lvalue).operand)
                                                    : effects(lvalue);
    case ExprKind::Member: {
      const auto& member = as<Member>(lvalue);
      return member.is_arrow ? effects(*member.base) : address_effects(*member.base);
    }
    case ExprKind::Index: {
      const auto& index = as<Index>(lvalue);
      if (index.base->kind == ExprKind::Ident) {
        const Variable* var = as<Ident>(*index.base).var;
        if (var && (var->is_assoc || var->scope == VarScope::Builtin)) {
          return {true, false};
        }
      }
      Effects base =
          is_by_ref(index.base->type) ? address_effects(*index.base) : effects(*index.base);
      Effects at = effects(*index.indices[0]);
      return {base.calls || at.calls, base.changes || at.changes};
    }
    default:
      return effects(lvalue);
  }
}

ClauseGen::Effects ClauseGen::call_effects(const Call& call) {
  using sema::FuncId;
  const sema::Function* function = function_of(call);
  Effects all;
  for (const ExprPtr& arg : call.args) {
    if (arg->kind == ExprKind::AggRef) {
      continue;
    }
    Effects one = effects(*arg);
    all.calls |= one.calls;
    all.changes |= one.changes;
  }
  if (!function) {
    return all;
  }
  switch (function->id) {
    case FuncId::Htonl:
    case FuncId::Htonll:
    case FuncId::Htons:
    case FuncId::Ntohl:
    case FuncId::Ntohll:
    case FuncId::Ntohs:
    case FuncId::Getmajor:
    case FuncId::Getminor:
      return all;
    case FuncId::Alloca:
    case FuncId::Bcopy:
    case FuncId::Copyin:
    case FuncId::Copyinto:
    case FuncId::Rand:
    case FuncId::Speculation:
    case FuncId::Strtok:
      return {true, true};
    default:
      return {true, all.changes || function->kind == sema::FuncKind::Action};
  }
}

bool ClauseGen::is_inline_divisor(const Expr& divisor, const types::Type* type) {
  if (!divisor.const_value || *divisor.const_value <= 0 || *divisor.const_value > INT32_MAX) {
    return false;
  }
  return resolve(type)->kind != TypeKind::Float;
}

ClauseGen::Effects ClauseGen::binary_effects(const Binary& bin) {
  Effects l = effects(*bin.lhs), r = effects(*bin.rhs);
  Effects both{l.calls || r.calls, l.changes || r.changes};
  bool is_division = bin.op == BinaryOp::Div || bin.op == BinaryOp::Mod;
  if (is_division && !is_inline_divisor(*bin.rhs, bin.type)) {
    both.calls = true;
  }
  if (types::is_string(bin.lhs->type) || types::is_string(bin.rhs->type)) {
    both.calls = true;
  }
  return both;
}

ClauseGen::Effects ClauseGen::assign_effects(const Expr& lhs, const Expr& rhs) {
  // A bit-field has no frame_place(): it takes more registers than a plain store.
  return {calls(rhs) || is_by_ref(lhs.type) || !frame_place(lhs), true};
}

ClauseGen::Effects ClauseGen::find_effects(const Expr& expr) {
  if (expr.const_value) {
    return {};
  }
  switch (expr.kind) {
    case ExprKind::IntLit:
    case ExprKind::StringLit:
    case ExprKind::FloatLit:
    case ExprKind::SizeofType:
    case ExprKind::SizeofExpr:
    case ExprKind::Offsetof:
    case ExprKind::AggRef:
      return {};
    case ExprKind::Ident: {
      const Variable* var = as<Ident>(expr).var;
      if (!var || var->scope == VarScope::Local) {
        return {};
      }
      if (var->scope == VarScope::Builtin) {
        const sema::Builtin& builtin = sema::builtins()[static_cast<size_t>(var->builtin)];
        bool is_held = builtin.kind == sema::BuiltinKind::Arg &&
                       static_cast<unsigned>(builtin.id) < kNrHeldArgs;
        return {!is_held, false};
      }
      return {true, false};
    }
    case ExprKind::KernelSym:
      return {reads_memory(expr), false};
    case ExprKind::Unary: {
      const auto& unary = as<Unary>(expr);
      if (unary.op == UnaryOp::AddrOf) {
        return address_effects(*unary.operand);
      }
      Effects inner = effects(*unary.operand);
      bool is_text = unary.op == UnaryOp::LogNot && types::is_string(unary.operand->type);
      bool is_load = unary.op == UnaryOp::Deref && reads_memory(expr);
      return {inner.calls || is_load || is_text, inner.changes};
    }
    case ExprKind::Binary:
      return binary_effects(as<Binary>(expr));
    case ExprKind::Assign:
      // op= and ++ take more registers than a plain store: they count as calls.
      if (as<Assign>(expr).op) {
        return {true, true};
      }
      return assign_effects(*as<Assign>(expr).lhs, *as<Assign>(expr).rhs);
    case ExprKind::IncDec:
      return {true, true};
    case ExprKind::Cond: {
      const auto& cond = as<Cond>(expr);
      Effects c = effects(*cond.cond), t = effects(*cond.then_expr), e = effects(*cond.else_expr);
      bool is_text = types::is_string(cond.cond->type);
      return {c.calls || t.calls || e.calls || is_text, c.changes || t.changes || e.changes};
    }
    case ExprKind::Comma: {
      Effects l = effects(*as<Comma>(expr).lhs), r = effects(*as<Comma>(expr).rhs);
      return {l.calls || r.calls, l.changes || r.changes};
    }
    case ExprKind::Cast:
      return effects(*as<Cast>(expr).operand);
    case ExprKind::Stringof:
      return effects(*as<Stringof>(expr).operand);
    case ExprKind::Xlate:
      return effects(*as<Xlate>(expr).operand);
    case ExprKind::Call:
      return call_effects(as<Call>(expr));
    case ExprKind::Index: {
      const auto& index = as<Index>(expr);
      if (index.arg_mapping >= 0) {
        return {index.arg_mapping >= static_cast<int>(kNrHeldArgs), false};
      }
      Effects place = address_effects(expr);
      for (const ExprPtr& i : index.indices) {
        place.changes |= effects(*i).changes;
      }
      place.calls |= reads_memory(expr) && !frame_place(expr);
      return place;
    }
    case ExprKind::Member: {
      const auto& member = as<Member>(expr);
      Effects place = address_effects(expr);
      place.changes |= effects(*member.base).changes;
      bool is_frame_bits = !member.is_arrow && frame_place(*member.base);
      place.calls |= reads_memory(expr) && !frame_place(expr) && !is_frame_bits;
      return place;
    }
  }
  return {true, true};
}

}  // namespace dt::lang::codegen
