// SPDX-License-Identifier: MIT
// Visiting and copying of expression trees; every ExprKind is listed so that the compiler notices a
// new one.
#include "lang/sema/walk.hpp"

namespace dt::lang::sema {

using namespace ast;

void for_each_child(Expr& expr, const std::function<void(ExprPtr&)>& visit) {
  auto one = [&](ExprPtr& child) {
    if (child)
      visit(child);
  };
  auto all = [&](std::vector<ExprPtr>& children) {
    for (ExprPtr& child : children)
      one(child);
  };
  switch (expr.kind) {
    case ExprKind::IntLit:
    case ExprKind::StringLit:
    case ExprKind::FloatLit:
    case ExprKind::Ident:
    case ExprKind::KernelSym:
    case ExprKind::SizeofType:
    case ExprKind::Offsetof:
      return;
    case ExprKind::AggRef:
      return all(as<AggRef>(expr).keys);
    case ExprKind::Unary:
      return one(as<Unary>(expr).operand);
    case ExprKind::Binary:
      one(as<Binary>(expr).lhs);
      return one(as<Binary>(expr).rhs);
    case ExprKind::Assign:
      one(as<Assign>(expr).lhs);
      return one(as<Assign>(expr).rhs);
    case ExprKind::IncDec:
      return one(as<IncDec>(expr).operand);
    case ExprKind::Cond:
      one(as<Cond>(expr).cond);
      one(as<Cond>(expr).then_expr);
      return one(as<Cond>(expr).else_expr);
    case ExprKind::Comma:
      one(as<Comma>(expr).lhs);
      return one(as<Comma>(expr).rhs);
    case ExprKind::Cast:
      return one(as<Cast>(expr).operand);
    case ExprKind::Call:
      // The callee is a name, not a value.
      return all(as<Call>(expr).args);
    case ExprKind::Index:
      one(as<Index>(expr).base);
      return all(as<Index>(expr).indices);
    case ExprKind::Member:
      return one(as<Member>(expr).base);
    case ExprKind::SizeofExpr:
      return one(as<SizeofExpr>(expr).operand);
    case ExprKind::Xlate:
      return one(as<Xlate>(expr).operand);
    case ExprKind::Stringof:
      return one(as<Stringof>(expr).operand);
  }
}

namespace {

ExprPtr copy(const ExprPtr& expr) { return expr ? clone(*expr) : nullptr; }

std::vector<ExprPtr> copy(const std::vector<ExprPtr>& exprs) {
  std::vector<ExprPtr> out;
  for (const ExprPtr& expr : exprs)
    out.push_back(copy(expr));
  return out;
}

// A new node of the same kind with the members of Expr copied.
template <typename T>
std::unique_ptr<T> like(const T& from) {
  auto to = std::make_unique<T>();
  to->range = from.range;
  to->type = from.type;
  to->is_lvalue = from.is_lvalue;
  to->const_value = from.const_value;
  return to;
}

std::unique_ptr<TypeName> copy(const std::unique_ptr<TypeName>& name) {
  return name ? clone(*name) : nullptr;
}

}  // namespace

std::unique_ptr<TypeName> clone(const TypeName& name) {
  auto to = std::make_unique<TypeName>();
  to->range = name.range;
  to->spec = name.spec;
  to->type = name.type;
  for (const DeclLayer& from : name.layers) {
    DeclLayer layer;
    layer.kind = from.kind;
    layer.range = from.range;
    layer.size = copy(from.size);
    layer.is_variadic = from.is_variadic;
    layer.has_void_only = from.has_void_only;
    for (const ParamDecl& param : from.params)
      layer.params.push_back({param.range, copy(param.type), param.name});
    to->layers.push_back(std::move(layer));
  }
  return to;
}

ExprPtr clone(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::IntLit: {
      const auto& from = as<IntLit>(expr);
      auto to = like(from);
      to->value = from.value;
      to->nr_long = from.nr_long;
      to->is_unsigned = from.is_unsigned;
      to->is_decimal = from.is_decimal;
      to->is_char = from.is_char;
      to->is_macro = from.is_macro;
      return to;
    }
    case ExprKind::StringLit: {
      auto to = like(as<StringLit>(expr));
      to->value = as<StringLit>(expr).value;
      return to;
    }
    case ExprKind::FloatLit: {
      auto to = like(as<FloatLit>(expr));
      to->text = as<FloatLit>(expr).text;
      return to;
    }
    case ExprKind::Ident: {
      const auto& from = as<Ident>(expr);
      auto to = like(from);
      to->scope = from.scope;
      to->name = from.name;
      to->var = from.var;
      return to;
    }
    case ExprKind::KernelSym: {
      const auto& from = as<KernelSym>(expr);
      auto to = like(from);
      to->module = from.module;
      to->name = from.name;
      to->address = from.address;
      return to;
    }
    case ExprKind::AggRef: {
      const auto& from = as<AggRef>(expr);
      auto to = like(from);
      to->name = from.name;
      to->keys = copy(from.keys);
      to->has_keys = from.has_keys;
      to->agg = from.agg;
      return to;
    }
    case ExprKind::Unary: {
      auto to = like(as<Unary>(expr));
      to->op = as<Unary>(expr).op;
      to->operand = copy(as<Unary>(expr).operand);
      return to;
    }
    case ExprKind::Binary: {
      const auto& from = as<Binary>(expr);
      auto to = like(from);
      to->op = from.op;
      to->lhs = copy(from.lhs);
      to->rhs = copy(from.rhs);
      to->op_type = from.op_type;
      return to;
    }
    case ExprKind::Assign: {
      const auto& from = as<Assign>(expr);
      auto to = like(from);
      to->op = from.op;
      to->lhs = copy(from.lhs);
      to->rhs = copy(from.rhs);
      to->op_type = from.op_type;
      return to;
    }
    case ExprKind::IncDec: {
      const auto& from = as<IncDec>(expr);
      auto to = like(from);
      to->is_inc = from.is_inc;
      to->is_prefix = from.is_prefix;
      to->operand = copy(from.operand);
      return to;
    }
    case ExprKind::Cond: {
      const auto& from = as<Cond>(expr);
      auto to = like(from);
      to->cond = copy(from.cond);
      to->then_expr = copy(from.then_expr);
      to->else_expr = copy(from.else_expr);
      return to;
    }
    case ExprKind::Comma: {
      auto to = like(as<Comma>(expr));
      to->lhs = copy(as<Comma>(expr).lhs);
      to->rhs = copy(as<Comma>(expr).rhs);
      return to;
    }
    case ExprKind::Cast: {
      auto to = like(as<Cast>(expr));
      to->target = copy(as<Cast>(expr).target);
      to->operand = copy(as<Cast>(expr).operand);
      return to;
    }
    case ExprKind::Call: {
      const auto& from = as<Call>(expr);
      auto to = like(from);
      to->callee = copy(from.callee);
      to->name = from.name;
      to->args = copy(from.args);
      to->func = from.func;
      to->traced = from.traced;
      return to;
    }
    case ExprKind::Index: {
      const auto& from = as<Index>(expr);
      auto to = like(from);
      to->base = copy(from.base);
      to->indices = copy(from.indices);
      to->arg_mapping = from.arg_mapping;
      return to;
    }
    case ExprKind::Member: {
      const auto& from = as<Member>(expr);
      auto to = like(from);
      to->base = copy(from.base);
      to->name = from.name;
      to->is_arrow = from.is_arrow;
      to->member = from.member;
      to->bit_offset = from.bit_offset;
      return to;
    }
    case ExprKind::SizeofType: {
      auto to = like(as<SizeofType>(expr));
      to->target = copy(as<SizeofType>(expr).target);
      return to;
    }
    case ExprKind::SizeofExpr: {
      auto to = like(as<SizeofExpr>(expr));
      to->operand = copy(as<SizeofExpr>(expr).operand);
      return to;
    }
    case ExprKind::Offsetof: {
      auto to = like(as<Offsetof>(expr));
      to->target = copy(as<Offsetof>(expr).target);
      to->member = as<Offsetof>(expr).member;
      return to;
    }
    case ExprKind::Xlate: {
      const auto& from = as<Xlate>(expr);
      auto to = like(from);
      to->target = copy(from.target);
      to->operand = copy(from.operand);
      to->translator = from.translator;
      return to;
    }
    case ExprKind::Stringof: {
      auto to = like(as<Stringof>(expr));
      to->operand = copy(as<Stringof>(expr).operand);
      return to;
    }
  }
  return nullptr;
}

StmtPtr clone(const Stmt& stmt) {
  auto inner = [](const StmtPtr& from) { return from ? clone(*from) : nullptr; };
  StmtPtr out;
  switch (stmt.kind) {
    case StmtKind::Expr: {
      auto to = std::make_unique<ExprStmt>();
      to->expr = copy(static_cast<const ExprStmt&>(stmt).expr);
      out = std::move(to);
      break;
    }
    case StmtKind::If: {
      const auto& from = static_cast<const IfStmt&>(stmt);
      auto to = std::make_unique<IfStmt>();
      to->cond = copy(from.cond);
      to->then_stmt = inner(from.then_stmt);
      to->else_stmt = inner(from.else_stmt);
      out = std::move(to);
      break;
    }
    case StmtKind::Block: {
      auto to = std::make_unique<BlockStmt>();
      for (const StmtPtr& from : static_cast<const BlockStmt&>(stmt).stmts)
        to->stmts.push_back(inner(from));
      out = std::move(to);
      break;
    }
    case StmtKind::Empty:
      out = std::make_unique<EmptyStmt>();
      break;
  }
  out->range = stmt.range;
  return out;
}

bool has_side_effects(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::Assign:
    case ExprKind::IncDec:
    case ExprKind::Call:
      return true;
    default:
      break;
  }
  bool found = false;
  for_each_child(const_cast<Expr&>(expr),
                 [&](ExprPtr& child) { found = found || has_side_effects(*child); });
  return found;
}

}  // namespace dt::lang::sema
