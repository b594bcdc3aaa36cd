// SPDX-License-Identifier: MIT
// Macro variables: $1, $$1, $pid, $target. Looks them up, remembers which arguments were used and
// turns a value into the kind of token that its text is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/compile.hpp"
#include "lang/diagnostic.hpp"
#include "lang/token.hpp"

namespace dt::lang {

class MacroTable {
 public:
  explicit MacroTable(const MacroValues& values);

  // name: "1", "pid" (without $). Marks an argument as used. nullopt: it has no value.
  std::optional<std::string> find(std::string_view name);
  // The token for $name (as_string false) or $$name. Reports D_MACRO_UNDEF and D_MACRO_OFLOW.
  Token token(std::string_view name, bool as_string, SourceRange range, Diagnostics& diagnostics);
  // The text of $name inside a probe description, which is pasted as it is.
  std::string paste(std::string_view name, SourceRange range, Diagnostics& diagnostics);
  // Options that a #pragma may set in the middle of a text: a missing $n is 0 or "".
  void set_default_args() { default_args_ = true; }
  // Arguments ($1 on) that nothing has used.
  std::vector<size_t> unused_args() const;

 private:
  const MacroValues& values_;
  std::vector<bool> used_;
  bool default_args_;
};

}  // namespace dt::lang
