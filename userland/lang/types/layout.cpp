// SPDX-License-Identifier: MIT
// Struct and union layout as C on x86-64 has it (System V ABI), bit-fields included. Entry point:
// TypeTable::layout().
#include <algorithm>

#include "lang/types/type.hpp"

namespace dt::lang::types {

namespace {

uint64_t round_up(uint64_t value, uint64_t align) {
  return align ? (value + align - 1) / align * align : value;
}

}  // namespace

void TypeTable::layout(Type* sou) {
  uint64_t end_bits = 0;  // first free bit of a struct; largest member of a union
  uint32_t align = 1;
  for (Member& member : sou->members) {
    const Type* type = resolve(member.type);
    uint64_t type_bits = type->size * 8;
    uint64_t at = sou->kind == TypeKind::Union ? 0 : end_bits;
    if (member.bit_size) {
      // A bit-field lies inside one unit of its declared type.
      if (type_bits && at / type_bits != (at + member.bit_size - 1) / type_bits) {
        at = round_up(at, type_bits);
      }
      member.bit_offset = at;
      end_bits = std::max(end_bits, at + member.bit_size);
      if (!member.name.empty()) {
        align = std::max(align, type->align);  // unnamed bit-fields do not align the struct
      }
    } else {
      member.bit_offset = round_up(at, uint64_t{type->align} * 8);
      end_bits = std::max(end_bits, member.bit_offset + type_bits);
      align = std::max(align, type->align);
    }
  }
  sou->align = align;
  sou->size = round_up((end_bits + 7) / 8, align);
  sou->is_complete = true;
}

}  // namespace dt::lang::types
