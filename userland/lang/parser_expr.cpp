// SPDX-License-Identifier: MIT
// Expressions, by precedence climbing. See parser.hpp.
#include <optional>

#include "lang/operators.hpp"
#include "lang/parser.hpp"

namespace dt::lang {

namespace {

// Trees are walked recursively by every pass, so both limits bound the stack they need.
constexpr int kMaxDepth = 600;
constexpr int kMaxNodes = 4000;

SourceRange join(const SourceRange& a, const SourceRange& b) { return {a.begin, b.end}; }

}  // namespace

class Parser::DepthGuard {
 public:
  explicit DepthGuard(int& depth) : depth_(depth) { ++depth_; }
  ~DepthGuard() { --depth_; }
  DepthGuard(const DepthGuard&) = delete;
  DepthGuard& operator=(const DepthGuard&) = delete;

 private:
  int& depth_;
};

bool Parser::too_deep() {
  if (depth_ < kMaxDepth) {
    return false;
  }
  error_here("nested deeper than " + std::to_string(kMaxDepth) + " levels");
  return true;
}

bool Parser::count_node() {
  if (++nr_nodes_ <= kMaxNodes) {
    return true;
  }
  error_here("the expression has more than " + std::to_string(kMaxNodes) + " operators");
  return false;
}

ast::ExprPtr Parser::parse_expression() {
  ast::ExprPtr left = parse_assignment();
  while (left != nullptr && at(Tok::Comma)) {
    take();
    auto comma = std::make_unique<ast::Comma>();
    comma->rhs = count_node() ? parse_assignment() : nullptr;
    if (comma->rhs == nullptr) {
      return nullptr;
    }
    comma->range = join(left->range, comma->rhs->range);
    comma->lhs = std::move(left);
    left = std::move(comma);
  }
  return left;
}

ast::ExprPtr Parser::parse_assignment() {
  const DepthGuard guard(depth_);
  if (too_deep()) {
    return nullptr;
  }
  ast::ExprPtr left = parse_conditional();
  if (left == nullptr) {
    return nullptr;
  }
  if (!is_assignment(peek().kind)) {
    return left;
  }
  const bool is_unary = left->kind != ast::ExprKind::Binary && left->kind != ast::ExprKind::Cond &&
                        left->kind != ast::ExprKind::Cast && left->kind != ast::ExprKind::Assign;
  const bool is_parenthesised =
      lexer_.slice(left->range.begin.offset, left->range.begin.offset + 1) == "(";
  if (!is_unary && !is_parenthesised) {
    error_here("what stands before " + shown(peek()) + " cannot be assigned");
    return nullptr;
  }
  auto assign = std::make_unique<ast::Assign>();
  assign->op = assigned_op(take().kind);
  assign->rhs = count_node() ? parse_assignment() : nullptr;
  if (assign->rhs == nullptr) {
    return nullptr;
  }
  assign->range = join(left->range, assign->rhs->range);
  assign->lhs = std::move(left);
  return assign;
}

ast::ExprPtr Parser::parse_conditional() {
  ast::ExprPtr cond = parse_binary(1);
  if (cond == nullptr || !at(Tok::Question)) {
    return cond;
  }
  const DepthGuard guard(depth_);
  if (too_deep()) {
    return nullptr;
  }
  take();
  auto node = std::make_unique<ast::Cond>();
  ++paren_depth_;  // a / before the : always divides
  node->then_expr = parse_expression();
  --paren_depth_;
  if (node->then_expr == nullptr || !expect(Tok::Colon, "of the ?: operator")) {
    return nullptr;
  }
  node->else_expr = parse_conditional();
  if (node->else_expr == nullptr) {
    return nullptr;
  }
  node->range = join(cond->range, node->else_expr->range);
  node->cond = std::move(cond);
  return node;
}

ast::ExprPtr Parser::parse_binary(int min_precedence) {
  ast::ExprPtr left = parse_cast();
  while (left != nullptr) {
    const auto info = binary_info(peek().kind);
    if (!info || info->precedence < min_precedence ||
        (in_predicate_ && at(Tok::Slash) && is_predicate_end())) {
      return left;
    }
    take();
    auto binary = std::make_unique<ast::Binary>();
    binary->op = info->op;
    const DepthGuard guard(depth_);
    binary->rhs = count_node() ? parse_binary(info->precedence + 1) : nullptr;
    if (binary->rhs == nullptr) {
      return nullptr;
    }
    binary->range = join(left->range, binary->rhs->range);
    binary->lhs = std::move(left);
    left = std::move(binary);
  }
  return left;
}

// Whether "(" name begins a cast, by the looks of what follows; asking for the name is not free.
bool Parser::looks_like_cast() {
  if (peek(1).kind != Tok::Ident) {
    return true;
  }
  switch (peek(2).kind) {
    case Tok::Star:
      return peek(3).kind != Tok::Ident && peek(3).kind != Tok::Int;
    case Tok::RParen:
      // An operand has to follow.
      switch (peek(3).kind) {
        case Tok::Comma:
        case Tok::RParen:
        case Tok::Semicolon:
        case Tok::RBracket:
        case Tok::EqEq:
        case Tok::NotEq:
        case Tok::AndAnd:
        case Tok::OrOr:
        case Tok::Question:
        case Tok::Colon:
          return false;
        default:
          return true;
      }
    case Tok::LParen:
    case Tok::LBracket:
    case Tok::Ident:
      return true;
    default:
      return peek(2).kind == Tok::KwConst || peek(2).kind == Tok::KwVolatile;
  }
}

ast::ExprPtr Parser::parse_cast() {
  if (!at(Tok::LParen) || !looks_like_cast() || !starts_type(peek(1))) {
    return parse_unary();
  }
  const DepthGuard guard(depth_);
  if (too_deep()) {
    return nullptr;
  }
  const Token open = take();
  auto cast = std::make_unique<ast::Cast>();
  cast->target = parse_type_name();
  if (cast->target == nullptr || !expect(Tok::RParen, "after the type of a cast")) {
    return nullptr;
  }
  cast->operand = count_node() ? parse_cast() : nullptr;
  if (cast->operand == nullptr) {
    return nullptr;
  }
  cast->range = join(open.range, cast->operand->range);
  return cast;
}

ast::ExprPtr Parser::parse_unary() {
  const DepthGuard guard(depth_);
  if (too_deep() || !count_node()) {
    return nullptr;
  }
  if (at(Tok::PlusPlus) || at(Tok::MinusMinus)) {
    const Token op = take();
    auto node = std::make_unique<ast::IncDec>();
    node->is_inc = op.kind == Tok::PlusPlus;
    node->operand = parse_unary();
    if (node->operand == nullptr) {
      return nullptr;
    }
    node->range = join(op.range, node->operand->range);
    return node;
  }
  if (const auto op = unary_op(peek().kind)) {
    const Token token = take();
    auto node = std::make_unique<ast::Unary>();
    node->op = *op;
    node->operand = parse_cast();
    if (node->operand == nullptr) {
      return nullptr;
    }
    node->range = join(token.range, node->operand->range);
    return node;
  }
  if (at(Tok::KwSizeof)) {
    return parse_sizeof();
  }
  if (at(Tok::KwStringof)) {
    const Token word = take();
    auto node = std::make_unique<ast::Stringof>();
    node->operand = parse_unary();
    if (node->operand == nullptr) {
      return nullptr;
    }
    node->range = join(word.range, node->operand->range);
    return node;
  }
  return parse_postfix();
}

ast::ExprPtr Parser::parse_sizeof() {
  const Token word = take();
  if (at(Tok::LParen) && starts_type(peek(1))) {
    take();
    auto node = std::make_unique<ast::SizeofType>();
    node->target = parse_type_name();
    if (node->target == nullptr || !expect(Tok::RParen, "after the type of sizeof")) {
      return nullptr;
    }
    node->range = from(word.range);
    return node;
  }
  auto node = std::make_unique<ast::SizeofExpr>();
  node->operand = parse_unary();
  if (node->operand == nullptr) {
    return nullptr;
  }
  node->range = join(word.range, node->operand->range);
  return node;
}

// The word behind . -> and in offsetof(): C structures use words that D reserves.
bool Parser::take_member_name(std::string& name) {
  if (at(Tok::Ident) || is_keyword(peek().kind)) {
    name = take().text;
    return true;
  }
  error_here("expected a member's name, found " + shown(peek()));
  return false;
}

// The expressions of a call or index, up to and with `close`.
bool Parser::parse_arguments(Tok close, std::vector<ast::ExprPtr>& out) {
  ++paren_depth_;
  bool is_good = true;
  if (!at(close)) {
    do {
      ast::ExprPtr argument = parse_assignment();
      if (argument == nullptr) {
        is_good = false;
        break;
      }
      out.push_back(std::move(argument));
    } while (accept(Tok::Comma));
  }
  --paren_depth_;
  return is_good && expect(close, close == Tok::RParen ? "after the arguments" : "after the index");
}

ast::ExprPtr Parser::parse_postfix() {
  ast::ExprPtr base = parse_primary();
  return base == nullptr ? nullptr : parse_postfix_of(std::move(base));
}

ast::ExprPtr Parser::parse_postfix_of(ast::ExprPtr base) {
  while (true) {
    const SourceRange begin = base->range;
    switch (peek().kind) {
      case Tok::LBracket: {
        take();
        if (base->kind == ast::ExprKind::AggRef && !ast::as<ast::AggRef>(*base).has_keys) {
          auto& agg = ast::as<ast::AggRef>(*base);
          agg.has_keys = true;
          if (!parse_arguments(Tok::RBracket, agg.keys)) {
            return nullptr;
          }
          agg.range = from(begin);
          if (agg.keys.empty()) {
            context_.diagnostics.error(Tag::D_SYNTAX, agg.range, "an index is missing in \"[]\"");
            return nullptr;
          }
          continue;
        }
        auto index = std::make_unique<ast::Index>();
        if (!parse_arguments(Tok::RBracket, index->indices)) {
          return nullptr;
        }
        index->range = from(begin);
        if (index->indices.empty()) {
          context_.diagnostics.error(Tag::D_SYNTAX, index->range, "an index is missing in \"[]\"");
          return nullptr;
        }
        index->base = std::move(base);
        base = std::move(index);
        break;
      }
      case Tok::LParen: {
        take();
        auto call = std::make_unique<ast::Call>();
        if (!parse_arguments(Tok::RParen, call->args)) {
          return nullptr;
        }
        call->range = from(begin);
        if (base->kind == ast::ExprKind::Ident) {
          call->name = ast::as<ast::Ident>(*base).name;
        }
        call->callee = std::move(base);
        base = std::move(call);
        break;
      }
      case Tok::Dot:
      case Tok::Arrow: {
        auto member = std::make_unique<ast::Member>();
        member->is_arrow = take().kind == Tok::Arrow;
        if (!take_member_name(member->name)) {
          return nullptr;
        }
        member->range = from(begin);
        member->base = std::move(base);
        base = std::move(member);
        break;
      }
      case Tok::PlusPlus:
      case Tok::MinusMinus: {
        auto node = std::make_unique<ast::IncDec>();
        node->is_inc = take().kind == Tok::PlusPlus;
        node->is_prefix = false;
        node->range = from(begin);
        node->operand = std::move(base);
        base = std::move(node);
        break;
      }
      default:
        return base;
    }
    if (!count_node()) {
      return nullptr;
    }
  }
}

ast::ExprPtr Parser::parse_integer(Token token) {
  auto node = std::make_unique<ast::IntLit>();
  node->value = token.value;
  node->nr_long = token.nr_long;
  node->is_unsigned = token.is_unsigned;
  node->is_decimal = token.is_decimal;
  node->is_char = token.is_char;
  node->is_macro = token.is_macro;
  node->range = token.range;
  if (!token.is_negative) {
    return node;
  }
  auto minus = std::make_unique<ast::Unary>();
  minus->op = ast::UnaryOp::Neg;
  minus->range = token.range;
  minus->operand = std::move(node);
  return minus;
}

ast::ExprPtr Parser::parse_scoped(ast::Ident::Scope scope) {
  const Token word = take();
  auto node = std::make_unique<ast::Ident>();
  node->scope = scope;
  if (!expect(Tok::Arrow, "after \"" + word.text + "\"")) {
    return nullptr;
  }
  if (!at(Tok::Ident) && !is_keyword(peek().kind)) {
    error_here("expected a variable's name after \"" + word.text + "->\", found " + shown(peek()));
    return nullptr;
  }
  node->name = take().text;
  node->range = from(word.range);
  return node;
}

ast::ExprPtr Parser::parse_primary() {
  switch (peek().kind) {
    case Tok::Int:
      return parse_integer(take());
    case Tok::Float: {
      context_.diagnostics.error(Tag::D_SYNTAX, peek().range,
                                 "floating-point constants are not permitted",
                                 "the kernel has no floating-point arithmetic");
      auto node = std::make_unique<ast::FloatLit>();
      node->range = peek().range;
      node->text = take().text;
      return node;
    }
    case Tok::String: {
      auto node = std::make_unique<ast::StringLit>();
      node->range = peek().range;
      node->value = take().text;
      return node;
    }
    case Tok::Agg: {
      auto node = std::make_unique<ast::AggRef>();
      node->range = peek().range;
      node->name = take().text;
      return node;
    }
    case Tok::KwSelf:
      return parse_scoped(ast::Ident::Scope::Self);
    case Tok::KwThis:
      return parse_scoped(ast::Ident::Scope::This);
    case Tok::KwOffsetof:
      return parse_offsetof();
    case Tok::KwXlate:
      return parse_xlate();
    case Tok::Ident: {
      const Token token = take();
      const size_t mark = token.text.rfind('`');
      if (mark == std::string::npos) {
        auto node = std::make_unique<ast::Ident>();
        node->name = token.text;
        node->range = token.range;
        return node;
      }
      auto node = std::make_unique<ast::KernelSym>();
      node->module = token.text.substr(0, mark);
      node->name = token.text.substr(mark + 1);
      node->range = token.range;
      if (node->name.empty()) {
        context_.diagnostics.error(Tag::D_SYNTAX, token.range,
                                   "expected a symbol's name after \"`\"");
        return nullptr;
      }
      return node;
    }
    case Tok::LParen: {
      const Token open = take();
      ++paren_depth_;
      ast::ExprPtr inner = parse_expression();
      --paren_depth_;
      if (inner == nullptr || !expect(Tok::RParen, "to close \"(\"")) {
        return nullptr;
      }
      inner->range = from(open.range);
      return inner;
    }
    default: {
      std::string hint;
      if (is_reserved(peek().kind)) {
        hint = "\"" + peek().text + "\" is a reserved word";
      } else if (starts_type(peek())) {
        hint = "a type can only stand in a cast, sizeof, offsetof or xlate here";
      }
      error_here("expected an expression, found " + shown(peek()), std::move(hint));
      return nullptr;
    }
  }
}

ast::ExprPtr Parser::parse_offsetof() {
  const Token word = take();
  auto node = std::make_unique<ast::Offsetof>();
  if (!expect(Tok::LParen, "after \"offsetof\"")) {
    return nullptr;
  }
  node->target = parse_type_name();
  if (node->target == nullptr || !expect(Tok::Comma, "after the type of offsetof") ||
      !take_member_name(node->member) || !expect(Tok::RParen, "after the member of offsetof")) {
    return nullptr;
  }
  node->range = from(word.range);
  return node;
}

ast::ExprPtr Parser::parse_xlate() {
  const Token word = take();
  auto node = std::make_unique<ast::Xlate>();
  if (!expect(Tok::Lt, "after \"xlate\"")) {
    return nullptr;
  }
  node->target = parse_type_name();
  if (node->target == nullptr || !expect(Tok::Gt, "after the type of xlate") ||
      !expect(Tok::LParen, "before the operand of xlate")) {
    return nullptr;
  }
  ++paren_depth_;
  node->operand = parse_expression();
  --paren_depth_;
  if (node->operand == nullptr || !expect(Tok::RParen, "after the operand of xlate")) {
    return nullptr;
  }
  node->range = from(word.range);
  return node;
}

}  // namespace dt::lang
