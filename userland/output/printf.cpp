// SPDX-License-Identifier: MIT
#include "output/printf.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <ctime>

#include "output/picture.hpp"
#include "output/terminal.hpp"

namespace dt::output {

using lang::object::Field;
using lang::object::FieldKind;

namespace {

constexpr int kAddressWidth = 16;
// %Y and %T.
constexpr const char* kYearForm = "%Y %b %e %T";
constexpr const char* kDayForm = "%a, %d %b %G %T %Z";
constexpr int kMaxWidth = 1 << 28;

// Effective width, precision and flags of one conversion, dynamic ones filled in.
struct Spec {
  int width = 0;
  int precision = -1;
  bool is_left = false;
};

std::string pad(std::string text, const Spec& spec, char fill = ' ') {
  const auto width = static_cast<size_t>(spec.width);
  if (text.size() >= width) {
    return text;
  }
  if (spec.is_left) {
    text.append(width - text.size(), ' ');
    return text;
  }
  return std::string(width - text.size(), fill) + text;
}

std::string grouped(const std::string& digits) {
  std::string text;
  for (size_t i = 0; i < digits.size(); i++) {
    if (i > 0 && (digits.size() - i) % 3 == 0) {
      text += ',';
    }
    text += digits[i];
  }
  return text;
}

std::string integer_text(const FormatPart& part, const Spec& spec, uint64_t magnitude,
                         bool is_negative, bool is_signed, char form) {
  std::string digits;
  switch (form) {
    case 'x':
    case 'p':
      digits = fmt::format("{:x}", magnitude);
      break;
    case 'X':
      digits = fmt::format("{:X}", magnitude);
      break;
    case 'o':
      digits = fmt::format("{:o}", magnitude);
      break;
    default:
      digits = fmt::format("{}", magnitude);
  }
  if (spec.precision == 0 && magnitude == 0) {
    digits.clear();
  }
  if (spec.precision > 0 && digits.size() < static_cast<size_t>(spec.precision)) {
    digits.insert(0, static_cast<size_t>(spec.precision) - digits.size(), '0');
  }
  if (part.is_grouped && form == 'd') {
    digits = grouped(digits);
  }
  std::string sign;
  if (is_negative) {
    sign = "-";
  } else if (is_signed && part.is_plus) {
    sign = "+";
  } else if (is_signed && part.is_space) {
    sign = " ";
  }
  if (part.is_alt && magnitude != 0) {
    if (form == 'x') {
      sign = "0x";
    } else if (form == 'X') {
      sign = "0X";
    } else if (form == 'o' && digits[0] != '0') {
      sign = "0";
    }
  }
  const auto width = static_cast<size_t>(spec.width);
  if (part.is_zero && !spec.is_left && spec.precision < 0 && sign.size() + digits.size() < width) {
    digits.insert(0, width - sign.size() - digits.size(), '0');
  }
  return pad(sign + digits, spec);
}

// The value without a sign, cut to the size that the conversion names.
uint64_t unsigned_of(const FormatPart& part, const ValueRef& value) {
  const uint64_t word = load_unsigned(value);
  return part.size > 0 ? word & ((uint64_t{1} << (8 * part.size)) - 1) : word;
}

std::string decimal_text(const FormatPart& part, const Spec& spec, const ValueRef& value) {
  const bool is_signed = value.field->is_signed;
  int64_t number = load_signed(value);
  if (part.size > 0 && is_signed) {
    const unsigned unused = 64 - 8 * part.size;
    number = static_cast<int64_t>(static_cast<uint64_t>(number) << unused) >> unused;
  }
  if (is_signed && number < 0) {
    return integer_text(part, spec, 0 - static_cast<uint64_t>(number), true, true, 'd');
  }
  return integer_text(part, spec, unsigned_of(part, value), false, true, 'd');
}

std::string float_text(const FormatPart& part, const Spec& spec, const ValueRef& value, char form) {
  char format[32];
  std::snprintf(format, sizeof(format), "%%%s%s%s%s%s*.*L%c", part.is_alt ? "#" : "",
                part.is_zero ? "0" : "", spec.is_left ? "-" : "", part.is_plus ? "+" : "",
                part.is_space ? " " : "", form);
  const int precision = spec.precision;
  const long double number = load_float(value);
  const int length = std::snprintf(nullptr, 0, format, spec.width, precision, number);
  std::string text(static_cast<size_t>(std::max(length, 0)) + 1, '\0');
  std::snprintf(text.data(), text.size(), format, spec.width, precision, number);
  text.pop_back();
  return text;
}

std::string time_text(uint64_t ns, const char* format) {
  const auto seconds = static_cast<time_t>(ns / consumer::kSecondNs);
  tm parts{};
  ::localtime_r(&seconds, &parts);
  char text[128];
  const size_t length = std::strftime(text, sizeof(text), format, &parts);
  return {text, length};
}

void append_utf8(std::string* text, uint32_t code) {
  if (code < 0x80) {
    *text += static_cast<char>(code);
  } else if (code < 0x800) {
    *text += static_cast<char>(0xc0 | (code >> 6));
    *text += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    *text += static_cast<char>(0xe0 | (code >> 12));
    *text += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    *text += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    *text += static_cast<char>(0xf0 | ((code >> 18) & 0x07));
    *text += static_cast<char>(0x80 | ((code >> 12) & 0x3f));
    *text += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    *text += static_cast<char>(0x80 | (code & 0x3f));
  }
}

std::string wide_text(const ValueRef& value) {
  std::string text;
  for (size_t at = 0; at + 4 <= value.bytes.size(); at += 4) {
    uint32_t code = 0;
    std::copy_n(value.bytes.begin() + at, 4, reinterpret_cast<std::byte*>(&code));
    if (code == 0) {
      break;
    }
    append_utf8(&text, code);
  }
  return text;
}

bool is_symbol(FieldKind kind) {
  return kind == FieldKind::Sym || kind == FieldKind::Mod || kind == FieldKind::Func ||
         kind == FieldKind::Usym || kind == FieldKind::Umod || kind == FieldKind::Uaddr;
}

std::string string_text(const ValueRef& value, const FormatContext& context) {
  if (is_symbol(value.field->kind)) {
    return symbol_value_text(value, *context.symbolizer);
  }
  if (value.field->kind == FieldKind::Int) {
    return fmt::format("{}", load_signed(value));
  }
  return std::string(load_string(value));
}

std::string character_text(uint64_t code) {
  const char c = static_cast<char>(code);
  return c == '\0' ? std::string() : std::string(1, c);
}

std::string convert(const FormatPart& part, const Spec& spec, const ValueRef& value,
                    const FormatContext& context) {
  const std::string& conversion = part.conversion;
  if (conversion == "wc") {
    std::string text;
    append_utf8(&text, static_cast<uint32_t>(load_unsigned(value)));
    return pad(std::move(text), spec);
  }
  if (conversion == "ws") {
    return pad(wide_text(value), spec);
  }
  const FieldKind kind = value.field->kind;
  if (kind == FieldKind::Stack || kind == FieldKind::Ustack) {
    return stack_text(value, *context.symbolizer,
                      static_cast<unsigned>(context.options->stackindent),
                      context.options->maxframes);
  }
  switch (conversion[0]) {
    case 'd':
    case 'i':
      return decimal_text(part, spec, value);
    case 'u':
      return integer_text(part, spec, unsigned_of(part, value), false, false, 'd');
    case 'x':
    case 'X':
    case 'o':
    case 'p':
      return integer_text(part, spec, unsigned_of(part, value), false, false, conversion[0]);
    case 'c':
      return pad(character_text(load_unsigned(value)), spec);
    case 'C':
      return pad(escaped(character_text(load_unsigned(value))), spec);
    case 's':
    case 'S': {
      std::string text = string_text(value, context);
      if (conversion[0] == 'S') {
        text = escaped(text);
      }
      // A precision of 0 means none, as it always has in D.
      if (spec.precision > 0 && text.size() > static_cast<size_t>(spec.precision)) {
        text.resize(static_cast<size_t>(spec.precision));
      }
      if (part.is_alt && conversion[0] == 's') {
        text = shell_word(text);
      }
      return pad(std::move(text), spec);
    }
    case 'a':
    case 'A': {
      if (is_symbol(kind)) {
        return pad(symbol_value_text(value, *context.symbolizer), spec);
      }
      const uint64_t address = load_unsigned(value);
      const auto symbol = conversion[0] == 'a' ? context.symbolizer->kernel(address) : std::nullopt;
      return pad(symbol_text(symbol, address, SymbolForm::Address), spec);
    }
    case 'Y':
      return pad(time_text(load_unsigned(value), kYearForm), spec);
    case 'T':
      return pad(time_text(load_unsigned(value), kDayForm), spec);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return float_text(part, spec, value, conversion[0]);
    case 'b':
      return pad(fmt::format("{:b}", load_unsigned(value)), spec);
    case 'k':
      return stack_text(value, *context.symbolizer,
                        static_cast<unsigned>(context.options->stackindent),
                        context.options->maxframes);
    default:
      return pad(string_text(value, context), spec);
  }
}

std::string convert_agg(const FormatPart& part, const Spec& spec, const AggValue& value,
                        const FormatContext& context) {
  if (consumer::is_distribution(*value.agg)) {
    static const std::vector<int64_t> kNothing;
    return distribution_text(*value.agg, value.element == nullptr ? kNothing : value.element->data,
                             value.normal, *context.options);
  }
  const int64_t number = shown_scalar(value);
  const char form = part.conversion.empty() ? 'd' : part.conversion[0];
  if (form == 'Y') {
    return pad(time_text(static_cast<uint64_t>(number), kYearForm), spec);
  }
  if (form == 'T') {
    return pad(time_text(static_cast<uint64_t>(number), kDayForm), spec);
  }
  if (form == 'd' || form == 'i') {
    const bool is_negative = number < 0;
    return integer_text(
        part, spec, is_negative ? 0 - static_cast<uint64_t>(number) : static_cast<uint64_t>(number),
        is_negative, true, 'd');
  }
  return integer_text(part, spec, static_cast<uint64_t>(number), false, false,
                      form == 'u' ? 'd' : form);
}

bool is_flag(char c) {
  return c == '-' || c == '0' || c == '+' || c == ' ' || c == '#' || c == '\'' || c == '@' ||
         c == '?';
}

}  // namespace

std::string shell_word(std::string_view text) {
  std::string word = "'";
  for (const char c : text) {
    word += c == '\'' ? std::string_view("'\\''") : std::string_view(&c, 1);
  }
  return word + "'";
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\a':
        out += "\\a";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\v':
        out += "\\v";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '"':
        out += "\\\"";
        break;
      default:
        if (std::isprint(static_cast<unsigned char>(c))) {
          out += c;
        } else {
          out += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
        }
    }
  }
  return out;
}

int64_t shown_scalar(const AggValue& value) {
  if (value.element == nullptr) {
    return 0;
  }
  const int64_t number = consumer::scalar_of(*value.agg, value.element->data);
  return value.normal > 1 ? number / static_cast<int64_t>(value.normal) : number;
}

std::vector<FormatPart> parse_format(std::string_view format) {
  std::vector<FormatPart> parts;
  std::string text;
  size_t at = 0;
  auto flush_text = [&] {
    if (!text.empty()) {
      parts.emplace_back();
      parts.back().text = std::move(text);
      text.clear();
    }
  };
  auto number = [&] {
    int value = 0;
    while (at < format.size() && std::isdigit(static_cast<unsigned char>(format[at]))) {
      value = std::min(kMaxWidth, value * 10 + (format[at] - '0'));
      at++;
    }
    return value;
  };
  while (at < format.size()) {
    if (format[at] != '%') {
      text += format[at++];
      continue;
    }
    if (at + 1 < format.size() && format[at + 1] == '%') {
      text += '%';
      at += 2;
      continue;
    }
    const size_t start = at++;
    FormatPart part;
    for (; at < format.size() && is_flag(format[at]); at++) {
      part.is_left |= format[at] == '-';
      part.is_zero |= format[at] == '0';
      part.is_plus |= format[at] == '+';
      part.is_space |= format[at] == ' ';
      part.is_alt |= format[at] == '#';
      part.is_grouped |= format[at] == '\'';
      part.is_agg |= format[at] == '@';
      part.is_address_width |= format[at] == '?';
    }
    if (at < format.size() && format[at] == '*') {
      part.is_dynamic_width = true;
      at++;
    } else {
      part.width = number();
    }
    if (at < format.size() && format[at] == '.') {
      at++;
      if (at < format.size() && format[at] == '*') {
        part.is_dynamic_precision = true;
        at++;
      } else {
        part.precision = number();
      }
    }
    if (at < format.size() && format[at] == '@') {
      part.is_agg = true;
      at++;
    }
    bool is_wide = false;
    while (at < format.size() && std::string_view("hlLqjw").find(format[at]) != format.npos) {
      is_wide |= format[at] == 'w';
      if (format[at] == 'h') {
        part.size = part.size == 0 ? 2 : 1;
      }
      at++;
    }
    if (at >= format.size()) {
      text += format.substr(start);
      break;
    }
    part.conversion = is_wide ? std::string("w") + format[at] : std::string(1, format[at]);
    if (part.is_address_width) {
      part.width = kAddressWidth;
    }
    at++;
    flush_text();
    parts.push_back(std::move(part));
  }
  flush_text();
  return parts;
}

std::string format_values(const std::vector<FormatPart>& parts, std::span<const ValueRef> values,
                          std::span<const AggValue> aggs, const FormatContext& context) {
  std::string text;
  size_t next_value = 0;
  size_t next_agg = 0;
  for (const FormatPart& part : parts) {
    if (part.conversion.empty()) {
      text += part.text;
      continue;
    }
    Spec spec{part.width, part.precision, part.is_left};
    auto take_int = [&](int fallback) {
      if (next_value >= values.size()) {
        return fallback;
      }
      const int64_t number = load_signed(values[next_value++]);
      return static_cast<int>(std::clamp<int64_t>(number, -kMaxWidth, kMaxWidth));
    };
    if (part.is_dynamic_width) {
      spec.width = take_int(0);
      if (spec.width < 0) {
        spec.is_left = true;
        spec.width = -spec.width;
      }
    }
    if (part.is_dynamic_precision) {
      spec.precision = std::max(-1, take_int(-1));
    }
    if (part.is_agg) {
      if (!aggs.empty()) {
        text += convert_agg(part, spec, aggs[std::min(next_agg, aggs.size() - 1)], context);
        next_agg++;
      }
    } else if (next_value < values.size()) {
      const std::string shown = convert(part, spec, values[next_value++], context);
      text += context.is_terminal ? terminal_text(shown) : shown;
    }
  }
  return text;
}

}  // namespace dt::output
