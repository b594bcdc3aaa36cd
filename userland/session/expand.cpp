// SPDX-License-Identifier: MIT
// A scan over the text knows strings, comments and, in whole programs, what is a description, a
// predicate or a body: enough of D's lexical form to know what a parameter may become.
#include "session/expand.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace dt::session {

namespace {

bool is_name_byte(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// What may be part of a probe's name, globs included.
bool is_probe_name(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_name_byte(c) || std::string_view("*?[]!-.`").find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string d_string(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      quoted += fmt::format("\\{:03o}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string command_word(const std::string& text) {
  const bool is_plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_name_byte(c) || std::string_view("/.,:=@%+-").find(c) != std::string_view::npos;
  });
  if (is_plain) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  }
  return quoted + "\"";
}

struct Expander::Scan {
  const MappedText& in;
  MappedText out;
  // Program: where the scan is between clauses.
  enum class Part { Description, Predicate, Body, Declaration } part = Part::Description;
  int depth = 0;

  void copy(size_t begin, size_t end) { out.append(in, begin, end); }
};

std::string Expander::value_text(const Parameter& parameter, Place place, Origin at,
                                 size_t length) {
  const ParameterValue& value = *parameter.value;
  const bool is_number =
      parameter.type != ParameterType::String && parameter.type != ParameterType::Choice;
  switch (place) {
    case Place::Expression:
      if (is_number) {
        // The most negative number has no literal.
        return value.number == INT64_MIN ? "(-9223372036854775807 - 1)"
               : value.number < 0        ? fmt::format("({})", value.number)
                                         : std::to_string(value.number);
      }
      for (const Choice& choice : parameter.choices) {
        if (choice.name == value.text && !choice.d_text.empty()) {
          return choice.d_text;
        }
      }
      return d_string(value.text);
    case Place::Description:
    case Place::Program: {
      const bool is_int =
          parameter.type == ParameterType::Int || parameter.type == ParameterType::Bool;
      const std::string text = is_int ? std::to_string(value.number) : value.text;
      if (!is_probe_name(text)) {
        problems_->add(at, length, fmt::format("'{}' cannot be part of a probe's name", text),
                       "letters, digits, _ - . and the globs * ? [] can");
        return "";
      }
      return text;
    }
    case Place::Word:
      return command_word(value.text);
    case Place::Plain:
      break;
  }
  return value.text;
}

void Expander::replace(Scan* scan, size_t begin, size_t end, Place place) {
  const std::string name = scan->in.text().substr(begin + 2, end - begin - 3);
  const Origin at = scan->in.origin(begin);
  if (name == "target") {
    if (place != Place::Expression) {
      problems_->add(at, end - begin, "${target} is a condition: it can only stand in D code");
      return;
    }
    scan->out.append(target_, at);
    return;
  }
  const auto found = std::find_if(parameters_.begin(), parameters_.end(),
                                  [&](const Parameter& one) { return one.name == name; });
  if (found == parameters_.end()) {
    std::vector<std::string> known;
    for (const Parameter& one : parameters_) {
      known.push_back(one.name);
    }
    std::string hint = name_hint(name, known);
    problems_->add(at, end - begin, fmt::format("there is no parameter '{}'", name),
                   hint + (hint.empty() ? "" : "; ") + "$${ stands for a plain ${");
    return;
  }
  if (found->value) {
    scan->out.append(value_text(*found, place, at, end - begin), at);
  }
}

MappedText Expander::expand(const MappedText& text, Place place) {
  Scan scan{text, {}, Scan::Part::Description, 0};
  const std::string& in = text.text();
  const bool is_d = place == Place::Program || place == Place::Expression;
  auto d_place = [&] {
    if (place != Place::Program) {
      return place;
    }
    return scan.part == Scan::Part::Description ? Place::Description : Place::Expression;
  };
  for (size_t i = 0; i < in.size();) {
    const char c = in[i];
    if (is_d && c == '/' && i + 1 < in.size() && in[i + 1] == '*') {
      const size_t end = in.find("*/", i + 2);
      const size_t next = end == std::string::npos ? in.size() : end + 2;
      scan.copy(i, next);
      i = next;
      continue;
    }
    // A line of the preprocessor, "#pragma D option ...": as it is.
    if (is_d && c == '#' && (i == 0 || in[i - 1] == '\n')) {
      const size_t next = std::min(in.find('\n', i), in.size());
      scan.copy(i, next);
      i = next;
      continue;
    }
    if (is_d && (c == '"' || c == '\'')) {
      size_t end = i + 1;
      while (end < in.size() && in[end] != c && in[end] != '\n') {
        if (in.compare(end, 2, "${") == 0) {
          problems_->add(text.origin(end), 2, "parameters are not replaced inside quotes",
                         "close the string, or print the parameter with %s or %d");
        }
        end += in[end] == '\\' && end + 1 < in.size() ? 2 : 1;
      }
      end = std::min(end + 1, in.size());
      scan.copy(i, end);
      i = end;
      continue;
    }
    if (c == '$' && in.compare(i, 3, "$${") == 0) {
      scan.copy(i + 1, i + 3);
      i += 3;
      continue;
    }
    if (c == '$' && in.compare(i, 2, "${") == 0) {
      size_t end = i + 2;
      while (end < in.size() && is_name_byte(in[end])) {
        end++;
      }
      if (end >= in.size() || in[end] != '}' || end == i + 2) {
        problems_->add(text.origin(i), std::max<size_t>(2, end - i),
                       "a parameter is written ${name}", "$${ stands for a plain ${");
        i = end;
        continue;
      }
      replace(&scan, i, end + 1, d_place());
      i = end + 1;
      continue;
    }
    if (place == Place::Program) {
      using Part = Scan::Part;
      if (c == '{') {
        scan.depth++;
        scan.part = scan.part == Part::Declaration ? Part::Declaration : Part::Body;
      } else if (c == '}') {
        scan.depth -= scan.depth > 0 ? 1 : 0;
        if (scan.depth == 0 && scan.part == Part::Body) {
          scan.part = Part::Description;
        }
      } else if (scan.depth == 0 && c == ';') {
        scan.part = Part::Description;
      } else if (scan.depth == 0 && c == '=' && scan.part == Part::Description) {
        scan.part = Part::Declaration;
      } else if (scan.depth == 0 && c == '/' && scan.part == Part::Description) {
        scan.part = Part::Predicate;
      }
    }
    scan.copy(i, i + 1);
    i++;
  }
  return scan.out;
}

}  // namespace dt::session
