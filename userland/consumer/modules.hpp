// SPDX-License-Identifier: MIT
// Kernel modules: finds and inserts dtrace.ko and provider modules. A module file is looked for in
// $DTRACE_MODULE_DIR, then in modules/<kernel release>/ beside the command; then modprobe is asked.
// Nothing is loaded that no program asked for.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace dt::consumer {

// One provider, as its file in config/providers.d describes it.
struct ProviderEntry {
  std::string name;                // "profile"
  std::string module;              // "dtrace_profile"
  std::vector<std::string> names;  // globs of the probe names it has; empty = any
  std::string description;
};

class ModuleLoader {
 public:
  // executable_dir: where the running command is; module folders are found from there.
  explicit ModuleLoader(std::string executable_dir);
  virtual ~ModuleLoader() = default;

  // Inserts a module unless it is there already. Error: one sentence with the remedy.
  virtual Result<void> load(const std::string& module);
  virtual bool is_loaded(const std::string& module) const;

 private:
  std::vector<std::string> directories_;
};

// What finit_module(2) meant by errno_value, with the remedy. is_locked_down:
// /sys/kernel/security/lockdown says more than "none".
std::string explain_insert_failure(const std::string& module, int errno_value, bool is_locked_down);

}  // namespace dt::consumer
