// SPDX-License-Identifier: MIT
// Definitions of structs, unions and enums, and provider declarations.
#include <set>

#include "lang/sema/checker.hpp"

namespace dt::lang::sema {

using namespace ast;
using types::resolve;

bool Checker::member_decl(MemberDecl& decl, Type& sou) {
  const Type* base = spec_type(*decl.type->spec);
  if (!base)
    return false;
  std::string name = decl.name.empty() ? "(unnamed)" : decl.name;
  if (decl.type->spec->nr_storage > 0)
    return fail(Tag::D_DECL_PARMCLASS, decl.range, "a member takes no storage class");
  const Type* type = layered(base, decl.type->layers, 0, name);
  if (!type)
    return false;
  decl.type->type = type;
  types::Member member;
  member.name = decl.name;
  member.type = type;
  TypeKind kind = resolve(type)->kind;
  if (decl.bit_width) {
    if (!types::is_integer(type))
      return fail(Tag::D_DECL_BFTYPE, decl.range,
                  "bit-field " + name + " cannot have type " + types::to_string(type));
    if (!check(decl.bit_width))
      return false;
    auto width = decl.bit_width->const_value;
    bool is_valid =
        width && is_arith(*decl.bit_width) && *width >= 0 && (*width > 0 || decl.name.empty());
    if (!is_valid)
      return fail(Tag::D_DECL_BFCONST, decl.bit_width->range,
                  "the width of bit-field " + name + " must be a positive integer constant");
    uint64_t bits = resolve(type)->is_bool ? 1 : resolve(type)->size * 8;
    if (static_cast<uint64_t>(*width) > bits)
      return fail(Tag::D_DECL_BFSIZE, decl.range,
                  "bit-field " + name + " is wider than " + types::to_string(type));
    member.bit_size = static_cast<uint32_t>(*width);
    if (decl.name.empty())
      return true;  // padding only
  } else if (decl.name.empty() && !types::is_sou(type)) {
    return fail(Tag::D_DECL_MNAME, decl.range, "a member needs a name");
  }
  if (kind == TypeKind::Void)
    return fail(Tag::D_DECL_VOIDOBJ, decl.range, "member " + name + " cannot have type void");
  if (kind == TypeKind::Function)
    return fail(Tag::D_DECL_INCOMPLETE, decl.range, "member " + name + " cannot be a function");
  if (kind == TypeKind::Dynamic)
    return fail(Tag::D_DECL_DYNOBJ, decl.range, "member " + name + " cannot have a dynamic type");
  if (broken_types_.count(resolve(type)))
    return false;
  if (!is_complete(type))
    return fail(Tag::D_DECL_INCOMPLETE, decl.range,
                "member " + name + " has the incomplete type " + types::to_string(type));
  // Members of anonymous structs share the names of the outer one.
  auto is_there = [&](const std::string& wanted) {
    return !wanted.empty() && types::find_member(&sou, wanted).has_value();
  };
  std::vector<std::string> names = {decl.name};
  if (decl.name.empty()) {
    for (const types::Member& inner : resolve(type)->members)
      names.push_back(inner.name);
  }
  for (const std::string& wanted : names) {
    if (is_there(wanted))
      return fail(Tag::D_UNKNOWN, decl.range, "member " + wanted + " is there twice");
  }
  sou.members.push_back(std::move(member));
  return true;
}

const Type* Checker::define_sou(TypeSpec& spec) {
  TypeKind kind = spec.base == TypeSpec::Base::Struct ? TypeKind::Struct : TypeKind::Union;
  if (!spec.name.empty()) {
    const Type* old = types_.find_own_tag(kind, spec.name);
    if (old && old->kind == kind && old->is_complete) {
      fail(Tag::D_DECL_TYPERED, spec.range, types::to_string(old) + " is defined again");
      return nullptr;
    }
  }
  Type* sou = types_.new_tag(kind, spec.name);
  bool ok = true;
  for (MemberDecl& decl : spec.members)
    ok = member_decl(decl, *sou) && ok;
  if (!ok) {
    broken_types_.insert(sou);
    return nullptr;
  }
  lay_out(*sou);
  return sou;
}

// A string inside a struct takes strsize bytes, in whole words so that it can be copied as such.
void Checker::lay_out(Type& sou) {
  const Type* stored = types_.array_of(types_.basic("unsigned long"), (options_.strsize + 7) / 8);
  std::vector<std::pair<size_t, const Type*>> strings;
  for (size_t i = 0; i < sou.members.size(); i++) {
    if (!types::is_string(sou.members[i].type))
      continue;
    strings.emplace_back(i, sou.members[i].type);
    sou.members[i].type = stored;
  }
  types_.layout(&sou);
  for (auto& [i, type] : strings)
    sou.members[i].type = type;
}

const Type* Checker::define_enum(TypeSpec& spec) {
  if (!spec.name.empty()) {
    const Type* old = types_.find_own_tag(TypeKind::Enum, spec.name);
    if (old && old->kind == TypeKind::Enum && old->is_complete) {
      fail(Tag::D_DECL_TYPERED, spec.range, types::to_string(old) + " is defined again");
      return nullptr;
    }
  }
  Type* type = types_.new_tag(TypeKind::Enum, spec.name);
  std::set<std::string> names;
  open_enumerators_.clear();
  int64_t next = 0;
  for (EnumeratorDecl& decl : spec.enumerators) {
    if (!names.insert(decl.name).second) {
      fail(Tag::D_UNKNOWN, decl.range, "enumerator " + decl.name + " is there twice");
      return nullptr;
    }
    if (globals_.count(decl.name) || own_enumerators_.count(decl.name) ||
        inlines_.count(decl.name)) {
      fail(Tag::D_DECL_IDRED, decl.range, "name " + decl.name + " is declared again");
      return nullptr;
    }
    if (decl.value) {
      if (!check(decl.value))
        return nullptr;
      if (!is_arith(*decl.value) || !decl.value->const_value) {
        fail(Tag::D_DECL_ENCONST, decl.value->range,
             "the value of enumerator " + decl.name + " must be an integer constant");
        return nullptr;
      }
      next = *decl.value->const_value;
      // An enumerator is an int: 1 << 31 is its sign bit.
      if (next == int64_t{1} << 31 && types::same_type(decl.value->type, types_.int_t()))
        next = INT32_MIN;
    }
    if (next < INT32_MIN || next > INT32_MAX) {
      fail(Tag::D_DECL_ENOFLOW, decl.range,
           "the value of enumerator " + decl.name + " does not fit an int");
      return nullptr;
    }
    type->enumerators.push_back({decl.name, next});
    open_enumerators_[decl.name] = next;
    next++;
  }
  open_enumerators_.clear();
  for (const EnumeratorDecl& decl : spec.enumerators)
    own_enumerators_[decl.name] = decl.range;
  type->size = 4;
  type->align = 4;
  type->is_signed = true;
  type->is_complete = true;
  types_.register_enumerators(type);
  return type;
}

// provider x { probe y(types); }: checked here; USDT uses it.
void Checker::provider_decl(ProviderDecl& decl) {
  constexpr size_t kMaxArgs = 32;
  constexpr size_t kMaxName = 63;
  bool is_bad = decl.name.empty() || decl.name.size() > kMaxName ||
                isdigit(static_cast<unsigned char>(decl.name.back()));
  if (is_bad) {
    fail(Tag::D_PROV_BADNAME, decl.range, "\"" + decl.name + "\" is not a valid provider name",
         "a name ends in no digit and has at most 63 characters");
    return;
  }
  if (!providers_.insert(decl.name).second) {
    fail(Tag::D_PROV_INCOMPAT, decl.range, "provider " + decl.name + " is declared twice");
    return;
  }
  std::set<std::string> names;
  for (ProviderProbeDecl& probe : decl.probes) {
    if (!names.insert(probe.name).second) {
      fail(Tag::D_PROV_PRDUP, probe.range, "probe " + probe.name + " is declared twice");
      continue;
    }
    if (probe.params.size() > kMaxArgs || probe.out_params.size() > kMaxArgs) {
      fail(Tag::D_PROV_PRARGLEN, probe.range,
           "probe " + probe.name + " has more than " + std::to_string(kMaxArgs) + " arguments");
      continue;
    }
    std::vector<types::Param> in, out;
    bool is_void = probe.params.size() == 1 && probe.params[0].name.empty() &&
                   probe.params[0].type->layers.empty() && probe.params[0].type->spec->nr_void;
    if (!params(probe.params, false, is_void, &in) || !params(probe.out_params, false, false, &out))
      continue;
    for (const types::Param& to : out) {
      bool has_source = false;
      for (const types::Param& from : in) {
        if (to.name.empty() ? types::same_type(from.type, to.type) : from.name == to.name)
          has_source = has_source || types::same_type(from.type, to.type) ||
                       find_translator(to.type, from.type);
      }
      if (!has_source) {
        fail(Tag::D_PROV_PRXLATOR, probe.range,
             "probe " + probe.name + " shows a " + types::to_string(to.type) +
                 " that no translator makes of its arguments");
        break;
      }
    }
  }
}

}  // namespace dt::lang::sema
