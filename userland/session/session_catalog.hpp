// SPDX-License-Identifier: MIT
// Where sessions are found: folders in order, each with NAME.yaml files; a later folder's file
// replaces an earlier one of the same name.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace dt::session {

struct SessionFile {
  std::string name;
  std::string path;
};

// All of them, by name.
std::vector<SessionFile> list_sessions(const std::vector<std::string>& folders);

// The file of `what`: a path if it has a '/' or ends in .yaml or .yml, else a name in the folders.
// Error: with near names.
Result<std::string> find_session(const std::string& what, const std::vector<std::string>& folders);

// Names of the *.yaml files of a folder, sorted.
std::vector<std::string> yaml_files(const std::string& folder);

}  // namespace dt::session
