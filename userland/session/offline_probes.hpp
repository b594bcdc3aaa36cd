// SPDX-License-Identifier: MIT
// Probes without a kernel: every description that a known provider could have a probe for matches.
// For checking sessions where nothing is to be loaded.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "lang/probe_source.hpp"
#include "session/provider_catalog.hpp"

namespace dt::session {

class OfflineProbes final : public lang::ProbeSource {
 public:
  explicit OfflineProbes(std::vector<ProviderFile> providers) : providers_(std::move(providers)) {}

  Result<std::vector<lang::ProbeInfo>> match(const lang::ProbePattern& pattern,
                                             size_t limit) override;
  Result<std::vector<lang::ProbeArg>> args(const lang::ProbeInfo& probe) override;
  Suggestion suggest(const lang::ProbePattern& pattern) override;

 private:
  std::vector<ProviderFile> providers_;
};

// Every kernel symbol is there.
class OfflineSymbols final : public lang::SymbolSource {
 public:
  std::optional<lang::KernelSymbol> find(const std::string& module,
                                         const std::string& name) override {
    return lang::KernelSymbol{0xffffffff81000000, module.empty() ? "vmlinux" : module, name};
  }
};

}  // namespace dt::session
