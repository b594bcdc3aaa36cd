// SPDX-License-Identifier: MIT
// Memory behind pointers. See memory.hpp.
#include "memory.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "names.hpp"
#include "scalars.hpp"
#include "structs.hpp"

namespace dt::plugins::syscall {

namespace {

constexpr std::array kKinds = {
    std::string_view("path"),      std::string_view("str"),           std::string_view("buf"),
    std::string_view("sockaddr"),  std::string_view("iovec"),         std::string_view("msghdr"),
    std::string_view("argv"),      std::string_view("sigset"),        std::string_view("fd_set"),
    std::string_view("cpu_set"),   std::string_view("sockopt_value"), std::string_view("msgbuf"),
    std::string_view("mount_data")};

// What 32-bit programs lay out in the same way.
bool is_same_in_32bit(const Param& param) {
  if (const StructKind* kind = find_struct(param.kind)) {
    return kind->is_same_in_32bit;
  }
  if (param.is_pointer || param.is_array) {
    const ScalarKind* kind = find_scalar(param.kind);
    return kind && kind->width == 4;
  }
  constexpr std::array kOther = {std::string_view("iovec"), std::string_view("msghdr"),
                                 std::string_view("argv"), std::string_view("fd_set"),
                                 std::string_view("msgbuf")};
  return std::find(kOther.begin(), kOther.end(), param.kind) == kOther.end();
}

// A number that another parameter, or the result, holds. What was written by the kernel is the
// number after the call.
uint64_t referenced(const Hit& hit, const Params& of, const Reference& ref) {
  switch (ref.kind) {
    case Reference::Kind::Number:
      return ref.number;
    case Reference::Kind::Result:
      return hit.result() > 0 ? static_cast<uint64_t>(hit.result()) : 0;
    case Reference::Kind::Parameter: {
      const ScalarKind* kind = find_scalar((*of.params)[ref.param].kind);
      const uint64_t raw = raw_value(hit, of, ref.param);
      return kind && kind->width == 4 ? static_cast<uint32_t>(raw) : raw;
    }
    case Reference::Kind::PointedTo: {
      const auto& memory = (*of.plans)[ref.param].memory;
      const auto bytes = memory.empty() ? std::nullopt : hit.memory(memory[0]);
      return bytes ? bytes->u32(0) : 0;
    }
    default:
      return 0;
  }
}

// Data of `size` bytes, of which `bytes` has some.
Shown show_data(const Hit& hit, const Bytes& bytes, uint64_t size) {
  const size_t shown = std::min<uint64_t>({size, bytes.size(), hit.options().limit});
  return quoted(bytes.part(0, shown).characters(), size > shown);
}

class Reader {
 public:
  Reader(const Hit& hit, const Params& of, size_t index)
      : hit_(hit),
        of_(of),
        param_((*of.params)[index]),
        plan_((*of.plans)[index]),
        at_(raw_value(hit, of, index)) {}

  Shown show() const;

 private:
  std::optional<Bytes> piece(size_t i) const {
    std::optional<Bytes> bytes =
        i < plan_.memory.size() ? hit_.memory(plan_.memory[i]) : std::nullopt;
    if (!bytes) {
      hit_.set_incomplete();
    }
    return bytes;
  }
  std::optional<std::string_view> piece_text(size_t i) const {
    const std::optional<Bytes> bytes = piece(i);
    return bytes ? std::optional(bytes->text()) : std::nullopt;
  }
  Shown show_text(size_t limit) const;
  Shown show_element(const Bytes& bytes) const;
  Shown show_array(const Bytes& bytes) const;
  Shown show_pointed(const Bytes& bytes) const;
  Shown show_iovec(const Bytes& vec, uint64_t count, size_t first_data, uint64_t total) const;
  Shown show_msghdr(const Bytes& head) const;
  Shown show_argv() const;
  Shown show_option(const Bytes& bytes) const;
  Shown show_fd_set(const Bytes& bytes) const;

  const Hit& hit_;
  const Params& of_;
  const Param& param_;
  const ParamPlan& plan_;
  uint64_t at_;
};

Shown Reader::show_text(size_t limit) const {
  const std::optional<std::string_view> text = piece_text(0);
  if (!text) {
    return address(at_);
  }
  return quoted(text->substr(0, limit), text->size() > limit);
}

Shown Reader::show_element(const Bytes& bytes) const {
  if (const StructKind* kind = find_struct(param_.kind)) {
    return kind->show(bytes);
  }
  const ScalarKind* kind = find_scalar(param_.kind);
  return show_scalar(param_.kind, bytes.number(0, kind ? kind->width : 8));
}

Shown Reader::show_array(const Bytes& bytes) const {
  const StructKind* structure = find_struct(param_.kind);
  const ScalarKind* scalar = find_scalar(param_.kind);
  const size_t width = structure ? structure->size : scalar ? scalar->width : 8;
  const uint64_t count = referenced(hit_, of_, param_.count);
  const size_t shown = std::min<uint64_t>(count, bytes.size() / width);
  std::vector<Shown> items;
  for (size_t i = 0; i < shown; i++) {
    const Bytes element = bytes.part(i * width, width);
    if (param_.kind == "fd") {
      items.push_back({show_file(element.s32(0), piece_text(1 + i)).text, element.s32(0)});
    } else {
      items.push_back(show_element(element));
    }
  }
  return list_of(items, count > shown);
}

// A pointer to one value: a structure as it is, a number in brackets.
Shown Reader::show_pointed(const Bytes& bytes) const {
  if (param_.kind == "sigset_argpack") {
    StructOut out;
    const std::optional<Bytes> mask = piece(1);
    out.add("sigmask", mask ? signal_set(*mask) : address(bytes.u64(0)));
    out.add("sigsetsize", unsigned_number(bytes.u64(8)));
    return out.take();
  }
  Shown shown = show_element(bytes);
  if (!find_struct(param_.kind)) {
    shown.text = "[" + shown.text + "]";
  }
  return shown;
}

Shown Reader::show_iovec(const Bytes& vec, uint64_t count, size_t first_data,
                         uint64_t total) const {
  const size_t shown = std::min<uint64_t>(count, vec.size() / 16);
  std::vector<Shown> items;
  for (size_t i = 0; i < shown; i++) {
    StructOut out;
    const uint64_t length = vec.u64(16 * i + 8);
    const std::optional<Bytes> data = piece(first_data + i);
    const uint64_t filled = std::min(length, total);
    total -= filled;
    out.add("iov_base", data ? show_data(hit_, *data, filled) : address(vec.u64(16 * i)));
    out.add("iov_len", unsigned_number(length));
    items.push_back(out.take());
  }
  return list_of(items, count > shown);
}

Shown Reader::show_msghdr(const Bytes& head) const {
  const bool is_output = param_.direction == Direction::Out;
  const uint64_t total = is_output ? referenced(hit_, of_, param_.of) : ~uint64_t{0};
  const uint32_t name_size = head.u32(8);
  StructOut out;
  const std::optional<Bytes> name = piece(1);
  out.add("msg_name", head.u64(0) != 0 && name && name_size >= 2 ? show_sockaddr(*name, name_size)
                                                                 : address(head.u64(0)));
  out.add("msg_namelen", unsigned_number(name_size));
  const std::optional<Bytes> vec = piece(3);
  out.add("msg_iov", vec ? show_iovec(*vec, head.u64(24), 4, total) : address(head.u64(16)));
  out.add("msg_iovlen", unsigned_number(head.u64(24)));
  const uint64_t control_size = head.u64(40);
  if (control_size != 0 || head.u64(32) == 0 || !is_output) {
    const std::optional<Bytes> control = piece(2);
    if (control_size != 0) {
      out.add("msg_control",
              control ? show_control(*control, control_size) : address(head.u64(32)));
    }
  }
  out.add("msg_controllen", unsigned_number(control_size));
  out.add("msg_flags", show_names("msg_flags", head.u32(48)));
  return out.take();
}

Shown Reader::show_argv() const {
  std::vector<Shown> items;
  bool is_cut = false;
  for (size_t i = 0; i <= kMaxArgv; i++) {
    if (i >= plan_.memory.size()) {
      break;
    }
    const uint64_t pointer = hit_.number(plan_.memory[i]);
    if (pointer == 0) {
      break;
    }
    if (i == kMaxArgv) {
      is_cut = true;
      break;
    }
    const auto text = piece_text(kMaxArgv + 1 + i);
    const size_t limit = hit_.options().limit;
    items.push_back(text ? quoted(text->substr(0, limit), text->size() > limit) : address(pointer));
  }
  if (items.empty() && hit_.number(plan_.memory.empty() ? 0 : plan_.memory[0]) != 0) {
    return address(at_);
  }
  return list_of(items, is_cut);
}

// The value of a socket option: a number, a structure that is known, or bytes.
Shown Reader::show_option(const Bytes& bytes) const {
  const uint64_t size = referenced(hit_, of_, param_.of);
  if (of_.params->size() < 3) {
    return address(at_);
  }
  const std::string_view names = (*of_.params)[2].kind;
  const std::string option = show_scalar(names, raw_value(hit_, of_, 2)).text;
  if (option == "SO_LINGER" && size >= 8) {
    StructOut out;
    out.add("l_onoff", signed_number(bytes.s32(0)));
    out.add("l_linger", signed_number(bytes.s32(4)));
    return out.take();
  }
  if ((option == "SO_RCVTIMEO_OLD" || option == "SO_SNDTIMEO_OLD") && size >= 16) {
    return find_struct("timeval")->show(bytes);
  }
  if (option == "SO_PEERCRED" && size >= 12) {
    StructOut out;
    out.add("pid", signed_number(bytes.s32(0)));
    out.add("uid", unsigned_number(bytes.u32(4)));
    out.add("gid", unsigned_number(bytes.u32(8)));
    return out.take();
  }
  if (option == "SO_ERROR" && size == 4) {
    const std::string_view name = errno_name(bytes.s32(0));
    return bytes.s32(0) != 0 && !name.empty() ? list_of({word(std::string(name))}, false)
                                              : list_of({signed_number(bytes.s32(0))}, false);
  }
  if (option == "SO_TYPE" && size == 4) {
    return list_of({show_names("socket_type", bytes.u32(0))}, false);
  }
  if (option == "SO_DOMAIN" && size == 4) {
    return list_of({show_names("socket_domain", bytes.u32(0))}, false);
  }
  if (option == "SO_PROTOCOL" && size == 4) {
    return list_of({show_names("inet_protocol", bytes.u32(0))}, false);
  }
  if (size == 4) {
    return list_of({signed_number(bytes.s32(0))}, false);
  }
  return show_data(hit_, bytes, size);
}

Shown Reader::show_fd_set(const Bytes& bytes) const {
  const auto nr_bits = static_cast<int32_t>(referenced(hit_, of_, param_.count));
  return show_bits(
      bytes, std::min<size_t>(nr_bits > 0 ? static_cast<size_t>(nr_bits) : 0, bytes.size() * 8));
}

Shown Reader::show() const {
  const std::string_view kind = param_.kind;
  if (at_ == 0) {
    return address(0);
  }
  const bool is_output = param_.direction == Direction::Out;
  if (is_output && (hit_.is_entry() || hit_.error() != 0)) {
    return address(at_);
  }
  if (hit_.abi() != Abi::X64 && !is_same_in_32bit(param_)) {
    return address(at_);
  }
  if (kind == "path") {
    return show_text(kPathSize - 2);
  }
  if (kind == "str" || kind == "mount_data") {
    return show_text(hit_.options().limit);
  }
  if (kind == "argv") {
    return show_argv();
  }
  const std::optional<Bytes> bytes = piece(0);
  if (!bytes) {
    return address(at_);
  }
  if (kind == "buf") {
    return show_data(hit_, *bytes, referenced(hit_, of_, param_.of));
  }
  if (kind == "msgbuf") {
    StructOut out;
    out.add("mtype", signed_number(bytes->s64(0)));
    out.add("mtext", show_data(hit_, bytes->from(8), referenced(hit_, of_, param_.of)));
    return out.take();
  }
  if (kind == "sockaddr") {
    const uint64_t size = referenced(hit_, of_, param_.of);
    return size < 2 ? address(at_) : show_sockaddr(*bytes, size);
  }
  if (kind == "sigset") {
    return signal_set(*bytes);
  }
  if (kind == "fd_set") {
    return show_fd_set(*bytes);
  }
  if (kind == "cpu_set") {
    return show_bits(*bytes,
                     std::min<uint64_t>(referenced(hit_, of_, param_.of), bytes->size()) * 8);
  }
  if (kind == "sockopt_value") {
    return show_option(*bytes);
  }
  if (kind == "iovec") {
    const uint64_t total = is_output ? referenced(hit_, of_, param_.of) : ~uint64_t{0};
    return show_iovec(*bytes, referenced(hit_, of_, param_.count), 1, total);
  }
  if (kind == "msghdr") {
    return show_msghdr(*bytes);
  }
  return param_.is_array ? show_array(*bytes) : show_pointed(*bytes);
}

}  // namespace

bool is_memory_kind(std::string_view kind) {
  return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
}

Shown show_memory(const Hit& hit, const Params& of, size_t index) {
  return Reader(hit, of, index).show();
}

std::string poll_results(const Hit& hit, const Params& of) {
  std::string out;
  for (size_t i = 0; i < of.params->size(); i++) {
    const Param& param = (*of.params)[i];
    const auto& memory = (*of.plans)[i].memory;
    const auto bytes = memory.empty() ? std::nullopt : hit.memory(memory[0]);
    if (param.kind != "pollfd" || !bytes) {
      continue;
    }
    const uint64_t count = std::min<uint64_t>(referenced(hit, of, param.count), bytes->size() / 8);
    for (size_t k = 0; k < count; k++) {
      const std::string one = show_poll_result(bytes->part(8 * k, 8)).text;
      if (!one.empty()) {
        out += (out.empty() ? "[" : ", ") + one;
      }
    }
  }
  return out.empty() ? out : out + "]";
}

}  // namespace dt::plugins::syscall
