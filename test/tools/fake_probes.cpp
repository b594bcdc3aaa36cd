// SPDX-License-Identifier: MIT
// Probes and symbols without a kernel. See fake_probes.hpp.
#include "tools/fake_probes.hpp"

#include <fnmatch.h>

#include <cctype>
#include <fstream>
#include <sstream>

namespace dt::test {

namespace {

using lang::ProbeArg;
using lang::ProbeInfo;
using lang::ProbePattern;

constexpr const char* kSyscalls[] = {
    "read",       "write",  "open",           "openat",    "close", "ioctl",  "stat",   "fstat",
    "lstat",      "mmap",   "munmap",         "brk",       "kill",  "fork",   "vfork",  "clone",
    "execve",     "exit",   "getpid",         "wait4",     "uname", "socket", "pipe",   "select",
    "exit_group", "poll",   "nanosleep",      "access",    "futex", "lseek",  "chdir",  "mkdir",
    "rmdir",      "unlink", "statfs",         "faccessat", "sync",  "getuid", "getgid", "rename",
    "dup",        "sleep",  "clock_nanosleep"};

constexpr const char* kFunctions[] = {"vfs_read",    "vfs_write", "schedule",  "do_sys_open",
                                      "exec_binprm", "ksys_read", "ksys_write"};

// profile-N and tick-N with any suffix that the provider knows.
bool is_rate_name(const std::string& name) {
  size_t at = 0;
  for (const char* head : {"profile-", "tick-"}) {
    if (name.rfind(head, 0) == 0) {
      at = std::string(head).size();
    }
  }
  if (at == 0 || at == name.size() || std::isdigit(static_cast<unsigned char>(name[at])) == 0) {
    return false;
  }
  const unsigned long long count = std::stoull(name.substr(at, 18));
  while (at < name.size() && std::isdigit(static_cast<unsigned char>(name[at])) != 0) {
    ++at;
  }
  std::string suffix = name.substr(at);
  for (char& c : suffix) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  struct Suffix {
    const char* text;
    unsigned long long ns;
  };
  constexpr Suffix kSuffixes[] = {{"ns", 1},
                                  {"nsec", 1},
                                  {"us", 1000},
                                  {"usec", 1000},
                                  {"ms", 1000000},
                                  {"msec", 1000000},
                                  {"s", 1000000000},
                                  {"sec", 1000000000},
                                  {"m", 60000000000},
                                  {"min", 60000000000},
                                  {"h", 3600000000000},
                                  {"hour", 3600000000000},
                                  {"d", 86400000000000},
                                  {"day", 86400000000000}};
  if (suffix.empty() || suffix == "hz") {
    return count > 0 && count <= 5000;
  }
  for (const Suffix& known : kSuffixes) {
    if (suffix == known.text) {
      return count * known.ns >= 200000;
    }
  }
  return false;
}

bool matches(const std::string& pattern, const std::string& text) {
  return pattern.empty() || fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

}  // namespace

FakeProbes::FakeProbes() {
  for (const char* name : {"BEGIN", "END", "ERROR"}) {
    add("dtrace", "", "", name);
  }
  for (const char* name : {"profile-97", "profile-199", "tick-1", "tick-10", "tick-1s"}) {
    add("profile", "", "", name);
  }
  for (const char* name : kSyscalls) {
    add("syscall", "vmlinux", name, "entry");
    add("syscall", "vmlinux", name, "return");
  }
  for (const char* name : kFunctions) {
    add("fbt", "vmlinux", name, "entry");
    add("fbt", "vmlinux", name, "return");
  }
}

void FakeProbes::add(std::string prov, std::string mod, std::string func, std::string name) {
  ProbeInfo info;
  info.id = static_cast<uint32_t>(probes_.size() + 1);
  info.prov = std::move(prov);
  info.mod = std::move(mod);
  info.func = std::move(func);
  info.name = std::move(name);
  probes_.push_back(std::move(info));
}

Result<std::vector<ProbeInfo>> FakeProbes::match(const ProbePattern& pattern, size_t limit) {
  if ((pattern.prov.empty() || pattern.prov == "profile") && pattern.mod.empty() &&
      pattern.func.empty() && is_rate_name(pattern.name)) {
    const bool is_known = [&] {
      for (const ProbeInfo& probe : probes_) {
        if (probe.name == pattern.name) {
          return true;
        }
      }
      return false;
    }();
    if (!is_known) {
      add("profile", "", "", pattern.name);
    }
  }
  std::vector<ProbeInfo> found;
  for (const ProbeInfo& probe : probes_) {
    const bool is_match = pattern.id != 0 ? probe.id == pattern.id
                                          : matches(pattern.prov, probe.prov) &&
                                                matches(pattern.mod, probe.mod) &&
                                                matches(pattern.func, probe.func) &&
                                                matches(pattern.name, probe.name);
    if (is_match && found.size() < limit) {
      found.push_back(probe);
    }
  }
  return found;
}

Result<std::vector<ProbeArg>> FakeProbes::args(const ProbeInfo& probe) {
  if (probe.prov == "syscall" && probe.name == "entry" &&
      (probe.func == "read" || probe.func == "write")) {
    return std::vector<ProbeArg>{{0, "int", ""}, {1, "void *", ""}, {2, "size_t", ""}};
  }
  return std::vector<ProbeArg>{};
}

FakeProbes::Suggestion FakeProbes::suggest(const ProbePattern&) { return {}; }

void FakeSymbols::load() {
  is_loaded_ = true;
  names_ = {"jiffies", "max_pfn", "linux_banner", "cad_pid", "init_task"};
  std::ifstream file("/proc/kallsyms");
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string address, kind, name;
    words >> address >> kind >> name;
    names_.insert(name);
  }
}

std::optional<lang::KernelSymbol> FakeSymbols::find(const std::string& module,
                                                    const std::string& name) {
  if (!is_loaded_) {
    load();
  }
  if (names_.count(name) == 0 || (!module.empty() && module != "vmlinux")) {
    return std::nullopt;
  }
  return lang::KernelSymbol{0xffffffff81000000, "vmlinux", name};
}

}  // namespace dt::test
