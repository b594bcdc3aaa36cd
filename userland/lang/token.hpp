// SPDX-License-Identifier: MIT
// Tokens of D. The fixed ones are listed in token.def.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lang/source.hpp"

namespace dt::lang {

enum class Tok {
  End,
  Bad,    // text that is no token; already reported
  Ident,  // text; may hold ` scope marks
  Agg,    // @name: text without the @, empty for @ alone
  Int,
  Float,
  String,  // text with escapes resolved
#define DT_PUNCT(name, text) name,
#define DT_KEYWORD(name, text) name,
#define DT_RESERVED(name, text) name,
#include "lang/token.def"
#undef DT_PUNCT
#undef DT_KEYWORD
#undef DT_RESERVED
};

struct Token {
  Tok kind = Tok::End;
  SourceRange range;
  std::string text;
  // Int
  uint64_t value = 0;
  int nr_long = 0;
  bool is_unsigned = false;
  bool is_decimal = true;
  bool is_char = false;
  bool is_negative = false;  // from a macro such as $1 = -5; value is the magnitude
  bool is_macro = false;
};

// "<<=", "sizeof"; a description such as "identifier" for the kinds without a fixed text.
std::string_view token_text(Tok kind);
// Keyword or reserved word, or Tok::Ident.
Tok keyword_kind(std::string_view word);
bool is_keyword(Tok kind);   // reserved words included
bool is_reserved(Tok kind);  // a word that D keeps but has no use for

}  // namespace dt::lang
