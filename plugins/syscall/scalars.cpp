// SPDX-License-Identifier: MIT
// How single numbers are shown. See scalars.hpp; the list is at the end.
#include "scalars.hpp"

#include <linux/ioctl.h>

#include <string>
#include <unordered_map>

#include <fmt/format.h>

#include "names.hpp"
#include "structs.hpp"

namespace dt::plugins::syscall {

namespace {

Shown show_signed(uint64_t value) { return signed_number(static_cast<int64_t>(value)); }

Shown show_signal(uint64_t value) { return signal_name(static_cast<int>(value)); }

// (uid_t)-1 means "leave it".
Shown show_uid(uint64_t value) {
  return value == 0xffffffff ? signed_number(-1) : unsigned_number(value);
}

// The lowest byte is the signal that the parent gets.
Shown show_clone_flags(uint64_t value) {
  constexpr uint64_t kSignalMask = 0xff;
  const int signal = static_cast<int>(value & kSignalMask);
  value &= ~kSignalMask;
  Shown shown = show_names("clone_bits", value, 8);
  if (signal == 0) {
    return shown;
  }
  const std::string name = signal_name(signal).text;
  if (value == 0) {
    return {name, Json::array({name})};
  }
  shown.text += "|" + name;
  if (shown.json.is_array()) {
    shown.json.push_back(name);
  }
  return shown;
}

// IPC_CREAT|0600
Shown show_ipc_bits(const char* table, uint64_t value) {
  const std::string mode = octal_number(value & 0777).text;
  if ((value & ~uint64_t{0777}) == 0) {
    return {mode, Json::array({mode})};
  }
  Shown shown = show_names(table, value & ~uint64_t{0777});
  shown.text += "|" + mode;
  if (shown.json.is_array()) {
    shown.json.push_back(mode);
  }
  return shown;
}

Shown show_ipc_get(uint64_t value) { return show_ipc_bits("ipc_get_bits", value); }
Shown show_shmget(uint64_t value) { return show_ipc_bits("shmget_bits", value); }

Shown show_ipc_key(uint64_t value) { return value == 0 ? word("IPC_PRIVATE") : hex_number(value); }

Shown show_file_mode_value(uint64_t value) { return show_file_mode(static_cast<uint32_t>(value)); }

// Negative clocks are those of a process or thread, or of a device.
Shown show_clock(uint64_t value) {
  const auto clock = static_cast<int32_t>(value);
  if (clock >= 0) {
    return show_names("clock_names", value);
  }
  const int pid = ~(clock >> 3);
  constexpr int kTypeMask = 3, kThread = 4, kDevice = 3;
  if ((clock & kTypeMask) == kDevice) {
    return word(fmt::format("FD_TO_CLOCKID({})", pid));
  }
  constexpr const char* kTypes[] = {"CPUCLOCK_PROF", "CPUCLOCK_VIRT", "CPUCLOCK_SCHED"};
  return word(fmt::format("MAKE_{}_CPUCLOCK({}, {})", clock & kThread ? "THREAD" : "PROCESS", pid,
                          kTypes[clock & kTypeMask]));
}

// A command that has no name here is shown by its parts.
Shown show_ioctl(uint64_t value) {
  const auto command = static_cast<uint32_t>(value);
  if (const char* name = name_of(*find_names("ioctl_names"), command)) {
    return word(name);
  }
  constexpr const char* kDirections[] = {"_IOC_NONE", "_IOC_WRITE", "_IOC_READ",
                                         "_IOC_READ|_IOC_WRITE"};
  return word(fmt::format("_IOC({}, {:#x}, {:#x}, {:#x})", kDirections[_IOC_DIR(command)],
                          _IOC_TYPE(command), _IOC_NR(command), _IOC_SIZE(command)));
}

Shown show_quota(uint64_t value) {
  constexpr const char* kTypes[] = {"USRQUOTA", "GRPQUOTA", "PRJQUOTA"};
  const uint64_t type = value & 0xff;
  return word(fmt::format("QCMD({}, {})", show_names("quota_commands", value >> 8).text,
                          type < 3 ? kTypes[type] : std::to_string(type).c_str()));
}

Shown show_ioprio(uint64_t value) {
  constexpr unsigned kClassShift = 13;
  return word(fmt::format("IOPRIO_PRIO_VALUE({}, {})",
                          show_names("ioprio_class", value >> kClassShift).text,
                          value & ((1u << kClassShift) - 1)));
}

Shown show_key_serial(uint64_t value) {
  const auto serial = static_cast<int32_t>(value);
  return serial < 0 ? show_names("key_serials", value) : signed_number(serial);
}

Shown show_personality(uint64_t value) {
  return value == 0xffffffff ? hex_number(value) : show_names("personality_flags", value);
}

Shown show_bitset(uint64_t value) {
  return value == 0xffffffff ? word("FUTEX_BITSET_MATCH_ANY") : hex_number(value);
}

// What fcntl(F_GETFL) returns.
Shown show_file_flags(uint64_t value) {
  Shown flags = show_names("open_flags", value);
  return {fmt::format("{:#x} (flags {})", value, flags.text), flags.json};
}

constexpr ScalarKind kScalars[] = {
    {"int", 4, true, show_signed},
    {"uint", 4, false, unsigned_number},
    {"long", 8, true, show_signed},
    {"ulong", 8, false, unsigned_number},
    {"size", 8, false, unsigned_number},
    {"off", 8, true, show_signed},
    {"hex", 8, false, hex_number},
    {"hex32", 4, false, hex_number},
    {"ptr", 8, false, address},
    {"fd", 4, true, show_signed},
    {"dirfd", 4, true, show_signed},
    {"plain_fd", 4, true, show_signed},
    {"pid", 4, true, show_signed},
    {"uid", 4, false, show_uid},
    {"mode", 4, false, octal_number},
    {"file_mode", 4, false, show_file_mode_value},
    {"open_mode", 4, false, octal_number},
    {"dev", 8, false, show_device},
    {"node_dev", 8, false, show_device},
    {"mremap_addr", 8, false, address},
    {"signal", 4, true, show_signal},
    {"clone_flags", 8, false, show_clone_flags},
    {"ipc_get_flags", 4, false, show_ipc_get},
    {"shmget_flags", 4, false, show_shmget},
    {"ipc_key", 4, false, show_ipc_key},
    {"clockid", 4, true, show_clock},
    {"ioctl_cmd", 4, false, show_ioctl},
    {"quota_cmd", 4, false, show_quota},
    {"ioprio", 4, false, show_ioprio},
    {"key_serial", 4, true, show_key_serial},
    {"personality", 4, false, show_personality},
    {"futex_bitset", 4, false, show_bitset},
    {"file_flags", 4, false, show_file_flags},
    {"socket_protocol", 4, true, show_signed},
    {"hidden", 8, false, hex_number},
};

constexpr ScalarKind kOfNames = {"names", 4, false, hex_number};

}  // namespace

const ScalarKind* find_scalar(std::string_view id) {
  static const auto index = [] {
    std::unordered_map<std::string_view, const ScalarKind*> map;
    for (const ScalarKind& kind : kScalars) {
      map[kind.id] = &kind;
    }
    return map;
  }();
  auto it = index.find(id);
  if (it != index.end()) {
    return it->second;
  }
  return find_names(id) ? &kOfNames : nullptr;
}

Shown show_scalar(std::string_view id, uint64_t raw) {
  const ScalarKind* kind = find_scalar(id);
  if (!kind) {
    return hex_number(raw);
  }
  if (kind == &kOfNames) {
    return show_names(id, raw, kind->width);
  }
  if (kind->width == 4) {
    raw = kind->is_signed ? static_cast<uint64_t>(static_cast<int64_t>(static_cast<int32_t>(raw)))
                          : static_cast<uint32_t>(raw);
  }
  return kind->show(raw);
}

}  // namespace dt::plugins::syscall
