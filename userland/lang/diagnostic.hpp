// SPDX-License-Identifier: MIT
// Diagnostics: the mistakes in the user's program. A pass adds as many as it finds; the pipeline
// stops after a pass that added an error. Tags are stable and listed in diag_tags.def.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/source.hpp"

namespace dt::lang {

enum class Tag {
#define DT_TAG(name, meaning) name,
#include "lang/diag_tags.def"
#undef DT_TAG
};

std::string_view tag_name(Tag tag);     // "D_OP_INT"
std::string_view tag_meaning(Tag tag);  // one sentence, for docs/errors.md

enum class Severity { Error, Warning };

struct Diagnostic {
  Severity severity = Severity::Error;
  Tag tag = Tag::D_UNKNOWN;
  SourceRange range;
  std::string message;  // lower-case start, no final period
  std::string hint;     // advice, may be empty
};

class Diagnostics {
 public:
  void error(Tag tag, SourceRange range, std::string message, std::string hint = {});
  void warning(Tag tag, SourceRange range, std::string message, std::string hint = {});
  bool has_errors() const { return nr_errors_ > 0; }
  size_t nr_errors() const { return nr_errors_; }
  const std::vector<Diagnostic>& all() const { return all_; }
  // What was added since the mark is taken out again: for attempts that may fail.
  using Mark = size_t;
  Mark mark() const { return all_.size(); }
  std::vector<Diagnostic> take_back(Mark mark);

 private:
  std::vector<Diagnostic> all_;
  size_t nr_errors_ = 0;
};

// How a message ends: [D_OP_INT], as for the first error of a run, or (D_OP_INT), as for those
// after it.
enum class TagStyle { Brackets, Parentheses };

// file:line:col: error: message [TAG], the line, carets, hint.
std::string render(const Diagnostic& diagnostic, const SourceManager& sources,
                   TagStyle tag_style = TagStyle::Brackets);

}  // namespace dt::lang
