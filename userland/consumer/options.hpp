// SPDX-License-Identifier: MIT
// The options of -x, "#pragma D option" and setopt(): one table with name, kind of value and when
// it may be set, and the struct that holds the values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace dt::consumer {

enum class BufferPolicy { Switch, Fill, Ring };
enum class EvalTime { Exec, PreInit, PostInit, Main };

inline constexpr uint64_t kSecondNs = 1000000000;

struct Options {
  // Buffers, in bytes.
  uint64_t bufsize = 4u << 20;
  uint64_t aggsize = 4u << 20;
  uint64_t dynvarsize = 1u << 20;
  uint64_t specsize = 32u << 10;
  uint64_t scratchsize = 256u << 10;
  uint64_t strsize = 256;
  uint64_t nspec = 1;
  BufferPolicy bufpolicy = BufferPolicy::Switch;
  bool is_resize_manual = false;
  // Rates, as intervals. 0: as often as the loop runs.
  uint64_t switchrate_ns = kSecondNs;
  uint64_t aggrate_ns = 0;
  uint64_t statusrate_ns = kSecondNs;
  uint64_t cleanrate_ns = kSecondNs / 101;
  int64_t cpu = -1;  // -1 = all
  // Stacks and output.
  uint64_t stackframes = 20;
  uint64_t ustackframes = 100;
  uint64_t jstackframes = 50;
  uint64_t jstackstrsize = 512;
  uint64_t stackindent = 14;
  uint64_t maxframes = 0;  // 0 = no limit beyond the kernel's
  uint64_t printsize = 0;  // bytes of a value that print() shows; 0 = all
  uint64_t aggsortpos = 0;
  uint64_t aggsortkeypos = 0;
  bool aggsortkey = false;
  bool aggsortrev = false;
  bool aggzoom = false;
  bool agghist = false;
  bool aggpack = false;
  bool quiet = false;
  bool quietresize = false;
  bool flowindent = false;
  bool rawbytes = false;
  bool temporal = true;
  bool destructive = false;
  bool droptags = false;
  bool profalign = false;
  uint64_t firebudget_ns = 0;  // what a firing may cost; 0: as much as the core thinks right
  bool noresolve = false;
  // Clauses without a body show their arguments decoded; not set: unless a test harness reads
  // along.
  std::optional<bool> decode;
  std::map<std::string, std::string> plugin_options;  // "<provider>.<key>"
  // Compiler.
  bool errtags = false;
  bool zdefs = false;
  bool empty = false;
  bool argref = false;
  bool defaultargs = false;
  bool cpp = false;
  bool cpphdrs = false;
  bool knodefs = false;
  bool unodefs = false;
  bool nolibs = false;
  bool pspec = false;
  bool strip = false;
  bool is_verbose = false;
  bool tree = false;
  bool disasm = false;
  char stdc = 'a';  // a, c, s, t
  std::string amin;
  std::string version;
  std::string cpppath = "cpp";
  std::string ldpath = "ld";
  std::string linkmode = "kernel";
  std::vector<std::string> cppargs;  // -D, -U, -I and -x cppargs, in order
  std::vector<std::string> libdirs;
  EvalTime evaltime = EvalTime::PreInit;
};

enum class OptionSource { CommandLine, Pragma, Setopt };

// Sets one option. `value` empty: the option was given without "=value". Error: in the words DTrace
// uses
// ("Invalid value for specified option" and so on).
Result<void> set_option(Options* options, const std::string& name, const std::string& value,
                        OptionSource source);

// Every name that set_option() knows, sorted.
std::vector<std::string> option_names();

// "4m", "512k", "2g", "100": bytes.
Result<uint64_t> parse_size(std::string_view text);
// "10hz", "100ms", "5", "1sec": an interval in ns; a bare number is per second.
Result<uint64_t> parse_rate(std::string_view text);
// "on", "yes", "true", "set", "enable(d)" and their opposites; empty = true.
Result<bool> parse_flag(std::string_view text);

}  // namespace dt::consumer
