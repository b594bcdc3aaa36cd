// SPDX-License-Identifier: MIT
// The parser's tokens, recovery and top-level items. See parser.hpp.
#include "lang/parser.hpp"

#include <cctype>

namespace dt::lang {

void parse(const ParseContext& context, FileId file, char probe_form, ast::Program& program) {
  Parser(context, file, probe_form, program).parse_program();
}

ast::ExprPtr parse_expression(const ParseContext& context, FileId file) {
  ast::Program unused;
  return Parser(context, file, 0, unused).parse_only_expression();
}

ast::ExprPtr Parser::parse_only_expression() {
  ast::ExprPtr expr = parse_expression();
  if (expr != nullptr && !at(Tok::End)) {
    error_here("expected the end of the expression, found " + shown(peek()));
    return nullptr;
  }
  return expr;
}

Parser::Parser(const ParseContext& context, FileId file, char probe_form, ast::Program& program)
    : context_(context),
      file_(file),
      probe_form_(probe_form),
      program_(program),
      lexer_(context.sources, file, context.macros, context.diagnostics),
      last_end_{file, 0} {}

// ---- Tokens
// ------------------------------------------------------------------------------------------

const Token& Parser::peek(size_t n) {
  while (ahead_.size() <= n) {
    ahead_.push_back(lexer_.next());
  }
  return ahead_[n];
}

Token Parser::take() {
  Token token = peek();
  ahead_.erase(ahead_.begin());
  last_end_ = token.range.end;
  if (token.kind == Tok::LBrace) {
    ++brace_depth_;
  } else if (token.kind == Tok::RBrace && brace_depth_ > 0) {
    --brace_depth_;
  }
  return token;
}

bool Parser::accept(Tok kind) {
  if (!at(kind)) {
    return false;
  }
  take();
  return true;
}

std::string Parser::shown(const Token& token) const {
  if (token.kind == Tok::End) {
    return "end of input";
  }
  const std::string_view text = lexer_.slice(token.range.begin.offset, token.range.end.offset);
  constexpr size_t kMaxShown = 40;
  if (text.size() > kMaxShown) {
    return "\"" + std::string(text.substr(0, kMaxShown)) + "...\"";
  }
  return "\"" + std::string(text) + "\"";
}

void Parser::error_here(std::string message, std::string hint) {
  // A bad token has had its own message.
  if (peek().kind != Tok::Bad) {
    context_.diagnostics.error(Tag::D_SYNTAX, peek().range, std::move(message), std::move(hint));
  }
}

bool Parser::expect(Tok kind, std::string_view where) {
  if (accept(kind)) {
    return true;
  }
  std::string message =
      "expected \"" + std::string(token_text(kind)) + "\" " + std::string(where) + ", found ";
  std::string hint;
  if (is_reserved(peek().kind)) {
    hint = "\"" + peek().text + "\" is a reserved word";
  }
  error_here(message + shown(peek()), std::move(hint));
  return false;
}

void Parser::skip_item() {
  const int depth = brace_depth_;
  while (!at(Tok::End)) {
    const Tok kind = take().kind;
    if (kind == Tok::Semicolon && brace_depth_ == 0) {
      return;
    }
    if (kind == Tok::RBrace && brace_depth_ == 0) {
      // "};" ends a struct; the clause that follows a missing ; must not be lost.
      if (depth == 0 || at(Tok::Semicolon)) {
        accept(Tok::Semicolon);
      }
      return;
    }
  }
}

void Parser::skip_statement() {
  const int depth = brace_depth_;
  while (!at(Tok::End)) {
    if (at(Tok::RBrace) && brace_depth_ <= depth) {
      return;
    }
    const Tok kind = take().kind;
    if (kind == Tok::Semicolon && brace_depth_ <= depth) {
      return;
    }
  }
}

// ---- Items
// -------------------------------------------------------------------------------------------

void Parser::take_pragmas() {
  for (PragmaLine& line : lexer_.take_pragmas()) {
    // Pragmas without D are for other compilers.
    if (line.words.empty() || line.words[0] != "D") {
      continue;
    }
    ast::Item item{};
    item.kind = ast::Item::Kind::Pragma;
    item.pragma = std::make_unique<ast::Pragma>();
    item.pragma->range = line.range;
    if (line.words.size() > 1) {
      item.pragma->keyword = line.words[1];
      item.pragma->words.assign(line.words.begin() + 2, line.words.end());
      if (line.words[1] == "option" && line.words.size() > 2 && line.words[2] == "pspec") {
        context_.prefers_probes = true;
      }
    }
    add_item(std::move(item));
  }
}

void Parser::parse_program() {
  while (true) {
    // Between items no token has been looked at, because the head of a clause is not made of
    // tokens.
    while (!ahead_.empty() && at(Tok::Semicolon)) {
      take();
    }
    if (!ahead_.empty()) {
      lexer_.seek(ahead_.front().range.begin.offset);
      ahead_.clear();
    }
    brace_depth_ = 0;
    in_predicate_ = false;
    const uint32_t begin = lexer_.skip_space();
    take_pragmas();
    if (lexer_.at_end()) {
      return;
    }
    parse_item();
    if (ahead_.empty() && lexer_.offset() == begin) {
      take();  // nothing fitted and nothing was taken: never stand still
    }
    take_pragmas();
  }
}

void Parser::parse_item() {
  const uint32_t begin = lexer_.offset();
  if (lexer_.current() == ';') {
    take();
    return;
  }
  const uint32_t word_end = lexer_.probe_word_end(begin);
  if (word_end == begin) {
    if (at(Tok::RBrace)) {
      error_here("unexpected \"}\" without a matching \"{\"");
    } else if (at(Tok::LBrace) || at(Tok::Slash)) {
      error_here("a probe description is expected before " + shown(peek()),
                 "a clause is: probe /predicate/ { actions }");
    } else {
      error_here("expected a probe description or a declaration, found " + shown(peek()));
    }
    if (at(Tok::RBrace)) {
      take();
    } else {
      skip_item();
    }
    return;
  }
  if (!starts_declaration(begin, word_end)) {
    parse_clause();
    return;
  }
  switch (peek().kind) {
    case Tok::KwInline:
      parse_inline();
      break;
    case Tok::KwTranslator:
      parse_translator();
      break;
    case Tok::KwProvider:
      parse_provider();
      break;
    default:
      parse_declaration();
      break;
  }
}

// Whether the word at an item's head begins a declaration; if not, it is a probe description.
bool Parser::starts_declaration(uint32_t begin, uint32_t word_end) {
  uint32_t end = begin;
  while (end < word_end) {
    const char c = lexer_.slice(end, end + 1)[0];
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '`') {
      break;
    }
    ++end;
  }
  const std::string word(lexer_.slice(begin, end));
  if (word.empty()) {
    return false;
  }
  const uint32_t next = lexer_.peek_past_space(end);
  const std::string_view rest = lexer_.slice(next, next + 1);
  const char after = rest.empty() ? '\0' : rest[0];
  const Tok keyword = keyword_kind(word);
  // Asking for a type's name may open the kernel's type information, which costs more than the rest
  // of a small program: only where a type could stand.
  const bool may_be_type = keyword == Tok::Ident &&
                           (std::isalpha(static_cast<unsigned char>(after)) != 0 || after == '_' ||
                            after == '`' || after == '*' || after == '(' || after == ';');
  const bool is_type = may_be_type && (context_.typedefs.count(word) != 0 ||
                                       (context_.is_type_name && context_.is_type_name(word)));
  // A probe may have the name of a word of C only if more than the word stands there: struct:::x.
  const bool is_pure = end == word_end || (after == '*' && (keyword != Tok::Ident || is_type)) ||
                       (keyword != Tok::Ident && after == '[');
  if (!is_pure || (context_.prefers_probes && end != word_end)) {
    return false;
  }
  switch (keyword) {
    case Tok::KwInline:
    case Tok::KwTranslator:
    case Tok::KwProvider:
    case Tok::KwAuto:
    case Tok::KwChar:
    case Tok::KwConst:
    case Tok::KwDouble:
    case Tok::KwEnum:
    case Tok::KwExtern:
    case Tok::KwFloat:
    case Tok::KwInt:
    case Tok::KwLong:
    case Tok::KwRegister:
    case Tok::KwRestrict:
    case Tok::KwSelf:
    case Tok::KwShort:
    case Tok::KwSigned:
    case Tok::KwStatic:
    case Tok::KwString:
    case Tok::KwStruct:
    case Tok::KwThis:
    case Tok::KwTypedef:
    case Tok::KwUnion:
    case Tok::KwUnsigned:
    case Tok::KwUserland:
    case Tok::KwVoid:
    case Tok::KwVolatile:
    case Tok::KwBool:
      return true;
    case Tok::Ident:
      break;
    default:
      return false;
  }
  // A typedef name; a probe of that name is followed by what follows probes.
  return is_type;
}

}  // namespace dt::lang
