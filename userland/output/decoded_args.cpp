// SPDX-License-Identifier: MIT
#include "output/decoded_args.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "output/value.hpp"

namespace dt::output {

using lang::object::Action;
using lang::object::Field;
using lang::object::FieldKind;
using Json = nlohmann::ordered_json;

namespace {

constexpr size_t kMostBytes = 64;  // of a structure that nobody decodes

std::string hex(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes) {
    text += fmt::format("{:02x}", static_cast<unsigned>(byte));
  }
  return text;
}

// Small numbers as they are, everything else may be an address or flags.
std::string number_text(const ValueRef& value) {
  constexpr int64_t kSmall = 4096;
  const int64_t number = load_signed(value);
  if (!value.field->is_pointer && number > -kSmall && number < kSmall) {
    return fmt::format("{}", number);
  }
  return fmt::format("{:#x}", load_unsigned(value));
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += c == '\n' ? "\\n" : c == '\t' ? "\\t" : fmt::format("\\{:03o}", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string addresses_text(const ValueRef& value) {
  std::string text = "[";
  for (size_t i = 0; load_word(value, i) != 0; i++) {
    text += fmt::format("{}{:#x}", i != 0 ? " " : "", load_word(value, i));
  }
  return text + "]";
}

std::string value_text(const ValueRef& value) {
  switch (value.field->kind) {
    case FieldKind::Int:
      return number_text(value);
    case FieldKind::String:
      return quoted(load_string(value));
    case FieldKind::Stack:
    case FieldKind::Ustack:
      return addresses_text(value);
    case FieldKind::Bytes:
    case FieldKind::Float: {
      const bool is_long = value.bytes.size() > kMostBytes;
      return hex(value.bytes.first(is_long ? kMostBytes : value.bytes.size())) +
             (is_long ? "..." : "");
    }
    default:
      return fmt::format("{:#x}", load_word(value, value.bytes.size() / 8 - 1));
  }
}

Json value_json(const ValueRef& value) {
  switch (value.field->kind) {
    case FieldKind::Int:
      return value.field->is_signed ? Json(load_signed(value)) : Json(load_unsigned(value));
    case FieldKind::String:
      return std::string(load_string(value));
    case FieldKind::Bytes:
    case FieldKind::Float:
      return hex(value.bytes);
    default:
      return value_text(value);
  }
}

const std::string& name_of(const Action& action, size_t index) {
  static const std::string unknown = "?";
  return action.origin && index < action.origin->texts.size() ? action.origin->texts[index]
                                                              : unknown;
}

}  // namespace

bool has_value(const Field& field, std::span<const std::byte> payload) {
  if (field.kind == FieldKind::Missing) {
    return false;
  }
  if (field.fault == lang::object::kNoFault) {
    return true;
  }
  return field.fault < payload.size() && payload[field.fault] == std::byte{0};
}

std::string args_text(ArgsDecoder* decoder, const Action& action,
                      const consumer::TraceRecord& record) {
  return decoder != nullptr ? decoder->text(action, record) : raw_args_text(action, record);
}

std::string args_json(ArgsDecoder* decoder, const Action& action,
                      const consumer::TraceRecord& record) {
  return decoder != nullptr ? decoder->fields(action, record) : raw_args_json(action, record);
}

std::string raw_args_text(const Action& action, const consumer::TraceRecord& record) {
  std::string text;
  for (size_t i = 0; i < action.args.size(); i++) {
    const Field& field = action.args[i];
    const std::string shown =
        has_value(field, record.payload) ? value_text(value_in(field, record.payload)) : "?";
    text += fmt::format("{}{}={}", i != 0 ? " " : "", name_of(action, i), shown);
  }
  return text;
}

std::string raw_args_json(const Action& action, const consumer::TraceRecord& record) {
  Json object = Json::object();
  for (size_t i = 0; i < action.args.size(); i++) {
    const Field& field = action.args[i];
    object[name_of(action, i)] = has_value(field, record.payload)
                                     ? value_json(value_in(field, record.payload))
                                     : Json(nullptr);
  }
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace dt::output
