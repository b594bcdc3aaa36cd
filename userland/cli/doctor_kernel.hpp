// SPDX-License-Identifier: MIT
// What `dtrace doctor` asks of the machine and its kernel, before any module is loaded: release and
// configuration, permissions, signatures and lockdown, types, symbols, switches. No module and no
// privilege is needed; what cannot be seen is said.
#pragma once

#include "cli/doctor_report.hpp"

namespace dt::cli {

// has_core: the module dtrace is loaded already, so that loading it is no question any more.
void check_kernel(DoctorReport& report, bool has_core);
// Does the kernel take only signed modules?
bool wants_signatures();

}  // namespace dt::cli
