// SPDX-License-Identifier: MIT
// `dtrace doctor`: one line for each thing that tracing needs: "ok", "problem" with its remedy, or
// "unknown" with the reason why it cannot be seen. The checks are in doctor_kernel, doctor_modules
// and doctor_config.
#pragma once

namespace dt::cli {

// As root it loads the modules, as tracing would. is_json: an object a line. Return: the exit
// status, 1 if there is a problem.
int run_doctor(bool is_json = false);

}  // namespace dt::cli
