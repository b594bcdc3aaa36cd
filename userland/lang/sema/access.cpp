// SPDX-License-Identifier: MIT
// Expressions that reach into memory and structures: pointers, elements, members, sizeof and
// offsetof; keys of associative arrays and aggregations.
#include "lang/range.hpp"
#include "lang/sema/builtins.hpp"
#include "lang/sema/checker.hpp"
#include "lang/sema/fold.hpp"
#include "lang/sema/near.hpp"

namespace dt::lang::sema {

using namespace ast;
using types::resolve;

namespace {

// Names of members, those of anonymous structs and unions included.
std::vector<std::string> member_names(const Type* sou) {
  std::vector<std::string> names;
  for (const types::Member& member : resolve(sou)->members) {
    if (!member.name.empty()) {
      names.push_back(member.name);
      continue;
    }
    for (std::string& name : member_names(member.type))
      names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

bool Checker::is_complete(const Type* type) {
  const Type* t = resolve(type);
  return t->kind != TypeKind::Forward && t->is_complete;
}

bool Checker::deref(Unary& expr, Use use) {
  (void)use;
  if (!check(expr.operand))
    return false;
  const Expr& operand = *expr.operand;
  if (is_dynamic(operand))
    return fail(Tag::D_OP_DYN, expr.range, "cannot dereference " + a_or_an(shown(operand)));
  const Type* type = resolve(operand.type);
  expr.is_lvalue = true;
  if (type->kind == TypeKind::String) {
    expr.type = types_.basic("char");
    return true;
  }
  if (type->kind != TypeKind::Pointer && type->kind != TypeKind::Array)
    return fail(Tag::D_DEREF_NONPTR, expr.range,
                "cannot dereference " + shown(operand) + ", it is not a pointer",
                types::is_integer(operand.type) ? "cast it to a pointer, as in *(int *)x" : "");
  const Type* target = resolve(type->target);
  if (target->kind == TypeKind::Void)
    return fail(Tag::D_DEREF_VOID, expr.range, "cannot dereference a pointer to void",
                "cast it to a pointer to what it leads to");
  if (target->kind == TypeKind::Function)
    return fail(Tag::D_DEREF_FUNC, expr.range, "cannot dereference a pointer to a function");
  if (!is_complete(target))
    return fail(Tag::D_OP_INCOMPLETE, expr.range,
                "no definition of " + types::to_string(target) + " is known");
  expr.type = type->target;
  return true;
}

bool Checker::addr_of(Unary& expr) {
  Expr& place = *expr.operand;
  if (place.kind == ExprKind::KernelSym) {
    if (!kernel_sym(as<KernelSym>(place), Use::Shape))
      return false;
    expr.type = types_.pointer_to(place.type);
    return true;
  }
  if (place.kind == ExprKind::AggRef)
    return fail(Tag::D_ADDROF_VAR, expr.range, "an aggregation has no address");
  if (!check(expr.operand, Use::Shape))
    return false;
  const Expr& operand = *expr.operand;
  bool is_d_variable = operand.kind == ExprKind::Ident && as<Ident>(operand).var;
  if (operand.kind == ExprKind::Index) {
    const Expr& base = *as<Index>(operand).base;
    const Variable* var = base.kind == ExprKind::Ident ? as<Ident>(base).var : nullptr;
    is_d_variable = var && (var->is_assoc || as<Index>(operand).arg_mapping >= 0);
  }
  if (is_d_variable)
    return fail(Tag::D_ADDROF_VAR, expr.range, "a D variable has no address",
                "copy the value to memory of alloca() if an address is needed");
  if (operand.kind == ExprKind::Member && as<Member>(operand).member &&
      as<Member>(operand).member->bit_size > 0)
    return fail(Tag::D_ADDROF_BITFIELD, expr.range, "a bit-field has no address");
  if (!operand.is_lvalue)
    return fail(Tag::D_ADDROF_LVAL, expr.range, "operator & needs something that is in memory");
  expr.type = types_.pointer_to(operand.type);
  return true;
}

bool Checker::index(ExprPtr& expr, Use use) {
  auto& idx = as<Index>(*expr);
  if (idx.base->kind == ExprKind::AggRef)
    return fail(Tag::D_AGG_MDIM, expr->range, "an aggregation has one list of keys",
                "write @a[x, y] for two keys");
  if (idx.base->kind == ExprKind::Ident) {
    auto& base = as<Ident>(*idx.base);
    bool is_global = base.scope == Ident::Scope::Global;
    Variable* var = find_variable(base);
    if (var && var->is_assoc)
      return assoc_index(idx, base, use, nullptr);
    if (!var && is_global) {
      if (base.name == "args")
        return args_index(expr);
      if (base.name == "uregs")
        return uregs_index(idx);
      InlineDef* def = find_inline(base.name);
      if (def && !def->params.empty()) {
        if (!expand_inline(*def, expr, &idx.indices))
          return false;
        return true;
      }
    }
    bool is_free = !var && (!is_global || !name_is_taken(base.name));
    if (is_free && (use == Use::Modify || base.scope == Ident::Scope::This))
      return assoc_index(idx, base, use, nullptr);
  }
  if (!check(idx.base, use == Use::Shape ? use : Use::Read))
    return false;
  return array_index(idx);
}

// x[k]; value: what a first use assigns (null: x[k]++ and the like, an int64_t).
bool Checker::assoc_index(Index& idx, Ident& base, Use use, const Expr* value) {
  Variable* var = find_variable(base);
  bool is_first = !var;
  if (base.scope == Ident::Scope::This)
    return fail_once("this->" + base.name, Tag::D_ARR_LOCAL, idx.range,
                     "this->" + base.name + " cannot be an associative array",
                     "use self->" + base.name + "[...]");
  std::vector<KeyComp> shape;
  if (var)
    shape = var->keys;
  if (!keys(idx.indices, shape, is_first, base.name, idx.range))
    return false;
  if (is_first) {
    const Type* type = types_.int64();
    if (value) {
      type = value->type;
      if (is_dynamic(*value))
        return fail(value->kind == ExprKind::Xlate ? Tag::D_OP_DYN : Tag::D_CG_DYN, value->range,
                    a_or_an(shown(*value)) + " cannot be kept in a variable");
      TypeKind kind = resolve(type)->kind;
      if (kind == TypeKind::Void)
        return fail(Tag::D_OP_INCOMPAT, value->range, "the right side gives no value");
      if (types::is_char_array(type))
        type = types_.string_type();
      else if (kind == TypeKind::Array)
        return fail(Tag::D_OP_ARRFUN, value->range,
                    "operator = cannot be applied to " + shown(*value));
    }
    VarScope scope = base.scope == Ident::Scope::Self ? VarScope::Thread : VarScope::Global;
    var = make_variable(scope, base.name, type, base.range);
    var->is_assoc = true;
    var->keeps_bits = value && is_computed(*value);
  }
  if (!var->is_declared)
    var->keys = std::move(shape);
  if (use == Use::Write || use == Use::Modify)
    var->is_assigned = true;
  base.var = var;
  base.type = var->type;
  idx.type = var->type;
  idx.is_lvalue = true;
  return true;
}

// The type of an integer key that comes in two: the one that holds the other, or one that holds
// both.
const Type* Checker::wider_key(const Type* a, const Type* b) {
  const Range left = range_of_type(a), right = range_of_type(b);
  if (is_within(right, left))
    return a;
  return is_within(left, right) ? b : types_.int64();
}

// The type that a value needs as a key: its own, unless it was computed and may be more than that.
const Type* Checker::key_type(const Expr& expr) {
  if (!types::is_integer(expr.type) || is_within(range_of(expr), range_of_type(expr.type)))
    return expr.type;
  return resolve(expr.type)->is_signed ? types_.int64() : types_.uint64();
}

// Checks key expressions and matches them with the shape, which the first use makes. Integers may
// come in several sizes and signs: the shape takes what holds them all.
bool Checker::keys(std::vector<ExprPtr>& exprs, std::vector<KeyComp>& shape, bool is_first,
                   const std::string& what, SourceRange range) {
  bool ok = true;
  for (ExprPtr& expr : exprs)
    ok = check(expr) && ok;
  if (!ok)
    return false;
  bool is_agg = what[0] == '@';
  for (ExprPtr& expr : exprs) {
    bool is_stack = expr->kind == ExprKind::Call && is_dynamic(*expr);
    if (is_stack && is_agg)
      continue;
    TypeKind kind = resolve(expr->type)->kind;
    if (is_dynamic(*expr) || kind == TypeKind::Void || kind == TypeKind::Function ||
        kind == TypeKind::Float)
      return fail(Tag::D_KEY_TYPE, expr->range,
                  a_or_an(shown(*expr)) + " cannot be a key of " + what + "[ ]");
  }
  if (is_first) {
    for (ExprPtr& expr : exprs)
      shape.push_back({is_dynamic(*expr) ? expr->type : key_type(*expr)});
    return true;
  }
  if (exprs.size() != shape.size())
    return fail(Tag::D_PROTO_LEN, range,
                what + "[ ] has " + std::to_string(shape.size()) + " key" +
                    (shape.size() == 1 ? "" : "s") + ", here are " + std::to_string(exprs.size()));
  for (size_t i = 0; i < exprs.size(); i++) {
    const Expr& expr = *exprs[i];
    const Type* have = resolve(shape[i].type);
    bool fits;
    if (is_dynamic(expr))
      fits = have->kind == TypeKind::Dynamic;
    else if (have->kind == TypeKind::Array)
      fits =
          types::same_type(have, expr.type) || (types::is_char_array(have) && is_string_like(expr));
    else
      fits = assignable(shape[i].type, expr);
    if (!fits)
      return fail(Tag::D_PROTO_ARG, expr.range,
                  "key " + std::to_string(i + 1) + " of " + what + "[ ] is " +
                      types::to_string(shape[i].type) + ", here it is " + shown(expr));
    if (types::is_integer(have) && types::is_integer(expr.type))
      shape[i].type = wider_key(shape[i].type, key_type(expr));
    else if (types::is_char_array(have) && !types::same_type(have, expr.type))
      shape[i].type = types_.string_type();
  }
  return true;
}

bool Checker::array_index(Index& idx) {
  const Expr& base = *idx.base;
  if (is_dynamic(base))
    return fail(Tag::D_OP_DYN, idx.range, a_or_an(shown(base)) + " has no elements");
  const Type* type = resolve(base.type);
  bool is_indexable = type->kind == TypeKind::Array || type->kind == TypeKind::Pointer ||
                      type->kind == TypeKind::String;
  if (!is_indexable) {
    bool is_variable = base.kind == ExprKind::Ident;
    return fail(is_variable ? Tag::D_ARR_BADREF : Tag::D_DEREF_NONPTR, idx.range,
                (is_variable ? as<Ident>(base).name + " is not an array, its type is "
                             : std::string("this is not an array, its type is ")) +
                    shown(base));
  }
  if (idx.indices.size() != 1)
    return fail(Tag::D_PROTO_LEN, idx.range, shown(base) + " takes one index");
  if (!check(idx.indices[0]))
    return false;
  const Expr& at = *idx.indices[0];
  if (!is_arith(at))
    return fail(Tag::D_OP_INCOMPAT, at.range, "an index must be an integer, this is " + shown(at));
  idx.is_lvalue = type->kind != TypeKind::String;
  if (type->kind == TypeKind::String) {
    idx.type = types_.basic("char");
    return true;
  }
  const Type* target = resolve(type->target);
  if (target->kind == TypeKind::Void)
    return fail(Tag::D_DEREF_VOID, idx.range, "cannot index a pointer to void",
                "cast it to a pointer to what it leads to");
  if (target->kind == TypeKind::Function)
    return fail(Tag::D_DEREF_FUNC, idx.range, "cannot index a pointer to a function");
  if (!is_complete(target))
    return fail(Tag::D_OP_INCOMPLETE, idx.range,
                "no definition of " + types::to_string(target) + " is known");
  bool has_bounds = type->kind == TypeKind::Array && type->nr_elems > 0;
  if (has_bounds && at.const_value &&
      (*at.const_value < 0 || static_cast<uint64_t>(*at.const_value) >= type->nr_elems))
    return fail(Tag::D_ARR_BOUNDS, idx.range,
                "index " + std::to_string(*at.const_value) + " is outside the array, which has " +
                    std::to_string(type->nr_elems) + " elements");
  idx.type = type->target;
  return true;
}

bool Checker::uregs_index(Index& idx) {
  constexpr int64_t kNrRegs = 21;  // words of struct pt_regs
  if (idx.indices.size() != 1)
    return fail(Tag::D_PROTO_LEN, idx.range, "uregs[ ] takes one index");
  if (!check(idx.indices[0]))
    return false;
  const Expr& at = *idx.indices[0];
  if (!is_arith(at) || !at.const_value)
    return fail(Tag::D_PROTO_ARG, at.range, "the index of uregs[ ] must be an integer constant",
                "the constants R_IP, R_SP, R_AX... name the registers");
  if (*at.const_value < 0 || *at.const_value >= kNrRegs)
    return fail(Tag::D_REGS_IDX, at.range,
                "uregs[" + std::to_string(*at.const_value) + "] names no register",
                "the constants R_IP, R_SP, R_AX... name the registers");
  set_builtin_array(as<Ident>(*idx.base), "uregs", types_.uint64());
  idx.type = types_.uint64();
  return true;
}

bool Checker::member(ExprPtr& expr, Use use) {
  auto& mem = as<Member>(*expr);
  if (!check(mem.base, use == Use::Shape ? use : Use::Read))
    return false;
  if (mem.base->kind == ExprKind::Xlate)
    return xlate_member(expr);
  const Expr& base = *mem.base;
  const char* op = mem.is_arrow ? "->" : ".";
  if (is_dynamic(base))
    return fail(Tag::D_OP_DYN, mem.range,
                std::string("operator ") + op + " cannot be applied to " + a_or_an(shown(base)));
  const Type* sou = resolve(base.type);
  if (mem.is_arrow) {
    if (sou->kind != TypeKind::Pointer && sou->kind != TypeKind::Array)
      return fail(Tag::D_OP_PTR, base.range,
                  "operator -> must be applied to a pointer, this is " + shown(base),
                  types::is_sou(base.type) ? "use ." : "");
    sou = resolve(sou->target);
  }
  if (sou->kind == TypeKind::Forward || !sou->is_complete)
    return fail(Tag::D_OP_INCOMPLETE, base.range,
                "no definition of " + types::to_string(sou) + " is known");
  if (sou->kind != TypeKind::Struct && sou->kind != TypeKind::Union)
    return fail(Tag::D_OP_SOU, base.range,
                std::string("operator ") + op + " cannot be applied to " + shown(base),
                sou->kind == TypeKind::Pointer && !mem.is_arrow ? "use ->" : "");
  auto found = types::find_member(sou, mem.name);
  if (!found)
    return fail(Tag::D_TYPE_MEMBER, mem.range, types::to_string(sou) + " has no member " + mem.name,
                did_you_mean(mem.name, member_names(sou)));
  mem.member = found->member;
  mem.bit_offset = found->bit_offset;
  mem.type = found->member->type;
  mem.is_lvalue = mem.is_arrow || base.is_lvalue;
  return true;
}

bool Checker::size_of(const Type* type, SourceRange range, uint64_t* size) {
  const Type* t = resolve(type);
  if (t->kind == TypeKind::String) {
    *size = options_.strsize;
    return true;
  }
  bool has_size = is_complete(t) && t->kind != TypeKind::Void && t->kind != TypeKind::Function &&
                  t->kind != TypeKind::Dynamic;
  if (!has_size)
    return fail(Tag::D_SIZEOF_TYPE, range,
                "sizeof cannot be applied to " + types::to_string(type) + ", it has no size");
  *size = t->size;
  return true;
}

bool Checker::sizeof_expr(SizeofExpr& expr) {
  if (!check(expr.operand, Use::Shape))
    return false;
  const Expr& operand = *expr.operand;
  if (operand.kind == ExprKind::Member && as<Member>(operand).member &&
      as<Member>(operand).member->bit_size > 0)
    return fail(Tag::D_SIZEOF_BITFIELD, expr.range, "sizeof cannot be applied to a bit-field");
  if (is_dynamic(operand) && operand.kind != ExprKind::Xlate)
    return fail(Tag::D_SIZEOF_TYPE, expr.range,
                "sizeof cannot be applied to " + a_or_an(shown(operand)));
  uint64_t size = 0;
  if (!size_of(operand.type, expr.range, &size))
    return false;
  expr.type = types_.find_typedef("size_t");
  expr.const_value = static_cast<int64_t>(size);
  return true;
}

bool Checker::sizeof_type(SizeofType& expr) {
  const Type* type = type_name(*expr.target);
  uint64_t size = 0;
  if (!type || !size_of(type, expr.range, &size))
    return false;
  expr.type = types_.find_typedef("size_t");
  expr.const_value = static_cast<int64_t>(size);
  return true;
}

bool Checker::offsetof_expr(Offsetof& expr) {
  const Type* type = type_name(*expr.target);
  if (!type)
    return false;
  if (!types::is_sou(type))
    return fail(Tag::D_OFFSETOF_TYPE, expr.range,
                "offsetof needs a struct or union, this is " + types::to_string(type));
  auto found = types::find_member(resolve(type), expr.member);
  if (!found)
    return fail(Tag::D_UNKNOWN, expr.range,
                types::to_string(type) + " has no member " + expr.member);
  if (found->member->bit_size > 0)
    return fail(Tag::D_OFFSETOF_BITFIELD, expr.range, "offsetof cannot be applied to a bit-field");
  expr.type = types_.find_typedef("size_t");
  expr.const_value = static_cast<int64_t>(found->bit_offset / 8);
  return true;
}

}  // namespace dt::lang::sema
