// SPDX-License-Identifier: MIT
#include "cli/symbolizer.hpp"

namespace dt::cli {

using lang::object::FieldKind;

std::optional<output::Symbol> ConsumerSymbolizer::kernel(uint64_t address) {
  const auto found = kernel_.at(address);
  if (!found) {
    return std::nullopt;
  }
  return output::Symbol{std::string(found->module), std::string(found->name), found->offset};
}

std::optional<output::Symbol> ConsumerSymbolizer::user(uint64_t pid, uint64_t address) {
  auto found = user_.at(pid, address);
  if (!found) {
    return std::nullopt;
  }
  if (options_.noresolve) {
    return output::Symbol{std::move(found->module), {}, 0};
  }
  return output::Symbol{std::move(found->module), std::move(found->name), found->offset};
}

uint64_t ConsumerSymbolizer::canonical(FieldKind kind, uint64_t pid, uint64_t address) {
  const bool is_module = kind == FieldKind::Mod || kind == FieldKind::Umod;
  const auto symbol =
      kind == FieldKind::Usym || kind == FieldKind::Umod ? user(pid, address) : kernel(address);
  if (!symbol) {
    return address;
  }
  if (is_module) {
    return first_of_module_.try_emplace({pid, symbol->module}, address).first->second;
  }
  return symbol->name.empty() ? address : address - symbol->offset;
}

}  // namespace dt::cli
