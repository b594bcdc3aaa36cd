// SPDX-License-Identifier: MIT
// The command line of dtrace, parsed: no decisions here, only what was asked for.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace dt::cli {

// The form of a session's program, whose text is "session NAME".
inline constexpr char kSessionForm = 'Y';

// One program given on the command line, in order.
struct ProgramArgument {
  char form = 'n';   // the option's letter: P m f n i s; kSessionForm
  std::string text;  // description and clause, or a file name for s
};

enum class Mode {
  Trace,
  List,
  CheckOnly,
  Version,
  Help,
  Header,
  Link,
  Anonymous,
  Guest,
  Doctor,
  Session,
  Sessions,
  Providers
};

struct Arguments {
  Mode mode = Mode::Trace;
  std::vector<ProgramArgument> programs;
  std::vector<std::string> operands;                         // $1 and following
  std::vector<std::pair<std::string, std::string>> options;  // name, value, in order; -b -q -w too
  std::vector<std::string> commands;                         // -c
  std::vector<std::string> pids;                             // -p
  std::string output;                                        // -o
  std::string library_dir;                                   // -L, last one
  bool is_verbose = false;                                   // -v
  bool is_check_only = false;                                // -e, with -l or alone
  bool is_disassembly = false;                               // -S
  bool is_json = false;
  std::string session;                                        // --session
  std::vector<std::pair<std::string, std::string>> settings;  // --set, in order
  bool is_session_check = false;                              // --check
  bool is_explained = false;                                  // --explain
  bool is_preprocessed = false;                               // -C
  std::vector<std::string> guest_arguments;                   // --guest: everything else, unchanged
};

// Error: what is wrong with the command line; the caller adds the usage text.
Result<Arguments> parse_arguments(int argc, char** argv);

// The summary of options that -h and mistakes show.
std::string usage_text();

}  // namespace dt::cli
