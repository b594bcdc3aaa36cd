// SPDX-License-Identifier: MIT
// Inlines, translators and xlate. A use of one becomes a checked copy of its text, with the
// parameters replaced by copies of the arguments, so that codegen sees neither. Arguments that are
// costly or have effects are evaluated once, into a hidden this-> variable.
#include <algorithm>

#include "lang/range.hpp"
#include "lang/sema/checker.hpp"
#include "lang/sema/walk.hpp"

namespace dt::lang::sema {

using namespace ast;
using types::resolve;

namespace {

constexpr int kMaxDepth = 64;

// value as a node of the given type, for values that fit it.
ExprPtr as_type(ExprPtr value, const Type* type) {
  auto cast = std::make_unique<Cast>();
  cast->range = value->range;
  cast->target = std::make_unique<TypeName>();
  cast->target->range = value->range;
  cast->target->type = type;
  cast->operand = std::move(value);
  return cast;
}

// Is a value of another type, or a computed one of more bits than the type has?
bool needs_conversion(const Expr& value, const Type* type) {
  return !types::same_type(value.type, type) ||
         (types::is_integer(type) && !is_within(range_of(value), range_of_type(type)));
}

bool is_first_alternative(const TranslatorDecl& decl, size_t at) {
  auto end = decl.members.begin() + static_cast<std::ptrdiff_t>(at);
  return std::none_of(decl.members.begin(), end, [&](const TranslatorMember& member) {
    return member.name == decl.members[at].name;
  });
}

void set_range(Expr& expr, SourceRange range) {
  expr.range = range;
  for_each_child(expr, [&](ExprPtr& child) { set_range(*child, range); });
}

}  // namespace

// ---- Inlines
// ---------------------------------------------------------------------------------------

void Checker::inline_decl(InlineDecl& decl, bool is_library) {
  bool is_taken = inlines_.count(decl.name) || globals_.count(decl.name) ||
                  (!is_library && name_is_taken(decl.name));
  if (is_taken) {
    fail(Tag::D_DECL_IDRED, decl.range, "name " + decl.name + " is defined again");
    return;
  }
  InlineDef def;
  def.decl = &decl;
  def.is_library = is_library;
  if (!inline_signature(def))
    return;
  // Checked once here, with the parameters standing for themselves; the copy is thrown away.
  if (!is_library) {
    def.is_open = true;
    std::vector<std::pair<std::string, ExprPtr>> bound;
    for (const auto& [name, type] : def.params) {
      Variable* var = hidden_variable(type, decl.range);
      auto node = std::make_unique<Ident>();
      node->range = decl.range;
      node->scope = Ident::Scope::This;
      node->name = var->name;
      node->var = var;
      node->type = type;
      bound.emplace_back(name, std::move(node));
    }
    ExprPtr value;
    if (!expand(value, *decl.value, std::move(bound)))
      return;
    bool fits = value->kind == ExprKind::Xlate
                    ? types::same_type(def.type, value->type)
                    : assignable(def.type, *value) || types::same_type(def.type, value->type);
    if (!fits) {
      fail(Tag::D_OP_INCOMPAT, decl.range,
           "inline " + decl.name + " has type " + types::to_string(def.type) + ", its value is " +
               shown(*value));
      return;
    }
    def.is_open = false;
  }
  inlines_[decl.name] = std::move(def);
}

// Types of the inline and of its parameters.
bool Checker::inline_signature(InlineDef& def) {
  InlineDecl& decl = *def.decl;
  const Type* base = spec_type(*decl.type->spec);
  if (!base)
    return false;
  std::vector<DeclLayer>& layers = decl.type->layers;
  bool is_assoc = !layers.empty() && layers[0].kind == DeclLayer::Kind::Assoc;
  def.type = layered(base, layers, is_assoc ? 1 : 0, decl.name);
  if (!def.type)
    return false;
  if (!is_assoc)
    return true;
  for (ParamDecl& param : layers[0].params) {
    const Type* type = type_name(*param.type);
    if (!type)
      return false;
    if (param.name.empty())
      return fail(Tag::D_DECL_PROTO_FORM, param.range,
                  "key types of an inline need names, they are its parameters");
    def.params.emplace_back(param.name, type);
  }
  return true;
}

InlineDef* Checker::find_inline(const std::string& name) {
  auto it = inlines_.find(name);
  return it != inlines_.end() ? &it->second : want_library_inline(name);
}

// May a copy be evaluated wherever the parameter stands?
bool Checker::is_repeatable(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::Ident:
    case ExprKind::IntLit:
    case ExprKind::StringLit:
    case ExprKind::KernelSym:
    case ExprKind::SizeofExpr:
    case ExprKind::SizeofType:
    case ExprKind::Offsetof:
      return true;
    case ExprKind::Cast:
      return is_repeatable(*as<Cast>(expr).operand);
    case ExprKind::Member:
      return is_repeatable(*as<Member>(expr).base);
    case ExprKind::Xlate:
      return is_repeatable(*as<Xlate>(expr).operand);
    case ExprKind::Unary:
      return is_repeatable(*as<Unary>(expr).operand);
    case ExprKind::Index:
      return is_repeatable(*as<Index>(expr).base) && as<Index>(expr).indices.size() == 1 &&
             is_repeatable(*as<Index>(expr).indices[0]);
    default:
      return expr.const_value.has_value();
  }
}

// A checked copy of body, in which the bound names stand for checked expressions. The result goes
// to expr.
bool Checker::expand(ExprPtr& expr, const Expr& body,
                     std::vector<std::pair<std::string, ExprPtr>> bound) {
  if (depth_ >= kMaxDepth)
    return fail(Tag::D_UNKNOWN, body.range, "inlines and translators are nested too deeply");
  SourceRange range = expr ? expr->range : body.range;
  // Arguments that must be evaluated once go to hidden variables, assigned in front of the result.
  std::vector<ExprPtr> before;
  for (auto& [name, value] : bound) {
    if (is_repeatable(*value))
      continue;
    Variable* var = hidden_variable(value->type, value->range);
    var->keeps_bits = is_computed(*value);
    auto use = std::make_unique<Ident>();
    use->range = value->range;
    use->scope = Ident::Scope::This;
    use->name = var->name;
    use->var = var;
    use->type = var->type;
    use->is_lvalue = true;
    auto set = std::make_unique<Assign>();
    set->range = value->range;
    set->lhs = clone(*use);
    set->type = set->op_type = var->type;
    set->rhs = std::move(value);
    before.push_back(std::move(set));
    value = std::move(use);
  }
  ExprPtr result = clone(body);
  if (clause_)
    set_range(*result, range);
  size_t old_base = bound_base_, old_size = bound_.size();
  bound_base_ = old_size;
  for (auto& [name, value] : bound)
    bound_.emplace_back(name, value.get());
  depth_++;
  bool ok = check(result);
  depth_--;
  bound_.resize(old_size);
  bound_base_ = old_base;
  if (!ok)
    return false;
  // In front of translated data they would hide that it is: they belong to what is translated.
  ExprPtr& target = result->kind == ExprKind::Xlate ? as<Xlate>(*result).operand : result;
  for (size_t i = before.size(); i > 0; i--) {
    auto comma = std::make_unique<Comma>();
    comma->range = range;
    comma->type = target->type;
    comma->is_lvalue = false;
    comma->lhs = std::move(before[i - 1]);
    comma->rhs = std::move(target);
    target = std::move(comma);
  }
  expr = std::move(result);
  return true;
}

bool Checker::expand_inline(InlineDef& def, ExprPtr& expr, std::vector<ExprPtr>* args) {
  const std::string& name = def.decl->name;
  if (def.is_open)
    return fail(Tag::D_IDENT_UNDEF, expr->range, name + " is not defined");
  std::vector<std::pair<std::string, ExprPtr>> bound;
  if (args) {
    std::vector<KeyComp> shape;
    for (const auto& param : def.params)
      shape.push_back({param.second});
    if (!keys(*args, shape, false, name, expr->range))
      return false;
    for (size_t i = 0; i < args->size(); i++) {
      ExprPtr& arg = (*args)[i];
      const Type* type = def.params[i].second;
      if (types::is_integer(type) && needs_conversion(*arg, type)) {
        arg = as_type(std::move(arg), type);
        if (!check(arg))
          return false;
      }
      bound.emplace_back(def.params[i].first, std::move(arg));
    }
  }
  use_attributes(def.attributes, expr->range, name);
  SourceRange range = expr->range;
  def.is_open = true;
  bool ok = expand(expr, *def.decl->value, std::move(bound));
  // The map may have grown; def is a node of it and stays where it is.
  def.is_open = false;
  if (!ok)
    return false;
  if (expr->kind != ExprKind::Xlate && needs_conversion(*expr, def.type)) {
    if (!assignable(def.type, *expr))
      return fail(Tag::D_OP_INCOMPAT, range,
                  "inline " + name + " has type " + types::to_string(def.type) + ", its value is " +
                      shown(*expr));
    if (types::is_scalar(def.type) || types::is_string(def.type)) {
      expr = as_type(std::move(expr), def.type);
      if (!check(expr))
        return false;
    }
  }
  expr->is_lvalue = false;
  return true;
}

// ---- Translators
// -------------------------------------------------------------------------------------

bool Checker::translator_types(Translator& translator) {
  TranslatorDecl& decl = *translator.decl;
  if (!translator.output) {
    const Type* output = type_name(*decl.output);
    if (!output)
      return false;
    TypeKind kind = resolve(output)->kind;
    if (!is_complete(output) || (kind != TypeKind::Struct && kind != TypeKind::Union))
      return fail(Tag::D_XLATE_SOU, decl.output->range,
                  "the output of a translator must be a complete struct or union, this is " +
                      types::to_string(output));
    translator.output = output;
  }
  if (!translator.input)
    translator.input = type_name(*decl.input);
  return translator.input != nullptr;
}

void Checker::translator_decl(TranslatorDecl& decl, bool is_library) {
  Translator translator;
  translator.decl = &decl;
  translator.is_library = is_library;
  if (!translator_types(translator))
    return;
  for (Translator& other : translators_) {
    if (other.output && other.input && types::same_type(other.output, translator.output) &&
        types::same_type(other.input, translator.input)) {
      fail(Tag::D_XLATE_REDECL, decl.range,
           "a translator from " + types::to_string(translator.input) + " to " +
               types::to_string(translator.output) + " exists already");
      return;
    }
  }
  translators_.push_back(translator);
  check_translator(translators_.back());
}

// Every member expression, with the parameter standing for itself.
void Checker::check_translator(Translator& translator) {
  TranslatorDecl& decl = *translator.decl;
  translator.is_checked = true;
  const Type* output = translator.output;
  const Type* input = translator.input;
  for (size_t i = 0; i < decl.members.size(); i++) {
    TranslatorMember& member = decl.members[i];
    auto found = types::find_member(resolve(output), member.name);
    if (!found) {
      fail(Tag::D_XLATE_MEMB, member.range,
           member.name + " is not a member of " + types::to_string(output));
      continue;
    }
    if (!is_first_alternative(decl, i))
      continue;
    Variable* var = hidden_variable(input, decl.range);
    auto node = std::make_unique<Ident>();
    node->range = decl.range;
    node->scope = Ident::Scope::This;
    node->name = var->name;
    node->var = var;
    node->type = input;
    node->is_lvalue = true;
    const Type* type = found->member->type;
    first_that_fits(decl, member.name, [&](const TranslatorMember& alternative) {
      std::vector<std::pair<std::string, ExprPtr>> bound;
      bound.emplace_back(decl.param, clone(*node));
      ExprPtr value;
      if (!expand(value, *alternative.value, std::move(bound)))
        return false;
      bool fits = assignable(type, *value) || types::same_type(type, value->type) ||
                  (types::is_char_array(type) && is_string_like(*value)) ||
                  (value->kind == ExprKind::Xlate && types::same_type(type, value->type));
      return fits || fail(Tag::D_XLATE_INCOMPAT, alternative.range,
                          "member " + alternative.name + " has type " + types::to_string(type) +
                              ", its value is " + shown(*value));
    });
  }
}

// A member that a translator gives more than once has alternatives, for kernels that differ: the
// first whose names and types exist on this one counts. If there is none, what is wrong with the
// first is reported.
bool Checker::first_that_fits(const TranslatorDecl& decl, const std::string& name,
                              const std::function<bool(const TranslatorMember&)>& attempt) {
  const std::set<std::string> reported_before = reported_;
  std::set<std::string> reported_first;
  std::vector<Diagnostic> errors;
  for (const TranslatorMember& member : decl.members) {
    if (member.name != name)
      continue;
    const Diagnostics::Mark mark = output_.diagnostics.mark();
    if (attempt(member))
      return true;
    std::vector<Diagnostic> mistakes = output_.diagnostics.take_back(mark);
    if (errors.empty()) {
      errors = std::move(mistakes);
      reported_first = std::move(reported_);
    }
    reported_ = reported_before;
  }
  reported_.insert(reported_first.begin(), reported_first.end());
  for (Diagnostic& error : errors)
    fail(error.tag, error.range, std::move(error.message), std::move(error.hint));
  return false;
}

Translator* Checker::find_translator(const Type* output, const Type* input) {
  if (types::is_pointer(output))
    output = resolve(output)->target;
  const Type* wanted = resolve(output);
  for (size_t i = 0; i < translators_.size(); i++) {
    Translator& translator = translators_[i];
    if (!translator.output) {
      // A library's: look at its types only if the name of its output can be the wanted one.
      const std::string& name = translator.decl->output->spec->name;
      bool may_be = name == wanted->name || name == output->name;
      if (!may_be) {
        const Type* type = types_.find_own_typedef(name);
        may_be = type && types::same_type(type, output);
      }
      if (!may_be || !translator_types(translators_[i]))
        continue;
    }
    Translator& candidate = translators_[i];
    if (!candidate.input || !types::same_type(candidate.output, output))
      continue;
    if (types::same_type(candidate.input, input))
      return &candidate;
    bool both_integers = types::is_integer(candidate.input) && types::is_integer(input);
    bool is_decay = types::is_pointer(candidate.input) && resolve(input)->kind == TypeKind::Array &&
                    types::same_type(resolve(candidate.input)->target, resolve(input)->target);
    if (both_integers || is_decay)
      return &candidate;
  }
  return nullptr;
}

bool Checker::xlate(ExprPtr& expr) {
  auto& node = as<Xlate>(*expr);
  const Type* target = type_name(*node.target);
  if (!target || (!node.operand->type && !check(node.operand)))
    return false;
  const Type* output = types::is_pointer(target) ? resolve(target)->target : target;
  if (!types::is_sou(output) || !is_complete(output))
    return fail(
        Tag::D_XLATE_SOU, node.range,
        "xlate gives a struct, a union or a pointer to one, not " + types::to_string(target));
  if (is_dynamic(*node.operand))
    return fail(Tag::D_XLATE_NONE, node.range,
                "there is no translator for " + a_or_an(shown(*node.operand)));
  Translator* translator = find_translator(output, node.operand->type);
  if (!translator)
    return fail(
        Tag::D_XLATE_NONE, node.range,
        "there is no translator from " + shown(*node.operand) + " to " + types::to_string(output));
  node.translator = translator->decl;
  node.type = target;
  node.is_lvalue = false;
  return true;
}

// A library's translator that is wrong does not fit the kernel: that is what to say, not what its
// text lacks.
void Checker::say_it_does_not_fit(Diagnostics::Mark mark, const TranslatorDecl& decl,
                                  const std::string& member) {
  for (const Translator& translator : translators_) {
    if (translator.decl != &decl || !translator.is_library)
      continue;
    for (const Diagnostic& error : output_.diagnostics.take_back(mark))
      fail(error.tag, error.range, member + " does not exist on this kernel: " + error.message,
           "programs that do not use it work");
  }
}

// xlate<T>(e).member, xlate<T *>(e)->member
bool Checker::xlate_member(ExprPtr& expr) {
  auto& mem = as<Member>(*expr);
  auto& node = as<Xlate>(*mem.base);
  bool is_pointer = types::is_pointer(node.type);
  if (mem.is_arrow != is_pointer)
    return fail(mem.is_arrow ? Tag::D_OP_PTR : Tag::D_OP_SOU, mem.range,
                std::string("operator ") + (mem.is_arrow ? "->" : ".") + " cannot be applied to " +
                    types::to_string(node.type));
  const Type* output = is_pointer ? resolve(node.type)->target : node.type;
  auto found = types::find_member(resolve(output), mem.name);
  if (!found)
    return fail(Tag::D_TYPE_MEMBER, mem.range,
                types::to_string(output) + " has no member " + mem.name);
  auto* decl = static_cast<TranslatorDecl*>(const_cast<void*>(node.translator));
  bool is_given = std::any_of(decl->members.begin(), decl->members.end(),
                              [&](const TranslatorMember& m) { return m.name == mem.name; });
  if (!is_given)
    return fail(Tag::D_XLATE_NOCONV, mem.range,
                "the translator from " + shown(*node.operand) + " to " + types::to_string(output) +
                    " does not give member " + mem.name);
  const Type* type = found->member->type;
  const std::string name = mem.name;
  ExprPtr operand = std::move(node.operand);
  const Diagnostics::Mark mark = output_.diagnostics.mark();
  bool is_good = first_that_fits(*decl, name, [&](const TranslatorMember& alternative) {
    std::vector<std::pair<std::string, ExprPtr>> bound;
    bound.emplace_back(decl->param, clone(*operand));
    ExprPtr value = std::make_unique<IntLit>();
    value->range = expr->range;
    if (!expand(value, *alternative.value, std::move(bound)) || !as_member(value, name, type))
      return false;
    expr = std::move(value);
    return true;
  });
  if (!is_good)
    say_it_does_not_fit(mark, *decl, types::to_string(output) + "." + name);
  return is_good;
}

// A member's value as the member's type holds it.
bool Checker::as_member(ExprPtr& value, const std::string& name, const Type* type) {
  if (value->kind == ExprKind::Xlate)
    return true;
  if (types::is_scalar(type) && needs_conversion(*value, type)) {
    if (!assignable(type, *value))
      return fail(Tag::D_XLATE_INCOMPAT, value->range,
                  "member " + name + " has type " + types::to_string(type) + ", its value is " +
                      shown(*value));
    value = as_type(std::move(value), type);
    if (!check(value))
      return false;
  } else if (types::is_string(type) && !types::is_string(value->type)) {
    value = as_type(std::move(value), types_.string_type());
    if (!check(value))
      return false;
  }
  value->is_lvalue = value->kind != ExprKind::Ident && value->is_lvalue;
  return true;
}

// A translated struct as a value: filled member by member into a hidden variable.
bool Checker::materialize(ExprPtr& expr) {
  auto& node = as<Xlate>(*expr);
  if (types::is_pointer(node.type))
    return fail(Tag::D_OP_DYN, expr->range,
                "a pointer to translated data can only be used with ->");
  const Type* output = node.type;
  auto* decl = static_cast<TranslatorDecl*>(const_cast<void*>(node.translator));
  SourceRange range = expr->range;
  Variable* var = hidden_variable(output, range);
  auto self = [&] {
    auto use = std::make_unique<Ident>();
    use->range = range;
    use->scope = Ident::Scope::This;
    use->name = var->name;
    use->var = var;
    use->type = output;
    use->is_lvalue = true;
    return use;
  };
  ExprPtr result = self();
  for (size_t i = decl->members.size(); i > 0; i--) {
    TranslatorMember& member = decl->members[i - 1];
    if (!is_first_alternative(*decl, i - 1))
      continue;
    auto found = types::find_member(resolve(output), member.name);
    if (!found)
      return fail(Tag::D_XLATE_MEMB, range,
                  member.name + " is not a member of " + types::to_string(output));
    auto source = std::make_unique<Member>();
    source->range = range;
    source->name = member.name;
    source->base = clone(node);
    ExprPtr value = std::move(source);
    if (!xlate_member(value))
      return false;
    if (value->kind == ExprKind::Xlate && !materialize(value))
      return false;
    if (types::is_char_array(found->member->type) && types::is_string(value->type))
      return fail(Tag::D_XLATE_INCOMPAT, range,
                  "member " + member.name + " is an array, its value a string: this " +
                      types::to_string(output) + " cannot be made as a whole",
                  "take its members one by one");
    auto place = std::make_unique<Member>();
    place->range = range;
    place->name = member.name;
    place->base = self();
    place->member = found->member;
    place->bit_offset = found->bit_offset;
    place->type = found->member->type;
    place->is_lvalue = true;
    auto set = std::make_unique<Assign>();
    set->range = range;
    set->lhs = std::move(place);
    set->rhs = std::move(value);
    set->type = set->op_type = found->member->type;
    auto comma = std::make_unique<Comma>();
    comma->range = range;
    comma->type = output;
    comma->lhs = std::move(set);
    comma->rhs = std::move(result);
    result = std::move(comma);
  }
  expr = std::move(result);
  return true;
}

}  // namespace dt::lang::sema
