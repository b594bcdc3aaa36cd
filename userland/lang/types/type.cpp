// SPDX-License-Identifier: MIT
// Questions about types: looking through typedefs, equality, member lookup and printing in C's
// notation. Entry points are the free functions of type.hpp.
#include "lang/types/type.hpp"

namespace dt::lang::types {

const Type* resolve(const Type* type) {
  while (type && type->kind == TypeKind::Typedef) {
    type = type->target;
  }
  if (type && type->completer) {
    TypeCompleter* completer = type->completer;
    type->completer = nullptr;
    // Every Type is made as a non-const object by its table.
    completer->complete(const_cast<Type&>(*type));
  }
  return type;
}

bool is_char_array(const Type* t) {
  t = resolve(t);
  if (t->kind != TypeKind::Array) {
    return false;
  }
  const Type* target = resolve(t->target);
  return target->kind == TypeKind::Int && target->is_char;
}

bool is_char_pointer(const Type* t) {
  t = resolve(t);
  if (t->kind != TypeKind::Pointer) {
    return false;
  }
  const Type* target = resolve(t->target);
  return target->kind == TypeKind::Int && target->is_char;
}

namespace {

bool same_params(const Type* a, const Type* b) {
  if (a->params.size() != b->params.size() || a->is_variadic != b->is_variadic) {
    return false;
  }
  for (size_t i = 0; i < a->params.size(); i++) {
    if (!same_type(a->params[i].type, b->params[i].type)) {
      return false;
    }
  }
  return true;
}

// Tags with one name are one type when they have one shape: modules carry copies of the same
// structs.
bool same_tag(const Type* a, const Type* b) {
  return !a->name.empty() && a->name == b->name && a->size == b->size &&
         a->members.size() == b->members.size() && a->enumerators.size() == b->enumerators.size();
}

}  // namespace

bool same_type(const Type* a, const Type* b) {
  a = resolve(a);
  b = resolve(b);
  if (a == b) {
    return true;
  }
  if (!a || !b) {
    return false;
  }
  if (a->kind != b->kind) {
    // A tag that is known only by name here and with its members there.
    const Type* forward = a->kind == TypeKind::Forward ? a : b;
    const Type* other = forward == a ? b : a;
    return forward->kind == TypeKind::Forward && forward->forward_of == other->kind &&
           !forward->name.empty() && forward->name == other->name;
  }
  switch (a->kind) {
    case TypeKind::Void:
    case TypeKind::String:
    case TypeKind::Dynamic:
      return true;
    case TypeKind::Int:
      return a->size == b->size && a->is_signed == b->is_signed && a->is_bool == b->is_bool;
    case TypeKind::Float:
      return a->size == b->size;
    case TypeKind::Pointer:
      return same_type(a->target, b->target);
    case TypeKind::Array:
      return a->nr_elems == b->nr_elems && same_type(a->target, b->target);
    case TypeKind::Struct:
    case TypeKind::Union:
    case TypeKind::Enum:
      return same_tag(a, b);
    case TypeKind::Forward:
      return a->forward_of == b->forward_of && !a->name.empty() && a->name == b->name;
    case TypeKind::Function:
      return same_type(a->target, b->target) && same_params(a, b);
    case TypeKind::Typedef:
      break;
  }
  return false;
}

std::optional<FoundMember> find_member(const Type* sou, std::string_view name) {
  sou = resolve(sou);
  if (!sou || name.empty()) {
    return std::nullopt;
  }
  for (const Member& member : sou->members) {
    if (member.name == name) {
      return FoundMember{&member, member.bit_offset};
    }
  }
  for (const Member& member : sou->members) {
    if (!member.name.empty() || member.bit_size || !is_sou(member.type)) {
      continue;
    }
    if (auto found = find_member(member.type, name)) {
      found->bit_offset += member.bit_offset;
      return found;
    }
  }
  return std::nullopt;
}

namespace {

const char* tag_word(TypeKind kind) {
  switch (kind) {
    case TypeKind::Union:
      return "union";
    case TypeKind::Enum:
      return "enum";
    default:
      return "struct";
  }
}

// What stands before the declarator.
std::string base_text(const Type* type) {
  switch (type->kind) {
    case TypeKind::Void:
      return "void";
    case TypeKind::Struct:
    case TypeKind::Union:
    case TypeKind::Enum:
    case TypeKind::Forward: {
      TypeKind kind = type->kind == TypeKind::Forward ? type->forward_of : type->kind;
      return std::string(tag_word(kind)) + (type->name.empty() ? "" : " " + type->name);
    }
    case TypeKind::String:
      return "string";
    case TypeKind::Dynamic:
      return "<DYN>";
    default:
      return type->name;
  }
}

std::string params_text(const Type* function) {
  std::string text;
  for (const Param& param : function->params) {
    text += (text.empty() ? "" : ", ") + to_string(param.type);
  }
  if (function->is_variadic) {
    text += text.empty() ? "..." : ", ...";
  }
  return text.empty() ? "void" : text;
}

}  // namespace

std::string to_string(const Type* type) {
  // C writes types inside out: walk from the outermost layer to the base, growing the declarator on
  // both sides; a pointer in front of an array or a function needs parentheses.
  std::string declarator;
  while (type) {
    if (type->kind == TypeKind::Pointer) {
      declarator.insert(0, "*");
      type = type->target;
      if (type && (type->kind == TypeKind::Array || type->kind == TypeKind::Function)) {
        declarator = "(" + declarator + ")";
      }
    } else if (type->kind == TypeKind::Array) {
      declarator += "[" + (type->nr_elems ? std::to_string(type->nr_elems) : std::string()) + "]";
      type = type->target;
    } else if (type->kind == TypeKind::Function) {
      declarator += "(" + params_text(type) + ")";
      type = type->target;
    } else {
      break;
    }
  }
  std::string text = type ? base_text(type) : "void";
  return declarator.empty() ? text : text + " " + declarator;
}

}  // namespace dt::lang::types
