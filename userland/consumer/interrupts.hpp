// SPDX-License-Identifier: MIT
// Interrupts: what the user sends to end a run, taken by a thread of its own, which runs before
// others. The thread that works may be waiting to write, or for a CPU, when it comes.
#pragma once

#include <pthread.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <functional>
#include <thread>

#include "base/result.hpp"

namespace dt::consumer {

class Interrupts {
 public:
  // Blocks what ends a run (SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGXCPU), unless ignored, in
  // this thread and in those that it starts. Those that come from then on wait for listen().
  Interrupts();
  ~Interrupts();  // as stop()
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // on_first: called once, on the other thread. Signals that come within a second of its end are
  // the same interrupt: timeout(1) and terminals send several. A later one is the second: on_second
  // is called, once, and system calls of the thread that called listen() fail with EINTR, again and
  // again until stop(). Error: the thread cannot be started; signals wait for ever.
  Result<void> listen(std::function<void()> on_first, std::function<void()> on_second);
  // From here on nothing is called and no signal ends the process, which is about to end by itself.
  void stop();
  // Interrupts so far: 0, 1 or 2.
  int count() const { return count_; }

 private:
  void loop();
  void take();

  sigset_t signals_;
  sigset_t taken_;  // signals_, and the one that ends the thread
  std::function<void()> on_first_;
  std::function<void()> on_second_;
  uint64_t same_until_ns_ = 0;
  std::atomic<int> count_ = 0;
  std::atomic<bool> is_over_ = false;
  pthread_t listener_{};
  std::thread thread_;
};

}  // namespace dt::consumer
