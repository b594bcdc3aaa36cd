// SPDX-License-Identifier: MIT
#include "plughost/guard.hpp"

#include <unistd.h>

#include <csetjmp>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <vector>

namespace dt::plughost {

namespace {

constexpr int kCrashSignals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
constexpr int kTimeSignal = SIGVTALRM;
constexpr time_t kTickSeconds = 1;  // of CPU time of this process
constexpr int kMostTicks = 3;       // within one call
constexpr size_t kStackSize = 64 * 1024;

// A signal handler can only find what is global. Only one call is under way at a time.
sigjmp_buf g_return;
volatile sig_atomic_t g_is_inside = 0;
volatile sig_atomic_t g_nr_ticks = 0;
volatile sig_atomic_t g_signal = 0;
volatile sig_atomic_t g_is_exiting = 0;
volatile sig_atomic_t g_exit_status = 0;
struct sigaction g_before[NSIG];

void on_crash(int signal, siginfo_t* info, void*) {
  if (g_is_inside == 0 && g_is_exiting != 0) {
    ::_exit(g_exit_status);  // a destructor of a plugin that had crashed before
  }
  if (g_is_inside == 0) {
    // Not a plugin's: as if we had never been here.
    ::sigaction(signal, &g_before[signal], nullptr);
    const bool is_repeated_by_itself = info != nullptr && info->si_code > 0 && signal != SIGABRT;
    if (!is_repeated_by_itself) {
      ::raise(signal);
    }
    return;
  }
  g_is_inside = 0;
  g_signal = signal;
  siglongjmp(g_return, 1);
}

void on_tick(int) {
  if (g_is_inside == 0) {
    return;
  }
  g_nr_ticks = g_nr_ticks + 1;
  if (g_nr_ticks >= kMostTicks) {
    g_is_inside = 0;
    g_signal = kTimeSignal;
    siglongjmp(g_return, 1);
  }
}

// An overflown stack has no room for a handler.
void give_handler_stack() {
  stack_t now{};
  if (::sigaltstack(nullptr, &now) == 0 && (now.ss_flags & SS_DISABLE) == 0) {
    return;  // somebody gave one already (sanitizers do)
  }
  static std::vector<char> memory(kStackSize);
  stack_t stack{};
  stack.ss_sp = memory.data();
  stack.ss_size = memory.size();
  ::sigaltstack(&stack, nullptr);
}

// CPU time, not wall-clock time: nothing interrupts a process that waits.
void start_ticking() {
  struct sigaction action {};
  action.sa_handler = on_tick;
  action.sa_flags = SA_ONSTACK | SA_NODEFER | SA_RESTART;
  ::sigaction(kTimeSignal, &action, nullptr);
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = kTimeSignal;
  timer_t timer{};
  if (::timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer) != 0) {
    return;
  }
  itimerspec every{};
  every.it_interval.tv_sec = kTickSeconds;
  every.it_value.tv_sec = kTickSeconds;
  ::timer_settime(timer, 0, &every, nullptr);
}

bool install() {
  give_handler_stack();
  struct sigaction action {};
  action.sa_sigaction = on_crash;
  // Not blocked while it runs: the jump out of the handler does not restore the mask.
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (const int signal : kCrashSignals) {
    ::sigaction(signal, &action, &g_before[signal]);
  }
  start_ticking();
  return true;
}

const char* signal_text(int signal) {
  switch (signal) {
    case SIGSEGV:
      return "crashed (segmentation fault)";
    case SIGBUS:
      return "crashed (bus error)";
    case SIGFPE:
      return "crashed (arithmetic error)";
    case SIGILL:
      return "crashed (illegal instruction)";
    case SIGABRT:
      return "aborted";
    default:
      return "did not return within seconds of computing";
  }
}

enum class End { Returned, Threw, Crashed };

// After a crash: the plugin's destructors, which run when the process exits, may find anything.
// This runs before them, because it is registered after them.
void expect_bad_exit() {
  static const bool is_registered = ::on_exit(
                                        [](int status, void*) {
                                          g_exit_status = status;
                                          g_is_exiting = 1;
                                        },
                                        nullptr) == 0;
  (void)is_registered;
}

// No object with a destructor here: a jump may pass over this function.
End call(void (*body)(void*), void* argument, char* what, size_t room) {
  if (sigsetjmp(g_return, 0) != 0) {
    return End::Crashed;
  }
  g_nr_ticks = 0;
  g_is_inside = 1;
  try {
    body(argument);
    g_is_inside = 0;
    return End::Returned;
  } catch (const std::exception& error) {
    g_is_inside = 0;
    const char* text = error.what();
    size_t length = 0;
    while (text[length] != '\0' && length + 1 < room) {
      what[length] = text[length];
      length++;
    }
    what[length] = '\0';
  } catch (...) {
    g_is_inside = 0;
  }
  return End::Threw;
}

}  // namespace

std::string run_guarded(void (*body)(void* argument), void* argument) {
  static const bool is_installed = install();
  (void)is_installed;
  char what[160] = "";
  switch (call(body, argument, what, sizeof(what))) {
    case End::Returned:
      return {};
    case End::Threw:
      return what[0] == '\0' ? std::string("threw an exception")
                             : "threw an exception: " + std::string(what);
    case End::Crashed:
      break;
  }
  expect_bad_exit();
  return signal_text(g_signal);
}

}  // namespace dt::plughost
