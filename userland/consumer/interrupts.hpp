// SPDX-License-Identifier: MIT
// Interrupts: what the user sends to end a run, taken by a thread of its own, which runs before
// others. The thread that works may be waiting to write, or for a CPU, when it comes.
#pragma once

#include <pthread.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

namespace dt::consumer {

class Interrupts {
 public:
  // Blocks SIGINT, SIGTERM, SIGHUP and SIGQUIT, unless ignored, in this thread and in those that it
  // starts. Those that come from then on wait for listen().
  Interrupts();
  ~Interrupts();  // as stop()
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // on_first: called once, on the other thread. From the second interrupt on, on_again is called,
  // and system calls of the thread that called listen() fail with EINTR, again and again until
  // stop().
  void listen(std::function<void()> on_first, std::function<void()> on_again);
  // From here on interrupts have their default action.
  void stop();
  int count() const { return count_; }

 private:
  void loop();

  sigset_t signals_;
  sigset_t taken_;  // signals_, and the one that ends the thread
  std::function<void()> on_first_;
  std::function<void()> on_again_;
  std::atomic<int> count_ = 0;
  std::atomic<bool> is_over_ = false;
  pthread_t listener_{};
  std::thread thread_;
};

}  // namespace dt::consumer
