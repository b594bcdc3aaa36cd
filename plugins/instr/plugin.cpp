// SPDX-License-Identifier: MIT
// The instr plugin: the instruction that is about to run, disassembled, with its target, whether
// the branch is taken, and the address that it works on. Owns the table of the plugin ABI and the
// instructions decoded so far.
#include "dtrace_plugin.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "decode.hpp"

namespace dt::plugins::instr {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kCaptures = "arg0\narg1\narg2\narg3\narg4\n";
constexpr size_t kNrCaptures = 5;

// Kernels built with retpolines call through a piece of code for each register: so calls and jumps
// record the registers, in the order of their numbers.
constexpr const char* kRegisters[] = {"RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI",
                                      "R8",  "R9",  "R10", "R11", "R12", "R13", "R14", "R15"};
constexpr size_t kNrRegisters = std::size(kRegisters);
constexpr uint64_t kThunkSize = 32;

struct Hit {
  uint64_t address = 0;
  uint64_t offset = 0;
  uint64_t target = 0;  // or the address of the memory operand
  bool is_taken = false;
  uint64_t length = 0;
  uint64_t thunk_target = 0;  // where the piece of code goes on to
  size_t thunk_register = 0;
};

size_t write_out(std::string_view text, char* out, size_t cap) {
  if (cap > 0) {
    const size_t length = std::min(text.size(), cap - 1);
    std::memcpy(out, text.data(), length);
    out[length] = '\0';
  }
  return text.size();
}

Syntax syntax_of(const dtrace_plugin_host* host) {
  static const Syntax syntax = [host] {
    char text[16] = "";
    const size_t length =
        host->option ? host->option(host, "syntax", text, sizeof(text)) : sizeof(text);
    return length < sizeof(text) && std::string_view(text) == "intel" ? Syntax::Intel : Syntax::Att;
  }();
  return syntax;
}

// Each instruction is decoded once.
const Instruction* instruction_at(const dtrace_plugin_host* host, uint64_t address) {
  static std::unordered_map<uint64_t, std::optional<Instruction>> known;
  auto it = known.find(address);
  if (it == known.end()) {
    it = known.emplace(address, decode(host, address, syntax_of(host))).first;
  }
  return it->second ? &*it->second : nullptr;
}

// The register that a thunk jumps through: its place in the array of all of them. kNrRegisters: no
// thunk.
size_t register_of_thunk(const dtrace_plugin_host* host, uint64_t target) {
  const std::string symbol = symbol_of(host, target);
  if (symbol.find("__x86_indirect_thunk_array") == std::string::npos) {
    return kNrRegisters;
  }
  const size_t plus = symbol.find("+0x");
  const uint64_t offset =
      plus == std::string::npos ? 0 : std::stoull(symbol.substr(plus + 1), nullptr, 16);
  return std::min<size_t>(offset / kThunkSize, kNrRegisters);
}

bool read_hit(const dtrace_plugin_host* host, const dtrace_plugin_event& event, Hit& hit) {
  const bool has_registers = event.nr_values == kNrCaptures + kNrRegisters;
  if (event.nr_values != kNrCaptures && !has_registers) {
    return false;
  }
  std::array<uint64_t, kNrCaptures + kNrRegisters> numbers{};
  const auto* base = reinterpret_cast<const unsigned char*>(event.values);
  for (size_t i = 0; i < event.nr_values; i++) {
    const auto* value = reinterpret_cast<const dtrace_plugin_value*>(base + i * event.value_size);
    if (value->kind != DTRACE_VALUE_INTEGER) {
      return false;
    }
    numbers[i] = value->integer;
  }
  hit = {numbers[0], numbers[1], numbers[2], numbers[3] != 0, numbers[4], 0, 0};
  if (has_registers) {
    hit.thunk_register = register_of_thunk(host, hit.target);
    hit.thunk_target =
        hit.thunk_register < kNrRegisters ? numbers[kNrCaptures + hit.thunk_register] : 0;
  }
  return true;
}

std::string named_address(const dtrace_plugin_host* host, uint64_t address) {
  const std::string symbol = symbol_of(host, address);
  return symbol.empty() ? fmt::format("{:#x}", address) : symbol;
}

// What the operands do not say by themselves: where a branch through a register goes, what is
// taken, which memory is meant.
std::string remarks(const dtrace_plugin_host* host, const Instruction& instruction,
                    const Hit& hit) {
  if (instruction.is_conditional) {
    return hit.is_taken ? "  taken" : "  not taken";
  }
  if (hit.target == 0) {
    return "";
  }
  if (hit.thunk_target != 0) {
    std::string name = kRegisters[hit.thunk_register];
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    return fmt::format("  -> {} (%{})", named_address(host, hit.thunk_target), name);
  }
  const std::string where = named_address(host, hit.target);
  if (instruction.is_branch) {
    return instruction.text.ends_with(where) ? "" : "  -> " + where;
  }
  return "  at " + (where == fmt::format("{:#x}", hit.target)
                        ? where
                        : fmt::format("{:#x} {}", hit.target, where));
}

std::string line(const dtrace_plugin_host* host, const dtrace_plugin_probe& probe, const Hit& hit) {
  const std::string place = fmt::format("{}+{:#x}", probe.function, hit.offset);
  const Instruction* instruction = instruction_at(host, hit.address);
  if (!instruction) {
    return fmt::format("{}  {}{}", place, probe.name,
                       hit.target ? "  " + named_address(host, hit.target) : "");
  }
  return fmt::format("{}  {}{}", place, instruction->text, remarks(host, *instruction, hit));
}

std::string object(const dtrace_plugin_host* host, const Hit& hit) {
  Json out = Json::object();
  out["address"] = fmt::format("{:#x}", hit.address);
  out["offset"] = hit.offset;
  out["length"] = hit.length;
  const Instruction* instruction = instruction_at(host, hit.address);
  if (instruction) {
    out["instruction"] = instruction->text;
    out["mnemonic"] = instruction->mnemonic;
  }
  const bool is_branch = instruction ? instruction->is_branch : hit.is_taken;
  if (is_branch) {
    out["target"] = fmt::format("{:#x}", hit.target);
    const std::string symbol = symbol_of(host, hit.target);
    if (!symbol.empty()) {
      out["target_symbol"] = symbol;
    }
    out["taken"] = hit.is_taken;
    if (hit.thunk_target != 0) {
      out["indirect_target"] = named_address(host, hit.thunk_target);
    }
  } else if (hit.target != 0) {
    out["memory"] = fmt::format("{:#x}", hit.target);
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

size_t captures(const dtrace_plugin_host* /*host*/, const dtrace_plugin_probe* probe, char* out,
                size_t cap) {
  try {
    std::string text = kCaptures;
    const std::string_view name = probe->name;
    if (name.starts_with("call-") || name.starts_with("jmp-")) {
      for (const char* reg : kRegisters) {
        text += fmt::format("uregs[R_{}]\n", reg);
      }
    }
    return write_out(text, out, cap);
  } catch (...) {
    return DTRACE_PLUGIN_PASS;
  }
}

size_t format(const dtrace_plugin_host* host, const dtrace_plugin_event* event, char* out,
              size_t cap) {
  try {
    Hit hit;
    return read_hit(host, *event, hit) ? write_out(line(host, *event->probe, hit), out, cap)
                                       : DTRACE_PLUGIN_PASS;
  } catch (...) {
    return DTRACE_PLUGIN_PASS;
  }
}

size_t fields(const dtrace_plugin_host* host, const dtrace_plugin_event* event, char* out,
              size_t cap) {
  try {
    Hit hit;
    return read_hit(host, *event, hit) ? write_out(object(host, hit), out, cap)
                                       : DTRACE_PLUGIN_PASS;
  } catch (...) {
    return DTRACE_PLUGIN_PASS;
  }
}

constexpr struct dtrace_plugin kPlugin = {
    DTRACE_PLUGIN_ABI,
    sizeof(struct dtrace_plugin),
    "instr",
    "instr",
    "1.0",
    captures,
    format,
    fields,
    nullptr,
};

}  // namespace

}  // namespace dt::plugins::instr

extern "C" const struct dtrace_plugin* dtrace_plugin(const struct dtrace_plugin_host* /*host*/) {
  return &dt::plugins::instr::kPlugin;
}
