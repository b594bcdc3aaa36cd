// SPDX-License-Identifier: MIT
// DeviceProbeSource: the compiler's view of the probes, asked from the core. Loads a provider's
// module when a description names it, or when the description could match its probe names.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "consumer/channel.hpp"
#include "consumer/modules.hpp"
#include "consumer/refused.hpp"
#include "lang/probe_source.hpp"

namespace dt::consumer {

class DeviceProbeSource final : public lang::ProbeSource {
 public:
  // catalog: gives the known providers; called at most once, when a description needs it.
  DeviceProbeSource(Channel& channel, ModuleLoader* modules,
                    std::function<std::vector<ProviderEntry>()> catalog);

  Result<std::vector<lang::ProbeInfo>> match(const lang::ProbePattern& pattern,
                                             size_t limit) override;
  Result<std::vector<lang::ProbeArg>> args(const lang::ProbeInfo& probe) override;
  Suggestion suggest(const lang::ProbePattern& pattern) override;

  // Loads every provider of the catalog, for dtrace -l. Failures are skipped.
  void load_all();

  // Where to look for reasons why a function has no probe; for tests.
  void set_kernel_lists(KernelLists lists) { lists_ = std::move(lists); }

 private:
  Suggestion suggest_function(const lang::ProbePattern& pattern);
  Result<void> load_for(const lang::ProbePattern& pattern);
  const std::vector<ProviderEntry>& catalog();
  bool has_match(const lang::ProbePattern& pattern);

  Channel& channel_;
  ModuleLoader* modules_;
  std::function<std::vector<ProviderEntry>()> read_catalog_;
  std::vector<ProviderEntry> catalog_;
  bool is_catalog_read_ = false;
  std::set<std::string> tried_;
  std::map<std::string, Error> failures_;  // of providers asked for by name
  KernelLists lists_;
};

dtrace_probedesc to_probedesc(const lang::ProbePattern& pattern);
lang::ProbeInfo to_probe_info(const dtrace_probedesc& desc);
// Is this text a glob (has * ? or [)?
bool is_glob(const std::string& text);
// How many single-character edits turn a into b.
size_t edit_distance(const std::string& a, const std::string& b);

}  // namespace dt::consumer
