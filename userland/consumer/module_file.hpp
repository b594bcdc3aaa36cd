// SPDX-License-Identifier: MIT
// A kernel module's file: what it says about itself in its section .modinfo.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace dt::consumer {

struct ModuleFile {
  std::string name;                  // as the kernel knows it; "" = the file does not say
  std::vector<std::string> depends;  // modules that must be there first
  std::string release;               // of the kernel it was built for: first word of vermagic
  std::string source;                // checksum of its source; "" = the file does not say
  bool is_signed = false;            // there is a signature; whose is not looked at
};

// Error: the file cannot be read or is no kernel module.
Result<ModuleFile> read_module_file(const std::string& path);

}  // namespace dt::consumer
