// SPDX-License-Identifier: MIT
// Expressions for a function's arguments and value. See plan.hpp.
#include "plan.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "value.hpp"

namespace dt::plugins::fbt {

namespace {

constexpr size_t kRegisterArgs = 6;

size_t add(Plan& plan, std::string expression) {
  plan.expressions.push_back(std::move(expression));
  return plan.expressions.size() - 1;
}

// Probes with the same expressions are compiled as one clause, in which an argument has one type:
// the type goes into the expression's text, as a comment.
ArgPlan plan_arg(Plan& plan, std::string_view type, std::string_view name, size_t index,
                 const Options& options) {
  ArgPlan arg;
  arg.value = add(plan, fmt::format("args[{}] /* {} */", index, type));
  if (is_text(type, name)) {
    arg.detail = add(plan, fmt::format("stringof(args[{}])", index));
  } else if (options.shows_structs && !pointed_struct(type).empty()) {
    arg.detail = add(plan, fmt::format("*args[{}]", index));
  }
  return arg;
}

// Compilers change the parameters of the variants that they make.
bool is_variant(std::string_view function) { return function.find('.') != std::string_view::npos; }

}  // namespace

const dtrace_plugin_arg& arg_at(const dtrace_plugin_probe& probe, size_t index) {
  const auto* base = reinterpret_cast<const unsigned char*>(probe.args);
  return *reinterpret_cast<const dtrace_plugin_arg*>(base + index * probe.arg_size);
}

Plan make_plan(const dtrace_plugin_probe& probe, const Options& options) {
  Plan plan;
  const std::string_view name = probe.name;
  plan.is_return = name == "return";
  const bool is_known = probe.id != 0 && !is_variant(probe.function);
  plan.is_raw = !is_known;
  if (plan.is_return) {
    plan.offset = add(plan, "arg0");
    plan.place = add(plan, "uregs[R_RIP]");
    if (!is_known) {
      plan.result.value = add(plan, "arg1");
    } else if (probe.result && *probe.result) {
      plan.result = plan_arg(plan, probe.result, "", 1, options);
    }
    return plan;
  }
  if (!is_known) {
    for (size_t i = 0; i < kRegisterArgs; i++) {
      plan.args.push_back({add(plan, fmt::format("arg{}", i)), kNone});
    }
    return plan;
  }
  for (size_t i = 0; i < std::min<size_t>(probe.nr_args, kMaxArgs); i++) {
    plan.args.push_back(plan_arg(plan, arg_at(probe, i).type, arg_at(probe, i).name, i, options));
  }
  return plan;
}

}  // namespace dt::plugins::fbt
