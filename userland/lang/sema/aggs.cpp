// SPDX-License-Identifier: MIT
// Aggregations: @name[keys] = function(args), and what must agree between several uses of one name.
#include "lang/sema/checker.hpp"

#include "dtrace/uapi.h"

namespace dt::lang::sema {

using namespace ast;
using types::resolve;

// @a as a value: allowed as an argument of printa() and the like only; others refuse it as dynamic.
bool Checker::agg_ref(AggRef& ref) {
  auto it = aggs_.find(ref.name);
  if (it != aggs_.end())
    ref.agg = it->second;
  ref.type = types_.dynamic_type();
  if (!ref.has_keys)
    return true;
  bool ok = true;
  for (ExprPtr& key : ref.keys)
    ok = check(key) && ok;
  return ok;
}

void Checker::agg_stmt(Assign& asg) {
  auto& ref = as<AggRef>(*asg.lhs);
  if (asg.op) {
    fail(Tag::D_AGG_FUNC, asg.range, "only = can be applied to an aggregation",
         "an aggregation sums up by its function, as in @ = sum(x)");
    return;
  }
  if (asg.rhs->kind != ExprKind::Call) {
    if (check(asg.rhs))
      fail(Tag::D_AGG_FUNC, asg.rhs->range,
           "@" + ref.name + " must be assigned an aggregating function",
           "such as count(), sum(x) or quantize(x)");
    return;
  }
  auto& call = as<Call>(*asg.rhs);
  int index = function_index(call.name);
  if (index < 0) {
    fail(Tag::D_FUNC_UNDEF, call.range, "function " + call.name + "() is not defined");
    return;
  }
  const Function& func = functions()[index];
  if (func.kind != FuncKind::Aggregating) {
    fail(Tag::D_AGG_FUNC, call.range, call.name + "() is not an aggregating function",
         "such as count(), sum(x) or quantize(x)");
    return;
  }
  call.func = index;
  if (state_.is_reported)
    return;
  state_.is_reported = state_.has_commit || state_.has_speculate;
  if (state_.has_commit) {
    fail(Tag::D_AGG_COMM, asg.range, "an aggregation may not follow commit()");
    return;
  }
  if (state_.has_speculate) {
    fail(Tag::D_AGG_SPEC, asg.range, "an aggregation may not follow speculate()",
         "aggregate in a clause of its own");
    return;
  }
  auto it = aggs_.find(ref.name);
  Aggregation* agg = it == aggs_.end() ? nullptr : it->second;
  bool is_first = !agg || agg->func == 0;
  std::vector<KeyComp> shape;
  if (agg)
    shape = agg->keys;
  if (!keys(ref.keys, shape, is_first, "@" + ref.name, ref.range))
    return;
  int64_t param[5] = {0, 0, 0, 0, 0};
  if (!agg_func(call, param))
    return;
  call.type = types_.void_type();
  if (!agg) {
    tree_.aggregations.push_back(std::make_unique<Aggregation>());
    agg = tree_.aggregations.back().get();
    agg->name = ref.name;
    agg->first_use = ref.range;
    aggs_[ref.name] = agg;
  }
  if (is_first) {
    agg->func = func.aggfunc;
    std::copy(std::begin(param), std::end(param), agg->param);
    agg->keys = std::move(shape);
    for (const ExprPtr& key : ref.keys)
      agg->key_exprs.push_back(key.get());
  } else {
    agg_match(*agg, func, param, call);
    agg->keys = std::move(shape);
  }
  ref.agg = agg;
  ref.type = types_.dynamic_type();
  asg.type = types_.void_type();
}

bool Checker::agg_func(Call& call, int64_t param[5]) {
  const Function& func = functions()[call.func];
  if (!call_args(call, func))
    return false;
  if (!call.args.empty() && !is_arith(*call.args[0])) {
    bool is_pointer = !is_dynamic(*call.args[0]) && types::is_pointer(call.args[0]->type);
    if (!is_pointer)
      return fail(Tag::D_AGG_SCALAR, call.args[0]->range,
                  call.name + "() needs a scalar value, this is " + shown(*call.args[0]));
  }
  if (func.id == FuncId::Lquantize)
    return lquantize(call, param);
  if (func.id == FuncId::Llquantize)
    return llquantize(call, param);
  return true;
}

bool Checker::lquantize(Call& call, int64_t param[5]) {
  auto constant = [&](size_t i) -> std::optional<int64_t> {
    const Expr& e = *call.args[i];
    return is_arith(e) ? e.const_value : std::nullopt;
  };
  auto range = [&](size_t i) { return call.args[i]->range; };
  auto base = constant(1), limit = constant(2);
  if (!base)
    return fail(Tag::D_LQUANT_BASETYPE, range(1),
                "the lower bound of lquantize() must be an integer constant");
  if (*base < INT32_MIN || *base > INT32_MAX)
    return fail(Tag::D_LQUANT_BASEVAL, range(1), "the lower bound of lquantize() must fit 32 bits");
  if (!limit)
    return fail(Tag::D_LQUANT_LIMTYPE, range(2),
                "the upper bound of lquantize() must be an integer constant");
  if (*limit < INT32_MIN || *limit > INT32_MAX)
    return fail(Tag::D_LQUANT_LIMVAL, range(2), "the upper bound of lquantize() must fit 32 bits");
  if (*limit <= *base)
    return fail(Tag::D_LQUANT_MISMATCH, range(2),
                "the upper bound of lquantize() must be above the lower, " + std::to_string(*base));
  int64_t step = 1;
  if (call.args.size() > 3) {
    auto given = constant(3);
    if (!given || *given <= 0)
      return fail(Tag::D_LQUANT_STEPTYPE, range(3),
                  "the step of lquantize() must be a positive integer constant");
    step = *given;
  }
  if (step > UINT16_MAX)
    return fail(Tag::D_LQUANT_STEPVAL, range(3),
                "the step of lquantize() must be at most " + std::to_string(UINT16_MAX));
  int64_t levels = (*limit - *base) / step;
  if (levels == 0)
    return fail(Tag::D_LQUANT_STEPLARGE, range(3),
                "the step of lquantize() is bigger than the range");
  if (levels > UINT16_MAX)
    return fail(Tag::D_LQUANT_STEPSMALL, call.args.size() > 3 ? range(3) : call.range,
                "lquantize() would need " + std::to_string(levels) + " buckets",
                "give a bigger step");
  param[0] = *base;
  param[1] = *limit;
  param[2] = step;
  return true;
}

bool Checker::llquantize(Call& call, int64_t param[5]) {
  auto constant = [&](size_t i) -> std::optional<int64_t> {
    const Expr& e = *call.args[i];
    return is_arith(e) ? e.const_value : std::nullopt;
  };
  auto range = [&](size_t i) { return call.args[i]->range; };
  auto factor = constant(1), low = constant(2), high = constant(3), steps = constant(4);
  if (!factor)
    return fail(Tag::D_LLQUANT_FACTORTYPE, range(1),
                "the factor of llquantize() must be an integer constant");
  if (*factor < 2 || *factor > UINT16_MAX)
    return fail(Tag::D_LLQUANT_FACTORVAL, range(1),
                "the factor of llquantize() must be 2 to " + std::to_string(UINT16_MAX));
  if (!low)
    return fail(Tag::D_LLQUANT_LMAGTYPE, range(2),
                "the low magnitude of llquantize() must be an integer constant");
  if (*low < 0 || *low > UINT16_MAX)
    return fail(Tag::D_LLQUANT_LMAGVAL, range(2),
                "the low magnitude of llquantize() must be 0 to " + std::to_string(UINT16_MAX));
  if (!high)
    return fail(Tag::D_LLQUANT_HMAGTYPE, range(3),
                "the high magnitude of llquantize() must be an integer constant");
  if (*high < 0 || *high > UINT16_MAX)
    return fail(Tag::D_LLQUANT_HMAGVAL, range(3),
                "the high magnitude of llquantize() must be 0 to " + std::to_string(UINT16_MAX));
  if (*high < *low)
    return fail(Tag::D_LLQUANT_HMAGVAL, range(3),
                "the high magnitude of llquantize() must not be below the low one, " +
                    std::to_string(*low));
  // factor^(high + 1) is the end of the last bucket.
  unsigned __int128 end = 1;
  for (int64_t i = 0; i <= *high; i++) {
    end *= static_cast<unsigned>(*factor);
    if (end > UINT64_MAX)
      return fail(Tag::D_LLQUANT_HMAGVAL, range(3),
                  "the high magnitude of llquantize() goes beyond 64 bits");
  }
  if (!steps || *steps <= 0)
    return fail(Tag::D_LLQUANT_STEPTYPE, range(4),
                "the steps of llquantize() must be a positive integer constant");
  auto bad_steps = [&](std::string why) {
    return fail(Tag::D_LLQUANT_STEPVAL, range(4), "the steps of llquantize() " + why);
  };
  if (*steps > UINT16_MAX)
    return bad_steps("must be at most " + std::to_string(UINT16_MAX));
  if (*steps < *factor) {
    if (*factor % *steps != 0)
      return bad_steps("must divide the factor evenly, or be a multiple of it");
  } else {
    if (*steps % *factor != 0)
      return bad_steps("must be a multiple of the factor, or divide it evenly");
    unsigned __int128 power = static_cast<unsigned>(*factor);
    while (power < static_cast<unsigned>(*steps))
      power *= static_cast<unsigned>(*factor);
    if (power % static_cast<unsigned>(*steps) != 0)
      return bad_steps("must divide a power of the factor evenly");
  }
  param[0] = *factor;
  param[1] = *low;
  param[2] = *high;
  param[3] = *steps;
  return true;
}

// A later use of an aggregation must agree with the first.
void Checker::agg_match(Aggregation& agg, const Function& func, const int64_t param[5],
                        const Call& call) {
  if (agg.func != func.aggfunc) {
    std::string_view first;
    for (const Function& f : functions()) {
      if (f.aggfunc == agg.func)
        first = f.name;
    }
    fail(
        Tag::D_AGG_REDEF, call.range,
        "@" + agg.name + " is used with " + call.name + "() and with " + std::string(first) + "()");
    return;
  }
  static constexpr Tag kLinear[] = {Tag::D_LQUANT_MATCHBASE, Tag::D_LQUANT_MATCHLIM,
                                    Tag::D_LQUANT_MATCHSTEP};
  static constexpr Tag kLog[] = {Tag::D_LLQUANT_MATCHFACTOR, Tag::D_LLQUANT_MATCHLMAG,
                                 Tag::D_LLQUANT_MATCHHMAG, Tag::D_LLQUANT_MATCHSTEPS};
  static constexpr const char* kLinearWord[] = {"lower bound", "upper bound", "step"};
  static constexpr const char* kLogWord[] = {"factor", "low magnitude", "high magnitude", "steps"};
  bool is_log = func.id == FuncId::Llquantize;
  if (!is_log && func.id != FuncId::Lquantize)
    return;
  for (int i = 0; i < (is_log ? 4 : 3); i++) {
    if (agg.param[i] == param[i])
      continue;
    fail(is_log ? kLog[i] : kLinear[i], call.range,
         "@" + agg.name + " has two values for the " + (is_log ? kLogWord[i] : kLinearWord[i]) +
             " of " + call.name + "(): " + std::to_string(agg.param[i]) + " and " +
             std::to_string(param[i]));
    return;
  }
}

// @a as an argument of printa(), clear() and so on. One that is never assigned is found at the end.
Aggregation* Checker::agg_argument(Expr& arg, Tag bad_arg, Tag undefined, const Function& func) {
  if (arg.kind != ExprKind::AggRef || as<AggRef>(arg).has_keys) {
    fail(bad_arg, arg.range,
         std::string(func.name) + "() needs an aggregation" +
             (arg.kind == ExprKind::AggRef ? " without keys" : ", this is " + shown(arg)));
    return nullptr;
  }
  auto& ref = as<AggRef>(arg);
  Aggregation*& agg = aggs_[ref.name];
  if (!agg) {
    tree_.aggregations.push_back(std::make_unique<Aggregation>());
    agg = tree_.aggregations.back().get();
    agg->name = ref.name;
    agg->first_use = ref.range;
  }
  if (agg->func == 0)
    pending_.push_back({agg, undefined, arg.range});
  ref.agg = agg;
  return agg;
}

}  // namespace dt::lang::sema
