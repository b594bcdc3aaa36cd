// SPDX-License-Identifier: MIT
// Code generation: the checked tree in, clause programs out. This file's external interface is just
// generate(); docs/program-format.md describes what it emits.
#pragma once

#include "lang/ast.hpp"
#include "lang/compile.hpp"

namespace dt::lang::codegen {

// Fills output.program (clauses, binds, shapes, variables, aggregations, strings) from the tree.
// Its options stay as they are. False: errors were added to output.diagnostics (program too large).
bool generate(const ast::Program& tree, const CompileInput& input, CompileOutput& output);

}  // namespace dt::lang::codegen
