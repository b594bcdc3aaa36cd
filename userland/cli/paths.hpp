// SPDX-License-Identifier: MIT
// Where the command finds what belongs to it: beside itself in the build tree or in an installed
// prefix, then /etc/dtrace, then the user's own folder.
#pragma once

#include <string>
#include <vector>

namespace dt::cli {

// Folder of the running executable.
std::string executable_dir();
// Existing folders called `name` in the configuration folders, the most general first.
std::vector<std::string> config_dirs(const std::string& name);
// The program behind --guest; "" = not found.
std::string guest_launcher();

}  // namespace dt::cli
