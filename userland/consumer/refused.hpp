// SPDX-License-Identifier: MIT
// Why a kernel function has no probe: looked up in what the kernel tells about its functions. Slow,
// for messages about a description that matched nothing. Entry point: explain_function().
#pragma once

#include <string>

namespace dt::consumer {

// Where the kernel tells it; tests have their own files.
struct KernelLists {
  std::string symbols = "/proc/kallsyms";
  std::string modules = "/sys/module";
  // Functions with a tracing hook, the first file that can be read.
  std::string hooked = "/sys/kernel/tracing/available_filter_functions";
  std::string hooked_debugfs = "/sys/kernel/debug/tracing/available_filter_functions";
  std::string blacklist = "/sys/kernel/debug/kprobes/blacklist";
};

// One or two sentences. module: "" = any, "vmlinux" = the image. "" when nothing is found that
// would explain it.
std::string explain_function(const std::string& module, const std::string& function,
                             const KernelLists& lists = {});

}  // namespace dt::consumer
