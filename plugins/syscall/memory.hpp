// SPDX-License-Identifier: MIT
// Parameters that are pointers: text, buffers, structures, arrays, vectors, shown from the recorded
// memory.
#pragma once

#include "hit.hpp"

namespace dt::plugins::syscall {

// Kinds that are pointers by themselves: path, str, buf, sockaddr, iovec, msghdr, argv, sigset,
// fd_set, cpu_set, sockopt_value, msgbuf, mount_data.
bool is_memory_kind(std::string_view kind);

Shown show_memory(const Hit& hit, const Params& of, size_t index);

// What poll() and the like found, to stand behind their result: "[{fd=3, revents=POLLIN}]"; "" if
// nothing.
std::string poll_results(const Hit& hit, const Params& of);

}  // namespace dt::plugins::syscall
