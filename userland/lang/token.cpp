// SPDX-License-Identifier: MIT
// Token texts and keyword lookup. See token.hpp.
#include "lang/token.hpp"

#include <unordered_map>

namespace dt::lang {

namespace {

constexpr std::string_view kTexts[] = {
    "end of input", "text", "identifier", "aggregation", "integer", "floating-point constant",
    "string",
#define DT_PUNCT(name, text) text,
#define DT_KEYWORD(name, text) text,
#define DT_RESERVED(name, text) text,
#include "lang/token.def"
#undef DT_PUNCT
#undef DT_KEYWORD
#undef DT_RESERVED
};

const std::unordered_map<std::string_view, Tok>& keywords() {
  static const std::unordered_map<std::string_view, Tok> map = {
#define DT_PUNCT(name, text)
#define DT_KEYWORD(name, text) {text, Tok::name},
#define DT_RESERVED(name, text) {text, Tok::name},
#include "lang/token.def"
#undef DT_PUNCT
#undef DT_KEYWORD
#undef DT_RESERVED
  };
  return map;
}

}  // namespace

std::string_view token_text(Tok kind) { return kTexts[static_cast<size_t>(kind)]; }

Tok keyword_kind(std::string_view word) {
  const auto found = keywords().find(word);
  return found == keywords().end() ? Tok::Ident : found->second;
}

bool is_keyword(Tok kind) { return kind >= Tok::KwAuto; }

bool is_reserved(Tok kind) { return kind >= Tok::KwBreak; }

}  // namespace dt::lang
