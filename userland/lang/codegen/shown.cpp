// SPDX-License-Identifier: MIT
// Types as the output needs them to show a value: free of the type table. External interface:
// shown_type().
#include "lang/codegen/tables.hpp"

namespace dt::lang::codegen {

using object::ShownType;
using types::TypeKind;

namespace {

// Structs inside structs are described to the end; what a pointer leads to by its name only.
constexpr int kMaxDepth = 16;

std::shared_ptr<const ShownType> convert(const types::Type* type, int depth);

void add_members(const types::Type* sou, ShownType& out, int depth) {
  for (const types::Member& member : sou->members) {
    if (member.bit_size && member.name.empty()) {
      continue;  // padding
    }
    out.members.push_back(
        {member.name, convert(member.type, depth + 1), member.bit_offset, member.bit_size});
  }
}

std::shared_ptr<const ShownType> convert(const types::Type* type, int depth) {
  auto out = std::make_shared<ShownType>();
  const types::Type* resolved = types::resolve(type);
  out->name = types::to_string(type);
  out->size = resolved->size;
  out->is_signed = resolved->is_signed;
  // Only plain char holds characters; signed and unsigned ones hold small numbers.
  out->is_char = resolved->is_char && resolved->name == "char";
  out->is_bool = resolved->is_bool;
  switch (resolved->kind) {
    case TypeKind::Int:
      out->kind = ShownType::Kind::Int;
      break;
    case TypeKind::Float:
      out->kind = ShownType::Kind::Float;
      break;
    case TypeKind::Pointer:
      out->kind = ShownType::Kind::Pointer;
      break;
    case TypeKind::Array:
      out->kind = ShownType::Kind::Array;
      out->nr_elems = resolved->nr_elems;
      if (depth < kMaxDepth) {
        out->target = convert(resolved->target, depth + 1);
      }
      break;
    case TypeKind::Struct:
    case TypeKind::Union:
      out->kind =
          resolved->kind == TypeKind::Struct ? ShownType::Kind::Struct : ShownType::Kind::Union;
      if (depth < kMaxDepth) {
        add_members(resolved, *out, depth);
      }
      break;
    case TypeKind::Enum:
      out->kind = ShownType::Kind::Enum;
      for (const types::Enumerator& e : resolved->enumerators) {
        out->enumerators.emplace_back(e.name, e.value);
      }
      break;
    case TypeKind::Function:
      out->kind = ShownType::Kind::Function;
      break;
    case TypeKind::String:
      out->kind = ShownType::Kind::String;
      break;
    default:
      out->kind = ShownType::Kind::Void;
      break;
  }
  return out;
}

}  // namespace

std::shared_ptr<const ShownType> shown_type(const types::Type* type) { return convert(type, 0); }

}  // namespace dt::lang::codegen
