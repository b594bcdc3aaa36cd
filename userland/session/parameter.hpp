// SPDX-License-Identifier: MIT
// Parameters of a session: their types and limits, and values given as text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace dt::session {

enum class ParameterType { Int, String, Bool, Duration, Size, Choice };

struct Choice {
  std::string name;
  std::string d_text;  // what it stands for in D; "" = the name as a string
};

// A value: as it was given, and as a number where the type has one (ns, bytes, 0 or 1).
struct ParameterValue {
  std::string text;
  int64_t number = 0;
};

struct Parameter {
  std::string name;
  ParameterType type = ParameterType::String;
  std::string description;
  std::optional<ParameterValue> min, max;  // Int, Duration, Size
  size_t max_length = 255;                 // String
  std::vector<Choice> choices;             // Choice
  std::optional<ParameterValue> preset;    // the default; none: it has to be given
  std::optional<ParameterValue> value;     // what holds
};

const char* type_name(ParameterType type);
std::optional<ParameterType> type_of_name(const std::string& name);
const std::vector<std::string>& type_names();

// Reads a value and checks its limits. Error: what was expected.
Result<ParameterValue> parse_value(const Parameter& parameter, const std::string& text);

// "10ms", "1.5s", "2h": nanoseconds. A unit is needed.
Result<uint64_t> parse_duration(const std::string& text);
// "512", "64k", "10m": bytes.
Result<uint64_t> parse_bytes(const std::string& text);
Result<bool> parse_bool(const std::string& text);
Result<int64_t> parse_int(const std::string& text);

// "duration, default 10ms, 1us to 1h": for listings.
std::string describe(const Parameter& parameter);

}  // namespace dt::session
