// SPDX-License-Identifier: MIT
#include "session/parameter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "session/problem.hpp"

namespace dt::session {

namespace {

constexpr std::array<std::pair<const char*, uint64_t>, 7> kUnits = {{
    {"ns", 1},
    {"us", 1'000},
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"m", 60'000'000'000},
    {"h", 3'600'000'000'000},
    {"d", 86'400'000'000'000},
}};

Error expected(const std::string& what, const std::string& text) {
  return Error{fmt::format("expected {}, not '{}'", what, text), EINVAL};
}

Result<ParameterValue> number_value(const Parameter& parameter, const std::string& text) {
  switch (parameter.type) {
    case ParameterType::Int: {
      auto number = parse_int(text);
      if (!number) {
        return number.error();
      }
      return ParameterValue{text, *number};
    }
    case ParameterType::Bool: {
      auto flag = parse_bool(text);
      if (!flag) {
        return flag.error();
      }
      return ParameterValue{text, *flag ? 1 : 0};
    }
    default: {
      auto number =
          parameter.type == ParameterType::Duration ? parse_duration(text) : parse_bytes(text);
      if (!number) {
        return number.error();
      }
      return ParameterValue{text, static_cast<int64_t>(*number)};
    }
  }
}

Result<ParameterValue> string_value(const Parameter& parameter, const std::string& text) {
  if (text.size() > parameter.max_length) {
    return Error{
        fmt::format("expected at most {} bytes, not {}", parameter.max_length, text.size()),
        EINVAL};
  }
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      return Error{"expected text without control characters", EINVAL};
    }
  }
  return ParameterValue{text, 0};
}

Result<ParameterValue> choice_value(const Parameter& parameter, const std::string& text) {
  std::vector<std::string> names;
  for (const Choice& choice : parameter.choices) {
    if (choice.name == text) {
      return ParameterValue{text, 0};
    }
    names.push_back(choice.name);
  }
  const std::string hint = names.size() > 30 ? "" : name_hint(text, names);
  return Error{fmt::format("expected one of {}, not '{}'{}", fmt::join(names, ", "), text,
                           hint.compare(0, 7, "did you") == 0 ? "; " + hint : ""),
               EINVAL};
}

}  // namespace

const std::vector<std::string>& type_names() {
  static const std::vector<std::string> kNames = {"int",      "string", "bool",
                                                  "duration", "size",   "choice"};
  return kNames;
}

const char* type_name(ParameterType type) {
  return type_names()[static_cast<size_t>(type)].c_str();
}

std::optional<ParameterType> type_of_name(const std::string& name) {
  const auto& names = type_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    return std::nullopt;
  }
  return static_cast<ParameterType>(found - names.begin());
}

Result<int64_t> parse_int(const std::string& text) {
  const bool is_negative = !text.empty() && text[0] == '-';
  const size_t sign = is_negative || (!text.empty() && text[0] == '+') ? 1 : 0;
  const bool is_hex = text.size() > sign + 2 && text[sign] == '0' &&
                      (text[sign + 1] == 'x' || text[sign + 1] == 'X');
  const char* begin = text.data() + sign + (is_hex ? 2 : 0);
  const char* end = text.data() + text.size();
  uint64_t number = 0;
  const auto [rest, error] = std::from_chars(begin, end, number, is_hex ? 16 : 10);
  const uint64_t limit = static_cast<uint64_t>(INT64_MAX) + (is_negative ? 1 : 0);
  if (error == std::errc::result_out_of_range || (error == std::errc() && number > limit)) {
    return Error{fmt::format("'{}' does not fit 64 bits", text), ERANGE};
  }
  if (error != std::errc() || rest != end) {
    return expected("a whole number", text);
  }
  return static_cast<int64_t>(is_negative ? 0 - number : number);
}

Result<bool> parse_bool(const std::string& text) {
  for (const char* yes : {"true", "yes", "on"}) {
    if (text == yes) {
      return true;
    }
  }
  for (const char* no : {"false", "no", "off"}) {
    if (text == no) {
      return false;
    }
  }
  return expected("true or false", text);
}

Result<uint64_t> parse_duration(const std::string& text) {
  const std::string what = "a duration such as 500us, 10ms, 1.5s, 2m, 1h";
  uint64_t whole = 0;
  const char* end = text.data() + text.size();
  auto [rest, error] = std::from_chars(text.data(), end, whole, 10);
  if (error != std::errc()) {
    return expected(what, text);
  }
  uint64_t fraction = 0;
  uint64_t scale = 1;
  if (rest != end && *rest == '.') {
    const char* digit = rest + 1;
    for (; digit != end && *digit >= '0' && *digit <= '9' && scale < 1'000'000'000; digit++) {
      fraction = fraction * 10 + static_cast<uint64_t>(*digit - '0');
      scale *= 10;
    }
    if (digit == rest + 1) {
      return expected(what, text);
    }
    rest = digit;
  }
  const std::string unit(rest, static_cast<size_t>(end - rest));
  for (const auto& [name, ns] : kUnits) {
    if (unit != name) {
      continue;
    }
    constexpr uint64_t kLimit = static_cast<uint64_t>(INT64_MAX);
    if (whole > kLimit / ns - 1) {
      return Error{fmt::format("'{}' is too long", text), ERANGE};
    }
    const auto part = static_cast<unsigned __int128>(ns) * fraction / scale;
    return whole * ns + static_cast<uint64_t>(part);
  }
  return expected(what, text);
}

Result<uint64_t> parse_bytes(const std::string& text) {
  const std::string what = "a size such as 512, 64k, 10m, 1g";
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, 10);
  if (error != std::errc() || end - rest > 1) {
    return expected(what, text);
  }
  unsigned shift = 0;
  if (rest != end) {
    const std::string_view letters = "kmgt";
    const size_t at = letters.find(static_cast<char>(*rest | 0x20));
    if (at == std::string_view::npos) {
      return expected(what, text);
    }
    shift = static_cast<unsigned>(10 * (at + 1));
  }
  if (number > (static_cast<uint64_t>(INT64_MAX) >> shift)) {
    return Error{fmt::format("'{}' is too large", text), ERANGE};
  }
  return number << shift;
}

Result<ParameterValue> parse_value(const Parameter& parameter, const std::string& text) {
  if (parameter.type == ParameterType::String) {
    return string_value(parameter, text);
  }
  if (parameter.type == ParameterType::Choice) {
    return choice_value(parameter, text);
  }
  auto value = number_value(parameter, text);
  if (!value) {
    return value.error();
  }
  if (parameter.min && value->number < parameter.min->number) {
    return Error{fmt::format("expected at least {}, not {}", parameter.min->text, text), ERANGE};
  }
  if (parameter.max && value->number > parameter.max->number) {
    return Error{fmt::format("expected at most {}, not {}", parameter.max->text, text), ERANGE};
  }
  return value;
}

std::string describe(const Parameter& parameter) {
  std::string text = type_name(parameter.type);
  if (parameter.type == ParameterType::Choice) {
    text = "one of";
    for (const Choice& choice : parameter.choices) {
      text += " " + choice.name;
    }
  }
  text += !parameter.preset                ? ", must be given"
          : parameter.preset->text.empty() ? ", default empty"
                                           : ", default " + parameter.preset->text;
  if (parameter.min && parameter.max) {
    text += fmt::format(", {} to {}", parameter.min->text, parameter.max->text);
  } else if (parameter.min) {
    text += ", at least " + parameter.min->text;
  } else if (parameter.max) {
    text += ", at most " + parameter.max->text;
  }
  return text;
}

}  // namespace dt::session
