// SPDX-License-Identifier: MIT
// Stability attributes: name/data/class triples as in "Evolving/Evolving/ISA".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dt::lang::sema {

enum class Stability {
  Internal,
  Private,
  Obsolete,
  External,
  Unstable,
  Evolving,
  Stable,
  Standard
};
enum class DependencyClass { Unknown, Cpu, Platform, Group, Isa, Common };

struct Attributes {
  Stability name = Stability::Stable;
  Stability data = Stability::Stable;
  DependencyClass dependency = DependencyClass::Common;
};

// "Stable/Stable/Common"; nothing if it is malformed.
std::optional<Attributes> parse_attributes(std::string_view text);
std::string to_string(const Attributes& attributes);
// The weaker of each part.
Attributes weakest(const Attributes& a, const Attributes& b);
bool is_weaker(const Attributes& a, const Attributes& than);

// Attributes of a provider's probes and of a built-in variable or function (classic values).
Attributes provider_attributes(std::string_view provider);
Attributes name_attributes(std::string_view name);

}  // namespace dt::lang::sema
