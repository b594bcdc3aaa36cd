// SPDX-License-Identifier: MIT
// A value as a person reads it, and the same as JSON: what every decoder of this plugin returns.
// Owns the rules of writing: quotes and escapes, lists, structures, addresses. No access to the
// traced program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace dt::plugins::syscall {

using Json = nlohmann::ordered_json;

struct Shown {
  std::string text;
  Json json;
};

// Numbers.
Shown signed_number(int64_t value);
Shown unsigned_number(uint64_t value);
Shown hex_number(uint64_t value);
Shown octal_number(uint64_t value);  // modes: 0644
// NULL or 0x7ffd...; in JSON text, so that no reader rounds it.
Shown address(uint64_t value);

// "text\n", with "..." behind it if there is more than is shown. Octal escapes as strace writes
// them.
Shown quoted(std::string_view text, bool is_cut);

// A bit of text that is the same in JSON.
Shown word(std::string text);

// [a, b, c], with ", ..." if there are more.
Shown list_of(const std::vector<Shown>& items, bool is_cut);

// {name=value, name=value, ...}
class StructOut {
 public:
  void add(std::string_view name, const Shown& value);
  // Whose text says the name by itself.
  void add_unnamed(std::string_view name, const Shown& value);
  // The rest of the structure is left out.
  void cut() { is_cut_ = true; }
  Shown take();

 private:
  std::string text_;
  Json json_ = Json::object();
  bool is_cut_ = false;
};

// Bytes of a structure. Reading behind its end gives 0, so that a short copy is no special case.
class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(std::span<const unsigned char> bytes) : bytes_(bytes) {}

  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  uint64_t number(size_t offset, size_t width) const;
  int64_t signed_at(size_t offset, size_t width) const;
  uint8_t u8(size_t offset) const { return static_cast<uint8_t>(number(offset, 1)); }
  uint16_t u16(size_t offset) const { return static_cast<uint16_t>(number(offset, 2)); }
  uint32_t u32(size_t offset) const { return static_cast<uint32_t>(number(offset, 4)); }
  uint64_t u64(size_t offset) const { return number(offset, 8); }
  int32_t s32(size_t offset) const { return static_cast<int32_t>(number(offset, 4)); }
  int64_t s64(size_t offset) const { return static_cast<int64_t>(number(offset, 8)); }
  Bytes from(size_t offset) const;
  Bytes part(size_t offset, size_t size) const;
  // As characters; text() ends at the first NUL.
  std::string_view characters() const;
  std::string_view text() const;

 private:
  std::span<const unsigned char> bytes_;
};

}  // namespace dt::plugins::syscall
