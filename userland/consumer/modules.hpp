// SPDX-License-Identifier: MIT
// Kernel modules: finds and inserts dtrace.ko and provider modules. A module file is looked for in
// $DTRACE_MODULE_DIR, then in modules/<kernel release>/ beside the command or in
// lib/dtrace/modules/ of the prefix that it is installed in; then modprobe is asked. A module of a
// third party may be named by its file too. What a module depends on is inserted before it. Nothing
// is loaded that no program asked for.
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
  bool needs_function = false;  // has probes only for descriptions that name a function
};

class ModuleLoader {
 public:
  // executable_dir: where the running command is; module folders are found from there.
  explicit ModuleLoader(std::string executable_dir);
  virtual ~ModuleLoader() = default;

  // Inserts a module unless it is there already, those that it needs first. Error: one sentence
  // with the remedy.
  virtual Result<void> load(const std::string& module);
  virtual bool is_loaded(const std::string& module) const;
  // The modules that load() would insert, in their order.
  Result<std::vector<std::string>> plan(const std::string& module) const;
  // Path of a module's file; "" = in none of the folders.
  std::string find_file(const std::string& module) const;
  // Its name in the kernel, if `module` is the path of its file.
  static std::string module_name(const std::string& module);

 private:
  Result<void> plan(const std::string& module, std::vector<std::string>* open,
                    std::vector<std::string>* order) const;
  Result<void> insert(const std::string& module);

  std::vector<std::string> directories_;
};

// What finit_module(2) meant by errno_value, with the remedy. is_locked_down:
// /sys/kernel/security/lockdown says more than "none".
std::string explain_insert_failure(const std::string& module, int errno_value, bool is_locked_down);
// Does /sys/kernel/security/lockdown say more than "none"?
bool lockdown_is_on();

}  // namespace dt::consumer
