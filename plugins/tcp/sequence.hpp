// SPDX-License-Identifier: MIT
// Sequence numbers relative to the first of their connection. Segments without a socket do not tell
// the first ones: those of earlier segments are remembered, for a bounded number of connections.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "segment.hpp"

namespace dt::plugins::tcp {

class Sequences {
 public:
  struct Relative {
    uint32_t seq = 0, ack = 0;
    bool is_relative = false;  // false: as in the header
  };

  Relative relative(const Hit& hit);

 private:
  static constexpr size_t kMaxDirections = 65536;
  // The first number of who sends from one endpoint to the other.
  void learn(const Endpoint& from, const Endpoint& to, uint32_t first);
  std::optional<uint32_t> first(const Endpoint& from, const Endpoint& to) const;

  std::unordered_map<std::string, uint32_t> first_;
};

}  // namespace dt::plugins::tcp
