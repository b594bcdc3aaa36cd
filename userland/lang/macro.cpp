// SPDX-License-Identifier: MIT
// Macro variables. See macro.hpp.
#include "lang/macro.hpp"

#include <cctype>

#include "lang/literal.hpp"

namespace dt::lang {

namespace {

bool is_number(std::string_view text) {
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) != 0;
}

bool is_identifier(std::string_view text) {
  if (text.empty() || is_number(text)) {
    return false;
  }
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '`') {
      return false;
    }
  }
  return true;
}

// "$1" or "$$1", for messages.
std::string shown(std::string_view name, bool as_string) {
  return (as_string ? "$$" : "$") + std::string(name);
}

void report_undefined(std::string_view name, bool as_string, SourceRange range,
                      Diagnostics& diagnostics) {
  if (is_number(name)) {
    diagnostics.error(Tag::D_MACRO_UNDEF, range,
                      "macro argument " + shown(name, as_string) + " is not defined",
                      "give it on the command line, or set option defaultargs");
    return;
  }
  diagnostics.error(Tag::D_MACRO_UNDEF, range,
                    "macro variable " + shown(name, as_string) + " is not defined");
}

}  // namespace

MacroTable::MacroTable(const MacroValues& values)
    : values_(values), used_(values.args.size(), false), default_args_(values.default_args) {}

std::optional<std::string> MacroTable::find(std::string_view name) {
  if (is_number(name)) {
    // More digits than this cannot name an argument that exists.
    if (name.size() > 6) {
      return std::nullopt;
    }
    const size_t index = std::stoul(std::string(name));
    if (index < values_.args.size()) {
      used_[index] = true;
      return values_.args[index];
    }
    return std::nullopt;
  }
  const auto found = values_.named.find(std::string(name));
  if (found != values_.named.end()) {
    return found->second;
  }
  // Without -c and -p there is no target: 0 is the number of no process.
  return name == "target" ? std::optional<std::string>("0") : std::nullopt;
}

Token MacroTable::token(std::string_view name, bool as_string, SourceRange range,
                        Diagnostics& diagnostics) {
  Token token;
  token.range = range;
  token.is_macro = true;
  std::optional<std::string> value = find(name);
  if (!value) {
    const bool has_default = default_args_ && is_number(name);
    if (!has_default) {
      report_undefined(name, as_string, range, diagnostics);
    }
    value = as_string ? "" : "0";
  }
  if (as_string) {
    token.kind = Tok::String;
    token.text = *value;
    return token;
  }
  std::string_view digits = *value;
  const bool is_negative = !digits.empty() && digits[0] == '-';
  if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) {
    digits.remove_prefix(1);
  }
  if (is_number(digits)) {
    const IntegerText number = read_integer(digits);
    if (number.size == digits.size() && number.bad_digit == '\0') {
      if (number.is_overflow) {
        diagnostics.error(
            Tag::D_MACRO_OFLOW, range,
            "the value of " + shown(name, false) + ", " + *value + ", does not fit 64 bits",
            "write " + shown(name, true) + " to use it as a string");
      }
      token.kind = Tok::Int;
      token.value = number.value;
      token.nr_long = number.nr_long;
      token.is_unsigned = number.is_unsigned;
      token.is_decimal = number.is_decimal;
      token.is_negative = is_negative;
      return token;
    }
  }
  if (is_identifier(*value)) {
    token.kind = Tok::Ident;
    const Tok keyword = keyword_kind(*value);
    if (keyword != Tok::Ident) {
      token.kind = keyword;
    }
    token.text = *value;
    return token;
  }
  token.kind = Tok::String;
  token.text = *value;
  return token;
}

std::string MacroTable::paste(std::string_view name, SourceRange range, Diagnostics& diagnostics) {
  const std::optional<std::string> value = find(name);
  if (!value) {
    if (!(default_args_ && is_number(name))) {
      report_undefined(name, false, range, diagnostics);
    }
    return "";
  }
  return *value;
}

std::vector<size_t> MacroTable::unused_args() const {
  std::vector<size_t> unused;
  for (size_t i = 1; i < used_.size(); ++i) {
    if (!used_[i]) {
      unused.push_back(i);
    }
  }
  return unused;
}

}  // namespace dt::lang
