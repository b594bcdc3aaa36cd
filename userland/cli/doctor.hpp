// SPDX-License-Identifier: MIT
// `dtrace doctor`: one line for each thing that tracing needs, "ok" or "problem" with its remedy.
#pragma once

namespace dt::cli {

// Loads the modules, as tracing would. Return: the exit status, 1 if there is a problem.
int run_doctor();

}  // namespace dt::cli
