// SPDX-License-Identifier: MIT
// One machine instruction as text, with the names of what it refers to. This folder's only use of
// Zydis.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dtrace_plugin.h"

namespace dt::plugins::instr {

enum class Syntax { Att, Intel };

struct Instruction {
  std::string text;        // "jne vmlinux`vfs_read+0x84"
  std::string mnemonic;    // "jne"
  bool is_branch = false;  // jumps, calls, returns
  bool is_conditional = false;
  bool has_memory = false;  // an explicit memory operand
};

// Empty: its bytes are not to be had, or are no instruction.
std::optional<Instruction> decode(const dtrace_plugin_host* host, uint64_t address, Syntax syntax);

// "vmlinux`vfs_read+0x84" of an address of the kernel, "" if there is none.
std::string symbol_of(const dtrace_plugin_host* host, uint64_t address);

}  // namespace dt::plugins::instr
