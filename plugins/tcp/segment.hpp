// SPDX-License-Identifier: MIT
// What one hit of a tcp probe recorded, out of the values that the host hands over. Entry points:
// captures(), read_hit().
#pragma once

#include <dtrace_plugin.h>

#include <cstdint>
#include <optional>
#include <string>

namespace dt::plugins::tcp {

struct Endpoint {
  std::string address;
  uint16_t port = 0;
  bool is_equal(const Endpoint& other) const {
    return port == other.port && address == other.address;
  }
};

struct Hit {
  bool is_state_change = false;
  bool is_sent = false;  // segment: from local to remote
  Endpoint local, remote;
  uint64_t cid = 0;
  int32_t pid = 0;
  int32_t state = 0;
  // segment
  uint32_t iss = 0, irs = 0;
  uint32_t seq = 0, ack = 0, window = 0, length = 0;
  uint8_t flags = 0;
  bool is_retransmit = false;
  // change of state
  int32_t old_state = 0;

  const Endpoint& source() const { return is_sent ? local : remote; }
  const Endpoint& destination() const { return is_sent ? remote : local; }
};

enum Flag : uint8_t {
  kFin = 0x01,
  kSyn = 0x02,
  kRst = 0x04,
  kPsh = 0x08,
  kAck = 0x10,
  kUrg = 0x20,
  kEce = 0x40,
  kCwr = 0x80,
};

// D expressions for a probe of this name, one a line; "" if it is not one of ours.
std::string captures(const std::string& probe_name);

// Nothing if a value that the text needs is missing.
std::optional<Hit> read_hit(const dtrace_plugin_event& event);

const char* state_name(int32_t state);

}  // namespace dt::plugins::tcp
