// SPDX-License-Identifier: MIT
// Actions: what they leave in the record for the consumer, and what they do in the kernel at once.
#include <algorithm>

#include "lang/codegen/clause_gen.hpp"

#include "dtrace/dif.h"
#include "dtrace/uapi.h"

namespace dt::lang::codegen {

using namespace ast;
using object::ActionKind;
using object::Field;
using object::FieldKind;
using sema::FuncId;
using types::resolve;
using types::TypeKind;

void ClauseGen::action_call(const Call& call_expr) {
  const sema::Function* function = function_of(call_expr);
  begin_action(std::string(function->name));
  if (function->is_destructive) {
    tables_.program().is_destructive = true;
  }
  switch (function->id) {
    case FuncId::Printf:
      printf_action(call_expr, ActionKind::Printf);
      return;
    case FuncId::System:
      printf_action(call_expr, ActionKind::System);
      return;
    case FuncId::Freopen:
      printf_action(call_expr, ActionKind::Freopen);
      return;
    case FuncId::Printa:
      printa_action(call_expr);
      return;
    case FuncId::Trace:
      trace_action(call_expr);
      return;
    case FuncId::TraceArgs:
      args_action(call_expr);
      return;
    case FuncId::Tracemem:
      tracemem_action(call_expr);
      return;
    case FuncId::Print:
      print_action(call_expr);
      return;
    case FuncId::Pcap:
      pcap_action(call_expr);
      return;
    case FuncId::Setopt:
      setopt_action(call_expr);
      return;
    case FuncId::Clear:
      aggregation_action(call_expr, ActionKind::Clear);
      return;
    case FuncId::Trunc:
      aggregation_action(call_expr, ActionKind::Trunc);
      return;
    case FuncId::Normalize:
      aggregation_action(call_expr, ActionKind::Normalize);
      return;
    case FuncId::Denormalize:
      aggregation_action(call_expr, ActionKind::Denormalize);
      return;
    case FuncId::Ftruncate:
      start_record(ActionKind::Ftruncate);
      return;
    case FuncId::Exit:
      exit_action(call_expr);
      return;
    case FuncId::Stack:
      stack_action(call_expr, ActionKind::Stack);
      return;
    case FuncId::Ustack:
    case FuncId::Jstack:
      stack_action(call_expr, ActionKind::Ustack);
      return;
    case FuncId::Sym:
      stack_action(call_expr, ActionKind::Sym);
      return;
    case FuncId::Mod:
      stack_action(call_expr, ActionKind::Mod);
      return;
    case FuncId::Func:
      stack_action(call_expr, ActionKind::Func);
      return;
    case FuncId::Usym:
    case FuncId::Ufunc:
      stack_action(call_expr, ActionKind::Usym);
      return;
    case FuncId::Umod:
      stack_action(call_expr, ActionKind::Umod);
      return;
    case FuncId::Uaddr:
      stack_action(call_expr, ActionKind::Uaddr);
      return;
    default:
      effect_action(call_expr);
      return;
  }
}

void ClauseGen::stack_action(const Call& call_expr, ActionKind kind) {
  start_record(kind);
  record_stack(call_expr);
}

// Actions that only do something in the kernel.
void ClauseGen::effect_action(const Call& call_expr) {
  const sema::Function* function = function_of(call_expr);
  switch (function->id) {
    case FuncId::Commit:
      action().kind = ActionKind::Commit;
      break;
    case FuncId::Discard:
      action().kind = ActionKind::Discard;
      break;
    case FuncId::Speculate:
      action().kind = ActionKind::Speculate;
      break;
    default:
      break;
  }
  if (!function->subr) {
    return;
  }
  if (function->is_destructive) {
    out_.flags |= DTRACE_PROG_DESTRUCTIVE;
  }
  const auto& args = call_expr.args;
  switch (args.size()) {
    case 0:
      call(function->subr, {});
      break;
    case 1:
      call(function->subr, {Arg::value(*args[0])});
      break;
    default: {
      Arg first = function->id == FuncId::Copyoutstr ? string_arg(*args[0]) : Arg::value(*args[0]);
      call(function->subr, {first, Arg::value(*args[1]),
                            args.size() > 2 ? Arg::value(*args[2]) : Arg::constant(0)});
      break;
    }
  }
}

void ClauseGen::exit_action(const Call& call_expr) {
  start_record(ActionKind::Exit);
  record_scalar(*call_expr.args[0], int_type());
  uint32_t at = wanted_.rec_base + action().args[0].offset;
  if (call_expr.args[0]->const_value) {
    call(DTRACE_SUBR_EXIT, {Arg::value(*call_expr.args[0], int_type())});
    return;
  }
  frame_load(Reg::R1, at, 4);
  finish_call(DTRACE_SUBR_EXIT);
}

void ClauseGen::printf_action(const Call& call_expr, ActionKind kind) {
  start_record(kind);
  if (!call_expr.args.empty() && call_expr.args[0]->kind == ExprKind::StringLit) {
    action().format = as<StringLit>(*call_expr.args[0]).value;
  }
  for (size_t i = 1; i < call_expr.args.size(); i++) {
    record_value(*call_expr.args[i]);
  }
}

void ClauseGen::printa_action(const Call& call_expr) {
  start_record(ActionKind::Printa);
  for (const ExprPtr& arg : call_expr.args) {
    if (arg->kind == ExprKind::StringLit) {
      action().format = as<StringLit>(*arg).value;
    } else if (arg->kind == ExprKind::AggRef) {
      action().aggs.push_back(static_cast<int>(agg_index(as<AggRef>(*arg))));
    }
  }
}

void ClauseGen::aggregation_action(const Call& call_expr, ActionKind kind) {
  start_record(kind);
  for (const ExprPtr& arg : call_expr.args) {
    if (arg->kind == ExprKind::AggRef) {
      action().aggs.push_back(static_cast<int>(agg_index(as<AggRef>(*arg))));
    } else {
      record_scalar(*arg, tables_.input().types->int64());
    }
  }
}

void ClauseGen::trace_action(const Call& call_expr) {
  start_record(ActionKind::Trace);
  const Expr& arg = *call_expr.args[0];
  if (types::is_string(arg.type) && tables_.strsize() <= kWholeStrings) {
    // Option rawbytes shows the whole storage of a string, with which one makes it short.
    Field field;
    field.kind = FieldKind::String;
    field.size = tables_.strsize();
    field.offset = rec_space(round_up8(field.size), 8);
    zero_frame(wanted_.rec_base + field.offset, round_up8(field.size));
    string_to_frame(arg, wanted_.rec_base + field.offset, field.size);
    action().args.push_back(std::move(field));
    return;
  }
  record_value(arg);
}

// trace(args): each value by itself; one that faults leaves a mark instead of ending the clause.
void ClauseGen::args_action(const Call& call_expr) {
  const TracedCall& traced = *call_expr.traced;
  action().name = "trace";
  start_record(ActionKind::Args);
  auto origin = std::make_shared<object::ArgsOrigin>();
  origin->is_default = traced.is_default;
  origin->is_raw = traced.is_raw;
  origin->texts = traced.texts;
  action().origin = std::move(origin);
  std::vector<bool> may_fail(call_expr.args.size());
  for (size_t i = 0; i < call_expr.args.size(); i++) {
    const Expr& expr = *call_expr.args[i];
    may_fail[i] = !traced.is_missing[i] &&
                  (calls(expr) || is_by_ref(expr.type) || function_of(expr) != nullptr);
  }
  const auto nr_marks = static_cast<uint64_t>(std::count(may_fail.begin(), may_fail.end(), true));
  uint32_t mark = rec_space(nr_marks, 1);
  if (nr_marks != 0) {
    call(DTRACE_SUBR_GUARD, {Arg::constant(1)});
  }
  for (size_t i = 0; i < call_expr.args.size(); i++) {
    if (traced.is_missing[i]) {
      Field field;
      field.kind = FieldKind::Missing;
      action().args.push_back(field);
      continue;
    }
    record_value(*call_expr.args[i]);
    if (may_fail[i]) {
      call(DTRACE_SUBR_GUARD, {Arg::constant(0)});
      frame_store(wanted_.rec_base + mark, Reg::R0, 1);
      action().args.back().fault = mark++;
    }
    end_statement();
  }
}

// tracemem(address, bytes [, bytes to show]): a block of the size given, and the run-time size
// behind it.
void ClauseGen::tracemem_action(const Call& call_expr) {
  start_record(ActionKind::Tracemem);
  const auto& args = call_expr.args;
  Field field;
  field.kind = FieldKind::Bytes;
  int64_t size = args[1]->const_value.value_or(0);
  field.size = static_cast<uint32_t>(std::clamp<int64_t>(size, 0, DTRACE_FRAME_MAX));
  field.offset = rec_space(field.size, 8);
  if (field.size) {
    call(DTRACE_SUBR_FETCH, {Arg::frame(wanted_.rec_base + field.offset), Arg::constant(field.size),
                             Arg::value(*args[0])});
  }
  action().args.push_back(std::move(field));
  if (args.size() > 2) {
    record_scalar(*args[2], tables_.input().types->int64());
  }
}

// print(pointer) shows what it leads to, print(anything else) the value.
void ClauseGen::print_action(const Call& call_expr) {
  start_record(ActionKind::Print);
  const Expr& arg = *call_expr.args[0];
  const types::Type* type = resolve(arg.type);
  const types::Type* target = type->kind == TypeKind::Pointer ? resolve(type->target) : nullptr;
  bool shows_target = target && target->size && target->kind != TypeKind::Function;
  if (!shows_target) {
    record_value(arg);
    return;
  }
  auto size = static_cast<uint32_t>(std::min<uint64_t>(target->size, DTRACE_FRAME_MAX));
  Field field;
  field.kind = FieldKind::Bytes;
  field.size = size;
  field.type = shown_type(type->target);
  field.offset = rec_space(size, 8);
  Field address = field_for(arg.type, 8);
  address.offset = rec_space(8, 8);
  eval(arg, Reg::R3);
  frame_store(wanted_.rec_base + address.offset, Reg::R3, 8);
  frame_address(Reg::R1, wanted_.rec_base + field.offset);
  as_.mov_imm(Reg::R2, size);
  finish_call(DTRACE_SUBR_FETCH);
  action().args.push_back(std::move(field));
  action().args.push_back(std::move(address));
}

// setopt(name [, value]): a literal name is the action's format and takes no room in the record.
void ClauseGen::setopt_action(const Call& call_expr) {
  start_record(ActionKind::Setopt);
  if (call_expr.args[0]->kind == ExprKind::StringLit) {
    action().format = as<StringLit>(*call_expr.args[0]).value;
  }
  for (const ExprPtr& arg : call_expr.args) {
    if (arg.get() != call_expr.args[0].get() || action().format.empty()) {
      record_value(*arg);
    }
  }
}

// pcap(packet, protocol): the first bytes of the packet's data.
void ClauseGen::pcap_action(const Call& call_expr) {
  start_record(ActionKind::Pcap);
  Field field;
  field.kind = FieldKind::Bytes;
  field.size = kPcapBytes;
  field.offset = rec_space(field.size, 8);
  call(DTRACE_SUBR_FETCH, {Arg::frame(wanted_.rec_base + field.offset), Arg::constant(field.size),
                           Arg::value(*call_expr.args[0])});
  action().args.push_back(std::move(field));
  record_scalar(*call_expr.args[1], tables_.input().types->int64());
}

}  // namespace dt::lang::codegen
