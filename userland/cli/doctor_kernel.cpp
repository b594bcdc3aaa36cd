// SPDX-License-Identifier: MIT
#include "cli/doctor_kernel.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "consumer/modules.hpp"

namespace dt::cli {

namespace {

constexpr const char* kSecureBoot =
    "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
constexpr const char* kLockdown = "/sys/kernel/security/lockdown";

// Without what is lost; nullptr = nothing works.
struct Feature {
  const char* option;
  const char* lost;
};
constexpr Feature kFeatures[] = {
    {"CONFIG_MODULES", nullptr},
    {"CONFIG_BPF", nullptr},
    {"CONFIG_KPROBES", nullptr},
    {"CONFIG_TRACEPOINTS", nullptr},
    {"CONFIG_HIGH_RES_TIMERS", nullptr},
    {"CONFIG_DYNAMIC_FTRACE", "fbt:::entry probes"},
    {"CONFIG_KALLSYMS_ALL", "fbt and instr probes"},
    {"CONFIG_DEBUG_INFO_BTF", "args[] and kernel structures"},
    {"CONFIG_DEBUG_INFO_BTF_MODULES", "types of kernel modules"},
    {"CONFIG_BPF_JIT", "speed: programs run in the kernel's interpreter"},
};

constexpr int kCapSysModule = 16;
constexpr int kCapSysAdmin = 21;
constexpr int kCapPerfmon = 38;
constexpr int kCapBpf = 39;

// What the links of the initial namespaces say, on every kernel (include/linux/proc_ns.h).
constexpr const char* kInitialUserNamespace = "user:[4026531837]";
constexpr const char* kInitialPidNamespace = "pid:[4026531836]";
constexpr const char* kForbidDestructive = "/sys/module/dtrace/parameters/forbid_destructive";

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

// nullopt: there is no such file, or it cannot be read.
std::optional<std::string> first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!file || !std::getline(file, line)) {
    return std::nullopt;
  }
  return line;
}

std::string link_target(const char* path) {
  char target[128];
  const ssize_t length = ::readlink(path, target, sizeof(target));
  return length < 0 ? std::string() : std::string(target, static_cast<size_t>(length));
}

// The kernel's configuration, as text; "" = it is nowhere.
std::string read_config(const std::string& release) {
  for (const std::string& path : {"/boot/config-" + release, "/lib/modules/" + release + "/config",
                                  "/lib/modules/" + release + "/build/.config",
                                  "/usr/src/linux-headers-" + release + "/.config"}) {
    if (std::ifstream file(path); file) {
      std::ostringstream text;
      text << file.rdbuf();
      return text.str();
    }
  }
  std::string text;
  if (exists("/proc/config.gz")) {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen("gzip -dc /proc/config.gz", "r"),
                                                     ::pclose);
    char chunk[4096];
    for (size_t n; pipe && (n = std::fread(chunk, 1, sizeof(chunk), pipe.get())) > 0;) {
      text.append(chunk, n);
    }
  }
  return text;
}

std::set<std::string> names_in(const char* folder) {
  std::set<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(folder), ::closedir);
  while (dir) {
    const dirent* entry = ::readdir(dir.get());
    if (entry == nullptr) {
      break;
    }
    if (entry->d_name[0] != '.') {
      names.insert(entry->d_name);
    }
  }
  return names;
}

class KernelCheck {
 public:
  KernelCheck(DoctorReport& report, bool has_core) : report_(report), has_core_(has_core) {
    ::uname(&host_);
  }

  void run() {
    machine();
    config();
    permissions();
    namespaces();
    destructive();
    headers();
    switches();
    lockdown();
    secure_boot();
    types();
    symbols();
  }

 private:
  void machine() {
    const std::string found = fmt::format("{} on {}", host_.release, host_.machine);
    if (std::string(host_.machine) == "x86_64") {
      report_.ok("kernel", found);
    } else {
      report_.problem("kernel", found,
                      "only x86_64 is supported; try 'dtrace --guest' on such a machine");
    }
  }

  void config() {
    const std::string text = read_config(host_.release);
    if (text.empty()) {
      report_.unknown(
          "kernel config",
          fmt::format("there is no /boot/config-{} and no /proc/config.gz", host_.release));
      return;
    }
    std::vector<std::string> lost;
    for (const Feature& feature : kFeatures) {
      const std::string line = std::string("\n") + feature.option + "=";
      if (("\n" + text).find(line) == std::string::npos) {
        lost.push_back(fmt::format("{} is off ({})", feature.option,
                                   feature.lost ? std::string("no ") + feature.lost
                                                : std::string("nothing works without it")));
      }
    }
    if (lost.empty()) {
      report_.ok("kernel config", fmt::format("all {} features needed", std::size(kFeatures)));
    } else {
      report_.problem("kernel config", fmt::format("{}", fmt::join(lost, ", ")),
                      "use a kernel that was built with it, as those of distributions are, or "
                      "'dtrace --guest'");
    }
  }

  void permissions() {
    const uid_t user = ::geteuid();
    unsigned long long effective = 0;
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
      if (line.compare(0, 7, "CapEff:") == 0) {
        effective = std::strtoull(line.c_str() + 7, nullptr, 16);
      }
    }
    const auto has = [effective](int capability) { return (effective >> capability & 1) != 0; };
    const bool may_trace = has(kCapSysAdmin) || (has(kCapPerfmon) && has(kCapBpf));
    std::vector<std::string> missing;
    if (!may_trace) {
      missing.emplace_back("CAP_PERFMON and CAP_BPF, or CAP_SYS_ADMIN (using the device)");
    }
    if (!has(kCapSysModule)) {
      missing.emplace_back("CAP_SYS_MODULE (loading modules)");
    }
    if (user != 0 && !may_trace) {
      report_.problem("root", fmt::format("no, user {}", user), "run dtrace with sudo");
    } else if (!may_trace || (!missing.empty() && !has_core_)) {
      report_.problem("root", fmt::format("without {}", fmt::join(missing, ", ")),
                      "you are root in a container; run dtrace outside, or give it these "
                      "capabilities");
    } else if (!has(kCapSysAdmin)) {
      report_.ok("root", "no, but capabilities to trace; destructive actions need CAP_SYS_ADMIN");
    } else {
      report_.ok("root", user == 0 ? "yes" : "no, but CAP_SYS_ADMIN");
    }
  }

  void namespaces() {
    const std::string user = link_target("/proc/self/ns/user");
    const std::string pid = link_target("/proc/self/ns/pid");
    if (!user.empty() && user != kInitialUserNamespace) {
      report_.problem(
          "namespaces",
          "this is a user namespace of its own, where capabilities do not allow tracing",
          "run dtrace outside of the container");
    } else if (!pid.empty() && pid != kInitialPidNamespace) {
      report_.ok("namespaces",
                 "a pid namespace of its own: -p, -c and $target are translated, pid and tid in "
                 "programs are those of the initial one");
    } else {
      report_.ok("namespaces", "the initial ones");
    }
  }

  void destructive() {
    if (first_line(kForbidDestructive) == "Y") {
      report_.problem("destructive actions", "forbidden: dtrace -w is refused",
                      "load dtrace.ko without the parameter forbid_destructive");
    } else {
      report_.ok("destructive actions", "with dtrace -w");
    }
  }

  // Only those who build modules need them.
  void headers() {
    const std::string release = host_.release;
    for (const std::string& path :
         {"/lib/modules/" + release + "/build", "/usr/src/linux-headers-" + release}) {
      if (exists(path + "/Makefile")) {
        report_.ok("kernel headers", path);
        return;
      }
    }
    report_.unknown("kernel headers",
                    fmt::format("none for {}; modules can only be built with them: install "
                                "linux-headers-{}",
                                release, release));
  }

  // A switch that must not have the value that turns something off.
  void on_unless(const std::string& what, const std::string& path, const std::string& off,
                 const std::string& lost, const std::string& remedy) {
    const auto value = first_line(path);
    if (!value && exists(path)) {
      report_.unknown(what, fmt::format("only root can read {}", path));
    } else if (value && *value == off) {
      report_.problem(what, fmt::format("{} is {}, {}", path, off, lost), remedy);
    } else {
      report_.ok(what, value ? "on" : "no switch");
    }
  }

  void switches() {
    if (first_line("/proc/sys/kernel/modules_disabled") == "1" && !has_core_) {
      report_.problem("module loading", "kernel.modules_disabled is set: no module can be loaded",
                      "boot without that setting");
    } else if (!exists("/proc/modules")) {
      report_.problem("module loading", "this kernel has no loadable modules",
                      "try 'dtrace --guest'");
    } else {
      report_.ok("module loading", "on");
    }
    on_unless("ftrace", "/proc/sys/kernel/ftrace_enabled", "0",
              "no function or instruction can be probed", "sysctl kernel.ftrace_enabled=1");
    on_unless("kprobes", "/sys/kernel/debug/kprobes/enabled", "0",
              "functions that are not exported cannot be found",
              "echo 1 > /sys/kernel/debug/kprobes/enabled");
    on_unless("bpf jit", "/proc/sys/net/core/bpf_jit_enable", "0",
              "programs are interpreted, slowly", "sysctl net.core.bpf_jit_enable=1");
    if (first_line("/proc/sys/net/core/bpf_jit_harden") == "2") {
      report_.ok("bpf jit hardening", "on: programs are somewhat slower");
    }
    const auto watchdog = first_line("/proc/sys/kernel/nmi_watchdog");
    report_.ok("nmi", watchdog == "1"
                          ? "the watchdog is on; a hit in an NMI that interrupts another "
                            "one is counted as lost"
                          : "no watchdog");
  }

  void lockdown() {
    const std::string modes = first_line(kLockdown).value_or("");
    if (!consumer::lockdown_is_on()) {
      report_.ok("lockdown", "off");
    } else if (modes.find("[confidentiality]") != std::string::npos) {
      report_.problem("lockdown", modes + ": the kernel forbids all tracing",
                      "boot with lockdown=integrity, which demands signed modules only");
    } else if (has_core_) {
      report_.ok("lockdown", modes + ", the modules are loaded; destructive actions are refused");
    } else {
      report_.problem(
          "lockdown", first_line(kLockdown).value_or("on"),
          "sign the modules with a key that the kernel trusts (docs/install.md), or turn "
          "it off");
    }
  }

  void secure_boot() {
    std::ifstream file(kSecureBoot, std::ios::binary);
    char bytes[5] = {};  // four of attributes, then the value
    const bool is_on = file.read(bytes, sizeof(bytes)) && bytes[4] == 1;
    if (wants_signatures() && !has_core_) {
      report_.problem("secure boot",
                      is_on ? "on, only signed modules are taken" : "only signed modules are taken",
                      "sign the modules with an enrolled key (docs/install.md)");
    } else {
      report_.ok("secure boot", is_on ? "on" : "off");
    }
  }

  void types() {
    if (::access("/sys/kernel/btf/vmlinux", R_OK) != 0) {
      report_.problem("kernel types", "/sys/kernel/btf/vmlinux cannot be read",
                      "args[] and kernel structures need a kernel with CONFIG_DEBUG_INFO_BTF");
      return;
    }
    report_.ok("kernel types", "/sys/kernel/btf/vmlinux");
    const std::set<std::string> typed = names_in("/sys/kernel/btf");
    std::vector<std::string> untyped;
    size_t nr_modules = 0;
    std::ifstream modules("/proc/modules");
    for (std::string line; std::getline(modules, line);) {
      const std::string name = line.substr(0, line.find(' '));
      if (name == "dtrace" || name.compare(0, 7, "dtrace_") == 0) {
        continue;  // ours are built without
      }
      nr_modules++;
      if (typed.count(name) == 0) {
        untyped.push_back(name);
      }
    }
    const std::string found =
        fmt::format("of {} of {} modules", nr_modules - untyped.size(), nr_modules);
    if (untyped.empty()) {
      report_.ok("module types", found);
      return;
    }
    const size_t shown = std::min<size_t>(untyped.size(), 5);
    const std::vector<std::string> some(untyped.begin(), untyped.begin() + shown);
    report_.ok("module types",
               fmt::format("{}; none of {}{}: arguments of their functions are not typed", found,
                           fmt::join(some, ", "), untyped.size() > shown ? ", ..." : ""));
  }

  void symbols() {
    std::ifstream file("/proc/kallsyms");
    bool is_empty = true, has_address = false;
    std::string line;
    for (int i = 0; i < 100 && std::getline(file, line); i++) {
      is_empty = false;
      has_address |= line.compare(0, 16, "0000000000000000") != 0;
    }
    if (is_empty) {
      report_.problem("kernel symbols", "/proc/kallsyms is empty",
                      "use a kernel with CONFIG_KALLSYMS");
    } else if (has_address) {
      report_.ok("kernel symbols", "/proc/kallsyms");
    } else if (::geteuid() != 0) {
      report_.unknown("kernel symbols", "their addresses are shown to root only");
    } else {
      report_.problem("kernel symbols", "addresses are hidden, stacks will have no names",
                      "sysctl kernel.kptr_restrict=1");
    }
  }

  DoctorReport& report_;
  bool has_core_;
  utsname host_{};
};

}  // namespace

bool wants_signatures() {
  return first_line("/sys/module/module/parameters/sig_enforce") == "Y" ||
         consumer::lockdown_is_on();
}

void check_kernel(DoctorReport& report, bool has_core) { KernelCheck(report, has_core).run(); }

}  // namespace dt::cli
