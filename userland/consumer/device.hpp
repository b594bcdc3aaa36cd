// SPDX-License-Identifier: MIT
// /dev/dtrace: opening it (loading dtrace.ko when needed), the version handshake, and the ioctls.
// Errors are one sentence with the remedy.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "consumer/channel.hpp"

namespace dt::consumer {

class ModuleLoader;

class Device final : public Channel {
 public:
  // Loads dtrace.ko through `modules` if the device is missing (nullptr: do not load).
  static Result<std::unique_ptr<Device>> open(ModuleLoader* modules);
  ~Device() override;
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  const dtrace_version& version() const { return version_; }

  uint32_t nr_cpus() const override { return version_.nr_cpus; }
  Result<std::vector<dtrace_provider_info>> providers() override;
  Result<std::vector<dtrace_probedesc>> match(const dtrace_probedesc& pattern, uint32_t start_id,
                                              uint32_t room, uint32_t* next_id) override;
  Result<dtrace_argdesc> argdesc(uint32_t probe_id, uint32_t index) override;
  Result<void> enable(dtrace_enable* request) override;
  Result<dtrace_epid> epid(uint32_t epid) override;
  Result<uint32_t> go() override;
  Result<uint32_t> stop() override;
  Result<dtrace_switch> switch_buffer(uint32_t cpu, uint32_t kind) override;
  Result<dtrace_status> status() override;
  Result<Mapping> map(uint32_t cpu, uint32_t kind, size_t size_bytes) override;
  int32_t global_pid(int32_t local) override { return other_pid(local, false); }
  int32_t local_pid(int32_t global) override { return other_pid(global, true); }
  int poll_fd() const override { return fd_; }

 private:
  Device(int fd, const dtrace_version& version) : fd_(fd), version_(version) {}
  int32_t other_pid(int32_t pid, bool to_local);

  int fd_;
  dtrace_version version_;
  std::vector<std::pair<void*, size_t>> maps_;
};

// Why the device cannot be opened, with the remedy; errno_value from open(2).
std::string explain_open_failure(int errno_value);
// Why the version handshake failed: the core's numbers against ours.
std::string explain_version_mismatch(const dtrace_version& core);

}  // namespace dt::consumer
