// SPDX-License-Identifier: MIT
#include "consumer/memory_reserve.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace dt::consumer {

namespace {

// One for the process, because its allocator is.
std::atomic<void*> g_reserve = nullptr;
std::atomic<bool> g_is_used = false;

void on_no_memory() {
  void* const reserve = g_reserve.exchange(nullptr);
  if (reserve == nullptr) {
    throw std::bad_alloc();
  }
  g_is_used = true;
  std::free(reserve);
}

}  // namespace

void reserve_memory(size_t size_bytes) {
  std::free(g_reserve.exchange(std::malloc(size_bytes)));
  std::set_new_handler(on_no_memory);
}

bool is_reserve_used() { return g_is_used; }

}  // namespace dt::consumer
