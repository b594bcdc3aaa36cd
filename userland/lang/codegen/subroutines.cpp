// SPDX-License-Identifier: MIT
// Calls of D's functions inside expressions.
#include <algorithm>

#include "lang/codegen/clause_gen.hpp"

#include "dtrace/dif.h"

namespace dt::lang::codegen {

using namespace ast;
using sema::FuncId;

namespace {

constexpr int kMinorBits = 20;    // of the kernel's dev_t
constexpr int kFamilyInet6 = 10;  // AF_INET6 on Linux

// A string whose address is never 0. Those of self-> and of arrays may never have been assigned.
bool is_always_there(const Expr& expr) {
  if (expr.kind != ExprKind::Ident) {
    return expr.kind == ExprKind::StringLit;
  }
  const Variable* var = as<Ident>(expr).var;
  return var && var->scope != VarScope::Thread;
}

}  // namespace

// An argument that is read as a string. Char arrays are copied: they need not end in a NUL.
ClauseGen::Arg ClauseGen::string_arg(const Expr& expr) {
  const Expr* source = &expr;
  while (source->kind == ExprKind::Stringof) {
    source = as<Stringof>(*source).operand.get();
  }
  if (source->const_value && *source->const_value == 0 && !types::is_string(source->type)) {
    // A literal NULL is a mistake; only variables that were never assigned pass for "".
    call(DTRACE_SUBR_LOAD, {Arg::constant(0), Arg::constant(1)});
  }
  if (source->kind == ExprKind::StringLit || !source->type || !types::is_char_array(source->type) ||
      !types::resolve(source->type)->nr_elems) {
    return Arg::value(expr);
  }
  uint32_t size = string_bound(*source);
  uint32_t area = temp(size);
  string_to_frame(*source, area, size);
  return Arg::frame(area);
}

// A subroutine that makes a string: it writes to the frame area, and its result says where the
// string is. False, and nothing generated: the call is another one, or its string may be missing
// and is not for direct use.
bool ClauseGen::string_subroutine(const Call& call_expr, uint32_t offset, uint32_t size) {
  const sema::Function* function = function_of(call_expr);
  if (!function) {
    return false;
  }
  const auto& args = call_expr.args;
  Arg dst = Arg::frame(offset), room = Arg::constant(size);
  switch (function->id) {
    case FuncId::Basename:
    case FuncId::Dirname:
    case FuncId::Cleanpath:
    case FuncId::Tolower:
    case FuncId::Toupper:
      call(function->subr, {dst, room, string_arg(*args[0])});
      return true;
    case FuncId::InetNtoa6:
      // Asked to be strict it shows an IPv4 address in IPv6's form, as inet_ntop() does.
      if (args.size() > 1 && args[1]->const_value.value_or(0)) {
        call(DTRACE_SUBR_INET_NTOP, {dst, room, Arg::constant(kFamilyInet6), Arg::value(*args[0])});
        return true;
      }
      call(function->subr, {dst, room, Arg::value(*args[0])});
      return true;
    case FuncId::InetNtoa:
    case FuncId::DPath:
      call(function->subr, {dst, room, Arg::value(*args[0])});
      return true;
    case FuncId::InetNtop:
    case FuncId::LinkNtop:
      call(function->subr, {dst, room, Arg::value(*args[0]), Arg::value(*args[1])});
      return true;
    case FuncId::Copyinstr:
      // The size given is that of the result with its NUL.
      if (args.size() > 1 && args[1]->const_value) {
        int64_t most = std::clamp<int64_t>(*args[1]->const_value, 1, size);
        call(function->subr, {dst, Arg::constant(most), Arg::value(*args[0]), Arg::constant(0)});
        return true;
      }
      call(function->subr, {dst, room, Arg::value(*args[0]),
                            args.size() > 1 ? Arg::value(*args[1]) : Arg::constant(0)});
      return true;
    case FuncId::Lltostr:
      call(function->subr, {dst, room, Arg::value(*args[0]),
                            args.size() > 1 ? Arg::value(*args[1]) : Arg::constant(10)});
      return true;
    case FuncId::Strjoin: {
      Arg a = string_arg(*args[0]), b = string_arg(*args[1]);
      call(function->subr, {dst, room, a, b});
      return true;
    }
    case FuncId::Substr:
      call(function->subr, {dst, room, string_arg(*args[0]), Arg::value(*args[1]),
                            args.size() > 2 ? Arg::value(*args[2]) : Arg::constant(INT64_MAX)});
      return true;
    default:
      return false;
  }
}

void ClauseGen::eval_call(const Call& call_expr, Reg want) {
  const sema::Function* function = function_of(call_expr);
  if (!function) {
    as_.mov_imm(want, 0);
    return;
  }
  const auto& args = call_expr.args;
  if (types::is_string(call_expr.type)) {
    uint32_t size = string_bound(call_expr);
    uint32_t before = temp_next_;
    uint32_t area = temp(size);
    if (string_subroutine(call_expr, area, size)) {
      as_.mov(want, Reg::R0);
      return;
    }
    temp_next_ = before;
  }
  switch (function->id) {
    case FuncId::Htonl:
    case FuncId::Ntohl:
    case FuncId::Htonll:
    case FuncId::Ntohll:
    case FuncId::Htons:
    case FuncId::Ntohs: {
      eval(*args[0], want);
      bool is_16 = function->id == FuncId::Htons || function->id == FuncId::Ntohs;
      bool is_32 = function->id == FuncId::Htonl || function->id == FuncId::Ntohl;
      as_.to_big_endian(want, is_16 ? 16 : is_32 ? 32 : 64);
      return;
    }
    case FuncId::Getmajor:
      eval(*args[0], want);
      as_.zero_extend32(want);
      as_.alu_imm(Alu::Shr, want, kMinorBits);
      return;
    case FuncId::Getminor:
      eval(*args[0], want);
      as_.alu_imm(Alu::And, want, (1 << kMinorBits) - 1);
      return;
    case FuncId::Strtok: {
      uint32_t area = temp(tables_.strsize());
      Arg room = Arg::constant(tables_.strsize());
      Arg text = args[0]->const_value ? Arg::constant(0) : string_arg(*args[0]);
      if (text.kind == Arg::Kind::Value && !is_always_there(*text.expr)) {
        // 0 would mean to go on with the string before; one that was never assigned is "".
        eval(*text.expr, Reg::R0);
        Label is_there = as_.new_label();
        as_.jump_if_imm(JumpIf::Ne, Reg::R0, 0, is_there);
        as_.mov_string(Reg::R0, tables_.string(""));
        as_.bind(is_there);
        text = Arg::from(keep(Reg::R0));
      }
      Arg delimiters = string_arg(*args[1]);
      call(function->subr, {Arg::frame(area), room, text, delimiters});
      break;
    }
    case FuncId::Json: {
      uint32_t area = temp(tables_.strsize());
      Arg text = string_arg(*args[0]), selector = string_arg(*args[1]);
      call(function->subr, {Arg::frame(area), Arg::constant(tables_.strsize()), text, selector});
      break;
    }
    case FuncId::Index:
    case FuncId::Rindex: {
      Arg text = string_arg(*args[0]), what = string_arg(*args[1]);
      call(function->subr,
           {text, what, args.size() > 2 ? Arg::value(*args[2]) : Arg::constant(INT32_MIN)});
      break;
    }
    case FuncId::Strtoll:
      call(function->subr,
           {string_arg(*args[0]), args.size() > 1 ? Arg::value(*args[1]) : Arg::constant(10)});
      break;
    case FuncId::Strlen:
      call(function->subr, {string_arg(*args[0])});
      break;
    case FuncId::Strchr:
    case FuncId::Strrchr:
      call(function->subr, {string_arg(*args[0]), Arg::value(*args[1])});
      break;
    case FuncId::Strstr: {
      Arg text = string_arg(*args[0]), what = string_arg(*args[1]);
      call(function->subr, {text, what});
      break;
    }
    default:
      if (!function->subr) {
        as_.mov_imm(want, 0);
        return;
      }
      switch (args.size()) {
        case 0:
          call(function->subr, {});
          break;
        case 1:
          call(function->subr, {Arg::value(*args[0])});
          break;
        case 2:
          call(function->subr, {Arg::value(*args[0]), Arg::value(*args[1])});
          break;
        default:
          call(function->subr, {Arg::value(*args[0]), Arg::value(*args[1]), Arg::value(*args[2])});
          break;
      }
      break;
  }
  if (function->id == FuncId::Rand) {
    as_.alu_imm(Alu::Sar, Reg::R0, 32);  // an int of the 64 bits that it makes
  }
  as_.mov(want, Reg::R0);
}

}  // namespace dt::lang::codegen
