// SPDX-License-Identifier: MIT
// Hits as text and as JSON.
#pragma once

#include <string>

#include "segment.hpp"
#include "sequence.hpp"

namespace dt::plugins::tcp {

// 10.0.0.1:34512 -> 10.0.0.2:80 [SYN] seq 0 ack 0 win 64240 len 0
// 10.0.0.1:34512 - 10.0.0.2:80 state-syn-sent -> state-established
std::string text(const Hit& hit, const Sequences::Relative& numbers);

// A JSON object with the same.
std::string json(const Hit& hit, const Sequences::Relative& numbers);

}  // namespace dt::plugins::tcp
