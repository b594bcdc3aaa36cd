// SPDX-License-Identifier: MIT
// Probe descriptions: do they match anything.
#include <algorithm>

#include "dtrace/dif.h"
#include "dtrace/uapi.h"
#include "lang/sema/checker.hpp"

namespace dt::lang::sema {

using namespace ast;

namespace {

const char* const kPartNames[] = {"provider", "module", "function", "name"};

}  // namespace

ProbePattern pattern_of(const ProbeSpec& spec) {
  return {spec.prov, spec.mod, spec.func, spec.name, spec.id};
}

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
  // A program that needs a provider names it in many clauses: what is missing is said once.
  const std::string provider = "provider " + spec.prov;
  if (!found)
    return fail_once(provider + found.error().message, Tag::D_PDESC_ZERO, spec.range,
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
  if (!near.reason.empty())
    hint = near.reason + (hint.empty() ? "" : "; " + hint);
  return fail_once(near.bad_part == 0 ? provider : "probe " + full, Tag::D_PDESC_ZERO, spec.range,
                   std::move(message), std::move(hint));
}

}  // namespace dt::lang::sema
