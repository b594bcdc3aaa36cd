// SPDX-License-Identifier: MIT
#include "cli/doctor.hpp"

#include <fmt/core.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "cli/messages.hpp"
#include "cli/tracing.hpp"
#include "consumer/module_file.hpp"
#include "consumer/modules.hpp"

namespace dt::cli {

namespace {

constexpr const char* kSecureBoot =
    "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

std::string first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

bool exists(const char* path) { return ::access(path, F_OK) == 0; }

class Doctor {
 public:
  Doctor() { ::uname(&host_); }

  int run() {
    kernel();
    root();
    modules();
    lockdown();
    secure_boot();
    type_information();
    if (exists("/proc/modules") && core()) {
      providers();
      features();
    }
    std::fflush(stdout);
    return nr_problems_ == 0 ? 0 : kExitError;
  }

 private:
  void ok(const std::string& what, const std::string& found) { line("ok", what, found); }
  void problem(const std::string& what, const std::string& found, const std::string& remedy) {
    nr_problems_++;
    line("problem", what, remedy.empty() ? found : found + ": " + remedy);
  }
  static void line(const char* verdict, const std::string& what, const std::string& text) {
    std::fputs(fmt::format("{:<8} {:<18} {}\n", verdict, what, text).c_str(), stdout);
  }

  void kernel() {
    const std::string found = fmt::format("{} on {}", host_.release, host_.machine);
    if (std::string(host_.machine) == "x86_64") {
      ok("kernel", found);
    } else {
      problem("kernel", found, "only x86_64 is supported; try 'dtrace --guest' on such a machine");
    }
  }

  void root() {
    if (::geteuid() == 0) {
      ok("root", "yes");
    } else {
      problem("root", fmt::format("no, user {}", ::geteuid()), "run dtrace with sudo");
    }
  }

  void modules() {
    if (!exists("/proc/modules")) {
      problem("modules", "this kernel has no loadable modules", "try 'dtrace --guest'");
      return;
    }
    const consumer::ModuleLoader& loader = tracing_.modules();
    const bool is_loaded = loader.is_loaded("dtrace");
    if (first_line("/proc/sys/kernel/modules_disabled") == "1" && !is_loaded) {
      problem("modules", "kernel.modules_disabled is set: none can be loaded",
              "boot without that setting");
      return;
    }
    const std::string path = loader.find_file("dtrace");
    if (path.empty()) {
      if (is_loaded ||
          exists(fmt::format("/lib/modules/{}/extra/dtrace.ko", host_.release).c_str()) ||
          exists(fmt::format("/lib/modules/{}/updates/dkms/dtrace.ko", host_.release).c_str())) {
        ok("modules", "installed with the kernel's");
      } else {
        problem("modules", fmt::format("none for kernel {}", host_.release),
                "build them for this kernel, or set DTRACE_MODULE_DIR to where they are");
      }
      return;
    }
    auto file = consumer::read_module_file(path);
    if (!file) {
      problem("modules", file.error().message, "build the modules anew");
    } else if (file->release != host_.release) {
      problem("modules", fmt::format("{} is for kernel {}", path, file->release),
              "build the modules for this kernel");
    } else {
      ok("modules", path.substr(0, path.rfind('/')));
    }
  }

  void lockdown() {
    constexpr const char* kPath = "/sys/kernel/security/lockdown";
    if (!consumer::lockdown_is_on()) {
      ok("lockdown", "off");
    } else if (tracing_.modules().is_loaded("dtrace")) {
      ok("lockdown", first_line(kPath) + ", the modules are loaded");
    } else {
      problem("lockdown", first_line(kPath),
              "sign the modules with a key that the kernel trusts (see README), or turn it off");
    }
  }

  void secure_boot() {
    std::ifstream file(kSecureBoot, std::ios::binary);
    char bytes[5] = {};  // four of attributes, then the value
    const bool is_on = file.read(bytes, sizeof(bytes)) && bytes[4] == 1;
    const bool wants_signatures = first_line("/sys/module/module/parameters/sig_enforce") == "Y";
    if (wants_signatures && !tracing_.modules().is_loaded("dtrace")) {
      problem("secure boot",
              is_on ? "on, only signed modules are taken" : "only signed modules are taken",
              "sign the modules with an enrolled key (see README)");
    } else {
      ok("secure boot", is_on ? "on" : "off");
    }
  }

  void type_information() {
    if (::access("/sys/kernel/btf/vmlinux", R_OK) == 0) {
      ok("kernel types", "/sys/kernel/btf/vmlinux");
    } else {
      problem("kernel types", "/sys/kernel/btf/vmlinux cannot be read",
              "args[] and kernel structures need a kernel with CONFIG_DEBUG_INFO_BTF");
    }
  }

  bool core() {
    if (Result<void> opened = tracing_.open(); !opened) {
      problem("dtrace", opened.error().message, "");
      return false;
    }
    const dtrace_version& version = tracing_.device().version();
    ok("dtrace", fmt::format("version {} for {}, interface {}, programs {}", version.core,
                             version.release, version.uapi, version.dif));
    return true;
  }

  void providers() {
    const auto entries = read_catalog();
    std::map<std::string, std::string> failures;
    for (const consumer::ProviderEntry& entry : entries) {
      if (Result<void> loaded = tracing_.modules().load(entry.module); !loaded) {
        failures[entry.name] = loaded.error().message;
      }
    }
    std::map<std::string, uint32_t> registered;
    if (auto infos = tracing_.device().providers()) {
      for (const dtrace_provider_info& info : *infos) {
        registered[info.name] = info.nr_probes;
      }
    }
    for (const consumer::ProviderEntry& entry : entries) {
      const std::string what = "provider " + entry.name;
      if (const auto failure = failures.find(entry.name); failure != failures.end()) {
        problem(what, failure->second, "");
      } else if (registered.count(entry.name) == 0) {
        problem(
            what,
            fmt::format("module {} is loaded but offers no provider {}", entry.module, entry.name),
            "see the kernel log");
      } else {
        ok(what, entry.description);
      }
    }
  }

  // "feature <name>: off (<reason>)" in the statistics.
  void features() {
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
      problem("feature " + text.substr(kBegin.size(), off - kBegin.size()), "off, " + reason, "");
    }
    if (is_all_on) {
      ok("features", "all that this kernel could lack are there");
    }
  }

  utsname host_{};
  Tracing tracing_;
  int nr_problems_ = 0;
};

}  // namespace

int run_doctor() { return Doctor().run(); }

}  // namespace dt::cli
