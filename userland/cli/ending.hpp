// SPDX-License-Identifier: MIT
// The end of a run: the last output, what is not in it, and the status that the command exits with.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/output_fan.hpp"
#include "consumer/tracer.hpp"

namespace dt::cli {

// After tracer.run(), whose result is `traced`. notes: said on standard error beside what is
// missing. Return: the exit status: that of exit() if everything is shown that was recorded and
// done that was asked for; else 1, and standard error says what is missing.
int report_ending(OutputFan& outputs, const consumer::Tracer& tracer, const Result<void>& traced,
                  const std::vector<std::string>& notes);

}  // namespace dt::cli
