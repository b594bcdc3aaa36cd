// SPDX-License-Identifier: MIT
// Places: where an lvalue is, and reading it. Memory that D pointers lead to is read by the LOAD
// subroutine, which may fault; only what lies in the frame is read directly.
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

bool is_signed_access(const types::Type* type) {
  const types::Type* t = resolve(type);
  return (t->kind == TypeKind::Int || t->kind == TypeKind::Enum) && t->is_signed && t->size < 8;
}

uint64_t element_size(const types::Type* base) {
  const types::Type* t = resolve(base);
  if (t->kind == TypeKind::String || !t->target) {
    return 1;
  }
  uint64_t size = resolve(t->target)->size;
  return size ? size : 1;
}

// Is it a D variable, an element of one, or a member of these?
bool is_in_variable(const Expr& lvalue) {
  switch (lvalue.kind) {
    case ExprKind::Ident:
      return true;
    case ExprKind::Member:
      return !as<Member>(lvalue).is_arrow && is_in_variable(*as<Member>(lvalue).base);
    case ExprKind::Index:
      return is_by_ref(as<Index>(lvalue).base->type)
                 ? is_in_variable(*as<Index>(lvalue).base)
                 : as<Index>(lvalue).base->kind == ExprKind::Ident &&
                       as<Ident>(*as<Index>(lvalue).base).var &&
                       as<Ident>(*as<Index>(lvalue).base).var->is_assoc;
    default:
      return false;
  }
}

}  // namespace

std::optional<ClauseGen::BitField> ClauseGen::bit_field(const Expr& lvalue) {
  if (lvalue.kind != ExprKind::Member) {
    return std::nullopt;
  }
  const auto& member = as<Member>(lvalue);
  if (!member.member || !member.member->bit_size) {
    return std::nullopt;
  }
  BitField field;
  field.size = member.member->bit_size;
  field.unit_size = access_size(member.member->type);
  uint64_t unit_bits = uint64_t{field.unit_size} * 8;
  field.unit_offset = member.bit_offset / unit_bits * field.unit_size;
  field.bit = member.bit_offset % unit_bits;
  if (field.bit + field.size > unit_bits) {  // packed: crosses its unit
    field.unit_size = 8;
    field.unit_offset = member.bit_offset / 8;
    field.bit = member.bit_offset % 8;
  }
  return field;
}

ClauseGen::Place ClauseGen::eval_place(const Expr& lvalue, Reg base, bool creates) {
  if (auto offset = frame_place(lvalue)) {
    Place place;
    place.is_frame = true;
    place.frame_offset = *offset;
    return place;
  }
  switch (lvalue.kind) {
    case ExprKind::Ident: {
      const auto& ident = as<Ident>(lvalue);
      Place place;
      if (ident.var && is_by_ref(ident.var->type) &&
          (ident.var->scope == VarScope::Global || ident.var->scope == VarScope::Thread)) {
        var_ref(lvalue, *ident.var, 0, base, creates);
        place.may_be_null = ident.var->scope == VarScope::Thread;
        return place;
      }
      eval(lvalue, base);
      return place;
    }
    case ExprKind::KernelSym:
      as_.mov_imm(base, static_cast<int64_t>(as<KernelSym>(lvalue).address));
      return {};
    case ExprKind::Unary:
      if (as<Unary>(lvalue).op == UnaryOp::Deref) {
        return eval_pointee(*as<Unary>(lvalue).operand, base);
      }
      break;
    case ExprKind::Member: {
      const auto& member = as<Member>(lvalue);
      Place place = member.is_arrow ? eval_pointee(*member.base, base)
                                    : eval_place(*member.base, base, creates);
      auto bits = bit_field(lvalue);
      uint64_t offset = bits ? bits->unit_offset : member.bit_offset / 8;
      place.disp += static_cast<int64_t>(offset);
      if (place.is_frame) {
        place.frame_offset += static_cast<uint32_t>(place.disp);
        place.disp = 0;
      }
      return place;
    }
    case ExprKind::Index:
      return eval_element(as<Index>(lvalue), base, creates);
    default:
      break;
  }
  eval(lvalue, base);  // an object's value is its address
  return {};
}

ClauseGen::Place ClauseGen::eval_pointee(const Expr& pointer, Reg base) {
  if (pointer.kind == ExprKind::Unary && as<Unary>(pointer).op == UnaryOp::AddrOf) {
    return eval_place(*as<Unary>(pointer).operand, base, false);
  }
  if (resolve(pointer.type)->kind == TypeKind::Array) {
    return eval_place(pointer, base, false);
  }
  eval(pointer, base);
  return {};
}

ClauseGen::Place ClauseGen::eval_element(const Index& index, Reg base, bool creates) {
  if (index.base->kind == ExprKind::Ident) {
    const Variable* var = as<Ident>(*index.base).var;
    if (var && var->is_assoc) {
      uint32_t key = build_array_key(*var, index.indices);
      var_ref(index, *var, key, base, creates);
      Place place;
      place.may_be_null = true;
      return place;
    }
  }
  const Expr& at = *index.indices[0];
  uint64_t size = element_size(index.base->type);
  auto base_place = [&](Reg reg) {
    Place place = is_by_ref(index.base->type) ? eval_place(*index.base, reg, creates)
                                              : eval_pointee(*index.base, reg);
    // There is no character of a string that is not there.
    place.may_be_null = place.may_be_null && !types::is_string(index.base->type);
    return place;
  };
  if (at.const_value) {
    Place place = base_place(base);
    place.disp += static_cast<int64_t>(static_cast<uint64_t>(*at.const_value) * size);
    if (place.is_frame) {
      // A constant index outside of the array would leave the frame: go by address, which is
      // checked.
      frame_address(base, place.frame_offset);
      place.is_frame = false;
    }
    return place;
  }
  Kept number;
  bool is_kept = calls(at) || nr_free(base) < 2;
  if (is_kept) {
    number = keep_value(at);
  }
  Place place = base_place(base);
  if (place.is_frame) {
    frame_address(base, place.frame_offset);
    place.is_frame = false;
  }
  Label skip = as_.new_label();
  set_busy(base);
  Reg other = free_reg(base);
  if (is_kept) {
    use(number, other);
    release(number);
  } else {
    eval(at, other);
  }
  set_free(base);
  check_bounds(*index.base, other);
  scale(other, size);
  if (place.may_be_null) {
    as_.jump_if_imm(JumpIf::Eq, base, 0, skip);
  }
  as_.alu(Alu::Add, base, other);
  as_.bind(skip);
  return place;
}

// Beyond an array of a D variable there are other variables: an index outside of it is a fault.
// Arrays that pointers lead to are not checked: their declared sizes need not be true.
void ClauseGen::check_bounds(const Expr& array, Reg index) {
  const types::Type* type = resolve(array.type);
  if (type->kind != TypeKind::Array || !type->nr_elems || type->nr_elems > INT32_MAX ||
      !is_in_variable(array)) {
    return;
  }
  Label fits = as_.new_label();
  as_.jump_if_imm(JumpIf::Ult, index, static_cast<int32_t>(type->nr_elems), fits);
  as_.mov(Reg::R1, index);
  finish_call(DTRACE_SUBR_BADINDEX);
  // After a fault nothing has an effect: leave.
  as_.mov_imm(Reg::R0, 0);
  as_.exit();
  as_.bind(fits);
}

void ClauseGen::var_ref(const Expr&, const Variable& var, uint32_t key, Reg want, bool creates) {
  Arg index = Arg::constant(tables_.variable(var));
  bool is_thread = var.scope == VarScope::Thread;
  if (var.is_assoc) {
    call(is_thread ? DTRACE_SUBR_TAVAR_REF : DTRACE_SUBR_AVAR_REF,
         {index, Arg::frame(key), Arg::constant(tables_.shape_of_keys(var.keys)),
          Arg::constant(creates)});
  } else if (is_thread) {
    call(DTRACE_SUBR_TVAR_REF, {index, Arg::constant(creates)});
  } else {
    call(DTRACE_SUBR_GVAR_REF, {index});
  }
  as_.mov(want, Reg::R0);
}

void ClauseGen::place_address(const Place& place, Reg base) {
  if (place.is_frame) {
    frame_address(base, place.frame_offset);
    return;
  }
  if (!place.disp) {
    return;
  }
  Label skip = as_.new_label();
  if (place.may_be_null) {
    as_.jump_if_imm(JumpIf::Eq, base, 0, skip);
  }
  if (object::fits_imm32(place.disp)) {
    as_.alu_imm(Alu::Add, base, static_cast<int32_t>(place.disp));
  } else {
    Reg other = free_reg(base);
    as_.mov_imm(other, place.disp);
    as_.alu(Alu::Add, base, other);
  }
  as_.bind(skip);
}

// Loads from the address in r1.
void ClauseGen::load_memory(Reg address, const types::Type* type, Reg want) {
  as_.mov(Reg::R1, address);
  as_.mov_imm(Reg::R2, static_cast<int64_t>(access_size(type) |
                                            (is_signed_access(type) ? DTRACE_LOAD_SIGNED : 0)));
  finish_call(DTRACE_SUBR_LOAD);
  as_.mov(want, Reg::R0);
}

void ClauseGen::load_from(const Place& place, Reg base, const types::Type* type, Reg want) {
  if (place.is_frame) {
    frame_load(want, place.frame_offset, access_size(type));
    if (is_signed_access(type)) {
      extend(want, type);
    }
    return;
  }
  if (!place.may_be_null) {
    place_address(place, base);
    load_memory(base, type, want);
    return;
  }
  Label missing = as_.new_label(), end = as_.new_label();
  as_.jump_if_imm(JumpIf::Eq, base, 0, missing);
  Place present = place;
  present.may_be_null = false;
  place_address(present, base);
  load_memory(base, type, want);
  as_.jump(end);
  as_.bind(missing);
  as_.mov_imm(want, 0);
  as_.bind(end);
}

// Takes a bit-field's value out of its unit.
void ClauseGen::bits_out(Reg reg, uint64_t bit, uint32_t bit_size, const types::Type* type) {
  auto up = static_cast<int32_t>(64 - bit - bit_size);
  auto down = static_cast<int32_t>(64 - bit_size);
  if (resolve(type)->is_signed) {
    if (up) {
      as_.alu_imm(Alu::Shl, reg, up);
    }
    if (down) {
      as_.alu_imm(Alu::Sar, reg, down);
    }
    return;
  }
  if (bit) {
    as_.alu_imm(Alu::Shr, reg, static_cast<int32_t>(bit));
  }
  if (bit_size < 32) {
    as_.alu_imm(Alu::And, reg, static_cast<int32_t>((1u << bit_size) - 1));
  } else if (bit_size < 64) {
    as_.alu_imm(Alu::Shl, reg, down);
    as_.alu_imm(Alu::Shr, reg, down);
  }
}

// The value of a member, an element, *p or a kernel variable; of objects and strings the address.
void ClauseGen::eval_lvalue(const Expr& lvalue, Reg want) {
  if (is_by_ref(lvalue.type)) {
    Place place = eval_place(lvalue, want, false);
    place_address(place, want);
    return;
  }
  // What is not in the frame is loaded by a call, whose argument is r1.
  bool is_calling = calls(lvalue);
  Reg base = is_calling ? Reg::R1 : want;
  Place place = eval_place(lvalue, base, false);
  if (auto bits = bit_field(lvalue)) {
    types::Type unit;
    unit.kind = TypeKind::Int;
    unit.size = bits->unit_size;
    load_from(place, base, &unit, want);
    bits_out(want, bits->bit, bits->size, as<Member>(lvalue).member->type);
    return;
  }
  load_from(place, base, lvalue.type, want);
}

uint32_t ClauseGen::build_array_key(const Variable& var, const std::vector<ExprPtr>& indices) {
  std::vector<object::Field> fields;
  uint64_t size = 0;
  for (const KeyComp& key : var.keys) {
    fields.push_back(key_field(*indices[fields.size()], key.type));
    fields.back().offset = static_cast<uint32_t>(size);
    size += fields.back().size;
  }
  uint32_t area = temp(size);
  for (size_t i = 0; i < fields.size() && i < indices.size(); i++) {
    write_key(*indices[i], fields[i], var.keys[i].type, area);
  }
  return area;
}

}  // namespace dt::lang::codegen
