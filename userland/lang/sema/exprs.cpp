// SPDX-License-Identifier: MIT
// Expressions: dispatch, literals and operators. Every function returns false when it has reported
// an error; then the expression has no type and its users stay silent.
#include "lang/sema/checker.hpp"
#include "lang/sema/fold.hpp"

namespace dt::lang::sema {

using namespace ast;
using types::resolve;

namespace {

const char* op_text(BinaryOp op) {
  static const char* const kText[] = {"*",  "/",  "%",  "+", "-", "<<", ">>", "<",  "<=", ">",
                                      ">=", "==", "!=", "&", "^", "|",  "&&", "^^", "||"};
  return kText[static_cast<int>(op)];
}

bool is_void(const Expr& expr) { return resolve(expr.type)->kind == TypeKind::Void; }

}  // namespace

bool Checker::check(ExprPtr& expr, Use use) {
  if (!expr)
    return false;
  switch (expr->kind) {
    case ExprKind::IntLit:
      return int_lit(as<IntLit>(*expr));
    case ExprKind::StringLit:
      expr->type = types_.string_type();
      return true;
    case ExprKind::FloatLit:
      return fail(Tag::D_SYNTAX, expr->range, "floating-point constants are not part of D",
                  "probes cannot compute with floating point");
    case ExprKind::Ident:
      return ident(expr, use);
    case ExprKind::KernelSym:
      return kernel_sym(as<KernelSym>(*expr), use);
    case ExprKind::AggRef:
      return agg_ref(as<AggRef>(*expr));
    case ExprKind::Unary:
      return unary(expr, use);
    case ExprKind::Binary:
      return binary(as<Binary>(*expr));
    case ExprKind::Assign:
      return assign(as<Assign>(*expr));
    case ExprKind::IncDec:
      return inc_dec(as<IncDec>(*expr));
    case ExprKind::Cond:
      return cond(as<Cond>(*expr));
    case ExprKind::Comma:
      return comma(as<Comma>(*expr));
    case ExprKind::Cast:
      return cast(as<Cast>(*expr));
    case ExprKind::Call:
      return call(as<Call>(*expr), false);
    case ExprKind::Index:
      return index(expr, use);
    case ExprKind::Member:
      return member(expr, use);
    case ExprKind::SizeofType:
      return sizeof_type(as<SizeofType>(*expr));
    case ExprKind::SizeofExpr:
      return sizeof_expr(as<SizeofExpr>(*expr));
    case ExprKind::Offsetof:
      return offsetof_expr(as<Offsetof>(*expr));
    case ExprKind::Xlate:
      return xlate(expr);
    case ExprKind::Stringof:
      return stringof(as<Stringof>(*expr));
  }
  return false;
}

// C's rule: a decimal constant is int, then long; hex and octal may become unsigned before they
// grow.
bool Checker::int_lit(IntLit& lit) {
  uint64_t v = lit.value;
  bool may_be_unsigned = lit.is_unsigned || !lit.is_decimal;
  bool may_be_signed = !lit.is_unsigned;
  if (lit.is_char) {
    lit.type = types_.int_t();
  } else if (lit.nr_long == 0 && may_be_signed && v <= INT32_MAX) {
    lit.type = types_.int_t();
  } else if (lit.nr_long == 0 && may_be_unsigned && v <= UINT32_MAX) {
    lit.type = types_.int_type(4, false);
  } else {
    const char* name = lit.nr_long > 1 ? "long long" : "long";
    const char* unsigned_name = lit.nr_long > 1 ? "unsigned long long" : "unsigned long";
    bool is_signed = may_be_signed && v <= INT64_MAX;
    lit.type = types_.basic(is_signed ? name : unsigned_name);
  }
  lit.const_value = fit(static_cast<int64_t>(v), lit.type);
  return true;
}

bool Checker::unary(ExprPtr& expr, Use use) {
  auto& un = as<Unary>(*expr);
  if (un.op == UnaryOp::Deref)
    return deref(un, use);
  if (un.op == UnaryOp::AddrOf)
    return addr_of(un);
  if (!check(un.operand))
    return false;
  const char* text = un.op == UnaryOp::Plus     ? "+"
                     : un.op == UnaryOp::Neg    ? "-"
                     : un.op == UnaryOp::BitNot ? "~"
                                                : "!";
  if (un.op == UnaryOp::LogNot) {
    if (!is_condition(*un.operand))
      return fail(Tag::D_OP_SCALAR, un.operand->range,
                  "operator ! requires a scalar operand, this is " + shown(*un.operand));
    un.type = types_.int_t();
  } else {
    if (!is_arith(*un.operand))
      return fail(un.op == UnaryOp::BitNot ? Tag::D_OP_INT : Tag::D_OP_ARITH, un.operand->range,
                  std::string("operator ") + text + " requires an integer operand, this is " +
                      shown(*un.operand));
    un.type = promoted(*un.operand);
  }
  if (un.operand->const_value)
    un.const_value = fold_unary(un.op, *un.operand->const_value);
  return true;
}

bool Checker::binary(Binary& bin) {
  bool left_ok = check(bin.lhs);
  bool right_ok = check(bin.rhs);
  if (!left_ok || !right_ok)
    return false;
  Expr& l = *bin.lhs;
  Expr& r = *bin.rhs;
  std::string op = op_text(bin.op);
  switch (bin.op) {
    case BinaryOp::Add:
    case BinaryOp::Sub:
      return additive(bin);
    case BinaryOp::Lt:
    case BinaryOp::Le:
    case BinaryOp::Gt:
    case BinaryOp::Ge:
    case BinaryOp::Eq:
    case BinaryOp::Ne:
      return comparison(bin);
    case BinaryOp::LogAnd:
    case BinaryOp::LogXor:
    case BinaryOp::LogOr:
      for (Expr* e : {&l, &r}) {
        if (!is_condition(*e))
          return fail(Tag::D_OP_SCALAR, e->range,
                      "operator " + op + " requires scalar operands, this is " + shown(*e));
      }
      bin.type = bin.op_type = types_.int_t();
      if (l.const_value && r.const_value)
        bin.const_value = fold_binary(bin.op, *l.const_value, *r.const_value, types_.int64());
      return true;
    case BinaryOp::Mul:
    case BinaryOp::Div:
    case BinaryOp::Mod:
    case BinaryOp::Shl:
    case BinaryOp::Shr:
    case BinaryOp::BitAnd:
    case BinaryOp::BitXor:
    case BinaryOp::BitOr:
      break;
  }
  bool is_arith_op = bin.op == BinaryOp::Mul || bin.op == BinaryOp::Div;
  for (Expr* e : {&l, &r}) {
    if (!is_arith(*e)) {
      const Type* type = resolve(e->type);
      std::string hint =
          type->kind == TypeKind::String ? "strlen() or strtoll() give an integer" : "";
      return fail(is_arith_op ? Tag::D_OP_ARITH : Tag::D_OP_INT, e->range,
                  "operator " + op + " requires integer operands, this is " + shown(*e), hint);
    }
  }
  if ((bin.op == BinaryOp::Div || bin.op == BinaryOp::Mod) && r.const_value && *r.const_value == 0)
    return fail(Tag::D_DIV_ZERO, bin.range, "division by zero");
  bool is_shift = bin.op == BinaryOp::Shl || bin.op == BinaryOp::Shr;
  bin.op_type = bin.type = is_shift ? promoted(l) : common_type(l, r);
  if (l.const_value && r.const_value)
    bin.const_value = fold_binary(bin.op, *l.const_value, *r.const_value, bin.op_type);
  return true;
}

bool Checker::additive(Binary& bin) {
  Expr& l = *bin.lhs;
  Expr& r = *bin.rhs;
  auto incompatible = [&](std::string hint = {}) {
    return fail(Tag::D_OP_INCOMPAT, bin.range,
                std::string("operator ") + op_text(bin.op) + " cannot be applied to " + shown(l) +
                    " and " + shown(r),
                std::move(hint));
  };
  if (is_dynamic(l) || is_dynamic(r))
    return incompatible();
  auto is_address = [](const Expr& e) {
    TypeKind kind = resolve(e.type)->kind;
    return kind == TypeKind::Pointer || kind == TypeKind::Array;
  };
  if (is_arith(l) && is_arith(r)) {
    bin.op_type = bin.type = common_type(l, r);
    if (l.const_value && r.const_value)
      bin.const_value = fold_binary(bin.op, *l.const_value, *r.const_value, bin.op_type);
    return true;
  }
  // An offset into a string is a string.
  const Expr& text = types::is_string(l.type) ? l : r;
  const Expr& number = &text == &l ? r : l;
  bool is_order_good = bin.op == BinaryOp::Add || &text == &l;
  if (types::is_string(text.type) && is_arith(number) && is_order_good) {
    bin.op_type = bin.type = types_.string_type();
    return true;
  }
  bool left = is_address(l), right = is_address(r);
  for (Expr* e : {&l, &r}) {
    if (!is_address(*e))
      continue;
    const Type* target = resolve(resolve(e->type)->target);
    if (target->kind == TypeKind::Void || target->kind == TypeKind::Function)
      return incompatible("cast it to a pointer to something that has a size");
    if (!is_complete(target))
      return fail(Tag::D_OP_INCOMPLETE, e->range,
                  "arithmetic on a pointer to the incomplete type " + types::to_string(target));
  }
  if (left && right) {
    if (bin.op != BinaryOp::Sub ||
        !types::same_type(resolve(l.type)->target, resolve(r.type)->target))
      return incompatible();
    bin.type = types_.basic("long");
    bin.op_type = l.type;
    return true;
  }
  Expr& address = left ? l : r;
  Expr& offset = left ? r : l;
  if ((!left && !right) || !is_arith(offset) || (right && bin.op == BinaryOp::Sub)) {
    bool has_string = types::is_string(l.type) || types::is_string(r.type);
    return incompatible(has_string ? "strjoin() appends strings" : "");
  }
  bin.op_type = bin.type = types_.pointer_to(resolve(address.type)->target);
  return true;
}

bool Checker::comparison(Binary& bin) {
  Expr& l = *bin.lhs;
  Expr& r = *bin.rhs;
  bin.type = types_.int_t();
  auto incompatible = [&](std::string hint = {}) {
    return fail(Tag::D_OP_INCOMPAT, bin.range,
                std::string("operator ") + op_text(bin.op) + " cannot compare " + shown(l) +
                    " and " + shown(r),
                std::move(hint));
  };
  if (is_dynamic(l) || is_dynamic(r))
    return incompatible();
  if (is_arith(l) && is_arith(r)) {
    bin.op_type = common_type(l, r);
    if (l.const_value && r.const_value)
      bin.const_value = fold_binary(bin.op, *l.const_value, *r.const_value, bin.op_type);
    return true;
  }
  bool has_string = types::is_string(l.type) || types::is_string(r.type) ||
                    types::is_char_array(l.type) || types::is_char_array(r.type);
  if (has_string) {
    auto fits = [&](const Expr& e) {
      return is_string_like(e) || (is_zero(e) && types::is_pointer(e.type));
    };
    if (!fits(l) || !fits(r))
      return incompatible(
          "stringof() or copyinstr() make a string of an address, strtoll() a number");
    bin.op_type = types_.string_type();
    return true;
  }
  auto is_address = [](const Expr& e) {
    TypeKind kind = resolve(e.type)->kind;
    return kind == TypeKind::Pointer || kind == TypeKind::Array || kind == TypeKind::Function;
  };
  if (!(is_address(l) || is_arith(l)) || !(is_address(r) || is_arith(r)))
    return incompatible();
  if (is_address(l) && is_address(r) && !assignable(l.type, r) && !assignable(r.type, l))
    return incompatible("cast one of them");
  bin.op_type = types_.basic("unsigned long");
  return true;
}

bool Checker::writable(const Expr& lhs, const char* op, SourceRange range) {
  if (lhs.kind == ExprKind::Ident) {
    const Variable* var = as<Ident>(lhs).var;
    if (!var || var->scope == VarScope::Builtin || var->scope == VarScope::InlineVar)
      return fail(Tag::D_OP_WRITE, lhs.range,
                  std::string("operator ") + op + " needs a variable that may be written, " +
                      as<Ident>(lhs).name + " is read-only");
  }
  if (lhs.kind == ExprKind::KernelSym)
    return fail(Tag::D_OP_WRITE, lhs.range,
                "`" + as<KernelSym>(lhs).name + " belongs to the kernel and is read-only");
  if (!lhs.is_lvalue)
    return fail(Tag::D_OP_LVAL, range,
                std::string("operator ") + op + " needs something that can be assigned to");
  return true;
}

bool Checker::assign(Assign& asg) {
  if (asg.op)
    return assign_op(asg);
  if (asg.lhs->kind == ExprKind::AggRef)
    return fail(Tag::D_AGG_FUNC, asg.range,
                "an aggregation can only be assigned as a statement of its own");
  if (!check(asg.rhs))
    return false;
  if (asg.rhs->kind == ExprKind::Xlate && !types::is_pointer(asg.rhs->type) &&
      !materialize(asg.rhs))
    return false;
  // The first assignment makes the variable, with the value's type.
  if (asg.lhs->kind == ExprKind::Ident) {
    auto& ident = as<Ident>(*asg.lhs);
    if (!find_variable(ident) && !create_from(ident, *asg.rhs))
      return false;
  } else if (asg.lhs->kind == ExprKind::Index &&
             as<Index>(*asg.lhs).base->kind == ExprKind::Ident) {
    auto& base = as<Ident>(*as<Index>(*asg.lhs).base);
    bool is_name_free =
        !find_variable(base) && (base.scope != Ident::Scope::Global || !name_is_taken(base.name));
    if (is_name_free && !assoc_index(as<Index>(*asg.lhs), base, Use::Write, asg.rhs.get()))
      return false;
  }
  if (!asg.lhs->type && !check(asg.lhs, Use::Write))
    return false;
  Expr& lhs = *asg.lhs;
  if (!writable(lhs, "=", asg.range))
    return false;
  TypeKind kind = resolve(lhs.type)->kind;
  if (kind == TypeKind::Array || kind == TypeKind::Function)
    return fail(Tag::D_OP_ARRFUN, lhs.range, "operator = cannot be applied to " + shown(lhs),
                kind == TypeKind::Array ? "assign its elements, or use bcopy()" : "");
  // 0 frees the element of a thread-local variable or of an associative array, whatever its type.
  bool is_element =
      (lhs.kind == ExprKind::Ident && as<Ident>(lhs).scope == Ident::Scope::Self) ||
      (lhs.kind == ExprKind::Index && as<Index>(lhs).base->kind == ExprKind::Ident &&
       as<Ident>(*as<Index>(lhs).base).var && as<Ident>(*as<Index>(lhs).base).var->is_assoc);
  bool is_freed = is_element && is_zero(*asg.rhs) && is_arith(*asg.rhs) &&
                  (types::is_sou(lhs.type) || types::is_string(lhs.type));
  if (!is_freed && !assignable(lhs.type, *asg.rhs)) {
    std::string hint;
    if (is_dynamic(*asg.rhs))
      return fail(asg.rhs->kind == ExprKind::Xlate ? Tag::D_OP_DYN : Tag::D_CG_DYN, asg.rhs->range,
                  a_or_an(shown(*asg.rhs)) + " cannot be kept in a variable");
    if (is_void(*asg.rhs))
      hint = "the right side gives no value";
    else if (types::is_pointer(lhs.type) != types::is_pointer(asg.rhs->type))
      hint = "use a cast to convert between pointers and integers";
    return fail(Tag::D_OP_INCOMPAT, asg.range,
                "cannot assign " + shown(*asg.rhs) + " to " + types::to_string(lhs.type),
                std::move(hint));
  }
  const Expr* target = &lhs;
  if (target->kind == ExprKind::Index)
    target = as<Index>(*target).base.get();
  if (target->kind == ExprKind::Ident && as<Ident>(*target).var && types::is_pointer(lhs.type) &&
      !note_origin(*as<Ident>(*target).var, *asg.rhs, asg.range))
    return false;
  asg.type = lhs.type;
  asg.op_type = lhs.type;
  return true;
}

bool Checker::assign_op(Assign& asg) {
  std::string op = std::string(op_text(*asg.op)) + "=";
  if (asg.lhs->kind == ExprKind::AggRef)
    return fail(Tag::D_AGG_FUNC, asg.range,
                "operator " + op + " cannot be applied to an aggregation",
                "use =, as in @ = sum(x)");
  if (asg.lhs->kind == ExprKind::Ident) {
    auto& ident = as<Ident>(*asg.lhs);
    if (!find_variable(ident) &&
        (ident.scope != Ident::Scope::Global || !name_is_taken(ident.name))) {
      const char* scope = ident.scope == Ident::Scope::Self   ? "self->"
                          : ident.scope == Ident::Scope::This ? "this->"
                                                              : "";
      return fail_once(scope + ident.name, Tag::D_VAR_UNDEF, ident.range,
                       ident.name + " has not been declared or assigned yet");
    }
  }
  bool left_ok = check(asg.lhs, Use::Modify);
  if (!left_ok || !check(asg.rhs))
    return false;
  Expr& lhs = *asg.lhs;
  Expr& rhs = *asg.rhs;
  if (!writable(lhs, op.c_str(), asg.range))
    return false;
  asg.type = lhs.type;
  bool is_additive = *asg.op == BinaryOp::Add || *asg.op == BinaryOp::Sub;
  if (is_additive && types::is_pointer(lhs.type) && is_arith(rhs)) {
    const Type* target = resolve(resolve(lhs.type)->target);
    if (target->kind == TypeKind::Void || target->kind == TypeKind::Function)
      return fail(Tag::D_OP_INCOMPAT, asg.range,
                  "operator " + op + " cannot be applied to " + shown(lhs));
    asg.op_type = lhs.type;
    return true;
  }
  for (Expr* e : {&lhs, &rhs}) {
    if (is_arith(*e))
      continue;
    Tag tag = is_additive                                            ? Tag::D_OP_INCOMPAT
              : *asg.op == BinaryOp::Mul || *asg.op == BinaryOp::Div ? Tag::D_OP_ARITH
                                                                     : Tag::D_OP_INT;
    return fail(tag, e->range, "operator " + op + " requires integers, this is " + shown(*e));
  }
  if ((*asg.op == BinaryOp::Div || *asg.op == BinaryOp::Mod) && rhs.const_value &&
      *rhs.const_value == 0)
    return fail(Tag::D_DIV_ZERO, asg.range, "division by zero");
  bool is_shift = *asg.op == BinaryOp::Shl || *asg.op == BinaryOp::Shr;
  asg.op_type = is_shift ? promoted(lhs) : common_type(lhs, rhs);
  return true;
}

bool Checker::inc_dec(IncDec& inc) {
  const char* op = inc.is_inc ? "++" : "--";
  if (inc.operand->kind == ExprKind::Ident)
    make_counter(as<Ident>(*inc.operand));
  if (!check(inc.operand, Use::Modify))
    return false;
  Expr& operand = *inc.operand;
  if (!is_condition(operand))
    return fail(
        Tag::D_OP_SCALAR, operand.range,
        std::string("operator ") + op + " requires a scalar operand, this is " + shown(operand));
  if (!writable(operand, op, inc.range))
    return false;
  if (types::is_pointer(operand.type)) {
    const Type* target = resolve(resolve(operand.type)->target);
    if (target->kind == TypeKind::Void || target->kind == TypeKind::Function)
      return fail(Tag::D_OP_VFPTR, operand.range,
                  std::string("operator ") + op + " cannot be applied to " + shown(operand));
    if (!is_complete(target))
      return fail(Tag::D_OP_INCOMPLETE, operand.range,
                  "arithmetic on a pointer to the incomplete type " + types::to_string(target));
  }
  inc.type = operand.type;
  return true;
}

bool Checker::cond(Cond& cond) {
  bool ok = check(cond.cond);
  ok = check(cond.then_expr) && ok;
  ok = check(cond.else_expr) && ok;
  if (!ok)
    return false;
  if (!is_condition(*cond.cond))
    return fail(Tag::D_OP_SCALAR, cond.cond->range,
                "the condition of ?: must be scalar, this is " + shown(*cond.cond));
  Expr& a = *cond.then_expr;
  Expr& b = *cond.else_expr;
  for (Expr* e : {&a, &b}) {
    if (is_void(*e))
      return fail(
          Tag::D_OP_ACT, e->range, "an action cannot be used in a conditional expression",
          "use if and else, or a predicate; a statement may have actions as branches if its "
          "condition is constant");
    if (is_dynamic(*e))
      return fail(Tag::D_OP_DYN, e->range,
                  a_or_an(shown(*e)) + " cannot be used in a conditional expression");
  }
  auto address_of_array = [&](const Type* type) {
    return resolve(type)->kind == TypeKind::Array ? types_.pointer_to(resolve(type)->target) : type;
  };
  bool has_string = types::is_string(a.type) || types::is_string(b.type) ||
                    types::is_char_array(a.type) || types::is_char_array(b.type);
  auto is_stringish = [&](const Expr& e) {
    return is_string_like(e) || (is_zero(e) && types::is_pointer(e.type));
  };
  if (is_arith(a) && is_arith(b)) {
    cond.type = common_type(a, b);
  } else if (has_string && is_stringish(a) && is_stringish(b)) {
    cond.type = types_.string_type();
  } else if (!has_string && assignable(address_of_array(a.type), b)) {
    bool is_null =
        is_zero(a) ||
        resolve(resolve(a.type)->target ? resolve(a.type)->target : a.type)->kind == TypeKind::Void;
    cond.type = address_of_array(is_null && types::is_pointer(b.type) ? b.type : a.type);
  } else if (!has_string && assignable(address_of_array(b.type), a)) {
    cond.type = address_of_array(b.type);
  } else {
    return fail(Tag::D_OP_INCOMPAT, cond.range,
                "the branches of ?: have incompatible types: " + shown(a) + " and " + shown(b));
  }
  if (cond.cond->const_value && is_arith(a)) {
    const Expr& taken = *cond.cond->const_value ? a : b;
    if (taken.const_value)
      cond.const_value = *taken.const_value;
  }
  return true;
}

bool Checker::comma(Comma& comma) {
  bool ok = check(comma.lhs);
  ok = check(comma.rhs) && ok;
  if (!ok)
    return false;
  for (Expr* e : {comma.lhs.get(), comma.rhs.get()}) {
    if (e->kind == ExprKind::Call && functions()[as<Call>(*e).func].kind == FuncKind::Action)
      return fail(Tag::D_OP_ACT, e->range, "an action cannot be an operand of the operator ,",
                  "write one statement for each action");
  }
  comma.type = comma.rhs->type;
  return true;
}

bool Checker::cast(Cast& cast) {
  const Type* target = type_name(*cast.target);
  bool ok = check(cast.operand);
  if (!target || !ok)
    return false;
  // Data translated from a number (curcpu from the CPU's) is that number; other translated data has
  // no address.
  if (cast.operand->kind == ExprKind::Xlate && types::is_pointer(cast.operand->type) &&
      types::is_integer(target) && types::is_integer(as<Xlate>(*cast.operand).operand->type))
    cast.operand = std::move(as<Xlate>(*cast.operand).operand);
  Expr& from = *cast.operand;
  auto invalid = [&] {
    return fail(Tag::D_CAST_INVAL, cast.range,
                "cannot cast " + shown(from) + " to " + types::to_string(target));
  };
  if (is_dynamic(from) || is_void(from))
    return invalid();
  const Type* to = resolve(target);
  const Type* source = resolve(from.type);
  bool is_address = source->kind == TypeKind::Pointer || source->kind == TypeKind::Array ||
                    source->kind == TypeKind::Function || source->kind == TypeKind::String;
  switch (to->kind) {
    case TypeKind::Int:
    case TypeKind::Enum:
      if (!types::is_integer(from.type) && (!is_address || source->kind == TypeKind::String))
        return invalid();
      break;
    case TypeKind::Pointer:
      if (!types::is_integer(from.type) && !is_address)
        return invalid();
      break;
    case TypeKind::String:
      if (!is_string_like(from) && !types::is_scalar(from.type))
        return invalid();
      break;
    case TypeKind::Struct:
    case TypeKind::Union:
      if (!types::same_type(target, from.type))
        return invalid();
      break;
    case TypeKind::Void:
      break;
    default:
      return invalid();
  }
  cast.type = target;
  if (from.const_value && types::is_scalar(target))
    cast.const_value = fit(*from.const_value, target);
  return true;
}

bool Checker::stringof(Stringof& expr) {
  if (!check(expr.operand))
    return false;
  const Expr& from = *expr.operand;
  if (is_dynamic(from) || (!is_string_like(from) && !types::is_scalar(from.type)))
    return fail(Tag::D_STRINGOF_TYPE, expr.range, "stringof cannot be applied to " + shown(from));
  expr.type = types_.string_type();
  return true;
}

}  // namespace dt::lang::sema
