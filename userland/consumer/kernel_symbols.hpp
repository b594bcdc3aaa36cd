// SPDX-License-Identifier: MIT
// Kernel symbols from /proc/kallsyms, read when the first one is asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/probe_source.hpp"

namespace dt::consumer {

class KernelSymbols final : public lang::SymbolSource {
 public:
  explicit KernelSymbols(std::string path = "/proc/kallsyms") : path_(std::move(path)) {}

  // module: "" = any, "vmlinux" (or "kernel") = the image.
  std::optional<lang::KernelSymbol> find(const std::string& module,
                                         const std::string& name) override;

  struct At {
    std::string_view module;
    std::string_view name;
    uint64_t offset = 0;
  };
  // The symbol that holds an address.
  std::optional<At> at(uint64_t address);

 private:
  struct Entry {
    uint64_t address;
    uint32_t name;  // offset in text_
    uint16_t name_size;
    uint16_t module_size;  // 0 = the image; the name of the module follows the symbol's
    bool is_global;
  };

  void read();
  void index();
  std::string_view name_of(const Entry& entry) const {
    return {text_.data() + entry.name, entry.name_size};
  }
  std::string_view module_of(const Entry& entry) const;

  std::string path_;
  std::string text_;
  bool is_read_ = false;
  bool is_indexed_ = false;
  std::vector<Entry> entries_;
};

}  // namespace dt::consumer
