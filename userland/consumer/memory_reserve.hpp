// SPDX-License-Identifier: MIT
// Memory put aside for the end of a run: when there is no more, it is given back, so that what was
// recorded can still be shown.
#pragma once

#include <cstddef>

namespace dt::consumer {

// From here on an allocation with new that finds no memory gets this much back first. Only after
// that std::bad_alloc is thrown.
void reserve_memory(size_t size_bytes);
// Has memory run out? Then the run is to end.
bool is_reserve_used();

}  // namespace dt::consumer
