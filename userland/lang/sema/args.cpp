// SPDX-License-Identifier: MIT
// args[]: their types in all the probes of a clause, from the probe's provider or, for kernel
// functions, from their prototypes in BTF; and how the value is made from raw words.
#include <algorithm>

#include "dtrace/dif.h"
#include "dtrace/uapi.h"
#include "lang/sema/builtins.hpp"
#include "lang/sema/checker.hpp"
#include "lang/sema/walk.hpp"
#include "lang/types/btf.hpp"

namespace dt::lang::sema {

using namespace ast;
using types::ArgPlace;
using types::resolve;

namespace {

constexpr size_t kFirstLook = 64;   // probes among which a difference is looked for first
constexpr size_t kShownProbes = 3;  // named in a message, of each type
constexpr size_t kLookedAt = 512;   // probes that a message about differences is made from
constexpr const char* kRawHint = "arg0 to arg9 are the untyped arguments";

bool is_btf_entry(const ProbeInfo& probe) { return probe.flags & DTRACE_PROBE_ARGS_BTF; }
bool is_btf_return(const ProbeInfo& probe) { return probe.flags & DTRACE_PROBE_RETURN_BTF; }

// A function that the compiler has made of another one: name.isra.0.
bool is_variant(const ProbeInfo& probe) {
  return probe.prov == "fbt" && probe.func.find('.') != std::string::npos;
}

std::string full_name(const ProbeInfo& probe) {
  return probe.prov + ":" + probe.mod + ":" + probe.func + ":" + probe.name;
}

std::string arg_name(size_t n) { return "args[" + std::to_string(n) + "]"; }

// "Use arg0 with a cast": what always works.
std::string cast_hint(size_t n, const std::string& type) {
  std::string raw = "arg" + std::to_string(n);
  return "cast the untyped argument, for example (" + type + ")" + raw;
}

}  // namespace

// The prototype of the function that a probe is in, or null after a message.
const Type* Checker::prototype_of(const ProbeInfo& probe, SourceRange range) {
  std::string where = probe.mod + "`" + probe.func;
  types::Btf* btf = types_.btf();
  if (!btf || !btf->describes("")) {
    std::string why = btf ? ": " + btf->problem() : "";
    fail(Tag::D_ARGS_NONE, range, "the argument types of " + where + " are not known" + why,
         "types need a kernel with CONFIG_DEBUG_INFO_BTF; arg0 to arg9 work without");
    return nullptr;
  }
  auto found = btf->prototypes(types_, probe.mod, probe.func);
  if (found.size() == 1)
    return resolve(found[0]);
  if (found.empty() && is_variant(probe)) {
    fail(Tag::D_ARGS_NONE, range,
         where +
             " is a variant made by the compiler, whose result may be another than the one "
             "declared",
         kRawHint);
  } else if (found.empty() && !btf->describes(probe.mod)) {
    fail(
        Tag::D_ARGS_NONE, range,
        "the argument types of " + where + " are not known: module " + probe.mod +
            " has no type information",
        "build the module with CONFIG_DEBUG_INFO_BTF_MODULES, or " + cast_hint(0, "struct file *"));
  } else if (found.empty()) {
    fail(Tag::D_ARGS_NONE, range,
         "the argument types of " + where +
             " are not known: the kernel's type information does "
             "not describe this function",
         cast_hint(0, "struct file *"));
  } else {
    std::string all;
    for (const Type* proto : found)
      all += (all.empty() ? "" : " and ") + types::to_string(proto);
    fail(Tag::D_ARGS_NONE, range,
         "several functions are called " + where + ", with unequal prototypes: " + all,
         cast_hint(0, "struct file *") + "; caller tells them apart");
  }
  return nullptr;
}

// args[n] of one probe. False after a message; *out may say that there is no such argument.
bool Checker::arg_of(const ProbeInfo& probe, size_t n, SourceRange range, TypedArg* out) {
  *out = {};
  if (!is_btf_entry(probe) && !is_btf_return(probe)) {
    auto args = input_.probes->args(probe);
    if (!args)
      return fail(Tag::D_ARGS_NONE, range, "args[]: " + args.error().message);
    if (n < args.value().size()) {
      out->exists = true;
      out->arg = std::move(args.value()[n]);
      out->place = {ArgPlace::In::Words, out->arg.mapping, 1};
    }
    return true;
  }
  out->is_from_btf = true;
  if (is_btf_return(probe)) {
    if (n > 1)
      return true;
    if (n == 0) {  // offset of the return in the function
      out->exists = true;
      out->native = types_.int_t();
      out->place = {ArgPlace::In::Words, 0, 1};
      return true;
    }
  }
  const Type* proto = prototype_of(probe, range);
  if (!proto)
    return false;
  if (is_btf_return(probe)) {
    out->native = proto->target;
    out->place = types::result_place(proto);
    out->exists = resolve(proto->target)->kind != TypeKind::Void;
  } else if (n < proto->params.size()) {
    out->native = proto->params[n].type;
    out->place = types::entry_places(proto)[n];
    out->is_read_from_stack =
        out->place.first >= types::kNrRegisterWords && !types::has_plain_words(proto);
    out->exists = true;
  }
  return true;
}

bool Checker::same_arg(const TypedArg& a, const TypedArg& b) {
  if (a.exists != b.exists)
    return false;
  if (!a.exists)
    return true;
  if (a.place.first != b.place.first || a.place.in != b.place.in ||
      a.is_read_from_stack != b.is_read_from_stack)
    return false;
  if (a.is_from_btf && b.is_from_btf)
    return a.native == b.native || types::same_type(a.native, b.native);
  auto text = [](const TypedArg& arg) {
    return arg.is_from_btf ? types::to_string(arg.native) : arg.arg.native;
  };
  return text(a) == text(b) && a.arg.xlate == b.arg.xlate;
}

// args[n] of the clause: the same in every probe that it matches, however many. Null after a
// message.
const TypedArg* Checker::typed_arg(size_t n, SourceRange range) {
  auto [it, is_new] = args_.try_emplace(n);
  if (!is_new)
    return it->second ? &*it->second : nullptr;
  if (!clause_ || !input_.probes) {
    fail_no_arg(n, range);
    return nullptr;
  }
  auto load = [&](size_t most) {
    arg_probes_.clear();
    for (const ProbeSpec& spec : clause_->probes) {
      auto found = input_.probes->match(pattern_of(spec), most);
      if (!found)
        return fail(Tag::D_ARGS_NONE, range, "args[]: " + found.error().message);
      has_arg_probes_ = has_arg_probes_ && found.value().size() < most;
      for (ProbeInfo& probe : found.value())
        arg_probes_.push_back(std::move(probe));
    }
    return true;
  };
  TypedArg first;
  for (size_t most : {kFirstLook, SIZE_MAX}) {
    if (!has_arg_probes_) {
      has_arg_probes_ = true;
      if (!load(most)) {
        has_arg_probes_ = false;
        return nullptr;
      }
    }
    for (size_t i = 0; i < arg_probes_.size(); i++) {
      TypedArg arg;
      if (!arg_of(arg_probes_[i], n, range, &arg))
        return nullptr;
      if (i == 0) {
        first = std::move(arg);
      } else if (!same_arg(first, arg)) {
        fail_args_differ(n, range);
        return nullptr;
      }
    }
    if (has_arg_probes_)
      break;
  }
  if (!first.exists) {
    fail_no_arg(n, range);
    return nullptr;
  }
  if (!first.native) {
    first.native = find_by_text(first.arg.native);
    if (!first.native) {
      fail(Tag::D_TYPE_ERR, range,
           "the type " + first.arg.native + " of " + arg_name(n) + " is not known",
           "use arg" + std::to_string(first.arg.mapping) + " with a cast");
      return nullptr;
    }
  }
  it->second = std::move(first);
  return &*it->second;
}

// None of the clause's probes has args[n].
bool Checker::fail_no_arg(size_t n, SourceRange range) {
  if (arg_probes_.empty())
    return fail(Tag::D_ARGS_IDX, range, "this probe has no typed arguments", kRawHint);
  const ProbeInfo& probe = arg_probes_[0];
  std::string where = probe.mod + "`" + probe.func;
  if (is_btf_return(probe) && n == 1)
    return fail(Tag::D_ARGS_IDX, range, where + " returns no value: there is no args[1]",
                "args[0] is the offset of the return in the function");
  size_t nr = 0;
  std::string hint = kRawHint;
  if (is_btf_return(probe)) {
    nr = 2;
    hint =
        "at a return args[0] is its offset in the function, args[1] the value; keep an argument "
        "in a thread-local variable at entry to have it here";
  } else if (is_btf_entry(probe)) {
    const Type* proto = prototype_of(probe, range);
    if (!proto)
      return false;
    nr = proto->params.size();
    if (proto->is_variadic)
      hint = "the rest of its arguments have no declared types: arg" + std::to_string(nr) +
             " and on are the untyped ones";
  } else if (auto args = input_.probes->args(probe); args) {
    nr = args.value().size();
    if (nr == 0 && is_variant(probe))
      return fail(Tag::D_ARGS_IDX, range,
                  where +
                      " is a variant made by the compiler, whose arguments may be others than "
                      "those declared: it has no typed arguments",
                  kRawHint);
  }
  if (nr == 0)
    return fail(Tag::D_ARGS_IDX, range,
                arg_probes_.size() == 1 && is_btf_entry(probe)
                    ? where + " takes no arguments"
                    : "this probe has no typed arguments",
                hint);
  std::string last = arg_name(nr - 1);
  return fail(Tag::D_ARGS_IDX, range,
              "this probe has " + (nr == 1 ? "the typed argument " + last + " only"
                                           : "typed arguments args[0] to " + last + " only"),
              hint);
}

// The clause's probes disagree about args[n]: says which have which type.
bool Checker::fail_args_differ(size_t n, SourceRange range) {
  struct Group {
    TypedArg arg;
    std::string type;
    std::vector<const ProbeInfo*> probes;
  };
  std::vector<Group> groups;
  for (size_t i = 0; i < arg_probes_.size() && i < kLookedAt; i++) {
    TypedArg arg;
    if (!arg_of(arg_probes_[i], n, range, &arg))
      return false;
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& g) { return same_arg(g.arg, arg); });
    if (group == groups.end()) {
      std::string type = !arg.exists              ? "nothing"
                         : !arg.arg.xlate.empty() ? arg.arg.xlate
                         : arg.is_from_btf        ? types::to_string(arg.native)
                                                  : arg.arg.native;
      groups.push_back({arg, type, {}});
      group = groups.end() - 1;
    }
    group->probes.push_back(&arg_probes_[i]);
  }
  if (groups.size() < 2)  // the difference is between probes further on
    return fail(Tag::D_ARGS_MULTI, range, arg_name(n) + " differs between the clause's probes",
                "write one clause for each type, or cast the untyped argument");
  std::string message = arg_name(n) + " differs between the clause's probes: " + groups[0].type +
                        " in " + full_name(*groups[0].probes[0]) + ", " + groups[1].type + " in " +
                        full_name(*groups[1].probes[0]);
  std::string hint = "write one clause for each type (";
  std::string example;
  for (size_t g = 0; g < groups.size() && g < kShownProbes; g++) {
    const Group& group = groups[g];
    hint += (g ? "; " : "") + group.type + ": ";
    for (size_t i = 0; i < group.probes.size() && i < kShownProbes; i++)
      hint += (i ? ", " : "") + full_name(*group.probes[i]);
    if (group.probes.size() > kShownProbes)
      hint += " and " + std::to_string(group.probes.size() - kShownProbes) + " more";
    if (example.empty() && group.arg.exists)
      example = "(" + group.type + ")arg" + std::to_string(group.arg.place.first);
  }
  if (groups.size() > kShownProbes)
    hint += "; and " + std::to_string(groups.size() - kShownProbes) + " more types";
  hint += "), or cast the untyped argument: " + example;
  return fail(Tag::D_ARGS_MULTI, range, std::move(message), std::move(hint));
}

void Checker::set_builtin_array(Ident& base, const char* name, const Type* type) {
  Variable*& var = builtin_vars_[name];
  if (!var) {
    var = make_variable(VarScope::Builtin, name, type, base.range);
    var->builtin = find_builtin(name);
  }
  base.var = var;
  base.type = type;
}

// A raw word of the firing, as an unsigned number.
std::unique_ptr<Index> Checker::raw_arg(const Index& idx, uint32_t word) {
  ExprPtr copy = clone(idx);
  std::unique_ptr<Index> raw(static_cast<Index*>(copy.release()));
  raw->arg_mapping = static_cast<int>(word);
  raw->type = types_.uint64();
  return raw;
}

// uregs[reg], in words of struct pt_regs.
ExprPtr Checker::register_word(const Index& idx, int reg) {
  auto at = std::make_unique<IntLit>();
  at->range = idx.range;
  at->value = static_cast<uint64_t>(reg);
  at->type = types_.int_t();
  at->const_value = reg;
  auto base = std::make_unique<Ident>();
  base->range = idx.range;
  base->name = "uregs";
  set_builtin_array(*base, "uregs", types_.uint64());
  auto word = std::make_unique<Index>();
  word->range = idx.range;
  word->base = std::move(base);
  word->indices.push_back(std::move(at));
  word->type = types_.uint64();
  return word;
}

// What the caller put on the stack: *(type *)(uregs[R_SP] + offset).
ExprPtr Checker::stack_place(const Index& idx, const TypedArg& arg) {
  auto offset = std::make_unique<IntLit>();
  offset->range = idx.range;
  offset->value = static_cast<uint64_t>(types::stack_offset(arg.place.first));
  offset->type = types_.uint64();
  offset->const_value = types::stack_offset(arg.place.first);
  auto address = std::make_unique<Binary>();
  address->range = idx.range;
  address->op = BinaryOp::Add;
  address->lhs = register_word(idx, types::kStackRegister);
  address->rhs = std::move(offset);
  address->type = address->op_type = types_.uint64();
  auto pointer = std::make_unique<Cast>();
  pointer->range = idx.range;
  pointer->operand = std::move(address);
  pointer->target = std::make_unique<TypeName>();
  pointer->target->range = idx.range;
  pointer->target->type = pointer->type = types_.pointer_to(arg.native);
  auto value = std::make_unique<Unary>();
  value->range = idx.range;
  value->op = UnaryOp::Deref;
  value->type = arg.native;
  value->is_lvalue = true;
  value->operand = std::move(pointer);
  return value;
}

// A structure that was passed or returned in registers: its words into a hidden variable that is a
// union of them and the structure.
bool Checker::use_words(ExprPtr& expr, const TypedArg& arg) {
  const Index& idx = as<Index>(*expr);
  SourceRange range = idx.range;
  bool is_result = arg.place.first == 1 && arg.place.nr_words == 2 && !arg_probes_.empty() &&
                   is_btf_return(arg_probes_[0]);
  Type* both = types_.make(TypeKind::Union);
  both->size = uint64_t{arg.place.nr_words} * 8;
  both->align = 8;
  both->members.push_back({"value", arg.native, 0, 0});
  for (uint32_t i = 0; i < arg.place.nr_words; i++)
    both->members.push_back({"word" + std::to_string(i), types_.uint64(), uint64_t{i} * 64, 0});
  Variable* var = hidden_variable(both, range);
  auto member = [&](size_t i) {
    auto self = std::make_unique<Ident>();
    self->range = range;
    self->scope = Ident::Scope::This;
    self->name = var->name;
    self->var = var;
    self->type = both;
    self->is_lvalue = true;
    auto place = std::make_unique<Member>();
    place->range = range;
    place->base = std::move(self);
    place->member = &both->members[i];
    place->name = place->member->name;
    place->bit_offset = place->member->bit_offset;
    place->type = place->member->type;
    place->is_lvalue = true;
    return place;
  };
  ExprPtr result = member(0);
  for (uint32_t i = arg.place.nr_words; i > 0; i--) {
    auto set = std::make_unique<Assign>();
    set->range = range;
    set->lhs = member(i);
    set->rhs = is_result && i == 2 ? register_word(idx, types::kSecondResultRegister)
                                   : raw_arg(idx, arg.place.first + i - 1);
    set->type = set->op_type = types_.uint64();
    auto comma = std::make_unique<Comma>();
    comma->range = range;
    comma->type = arg.native;
    comma->lhs = std::move(set);
    comma->rhs = std::move(result);
    result = std::move(comma);
  }
  expr = std::move(result);
  return true;
}

bool Checker::args_index(ExprPtr& expr) {
  auto& idx = as<Index>(*expr);
  if (idx.arg_mapping >= 0 && idx.type)
    return true;  // a copy of one that was checked
  if (idx.indices.size() != 1)
    return fail(Tag::D_PROTO_LEN, idx.range, "args[ ] takes one index");
  if (!check(idx.indices[0]))
    return false;
  const Expr& at = *idx.indices[0];
  if (!is_arith(at))
    return fail(Tag::D_PROTO_ARG, at.range,
                "the index of args[ ] must be an integer, this is " + shown(at));
  if (!at.const_value)
    return fail(Tag::D_ARGS_TYPE, at.range, "the index of args[ ] must be a constant", kRawHint);
  if (*at.const_value < 0)
    return fail(Tag::D_ARGS_IDX, idx.range, "the index of args[ ] must not be negative", kRawHint);
  const auto n = static_cast<size_t>(*at.const_value);
  const TypedArg* found = typed_arg(n, idx.range);
  if (!found)
    return false;
  const ProbeArg& arg = found->arg;
  const Type* native = found->native;
  set_builtin_array(as<Ident>(*idx.base), "args", types_.int64());
  idx.arg_mapping = static_cast<int>(found->place.first);
  idx.type = native;
  if (found->is_from_btf) {
    std::string type = types::to_string(native);
    switch (found->place.in) {
      case ArgPlace::In::Nowhere:
        return fail(Tag::D_ARGS_TYPE, idx.range,
                    arg_name(n) + " is a " + type +
                        ", which is passed in a floating-point "
                        "register: probes do not see those");
      case ArgPlace::In::None:
        return fail(Tag::D_ARGS_TYPE, idx.range,
                    arg_name(n) + " is a " + type + ", which has no size and no value");
      case ArgPlace::In::Memory: {
        idx.type = types_.pointer_to(native);
        auto target = std::make_unique<Unary>();
        target->op = UnaryOp::Deref;
        target->range = idx.range;
        target->type = native;
        target->is_lvalue = true;
        target->operand = std::move(expr);
        expr = std::move(target);
        return true;
      }
      case ArgPlace::In::Words:
        if (found->is_read_from_stack) {
          expr = stack_place(idx, *found);
          return true;
        }
        if (types::is_sou(native))
          return use_words(expr, *found);
        if (found->place.nr_words > 1)
          return fail(Tag::D_ARGS_TYPE, idx.range,
                      arg_name(n) + " is a " + type + ", wider than D's integers",
                      "arg" + std::to_string(found->place.first) + " is its lower half");
        return true;
    }
  }
  if (arg.xlate.empty() || arg.xlate == arg.native)
    return true;
  const Type* shown_type = find_by_text(arg.xlate);
  if (!shown_type)
    return fail(Tag::D_ARGS_XLATOR, idx.range,
                "the type " + arg.xlate + " of " + arg_name(n) + " is not known");
  if (types::same_type(shown_type, native))
    return true;
  if (!find_translator(shown_type, native))
    return fail(Tag::D_ARGS_XLATOR, idx.range,
                "there is no translator from " + types::to_string(native) + " to " + arg.xlate +
                    " for " + arg_name(n),
                "arg" + std::to_string(arg.mapping) + " is the untyped argument");
  auto node = std::make_unique<Xlate>();
  node->range = idx.range;
  node->target = std::make_unique<TypeName>();
  node->target->range = idx.range;
  node->target->type = shown_type;
  node->operand = std::move(expr);
  expr = std::move(node);
  return xlate(expr);
}

}  // namespace dt::lang::sema
