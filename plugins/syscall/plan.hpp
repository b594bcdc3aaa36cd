// SPDX-License-Identifier: MIT
// What is recorded at a probe: which D expressions, and which of them belong to which parameter.
// Entry points: make_plan(), generic_plan().
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "calls.hpp"

namespace dt::plugins::syscall {

enum class Side { Entry, Return };

// Options of the plugin: -x plugin.syscall.<name>.
struct Options {
  size_t limit = 32;        // string: bytes shown of data that is no path
  bool shows_files = true;  // fdpath: what file descriptors stand for
  // return=full: the whole call at every return; short: only where the kernel has written
  // something; auto: also where its entry has not been shown, or not all of it.
  enum class Return { Auto, Full, Short } returns = Return::Auto;
};

// Limits of what is recorded. More is shown as "...".
constexpr size_t kPathSize = 256;
constexpr size_t kMaxLimit = 1024;
constexpr size_t kMaxArgv = 16;
constexpr size_t kMaxIovec = 4;
constexpr size_t kMaxMsgIovec = 2;
constexpr size_t kMaxElements = 16;
constexpr size_t kMaxBitBytes = 128;
constexpr size_t kMaxSockaddr = 112;
constexpr size_t kMaxControl = 64;
constexpr size_t kMsghdrSize = 56;

// Where a parameter's values are in the record.
struct ParamPlan {
  size_t value = 0;
  std::vector<size_t> memory;  // in the order that memory_of() gives
};

struct Plan {
  const Call* call = nullptr;
  Side side = Side::Entry;
  bool is_full = true;  // the parameters are recorded
  std::vector<std::string> expressions;
  size_t abi = 0;
  size_t thread = 0;
  size_t result = 0;       // return
  size_t result_file = 0;  // return, when the result is a file descriptor
  std::vector<ParamPlan> params;
  std::vector<std::vector<ParamPlan>> variants;
};

Plan make_plan(const Call& call, Side side, const Options& options);

// A probe that is not known by name, or any probe: the registers of the call. The first value is a
// mark, where the others have the kind of program, so that records tell by which plan they were
// made.
constexpr uint64_t kGenericMark = 0x47;
Plan generic_plan(Side side);

}  // namespace dt::plugins::syscall
