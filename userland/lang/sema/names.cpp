// SPDX-License-Identifier: MIT
// Names: what an identifier stands for, and the making of variables at their first assignment.
#include "lang/sema/builtins.hpp"
#include "lang/sema/checker.hpp"
#include "lang/sema/near.hpp"
#include "lang/sema/walk.hpp"

namespace dt::lang::sema {

using namespace ast;
using types::resolve;

Variable* Checker::find_variable(const Ident& ident) {
  auto find = [&](std::map<std::string, Variable*>& in) -> Variable* {
    auto it = in.find(ident.name);
    return it == in.end() ? nullptr : it->second;
  };
  switch (ident.scope) {
    case Ident::Scope::Self:
      return find(threads_);
    case Ident::Scope::This:
      return find(locals_);
    case Ident::Scope::Global:
      break;
  }
  return find(globals_);
}

Variable* Checker::make_variable(VarScope scope, const std::string& name, const Type* type,
                                 SourceRange range) {
  auto var = std::make_unique<Variable>();
  var->scope = scope;
  var->name = name;
  var->type = type;
  var->first_use = range;
  Variable* made = var.get();
  tree_.variables.push_back(std::move(var));
  switch (scope) {
    case VarScope::Global:
      globals_[name] = made;
      break;
    case VarScope::Thread:
      threads_[name] = made;
      break;
    case VarScope::Local:
      locals_[name] = made;
      break;
    default:
      break;
  }
  return made;
}

Variable* Checker::hidden_variable(const Type* type, SourceRange range) {
  Variable* var = make_variable(VarScope::Local, "%" + std::to_string(nr_hidden_++), type, range);
  var->is_assigned = true;
  return var;
}

// A global name that is something other than a variable of the program.
bool Checker::name_is_taken(const std::string& name) {
  return find_builtin(name) >= 0 || function_index(name) >= 0 || own_enumerators_.count(name) ||
         functions_.count(name) || find_inline(name) || want_library_enumerator(name);
}

// Makes the variable of a first assignment.
bool Checker::create_from(Ident& ident, const Expr& value) {
  if (ident.scope == Ident::Scope::Global && name_is_taken(ident.name)) {
    if (function_index(ident.name) >= 0)
      return fail(Tag::D_IDENT_BADREF, ident.range, ident.name + " is a function, not a variable");
    return fail(Tag::D_OP_WRITE, ident.range, ident.name + " is read-only");
  }
  const Type* type = value.type;
  if (is_dynamic(value)) {
    if (value.kind == ExprKind::AggRef)
      return fail(Tag::D_OP_INCOMPAT, value.range, "an aggregation is not a value",
                  "printa() shows it");
    return fail(value.kind == ExprKind::Xlate ? Tag::D_OP_DYN : Tag::D_CG_DYN, value.range,
                a_or_an(shown(value)) + " cannot be kept in a variable");
  }
  switch (resolve(type)->kind) {
    case TypeKind::Void: {
      bool is_action = value.kind == ExprKind::Call &&
                       functions()[as<Call>(value).func].kind != FuncKind::Subroutine;
      return fail(is_action ? Tag::D_CG_EXPR : Tag::D_OP_INCOMPAT, value.range,
                  is_action ? as<Call>(value).name + "() is an action and gives no value"
                            : "the right side gives no value");
    }
    case TypeKind::Array:
      if (!types::is_char_array(type))
        return fail(Tag::D_OP_ARRFUN, value.range,
                    "operator = cannot be applied to " + shown(value),
                    "assign the address of its first element");
      type = types_.string_type();
      break;
    case TypeKind::Function:
      type = types_.pointer_to(type);
      break;
    case TypeKind::Float:
      return fail(Tag::D_OP_INCOMPAT, value.range, "probes cannot compute with floating point");
    default:
      break;
  }
  VarScope scope = ident.scope == Ident::Scope::Self   ? VarScope::Thread
                   : ident.scope == Ident::Scope::This ? VarScope::Local
                                                       : VarScope::Global;
  make_variable(scope, ident.name, type, ident.range)->keeps_bits = is_computed(value);
  return true;
}

// x++ of a variable that nobody has mentioned makes a 64-bit integer.
void Checker::make_counter(Ident& ident) {
  bool is_global = ident.scope == Ident::Scope::Global;
  if (find_variable(ident) || (is_global && name_is_taken(ident.name)))
    return;
  VarScope scope = ident.scope == Ident::Scope::Self   ? VarScope::Thread
                   : ident.scope == Ident::Scope::This ? VarScope::Local
                                                       : VarScope::Global;
  make_variable(scope, ident.name, types_.int64(), ident.range)->is_assigned = true;
}

// Index into functions(), -1 = none. Option version=1.0 hides what came after it, so that old
// programs may use the names for variables.
int Checker::function_index(const std::string& name) {
  static const std::set<std::string> kSince11 = {"strstr", "strchr", "strrchr", "strtok",
                                                 "substr", "index",  "rindex",  "freopen"};
  bool is_old = options_.version == "1" || options_.version == "1.0" || options_.version == "1.0.0";
  if (is_old && kSince11.count(name))
    return -1;
  return find_function(name);
}

// Names of variables that an expression could have meant.
std::vector<std::string> Checker::known_names() {
  std::vector<std::string> names;
  for (const auto& [name, var] : globals_)
    names.push_back(name);
  for (const auto& [name, def] : inlines_)
    names.push_back(name);
  for (const auto& [name, range] : own_enumerators_)
    names.push_back(name);
  for (const Builtin& builtin : builtins()) {
    if (!builtin.name.starts_with("__"))
      names.emplace_back(builtin.name);
  }
  for (const char* name : {"curpsinfo", "curlwpsinfo", "curcpu", "NULL"})
    names.emplace_back(name);
  return names;
}

bool Checker::ident(ExprPtr& expr, Use use) {
  auto& id = as<Ident>(*expr);
  bool is_global = id.scope == Ident::Scope::Global;
  if (is_global) {
    for (size_t i = bound_.size(); i > bound_base_; i--) {
      if (bound_[i - 1].first == id.name) {
        SourceRange range = expr->range;
        expr = clone(*bound_[i - 1].second);
        (void)range;
        return true;
      }
    }
  }
  if (Variable* var = find_variable(id)) {
    if (var->is_assoc)
      return fail(Tag::D_IDENT_BADREF, id.range,
                  id.name + " is an associative array and needs keys");
    if (use == Use::Write || use == Use::Modify)
      var->is_assigned = true;
    id.var = var;
    id.type = var->type;
    id.is_lvalue = true;
    return true;
  }
  if (!is_global) {
    const char* scope = id.scope == Ident::Scope::Self ? "self->" : "this->";
    if (is_reported(scope + id.name))
      return false;
    std::vector<std::string> known;
    for (const auto& [name, var] : id.scope == Ident::Scope::Self ? threads_ : locals_)
      known.push_back(name);
    return fail_once(scope + id.name, Tag::D_VAR_UNDEF, id.range,
                     scope + id.name + " has not been declared or assigned yet",
                     did_you_mean(id.name, known));
  }
  if (int builtin = find_builtin(id.name); builtin >= 0) {
    const Builtin& b = builtins()[builtin];
    if (b.kind == BuiltinKind::Args || b.kind == BuiltinKind::Uregs)
      return fail(Tag::D_IDENT_BADREF, id.range, id.name + " is an array and needs an index",
                  b.kind == BuiltinKind::Args
                      ? "args[0] is the first typed argument; the action trace(args), a statement "
                        "of its own, shows all of them"
                      : "");
    use_attributes(name_attributes(b.name), id.range, id.name);
    Variable*& var = builtin_vars_[id.name];
    if (!var) {
      const Type* type = find_by_text(std::string(b.type));
      if (!type && b.type.ends_with("*"))
        type = types_.pointer_to(types_.void_type());
      if (!type)
        return fail(Tag::D_TYPE_ERR, id.range,
                    "the type " + std::string(b.type) + " of " + id.name + " is not known");
      var = make_variable(VarScope::Builtin, id.name, type, id.range);
      var->builtin = builtin;
    }
    id.var = var;
    id.type = var->type;
    return true;
  }
  if (function_index(id.name) >= 0 || functions_.count(id.name))
    return fail(Tag::D_IDENT_BADREF, id.range, id.name + " is a function, not a variable",
                "write " + id.name + "() to call it");
  if (InlineDef* def = find_inline(id.name)) {
    if (!def->params.empty())
      return fail(Tag::D_IDENT_BADREF, id.range, id.name + " is an array and needs keys");
    if (use == Use::Write || use == Use::Modify)
      return fail(Tag::D_OP_WRITE, id.range, id.name + " is read-only");
    if (!def->is_open)
      return expand_inline(*def, expr, nullptr);
  }
  if (auto it = open_enumerators_.find(id.name); it != open_enumerators_.end()) {
    id.type = types_.int_t();
    id.const_value = it->second;
    return true;
  }
  want_library_enumerator(id.name);
  const Type* enum_type = nullptr;
  if (auto value = types_.find_enumerator(id.name, &enum_type)) {
    if (use == Use::Write || use == Use::Modify)
      return fail(Tag::D_OP_WRITE, id.range, id.name + " is a constant");
    id.type = enum_type ? enum_type : types_.int_t();
    id.const_value = *value;
    return true;
  }
  if (is_reported(id.name))
    return false;
  // Looking for near names takes its time, and who reads that many hints?
  constexpr size_t kMaxHints = 20;
  return fail_once(
      id.name, Tag::D_IDENT_UNDEF, id.range, id.name + " is not defined",
      reported_.size() < kMaxHints ? did_you_mean(id.name, known_names()) : std::string());
}

}  // namespace dt::lang::sema
