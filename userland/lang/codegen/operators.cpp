// SPDX-License-Identifier: MIT
// Arithmetic: operands in registers, pointer arithmetic, division, shifts.
#include <bit>

#include "lang/codegen/clause_gen.hpp"

#include "dtrace/dif.h"

namespace dt::lang::codegen {

using namespace ast;
using types::resolve;
using types::TypeKind;

namespace {

bool is_address(const types::Type* type) {
  TypeKind kind = resolve(type)->kind;
  return kind == TypeKind::Pointer || kind == TypeKind::Array;
}

uint64_t target_size(const types::Type* pointer) {
  const types::Type* target = resolve(pointer)->target;
  uint64_t size = target ? resolve(target)->size : 1;
  return size ? size : 1;
}

bool is_signed_type(const types::Type* type) {
  const types::Type* t = resolve(type);
  return (t->kind == TypeKind::Int || t->kind == TypeKind::Enum) && t->is_signed;
}

}  // namespace

ClauseGen::Pair ClauseGen::eval_pair(const Expr& lhs, const Expr& rhs, Reg want) {
  if (rhs.const_value && object::fits_imm32(*rhs.const_value)) {
    eval(lhs, want);
    return {want, Reg::None, static_cast<int32_t>(*rhs.const_value), true};
  }
  if (!calls(rhs)) {
    if (nr_free(want) < 2) {
      // Registers are scarce: the left side waits in a slot.
      eval(lhs, want);
      int slot = new_slot();
      slot_store(slot, want);
      eval(rhs, want);
      Reg other = free_reg(want);
      slot_load(slot, other);
      slots_[static_cast<size_t>(slot)] = false;
      return {other, want, 0, false};
    }
    eval(lhs, want);
    set_busy(want);
    Reg other = free_reg(want);
    eval(rhs, other);
    set_free(want);
    return {want, other, 0, false};
  }
  if (!calls(lhs) && !effects(rhs).changes && !effects(lhs).changes) {
    Reg other = want == Reg::R0 ? Reg::R1 : Reg::R0;
    eval(rhs, other);
    set_busy(other);
    eval(lhs, want);
    set_free(other);
    return {want, other, 0, false};
  }
  Kept left = keep_value(lhs);
  eval(rhs, Reg::R0);
  Reg a = left.reg;
  if (a == Reg::None) {
    a = Reg::R1;
    slot_load(left.slot, a);
  }
  release(left);
  return {a, Reg::R0, 0, false};
}

void ClauseGen::arith(BinaryOp op, const Pair& pair, const types::Type* type) {
  Alu alu = Alu::Add;
  switch (op) {
    case BinaryOp::Add:
      break;
    case BinaryOp::Sub:
      alu = Alu::Sub;
      break;
    case BinaryOp::Mul:
      alu = Alu::Mul;
      break;
    case BinaryOp::BitAnd:
      alu = Alu::And;
      break;
    case BinaryOp::BitOr:
      alu = Alu::Or;
      break;
    case BinaryOp::BitXor:
      alu = Alu::Xor;
      break;
    case BinaryOp::Shl:
    case BinaryOp::Shr:
      shift(op, pair, type);
      return;
    default:
      divide(op, pair, type);
      return;
  }
  if (pair.is_imm) {
    as_.alu_imm(alu, pair.a, pair.imm);
  } else {
    as_.alu(alu, pair.a, pair.b);
  }
}

// Counts of 64 and more (and negative ones) give 0, or the sign.
void ClauseGen::shift(BinaryOp op, const Pair& pair, const types::Type* type) {
  bool keeps_sign = op == BinaryOp::Shr && is_signed_type(type);
  Alu alu = op == BinaryOp::Shl ? Alu::Shl : keeps_sign ? Alu::Sar : Alu::Shr;
  if (pair.is_imm) {
    if (pair.imm >= 0 && pair.imm < 64) {
      as_.alu_imm(alu, pair.a, pair.imm);
    } else if (keeps_sign) {
      as_.alu_imm(Alu::Sar, pair.a, 63);
    } else {
      as_.mov_imm(pair.a, 0);
    }
  } else {
    Label small = as_.new_label(), end = as_.new_label();
    as_.jump_if_imm(JumpIf::Ult, pair.b, 64, small);
    if (keeps_sign) {
      as_.alu_imm(Alu::Sar, pair.a, 63);
    } else {
      as_.mov_imm(pair.a, 0);
    }
    as_.jump(end);
    as_.bind(small);
    as_.alu(alu, pair.a, pair.b);
    as_.bind(end);
  }
}

bool ClauseGen::needs_division_call(BinaryOp op, const Expr& divisor, const types::Type* type) {
  return (op == BinaryOp::Div || op == BinaryOp::Mod) && !is_inline_divisor(divisor, type);
}

int ClauseGen::division_subr(BinaryOp op, const types::Type* type) {
  if (op == BinaryOp::Div) {
    return is_signed_type(type) ? DTRACE_SUBR_SDIV : DTRACE_SUBR_UDIV;
  }
  return is_signed_type(type) ? DTRACE_SUBR_SMOD : DTRACE_SUBR_UMOD;
}

void ClauseGen::divide(BinaryOp op, const Pair& pair, const types::Type* type) {
  divide_by_const(op == BinaryOp::Div ? Alu::Div : Alu::Mod, pair.a, pair.imm,
                  is_signed_type(type));
}

// By a constant from 1 to INT32_MAX.
void ClauseGen::divide_by_const(Alu op, Reg reg, int64_t divisor, bool is_signed) {
  auto imm = static_cast<int32_t>(divisor);
  auto unsigned_op = [&] {
    if (std::has_single_bit(static_cast<uint64_t>(divisor))) {
      if (op == Alu::Mod) {
        as_.alu_imm(Alu::And, reg, imm - 1);
      } else if (imm != 1) {
        as_.alu_imm(Alu::Shr, reg, std::countr_zero(static_cast<uint64_t>(divisor)));
      }
      return;
    }
    as_.alu_imm(op, reg, imm);
  };
  if (!is_signed) {
    unsigned_op();
    return;
  }
  // The machine divides without sign: of a negative value, the positive one is divided.
  Label negative = as_.new_label(), end = as_.new_label();
  as_.jump_if_imm(JumpIf::Slt, reg, 0, negative);
  unsigned_op();
  as_.jump(end);
  as_.bind(negative);
  as_.alu_imm(Alu::Neg, reg, 0);
  unsigned_op();
  as_.alu_imm(Alu::Neg, reg, 0);
  as_.bind(end);
}

void ClauseGen::scale(Reg reg, uint64_t size) {
  if (size == 1) {
    return;
  }
  if (std::has_single_bit(size)) {
    as_.alu_imm(Alu::Shl, reg, std::countr_zero(size));
  } else {
    as_.alu_imm(Alu::Mul, reg, static_cast<int32_t>(size));
  }
}

void ClauseGen::pointer_arith(const Binary& bin, Reg want) {
  bool is_lhs = is_address(bin.lhs->type), is_rhs = is_address(bin.rhs->type);
  if (is_lhs && is_rhs) {
    Pair pair = eval_pair(*bin.lhs, *bin.rhs, want);
    if (pair.is_imm) {
      as_.alu_imm(Alu::Sub, pair.a, pair.imm);
    } else {
      as_.alu(Alu::Sub, pair.a, pair.b);
    }
    divide_by_const(Alu::Div, pair.a, static_cast<int64_t>(target_size(bin.lhs->type)), true);
    as_.mov(want, pair.a);
    return;
  }
  const Expr& pointer = is_lhs ? *bin.lhs : *bin.rhs;
  const Expr& number = is_lhs ? *bin.rhs : *bin.lhs;
  uint64_t size = target_size(pointer.type);
  Alu op = bin.op == BinaryOp::Sub ? Alu::Sub : Alu::Add;
  if (number.const_value) {
    auto bytes = static_cast<int64_t>(static_cast<uint64_t>(*number.const_value) * size);
    eval(pointer, want);
    if (object::fits_imm32(bytes)) {
      if (bytes) {
        as_.alu_imm(op, want, static_cast<int32_t>(bytes));
      }
    } else {
      Reg other = free_reg(want);
      as_.mov_imm(other, bytes);
      as_.alu(op, want, other);
    }
    return;
  }
  Pair pair = eval_pair(pointer, number, want);
  scale(pair.b, size);
  as_.alu(op, pair.a, pair.b);
  as_.mov(want, pair.a);
}

void ClauseGen::eval_binary(const Binary& bin, Reg want) {
  switch (bin.op) {
    case BinaryOp::Lt:
    case BinaryOp::Le:
    case BinaryOp::Gt:
    case BinaryOp::Ge:
    case BinaryOp::Eq:
    case BinaryOp::Ne:
    case BinaryOp::LogAnd:
    case BinaryOp::LogXor:
    case BinaryOp::LogOr:
      eval_logical(bin, want);
      return;
    default:
      break;
  }
  bool is_sum = bin.op == BinaryOp::Add || bin.op == BinaryOp::Sub;
  if (is_sum && (is_address(bin.lhs->type) || is_address(bin.rhs->type))) {
    pointer_arith(bin, want);
    return;
  }
  bool is_shift = bin.op == BinaryOp::Shl || bin.op == BinaryOp::Shr;
  const types::Type* type = is_shift || !bin.op_type ? bin.type : bin.op_type;
  if (needs_division_call(bin.op, *bin.rhs, type)) {
    call(division_subr(bin.op, type), {Arg::value(*bin.lhs), Arg::value(*bin.rhs)});
    as_.mov(want, Reg::R0);
    return;
  }
  Pair pair = eval_pair(*bin.lhs, *bin.rhs, want);
  arith(bin.op, pair, type);
  as_.mov(want, pair.a);
}

void ClauseGen::eval_unary(const Unary& unary, Reg want) {
  switch (unary.op) {
    case UnaryOp::Plus:
      eval(*unary.operand, want);
      return;
    case UnaryOp::Neg:
      eval(*unary.operand, want);
      as_.alu_imm(Alu::Neg, want, 0);
      return;
    case UnaryOp::BitNot:
      eval(*unary.operand, want);
      as_.alu_imm(Alu::Xor, want, -1);
      return;
    case UnaryOp::LogNot:
      eval_logical(unary, want);
      return;
    case UnaryOp::Deref:
      eval_lvalue(unary, want);
      return;
    case UnaryOp::AddrOf: {
      Place place = eval_place(*unary.operand, want, false);
      place_address(place, want);
      return;
    }
  }
}

}  // namespace dt::lang::codegen
