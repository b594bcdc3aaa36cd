// SPDX-License-Identifier: MIT
// Targets: the process that -c starts (held until tracing is on) and those that -p names.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "consumer/options.hpp"

namespace dt::consumer {

class Target {
 public:
  // Starts a command and holds it where `evaltime` says: before exec, after it, or at the program's
  // entry.
  static Result<std::unique_ptr<Target>> launch(const std::string& command, EvalTime evaltime);
  static Result<std::unique_ptr<Target>> attach(pid_t pid);
  // A launched target that is still held is killed.
  ~Target();
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  pid_t pid() const { return pid_; }
  // Lets a held target run. on_exit, if given, is called when the target is about to exit, while
  // its address space is still there; the target stays under ptrace(2) for that.
  Result<void> resume(std::function<void(pid_t)> on_exit);
  // Readable when the target has exited; -1 = not available.
  int poll_fd() const { return pidfd_; }
  // Looks after the target without blocking.
  void handle_events();
  bool has_exited() const { return has_exited_; }

 private:
  Target(pid_t pid, bool is_child) : pid_(pid), is_child_(is_child) {}
  Result<void> run_to_entry();
  void on_stop(int status);

  pid_t pid_;
  bool is_child_;
  bool is_held_ = false;
  bool is_traced_ = false;
  bool has_exited_ = false;
  int pidfd_ = -1;
  std::function<void(pid_t)> on_exit_;
};

// Words of a command line; single and double quotes group.
std::vector<std::string> split_command(const std::string& command);

}  // namespace dt::consumer
