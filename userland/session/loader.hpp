// SPDX-License-Identifier: MIT
// Reads sessions: YAML in, a checked Session out, with problems at their places. The D text is not
// compiled here.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "session/problem.hpp"
#include "session/session.hpp"

namespace dt::session {

// What the command line adds to a session.
struct LoadRequest {
  std::vector<std::pair<std::string, std::string>> settings;  // --set
  bool has_command = false;                                   // -c: replaces the target
  bool has_pid = false;                                       // -p
};

// Reads a session from its file. Always names, description and parameters where they are valid;
// problems say whether the rest can be used.
Session load_session(SourceFilePtr file, const LoadRequest& request, Problems* problems);

// Name, description and parameters only: for listings.
Session load_summary(SourceFilePtr file, Problems* problems);

}  // namespace dt::session
