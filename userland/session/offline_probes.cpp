// SPDX-License-Identifier: MIT
#include "session/offline_probes.hpp"

#include <fnmatch.h>

#include <algorithm>

#include "dtrace/uapi.h"
#include "session/problem.hpp"

namespace dt::session {

namespace {

bool is_glob(const std::string& text) { return text.find_first_of("*?[") != std::string::npos; }

bool glob_matches(const std::string& glob, const std::string& text) {
  return glob.empty() || ::fnmatch(glob.c_str(), text.c_str(), 0) == 0;
}

// Could a name match both? Both may be globs.
bool may_meet(const std::string& wanted, const std::string& offered) {
  if (wanted.empty() || offered.empty() || glob_matches(offered, wanted) ||
      glob_matches(wanted, offered)) {
    return true;
  }
  const size_t common = std::min(wanted.find_first_of("*?["), offered.find_first_of("*?["));
  return is_glob(wanted) && is_glob(offered) && wanted.compare(0, common, offered, 0, common) == 0;
}

bool has_name(const ProviderFile& provider, const std::string& name) {
  return provider.probe_names.empty() ||
         std::any_of(provider.probe_names.begin(), provider.probe_names.end(),
                     [&](const std::string& offered) { return may_meet(name, offered); });
}

// The names of the provider that a description asks for; those with globs are what was asked.
std::vector<std::string> names_for(const ProviderFile& provider, const std::string& wanted) {
  if (!wanted.empty() && !is_glob(wanted)) {
    return {wanted};
  }
  std::vector<std::string> names;
  for (const std::string& offered : provider.probe_names) {
    if (!is_glob(offered) && may_meet(wanted, offered)) {
      names.push_back(offered);
    }
  }
  return names.empty() ? std::vector<std::string>{"any"} : names;
}

std::string plain(const std::string& text, const char* fallback) {
  return text.empty() || is_glob(text) ? fallback : text;
}

}  // namespace

Result<std::vector<lang::ProbeInfo>> OfflineProbes::match(const lang::ProbePattern& pattern,
                                                          size_t limit) {
  std::vector<lang::ProbeInfo> found;
  if (limit == 0 || pattern.id != 0) {
    return found;
  }
  for (const char* name : {"BEGIN", "END", "ERROR"}) {
    if (glob_matches(pattern.prov, "dtrace") && pattern.mod.empty() && pattern.func.empty() &&
        glob_matches(pattern.name, name)) {
      found.push_back({static_cast<uint32_t>(found.size() + 1), 0, "dtrace", "", "", name});
    }
  }
  for (const ProviderFile& provider : providers_) {
    const bool is_asked = !provider.needs_function || !pattern.func.empty();
    if (!glob_matches(pattern.prov, provider.name) || !is_asked ||
        !has_name(provider, pattern.name)) {
      continue;
    }
    for (const std::string& name : names_for(provider, pattern.name)) {
      lang::ProbeInfo probe{static_cast<uint32_t>(found.size() + 10),
                            0,
                            provider.name,
                            plain(pattern.mod, provider.name == "profile" ? "" : "vmlinux"),
                            plain(pattern.func, ""),
                            name};
      if (provider.name == "fbt" && !probe.func.empty()) {
        probe.flags = probe.name == "return" ? DTRACE_PROBE_RETURN_BTF : DTRACE_PROBE_ARGS_BTF;
      }
      found.push_back(std::move(probe));
    }
  }
  if (found.size() > limit) {
    found.resize(limit);
  }
  return found;
}

Result<std::vector<lang::ProbeArg>> OfflineProbes::args(const lang::ProbeInfo& probe) {
  std::vector<lang::ProbeArg> args;
  for (const ProviderFile& provider : providers_) {
    if (provider.name != probe.prov) {
      continue;
    }
    for (const ArgumentRule& rule : provider.arguments) {
      if (!glob_matches(rule.names, probe.name)) {
        continue;
      }
      for (const ArgumentRule::Type& type : rule.types) {
        args.push_back({static_cast<uint32_t>(args.size()), type.native, type.shown});
      }
      return args;
    }
  }
  return args;
}

lang::ProbeSource::Suggestion OfflineProbes::suggest(const lang::ProbePattern& pattern) {
  Suggestion suggestion;
  std::vector<std::string> known = {"dtrace"};
  for (const ProviderFile& provider : providers_) {
    known.push_back(provider.name);
    if (provider.name == pattern.prov) {
      suggestion.bad_part = 3;
      suggestion.reason = provider.needs_function && pattern.func.empty()
                              ? "name the function: " + provider.name + "::FUNCTION:"
                              : "its probes are called";
      for (const std::string& name : provider.probe_names) {
        suggestion.reason += pattern.func.empty() && provider.needs_function ? "" : " " + name;
      }
      return suggestion;
    }
  }
  if (!pattern.prov.empty()) {
    suggestion.bad_part = 0;
    suggestion.reason = name_hint(pattern.prov, known);
  }
  return suggestion;
}

}  // namespace dt::session
