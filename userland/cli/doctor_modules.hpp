// SPDX-License-Identifier: MIT
// What `dtrace doctor` asks of the kernel modules: found, for this kernel, signed where that
// matters, loaded ones of the same build; that the core answers, and every provider and feature.
#pragma once

#include <string>
#include <vector>

#include "cli/doctor_report.hpp"
#include "cli/tracing.hpp"

namespace dt::cli {

// The files, without loading any.
void check_module_files(DoctorReport& report, const consumer::ModuleLoader& modules);
// Loads the core and every provider's module, as tracing would. Needs root.
void check_modules(DoctorReport& report, Tracing& tracing,
                   const std::vector<session::ProviderFile>& catalog);

}  // namespace dt::cli
