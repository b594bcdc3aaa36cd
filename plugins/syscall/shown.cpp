// SPDX-License-Identifier: MIT
// Numbers, quoted text, lists and structures. See shown.hpp.
#include "shown.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace dt::plugins::syscall {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Text in which most bytes cannot be read is shown in hexadecimal, as strace does.
bool is_text(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](unsigned char c) { return c != 0 && c < 0x80; });
}

void append_escaped(std::string& out, char c, char next) {
  const auto byte = static_cast<unsigned char>(c);
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\v':
      out += "\\v";
      return;
    default:
      break;
  }
  if (byte >= ' ' && byte < 0x7f) {
    out += c;
  } else if (is_digit(next)) {
    out += fmt::format("\\{:03o}", byte);
  } else {
    out += fmt::format("\\{:o}", byte);
  }
}

}  // namespace

Shown signed_number(int64_t value) { return {std::to_string(value), value}; }

Shown unsigned_number(uint64_t value) { return {std::to_string(value), value}; }

Shown hex_number(uint64_t value) {
  return {value == 0 ? std::string("0") : fmt::format("{:#x}", value), value};
}

Shown octal_number(uint64_t value) { return {fmt::format("{:#03o}", value), value}; }

Shown address(uint64_t value) {
  if (value == 0) {
    return {"NULL", nullptr};
  }
  std::string text = fmt::format("{:#x}", value);
  return {text, text};
}

Shown quoted(std::string_view text, bool is_cut) {
  std::string out = "\"";
  for (size_t i = 0; i < text.size(); i++) {
    append_escaped(out, text[i], i + 1 < text.size() ? text[i + 1] : '\0');
  }
  out += is_cut ? "\"..." : "\"";
  if (is_text(text)) {
    return {out, std::string(text)};
  }
  // JSON is UTF-8: other bytes would be lost, so they stay escaped.
  return {out, out.substr(1, out.rfind('"') - 1)};
}

Shown word(std::string text) {
  Json json = text;
  return {std::move(text), std::move(json)};
}

Shown list_of(const std::vector<Shown>& items, bool is_cut) {
  Shown out{"[", Json::array()};
  for (const Shown& item : items) {
    if (out.text.size() > 1) {
      out.text += ", ";
    }
    out.text += item.text;
    out.json.push_back(item.json);
  }
  if (is_cut) {
    out.text += items.empty() ? "..." : ", ...";
  }
  out.text += "]";
  return out;
}

void StructOut::add(std::string_view name, const Shown& value) {
  add_unnamed(name, {fmt::format("{}={}", name, value.text), value.json});
}

void StructOut::add_unnamed(std::string_view name, const Shown& value) {
  if (!text_.empty()) {
    text_ += ", ";
  }
  text_ += value.text;
  json_[std::string(name)] = value.json;
}

Shown StructOut::take() {
  return {"{" + text_ + (is_cut_ ? (text_.empty() ? "..." : ", ...") : "") + "}", std::move(json_)};
}

uint64_t Bytes::number(size_t offset, size_t width) const {
  uint64_t value = 0;
  if (offset < bytes_.size()) {
    std::memcpy(&value, bytes_.data() + offset, std::min(width, bytes_.size() - offset));
  }
  return value;
}

int64_t Bytes::signed_at(size_t offset, size_t width) const {
  const auto shift = static_cast<unsigned>(8 * (8 - width));
  return static_cast<int64_t>(number(offset, width) << shift) >> shift;
}

Bytes Bytes::from(size_t offset) const { return Bytes(bytes_.subspan(std::min(offset, size()))); }

Bytes Bytes::part(size_t offset, size_t size) const {
  offset = std::min(offset, bytes_.size());
  return Bytes(bytes_.subspan(offset, std::min(size, bytes_.size() - offset)));
}

std::string_view Bytes::characters() const {
  return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
}

std::string_view Bytes::text() const {
  std::string_view all = characters();
  return all.substr(0, std::min(all.find('\0'), all.size()));
}

}  // namespace dt::plugins::syscall
