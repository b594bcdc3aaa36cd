// SPDX-License-Identifier: MIT
// Clauses: probe descriptions, predicates, bodies. See parser.hpp.
#include <algorithm>
#include <cctype>

#include "lang/parser.hpp"

namespace dt::lang {

namespace {

// Names of the parts that a probe description given by -P, -m, -f, -n ends with.
int nr_parts_of_form(char form) {
  switch (form) {
    case 'P':
      return 1;
    case 'm':
      return 2;
    case 'f':
      return 3;
    default:
      return 4;
  }
}

bool is_all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
  });
}

}  // namespace

// A description fills the four names from the right: "a:b" is function a, name b. With -P, -m and
// -f the last part is the provider, module or function and what stands right of it is empty.
ast::ProbeSpec Parser::make_probe_spec(std::string text, SourceRange range) {
  ast::ProbeSpec spec;
  spec.range = range;
  spec.text = std::move(text);
  if (is_all_digits(spec.text) && (probe_form_ == 0 || probe_form_ == 'i' || probe_form_ == 'n')) {
    uint64_t id = 0;
    for (const char c : spec.text) {
      id = std::min<uint64_t>(id * 10 + static_cast<uint64_t>(c - '0'), UINT32_MAX);
    }
    if (id == 0 || id == UINT32_MAX) {
      context_.diagnostics.error(Tag::D_PDESC_INVAL, range,
                                 "\"" + spec.text + "\" is not a valid probe id");
    }
    spec.id = static_cast<uint32_t>(id);
    return spec;
  }
  if (probe_form_ == 'i') {
    context_.diagnostics.error(Tag::D_PDESC_INVAL, range, "\"" + spec.text + "\" is not a probe id",
                               "-i takes numbers");
    return spec;
  }
  std::vector<std::string> parts(1);
  int brackets = 0;
  for (const char c : spec.text) {
    brackets += c == '[' ? 1 : (c == ']' && brackets > 0 ? -1 : 0);
    if (c == ':') {
      parts.emplace_back();
      brackets = 0;
    } else {
      parts.back() += c;
    }
  }
  const int nr_parts = nr_parts_of_form(probe_form_);
  if (parts.size() > static_cast<size_t>(nr_parts)) {
    context_.diagnostics.error(Tag::D_PDESC_INVAL, range,
                               "probe description \"" + spec.text + "\" has " +
                                   std::to_string(parts.size()) + " parts, at most " +
                                   std::to_string(nr_parts) + " are possible",
                               "a description is provider:module:function:name");
    return spec;
  }
  std::string* const names[] = {&spec.prov, &spec.mod, &spec.func, &spec.name};
  const size_t first = static_cast<size_t>(nr_parts) - parts.size();
  for (size_t i = 0; i < parts.size(); ++i) {
    *names[first + i] = std::move(parts[i]);
  }
  return spec;
}

bool Parser::parse_probe_spec(ast::Clause& clause) {
  const uint32_t begin = lexer_.skip_space();
  const uint32_t end = lexer_.probe_word_end(begin);
  if (end == begin) {
    error_here("expected a probe description, found " + shown(peek()));
    return false;
  }
  const std::string text = lexer_.take_probe_word(end);
  last_end_ = {file_, end};
  clause.probes.push_back(make_probe_spec(text, lexer_.range(begin, end)));
  return true;
}

void Parser::parse_clause() {
  auto clause = std::make_unique<ast::Clause>();
  const SourceLoc begin{file_, lexer_.offset()};
  do {
    if (!parse_probe_spec(*clause)) {
      skip_item();
      return;
    }
    // Looked at as text: a token taken too early would read the next description wrongly.
    lexer_.skip_space();
    if (lexer_.current() != ',') {
      break;
    }
    take();
    lexer_.skip_space();  // a comma may end the list
  } while (lexer_.current() != '{' && lexer_.current() != '/');
  const SourceRange head{begin, last_end_};
  bool has_any = false;
  bool is_broken = false;
  if (lexer_.current() == '/') {
    has_any = true;
    clause->predicate = parse_predicate();
    is_broken = clause->predicate == nullptr;
    if (ahead_.empty()) {
      lexer_.skip_space();
    }
  }
  const bool has_body = ahead_.empty() ? lexer_.current() == '{' : at(Tok::LBrace);
  if (has_body) {
    has_any = true;
    clause->body = parse_block();
    is_broken = is_broken || clause->body == nullptr;
  } else if (!has_any && (probe_form_ == 0 || !lexer_.at_end())) {
    const bool is_end = lexer_.at_end();
    context_.diagnostics.error(
        Tag::D_SYNTAX, is_end ? head : peek().range,
        "expected predicate and/or actions following probe description, found " + shown(peek()),
        "a clause is: probe /predicate/ { actions }");
    skip_item();
    accept(Tok::RBrace);  // of a body whose { was forgotten
    return;
  } else if (is_broken) {
    skip_item();
  }
  if (is_broken) {
    return;
  }
  clause->range = {begin, last_end_};
  ast::Item item{};
  item.kind = ast::Item::Kind::Clause;
  item.clause = std::move(clause);
  add_item(std::move(item));
}

ast::ExprPtr Parser::parse_predicate() {
  const Token open = take();
  in_predicate_ = true;
  paren_depth_ = 0;
  nr_nodes_ = 0;
  if (at(Tok::Slash)) {
    error_here("the predicate is empty", "leave out // to run the clause always");
    in_predicate_ = false;
    take();
    return nullptr;
  }
  ast::ExprPtr predicate = parse_expression();
  in_predicate_ = false;
  if (predicate == nullptr) {
    // To the closing slash, so that the body is read all the same.
    while (!at(Tok::End) && !at(Tok::Slash) && !at(Tok::LBrace)) {
      take();
    }
    accept(Tok::Slash);
    return nullptr;
  }
  if (!at(Tok::Slash)) {
    error_here("expected \"/\" to close the predicate, found " + shown(peek()));
    while (!at(Tok::End) && !at(Tok::Slash) && !at(Tok::LBrace)) {
      take();
    }
    accept(Tok::Slash);
    return nullptr;
  }
  take();
  return predicate;
}

// Whether the / that is next ends the predicate. It does if a body, another item or nothing
// follows; otherwise it divides.
bool Parser::is_predicate_end() {
  const uint32_t slash_end = peek().range.end.offset;
  const uint32_t next = lexer_.peek_past_space(slash_end);
  const std::string_view rest = lexer_.slice(next, UINT32_MAX);
  if (rest.empty() || rest[0] == '{' || rest[0] == ';' || rest[0] == '#' || rest[0] == '}') {
    return true;
  }
  if (paren_depth_ > 0) {
    return false;
  }
  // "/x/ syscall:::entry": a clause without body, then another.
  const std::string_view word = lexer_.slice(next, lexer_.probe_word_end(next));
  if (word.find("::") != std::string_view::npos || std::count(word.begin(), word.end(), ':') >= 2) {
    return true;
  }
  if (word.empty()) {
    return false;
  }
  const uint32_t after = lexer_.peek_past_space(lexer_.probe_word_end(next));
  const std::string_view follow = lexer_.slice(after, after + 1);
  return !follow.empty() && follow[0] == '{';
}

}  // namespace dt::lang
