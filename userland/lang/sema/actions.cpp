// SPDX-License-Identifier: MIT
// Calls: arguments against the function table, rules about the order of actions, and the arguments
// of each action that need more than a type. printf() and printa() are in formats.cpp, aggregating
// functions in aggs.cpp.
#include "lang/sema/checker.hpp"
#include "lang/sema/walk.hpp"

namespace dt::lang::sema {

using namespace ast;
using types::resolve;

namespace {

std::string count_text(const Function& func) {
  auto args = [](int n) { return std::to_string(n) + " argument" + (n == 1 ? "" : "s"); };
  if (func.max_args < 0)
    return "at least " + args(func.min_args);
  if (func.min_args == func.max_args)
    return args(func.min_args);
  return std::to_string(func.min_args) + " to " + args(func.max_args);
}

}  // namespace

// is_stmt: the call is a statement of its own; elsewhere an action gives no value, which its user
// refuses.
bool Checker::call(Call& call, bool is_stmt) {
  if (call.callee->kind != ExprKind::Ident)
    return fail(Tag::D_FUNC_IDENT, call.callee->range, "only a named function can be called");
  int index = function_index(call.name);
  if (index < 0)
    return fail(Tag::D_FUNC_UNDEF, call.range, "function " + call.name + "() is not defined");
  const Function& func = functions()[index];
  call.func = index;
  use_attributes(name_attributes(func.name), call.range, call.name + "()");
  if (func.kind == FuncKind::Aggregating) {
    int64_t param[5];
    if (!agg_func(call, param))
      return false;
    if (!is_stmt) {
      call.type = types_.void_type();
      return true;
    }
    return fail(
        Tag::D_CG_EXPR, call.range,
        call.name + "() must be assigned to an aggregation, as in @ = " + call.name + "(...)");
  }
  if (func.id == FuncId::TraceArgs) {
    captures(call);
    call.type = types_.void_type();
    return action_rules(call, func);
  }
  if (!call_args(call, func))
    return false;
  is_stmt_ = is_stmt;
  if (!action_args(call, func))
    return false;
  if (is_stmt && !action_rules(call, func))
    return false;
  if (is_stmt && func.is_destructive && !first_destructive_)
    first_destructive_ = &call;
  call.type = find_by_text(std::string(func.result));
  if (!call.type)
    call.type = types_.pointer_to(types_.void_type());
  return true;
}

// An expression to decode arguments from: a value, and nothing is changed by taking it.
bool Checker::capture(ExprPtr& expr) {
  std::function<bool(Expr&)> is_pure = [&](Expr& e) {
    if (e.kind == ExprKind::Assign || e.kind == ExprKind::IncDec || e.kind == ExprKind::AggRef)
      return fail(Tag::D_OP_WRITE, e.range, "it may not change anything");
    if (e.kind == ExprKind::Call) {
      FuncKind kind = functions()[static_cast<size_t>(function_index(as<Call>(e).name))].kind;
      if (kind != FuncKind::Subroutine && (kind != FuncKind::StackLike || &e != expr.get()))
        return fail(Tag::D_CG_EXPR, e.range, as<Call>(e).name + "() gives no value");
    }
    bool ok = true;
    for_each_child(e, [&](ExprPtr& child) { ok = ok && is_pure(*child); });
    return ok;
  };
  if (!calls_are_known(*expr) || !is_pure(*expr) || !check(expr))
    return false;
  if (expr->kind == ExprKind::Xlate)
    return types::is_pointer(expr->type)
               ? fail(Tag::D_OP_DYN, expr->range,
                      "a pointer to translated data can only be used with ->")
               : materialize(expr);
  if (is_dynamic(*expr))
    return expr->kind == ExprKind::Call;
  const Type* type = resolve(expr->type);
  bool has_no_size = type->kind == TypeKind::Forward || type->kind == TypeKind::Void ||
                     ((types::is_sou(type) || type->kind == TypeKind::Array) && type->size == 0);
  return !has_no_size || fail(Tag::D_TRACE_VOID, expr->range, "it has no size");
}

// The expressions of trace(args). One that has no meaning for the clause's probes is left out; the
// program is as good as without it.
void Checker::captures(Call& call) {
  for (size_t i = 0; i < call.args.size(); i++) {
    if (call.traced->is_missing[i]) {
      call.args[i]->type = types_.int_t();
      continue;
    }
    Diagnostics::Mark mark = output_.diagnostics.mark();
    auto reported = reported_;
    auto broken_types = broken_types_;
    auto args = args_;
    SourceRange range = call.range;
    if (capture(call.args[i]))
      continue;
    auto problems = output_.diagnostics.take_back(mark);
    reported_ = std::move(reported);
    broken_types_ = std::move(broken_types);
    args_ = std::move(args);
    call.traced->is_missing[i] = true;
    auto nothing = std::make_unique<IntLit>();
    nothing->range = range;
    nothing->type = types_.int_t();
    call.args[i] = std::move(nothing);
    if (input_.captures)
      input_.captures->report(call.traced->provider, call.traced->texts[i],
                              problems.empty() ? "it has no value" : problems[0].message);
  }
}

bool Checker::call_args(Call& call, const Function& func) {
  int nr = static_cast<int>(call.args.size());
  bool ok = true;
  for (ExprPtr& arg : call.args)
    ok = check(arg) && ok;
  if (nr < func.min_args || (func.max_args >= 0 && nr > func.max_args))
    return fail(Tag::D_PROTO_LEN, call.range,
                call.name + "() takes " + count_text(func) + ", here are " + std::to_string(nr));
  if (!ok)
    return false;
  for (size_t i = 0; i < call.args.size(); i++) {
    char kind = func.proto.empty() ? '.' : func.proto[std::min(i, func.proto.size() - 1)];
    if (!proto_arg(func, i, call.args[i], kind))
      return false;
  }
  return true;
}

bool Checker::proto_arg(const Function& func, size_t i, ExprPtr& arg, char kind) {
  const Expr& e = *arg;
  TypeKind type = resolve(e.type)->kind;
  bool is_address = !is_dynamic(e) && (type == TypeKind::Pointer || type == TypeKind::Array ||
                                       type == TypeKind::Function);
  bool is_null = is_zero(e) && (is_address || is_arith(e));
  const char* wanted = nullptr;
  switch (kind) {
    case 'i':
    case 'c':
      if (!is_arith(e))
        wanted = "an integer";
      else if (kind == 'c' && func.kind == FuncKind::Subroutine && !e.const_value)
        wanted = "an integer constant";
      break;
    case 'u':
      if (!is_arith(e) && !is_address)
        wanted = "an address";
      break;
    case 'p':
      if (!is_arith(e) && !is_address && type != TypeKind::String)
        wanted = "a pointer";
      break;
    case 's':
      if (!is_string_like(e) && !is_null)
        wanted = "a string";
      break;
    case 'd':
      if (!is_address || origin(e) == Origin::Other)
        wanted = "a pointer to memory of alloca() or copyin()";
      break;
    default:
      break;
  }
  if (!wanted)
    return true;
  std::string hint;
  if (kind == 's' && !is_dynamic(e) && types::is_integer(e.type))
    hint =
        "copyinstr() makes a string of a user address, stringof() of a kernel address, "
        "lltostr() of a number";
  return fail(Tag::D_PROTO_ARG, e.range,
              "argument " + std::to_string(i + 1) + " of " + std::string(func.name) +
                  "() must be " + wanted + ", this is " + shown(e),
              std::move(hint));
}

// What may follow what in one clause when speculations are about.
bool Checker::action_rules(const Call& call, const Function& func) {
  if (state_.is_reported)
    return true;
  bool ok = action_order(call, func);
  state_.is_reported = !ok;
  return ok;
}

bool Checker::action_order(const Call& call, const Function& func) {
  switch (func.id) {
    case FuncId::Speculate:
      if (state_.has_commit)
        return fail(Tag::D_SPEC_COMM, call.range, "speculate() may not follow commit()");
      if (state_.has_speculate)
        return fail(Tag::D_SPEC_SPEC, call.range, "a clause may have only one speculate()");
      if (state_.has_recorded)
        return fail(Tag::D_SPEC_DREC, call.range,
                    "speculate() may not follow an action that records data",
                    "put it in front of the clause's other actions");
      state_.has_speculate = true;
      return true;
    case FuncId::Commit:
      if (state_.has_recorded)
        return fail(Tag::D_COMM_DREC, call.range,
                    "commit() may not follow an action that records data",
                    "put it in a clause of its own");
      state_.has_commit = true;
      return true;
    default:
      break;
  }
  bool is_kernel_effect = func.is_destructive && !func.records_data;
  if (is_kernel_effect && state_.has_speculate)
    return fail(Tag::D_ACT_SPEC, call.range,
                std::string(func.name) + "() is destructive and may not follow speculate()");
  if (func.id == FuncId::Exit && state_.has_speculate)
    return fail(Tag::D_EXIT_SPEC, call.range, "exit() may not follow speculate()");
  if (func.records_data && state_.has_commit)
    return fail(Tag::D_DREC_COMM, call.range,
                std::string(func.name) + "() records data and may not follow commit()");
  if (func.records_data)
    state_.has_recorded = true;
  return true;
}

bool Checker::frame_count(Call& call, const Function& func) {
  bool is_user = func.id != FuncId::Stack;
  for (size_t i = 0; i < call.args.size(); i++) {
    const Expr& arg = *call.args[i];
    bool is_strsize = i == 1;
    int64_t least = is_strsize ? 0 : 1;
    if (arg.const_value && *arg.const_value >= least)
      continue;
    Tag tag = !is_user     ? Tag::D_STACK_SIZE
              : is_strsize ? Tag::D_USTACK_STRSIZE
                           : Tag::D_USTACK_FRAMES;
    return fail(tag, arg.range,
                std::string("the ") + (is_strsize ? "string size" : "number of frames") + " of " +
                    call.name + "() must be a positive integer constant");
  }
  return true;
}

// A constant size that can never fit the scratch space.
bool Checker::scratch_size(const Call& call, const Function& func) {
  const Expr* size = nullptr;
  if (func.id == FuncId::Alloca)
    size = call.args[0].get();
  else if (func.id == FuncId::Copyin)
    size = call.args[1].get();
  if (!size || !size->const_value)
    return true;
  auto bytes = static_cast<uint64_t>(*size->const_value);
  if (bytes <= options_.scratchsize)
    return true;
  return fail(Tag::D_ALLOCA_SIZE, size->range,
              call.name + "() of " + std::to_string(bytes) + " bytes is more than scratchsize, " +
                  std::to_string(options_.scratchsize),
              "option scratchsize sets the size");
}

bool Checker::action_args(Call& call, const Function& func) {
  auto arg = [&](size_t i) -> Expr& { return *call.args[i]; };
  auto is_void = [&](const Expr& e) { return resolve(e.type)->kind == TypeKind::Void; };
  switch (func.id) {
    case FuncId::Trace:
      if (arg(0).kind == ExprKind::Xlate && !types::is_pointer(arg(0).type))
        return materialize(call.args[0]);
      if (is_dynamic(arg(0)) && arg(0).kind != ExprKind::Call)
        return fail(Tag::D_TRACE_DYN, arg(0).range,
                    "trace() cannot be applied to " + a_or_an(shown(arg(0))),
                    arg(0).kind == ExprKind::AggRef ? "printa() shows aggregations" : "");
      if (is_void(arg(0)))
        return fail(Tag::D_TRACE_VOID, arg(0).range, "trace() needs a value, this gives none");
      return true;
    case FuncId::Print: {
      if (arg(0).kind == ExprKind::Xlate && !types::is_pointer(arg(0).type))
        return materialize(call.args[0]);
      if (is_dynamic(arg(0)) || is_void(arg(0)))
        return fail(Tag::D_PROTO_ARG, arg(0).range,
                    "print() cannot be applied to " + a_or_an(shown(arg(0))));
      const Type* type = resolve(arg(0).type);
      if (type->kind == TypeKind::Pointer)
        type = resolve(type->target);
      bool has_no_size = type->kind == TypeKind::Forward ||
                         (types::is_sou(type) && (!type->is_complete || type->size == 0));
      if (has_no_size)
        return fail(Tag::D_PRINT_SIZE, arg(0).range,
                    types::to_string(type) + " has no size, print() cannot show it");
      return true;
    }
    case FuncId::Printf:
    case FuncId::System:
    case FuncId::Freopen:
      return printf_args(call, func);
    case FuncId::Printa:
      return printa_args(call, func);
    case FuncId::Stack:
    case FuncId::Ustack:
    case FuncId::Jstack:
      return frame_count(call, func);
    case FuncId::Tracemem: {
      TypeKind kind = resolve(arg(0).type)->kind;
      bool is_address =
          !is_dynamic(arg(0)) &&
          (types::is_scalar(arg(0).type) || kind == TypeKind::Array || kind == TypeKind::String);
      if (!is_address)
        return fail(
            Tag::D_TRACEMEM_ADDR, arg(0).range,
            "the first argument of tracemem() must be an address, this is " + shown(arg(0)));
      if (!arg(1).const_value || *arg(1).const_value <= 0)
        return fail(Tag::D_TRACEMEM_SIZE, arg(1).range,
                    "the size of tracemem() must be a positive integer constant",
                    "a third argument may give the number of bytes at run time");
      return true;
    }
    case FuncId::Clear:
      return agg_argument(arg(0), Tag::D_CLEAR_AGGARG, Tag::D_CLEAR_AGGBAD, func) != nullptr;
    case FuncId::Trunc:
      return agg_argument(arg(0), Tag::D_TRUNC_AGGARG, Tag::D_TRUNC_AGGBAD, func) != nullptr;
    case FuncId::Normalize:
    case FuncId::Denormalize:
      return agg_argument(arg(0), Tag::D_NORMALIZE_AGGARG, Tag::D_NORMALIZE_AGGBAD, func) !=
             nullptr;
    case FuncId::Alloca:
    case FuncId::Copyin:
      return scratch_size(call, func);
    case FuncId::Pcap:
      return true;
    default:
      return true;
  }
}

}  // namespace dt::lang::sema
