// SPDX-License-Identifier: MIT
// Names, parentheses, results. See line.hpp.
#include "line.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "memory.hpp"
#include "names.hpp"
#include "scalars.hpp"

namespace dt::plugins::syscall {

namespace {

// 32-bit calls of these names take their arguments in another order, in halves, or from a block of
// memory.
bool is_other_in_32bit(std::string_view name) {
  constexpr std::array kNames = {std::string_view("mmap"),
                                 std::string_view("select"),
                                 std::string_view("clone"),
                                 std::string_view("pread64"),
                                 std::string_view("pwrite64"),
                                 std::string_view("preadv"),
                                 std::string_view("pwritev"),
                                 std::string_view("preadv2"),
                                 std::string_view("pwritev2"),
                                 std::string_view("readahead"),
                                 std::string_view("fadvise64"),
                                 std::string_view("fallocate"),
                                 std::string_view("sync_file_range"),
                                 std::string_view("fanotify_mark")};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

struct Named {
  std::string_view name;
  Shown value;
};

// What clone() takes depends on its flags; shown by name, as the order differs between systems.
std::vector<Named> clone_params(const Hit& hit, const Params& of) {
  constexpr uint64_t kParentTid = 0x100000, kSetTls = 0x80000, kChildTid = 0x1200000,
                     kPidfd = 0x1000;
  const uint64_t flags = raw_value(hit, of, 0);
  std::vector<Named> out = {{"child_stack", show_param(hit, of, 1)},
                            {"flags", show_param(hit, of, 0)}};
  if (flags & (kParentTid | kPidfd)) {
    out.push_back({"parent_tid", show_param(hit, of, 2)});
  }
  if (flags & kSetTls) {
    out.push_back({"tls", show_param(hit, of, 4)});
  }
  if (flags & kChildTid) {
    out.push_back({"child_tidptr", show_param(hit, of, 3)});
  }
  return out;
}

std::vector<Named> raw_params(const Hit& hit) {
  constexpr std::array kNames = {"arg0", "arg1", "arg2", "arg3", "arg4", "arg5"};
  std::vector<Named> out;
  for (size_t i = 0; i < kNames.size() && i < hit.plan().params.size(); i++) {
    const uint64_t value = hit.number(hit.plan().params[i].value);
    out.push_back(
        {kNames[i], hex_number(hit.abi() == Abi::Ia32 ? static_cast<uint32_t>(value) : value)});
  }
  return out;
}

// The parameters as they stand in the line. `is_named`: with their names.
std::vector<Named> list_params(const Hit& hit, const Params& of, bool& is_named) {
  is_named = false;
  if (!hit.plan().call || (hit.abi() == Abi::Ia32 && is_other_in_32bit(hit.plan().call->name))) {
    return raw_params(hit);
  }
  if (hit.plan().call->name == "clone") {
    is_named = true;
    return clone_params(hit, of);
  }
  std::vector<Named> out;
  for (size_t i = 0; i < of.params->size() && i < of.plans->size(); i++) {
    if (!is_hidden(hit, of, i)) {
      out.push_back({(*of.params)[i].name, show_param(hit, of, i)});
    }
  }
  return out;
}

std::string params_text(const Hit& hit, const Params& of) {
  bool is_named = false;
  std::string text;
  for (const Named& param : list_params(hit, of, is_named)) {
    text += text.empty() ? "" : ", ";
    if (is_named) {
      text += param.name;
      text += '=';
    }
    text += param.value.text;
  }
  return text;
}

std::string error_text(int error) {
  const std::string_view name = errno_name(error);
  if (name.empty()) {
    return fmt::format("-{}", error);
  }
  // The program never sees these: the call starts again.
  return fmt::format("{} {} ({})", name.starts_with("ERESTART") ? "?" : "-1", name,
                     errno_text(error));
}

Params no_params() {
  static const std::vector<Param> params;
  static const std::vector<ParamPlan> plans;
  return {&params, &plans, "long"};
}

Params params_of(const Hit& hit) { return hit.plan().call ? select_params(hit) : no_params(); }

// What a result means, behind the number: (flags O_RDONLY), (SCHED_OTHER).
std::string result_note(const Hit& hit, const Params& of) {
  const auto value = static_cast<uint64_t>(hit.result());
  for (std::string_view kind : {"fd_flags", "seals"}) {
    if (of.result == kind && value != 0) {
      const char* label = kind == "fd_flags" ? "flags" : "seals";
      return fmt::format(" ({} {})", label, show_scalar(kind, value).text);
    }
  }
  if (of.result == "sched_policy" || of.result == "clock_state" || of.result == "dumpable" ||
      (of.result == "signal" && value != 0)) {
    return fmt::format(" ({})", show_scalar(of.result, value).text);
  }
  if (!hit.plan().call) {
    return "";
  }
  const std::string_view name = hit.plan().call->name;
  const bool waits = name == "poll" || name == "ppoll" || name == "select" || name == "pselect6";
  if (waits && value == 0) {
    return " (Timeout)";
  }
  const std::string polled = waits ? poll_results(hit, of) : "";
  return polled.empty() ? "" : " (" + polled + ")";
}

Shown result_of(const Hit& hit, const Params& of) {
  const int64_t value = hit.result();
  if (of.result == "fd") {
    const size_t place = hit.plan().result_file;
    return show_file(value, place ? hit.text(place) : std::nullopt);
  }
  if (of.result == "fd_flags" || of.result == "seals") {
    return hex_number(static_cast<uint64_t>(value));
  }
  if (of.result == "sched_policy" || of.result == "clock_state" || of.result == "dumpable" ||
      of.result == "signal") {
    return signed_number(value);
  }
  // Calls that return a number of bytes: the register is 64 bits wide.
  return of.result == "int" || of.result == "pid"
             ? signed_number(value)
             : show_scalar(of.result, static_cast<uint64_t>(value));
}

std::string result_text(const Hit& hit, const Params& of) {
  if (const int error = hit.error()) {
    return "= " + error_text(error);
  }
  std::string text = result_of(hit, of).text;
  // An address that is 0 is a number here.
  return fmt::format("= {}{}", text == "NULL" ? "0" : text, result_note(hit, of));
}

// A file descriptor takes two members: the number, and what it names.
void add_field(Json& out, const std::string& name, const Json& value) {
  if (value.is_object() && value.contains("fd") && value.contains("path")) {
    out[name] = value["fd"];
    out[name + "_path"] = value["path"];
  } else {
    out[name] = value;
  }
}

}  // namespace

std::string call_line(const Hit& hit, std::string_view name, bool is_whole) {
  const Params of = params_of(hit);
  if (hit.is_entry()) {
    return fmt::format("{}({})", name, params_text(hit, of));
  }
  if (!is_whole || !hit.plan().is_full) {
    return result_text(hit, of);
  }
  // After execve() the registers are the new program's.
  const bool is_gone =
      hit.plan().call && hit.plan().call->name.starts_with("execve") && hit.error() == 0;
  return is_gone ? result_text(hit, of)
                 : fmt::format("{}({}) {}", name, params_text(hit, of), result_text(hit, of));
}

std::string call_fields(const Hit& hit) {
  const Params of = params_of(hit);
  Json out = Json::object();
  if (hit.is_entry() || hit.plan().is_full) {
    bool is_named = false;
    for (const Named& param : list_params(hit, of, is_named)) {
      add_field(out, std::string(param.name), param.value.json);
    }
  }
  if (!hit.is_entry()) {
    if (const int error = hit.error()) {
      out["result"] = -1;
      out["errno"] = std::string(errno_name(error));
    } else {
      add_field(out, "result", result_of(hit, of).json);
    }
  }
  if (hit.abi() != Abi::X64) {
    out["abi"] = hit.abi() == Abi::Ia32 ? "ia32" : "x32";
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace dt::plugins::syscall
