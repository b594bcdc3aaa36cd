// SPDX-License-Identifier: MIT
// What the compiler asks the outside world about probes and kernel symbols. The consumer implements
// it on the device (loading provider modules as they are needed); tests implement it with tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace dt::lang {

// A probe description or pattern; empty parts match everything.
struct ProbePattern {
  std::string prov, mod, func, name;
  uint32_t id = 0;  // nonzero: exactly this probe
};

struct ProbeInfo {
  uint32_t id = 0;
  uint32_t flags = 0;  // DTRACE_PROBE_* of <dtrace/uapi.h>
  std::string prov, mod, func, name;
};

struct ProbeArg {
  uint32_t mapping = 0;  // index of the raw argument
  std::string native;    // C type of it
  std::string xlate;     // D type shown; empty = native
};

class ProbeSource {
 public:
  virtual ~ProbeSource() = default;
  // At most `limit` probes that match, in id order. Error: the provider's module cannot be loaded
  // and so on.
  virtual Result<std::vector<ProbeInfo>> match(const ProbePattern& pattern, size_t limit) = 0;
  // Typed arguments of a probe; empty = raw arguments only.
  virtual Result<std::vector<ProbeArg>> args(const ProbeInfo& probe) = 0;
  // Names near `pattern` that exist, for "did you mean"; which part failed to match (0..3 =
  // prov..name, -1 = none); why there is none, if that is known.
  struct Suggestion {
    int bad_part = -1;
    std::vector<std::string> names;
    std::string reason;
  };
  virtual Suggestion suggest(const ProbePattern& pattern) = 0;
};

struct KernelSymbol {
  uint64_t address = 0;
  std::string module;  // "vmlinux" for the image
  std::string name;
};

class SymbolSource {
 public:
  virtual ~SymbolSource() = default;
  // module empty = any.
  virtual std::optional<KernelSymbol> find(const std::string& module, const std::string& name) = 0;
};

}  // namespace dt::lang
