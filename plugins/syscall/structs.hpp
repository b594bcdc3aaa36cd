// SPDX-License-Identifier: MIT
// Structures that system calls take pointers to, as 64-bit programs have them, by name. Entry
// point: find_struct(). To add one: a function from bytes to text in structs_*.cpp and a line in
// the table at its end.
#pragma once

#include <span>
#include <string_view>

#include "shown.hpp"

namespace dt::plugins::syscall {

struct StructKind {
  const char* id;  // as signatures call it
  size_t size;
  Shown (*show)(const Bytes& bytes);
  bool is_same_in_32bit = false;
};

std::span<const StructKind> structs_of_files();
std::span<const StructKind> structs_of_processes();
std::span<const StructKind> structs_of_time();
std::span<const StructKind> structs_of_system();

// nullptr: there is none of this name.
const StructKind* find_struct(std::string_view id);

// struct sockaddr of `size` bytes.
Shown show_sockaddr(const Bytes& bytes, size_t size);
// {tv_sec=1, tv_nsec=0}
Shown show_timespec(const Bytes& bytes);
// [{WIFEXITED(s) && WEXITSTATUS(s) == 3}]
Shown show_wait_status(int status);
// S_IFREG|0644
Shown show_file_mode(uint32_t mode);
// makedev(0x8, 0x1) of the number in struct stat
Shown show_device(uint64_t device);
// [0 3] of a bit set
Shown show_bits(const Bytes& bytes, size_t nr_bits);
// The revents of a pollfd, for what poll() returned; nothing happened: empty text.
Shown show_poll_result(const Bytes& bytes);
// Control messages.
Shown show_control(const Bytes& bytes, size_t size);

}  // namespace dt::plugins::syscall
