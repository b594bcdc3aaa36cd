// SPDX-License-Identifier: MIT
// What is wrong with a YAML file or with the D in it: places and messages, and their text with the
// line and a caret. Many can be collected before any is shown.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace dt::session {

// A file as it was read.
struct SourceFile {
  std::string name;
  std::string text;
};
using SourceFilePtr = std::shared_ptr<const SourceFile>;

// A place in a file; without a file it is on the command line.
struct Origin {
  const SourceFile* file = nullptr;
  size_t offset = 0;
};

// Line and column from 1; column counts bytes.
struct LineColumn {
  size_t line = 1;
  size_t column = 1;
};
LineColumn line_column(const SourceFile& file, size_t offset);

struct Problem {
  Origin at;
  size_t length = 1;  // bytes that the caret underlines
  std::string message;
  std::string hint;
  bool is_warning = false;
};

// "file:line:column: error: message", the line, a caret, "hint: ...". Ends with a newline.
std::string render(const Problem& problem);

class Problems {
 public:
  void add(Origin at, size_t length, std::string message, std::string hint = {});
  void warn(Origin at, size_t length, std::string message, std::string hint = {});
  bool has_errors() const { return nr_errors_ != 0; }
  const std::vector<Problem>& all() const { return all_; }
  std::string text() const;

 private:
  std::vector<Problem> all_;
  size_t nr_errors_ = 0;
};

// The known name nearest to a mistyped one as "did you mean NAME?", else "" or all of them: "known:
// a, b, c".
std::string name_hint(const std::string& wanted, const std::vector<std::string>& known);

}  // namespace dt::session
