// SPDX-License-Identifier: MIT
// What stands between tokens: blanks, comments, # lines; and the words of probe descriptions. See
// lexer.hpp.
#include <cctype>

#include "lang/lexer.hpp"
#include "lang/literal.hpp"

namespace dt::lang {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

bool is_probe_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("-_$:.`?*\\[]!^").find(c) != std::string_view::npos;
}

bool is_name_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  size_t at = 0;
  while (at < text.size()) {
    while (at < text.size() && (is_blank(text[at]) || text[at] == '\n')) {
      ++at;
    }
    if (at == text.size()) {
      break;
    }
    std::string word;
    // A quoted part keeps its blanks: option name="two words", #pragma D binding "1.0" x.
    while (at < text.size() && !is_blank(text[at]) && text[at] != '\n') {
      if (text[at] != '"') {
        word += text[at++];
        continue;
      }
      const size_t end = text.find('"', at + 1);
      const size_t stop = end == std::string_view::npos ? text.size() : end;
      word += resolve_escapes(text.substr(at + 1, stop - at - 1));
      at = stop == text.size() ? stop : stop + 1;
    }
    words.push_back(std::move(word));
  }
  return words;
}

}  // namespace

uint32_t Lexer::skip_space() {
  while (!at_end()) {
    const char c = current();
    if (c == '\n') {
      ++at_;
      is_line_start_ = true;
    } else if (is_blank(c) || (c == '\\' && ahead(1) == '\n')) {
      ++at_;
    } else if (c == '/' && ahead(1) == '*') {
      if (!skip_comment()) {
        break;
      }
    } else if (c == '/' && ahead(1) == '/') {
      while (!at_end() && current() != '\n') {
        ++at_;
      }
    } else if (c == '#' && is_line_start_) {
      control_line();
    } else {
      is_line_start_ = false;
      break;
    }
  }
  return at_;
}

bool Lexer::skip_comment() {
  const uint32_t begin = at_;
  const size_t end = text_.find("*/", at_ + 2);
  if (end == std::string_view::npos) {
    at_ = static_cast<uint32_t>(text_.size());
    diagnostics_.error(Tag::D_SYNTAX, range(begin, begin + 2), "the input ends inside a comment");
    return false;
  }
  at_ = static_cast<uint32_t>(end + 2);
  return true;
}

uint32_t Lexer::peek_past_space(uint32_t begin) const {
  uint32_t at = begin;
  while (at < text_.size()) {
    const std::string_view rest = text_.substr(at);
    if (is_blank(rest[0]) || rest[0] == '\n') {
      ++at;
    } else if (rest.substr(0, 2) == "/*") {
      const size_t end = text_.find("*/", at + 2);
      at = static_cast<uint32_t>(end == std::string_view::npos ? text_.size() : end + 2);
    } else if (rest.substr(0, 2) == "//") {
      const size_t end = text_.find('\n', at);
      at = static_cast<uint32_t>(end == std::string_view::npos ? text_.size() : end);
    } else {
      break;
    }
  }
  return at;
}

uint32_t Lexer::probe_word_end(uint32_t begin) const {
  uint32_t at = begin;
  while (at < text_.size() && is_probe_char(text_[at])) {
    ++at;
  }
  return at;
}

std::string Lexer::take_probe_word(uint32_t end) {
  std::string out;
  while (at_ < end) {
    if (current() != '$') {
      out += current();
      ++at_;
      continue;
    }
    const uint32_t begin = at_;
    uint32_t name = at_ + 1;
    if (name < end && text_[name] == '$') {
      ++name;
    }
    uint32_t stop = name;
    const bool is_number = name < end && std::isdigit(static_cast<unsigned char>(text_[name])) != 0;
    while (stop < end && is_name_char(text_[stop]) &&
           (!is_number || std::isdigit(static_cast<unsigned char>(text_[stop])) != 0)) {
      ++stop;
    }
    if (stop == name) {
      out += current();
      ++at_;
      continue;
    }
    out += macros_.paste(slice(name, stop), range(begin, stop), diagnostics_);
    at_ = stop;
  }
  is_line_start_ = false;
  return out;
}

// A line that begins with #. A backslash at its end takes the next line along.
void Lexer::control_line() {
  const uint32_t begin = at_;
  std::string line;
  bool is_terminated = false;
  while (!at_end()) {
    if (current() == '\n') {
      if (!line.empty() && line.back() == '\\') {
        line.back() = ' ';
        ++at_;
        continue;
      }
      is_terminated = true;
      break;
    }
    if (current() == '/' && ahead(1) == '*') {
      const size_t close = text_.find("*/", at_ + 2);
      if (close != std::string_view::npos) {
        line += ' ';
        at_ = static_cast<uint32_t>(close + 2);
        continue;
      }
    }
    line += current();
    ++at_;
  }
  const uint32_t end = at_;
  if (!is_terminated && line.find_first_not_of("# \t") != std::string::npos) {
    const std::vector<std::string> words = split_words(std::string_view(line).substr(1));
    if (words.size() == 1 && words[0] == "pragma") {
      diagnostics_.error(Tag::D_PRAGMA_MALFORM, range(begin, end),
                         "the input ends before the end of the control line");
      return;
    }
  }
  control_directive(line, begin, end);
}

void Lexer::control_directive(std::string_view line, uint32_t begin, uint32_t end) {
  if (line.substr(0, 2) == "#!" && begin == 0) {
    return;
  }
  std::string_view rest = line.substr(1);
  const std::vector<std::string> words = split_words(rest);
  if (words.empty()) {
    return;
  }
  if (std::isdigit(static_cast<unsigned char>(words[0][0])) != 0) {
    line_marker(rest, begin, end);
    return;
  }
  const size_t keyword_at = rest.find(words[0]);
  std::string_view after =
      keyword_at == std::string_view::npos ? "" : rest.substr(keyword_at + words[0].size());
  if (words[0] == "line") {
    line_marker(after, begin, end);
  } else if (words[0] == "pragma") {
    // This option changes how the very next line is read.
    if (words.size() > 3 && words[1] == "D" && words[2] == "option" && words[3] == "defaultargs") {
      macros_.set_default_args();
    }
    pragmas_.push_back({range(begin, end), {words.begin() + 1, words.end()}, std::string(after)});
  } else if (words[0] == "error") {
    const size_t text = after.find_first_not_of(" \t");
    diagnostics_.error(
        Tag::D_PRAGERR, range(begin, end),
        "#error: " + std::string(text == std::string_view::npos ? std::string_view("no message")
                                                                : after.substr(text)));
  } else if (words[0] != "ident") {
    diagnostics_.error(Tag::D_PRAGCTL_INVAL, range(begin, end),
                       "invalid control directive: #" + words[0],
                       "preprocessor directives need option -C");
  }
}

// "# 12 "file" flags" and "#line 12 "file"": the line that follows is line 12.
void Lexer::line_marker(std::string_view rest, uint32_t begin, uint32_t end) {
  const std::vector<std::string> words = split_words(rest);
  const IntegerText number = words.empty() ? IntegerText{} : read_integer(words[0]);
  if (words.empty() || number.size != words[0].size() || number.value > UINT32_MAX) {
    diagnostics_.error(Tag::D_PRAGCTL_INVAL, range(begin, end),
                       "a line directive needs a line number and maybe a file name");
    return;
  }
  sources_.add_line_marker(file_, end + 1, static_cast<uint32_t>(number.value),
                           words.size() > 1 ? words[1] : "");
}

}  // namespace dt::lang
