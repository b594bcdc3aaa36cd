// SPDX-License-Identifier: MIT
// Probe descriptions: do they match anything, and which types do args[] have in a clause.
#include <algorithm>

#include "dtrace/dif.h"
#include "dtrace/uapi.h"
#include "lang/sema/checker.hpp"
#include "lang/types/btf.hpp"

namespace dt::lang::sema {

using namespace ast;
using types::resolve;

namespace {

constexpr size_t kMaxArgProbes = 4096;  // probes whose args[] are compared

ProbePattern pattern_of(const ProbeSpec& spec) {
  return {spec.prov, spec.mod, spec.func, spec.name, spec.id};
}

const char* const kPartNames[] = {"provider", "module", "function", "name"};

}  // namespace

bool Checker::probe_spec(ProbeSpec& spec) {
  if (std::count(spec.text.begin(), spec.text.end(), ':') > 3)
    return fail(Tag::D_PDESC_INVAL, spec.range,
                "probe description " + spec.text + " has more than four parts",
                "it is provider:module:function:name");
  const std::string* parts[] = {&spec.prov, &spec.mod, &spec.func, &spec.name};
  static constexpr size_t kLimits[] = {DTRACE_PROVNAMELEN, DTRACE_MODNAMELEN, DTRACE_FUNCNAMELEN,
                                       DTRACE_NAMELEN};
  for (int i = 0; i < 4; i++) {
    if (parts[i]->size() >= kLimits[i])
      return fail(Tag::D_PDESC_INVAL, spec.range,
                  "the " + std::string(kPartNames[i]) + " in probe description " + spec.text +
                      " is too long");
  }
  use_attributes(provider_attributes(spec.prov), spec.range, "probe " + spec.text);
  if (!input_.probes)
    return true;
  auto found = input_.probes->match(pattern_of(spec), 1);
  std::string full = spec.id ? std::to_string(spec.id)
                             : spec.prov + ":" + spec.mod + ":" + spec.func + ":" + spec.name;
  if (!found)
    return fail(Tag::D_PDESC_ZERO, spec.range,
                "probe description " + full + ": " + found.error().message);
  if (!found.value().empty() || options_.allow_zero_matches)
    return true;
  auto near = input_.probes->suggest(pattern_of(spec));
  std::string message = "probe description " + full + " does not match any probe";
  if (near.bad_part >= 0 && near.bad_part < 4)
    message += ": no such " + std::string(kPartNames[near.bad_part]);
  std::string hint;
  for (const std::string& name : near.names)
    hint += (hint.empty() ? "did you mean " : ", ") + name;
  if (!hint.empty())
    hint += "?";
  return fail(Tag::D_PDESC_ZERO, spec.range, std::move(message), std::move(hint));
}

// Typed arguments of one probe: from its provider, or from BTF for functions.
bool Checker::args_of(const ProbeInfo& probe, std::vector<TypedArg>* out, SourceRange range) {
  bool is_entry = probe.flags & DTRACE_PROBE_ARGS_BTF;
  bool is_return = probe.flags & DTRACE_PROBE_RETURN_BTF;
  if (!is_entry && !is_return) {
    auto args = input_.probes->args(probe);
    if (!args)
      return fail(Tag::D_ARGS_NONE, range, "args[]: " + args.error().message);
    for (ProbeArg& arg : args.value())
      out->push_back({std::move(arg), nullptr});
    return true;
  }
  std::string where = probe.mod + "`" + probe.func;
  const Type* proto =
      types_.btf() ? types_.btf()->function(types_, probe.mod, probe.func) : nullptr;
  if (!proto)
    return fail(Tag::D_ARGS_NONE, range, "the argument types of " + where + " are not known",
                "arg0 to arg9 are the untyped arguments");
  proto = resolve(proto);
  if (is_return) {
    out->push_back({{0, "int", ""}, types_.int_t()});
    if (resolve(proto->target)->kind != TypeKind::Void)
      out->push_back({{1, types::to_string(proto->target), ""}, proto->target});
    return true;
  }
  for (size_t i = 0; i < proto->params.size() && i < DTRACE_DIF_NR_ARGS; i++) {
    const Type* type = proto->params[i].type;
    out->push_back({{static_cast<uint32_t>(i), types::to_string(type), ""}, type});
  }
  return true;
}

// args[] of the clause: the same for all probes it matches.
bool Checker::load_args(SourceRange range) {
  if (has_args_)
    return args_ok_;
  has_args_ = true;
  args_ok_ = false;
  args_.clear();
  if (!clause_ || !input_.probes)
    return args_ok_ = true;
  std::vector<TypedArg> first;
  std::string first_name;
  bool has_first = false;
  for (const ProbeSpec& spec : clause_->probes) {
    auto found = input_.probes->match(pattern_of(spec), kMaxArgProbes);
    if (!found)
      return fail(Tag::D_ARGS_NONE, range, "args[]: " + found.error().message);
    for (const ProbeInfo& probe : found.value()) {
      std::vector<TypedArg> args;
      if (!args_of(probe, &args, range))
        return false;
      std::string name = probe.prov + ":" + probe.mod + ":" + probe.func + ":" + probe.name;
      if (!has_first) {
        has_first = true;
        first = args;
        first_name = name;
        continue;
      }
      bool is_same = args.size() == first.size();
      for (size_t i = 0; is_same && i < args.size(); i++)
        is_same = args[i].arg.mapping == first[i].arg.mapping &&
                  args[i].arg.native == first[i].arg.native &&
                  args[i].arg.xlate == first[i].arg.xlate;
      if (!is_same)
        return fail(Tag::D_ARGS_MULTI, range,
                    "args[] differ between the clause's probes " + first_name + " and " + name,
                    "write one clause for each, or use arg0 to arg9 with casts");
    }
  }
  args_ = std::move(first);
  args_ok_ = true;
  return true;
}

}  // namespace dt::lang::sema
