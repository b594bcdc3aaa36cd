// SPDX-License-Identifier: MIT
// dtrace --session: finds and reads the session, joins it with the rest of the command line, then
// traces, checks or explains it.
#pragma once

#include <vector>

#include "cli/arguments.hpp"
#include "consumer/options.hpp"
#include "lang/compile.hpp"
#include "session/session.hpp"

namespace dt::cli {

int run_session(const Arguments& arguments);

// The D program as the compiler takes it.
std::vector<lang::SourceText> session_texts(const session::Session& session);
// Mistakes in the D text at their places in the YAML.
void print_session_diagnostics(const lang::CompileOutput& output, const session::Session& session,
                               bool wants_tag);
// --check and --explain. arguments: joined with the session.
int check_session(const Arguments& arguments, const session::Session& session);
int explain_session(const Arguments& arguments, const session::Session& session);

// What compiles and is refused all the same: probes whose provider the session does not list,
// destructive actions that the session does not speak of.
void check_program(const lang::CompileOutput& output, const Arguments& arguments,
                   const session::Session& session, session::Problems* problems);

}  // namespace dt::cli
