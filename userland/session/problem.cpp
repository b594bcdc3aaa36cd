// SPDX-License-Identifier: MIT
#include "session/problem.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lang/sema/near.hpp"

namespace dt::session {

namespace {

constexpr size_t kWidestLine = 160;
constexpr size_t kMostProblems = 200;

}  // namespace

LineColumn line_column(const SourceFile& file, size_t offset) {
  offset = std::min(offset, file.text.size());
  const auto end = file.text.begin() + static_cast<std::ptrdiff_t>(offset);
  const auto nr_newlines = std::count(file.text.begin(), end, '\n');
  const size_t begin = offset == 0 ? std::string::npos : file.text.rfind('\n', offset - 1);
  return LineColumn{static_cast<size_t>(nr_newlines) + 1,
                    begin == std::string::npos ? offset + 1 : offset - begin};
}

std::string render(const Problem& problem) {
  const char* kind = problem.is_warning ? "warning" : "error";
  std::string hint = problem.hint.empty() ? "" : "hint: " + problem.hint + "\n";
  if (problem.at.file == nullptr) {
    return fmt::format("{}: {}\n{}", kind, problem.message, hint);
  }
  const SourceFile& file = *problem.at.file;
  const LineColumn at = line_column(file, problem.at.offset);
  const size_t offset = std::min(problem.at.offset, file.text.size());
  const size_t begin = offset - (at.column - 1);
  const size_t end = std::min(file.text.find('\n', begin), file.text.size());
  // A very long line is shown from a little before the place.
  const size_t from = at.column > kWidestLine ? at.column - 40 : 0;
  std::string line = file.text.substr(begin + from, std::min(end - begin - from, kWidestLine));
  std::string blanks;
  for (size_t i = 0; i < at.column - 1 - from; i++) {
    blanks += i < line.size() && line[i] == '\t' ? '\t' : ' ';
  }
  for (char& c : line) {
    const auto byte = static_cast<unsigned char>(c);
    c = (byte < 0x20 && c != '\t') || byte == 0x7f ? '?' : c;
  }
  const size_t room = std::max<size_t>(1, end - offset);
  const std::string carets =
      "^" +
      std::string(std::max<size_t>(1, std::min({problem.length, room, kWidestLine})) - 1, '~');
  return fmt::format("{}:{}:{}: {}: {}\n{:>5} | {}\n{:>5} | {}{}\n{}", file.name, at.line,
                     at.column, kind, problem.message, at.line, line, "", blanks, carets, hint);
}

void Problems::add(Origin at, size_t length, std::string message, std::string hint) {
  nr_errors_++;
  if (all_.size() < kMostProblems) {
    all_.push_back(Problem{at, length, std::move(message), std::move(hint), false});
  }
}

void Problems::warn(Origin at, size_t length, std::string message, std::string hint) {
  if (all_.size() < kMostProblems) {
    all_.push_back(Problem{at, length, std::move(message), std::move(hint), true});
  }
}

std::string Problems::text() const {
  std::string text;
  for (const Problem& problem : all_) {
    text += render(problem);
  }
  return text;
}

std::string name_hint(const std::string& wanted, const std::vector<std::string>& known) {
  // Comparing is quadratic: what is this long is no typing mistake.
  if (wanted.size() < 64) {
    if (std::string near = lang::sema::did_you_mean(wanted, known); !near.empty()) {
      return near;
    }
  }
  return known.empty() || known.size() > 30 ? std::string()
                                            : fmt::format("known: {}", fmt::join(known, ", "));
}

}  // namespace dt::session
