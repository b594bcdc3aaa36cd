// SPDX-License-Identifier: MIT
// Statements: blocks, if/else, expressions. See parser.hpp.
#include "lang/parser.hpp"

namespace dt::lang {

// A block with its braces. Mistakes inside are reported and skipped statement by statement; nullptr
// only if the input ended.
std::unique_ptr<ast::BlockStmt> Parser::parse_block() {
  auto block = std::make_unique<ast::BlockStmt>();
  const Token open = take();
  const int depth = brace_depth_;
  while (!at(Tok::RBrace)) {
    if (at(Tok::End)) {
      context_.diagnostics.error(Tag::D_SYNTAX, peek().range,
                                 "expected \"}\" to close the block, found end of input");
      context_.diagnostics.warning(Tag::D_SYNTAX, open.range, "the block begins here");
      return nullptr;
    }
    ast::StmtPtr statement = parse_statement();
    if (statement == nullptr) {
      skip_statement();
      if (brace_depth_ < depth) {
        break;
      }
      continue;
    }
    block->stmts.push_back(std::move(statement));
  }
  accept(Tok::RBrace);
  block->range = from(open.range);
  return block;
}

ast::StmtPtr Parser::parse_statement() {
  const SourceRange begin = peek().range;
  if (too_deep()) {
    return nullptr;
  }
  switch (peek().kind) {
    case Tok::Semicolon: {
      auto statement = std::make_unique<ast::EmptyStmt>();
      statement->range = take().range;
      return statement;
    }
    case Tok::LBrace:
    case Tok::KwIf: {
      ++depth_;
      ast::StmtPtr statement;
      if (at(Tok::KwIf)) {
        statement = parse_if();
      } else {
        statement = parse_block();
      }
      --depth_;
      return statement;
    }
    case Tok::KwElse:
      error_here("\"else\" without a matching \"if\"");
      take();
      return nullptr;
    case Tok::KwFor:
    case Tok::KwWhile:
    case Tok::KwDo:
    case Tok::KwGoto:
    case Tok::KwSwitch:
    case Tok::KwReturn:
    case Tok::KwBreak:
    case Tok::KwContinue:
    case Tok::KwCase:
    case Tok::KwDefault:
      error_here("\"" + peek().text + "\" is not a statement of D",
                 "D has if/else and predicates, no loops");
      take();
      return nullptr;
    default:
      break;
  }
  nr_nodes_ = 0;
  auto statement = std::make_unique<ast::ExprStmt>();
  statement->expr = parse_expression();
  if (statement->expr == nullptr) {
    return nullptr;
  }
  statement->range = from(begin);
  if (at(Tok::RBrace)) {
    return statement;  // the last one needs no ;
  }
  if (!accept(Tok::Semicolon)) {
    switch (peek().kind) {
      case Tok::RParen:
      case Tok::RBracket:
        error_here("unexpected " + shown(peek()) + " without a matching \"" +
                   (at(Tok::RParen) ? "(" : "[") + "\"");
        break;
      default:
        if (starts_type(peek()) && !at(Tok::Ident)) {
          error_here("expected an expression, found " + shown(peek()),
                     "declare variables outside of the clause");
        } else {
          expect(Tok::Semicolon, "after the statement");
        }
        break;
    }
    return nullptr;
  }
  return statement;
}

ast::StmtPtr Parser::parse_if() {
  auto statement = std::make_unique<ast::IfStmt>();
  const Token word = take();
  if (!expect(Tok::LParen, "after \"if\"")) {
    return nullptr;
  }
  nr_nodes_ = 0;
  statement->cond = parse_expression();
  if (statement->cond == nullptr || !expect(Tok::RParen, "after the condition")) {
    return nullptr;
  }
  statement->then_stmt = parse_statement();
  if (statement->then_stmt == nullptr) {
    return nullptr;
  }
  if (accept(Tok::KwElse)) {
    statement->else_stmt = parse_statement();
    if (statement->else_stmt == nullptr) {
      return nullptr;
    }
  }
  statement->range = from(word.range);
  return statement;
}

}  // namespace dt::lang
