// SPDX-License-Identifier: MIT
// A kernel core made of tables: probes, buffers filled by hand, counters. For the tests of the
// consumer.
#pragma once

#include <fnmatch.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "consumer/channel.hpp"

namespace dt::consumer {

class FakeChannel : public Channel {
 public:
  explicit FakeChannel(uint32_t nr_cpus) : nr_cpus_(nr_cpus) {}

  // Bytes of a record for add().
  static std::string record(uint32_t epid, uint16_t prog, uint64_t time, std::string payload) {
    payload.resize((payload.size() + 7) & ~size_t{7});
    dtrace_rec header{};
    header.size = static_cast<uint32_t>(sizeof(header) + payload.size());
    header.epid = epid;
    header.prog = prog;
    header.time = time;
    return std::string(reinterpret_cast<const char*>(&header), sizeof(header)) + payload;
  }

  // What the next SWITCH of this buffer gives.
  void add(uint32_t cpu, uint32_t kind, const std::string& bytes, uint64_t time) {
    auto& buffer = buffers_[{cpu, kind}];
    buffer.pending += bytes;
    buffer.time = time;
  }
  // What END leaves behind.
  void add_at_end(uint32_t cpu, const std::string& bytes) { at_end_[cpu] += bytes; }
  void add_probe(const char* prov, const char* mod, const char* func, const char* name) {
    dtrace_probedesc probe{};
    probe.id = static_cast<uint32_t>(probes_.size() + 1);
    std::strcpy(probe.prov, prov);
    std::strcpy(probe.mod, mod);
    std::strcpy(probe.func, func);
    std::strcpy(probe.name, name);
    probes_.push_back(probe);
  }

  uint32_t nr_cpus() const override { return nr_cpus_; }
  Result<std::vector<dtrace_provider_info>> providers() override {
    return std::vector<dtrace_provider_info>{};
  }
  Result<std::vector<dtrace_probedesc>> match(const dtrace_probedesc& pattern, uint32_t start_id,
                                              uint32_t room, uint32_t* next_id) override {
    std::vector<dtrace_probedesc> found;
    *next_id = 0;
    auto fits = [](const char* glob, const char* text) {
      return *glob == '\0' || ::fnmatch(glob, text, 0) == 0;
    };
    for (const dtrace_probedesc& probe : probes_) {
      if (probe.id < start_id || !fits(pattern.prov, probe.prov) || !fits(pattern.mod, probe.mod) ||
          !fits(pattern.func, probe.func) || !fits(pattern.name, probe.name)) {
        continue;
      }
      if (found.size() == room) {
        *next_id = probe.id;
        break;
      }
      found.push_back(probe);
    }
    return found;
  }
  Result<dtrace_argdesc> argdesc(uint32_t, uint32_t) override { return Error{"none", ENOENT}; }
  Result<void> enable(dtrace_enable* request) override {
    last_request = *request;
    return {};
  }
  Result<dtrace_epid> epid(uint32_t epid) override {
    dtrace_epid description{};
    description.epid = epid;
    description.probe = probes_.at((epid - 1) % probes_.size());
    return description;
  }
  Result<uint32_t> go() override { return 0u; }
  Result<uint32_t> stop() override {
    for (auto& [key, buffer] : buffers_) {
      buffer.end = buffer.pending.size();
    }
    for (const auto& [cpu, bytes] : at_end_) {
      buffers_[{cpu, DTRACE_BUF_PRINCIPAL}].pending += bytes;
    }
    return 0u;
  }
  Result<dtrace_switch> switch_buffer(uint32_t cpu, uint32_t kind) override {
    auto& buffer = buffers_[{cpu, kind}];
    dtrace_switch out{};
    out.cpu = cpu;
    out.kind = kind;
    // Two halves, as the core has them.
    buffer.memory.resize(2 * kHalf);
    buffer.is_second = !buffer.is_second;
    out.offset = buffer.is_second ? kHalf : 0;
    std::memcpy(buffer.memory.data() + out.offset, buffer.pending.data(), buffer.pending.size());
    out.used = buffer.pending.size();
    out.end_offset = out.offset + std::min(buffer.end, buffer.pending.size());
    for (size_t at = 0; at + sizeof(dtrace_rec) <= buffer.pending.size(); out.nr_records++) {
      at += reinterpret_cast<const dtrace_rec*>(buffer.pending.data() + at)->size;
    }
    out.time = buffer.time;
    buffer.pending.clear();
    return out;
  }
  Result<dtrace_status> status() override { return next_status; }
  Result<Mapping> map(uint32_t cpu, uint32_t kind, size_t size) override {
    auto& buffer = buffers_[{cpu, kind}];
    buffer.memory.resize(2 * kHalf);
    return Mapping{reinterpret_cast<const std::byte*>(buffer.memory.data()), size};
  }
  int32_t global_pid(int32_t local) override { return local; }
  int32_t local_pid(int32_t global) override { return global; }
  int poll_fd() const override { return -1; }

  static constexpr size_t kHalf = 4096;
  dtrace_status next_status{};
  dtrace_enable last_request{};

 private:
  struct Buffer {
    std::string pending;
    size_t end = SIZE_MAX;  // where END's records begin
    std::vector<char> memory;
    uint64_t time = UINT64_MAX;
    bool is_second = true;
  };
  uint32_t nr_cpus_;
  std::vector<dtrace_probedesc> probes_;
  std::map<std::pair<uint32_t, uint32_t>, Buffer> buffers_;
  std::map<uint32_t, std::string> at_end_;
};

}  // namespace dt::consumer
