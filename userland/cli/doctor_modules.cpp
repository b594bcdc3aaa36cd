// SPDX-License-Identifier: MIT
#include "cli/doctor_modules.hpp"

#include <fmt/core.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <string_view>

#include "cli/doctor_kernel.hpp"
#include "consumer/module_file.hpp"
#include "consumer/modules.hpp"

namespace dt::cli {

namespace {

std::string kernel_release() {
  utsname host{};
  ::uname(&host);
  return host.release;
}

// The core as a file: for this kernel? Return: it is.
bool check_core_file(DoctorReport& report, const std::string& path,
                     const consumer::ModuleFile& file) {
  const std::string release = kernel_release();
  if (file.release != release) {
    report.problem("modules", fmt::format("{} is for kernel {}", path, file.release),
                   "build the modules for this kernel ('dkms autoinstall' if DKMS has them)");
    return false;
  }
  if (wants_signatures() && !file.is_signed) {
    report.problem("modules",
                   fmt::format("{} is not signed, and this kernel wants signatures", path),
                   "sign the modules with an enrolled key (docs/install.md)");
    return false;
  }
  return true;
}

// "feature <name>: off (<reason>)" in the statistics.
void check_features(DoctorReport& report) {
  std::ifstream file("/proc/dtrace/stats");
  bool is_all_on = true;
  for (std::string text; std::getline(file, text);) {
    constexpr std::string_view kBegin = "feature ";
    const size_t off = text.find(": off");
    if (text.compare(0, kBegin.size(), kBegin) != 0 || off == std::string::npos) {
      continue;
    }
    is_all_on = false;
    std::string reason = text.substr(off + std::string_view(": off").size());
    if (reason.size() > 3 && reason.compare(0, 2, " (") == 0 && reason.back() == ')') {
      reason = reason.substr(2, reason.size() - 3);
    }
    report.problem("feature " + text.substr(kBegin.size(), off - kBegin.size()), "off, " + reason,
                   "only a kernel that has it helps (docs/kernel-support.md)");
  }
  if (is_all_on) {
    report.ok("features", "all that this kernel could lack are there");
  }
}

}  // namespace

void check_module_files(DoctorReport& report, const consumer::ModuleLoader& modules) {
  const std::string path = modules.find_file("dtrace");
  if (path.empty()) {
    if (modules.is_loaded("dtrace")) {
      report.ok("modules", "loaded; where from is not known");
    } else {
      report.problem("modules", fmt::format("none for kernel {}", kernel_release()),
                     "build them for this kernel (docs/install.md), or set DTRACE_MODULE_DIR to "
                     "where they are");
    }
    return;
  }
  const auto file = consumer::read_module_file(path);
  if (!file) {
    report.problem("modules", file.error().message, "build the modules anew");
    return;
  }
  if (!check_core_file(report, path, *file)) {
    return;
  }
  report.ok("modules", path.substr(0, path.rfind('/')) + (file->is_signed ? ", signed" : ""));
  std::ifstream loaded("/sys/module/dtrace/srcversion");
  std::string source;
  if (modules.is_loaded("dtrace") && std::getline(loaded, source) && !file->source.empty() &&
      source != file->source) {
    report.problem(
        "loaded modules", "dtrace is not the one of " + path,
        "unload it ('rmmod dtrace' after those that use it), the next command loads this "
        "one");
  }
}

void check_modules(DoctorReport& report, Tracing& tracing,
                   const std::vector<session::ProviderFile>& catalog) {
  if (Result<void> opened = tracing.open(); !opened) {
    report.problem("dtrace", opened.error().message, "");
    return;
  }
  const dtrace_version& version = tracing.device().version();
  report.ok("dtrace", fmt::format("version {} for {}, interface {}, programs {}", version.core,
                                  version.release, version.uapi, version.dif));
  std::map<std::string, std::string> failures;
  for (const session::ProviderFile& file : catalog) {
    if (Result<void> loaded = tracing.modules().load(file.module); !loaded) {
      failures[file.name] = loaded.error().message;
    }
  }
  std::map<std::string, std::string> registered;  // provider, module
  if (auto infos = tracing.device().providers()) {
    for (const dtrace_provider_info& info : *infos) {
      registered[info.name] = info.module;
    }
  }
  for (const session::ProviderFile& file : catalog) {
    const std::string what = "provider " + file.name;
    if (const auto failure = failures.find(file.name); failure != failures.end()) {
      report.problem(what, failure->second, "");
    } else if (registered.count(file.name) == 0) {
      report.problem(
          what,
          fmt::format("module {} is loaded but offers no provider {}", file.module, file.name),
          fmt::format("see the kernel log, and 'name:' in {}", file.path));
    } else {
      report.ok(what, file.description);
    }
  }
  check_features(report);
}

}  // namespace dt::cli
