// SPDX-License-Identifier: MIT
// Strings and objects (structs, arrays): assignment, and copies into the frame.
#include <algorithm>

#include "lang/codegen/clause_gen.hpp"
#include "lang/sema/builtins.hpp"

#include "dtrace/dif.h"

namespace dt::lang::codegen {

using namespace ast;
using types::resolve;
using types::TypeKind;

namespace {

constexpr uint32_t kLiteralInline = 32;  // longest literal stored word by word

}  // namespace

// Most bytes a string can take with its NUL, as far as that is known now.
uint32_t ClauseGen::string_bound(const Expr& expr) {
  uint32_t strsize = tables_.strsize();
  auto at_most = [strsize](uint64_t bytes) {
    return static_cast<uint32_t>(std::min<uint64_t>(bytes, strsize));
  };
  switch (expr.kind) {
    case ExprKind::StringLit:
      return at_most(as<StringLit>(expr).value.size() + 1);
    case ExprKind::Ident: {
      const Variable* var = as<Ident>(expr).var;
      if (!var || var->scope != VarScope::Builtin) {
        break;
      }
      switch (sema::builtins()[static_cast<size_t>(var->builtin)].id) {
        case DTRACE_BUILTIN_EXECNAME:
          return at_most(17);  // 15 characters; one byte more lets whole words be copied
        case DTRACE_BUILTIN_PROBEPROV:
        case DTRACE_BUILTIN_PROBEMOD:
        case DTRACE_BUILTIN_PROBENAME:
          return at_most(64);
        case DTRACE_BUILTIN_PROBEFUNC:
          return at_most(192);
        case DTRACE_BUILTIN_ZONENAME:
          return at_most(32);
        default:
          return strsize;
      }
    }
    case ExprKind::Cond:
      return std::max(string_bound(*as<Cond>(expr).then_expr),
                      string_bound(*as<Cond>(expr).else_expr));
    case ExprKind::Stringof:
      return string_bound(*as<Stringof>(expr).operand);
    case ExprKind::Cast:
      return string_bound(*as<Cast>(expr).operand);
    case ExprKind::Call: {
      const sema::Function* function = function_of(expr);
      if (!function) {
        break;
      }
      switch (function->subr) {
        case DTRACE_SUBR_LLTOSTR:
        case DTRACE_SUBR_INET_NTOA:
        case DTRACE_SUBR_INET_NTOA6:
        case DTRACE_SUBR_INET_NTOP:
        case DTRACE_SUBR_LINK_NTOP:
          return at_most(72);
        case DTRACE_SUBR_STRJOIN:
          return at_most(uint64_t{string_bound(*as<Call>(expr).args[0])} +
                         string_bound(*as<Call>(expr).args[1]) - 1);
        case DTRACE_SUBR_TOLOWER:
        case DTRACE_SUBR_TOUPPER:
        case DTRACE_SUBR_SUBSTR:
        case DTRACE_SUBR_STRCHR:
        case DTRACE_SUBR_STRRCHR:
        case DTRACE_SUBR_STRSTR:
          return string_bound(*as<Call>(expr).args[0]);
        default:
          return strsize;
      }
    }
    default:
      break;
  }
  if (expr.type && types::is_char_array(expr.type)) {
    return at_most(resolve(expr.type)->nr_elems + 1);
  }
  return strsize;
}

void ClauseGen::literal_to_frame(const std::string& text, uint32_t offset, uint32_t size) {
  std::string bytes = text.substr(0, std::min<size_t>(text.find('\0'), size - 1));
  bytes.resize(round_up8(bytes.size() + 1), '\0');
  for (size_t i = 0; i < bytes.size(); i += 8) {
    bool is_high_zero = bytes.compare(i + 4, 4, std::string(4, '\0')) == 0;
    int32_t low = 0, high = 0;
    bytes.copy(reinterpret_cast<char*>(&low), 4, i);
    bytes.copy(reinterpret_cast<char*>(&high), 4, i + 4);
    if (is_high_zero && low >= 0) {
      frame_store_imm(offset + static_cast<uint32_t>(i), low, 8);
    } else {
      frame_store_imm(offset + static_cast<uint32_t>(i), low, 4);
      frame_store_imm(offset + static_cast<uint32_t>(i) + 4, high, 4);
    }
  }
}

void ClauseGen::string_to_frame(const Expr& expr, uint32_t offset, uint32_t size) {
  if (expr.kind == ExprKind::StringLit && as<StringLit>(expr).value.size() < kLiteralInline) {
    literal_to_frame(as<StringLit>(expr).value, offset, size);
    return;
  }
  if (expr.kind == ExprKind::Call && string_subroutine(as<Call>(expr), offset, size)) {
    return;
  }
  if (expr.kind == ExprKind::Comma) {
    eval_unused(*as<Comma>(expr).lhs);
    string_to_frame(*as<Comma>(expr).rhs, offset, size);
    return;
  }
  // A char array need not end in a NUL.
  const Expr* source = &expr;
  while (source->kind == ExprKind::Stringof || source->kind == ExprKind::Cast) {
    source = source->kind == ExprKind::Stringof ? as<Stringof>(*source).operand.get()
                                                : as<Cast>(*source).operand.get();
  }
  uint32_t most = size;
  if (source->type && types::is_char_array(source->type) && resolve(source->type)->nr_elems) {
    most = static_cast<uint32_t>(std::min<uint64_t>(size, resolve(source->type)->nr_elems + 1));
  }
  call(DTRACE_SUBR_STRCPY, {Arg::frame(offset), Arg::constant(most), Arg::value(expr)});
}

void ClauseGen::zero_frame(uint32_t offset, uint64_t size) {
  while (size) {
    unsigned width = 8;
    while (width > size || offset % width) {
      width /= 2;
    }
    frame_store_imm(offset, 0, width);
    offset += width;
    size -= width;
  }
}

// A struct's or array's bytes into the frame. A variable that was never assigned is all zeroes.
void ClauseGen::object_to_frame(const Expr& expr, uint32_t offset, uint64_t size) {
  if (!size) {
    return;
  }
  Place place = eval_place(expr, Reg::R3, false);
  Label missing = as_.new_label(), end = as_.new_label();
  if (place.may_be_null) {
    as_.jump_if_imm(JumpIf::Eq, Reg::R3, 0, missing);
    place.may_be_null = false;
    place_address(place, Reg::R3);
  } else {
    place_address(place, Reg::R3);
  }
  frame_address(Reg::R1, offset);
  as_.mov_imm(Reg::R2, static_cast<int64_t>(size));
  finish_call(DTRACE_SUBR_FETCH);
  as_.jump(end);
  as_.bind(missing);
  zero_frame(offset, size);
  as_.bind(end);
}

void ClauseGen::free_variable(const Expr& lhs) {
  if (lhs.kind == ExprKind::Index && as<Index>(lhs).base->kind == ExprKind::Ident) {
    const auto& index = as<Index>(lhs);
    const Variable& var = *as<Ident>(*index.base).var;
    uint32_t key = build_array_key(var, index.indices);
    call(var.scope == VarScope::Thread ? DTRACE_SUBR_TAVAR_FREE : DTRACE_SUBR_AVAR_FREE,
         {Arg::constant(tables_.variable(var)), Arg::frame(key),
          Arg::constant(tables_.shape_of_keys(var.keys))});
    return;
  }
  if (auto offset = frame_place(lhs)) {
    zero_frame(*offset, types::is_string(lhs.type) ? 8 : tables_.storage_size(lhs.type));
    return;
  }
  if (lhs.kind == ExprKind::Ident && as<Ident>(lhs).var) {
    const Variable& var = *as<Ident>(lhs).var;
    if (var.scope == VarScope::Thread) {
      call(DTRACE_SUBR_TVAR_FREE, {Arg::constant(tables_.variable(var))});
      return;
    }
    if (types::is_string(var.type)) {
      call(DTRACE_SUBR_GVAR_REF, {Arg::constant(tables_.variable(var))});
      as_.mov(Reg::R1, Reg::R0);
      as_.mov_imm(Reg::R2, 0);
      as_.mov_imm(Reg::R3, tables_.strsize());
      finish_call(DTRACE_SUBR_STRPUT);
    }
  }
}

void ClauseGen::assign_by_ref(const Expr& lhs, const Expr& rhs, Reg want) {
  if (rhs.const_value && !is_by_ref(rhs.type)) {
    free_variable(lhs);
    if (want != Reg::None) {
      as_.mov_imm(want, 0);
    }
    return;
  }
  if (types::is_string(lhs.type)) {
    assign_string(lhs, rhs, want);
  } else {
    copy_object(lhs, rhs, want);
  }
  if (want != Reg::None) {
    eval(lhs, want);
  }
}

void ClauseGen::assign_string(const Expr& lhs, const Expr& rhs, Reg) {
  uint32_t strsize = tables_.strsize();
  if (auto offset = frame_place(lhs)) {
    // Made of its own old value (s = strjoin(s, ...)): not in place.
    if (rhs.kind == ExprKind::Call) {
      uint32_t area = temp(strsize);
      string_to_frame(rhs, area, strsize);
      call(DTRACE_SUBR_STRCPY, {Arg::frame(*offset), Arg::constant(strsize), Arg::frame(area)});
    } else {
      string_to_frame(rhs, *offset, strsize);
    }
    return;
  }
  Kept value;
  bool is_kept = calls(rhs) || types::is_char_array(rhs.type);
  if (types::is_char_array(rhs.type) && rhs.kind != ExprKind::StringLit) {
    uint32_t area = temp(string_bound(rhs));
    string_to_frame(rhs, area, string_bound(rhs));
    frame_address(Reg::R0, area);
    value = keep(Reg::R0);
  } else if (is_kept) {
    value = keep_value(rhs);
  }
  Place place = eval_place(lhs, Reg::R1, true);
  place_address(place, Reg::R1);
  set_busy(Reg::R1);
  if (is_kept) {
    use(value, Reg::R2);
    release(value);
  } else {
    eval(rhs, Reg::R2);
  }
  as_.mov_imm(Reg::R3, strsize);
  set_free(Reg::R1);
  finish_call(DTRACE_SUBR_STRPUT);
}

void ClauseGen::copy_object(const Expr& lhs, const Expr& rhs, Reg) {
  uint64_t size = tables_.storage_size(lhs.type);
  // FETCH fills whole words only; a member in between is copied like memory.
  auto offset = frame_place(lhs);
  if (offset && *offset % 8 == 0) {
    object_to_frame(rhs, *offset, size);
    return;
  }
  // An element that was never assigned has nothing to copy.
  Place source = eval_place(rhs, Reg::R0, false);
  Label skip = as_.new_label();
  if (source.may_be_null) {
    as_.jump_if_imm(JumpIf::Eq, Reg::R0, 0, skip);
    source.may_be_null = false;
  }
  place_address(source, Reg::R0);
  Kept from = keep(Reg::R0);
  Place place = eval_place(lhs, Reg::R2, true);
  if (place.may_be_null) {
    as_.jump_if_imm(JumpIf::Eq, Reg::R2, 0, skip);
    place.may_be_null = false;
  }
  place_address(place, Reg::R2);
  use(from, Reg::R1);
  release(from);
  as_.mov_imm(Reg::R3, static_cast<int64_t>(size));
  finish_call(DTRACE_SUBR_COPY);
  as_.bind(skip);
}

}  // namespace dt::lang::codegen
