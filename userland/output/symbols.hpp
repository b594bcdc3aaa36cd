// SPDX-License-Identifier: MIT
// How addresses get names: the interface that output asks (the consumer's symbolisers stand behind
// it) and the text forms of symbols and stacks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "output/value.hpp"

namespace dt::output {

// What is at an address. An empty name: only the module is known.
struct Symbol {
  std::string module;
  std::string name;
  uint64_t offset = 0;  // from the start of the symbol
};

class Symbolizer {
 public:
  virtual ~Symbolizer() = default;
  virtual std::optional<Symbol> kernel(uint64_t address) = 0;
  virtual std::optional<Symbol> user(uint64_t pid, uint64_t address) = 0;
};

enum class SymbolForm {
  Address,   // module`name+0x12
  Function,  // module`name
  Module,    // module
};

// Text of a symbol; without one "0x<address>".
std::string symbol_text(const std::optional<Symbol>& symbol, uint64_t address, SymbolForm form);

// sym() mod() func() usym() umod() uaddr() values: their text.
std::string symbol_value_text(const ValueRef& value, Symbolizer& symbolizer);

// A newline, then one line for each frame, indented.
std::string stack_text(const ValueRef& value, Symbolizer& symbolizer, unsigned indent,
                       uint64_t most_frames);

}  // namespace dt::output
