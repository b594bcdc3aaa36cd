// SPDX-License-Identifier: MIT
#include "cli/doctor.hpp"

#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "cli/doctor_config.hpp"
#include "cli/doctor_kernel.hpp"
#include "cli/doctor_modules.hpp"
#include "cli/doctor_report.hpp"
#include "cli/messages.hpp"
#include "cli/paths.hpp"
#include "cli/tracing.hpp"

namespace dt::cli {

int run_doctor(bool is_json) {
  DoctorReport report(is_json);
  Tracing tracing;
  std::vector<std::string> catalog_problems;
  const auto catalog = session::read_provider_files(config_dirs("providers.d"), &catalog_problems);

  check_kernel(report, tracing.modules().is_loaded("dtrace"));
  const bool has_modules = ::access("/proc/modules", F_OK) == 0;
  if (has_modules) {
    check_module_files(report, tracing.modules());
  }
  check_config(report, catalog, catalog_problems);
  if (!has_modules) {
    report.unknown("dtrace", "nothing can be loaded into this kernel");
  } else if (::geteuid() != 0) {
    report.unknown("dtrace", "only root can load the modules and ask them");
  } else {
    check_modules(report, tracing, catalog);
  }
  return std::fflush(stdout) == 0 && report.nr_problems() == 0 ? 0 : kExitError;
}

}  // namespace dt::cli
