// SPDX-License-Identifier: MIT
// The table of D's built-in variables. ast::Variable::builtin (scope Builtin) is an index into
// builtins().
#pragma once

#include <string_view>
#include <vector>

namespace dt::lang::sema {

enum class BuiltinKind {
  Value,   // DTRACE_SUBR_BUILTIN with `id`; strings are the address of a D string
  Arg,     // arg0..arg9: the context word DTRACE_CTX_ARG(id)
  Args,    // args[n]: typed per probe; see ast::Index::arg_* (sema)
  Uregs,   // uregs[n]: DTRACE_SUBR_BUILTIN_IDX
  Inline,  // defined in a D library (curpsinfo...): never seen by codegen, sema replaces it
};

struct Builtin {
  std::string_view name;
  BuiltinKind kind;
  int id;                 // DTRACE_BUILTIN_x, or the number of arg0..arg9
  std::string_view type;  // C type as text, or "string"
};

const std::vector<Builtin>& builtins();
// Index into builtins(), -1 = no such variable.
int find_builtin(std::string_view name);

}  // namespace dt::lang::sema
