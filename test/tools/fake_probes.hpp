// SPDX-License-Identifier: MIT
// Probes and kernel symbols for compiling D without a kernel: BEGIN, END, ERROR, profile and tick
// probes of any rate, the system calls, some functions. Used by tests and by dcheck.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "lang/probe_source.hpp"

namespace dt::test {

class FakeProbes : public lang::ProbeSource {
 public:
  FakeProbes();
  Result<std::vector<lang::ProbeInfo>> match(const lang::ProbePattern& pattern,
                                             size_t limit) override;
  Result<std::vector<lang::ProbeArg>> args(const lang::ProbeInfo& probe) override;
  Suggestion suggest(const lang::ProbePattern& pattern) override;
  void add(std::string prov, std::string mod, std::string func, std::string name);

 private:
  std::vector<lang::ProbeInfo> probes_;
};

// Every name in /proc/kallsyms, or a few if it is not readable.
class FakeSymbols : public lang::SymbolSource {
 public:
  std::optional<lang::KernelSymbol> find(const std::string& module,
                                         const std::string& name) override;

 private:
  void load();
  std::set<std::string> names_;
  bool is_loaded_ = false;
};

}  // namespace dt::test
