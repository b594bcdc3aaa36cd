// SPDX-License-Identifier: MIT
// Values into the record and into keys: each gets a field that tells the consumer what it is.
#include <algorithm>

#include "lang/codegen/clause_gen.hpp"

#include "dtrace/dif.h"

namespace dt::lang::codegen {

using namespace ast;
using object::Field;
using object::FieldKind;
using sema::FuncId;
using types::resolve;
using types::TypeKind;

namespace {

bool is_stack_like(const sema::Function* function) {
  return function && function->kind == sema::FuncKind::StackLike;
}

uint32_t const_arg(const Call& call, size_t n, uint32_t otherwise) {
  if (n < call.args.size() && call.args[n]->const_value) {
    return static_cast<uint32_t>(std::max<int64_t>(*call.args[n]->const_value, 0));
  }
  return otherwise;
}

}  // namespace

// Room in the record; the offset is from its start.
uint32_t ClauseGen::rec_space(uint64_t size, uint64_t align) {
  uint64_t at = (rec_next_ + align - 1) / align * align;
  rec_next_ = static_cast<uint32_t>(std::min<uint64_t>(at + size, uint64_t{DTRACE_FRAME_MAX} * 2));
  return static_cast<uint32_t>(at);
}

// ---- Stacks and symbols ----

Field ClauseGen::stack_field(const Call& call) {
  const CompileOptions& options = tables_.options();
  Field field;
  field.size = 8;
  switch (function_of(call)->id) {
    case FuncId::Stack:
      field.kind = FieldKind::Stack;
      field.size = 8 * std::max(const_arg(call, 0, options.stackframes), 1u);
      break;
    case FuncId::Ustack:
      field.kind = FieldKind::Ustack;
      field.size = 8 + 8 * std::max(const_arg(call, 0, options.ustackframes), 1u);
      field.strsize = const_arg(call, 1, 0);
      break;
    case FuncId::Jstack:
      field.kind = FieldKind::Ustack;
      field.size = 8 + 8 * std::max(const_arg(call, 0, options.jstackframes), 1u);
      field.strsize = const_arg(call, 1, options.jstackstrsize);
      break;
    case FuncId::Sym:
      field.kind = FieldKind::Sym;
      break;
    case FuncId::Mod:
      field.kind = FieldKind::Mod;
      break;
    case FuncId::Func:
      field.kind = FieldKind::Func;
      break;
    case FuncId::Umod:
      field.kind = FieldKind::Umod;
      field.size = 16;
      break;
    case FuncId::Uaddr:
      field.kind = FieldKind::Uaddr;
      field.size = 16;
      break;
    default:
      field.kind = FieldKind::Usym;
      field.size = 16;
      break;
  }
  return field;
}

void ClauseGen::write_stack(const Call& stack_call, const Field& field, uint32_t offset) {
  switch (field.kind) {
    case FieldKind::Stack:
      call(DTRACE_SUBR_STACK,
           {Arg::frame(offset), Arg::constant(field.size), Arg::constant(field.size / 8)});
      return;
    case FieldKind::Ustack:
      call(DTRACE_SUBR_USTACK,
           {Arg::frame(offset), Arg::constant(field.size), Arg::constant(field.size / 8 - 1)});
      return;
    case FieldKind::Usym:
    case FieldKind::Umod:
    case FieldKind::Uaddr:
      call(DTRACE_SUBR_BUILTIN, {Arg::constant(DTRACE_BUILTIN_PID)});
      frame_store(offset, Reg::R0, 8);
      offset += 8;
      break;
    default:
      break;
  }
  eval(*stack_call.args[0], Reg::R0);
  frame_store(offset, Reg::R0, 8);
}

void ClauseGen::record_stack(const Call& call) {
  Field field = stack_field(call);
  field.offset = rec_space(field.size, 8);
  write_stack(call, field, wanted_.rec_base + field.offset);
  action().args.push_back(std::move(field));
}

// ---- Values ----

void ClauseGen::record_scalar(const Expr& expr, const types::Type* type) {
  uint64_t bytes = resolve(type)->size;
  uint32_t size = bytes == 1 || bytes == 2 || bytes == 4 ? static_cast<uint32_t>(bytes) : 8;
  Field field = field_for(type, size);
  field.offset = rec_space(size, size);
  uint32_t at = wanted_.rec_base + field.offset;
  std::optional<int64_t> value;
  if (expr.const_value) {
    value = convert_const(*expr.const_value, type);
  }
  if (value && (size < 8 || object::fits_imm32(*value))) {
    frame_store_imm(at, static_cast<int32_t>(*value), size);
  } else {
    // The store takes as many bytes as the type has.
    eval_as(expr, size == 8 || resolve(type)->is_bool ? type : nullptr, Reg::R0);
    frame_store(at, Reg::R0, size);
  }
  action().args.push_back(std::move(field));
}

// The type as which a value is shown: its own, unless it was computed and may be more than that.
const types::Type* ClauseGen::shown_as(const Expr& expr) {
  if (!types::is_integer(expr.type) || is_within(range_of(expr), range_of_type(expr.type))) {
    return expr.type;
  }
  types::TypeTable& types = *tables_.input().types;
  return resolve(expr.type)->is_signed ? types.int64() : types.uint64();
}

void ClauseGen::record_value(const Expr& expr) {
  if (is_stack_like(function_of(expr))) {
    record_stack(as<Call>(expr));
    return;
  }
  if (types::is_string(expr.type) || expr.kind == ExprKind::StringLit) {
    uint32_t room = string_bound(expr);
    Field field;
    field.kind = FieldKind::String;
    field.size = room;
    field.offset = rec_space(round_up8(room), 8);
    string_to_frame(expr, wanted_.rec_base + field.offset, room);
    action().args.push_back(std::move(field));
    return;
  }
  if (is_by_ref(expr.type) && resolve(expr.type)->kind != TypeKind::Function) {
    auto size =
        static_cast<uint32_t>(std::min<uint64_t>(resolve(expr.type)->size, DTRACE_FRAME_MAX));
    Field field = field_for(expr.type, size);
    field.offset = rec_space(size, 8);
    object_to_frame(expr, wanted_.rec_base + field.offset, size);
    action().args.push_back(std::move(field));
    return;
  }
  record_scalar(expr, shown_as(expr));
}

// ---- Keys: every component takes a multiple of 8 bytes ----

Field ClauseGen::key_field(const Expr& expr, const types::Type* type) {
  if (is_stack_like(function_of(expr))) {
    return stack_field(as<Call>(expr));
  }
  uint64_t size = is_by_ref(type) ? round_up8(tables_.storage_size(type)) : 8;
  return field_for(type, static_cast<uint32_t>(std::min<uint64_t>(size, DTRACE_FRAME_MAX)));
}

void ClauseGen::write_key(const Expr& expr, const Field& field, const types::Type* type,
                          uint32_t base) {
  uint32_t at = base + field.offset;
  if (is_stack_like(function_of(expr))) {
    write_stack(as<Call>(expr), field, at);
    return;
  }
  if (field.kind == FieldKind::String) {
    string_to_frame(expr, at, tables_.strsize());
    return;
  }
  if (is_by_ref(type)) {
    uint64_t size = resolve(type)->size;
    if (size % 8) {
      zero_frame(at + field.size - 8, 8);
    }
    object_to_frame(expr, at, size);
    return;
  }
  if (expr.const_value) {
    int64_t value = convert_const(*expr.const_value, type);
    if (object::fits_imm32(value)) {
      frame_store_imm(at, static_cast<int32_t>(value), 8);
      return;
    }
  }
  eval_as(expr, type, Reg::R0);
  frame_store(at, Reg::R0, 8);
}

}  // namespace dt::lang::codegen
