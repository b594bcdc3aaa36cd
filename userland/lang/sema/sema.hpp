// SPDX-License-Identifier: MIT
// Semantic analysis: names, types, constants and every rule of D that the grammar cannot express.
// This file's external interface is just analyze(); it fills the members of the tree marked "sema"
// and adds what is wrong to output.diagnostics. Codegen may run only when there are no errors.
#pragma once

#include "lang/ast.hpp"
#include "lang/compile.hpp"

namespace dt::lang::sema {

// tree is output.tree with the items of the program and of the D libraries; output.options and
// output.program.options get the program's own option pragmas.
void analyze(ast::Program& tree, const CompileInput& input, CompileOutput& output);

}  // namespace dt::lang::sema
