// SPDX-License-Identifier: MIT
// Assignments, ++ and --. A target that is read and written has its place worked out once.
#include "lang/codegen/clause_gen.hpp"

#include "dtrace/dif.h"

namespace dt::lang::codegen {

using namespace ast;
using types::resolve;
using types::TypeKind;

namespace {

unsigned access_size(const types::Type* type) {
  uint64_t size = resolve(type)->size;
  return size == 1 || size == 2 || size == 4 ? static_cast<unsigned>(size) : 8;
}

types::Type unsigned_unit(unsigned size) {
  types::Type unit;
  unit.kind = TypeKind::Int;
  unit.size = size;
  return unit;
}

uint64_t step_of(const types::Type* type) {
  const types::Type* t = resolve(type);
  if (t->kind != TypeKind::Pointer) {
    return 1;
  }
  uint64_t size = resolve(t->target)->size;
  return size ? size : 1;
}

}  // namespace

// Makes what the target holds of a value that is about to be written. Memory takes as many bits as
// it has room for: only a value that is used afterwards has to be cut for it.
void ClauseGen::cut_for(const Target& target, Reg reg, const Range& value, Reg want) {
  if (target.keeps_bits) {
    return;
  }
  bool is_cut_by_write =
      target.bits || target.kind == Target::Kind::Frame || target.kind == Target::Kind::Memory;
  if (resolve(target.type)->is_bool) {
    convert(reg, value, target.type);
  } else if (is_cut_by_write && want == Reg::None) {
    return;
  } else if (target.bits) {
    bits_out(reg, 0, target.bits->size, target.type);
  } else {
    convert(reg, value, target.type);
  }
}

void ClauseGen::eval_for(const Target& target, const Expr& value, Reg reg, Reg want) {
  if (value.const_value && !target.bits && !target.keeps_bits) {
    as_.mov_imm(reg, convert_const(*value.const_value, target.type));
    return;
  }
  eval(value, reg);
  cut_for(target, reg, range_of(value), want);
}

ClauseGen::Target ClauseGen::make_target(const Expr& lvalue) {
  Target target;
  target.type = lvalue.type;
  target.keeps_bits = keeps_bits(lvalue);
  target.bits = bit_field(lvalue);
  if (lvalue.kind == ExprKind::Ident && as<Ident>(lvalue).var) {
    const Variable& var = *as<Ident>(lvalue).var;
    if (var.scope == VarScope::Local) {
      target.kind = Target::Kind::Local;
      target.frame_offset = tables_.local(var);
    } else {
      target.kind = var.scope == VarScope::Thread ? Target::Kind::Thread : Target::Kind::Global;
      target.var = tables_.variable(var);
    }
    return target;
  }
  if (lvalue.kind == ExprKind::Index && as<Index>(lvalue).base->kind == ExprKind::Ident) {
    const auto& index = as<Index>(lvalue);
    const Variable* var = as<Ident>(*index.base).var;
    if (var && var->is_assoc) {
      target.kind =
          var->scope == VarScope::Thread ? Target::Kind::ThreadAssoc : Target::Kind::Assoc;
      target.var = tables_.variable(*var);
      target.shape = tables_.shape_of_keys(var->keys);
      target.key = build_array_key(*var, index.indices);
      return target;
    }
  }
  Place place = eval_place(lvalue, Reg::R1, true);
  if (place.is_frame) {
    target.kind = Target::Kind::Frame;
    target.frame_offset = place.frame_offset;
    return target;
  }
  target.kind = Target::Kind::Memory;
  target.may_be_null = place.may_be_null;
  place_address(place, Reg::R1);
  target.address = keep(Reg::R1);
  return target;
}

void ClauseGen::read_target(const Target& target, Reg want) {
  types::Type unit = unsigned_unit(target.bits ? target.bits->unit_size : 8);
  const types::Type* type = target.bits ? &unit : target.type;
  switch (target.kind) {
    case Target::Kind::Local:
      frame_load(want, target.frame_offset, 8);
      return;
    case Target::Kind::Frame: {
      Place place;
      place.is_frame = true;
      place.frame_offset = target.frame_offset;
      load_from(place, Reg::R0, type, want);
      break;
    }
    case Target::Kind::Global:
    case Target::Kind::Thread:
      call(target.kind == Target::Kind::Global ? DTRACE_SUBR_GVAR_LD : DTRACE_SUBR_TVAR_LD,
           {Arg::constant(target.var)});
      as_.mov(want, Reg::R0);
      return;
    case Target::Kind::Assoc:
    case Target::Kind::ThreadAssoc:
      call(target.kind == Target::Kind::Assoc ? DTRACE_SUBR_AVAR_LD : DTRACE_SUBR_TAVAR_LD,
           {Arg::constant(target.var), Arg::frame(target.key), Arg::constant(target.shape)});
      as_.mov(want, Reg::R0);
      return;
    case Target::Kind::Memory: {
      use(target.address, Reg::R1);
      Place place;
      place.may_be_null = target.may_be_null;
      load_from(place, Reg::R1, type, want);
      break;
    }
  }
  if (target.bits) {
    bits_out(want, target.bits->bit, target.bits->size, target.type);
  }
}

void ClauseGen::write_target(const Target& target, Reg value) {
  if (target.bits) {
    write_bits(target, value);
    return;
  }
  switch (target.kind) {
    case Target::Kind::Local:
      frame_store(target.frame_offset, value, 8);
      return;
    case Target::Kind::Frame:
      frame_store(target.frame_offset, value, access_size(target.type));
      return;
    case Target::Kind::Global:
    case Target::Kind::Thread:
      as_.mov(Reg::R2, value);
      as_.mov_imm(Reg::R1, target.var);
      finish_call(target.kind == Target::Kind::Global ? DTRACE_SUBR_GVAR_ST : DTRACE_SUBR_TVAR_ST);
      return;
    case Target::Kind::Assoc:
    case Target::Kind::ThreadAssoc:
      as_.mov(Reg::R4, value);
      as_.mov_imm(Reg::R1, target.var);
      frame_address(Reg::R2, target.key);
      as_.mov_imm(Reg::R3, target.shape);
      finish_call(target.kind == Target::Kind::Assoc ? DTRACE_SUBR_AVAR_ST : DTRACE_SUBR_TAVAR_ST);
      return;
    case Target::Kind::Memory: {
      Label skip = as_.new_label();
      as_.mov(Reg::R2, value);
      use(target.address, Reg::R1);
      if (target.may_be_null) {
        as_.jump_if_imm(JumpIf::Eq, Reg::R1, 0, skip);
      }
      as_.mov_imm(Reg::R3, access_size(target.type));
      finish_call(DTRACE_SUBR_STORE);
      as_.bind(skip);
      return;
    }
  }
}

// A bit-field: its unit is read, changed and written back.
void ClauseGen::write_bits(const Target& target, Reg value) {
  const BitField& bits = *target.bits;
  uint64_t ones = bits.size >= 64 ? ~0ull : (1ull << bits.size) - 1;
  types::Type unit = unsigned_unit(bits.unit_size);
  Target whole = target;
  whole.bits.reset();
  whole.type = &unit;
  Kept kept = keep(value);
  bool was_own = kept.reg == value;  // r8 or r9 of the caller's
  read_target(whole, Reg::R0);
  set_busy(Reg::R0);
  as_.mov_imm(Reg::R1, static_cast<int64_t>(~(ones << bits.bit)));
  as_.alu(Alu::And, Reg::R0, Reg::R1);
  use(kept, Reg::R1);
  as_.mov_imm(Reg::R2, static_cast<int64_t>(ones));
  as_.alu(Alu::And, Reg::R1, Reg::R2);
  if (bits.bit) {
    as_.alu_imm(Alu::Shl, Reg::R1, static_cast<int32_t>(bits.bit));
  }
  as_.alu(Alu::Or, Reg::R0, Reg::R1);
  set_free(Reg::R0);
  if (!was_own) {
    release(kept);
  }
  write_target(whole, Reg::R0);
}

// Writes a value that is in a register, and leaves it in want too.
void ClauseGen::finish_write(const Target& target, Reg value, Reg want) {
  if (want == Reg::None || (is_in_frame(target) && !target.bits)) {
    write_target(target, value);
    if (want != Reg::None) {
      as_.mov(want, value);
    }
    return;
  }
  Kept kept = keep(value);
  write_target(target, kept.reg != Reg::None ? kept.reg : value);
  use(kept, want);
  release(kept);
}

void ClauseGen::eval_assign(const Assign& assign, Reg want) {
  if (assign.op) {
    assign_op(assign, want);
  } else if (is_by_ref(assign.lhs->type)) {
    assign_by_ref(*assign.lhs, *assign.rhs, want);
  } else {
    assign_scalar(assign, want);
  }
}

void ClauseGen::assign_scalar(const Assign& assign, Reg want) {
  const Expr& rhs = *assign.rhs;
  const types::Type* type = assign.lhs->type;
  Target target = make_target(*assign.lhs);
  bool is_plain = !target.bits && want == Reg::None;
  if (is_in_frame(target) && is_plain && rhs.const_value) {
    unsigned size = target.kind == Target::Kind::Local ? 8 : access_size(type);
    int64_t value = target.keeps_bits ? *rhs.const_value : convert_const(*rhs.const_value, type);
    if (size < 8 || object::fits_imm32(value)) {
      frame_store_imm(target.frame_offset, static_cast<int32_t>(value), size);
      return;
    }
  }
  if (is_in_frame(target)) {
    Reg reg = want != Reg::None ? want : free_reg(Reg::None);
    eval_for(target, rhs, reg, target.bits ? Reg::None : want);
    set_busy(reg);
    write_target(target, reg);
    set_free(reg);
    if (want != Reg::None && target.bits) {
      read_target(target, want);  // cut to the field's width
    }
    return;
  }
  if (is_plain && target.kind != Target::Kind::Memory) {
    Arg index = Arg::constant(target.var);
    Arg value = Arg::value(rhs, target.keeps_bits ? nullptr : type);
    switch (target.kind) {
      case Target::Kind::Global:
        call(DTRACE_SUBR_GVAR_ST, {index, value});
        return;
      case Target::Kind::Thread:
        call(DTRACE_SUBR_TVAR_ST, {index, value});
        return;
      default:
        call(target.kind == Target::Kind::Assoc ? DTRACE_SUBR_AVAR_ST : DTRACE_SUBR_TAVAR_ST,
             {index, Arg::frame(target.key), Arg::constant(target.shape), value});
        return;
    }
  }
  if (is_plain && !target.may_be_null) {
    Arg address = Arg::from(target.address);
    const types::Type* as = resolve(type)->is_bool ? type : nullptr;
    call(DTRACE_SUBR_STORE, {address, Arg::value(rhs, as), Arg::constant(access_size(type))});
    return;
  }
  eval_for(target, rhs, Reg::R0, want);
  finish_write(target, Reg::R0, want);
  if (target.kind == Target::Kind::Memory) {
    release(target.address);
  }
}

void ClauseGen::assign_op(const Assign& assign, Reg want) {
  const types::Type* type = assign.lhs->type;
  const Expr& rhs = *assign.rhs;
  BinaryOp op = *assign.op;
  const types::Type* op_type = assign.op_type ? assign.op_type : type;
  bool is_pointer = types::is_pointer(type);
  bool is_division_call = needs_division_call(op, rhs, op_type);

  Target target = make_target(*assign.lhs);
  Kept right;
  bool is_kept = !rhs.const_value && (calls(rhs) || is_division_call);
  if (is_kept) {
    right = keep_value(rhs);
  }
  Reg value = Reg::R0;
  if (is_division_call) {
    read_target(target, Reg::R1);
    if (is_kept) {
      use(right, Reg::R2);
      release(right);
    } else {
      eval(rhs, Reg::R2);
    }
    finish_call(division_subr(op, op_type));
  } else {
    read_target(target, value);
    set_busy(value);
    Pair pair;
    pair.a = value;
    int64_t scaled = 0;
    if (rhs.const_value) {
      scaled =
          is_pointer ? *rhs.const_value * static_cast<int64_t>(step_of(type)) : *rhs.const_value;
    }
    if (rhs.const_value && object::fits_imm32(scaled)) {
      pair.is_imm = true;
      pair.imm = static_cast<int32_t>(scaled);
    } else {
      pair.b = free_reg(value);
      if (is_kept) {
        use(right, pair.b);
        release(right);
      } else {
        eval(rhs, pair.b);
      }
      if (is_pointer) {
        scale(pair.b, step_of(type));
      }
    }
    arith(op, pair, op_type);
    set_free(value);
  }
  cut_for(target, value, {}, want);
  finish_write(target, value, want);
  if (target.kind == Target::Kind::Memory) {
    release(target.address);
  }
}

void ClauseGen::eval_inc_dec(const IncDec& inc, Reg want) {
  const types::Type* type = inc.operand->type;
  auto step = static_cast<int32_t>(step_of(type));
  Target target = make_target(*inc.operand);
  Reg value = Reg::R0;
  read_target(target, value);
  Kept old;
  bool keeps_old = want != Reg::None && !inc.is_prefix;
  if (keeps_old) {
    old = keep(value);
  }
  as_.alu_imm(inc.is_inc ? Alu::Add : Alu::Sub, value, step);
  cut_for(target, value, {}, keeps_old ? Reg::None : want);
  finish_write(target, value, keeps_old ? Reg::None : want);
  if (keeps_old) {
    use(old, want);
    release(old);
  }
  if (target.kind == Target::Kind::Memory) {
    release(target.address);
  }
}

}  // namespace dt::lang::codegen
