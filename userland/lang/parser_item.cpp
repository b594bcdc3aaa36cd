// SPDX-License-Identifier: MIT
// The declarations of inlines, translators and providers. See parser.hpp.
#include "lang/parser.hpp"

namespace dt::lang {

void Parser::parse_inline() {
  const Token word = take();
  auto decl = std::make_unique<ast::InlineDecl>();
  std::shared_ptr<ast::TypeSpec> spec = parse_specifiers();
  Declarator declarator;
  if (spec == nullptr || !parse_declarator(declarator, false) ||
      !expect(Tok::Assign, "after the name of the inline")) {
    skip_item();
    return;
  }
  decl->name = declarator.name;
  declarator.range = from(word.range);
  decl->type = make_type(std::move(spec), declarator);
  nr_nodes_ = 0;
  decl->value = parse_assignment();
  if (decl->value == nullptr || !expect(Tok::Semicolon, "after the inline")) {
    skip_item();
    return;
  }
  decl->range = from(word.range);
  ast::Item item{};
  item.kind = ast::Item::Kind::Inline;
  item.inline_decl = std::move(decl);
  add_item(std::move(item));
}

// translator OUT < IN NAME > { member = expression; ... };
void Parser::parse_translator() {
  const Token word = take();
  auto decl = std::make_unique<ast::TranslatorDecl>();
  decl->output = parse_type_name();
  if (decl->output == nullptr || !expect(Tok::Lt, "after the output type of the translator")) {
    skip_item();
    return;
  }
  ast::ParamDecl input;
  if (!parse_param(input)) {
    skip_item();
    return;
  }
  if (input.name.empty()) {
    error_here("expected a name for the translator's input, found " + shown(peek()));
    skip_item();
    return;
  }
  decl->input = std::move(input.type);
  decl->param = input.name;
  if (!expect(Tok::Gt, "after the translator's input") ||
      !expect(Tok::LBrace, "to begin the translator's members")) {
    skip_item();
    return;
  }
  bool is_good = true;
  while (!at(Tok::RBrace) && !at(Tok::End)) {
    ast::TranslatorMember member;
    const SourceRange begin = peek().range;
    nr_nodes_ = 0;
    const bool has_name =
        take_member_name(member.name) && expect(Tok::Assign, "after the member's name");
    member.value = has_name ? parse_assignment() : nullptr;
    if (member.value == nullptr || !expect(Tok::Semicolon, "after the member")) {
      is_good = false;
      skip_statement();
      continue;
    }
    member.range = from(begin);
    decl->members.push_back(std::move(member));
  }
  if (!expect(Tok::RBrace, "to close the translator")) {
    return;
  }
  if (!expect(Tok::Semicolon, "after the translator") || !is_good) {
    return;
  }
  decl->range = from(word.range);
  ast::Item item{};
  item.kind = ast::Item::Kind::Translator;
  item.translator = std::move(decl);
  add_item(std::move(item));
}

// probe NAME(params) [: (params)] ;
bool Parser::parse_provider_probe(ast::ProviderDecl& provider) {
  ast::ProviderProbeDecl probe;
  const SourceRange begin = peek().range;
  if (!expect(Tok::KwProbe, "in a provider declaration")) {
    return false;
  }
  if (!take_member_name(probe.name)) {
    return false;
  }
  // Dashes are allowed in the name, and a__b stands for a-b.
  while (at(Tok::Minus)) {
    take();
    std::string part;
    if (!take_member_name(part)) {
      return false;
    }
    probe.name += "-" + part;
  }
  ast::DeclLayer params;
  if (!expect(Tok::LParen, "after the probe's name") || !parse_params(Tok::RParen, params)) {
    return false;
  }
  probe.params = std::move(params.params);
  if (params.has_void_only) {
    probe.params.clear();
  }
  if (accept(Tok::Colon)) {
    ast::DeclLayer out;
    if (!expect(Tok::LParen, "after \":\"") || !parse_params(Tok::RParen, out)) {
      return false;
    }
    probe.out_params = std::move(out.params);
    if (out.has_void_only) {
      probe.out_params.clear();
    }
  } else {
    probe.out_params.clear();
  }
  if (!expect(Tok::Semicolon, "after the probe")) {
    return false;
  }
  probe.range = from(begin);
  provider.probes.push_back(std::move(probe));
  return true;
}

void Parser::parse_provider() {
  const Token word = take();
  auto decl = std::make_unique<ast::ProviderDecl>();
  if (!take_member_name(decl->name) || !expect(Tok::LBrace, "after the provider's name")) {
    skip_item();
    return;
  }
  bool is_good = true;
  while (!at(Tok::RBrace) && !at(Tok::End)) {
    if (!parse_provider_probe(*decl)) {
      is_good = false;
      skip_statement();
    }
  }
  if (!expect(Tok::RBrace, "to close the provider") ||
      !expect(Tok::Semicolon, "after the provider") || !is_good) {
    return;
  }
  decl->range = from(word.range);
  ast::Item item{};
  item.kind = ast::Item::Kind::Provider;
  item.provider = std::move(decl);
  add_item(std::move(item));
}

}  // namespace dt::lang
