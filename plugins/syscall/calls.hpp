// SPDX-License-Identifier: MIT
// The system calls: parameters and result of each, as text, in tables by subject (calls_*.cpp).
// Entry points: find_call() for the parsed form, all_call_texts() for tests.
//
// A parameter is written `name:kind`, parameters are separated by spaces. Before the kind:
//   >    the kernel writes it: shown at return, when the call succeeded
//   <>   read and written: shown at both ends
//   *    a pointer to one such value or structure
// After the kind:
//   [x]  an array of that many (a pointer to the first)
//   (x)  what else the kind needs to know: a length in bytes, flags that decide about it
// x is the name of another parameter, *name for the number that it points to, `ret` for what the
// call returned, or a number. Kinds are scalars (scalars.cpp), kinds of memory (memory.cpp),
// structures (structs_*.cpp) and tables of names (names_*.cpp).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dt::plugins::syscall {

struct CallText {
  const char* name;
  const char* params;
  const char* result = "int";  // a scalar kind
};

// Another meaning of a call's parameters: when parameter `selector` has one of the values `names`
// (separated by spaces, as in the table of names of its kind).
struct VariantText {
  const char* call;
  const char* selector;
  const char* names;
  const char* params;
  const char* result = "int";
};

std::span<const CallText> calls_of_files();
std::span<const CallText> calls_of_paths();
std::span<const CallText> calls_of_processes();
std::span<const CallText> calls_of_memory();
std::span<const CallText> calls_of_network();
std::span<const CallText> calls_of_time();
std::span<const CallText> calls_of_system();
std::span<const CallText> calls_of_ia32();
std::span<const VariantText> variants_of_calls();

std::vector<CallText> all_call_texts();

enum class Direction { In, Out, InOut };

// What stands in ( ) or [ ].
struct Reference {
  enum class Kind { None, Parameter, PointedTo, Result, Number } kind = Kind::None;
  size_t param = 0;
  uint64_t number = 0;
};

struct Param {
  std::string_view name;
  std::string_view kind;
  Direction direction = Direction::In;
  bool is_pointer = false;
  bool is_array = false;
  Reference count;  // [x]
  Reference of;     // (x)
};

struct Variant {
  size_t selector = 0;
  std::vector<uint64_t> values;
  std::vector<Param> params;
  std::string_view result;
};

struct Call {
  std::string_view name;
  std::vector<Param> params;
  std::string_view result;
  std::vector<Variant> variants;
  bool has_output = false;  // something besides the result is shown at return
};

// By the name of a system call, or another name of it. nullptr: not known.
const Call* find_call(std::string_view name);

// `params` parsed. What is wrong with it goes to `error`, "" if nothing is.
std::vector<Param> parse_params(std::string_view params, std::string& error);

}  // namespace dt::plugins::syscall
