// SPDX-License-Identifier: MIT
#include "cli/ending.hpp"

#include "cli/messages.hpp"
#include "consumer/memory_reserve.hpp"

namespace dt::cli {

int report_ending(OutputFan& outputs, const consumer::Tracer& tracer, const Result<void>& traced,
                  const std::vector<std::string>& notes) {
  Ending ending;
  outputs.flush();
  auto fail = [&](const std::string& reason) {
    warn(reason);
    ending.reason += ending.reason.empty() ? reason : "; " + reason;
  };
  if (tracer.was_killed()) {
    fail(tracer.was_overspending()
             ? "processing aborted: the clauses take too long, again and again: let them do less, "
               "fire less often, or raise firebudget"
             : "processing aborted: Abort due to systemic unresponsiveness");
  }
  if (!traced) {
    fail(traced.error().message);
  }
  if (consumer::is_reserve_used()) {
    fail("out of memory: tracing ended early");
  }
  for (const std::string& note : notes) {
    warn(note);
  }
  const bool is_complete = ending.reason.empty() && outputs.is_complete();
  ending.exit_status = is_complete ? tracer.exit_status() : kExitError;
  outputs.finish(ending);
  return outputs.is_complete() ? ending.exit_status : kExitError;
}

}  // namespace dt::cli
