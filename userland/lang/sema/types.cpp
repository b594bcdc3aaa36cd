// SPDX-License-Identifier: MIT
// Questions about the types of expressions: promotion, common types, what may be assigned to what,
// and where pointers come from. DESIGN: C's integer promotions.
#include "lang/sema/builtins.hpp"
#include "lang/sema/checker.hpp"

namespace dt::lang::sema {

using namespace ast;
using types::resolve;

// The type of an integer operand after C's promotion; other types unchanged.
const Type* Checker::promoted(const Expr& expr) {
  const Type* type = resolve(expr.type);
  if (type->kind == TypeKind::Enum)
    return type->size <= 4 ? types_.int_t() : types_.int_type(8, type->is_signed);
  if (type->kind != TypeKind::Int)
    return expr.type;
  if (expr.kind == ExprKind::Member && as<Member>(expr).member &&
      as<Member>(expr).member->bit_size > 0 && type->size <= 4) {
    uint32_t bits = as<Member>(expr).member->bit_size;
    return bits < 32 || type->is_signed ? types_.int_t() : expr.type;
  }
  return type->size < 4 ? types_.int_t() : expr.type;
}

// C's usual arithmetic conversions of two integer operands.
const Type* Checker::common_type(const Expr& a, const Expr& b) {
  const Type* left = promoted(a);
  const Type* right = promoted(b);
  const Type* l = resolve(left);
  const Type* r = resolve(right);
  if (l->size != r->size)
    return l->size > r->size ? left : right;
  if (l->is_signed != r->is_signed)
    return l->is_signed ? right : left;
  return left;
}

// Is an integer a constant or the result of operators? A variable that is made by assigning one
// keeps 64 bits: nobody has asked for less, and what is assigned later may need them (last = 0,
// then last = timestamp). Values that come from somewhere have a type of their own.
bool Checker::is_computed(const Expr& value) {
  if (!value.type || !types::is_integer(value.type))
    return false;
  switch (value.kind) {
    case ExprKind::Comma:
      return is_computed(*as<Comma>(value).rhs);
    case ExprKind::IntLit:
    case ExprKind::Binary:
    case ExprKind::Cond:
      return true;
    case ExprKind::Unary:
      return as<Unary>(value).op != UnaryOp::Deref;
    case ExprKind::Ident:
      return as<Ident>(value).var && as<Ident>(value).var->keeps_bits;
    case ExprKind::Assign:
      return is_computed(*as<Assign>(value).lhs);
    default:
      return false;
  }
}

// A value without a C type: aggregations, stacks, translated pointers.
bool Checker::is_dynamic(const Expr& expr) {
  return expr.kind == ExprKind::Xlate || expr.kind == ExprKind::AggRef ||
         resolve(expr.type)->kind == TypeKind::Dynamic;
}

// Anything that a string is expected to take: string, char *, char [].
bool Checker::is_string_like(const Expr& expr) {
  if (is_dynamic(expr))
    return false;
  return types::is_string(expr.type) || types::is_char_pointer(expr.type) ||
         types::is_char_array(expr.type);
}

bool Checker::is_arith(const Expr& expr) {
  return !is_dynamic(expr) && types::is_integer(expr.type);
}

// May it be asked whether it is zero?
bool Checker::is_condition(const Expr& expr) {
  return !is_dynamic(expr) && types::is_scalar(expr.type);
}

// An integer constant 0, also behind casts to pointers: the null pointer.
bool Checker::is_zero(const Expr& expr) {
  if (expr.const_value)
    return *expr.const_value == 0;
  return false;
}

bool Checker::assignable(const Type* to, const Expr& from) {
  const Type* l = resolve(to);
  if (is_dynamic(from))
    return false;
  const Type* r = resolve(from.type);
  if (l->kind == TypeKind::String)
    return is_string_like(from) || (is_zero(from) && r->kind == TypeKind::Pointer);
  if (types::is_integer(to))
    return types::is_integer(from.type);
  if (l->kind == TypeKind::Float)
    return r->kind == TypeKind::Float && l->size == r->size;
  if (l->kind == TypeKind::Pointer) {
    if (types::is_integer(from.type))
      return is_zero(from);
    const Type* target = resolve(l->target);
    if (r->kind == TypeKind::String)
      return types::is_char_pointer(to) || target->kind == TypeKind::Void;
    if (r->kind == TypeKind::Function)
      return target->kind == TypeKind::Void || types::same_type(target, r);
    if (r->kind != TypeKind::Pointer && r->kind != TypeKind::Array)
      return false;
    const Type* source = resolve(r->target);
    if (target->kind == TypeKind::Void || source->kind == TypeKind::Void)
      return true;
    if (types::is_integer(target) && types::is_integer(source) && target->size == source->size)
      return true;
    return types::same_type(target, source);
  }
  if (types::is_sou(to))
    return types::same_type(to, from.type);
  return false;
}

// Where a pointer's value comes from. Integers and null pointers say nothing.
Origin Checker::origin(const Expr& expr) {
  auto worse = [](Origin a, Origin b) { return a == Origin::Unknown ? b : a; };
  switch (expr.kind) {
    case ExprKind::Call: {
      int func = as<Call>(expr).func;
      if (func < 0)
        return Origin::Unknown;
      FuncId id = functions()[func].id;
      return id == FuncId::Alloca || id == FuncId::Copyin ? Origin::Scratch : Origin::Unknown;
    }
    case ExprKind::Ident: {
      const Variable* var = as<Ident>(expr).var;
      if (!var)
        return Origin::Unknown;
      if (var->scope == VarScope::Builtin)
        return types::is_pointer(expr.type) ? Origin::Other : Origin::Unknown;
      auto it = origins_.find(var);
      return it == origins_.end() ? Origin::Unknown : it->second;
    }
    case ExprKind::Index: {
      const auto& idx = as<Index>(expr);
      if (idx.base->kind == ExprKind::Ident && as<Ident>(*idx.base).var &&
          as<Ident>(*idx.base).var->is_assoc)
        return origin(*idx.base);
      return Origin::Unknown;
    }
    case ExprKind::Assign:
      return as<Assign>(expr).op ? origin(*as<Assign>(expr).lhs) : origin(*as<Assign>(expr).rhs);
    case ExprKind::IncDec:
      return origin(*as<IncDec>(expr).operand);
    case ExprKind::Comma:
      return origin(*as<Comma>(expr).rhs);
    case ExprKind::Cond:
      return worse(origin(*as<Cond>(expr).then_expr), origin(*as<Cond>(expr).else_expr));
    case ExprKind::Cast: {
      const auto& cast = as<Cast>(expr);
      Origin of = origin(*cast.operand);
      if (of == Origin::Unknown && types::is_pointer(cast.type) && cast.const_value &&
          *cast.const_value != 0)
        return Origin::Other;
      return of;
    }
    case ExprKind::Binary: {
      const auto& bin = as<Binary>(expr);
      if (bin.op == BinaryOp::Add || bin.op == BinaryOp::Sub)
        return worse(origin(*bin.lhs), origin(*bin.rhs));
      return Origin::Unknown;
    }
    case ExprKind::Unary: {
      const auto& un = as<Unary>(expr);
      if (un.op != UnaryOp::AddrOf)
        return Origin::Unknown;
      const Expr* place = un.operand.get();
      while (true) {
        if (place->kind == ExprKind::KernelSym)
          return Origin::Other;
        if (place->kind == ExprKind::Member) {
          const auto& member = as<Member>(*place);
          if (member.is_arrow)
            return origin(*member.base);
          place = member.base.get();
        } else if (place->kind == ExprKind::Index) {
          const auto& idx = as<Index>(*place);
          if (types::is_pointer(idx.base->type))
            return origin(*idx.base);
          place = idx.base.get();
        } else if (place->kind == ExprKind::Unary && as<Unary>(*place).op == UnaryOp::Deref) {
          return origin(*as<Unary>(*place).operand);
        } else {
          return Origin::Unknown;
        }
      }
    }
    default:
      return Origin::Unknown;
  }
}

// Two branches of ?: that lead to different kinds of memory cannot be stored in one variable.
static bool is_mixed(const Expr& expr, const std::function<Origin(const Expr&)>& origin) {
  const Expr* e = &expr;
  while (e->kind == ExprKind::Cast)
    e = as<Cast>(*e).operand.get();
  if (e->kind != ExprKind::Cond)
    return false;
  Origin a = origin(*as<Cond>(*e).then_expr), b = origin(*as<Cond>(*e).else_expr);
  return a != b && a != Origin::Unknown && b != Origin::Unknown;
}

bool Checker::note_origin(Variable& var, const Expr& value, SourceRange range) {
  if (is_mixed(value, [&](const Expr& e) { return origin(e); }))
    return fail(Tag::D_ALLOCA_INCOMPAT, range,
                "one branch of ?: gives scratch memory and the other does not",
                "use two variables, one for pointers from alloca() or copyin()");
  Origin of = origin(value);
  if (of == Origin::Unknown)
    return true;
  Origin& known = origins_[&var];
  if (known != Origin::Unknown && known != of)
    return fail(Tag::D_ALLOCA_INCOMPAT, range,
                var.name + " is used for scratch memory and for other pointers",
                "use two variables, one for pointers from alloca() or copyin()");
  known = of;
  return true;
}

std::string a_or_an(const std::string& noun) {
  bool is_vowel = std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
  return (is_vowel ? "an " : "a ") + noun;
}

// The type of an expression for messages.
std::string Checker::shown(const Expr& expr) {
  if (expr.kind == ExprKind::AggRef)
    return "aggregation";
  if (expr.kind == ExprKind::Xlate)
    return types::is_pointer(expr.type) ? "pointer to translated data" : "translated data";
  if (!expr.type)
    return "unknown";
  if (resolve(expr.type)->kind == TypeKind::Dynamic)
    return "dynamic value";
  return types::to_string(expr.type);
}

}  // namespace dt::lang::sema
