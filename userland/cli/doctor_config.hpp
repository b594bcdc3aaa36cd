// SPDX-License-Identifier: MIT
// What `dtrace doctor` asks of the configuration: provider files, sessions, D libraries, plugins.
// Needs neither root nor a module.
#pragma once

#include <string>
#include <vector>

#include "cli/doctor_report.hpp"
#include "session/provider_catalog.hpp"

namespace dt::cli {

void check_config(DoctorReport& report, const std::vector<session::ProviderFile>& catalog,
                  const std::vector<std::string>& catalog_problems);

}  // namespace dt::cli
