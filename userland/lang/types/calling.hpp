// SPDX-License-Identifier: MIT
// Where a function's arguments and its value are when it is called and when it returns: the calling
// convention of x86-64 in terms of raw argument words, as the fbt provider numbers them. Words 0 to
// 5 of an entry are the integer registers, 6 and on the stack words above the return address. Word
// 0 of a return is the place of the return, word 1 the first register of the value.
#pragma once

#include <cstdint>
#include <vector>

#include "lang/types/type.hpp"

namespace dt::lang::types {

struct ArgPlace {
  enum class In {
    Words,    // nr_words consecutive raw words from `first` on: the value itself
    Memory,   // the word `first` holds the address of the value
    Nowhere,  // in no integer register and not in memory: floating point
    None,     // there is no value: void, an empty struct
  };
  In in = In::None;
  uint32_t first = 0;
  uint32_t nr_words = 0;
};

// Of each declared parameter, in order. `function` is a Function type.
std::vector<ArgPlace> entry_places(const Type* function);
// Does every argument fill one word, in order, so that word n is parameter n? The fbt provider
// gives words 6 and on (the stack) only of such functions.
bool has_plain_words(const Type* function);
// Of the value. The second of two words is in the register that kSecondResultRegister names.
ArgPlace result_place(const Type* function);

// Words of struct pt_regs: rdx, rsp.
inline constexpr int kSecondResultRegister = 12;
inline constexpr int kStackRegister = 19;
// Where word n is from there at an entry, n at least kNrRegisterWords.
inline constexpr uint32_t kNrRegisterWords = 6;
inline constexpr int64_t stack_offset(uint32_t n) { return 8 * (int64_t{n} - 5); }

}  // namespace dt::lang::types
