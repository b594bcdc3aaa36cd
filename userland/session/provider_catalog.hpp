// SPDX-License-Identifier: MIT
// The known providers: one YAML file each in providers.d folders. A file in a later folder replaces
// one of the same provider in an earlier one.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace dt::session {

// Typed arguments, args[n], of the probes whose names match a glob: what checking without a kernel
// goes by.
struct ArgumentRule {
  struct Type {
    std::string native;
    std::string shown;  // "" = native
  };
  std::string names;
  std::vector<Type> types;
};

struct ProviderFile {
  std::string name;
  std::string module;                    // its name, or an absolute path of its file
  std::vector<std::string> probe_names;  // globs; empty = any
  std::string description;
  bool needs_function = false;  // has probes only for descriptions that name a function
  bool is_on_demand = true;     // makes probes when they are asked for
  std::string plugin;           // who decodes the arguments of its probes; "" = nobody
  std::map<std::string, std::string> plugin_options;  // section plugin_options
  std::vector<ArgumentRule> arguments;                // the first that matches counts
  std::string folder;                                 // of the file: relative paths start here
  std::string path;                                   // of the file
};

// A file with mistakes is left out; what is wrong goes to *problems ("file:line:column: error:
// ...").
std::vector<ProviderFile> read_provider_files(const std::vector<std::string>& folders,
                                              std::vector<std::string>* problems);

}  // namespace dt::session
