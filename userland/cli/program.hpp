// SPDX-License-Identifier: MIT
// From the command line to a compiled program: options in order, scripts read and preprocessed,
// macro variables, libraries, compilation, diagnostics printed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/decoder.hpp"
#include "consumer/channel.hpp"
#include "consumer/options.hpp"
#include "lang/compile.hpp"
#include "lang/probe_source.hpp"
#include "session/session.hpp"

namespace dt::cli {

// -x, -b, -q and so on, after DTRACE_OPT_<NAME> of the environment. Error: "failed to set -x name:
// reason".
Result<void> apply_options(const Arguments& arguments, consumer::Options* options);

// The texts to compile, with -C applied. Error: the message to print.
Result<std::vector<lang::SourceText>> read_programs(const Arguments& arguments,
                                                    const consumer::Options& options);

struct Compiled {
  std::unique_ptr<lang::CompileOutput> output;
  bool has_failed = false;
};

// Compiles and prints diagnostics. named: see macro_values(). Pragmas change *options.
// decoder: who decodes arguments, null = nobody. session: where the texts are from, null = the
// command line.
Compiled compile_programs(const Arguments& arguments, std::vector<lang::SourceText> texts,
                          consumer::Options* options, lang::ProbeSource& probes,
                          lang::SymbolSource& symbols, std::map<std::string, std::string> named,
                          Decoder* decoder = nullptr, const session::Session* session = nullptr);

// Every *.d file of the library folders.
std::vector<lang::SourceText> read_libraries(const consumer::Options& options);
lang::CompileOptions compile_options(consumer::Options* options);
// $pid and the other named macro variables. target: value of $target, "" = none. Ids of processes
// are those of the initial pid namespace, as in programs; without a channel those of this one.
std::map<std::string, std::string> macro_values(const std::string& target,
                                                consumer::Channel* channel = nullptr);

// What diagnostics and locations call a program: its file, or "command line 2".
std::string source_name(const Arguments& arguments, size_t index);
// How messages name a program: "script 'x.d'", "description 'BEGIN'".
std::string program_title(const ProgramArgument& program);
// The part of a program argument before predicate and action.
std::string description_part(const std::string& text);

}  // namespace dt::cli
