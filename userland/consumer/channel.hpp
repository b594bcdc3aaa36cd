// SPDX-License-Identifier: MIT
// Channel: the requests that a consumer makes of the kernel core, one method for each ioctl. Device
// is the real one (/dev/dtrace); tests play the kernel with one of their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "dtrace/uapi.h"

namespace dt::consumer {

// A mapped pair of buffer halves.
struct Mapping {
  const std::byte* data = nullptr;
  size_t size = 0;
};

class Channel {
 public:
  virtual ~Channel() = default;

  virtual uint32_t nr_cpus() const = 0;
  virtual Result<std::vector<dtrace_provider_info>> providers() = 0;
  // Fills descs with at most `room` matches from start_id on and sets *next_id (0 = no more).
  virtual Result<std::vector<dtrace_probedesc>> match(const dtrace_probedesc& pattern,
                                                      uint32_t start_id, uint32_t room,
                                                      uint32_t* next_id) = 0;
  // errno_value ENOENT: index is past the last typed argument.
  virtual Result<dtrace_argdesc> argdesc(uint32_t probe_id, uint32_t index) = 0;
  virtual Result<void> enable(dtrace_enable* request) = 0;
  virtual Result<dtrace_epid> epid(uint32_t epid) = 0;
  virtual Result<uint32_t> go() = 0;    // CPU on which BEGIN ran
  virtual Result<uint32_t> stop() = 0;  // CPU on which END ran
  virtual Result<dtrace_switch> switch_buffer(uint32_t cpu, uint32_t kind) = 0;
  virtual Result<dtrace_status> status() = 0;
  // Maps both halves of a buffer; the mapping lives as long as the channel.
  virtual Result<Mapping> map(uint32_t cpu, uint32_t kind, size_t size_bytes) = 0;
  // Programs and records have process ids of the initial pid namespace, people type those of their
  // own. Either way 0 = there is no such process, or this namespace does not show it.
  virtual int32_t global_pid(int32_t local) = 0;
  virtual int32_t local_pid(int32_t global) = 0;
  // For poll(2); -1 = none.
  virtual int poll_fd() const = 0;
};

}  // namespace dt::consumer
