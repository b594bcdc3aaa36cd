// SPDX-License-Identifier: MIT
// The outputs of a run: files and standard output, opened before anything is armed, each with its
// handler.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/output_fan.hpp"
#include "output/output_file.hpp"
#include "output/sink.hpp"
#include "session/session.hpp"

namespace dt::cli {

// What the command line alone asks for, or what it makes of a session's outputs: -o and --json
// change the output that goes to standard output.
std::vector<session::OutputSpec> output_specs(const Arguments& arguments,
                                              const session::Session* session);

class Outputs {
 public:
  // Error: the first output that cannot be written.
  Result<void> open(std::vector<session::OutputSpec> specs);
  // Handlers for all of them. is_bare: see TextHandler.
  void add_to(OutputFan* fan, const lang::object::Program& program, consumer::Options& options,
              ConsumerSymbolizer& symbolizer, bool is_bare);

  // Does somebody watch (a terminal, a pipe)? A file wants to be complete.
  bool is_watched() const;

 private:
  struct Output {
    session::OutputSpec spec;
    std::unique_ptr<output::OutputFile> file;  // null: standard output
    std::unique_ptr<output::Sink> sink;
  };
  std::vector<Output> outputs_;
};

}  // namespace dt::cli
