// SPDX-License-Identifier: MIT
// The known providers: one YAML file each in providers.d folders. A file in a later folder replaces
// one of the same name in an earlier one.
#pragma once

#include <string>
#include <vector>

namespace dt::session {

struct ProviderFile {
  std::string name;
  std::string module;
  std::vector<std::string> probe_names;  // globs; empty = any
  std::string description;
  bool needs_function = false;  // has probes only for descriptions that name a function
};

// A file that cannot be read as YAML is left out; why goes to *problems ("file: reason").
std::vector<ProviderFile> read_provider_files(const std::vector<std::string>& folders,
                                              std::vector<std::string>* problems);

}  // namespace dt::session
