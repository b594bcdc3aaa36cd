// SPDX-License-Identifier: MIT
// What plugins may ask the command for. The command implements it on its own symbol tables and
// types; an answer of nullopt means that nothing is known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace dt::plughost {

class Services {
 public:
  virtual ~Services() = default;
  // "module`function+0x12"
  virtual std::optional<std::string> kernel_symbol(uint64_t address) = 0;
  // "libc.so.6`read+0x12"
  virtual std::optional<std::string> user_symbol(uint32_t pid, uint64_t address) = 0;
  // A value of a kernel type as one line.
  virtual std::optional<std::string> type_text(const std::string& type,
                                               std::span<const std::byte> bytes) = 0;
  // The kernel's text as it is without probes. Return: bytes written.
  virtual size_t kernel_text(uint64_t address, std::span<std::byte> out) = 0;
  // The number under which /proc shows a process, from the one in records; 0 = it does not.
  virtual uint32_t local_pid(uint32_t pid) = 0;
  // Option `-x plugin.<provider>.<key>`, before what the provider's YAML file says.
  virtual std::optional<std::string> option(const std::string& provider,
                                            const std::string& key) = 0;
};

}  // namespace dt::plughost
