// SPDX-License-Identifier: MIT
#include "consumer/probes.hpp"

#include <fmt/core.h>
#include <fnmatch.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace dt::consumer {

namespace {

constexpr uint32_t kRoom = 512;  // descriptions asked for in one ioctl

template <size_t N>
void put(char (&to)[N], const std::string& from) {
  const size_t length = std::min(from.size(), N - 1);
  std::memcpy(to, from.data(), length);
  to[length] = '\0';
}

bool glob_matches(const std::string& pattern, const std::string& text) {
  return pattern.empty() || ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

// Could some name match both globs? Exact when one of them is plain text, else a cautious yes if
// the plain beginnings agree.
bool globs_may_meet(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) {
    return true;
  }
  if (!is_glob(a)) {
    return glob_matches(b, a);
  }
  if (!is_glob(b)) {
    return glob_matches(a, b);
  }
  const size_t plain_a = a.find_first_of("*?[\\");
  const size_t plain_b = b.find_first_of("*?[\\");
  const size_t common = std::min(plain_a, plain_b);
  return a.compare(0, common, b, 0, common) == 0;
}

bool is_core_probe_name(const std::string& name) {
  return name == "BEGIN" || name == "END" || name == "ERROR";
}

}  // namespace

bool is_glob(const std::string& text) { return text.find_first_of("*?[") != std::string::npos; }

dtrace_probedesc to_probedesc(const lang::ProbePattern& pattern) {
  dtrace_probedesc desc{};
  desc.id = pattern.id;
  put(desc.prov, pattern.prov);
  put(desc.mod, pattern.mod);
  put(desc.func, pattern.func);
  put(desc.name, pattern.name);
  return desc;
}

lang::ProbeInfo to_probe_info(const dtrace_probedesc& desc) {
  return lang::ProbeInfo{desc.id, desc.flags, desc.prov, desc.mod, desc.func, desc.name};
}

size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); j++) {
    row[j] = j;
  }
  for (size_t i = 1; i <= a.size(); i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); j++) {
      const size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1] ? 1 : 0)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

DeviceProbeSource::DeviceProbeSource(Channel& channel, ModuleLoader* modules,
                                     std::function<std::vector<ProviderEntry>()> catalog)
    : channel_(channel), modules_(modules), read_catalog_(std::move(catalog)) {}

const std::vector<ProviderEntry>& DeviceProbeSource::catalog() {
  if (!is_catalog_read_) {
    is_catalog_read_ = true;
    if (read_catalog_) {
      catalog_ = read_catalog_();
    }
  }
  return catalog_;
}

Result<void> DeviceProbeSource::load_for(const lang::ProbePattern& pattern) {
  if (modules_ == nullptr || pattern.id != 0 || pattern.prov == "dtrace" ||
      (pattern.prov.empty() && is_core_probe_name(pattern.name))) {
    return {};
  }
  const bool is_named = !pattern.prov.empty() && !is_glob(pattern.prov);
  if (const auto failure = failures_.find(pattern.prov); failure != failures_.end()) {
    return failure->second;  // whoever asked first may not have told
  }
  if (is_named && !tried_.insert("=" + pattern.prov).second) {
    return {};
  }
  for (const ProviderEntry& entry : catalog()) {
    if (!glob_matches(pattern.prov, entry.name)) {
      continue;
    }
    const bool is_asked = !entry.needs_function || !pattern.func.empty();
    const bool has_name =
        entry.names.empty() ||
        std::any_of(entry.names.begin(), entry.names.end(),
                    [&](const std::string& name) { return globs_may_meet(pattern.name, name); });
    const bool may_match = is_named || (is_asked && has_name);
    if (!may_match || !tried_.insert(entry.name).second) {
      continue;
    }
    if (Result<void> loaded = modules_->load(entry.module); !loaded && is_named) {
      failures_.emplace(pattern.prov, loaded.error());
      return loaded.error();
    }
  }
  return {};
}

void DeviceProbeSource::load_all() {
  if (modules_ == nullptr) {
    return;
  }
  for (const ProviderEntry& entry : catalog()) {
    if (!entry.needs_function && tried_.insert(entry.name).second) {
      (void)modules_->load(entry.module).has_value();
    }
  }
}

Result<std::vector<lang::ProbeInfo>> DeviceProbeSource::match(const lang::ProbePattern& pattern,
                                                              size_t limit) {
  if (Result<void> loaded = load_for(pattern); !loaded) {
    return loaded.error();
  }
  std::vector<lang::ProbeInfo> found;
  const dtrace_probedesc desc = to_probedesc(pattern);
  uint32_t start = 0;
  do {
    const size_t room = std::min<size_t>(limit - found.size(), kRoom);
    uint32_t next = 0;
    auto part = channel_.match(desc, start, static_cast<uint32_t>(room), &next);
    if (!part) {
      // An empty answer and "no such probe" are the same thing to the compiler.
      if (part.error().errno_value == ENOENT || part.error().errno_value == ESRCH) {
        break;
      }
      return part.error();
    }
    for (const dtrace_probedesc& probe : *part) {
      found.push_back(to_probe_info(probe));
    }
    start = next;
  } while (start != 0 && found.size() < limit);
  return found;
}

Result<std::vector<lang::ProbeArg>> DeviceProbeSource::args(const lang::ProbeInfo& probe) {
  std::vector<lang::ProbeArg> args;
  for (uint32_t index = 0; index < 64; index++) {
    auto desc = channel_.argdesc(probe.id, index);
    if (!desc) {
      if (desc.error().errno_value == ENOENT) {
        break;
      }
      return desc.error();
    }
    args.push_back(lang::ProbeArg{desc->mapping, desc->native, desc->xlate});
  }
  return args;
}

bool DeviceProbeSource::has_match(const lang::ProbePattern& pattern) {
  uint32_t next = 0;
  auto found = channel_.match(to_probedesc(pattern), 0, 1, &next);
  return found && !found->empty();
}

// Of kernel functions: without asking for all of them, which are very many.
lang::ProbeSource::Suggestion DeviceProbeSource::suggest_function(
    const lang::ProbePattern& pattern) {
  Suggestion suggestion;
  suggestion.bad_part = 2;
  if (has_match({pattern.prov, pattern.mod, pattern.func, "", 0})) {
    suggestion.bad_part = 3;
    const std::string where = fmt::format("'{}:{}:{}:'", pattern.prov, pattern.mod, pattern.func);
    if (pattern.prov == "instr") {
      suggestion.reason = fmt::format("dtrace -l -n {} lists the function's instructions", where);
    } else if (pattern.name == "return") {
      suggestion.reason =
          "this function has no return that can be probed: it does not return, or "
          "leaves in a way that cannot be patched";
    } else {
      suggestion.reason = "the probes of a function are entry and return";
    }
    return suggestion;
  }
  if (!pattern.mod.empty() && has_match({pattern.prov, "", pattern.func, "", 0})) {
    suggestion.bad_part = 1;
  }
  suggestion.reason = explain_function(pattern.mod, pattern.func, lists_);
  return suggestion;
}

lang::ProbeSource::Suggestion DeviceProbeSource::suggest(const lang::ProbePattern& pattern) {
  const bool is_of_functions = pattern.prov == "fbt" || pattern.prov == "instr";
  if (is_of_functions && !pattern.func.empty() && !is_glob(pattern.func) && !is_glob(pattern.mod)) {
    return suggest_function(pattern);
  }
  Suggestion suggestion;
  if (pattern.prov == "instr" && pattern.func.empty()) {
    suggestion.reason = "name the function whose instructions to probe: instr::FUNCTION:";
    return suggestion;
  }
  const std::string* parts[4] = {&pattern.prov, &pattern.mod, &pattern.func, &pattern.name};
  // The bad part is the first one from the left with which nothing matches any more.
  lang::ProbePattern prefix;
  std::string* prefix_parts[4] = {&prefix.prov, &prefix.mod, &prefix.func, &prefix.name};
  for (int part = 0; part < 4; part++) {
    if (parts[part]->empty()) {
      continue;
    }
    *prefix_parts[part] = *parts[part];
    if (!has_match(prefix)) {
      suggestion.bad_part = part;
      prefix_parts[part]->clear();
      break;
    }
  }
  if (suggestion.bad_part < 0 || is_glob(*parts[suggestion.bad_part])) {
    return suggestion;
  }
  const std::string& wanted = *parts[suggestion.bad_part];
  std::vector<std::pair<size_t, std::string>> near;
  std::set<std::string> seen;
  // Two neighbouring letters swapped count as two edits.
  const size_t most = wanted.size() < 3 ? 1 : std::max<size_t>(2, wanted.size() / 3);
  auto consider = [&](const std::string& name) {
    if (name.empty() || !seen.insert(name).second) {
      return;
    }
    const size_t difference =
        name.size() > wanted.size() ? name.size() - wanted.size() : wanted.size() - name.size();
    if (difference > most) {
      return;
    }
    const size_t distance = edit_distance(wanted, name);
    if (distance <= most) {
      near.emplace_back(distance, name);
    }
  };
  if (suggestion.bad_part == 0) {
    consider("dtrace");
    for (const ProviderEntry& entry : catalog()) {
      consider(entry.name);
    }
  } else {
    uint32_t start = 0;
    const dtrace_probedesc desc = to_probedesc(prefix);
    do {
      uint32_t next = 0;
      auto found = channel_.match(desc, start, kRoom, &next);
      if (!found) {
        break;
      }
      for (const dtrace_probedesc& probe : *found) {
        consider(suggestion.bad_part == 1   ? probe.mod
                 : suggestion.bad_part == 2 ? probe.func
                                            : probe.name);
      }
      start = next;
    } while (start != 0);
  }
  std::sort(near.begin(), near.end());
  for (size_t i = 0; i < near.size() && i < 3; i++) {
    suggestion.names.push_back(near[i].second);
  }
  return suggestion;
}

}  // namespace dt::consumer
