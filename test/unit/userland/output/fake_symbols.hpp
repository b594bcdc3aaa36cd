// SPDX-License-Identifier: MIT
// A symboliser that knows one kernel and one user function, for the tests of the output.
#pragma once

#include "output/symbols.hpp"

namespace dt::output {

class FakeSymbols : public Symbolizer {
 public:
  static constexpr uint64_t kBase = 0xffffffff81000100;
  static constexpr uint64_t kUserBase = 0x400000;

  std::optional<Symbol> kernel(uint64_t address) override {
    if (address < kBase || address >= kBase + 0x100) {
      return std::nullopt;
    }
    return Symbol{"vmlinux", "do_work", address - kBase};
  }
  std::optional<Symbol> user(uint64_t, uint64_t address) override {
    if (address < kUserBase || address >= kUserBase + 0x200) {
      return std::nullopt;
    }
    return address < kUserBase + 0x100 ? Symbol{"a.out", "main", address - kUserBase}
                                       : Symbol{"a.out", "", 0};
  }
};

}  // namespace dt::output
