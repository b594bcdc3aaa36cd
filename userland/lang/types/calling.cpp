// SPDX-License-Identifier: MIT
// The System V calling convention of x86-64, without vector registers: the kernel does not use
// them. Entry points: entry_places(), result_place().
#include "lang/types/calling.hpp"

#include <algorithm>

namespace dt::lang::types {

namespace {

constexpr uint64_t kMostInRegisters = 16;  // bytes; larger objects are in memory

struct Class {
  bool is_in_memory = false;
  bool has_float = false;
};

void classify(const Type* type, uint64_t bit_offset, Class* found) {
  const Type* t = resolve(type);
  switch (t->kind) {
    case TypeKind::Float:
      found->has_float = true;
      found->is_in_memory |= t->size > 8;  // long double
      break;
    case TypeKind::Struct:
    case TypeKind::Union:
      for (const Member& member : t->members) {
        if (!member.bit_size) {
          classify(member.type, bit_offset + member.bit_offset, found);
        }
      }
      break;
    case TypeKind::Array:
      if (t->nr_elems) {
        classify(t->target, bit_offset, found);
      }
      break;
    default:
      // A member that is not where its alignment wants it: packed.
      found->is_in_memory |= t->size && bit_offset % (std::min<uint64_t>(t->size, 8) * 8) != 0;
      break;
  }
}

Class class_of(const Type* type) {
  Class found;
  const Type* t = resolve(type);
  if (is_sou(t) && t->size > kMostInRegisters) {
    found.is_in_memory = true;
    return found;
  }
  classify(t, 0, &found);
  return found;
}

bool is_none(const Type* type) {
  const Type* t = resolve(type);
  return t->kind == TypeKind::Void || (is_sou(t) && t->size == 0);
}

uint32_t words_of(const Type* type) {
  return static_cast<uint32_t>(std::max<uint64_t>((resolve(type)->size + 7) / 8, 1));
}

}  // namespace

std::vector<ArgPlace> entry_places(const Type* function) {
  function = resolve(function);
  // The address of the room for a large result is an argument before all others.
  uint32_t next_register = result_place(function).in == ArgPlace::In::Memory ? 1 : 0;
  uint32_t next_word = kNrRegisterWords;
  std::vector<ArgPlace> places;
  for (const Param& param : function->params) {
    ArgPlace place;
    if (is_none(param.type)) {
      places.push_back(place);
      continue;
    }
    Class how = class_of(param.type);
    place.nr_words = words_of(param.type);
    bool fits = next_register + place.nr_words <= kNrRegisterWords;
    if (how.has_float && !how.is_in_memory) {
      place.in = ArgPlace::In::Nowhere;
    } else if (!how.is_in_memory && fits) {
      place.in = ArgPlace::In::Words;
      place.first = next_register;
      next_register += place.nr_words;
    } else {
      uint32_t align = resolve(param.type)->align > 8 ? 2 : 1;
      next_word = kNrRegisterWords + (next_word - kNrRegisterWords + align - 1) / align * align;
      place.in = ArgPlace::In::Words;
      place.first = next_word;
      next_word += place.nr_words;
    }
    places.push_back(place);
  }
  return places;
}

bool has_plain_words(const Type* function) {
  function = resolve(function);
  if (function->is_variadic || resolve(function->target)->size > kMostInRegisters) {
    return false;
  }
  return std::all_of(function->params.begin(), function->params.end(), [](const Param& param) {
    const Type* t = resolve(param.type);
    return !is_sou(t) && t->kind != TypeKind::Float && t->size <= 8;
  });
}

ArgPlace result_place(const Type* function) {
  const Type* value = resolve(function)->target;
  ArgPlace place;
  if (!value || is_none(value)) {
    return place;
  }
  Class how = class_of(value);
  place.first = 1;
  place.nr_words = words_of(value);
  place.in = how.is_in_memory && is_sou(value) ? ArgPlace::In::Memory
             : how.has_float                   ? ArgPlace::In::Nowhere
                                               : ArgPlace::In::Words;
  return place;
}

}  // namespace dt::lang::types
