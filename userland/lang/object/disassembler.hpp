// SPDX-License-Identifier: MIT
// Programs as text, for "dtrace -S" and for tests. Entry points: disassemble() for instructions,
// describe() for a whole program with its clauses, records, variables and aggregations.
#pragma once

#include <string>

#include "lang/object/program.hpp"

namespace dt::lang::object {

// One line per instruction: index, text, and for calls the subroutine's name.
std::string disassemble(const Clause& clause, const Program& program);
std::string describe(const Program& program);
// Name of DTRACE_SUBR_x, "subr_N" if there is none.
std::string subr_name(int subr);

}  // namespace dt::lang::object
