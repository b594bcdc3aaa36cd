// SPDX-License-Identifier: MIT
// Integer constants and escapes. See literal.hpp.
#include "lang/literal.hpp"

namespace dt::lang {

namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  if (c >= 'A' && c <= 'F') {
    return c - 'A' + 10;
  }
  return -1;
}

bool is_suffix(char c) { return c == 'u' || c == 'U' || c == 'l' || c == 'L'; }

}  // namespace

IntegerText read_integer(std::string_view text) {
  IntegerText out;
  size_t at = 0;
  unsigned base = 10;
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') &&
      digit_value(text[2]) >= 0) {
    base = 16;
    at = 2;
  } else if (text.size() > 2 && text[0] == '0' && (text[1] == 'b' || text[1] == 'B') &&
             (text[2] == '0' || text[2] == '1')) {
    base = 2;
    at = 2;
  } else if (text.size() > 1 && text[0] == '0') {
    base = 8;
    at = 1;
  }
  out.is_decimal = base == 10 || (base == 8 && (text.size() < 2 || digit_value(text[1]) < 0));
  // Decimal digits belong to the constant in every base, so that 0128 is one constant with a bad
  // digit.
  while (at < text.size()) {
    const int digit = digit_value(text[at]);
    if (digit < 0 || (base != 16 && digit > 9)) {
      break;
    }
    if (static_cast<unsigned>(digit) >= base && out.bad_digit == '\0') {
      out.bad_digit = text[at];
    }
    uint64_t scaled = 0;
    if (__builtin_mul_overflow(out.value, static_cast<uint64_t>(base), &scaled) ||
        __builtin_add_overflow(scaled, static_cast<uint64_t>(digit), &out.value)) {
      out.is_overflow = true;
    }
    ++at;
  }
  while (at < text.size() && is_suffix(text[at])) {
    if (text[at] == 'u' || text[at] == 'U') {
      if (out.is_unsigned) {
        break;
      }
      out.is_unsigned = true;
    } else {
      if (out.nr_long == 2) {
        break;
      }
      ++out.nr_long;
    }
    ++at;
  }
  out.size = at;
  return out;
}

std::string resolve_escapes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    switch (c) {
      case 'a':
        out += '\a';
        break;
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case 'v':
        out += '\v';
        break;
      case '\\':
        out += '\\';
        break;
      case '"':
        out += '"';
        break;
      case '\n':
        break;
      case 'x': {
        unsigned value = 0;
        size_t digits = 0;
        while (i + 1 < text.size() && digits < 2 && digit_value(text[i + 1]) >= 0) {
          value = value * 16 + static_cast<unsigned>(digit_value(text[++i]));
          ++digits;
        }
        if (digits == 0) {
          out += "\\x";
        } else {
          out += static_cast<char>(value);
        }
        break;
      }
      case '0':
      case '1':
      case '2':
      case '3':
      case '4':
      case '5':
      case '6':
      case '7': {
        auto value = static_cast<unsigned>(c - '0');
        for (int n = 1; n < 3 && i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '7';
             ++n) {
          value = value * 8 + static_cast<unsigned>(text[++i] - '0');
        }
        out += static_cast<char>(value);
        break;
      }
      default:
        out += '\\';
        out += c;
        break;
    }
  }
  return out;
}

}  // namespace dt::lang
