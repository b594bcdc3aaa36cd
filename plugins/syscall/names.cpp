// SPDX-License-Identifier: MIT
// Looking up and writing names of numbers; errors and signals, whose names the C library knows. See
// names.hpp.
#include "names.hpp"

#include <algorithm>
#include <bit>
#include <csignal>
#include <cstring>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

namespace dt::plugins::syscall {

namespace {

// Codes that the kernel uses inside itself to say that a call may start again after a signal.
struct RestartCode {
  int number;
  const char* name;
  const char* text;
};

constexpr RestartCode kRestartCodes[] = {
    {512, "ERESTARTSYS", "To be restarted if SA_RESTART is set"},
    {513, "ERESTARTNOINTR", "To be restarted"},
    {514, "ERESTARTNOHAND", "To be restarted if no handler"},
    {516, "ERESTART_RESTARTBLOCK", "Interrupted by signal"},
};

const RestartCode* restart_code(int number) {
  for (const RestartCode& code : kRestartCodes) {
    if (code.number == number) {
      return &code;
    }
  }
  return nullptr;
}

std::unordered_map<std::string_view, const Names*> index_tables() {
  std::unordered_map<std::string_view, const Names*> index;
  for (std::span<const Names> tables :
       {names_of_files(), names_of_descriptors(), names_of_mounts(), names_of_memory(),
        names_of_processes(), names_of_limits(), names_of_sockets(), names_of_socket_options(),
        names_of_signals(), names_of_time(), names_of_system(), names_of_ioctls()}) {
    for (const Names& names : tables) {
      index[names.id] = &names;
    }
  }
  return index;
}

Shown show_enum(const Names& names, uint64_t value) {
  if (const char* name = name_of(names, value)) {
    return word(name);
  }
  Shown out = hex_number(value);
  out.text += fmt::format(" /* {}??? */", names.unknown);
  return out;
}

}  // namespace

const Names* find_names(std::string_view id) {
  static const auto index = index_tables();
  auto it = index.find(id);
  return it == index.end() ? nullptr : it->second;
}

const char* name_of(const Names& names, uint64_t value) {
  for (const Name& name : names.names) {
    if (name.value == value) {
      return name.text;
    }
  }
  return nullptr;
}

Shown show_names(const Names& names, uint64_t value, size_t width) {
  const uint64_t mask = width >= 8 ? ~uint64_t{0} : (uint64_t{1} << (8 * width)) - 1;
  value &= mask;
  if (names.kind == NamesKind::Enum) {
    // Constants such as AT_FDCWD are negative in their header.
    for (const Name& name : names.names) {
      if ((name.value & mask) == value) {
        return word(name.text);
      }
    }
    return show_enum(names, value);
  }
  std::vector<std::string> parts;
  uint64_t rest = value;
  if (names.enum_names) {
    const uint64_t part = rest & names.enum_mask;
    rest &= ~names.enum_mask;
    if (const char* name = name_of(*names.enum_names, part)) {
      parts.emplace_back(name);
    } else if (part != 0) {
      parts.push_back(fmt::format("{:#x}", part));
    }
  } else if (value == 0) {
    const char* name = name_of(names, 0);
    return {name ? name : "0", name ? Json::array({name}) : Json::array()};
  }
  for (const Name& name : names.names) {
    const uint64_t bits = name.value & mask;
    if (bits != 0 && (rest & bits) == bits) {
      parts.emplace_back(name.text);
      rest &= ~bits;
    }
  }
  if (rest != 0) {
    if (parts.empty()) {
      Shown out = hex_number(rest);
      out.text += fmt::format(" /* {}??? */", names.unknown);
      return out;
    }
    parts.push_back(fmt::format("{:#x}", rest));
  }
  if (parts.empty()) {
    return {"0", Json::array()};
  }
  return {fmt::format("{}", fmt::join(parts, "|")), parts};
}

Shown show_names(std::string_view id, uint64_t value, size_t width) {
  const Names* names = find_names(id);
  return names ? show_names(*names, value, width) : hex_number(value);
}

std::string_view errno_name(int number) {
  if (const RestartCode* code = restart_code(number)) {
    return code->name;
  }
  const char* name = strerrorname_np(number);
  return name ? name : "";
}

std::string_view errno_text(int number) {
  if (const RestartCode* code = restart_code(number)) {
    return code->text;
  }
  const char* text = strerrordesc_np(number);
  return text ? text : "";
}

Shown signal_name(int number) {
  // The kernel's first real-time signal; the C library keeps two of them for itself.
  constexpr int kFirstRealTime = 32, kLast = 64;
  if (number >= kFirstRealTime && number <= kLast) {
    if (number == kFirstRealTime) {
      return word("SIGRTMIN");
    }
    return word(fmt::format("SIGRT_{}", number - kFirstRealTime));
  }
  const char* name = number > 0 ? sigabbrev_np(number) : nullptr;
  return name ? word(fmt::format("SIG{}", name)) : signed_number(number);
}

Shown signal_set(const Bytes& mask) {
  uint64_t bits = mask.u64(0);
  Shown out{"[", Json::array()};
  for (int i = 1; i <= 64; i++) {
    if (bits >> (i - 1) & 1) {
      out.json.push_back(signal_name(i).text);
    }
  }
  // Nearly all signals are easier to read as what is missing.
  const bool is_inverted = std::popcount(bits) >= 64 * 2 / 3;
  if (is_inverted) {
    bits = ~bits;
    out.text = "~[";
  }
  bool is_first = true;
  for (int i = 1; i <= 64; i++) {
    if (bits >> (i - 1) & 1) {
      out.text += is_first ? "" : " ";
      out.text += signal_name(i).text.substr(3);
      is_first = false;
    }
  }
  out.text += "]";
  return out;
}

}  // namespace dt::plugins::syscall
