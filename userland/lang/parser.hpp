// SPDX-License-Identifier: MIT
// The parser: one D text to syntax tree items. Recursive descent; it goes on after a mistake at the
// next ; or } so that one run reports many. parse() is the external interface; the class is here
// because its parts are spread over parser.cpp (items), parser_clause.cpp, parser_stmt.cpp,
// parser_expr.cpp and parser_decl.cpp.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "lang/ast.hpp"
#include "lang/diagnostic.hpp"
#include "lang/lexer.hpp"
#include "lang/macro.hpp"
#include "lang/source.hpp"

namespace dt::lang {

struct ParseContext {
  SourceManager& sources;
  Diagnostics& diagnostics;
  MacroTable& macros;
  // Whether a name that the parsed texts have not declared is a type.
  std::function<bool(std::string_view)> is_type_name;
  // Typedef names declared so far; the parser adds to it.
  std::set<std::string, std::less<>>& typedefs;
  // int*x is a probe description, not a declaration (option pspec; a #pragma may set it too).
  bool prefers_probes = false;
};

// Parses the text of `file` and appends to program. probe_form is that of SourceText.
void parse(const ParseContext& context, FileId file, char probe_form, ast::Program& program);

// Parses the text of `file` as one expression. nullptr after a reported error.
ast::ExprPtr parse_expression(const ParseContext& context, FileId file);

class Parser {
 public:
  Parser(const ParseContext& context, FileId file, char probe_form, ast::Program& program);
  void parse_program();
  ast::ExprPtr parse_only_expression();

 private:
  struct Declarator {
    std::string name;
    SourceRange name_range;
    std::vector<ast::DeclLayer> layers;
    SourceRange range;
  };
  class DepthGuard;

  // Tokens (parser.cpp)
  const Token& peek(size_t n = 0);
  Token take();
  bool at(Tok kind) { return peek().kind == kind; }
  bool accept(Tok kind);
  // Takes `kind` or reports what was found and where it was expected ("after the condition").
  bool expect(Tok kind, std::string_view where);
  void error_here(std::string message, std::string hint = {});
  std::string shown(const Token& token) const;
  SourceRange from(const SourceRange& begin) const { return {begin.begin, last_end_}; }
  // To just behind the ; or } that ends the current item.
  void skip_item();
  // In a body: to just behind the next ;, or before the } that ends the block.
  void skip_statement();

  // Items (parser.cpp)
  void parse_item();
  bool starts_declaration(uint32_t begin, uint32_t word_end);
  void take_pragmas();
  void add_item(ast::Item item) { program_.items.push_back(std::move(item)); }

  // Clauses (parser_clause.cpp)
  void parse_clause();
  bool parse_probe_spec(ast::Clause& clause);
  ast::ProbeSpec make_probe_spec(std::string text, SourceRange range);
  ast::ExprPtr parse_predicate();
  bool is_predicate_end();

  // Statements (parser_stmt.cpp)
  std::unique_ptr<ast::BlockStmt> parse_block();
  ast::StmtPtr parse_statement();
  ast::StmtPtr parse_if();

  // Expressions (parser_expr.cpp). nullptr after a reported error.
  ast::ExprPtr parse_expression();  // with comma
  ast::ExprPtr parse_assignment();
  ast::ExprPtr parse_conditional();
  ast::ExprPtr parse_binary(int min_precedence);
  bool looks_like_cast();
  ast::ExprPtr parse_cast();
  ast::ExprPtr parse_unary();
  ast::ExprPtr parse_sizeof();
  ast::ExprPtr parse_postfix();
  ast::ExprPtr parse_postfix_of(ast::ExprPtr base);
  ast::ExprPtr parse_primary();
  ast::ExprPtr parse_integer(Token token);
  ast::ExprPtr parse_scoped(ast::Ident::Scope scope);
  ast::ExprPtr parse_offsetof();
  ast::ExprPtr parse_xlate();
  bool parse_arguments(Tok close, std::vector<ast::ExprPtr>& out);
  bool take_member_name(std::string& name);
  bool too_deep();
  bool count_node();

  // Declarations and types (parser_decl.cpp)
  void parse_declaration();
  void parse_inline();
  void parse_translator();
  void parse_provider();
  bool parse_provider_probe(ast::ProviderDecl& provider);
  bool starts_type(const Token& token);
  std::shared_ptr<ast::TypeSpec> parse_specifiers();
  bool take_type_word(ast::TypeSpec& spec, bool& has_base);
  bool parse_tagged(ast::TypeSpec& spec);
  bool parse_members(ast::TypeSpec& spec);
  bool parse_enumerators(ast::TypeSpec& spec);
  bool parse_declarator(Declarator& out, bool may_be_abstract);
  bool parse_direct_declarator(Declarator& out, bool may_be_abstract);
  bool parse_suffixes(std::vector<ast::DeclLayer>& layers);
  bool parse_params(Tok close, ast::DeclLayer& layer);
  bool parse_param(ast::ParamDecl& param);
  std::unique_ptr<ast::TypeName> parse_type_name();
  std::unique_ptr<ast::TypeName> make_type(std::shared_ptr<ast::TypeSpec> spec,
                                           Declarator& declarator);

  ParseContext context_;
  FileId file_;
  char probe_form_;
  ast::Program& program_;
  Lexer lexer_;
  std::vector<Token> ahead_;
  SourceLoc last_end_;
  int depth_ = 0;
  int brace_depth_ = 0;  // of { taken and not yet closed
  int nr_nodes_ = 0;     // of the current full expression
  int paren_depth_ = 0;  // ( and [ open in the current predicate
  bool in_predicate_ = false;
};

}  // namespace dt::lang
