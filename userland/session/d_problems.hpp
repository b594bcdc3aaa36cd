// SPDX-License-Identifier: MIT
// Mistakes in a session's D text, at their places in the YAML.
#pragma once

#include <optional>
#include <string>

#include "lang/compile.hpp"
#include "session/session.hpp"

namespace dt::session {

// What the compiler calls the session's program: "session NAME".
std::string program_name(const Session& session);

// A diagnostic at its place in the YAML; nullopt if it is in another text, such as a D library.
std::optional<Problem> problem_of(const lang::Diagnostic& diagnostic,
                                  const lang::CompileOutput& output, const Session& session);

}  // namespace dt::session
