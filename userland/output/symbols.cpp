// SPDX-License-Identifier: MIT
#include "output/symbols.hpp"

#include <fmt/core.h>

namespace dt::output {

using lang::object::FieldKind;

std::string symbol_text(const std::optional<Symbol>& symbol, uint64_t address, SymbolForm form) {
  if (!symbol) {
    return fmt::format("{:#x}", address);
  }
  if (form == SymbolForm::Module) {
    return symbol->module;
  }
  if (symbol->name.empty()) {
    return fmt::format("{}`{:#x}", symbol->module, address);
  }
  if (form == SymbolForm::Function || symbol->offset == 0) {
    return fmt::format("{}`{}", symbol->module, symbol->name);
  }
  return fmt::format("{}`{}+{:#x}", symbol->module, symbol->name, symbol->offset);
}

std::string symbol_value_text(const ValueRef& value, Symbolizer& symbolizer) {
  const uint64_t first = load_word(value, 0);
  const uint64_t second = load_word(value, 1);
  switch (value.field->kind) {
    case FieldKind::Sym:
    case FieldKind::Func:
      return symbol_text(symbolizer.kernel(first), first, SymbolForm::Function);
    case FieldKind::Mod:
      return symbol_text(symbolizer.kernel(first), first, SymbolForm::Module);
    case FieldKind::Usym:
      return symbol_text(symbolizer.user(first, second), second, SymbolForm::Function);
    case FieldKind::Umod:
      return symbol_text(symbolizer.user(first, second), second, SymbolForm::Module);
    case FieldKind::Uaddr:
      return symbol_text(symbolizer.user(first, second), second, SymbolForm::Address);
    default:
      return symbol_text(symbolizer.kernel(first), first, SymbolForm::Address);
  }
}

std::string stack_text(const ValueRef& value, Symbolizer& symbolizer, unsigned indent,
                       uint64_t most_frames) {
  std::string text = "\n";
  const bool is_user = value.field->kind == FieldKind::Ustack;
  const uint64_t pid = is_user ? load_word(value, 0) : 0;
  size_t index = is_user ? 1 : 0;
  for (uint64_t shown = 0; most_frames == 0 || shown < most_frames; shown++, index++) {
    const uint64_t pc = load_word(value, index);
    if (pc == 0) {
      break;
    }
    const auto symbol = is_user ? symbolizer.user(pid, pc) : symbolizer.kernel(pc);
    text.append(indent, ' ');
    text += symbol_text(symbol, pc, SymbolForm::Address);
    text += '\n';
  }
  return text;
}

}  // namespace dt::output
