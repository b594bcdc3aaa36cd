// SPDX-License-Identifier: MIT
// Numbers that have names: flags and enumerations, in tables by subject (names_*.cpp). Entry
// points: find_names() and show_names(). To add a table: a list of Name, one line in the tables_*()
// function of its file.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "shown.hpp"

namespace dt::plugins::syscall {

struct Name {
  uint64_t value;
  const char* text;
};

enum class NamesKind {
  Flags,  // joined by |
  Enum,   // exactly one
};

struct Names {
  const char* id;       // how signatures call the table: "open_flags"
  const char* unknown;  // prefix of its names, for what has none: "O_"
  NamesKind kind;
  std::span<const Name> names;
  // Flags only: these bits are one of another table's names.
  uint64_t enum_mask = 0;
  const Names* enum_names = nullptr;
};

// A constant of a header under its own name.
#define DT_NAME(constant) \
  Name { static_cast<uint64_t>(constant), #constant }

// The tables of each file.
std::span<const Names> names_of_files();
std::span<const Names> names_of_descriptors();
std::span<const Names> names_of_mounts();
std::span<const Names> names_of_memory();
std::span<const Names> names_of_processes();
std::span<const Names> names_of_limits();
std::span<const Names> names_of_sockets();
std::span<const Names> names_of_socket_options();
std::span<const Names> names_of_signals();
std::span<const Names> names_of_time();
std::span<const Names> names_of_system();
std::span<const Names> names_of_ioctls();

// nullptr: there is no such table.
const Names* find_names(std::string_view id);

// Name of exactly this value, or nullptr.
const char* name_of(const Names& names, uint64_t value);

// Text and JSON: a list of names for flags, one name for an enumeration, a number for what has no
// name. `width` is the bytes of the value; what lies beyond is not looked at.
Shown show_names(const Names& names, uint64_t value, size_t width = 4);

// By id of the table; it must exist.
Shown show_names(std::string_view id, uint64_t value, size_t width = 4);

// ENOENT, "No such file or directory"; "" if there is none.
std::string_view errno_name(int number);
std::string_view errno_text(int number);

// SIGCHLD, SIGRT_3, or the number.
Shown signal_name(int number);
// [INT CHLD]; ~[...] when most are in it. `size` bytes of the mask.
Shown signal_set(const Bytes& mask);

}  // namespace dt::plugins::syscall
