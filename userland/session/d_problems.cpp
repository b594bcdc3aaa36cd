// SPDX-License-Identifier: MIT
#include "session/d_problems.hpp"

namespace dt::session {

std::string program_name(const Session& session) { return "session " + session.name; }

std::optional<Problem> problem_of(const lang::Diagnostic& diagnostic,
                                  const lang::CompileOutput& output, const Session& session) {
  const lang::SourceRange& range = diagnostic.range;
  if (output.sources.name(range.begin.file) != program_name(session)) {
    return std::nullopt;
  }
  Problem problem;
  problem.at = session.program.origin(range.begin.offset);
  problem.is_warning = diagnostic.severity == lang::Severity::Warning;
  problem.message = diagnostic.message;
  problem.hint = diagnostic.hint;
  if (range.end.offset > range.begin.offset) {
    const Origin last = session.program.origin(range.end.offset - 1);
    if (last.file == problem.at.file && last.offset >= problem.at.offset) {
      problem.length = last.offset - problem.at.offset + 1;
    }
  }
  return problem;
}

}  // namespace dt::session
