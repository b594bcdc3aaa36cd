// SPDX-License-Identifier: MIT
// Tokens out of D text. Blanks, comments and # lines are in lexer_space.cpp. See lexer.hpp.
#include "lang/lexer.hpp"

#include <cctype>

#include "lang/literal.hpp"

namespace dt::lang {

namespace {

bool is_ident_start(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '`';
}
bool is_ident_char(char c) {
  return is_ident_start(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Punctuation in the order of token.def: long ones first.
struct Punct {
  std::string_view text;
  Tok kind;
};
constexpr Punct kPuncts[] = {
#define DT_PUNCT(name, text) {text, Tok::name},
#define DT_KEYWORD(name, text)
#define DT_RESERVED(name, text)
#include "lang/token.def"
#undef DT_PUNCT
#undef DT_KEYWORD
#undef DT_RESERVED
};

// The byte as a person can read it.
std::string shown_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20 && byte < 0x7f) {
    return std::string("\"") + c + "\"";
  }
  constexpr char kHex[] = "0123456789abcdef";
  return std::string("byte 0x") + kHex[byte >> 4] + kHex[byte & 15];
}

}  // namespace

Lexer::Lexer(SourceManager& sources, FileId file, MacroTable& macros, Diagnostics& diagnostics)
    : sources_(sources),
      file_(file),
      macros_(macros),
      diagnostics_(diagnostics),
      text_(sources.text(file)) {}

SourceRange Lexer::range(uint32_t begin, uint32_t end) const {
  return {{file_, begin}, {file_, end}};
}

Token Lexer::finish(Token token, uint32_t begin) {
  token.range = range(begin, at_);
  return token;
}

Token Lexer::next() {
  const uint32_t begin = skip_space();
  Token token;
  if (at_end()) {
    return finish(token, begin);
  }
  const char c = current();
  if (is_ident_start(c)) {
    return identifier();
  }
  if (is_digit(c) || (c == '.' && is_digit(ahead(1)))) {
    return number();
  }
  if (c == '"' || c == '\'') {
    return quoted(c);
  }
  if (c == '$') {
    return macro();
  }
  if (c == '@') {
    return aggregation();
  }
  for (const Punct& punct : kPuncts) {
    if (text_.substr(at_, punct.text.size()) == punct.text) {
      at_ += static_cast<uint32_t>(punct.text.size());
      token.kind = punct.kind;
      return finish(token, begin);
    }
  }
  ++at_;
  diagnostics_.error(Tag::D_SYNTAX, range(begin, at_), "unexpected " + shown_char(c));
  token.kind = Tok::Bad;
  return finish(token, begin);
}

Token Lexer::identifier() {
  const uint32_t begin = at_;
  while (!at_end() && is_ident_char(current())) {
    ++at_;
  }
  Token token;
  token.text = slice(begin, at_);
  token.kind = keyword_kind(token.text);
  return finish(token, begin);
}

Token Lexer::number() {
  const uint32_t begin = at_;
  Token token;
  const IntegerText integer = read_integer(text_.substr(at_));
  uint32_t scan = at_;
  while (scan < text_.size() && is_digit(text_[scan])) {
    ++scan;
  }
  const char after = scan < text_.size() ? text_[scan] : '\0';
  const char second = scan + 1 < text_.size() ? text_[scan + 1] : '\0';
  const bool has_exponent =
      (after == 'e' || after == 'E') &&
      (is_digit(second) ||
       ((second == '+' || second == '-') && scan + 2 < text_.size() && is_digit(text_[scan + 2])));
  const bool is_hex = integer.size > 1 && (text_[at_ + 1] == 'x' || text_[at_ + 1] == 'X');
  if (!is_hex && (after == '.' || has_exponent)) {
    at_ = scan;
    if (current() == '.') {
      ++at_;
      while (!at_end() && is_digit(current())) {
        ++at_;
      }
    }
    if ((current() == 'e' || current() == 'E') &&
        (is_digit(ahead(1)) || ((ahead(1) == '+' || ahead(1) == '-') && is_digit(ahead(2))))) {
      at_ += 2;
      while (!at_end() && is_digit(current())) {
        ++at_;
      }
    }
    while (!at_end() &&
           (current() == 'f' || current() == 'F' || current() == 'l' || current() == 'L')) {
      ++at_;
    }
    token.kind = Tok::Float;
    token.text = slice(begin, at_);
    return finish(token, begin);
  }
  at_ += static_cast<uint32_t>(integer.size);
  token.kind = Tok::Int;
  token.value = integer.value;
  token.nr_long = integer.nr_long;
  token.is_unsigned = integer.is_unsigned;
  token.is_decimal = integer.is_decimal;
  const std::string text(slice(begin, at_));
  if (integer.bad_digit != '\0') {
    diagnostics_.error(Tag::D_INT_DIGIT, range(begin, at_),
                       "constant " + text + " contains the invalid digit " + integer.bad_digit,
                       "a leading 0 makes a constant octal");
  } else if (integer.is_overflow) {
    diagnostics_.error(Tag::D_INT_OFLOW, range(begin, at_),
                       "constant " + text + " does not fit 64 bits");
  }
  return finish(token, begin);
}

// A string or character constant. One that the line's end cuts off is reported and ends there.
Token Lexer::quoted(char quote) {
  const uint32_t begin = at_;
  ++at_;
  const uint32_t body = at_;
  Token token;
  token.kind = quote == '"' ? Tok::String : Tok::Int;
  while (true) {
    if (at_end() || current() == '\n') {
      if (at_end()) {
        diagnostics_.error(Tag::D_SYNTAX, range(begin, at_),
                           quote == '"' ? "the input ends inside a string"
                                        : "the input ends inside a character constant");
      } else if (quote == '"') {
        diagnostics_.error(Tag::D_STR_NL, range(begin, at_), "the line ends inside a string",
                           "write \\n for a newline, \\ at the line's end to go on");
      } else {
        diagnostics_.error(Tag::D_CHR_NL, range(begin, at_),
                           "the line ends inside a character constant",
                           "write '\\n' for a newline");
      }
      token.text = resolve_escapes(slice(body, at_));
      return finish(token, begin);
    }
    if (current() == quote) {
      break;
    }
    if (current() == '\\' && at_ + 1 < text_.size()) {
      ++at_;
    }
    ++at_;
  }
  const std::string_view text = slice(body, at_);
  ++at_;
  if (quote == '"') {
    token.text = resolve_escapes(text);
    return finish(token, begin);
  }
  return character(token, begin, text);
}

// Up to eight characters are packed, the first one highest.
Token Lexer::character(Token token, uint32_t begin, std::string_view body) {
  const std::string bytes = resolve_escapes(body);
  if (bytes.empty()) {
    diagnostics_.error(Tag::D_CHR_NULL, range(begin, at_), "the character constant is empty",
                       "write '\\0' for the zero character");
  } else if (bytes.size() > sizeof(uint64_t)) {
    diagnostics_.error(Tag::D_CHR_OFLOW, range(begin, at_),
                       "the character constant has " + std::to_string(bytes.size()) +
                           " characters, the limit is 8",
                       "write \"...\" for a string");
  }
  for (const char c : bytes) {
    token.value = token.value << 8 | static_cast<unsigned char>(c);
  }
  token.is_char = true;
  return finish(token, begin);
}

Token Lexer::macro() {
  const uint32_t begin = at_;
  ++at_;
  const bool as_string = current() == '$';
  if (as_string) {
    ++at_;
  }
  const uint32_t name = at_;
  if (is_digit(current())) {
    while (!at_end() && is_digit(current())) {
      ++at_;
    }
  } else {
    while (!at_end() && is_ident_char(current()) && current() != '`') {
      ++at_;
    }
  }
  if (at_ == name) {
    diagnostics_.error(Tag::D_SYNTAX, range(begin, at_), "unexpected \"$\"",
                       "a macro variable is $ and a number or name: $1, $pid");
    Token bad;
    bad.kind = Tok::Bad;
    return finish(bad, begin);
  }
  return macros_.token(slice(name, at_), as_string, range(begin, at_), diagnostics_);
}

Token Lexer::aggregation() {
  const uint32_t begin = at_;
  ++at_;
  const uint32_t name = at_;
  while (!at_end() && is_ident_char(current()) && current() != '`' &&
         !(at_ == name && is_digit(current()))) {
    ++at_;
  }
  Token token;
  token.kind = Tok::Agg;
  token.text = slice(name, at_);
  return finish(token, begin);
}

std::vector<PragmaLine> Lexer::take_pragmas() {
  std::vector<PragmaLine> out;
  out.swap(pragmas_);
  return out;
}

}  // namespace dt::lang
