// SPDX-License-Identifier: MIT
// The lexer: D text to tokens, on demand. The parser says when it stands at the head of a top-level
// item, where probe descriptions follow other rules; everywhere else next() is all it needs.
// Comments and # lines are taken on the way: line markers go to the SourceManager, #pragma lines
// are kept for the parser.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lang/diagnostic.hpp"
#include "lang/macro.hpp"
#include "lang/source.hpp"
#include "lang/token.hpp"

namespace dt::lang {

// A "#pragma" line as words: "D", "option", "quiet".
struct PragmaLine {
  SourceRange range;
  std::vector<std::string> words;
  std::string text;  // all that follows "#pragma"
};

class Lexer {
 public:
  Lexer(SourceManager& sources, FileId file, MacroTable& macros, Diagnostics& diagnostics);

  Token next();

  // Skips blanks, comments and # lines; returns the offset of what follows.
  uint32_t skip_space();
  bool at_end() const { return at_ >= text_.size(); }
  uint32_t offset() const { return at_; }
  void seek(uint32_t offset) { at_ = offset; }
  char current() const { return at_end() ? '\0' : text_[at_]; }
  SourceRange range(uint32_t begin, uint32_t end) const;

  // Offset behind the word of probe description characters that starts at `begin` (== begin: none
  // does).
  uint32_t probe_word_end(uint32_t begin) const;
  // Offset of what follows blanks and comments from `begin` on. Reports nothing.
  uint32_t peek_past_space(uint32_t begin) const;
  // The word with its macro variables replaced; moves behind it.
  std::string take_probe_word(uint32_t end);
  std::string_view slice(uint32_t begin, uint32_t end) const {
    return text_.substr(begin, end - begin);
  }

  // #pragma lines met since the last call.
  std::vector<PragmaLine> take_pragmas();

 private:
  char ahead(size_t n) const { return at_ + n < text_.size() ? text_[at_ + n] : '\0'; }
  bool skip_comment();
  void control_line();
  void control_directive(std::string_view line, uint32_t begin, uint32_t end);
  void line_marker(std::string_view rest, uint32_t begin, uint32_t end);
  Token finish(Token token, uint32_t begin);
  Token identifier();
  Token number();
  Token quoted(char quote);
  Token character(Token token, uint32_t begin, std::string_view body);
  Token macro();
  Token aggregation();

  SourceManager& sources_;
  FileId file_;
  MacroTable& macros_;
  Diagnostics& diagnostics_;
  std::string_view text_;
  uint32_t at_ = 0;
  bool is_line_start_ = true;
  std::vector<PragmaLine> pragmas_;
};

}  // namespace dt::lang
