// SPDX-License-Identifier: MIT
#include "consumer/process.hpp"

#include <elf.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace dt::consumer {

namespace {

int open_pidfd(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

pid_t wait_for(pid_t pid, int* status, int flags) {
  pid_t rc;
  do {
    rc = ::waitpid(pid, status, flags | __WALL);
  } while (rc < 0 && errno == EINTR);
  return rc;
}

[[noreturn]] void run_child(const std::vector<std::string>& words, int error_pipe) {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGPIPE, SIG_DFL);
  ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  ::raise(SIGSTOP);
  std::vector<char*> argv;
  for (const std::string& word : words) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
  const int saved = errno;
  (void)!::write(error_pipe, &saved, sizeof(saved));
  ::_exit(127);
}

// The program's entry point, from its auxiliary vector. 0 = unknown.
uint64_t entry_point_of(pid_t pid) {
  const int fd = ::open(fmt::format("/proc/{}/auxv", pid).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return 0;
  }
  Elf64_auxv_t entry;
  uint64_t address = 0;
  while (::read(fd, &entry, sizeof(entry)) == static_cast<ssize_t>(sizeof(entry))) {
    if (entry.a_type == AT_ENTRY) {
      address = entry.a_un.a_val;
      break;
    }
  }
  ::close(fd);
  return address;
}

}  // namespace

std::vector<std::string> split_command(const std::string& command) {
  std::vector<std::string> words;
  std::string word;
  bool has_word = false;
  char quote = '\0';
  for (size_t i = 0; i < command.size(); i++) {
    const char c = command[i];
    if (quote != '\0') {
      if (c == quote) {
        quote = '\0';
      } else if (c == '\\' && quote == '"' && i + 1 < command.size() &&
                 (command[i + 1] == '"' || command[i + 1] == '\\')) {
        word += command[++i];
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      has_word = true;
    } else if (c == '\\' && i + 1 < command.size()) {
      word += command[++i];
      has_word = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (has_word) {
        words.push_back(std::move(word));
        word.clear();
        has_word = false;
      }
    } else {
      word += c;
      has_word = true;
    }
  }
  if (has_word) {
    words.push_back(std::move(word));
  }
  return words;
}

Result<std::unique_ptr<Target>> Target::launch(const std::string& command, EvalTime evaltime) {
  const std::vector<std::string> words = split_command(command);
  if (words.empty()) {
    return Error{"failed to execute : empty command", EINVAL};
  }
  int error_pipe[2];
  if (::pipe2(error_pipe, O_CLOEXEC) < 0) {
    return error_from_errno("cannot create a pipe", errno);
  }
  const pid_t pid = ::fork();
  if (pid < 0) {
    return error_from_errno("cannot fork", errno);
  }
  if (pid == 0) {
    run_child(words, error_pipe[1]);
  }
  ::close(error_pipe[1]);
  std::unique_ptr<Target> target(new Target(pid, true));
  target->is_held_ = target->is_traced_ = true;
  int status = 0;
  if (wait_for(pid, &status, 0) < 0 || !WIFSTOPPED(status)) {
    ::close(error_pipe[0]);
    return Error{fmt::format("failed to execute {}: the process died", words[0]), ECHILD};
  }
  ::ptrace(PTRACE_SETOPTIONS, pid, nullptr, PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL);
  int exec_error = 0;
  if (evaltime != EvalTime::Exec) {
    ::ptrace(PTRACE_CONT, pid, nullptr, nullptr);
    wait_for(pid, &status, 0);
    if (!WIFSTOPPED(status)) {
      target->has_exited_ = true;
      target->is_held_ = false;
      if (::read(error_pipe[0], &exec_error, sizeof(exec_error)) != sizeof(exec_error)) {
        exec_error = ECHILD;
      }
      ::close(error_pipe[0]);
      return Error{fmt::format("failed to execute {}: {}", words[0], std::strerror(exec_error)),
                   exec_error};
    }
  }
  ::close(error_pipe[0]);
  if (evaltime == EvalTime::PostInit || evaltime == EvalTime::Main) {
    if (Result<void> done = target->run_to_entry(); !done) {
      return done.error();
    }
  }
  target->pidfd_ = open_pidfd(pid);
  return target;
}

// Runs a fresh program image up to its entry point, when the dynamic linker has done its work.
Result<void> Target::run_to_entry() {
  const uint64_t entry = entry_point_of(pid_);
  if (entry == 0) {
    return {};
  }
  auto* address = reinterpret_cast<void*>(entry);
  errno = 0;
  const long original = ::ptrace(PTRACE_PEEKTEXT, pid_, address, nullptr);
  if (errno != 0) {
    return {};
  }
#if defined(__x86_64__)
  ::ptrace(PTRACE_POKETEXT, pid_, address, (original & ~0xffL) | 0xcc);
  int status = 0;
  ::ptrace(PTRACE_CONT, pid_, nullptr, nullptr);
  if (wait_for(pid_, &status, 0) < 0 || !WIFSTOPPED(status)) {
    has_exited_ = true;
    return Error{"the process died before its entry point was reached", ECHILD};
  }
  ::ptrace(PTRACE_POKETEXT, pid_, address, original);
  ::ptrace(PTRACE_POKEUSER, pid_, offsetof(struct user, regs.rip), entry);
#endif
  return {};
}

Result<std::unique_ptr<Target>> Target::attach(pid_t pid) {
  if (pid <= 0 || ::kill(pid, 0) < 0) {
    const int saved = pid <= 0 ? ESRCH : errno;
    if (saved != EPERM) {
      return Error{"No such process", ESRCH};
    }
  }
  std::unique_ptr<Target> target(new Target(pid, false));
  target->pidfd_ = open_pidfd(pid);
  return target;
}

Target::~Target() {
  if (is_child_ && is_held_ && !has_exited_) {
    ::kill(pid_, SIGKILL);
    int status;
    wait_for(pid_, &status, 0);
  } else if (is_traced_ && !has_exited_) {
    // Detaching needs a stopped tracee; leaving lets go of it all the same.
    ::ptrace(PTRACE_DETACH, pid_, nullptr, nullptr);
  }
  if (pidfd_ >= 0) {
    ::close(pidfd_);
  }
}

Result<void> Target::resume(std::function<void(pid_t)> on_exit) {
  on_exit_ = std::move(on_exit);
  if (is_held_) {
    is_held_ = false;
    if (on_exit_) {
      ::ptrace(PTRACE_SETOPTIONS, pid_, nullptr, PTRACE_O_TRACEEXIT);
      ::ptrace(PTRACE_CONT, pid_, nullptr, nullptr);
    } else {
      ::ptrace(PTRACE_SETOPTIONS, pid_, nullptr, nullptr);
      ::ptrace(PTRACE_DETACH, pid_, nullptr, nullptr);
      is_traced_ = false;
    }
  } else if (on_exit_) {
    // Another tracer may have it; then its symbols last only as long as it lives.
    is_traced_ = ::ptrace(PTRACE_SEIZE, pid_, nullptr, PTRACE_O_TRACEEXIT) == 0;
  }
  return {};
}

void Target::on_stop(int status) {
  const int signal = WSTOPSIG(status);
  const int event = status >> 16;
  if (event == PTRACE_EVENT_EXIT) {
    if (on_exit_) {
      on_exit_(pid_);
    }
    ::ptrace(PTRACE_CONT, pid_, nullptr, nullptr);
  } else if (event == PTRACE_EVENT_STOP && signal != SIGTRAP) {
    ::ptrace(PTRACE_LISTEN, pid_, nullptr, nullptr);  // a group stop of a seized target
  } else if (event != 0 || signal == SIGTRAP) {
    ::ptrace(PTRACE_CONT, pid_, nullptr, nullptr);
  } else {
    ::ptrace(PTRACE_CONT, pid_, nullptr, static_cast<long>(signal));
  }
}

void Target::handle_events() {
  if (has_exited_) {
    return;
  }
  if (is_child_ || is_traced_) {
    int status = 0;
    while (!has_exited_) {
      const pid_t rc = wait_for(pid_, &status, WNOHANG);
      if (rc == 0) {
        return;
      }
      if (rc < 0 || WIFEXITED(status) || WIFSIGNALED(status)) {
        has_exited_ = true;
      } else if (WIFSTOPPED(status) && is_traced_) {
        on_stop(status);
      }
    }
    return;
  }
  // A pidfd is readable once the process is gone, zombies included.
  pollfd poll_entry{pidfd_, POLLIN, 0};
  has_exited_ = pidfd_ >= 0 ? ::poll(&poll_entry, 1, 0) > 0 : ::kill(pid_, 0) < 0 && errno == ESRCH;
}

}  // namespace dt::consumer
