// SPDX-License-Identifier: MIT
#include "consumer/interrupts.hpp"

#include <sched.h>

#include <cerrno>
#include <ctime>
#include <system_error>
#include <utility>

#include "consumer/tracer.hpp"

namespace dt::consumer {

namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGXCPU};
constexpr uint64_t kSameNs = 1 * kSecondNs;
constexpr timespec kNudgeInterval{0, 50'000'000};

// Ends the waiting of a thread: of the listener in a system call, of ours for signals.
int nudge_signal() { return SIGRTMIN; }

void on_nudge(int) {}

}  // namespace

Interrupts::Interrupts() {
  sigemptyset(&signals_);
  for (const int signal : kSignals) {
    struct sigaction action {};
    ::sigaction(signal, nullptr, &action);
    if (action.sa_handler != SIG_IGN) {
      sigaddset(&signals_, signal);
    }
  }
  taken_ = signals_;
  sigaddset(&taken_, nudge_signal());
  ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

Interrupts::~Interrupts() { stop(); }

Result<void> Interrupts::listen(std::function<void()> on_first, std::function<void()> on_second) {
  on_first_ = std::move(on_first);
  on_second_ = std::move(on_second);
  listener_ = ::pthread_self();
  struct sigaction action {};
  action.sa_handler = on_nudge;  // without SA_RESTART
  ::sigaction(nudge_signal(), &action, nullptr);
  // The other thread takes its signals by waiting for them and runs no handler.
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  int failure = 0;
  try {
    thread_ = std::thread([this] { loop(); });
  } catch (const std::system_error& error) {
    failure = error.code().value();
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (failure != 0) {
    return error_from_errno("cannot start the thread that waits for signals", failure);
  }
  return {};
}

void Interrupts::take() {
  if (count_ == 0) {
    count_ = 1;
    on_first_();
    // From its end on: a repeat may have been waiting all the time.
    same_until_ns_ = now_ns() + kSameNs;
  } else if (count_ == 1 && now_ns() >= same_until_ns_) {
    count_ = 2;
    on_second_();
  }
}

void Interrupts::loop() {
  // Refused without the privilege: then it is a thread like others.
  const sched_param first{::sched_get_priority_min(SCHED_FIFO)};
  (void)::pthread_setschedparam(::pthread_self(), SCHED_FIFO, &first);
  while (!is_over_) {
    const bool is_nudging = count_ > 1;
    const int signal = ::sigtimedwait(&taken_, nullptr, is_nudging ? &kNudgeInterval : nullptr);
    if (is_over_) {
      return;
    }
    if (signal > 0 && sigismember(&signals_, signal) == 1) {
      take();
    }
    if (count_ > 1) {
      ::pthread_kill(listener_, nudge_signal());
    }
  }
}

void Interrupts::stop() {
  if (thread_.joinable()) {
    is_over_ = true;
    ::pthread_kill(thread_.native_handle(), nudge_signal());
    thread_.join();
  }
}

}  // namespace dt::consumer
