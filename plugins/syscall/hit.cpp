// SPDX-License-Identifier: MIT
// Recorded values, and parameters that are single numbers; memory behind pointers is in memory.cpp.
// See hit.hpp.
#include "hit.hpp"

#include <algorithm>

#include "memory.hpp"
#include "names.hpp"
#include "scalars.hpp"

#include <fmt/format.h>

namespace dt::plugins::syscall {

namespace {

constexpr uint64_t kAtCwd = 0xffffff9c;
constexpr uint64_t kCreat = 0100, kTmpfile = 020000000;

size_t find_param(const Params& of, const Reference& ref) {
  return ref.kind == Reference::Kind::Parameter ? ref.param : of.params->size();
}

uint64_t referenced(const Hit& hit, const Params& of, const Param& param) {
  const size_t index = find_param(of, param.of);
  return index < of.params->size() ? raw_value(hit, of, index) : 0;
}

// AT_FDCWD, with the directory where the path that goes with it needs one.
Shown show_directory(const Hit& hit, const Params& of, size_t index, uint64_t raw) {
  const Param& param = (*of.params)[index];
  const ParamPlan& plan = (*of.plans)[index];
  std::optional<std::string_view> path =
      plan.memory.empty() ? std::nullopt : hit.text(plan.memory[0]);
  if (static_cast<uint32_t>(raw) != kAtCwd) {
    return show_file(static_cast<int32_t>(raw), path);
  }
  const size_t other = find_param(of, param.of);
  if (path && other < of.params->size()) {
    const auto& memory = (*of.plans)[other].memory;
    const auto name = memory.empty() ? std::nullopt : hit.text(memory[0]);
    if (!name || name->empty() || name->front() == '/') {
      path.reset();
    }
  }
  const auto number = static_cast<int32_t>(raw);
  if (!path || path->empty()) {
    return {"AT_FDCWD", number};
  }
  return {fmt::format("AT_FDCWD<{}>", *path), Json{{"fd", number}, {"path", *path}}};
}

Shown show_protocol(const Hit& hit, const Params& of, const Param& param, uint64_t raw) {
  constexpr uint64_t kInet = 2, kInet6 = 10, kNetlink = 16;
  const uint64_t family = referenced(hit, of, param) & 0xffffffff;
  if (family == kInet || family == kInet6) {
    return show_names("inet_protocol", raw);
  }
  return family == kNetlink ? show_names("netlink_protocol", raw)
                            : signed_number(static_cast<int32_t>(raw));
}

bool is_scalar(const Param& param) {
  return !param.is_pointer && !param.is_array && find_scalar(param.kind) != nullptr;
}

}  // namespace

const dtrace_plugin_value* Hit::at(size_t index) const {
  if (index >= event_.nr_values) {
    return nullptr;
  }
  const auto* base = reinterpret_cast<const unsigned char*>(event_.values);
  return reinterpret_cast<const dtrace_plugin_value*>(base + index * event_.value_size);
}

Abi Hit::abi() const { return static_cast<Abi>(number(plan_.abi)); }

int64_t Hit::result() const {
  const auto value = static_cast<int64_t>(number(plan_.result));
  return abi() == Abi::Ia32 ? static_cast<int32_t>(value) : value;
}

int Hit::error() const {
  constexpr int64_t kLast = 4095;
  const int64_t value = result();
  return value < 0 && value >= -kLast ? static_cast<int>(-value) : 0;
}

uint64_t Hit::number(size_t index) const {
  const dtrace_plugin_value* value = at(index);
  return value && value->kind == DTRACE_VALUE_INTEGER ? value->integer : 0;
}

std::optional<Bytes> Hit::memory(size_t index) const {
  const dtrace_plugin_value* value = at(index);
  if (!value || !value->bytes ||
      (value->kind != DTRACE_VALUE_BYTES && value->kind != DTRACE_VALUE_STRING)) {
    return std::nullopt;
  }
  return Bytes(std::span(static_cast<const unsigned char*>(value->bytes), value->size));
}

std::optional<std::string_view> Hit::text(size_t index) const {
  const std::optional<Bytes> bytes = memory(index);
  return bytes ? std::optional(bytes->text()) : std::nullopt;
}

Params select_params(const Hit& hit) {
  const Plan& plan = hit.plan();
  const Call& call = *plan.call;
  const Params base{&call.params, &plan.params, call.result};
  for (size_t i = 0; i < call.variants.size(); i++) {
    const Variant& variant = call.variants[i];
    if (variant.selector >= plan.params.size()) {
      continue;
    }
    const auto value = static_cast<uint32_t>(hit.number(plan.params[variant.selector].value));
    if (std::find(variant.values.begin(), variant.values.end(), value) != variant.values.end()) {
      return {&variant.params, i < plan.variants.size() ? &plan.variants[i] : &plan.params,
              variant.result};
    }
  }
  return base;
}

uint64_t raw_value(const Hit& hit, const Params& of, size_t index) {
  uint64_t raw = index < of.plans->size() ? hit.number((*of.plans)[index].value) : 0;
  if (hit.abi() != Abi::Ia32) {
    return raw;
  }
  const ScalarKind* kind = find_scalar((*of.params)[index].kind);
  const bool is_signed = kind && kind->is_signed && is_scalar((*of.params)[index]);
  return is_signed ? static_cast<uint64_t>(static_cast<int64_t>(static_cast<int32_t>(raw)))
                   : static_cast<uint32_t>(raw);
}

bool has_results(const Hit& hit) {
  if (!hit.plan().call || !hit.plan().is_full || hit.error() != 0) {
    return false;
  }
  const Params of = select_params(hit);
  for (size_t i = 0; i < of.params->size() && i < of.plans->size(); i++) {
    if ((*of.params)[i].direction != Direction::In && raw_value(hit, of, i) != 0) {
      return true;
    }
  }
  return false;
}

Shown show_file(int64_t fd, std::optional<std::string_view> path) {
  Shown shown = signed_number(fd);
  if (!path || path->empty() || *path == "<none>") {
    return shown;
  }
  // Files of the kernel's own tmpfs have no mount: memory files, shared memory.
  constexpr std::string_view kTmpfs = "tmp:";
  const std::string name = path->starts_with(kTmpfs)
                               ? fmt::format("/{}", path->substr(kTmpfs.size()))
                               : std::string(*path);
  shown.text += "<" + name + ">";
  return {shown.text, Json{{"fd", fd}, {"path", name}}};
}

bool is_hidden(const Hit& hit, const Params& of, size_t index) {
  const Param& param = (*of.params)[index];
  if (param.kind == "hidden") {
    return true;
  }
  constexpr uint64_t kTypeMask = 0170000, kCharacter = 0020000, kBlock = 0060000;
  constexpr uint64_t kFixed = 2, kDontUnmap = 4;
  if (param.kind == "open_mode") {
    const uint64_t flags = referenced(hit, of, param);
    return (flags & kCreat) == 0 && (flags & kTmpfile) == 0;
  }
  if (param.kind == "node_dev") {
    const uint64_t type = referenced(hit, of, param) & kTypeMask;
    return type != kCharacter && type != kBlock;
  }
  if (param.kind == "mremap_addr") {
    return (referenced(hit, of, param) & (kFixed | kDontUnmap)) == 0;
  }
  return false;
}

Shown show_param(const Hit& hit, const Params& of, size_t index) {
  const Param& param = (*of.params)[index];
  const uint64_t raw = raw_value(hit, of, index);
  if (!is_scalar(param)) {
    return show_memory(hit, of, index);
  }
  if (param.kind == "dirfd") {
    return show_directory(hit, of, index, raw);
  }
  if (param.kind == "fd") {
    const auto& memory = (*of.plans)[index].memory;
    return show_file(static_cast<int32_t>(raw),
                     memory.empty() ? std::nullopt : hit.text(memory[0]));
  }
  if (param.kind == "socket_protocol") {
    return show_protocol(hit, of, param, raw);
  }
  return show_scalar(param.kind, raw);
}

}  // namespace dt::plugins::syscall
