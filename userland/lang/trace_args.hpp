// SPDX-License-Identifier: MIT
// trace(args): a pass between parser and sema. A clause that shows its probe's arguments decoded,
// by trace(args) or because it has no body, is replaced by one clause for every group of probes
// that record the same expressions. The groups share no probe, so nothing else changes.
#pragma once

#include <deque>
#include <string>

#include "lang/ast.hpp"
#include "lang/compile.hpp"
#include "lang/parser.hpp"

namespace dt::lang {

// What the new clauses need besides themselves.
struct TracedArgs {
  std::deque<std::string> texts;     // expressions: their words may name things of D libraries
  std::deque<SourceText> libraries;  // of those that gave the expressions
};

TracedArgs expand_trace_args(ast::Program& tree, const CompileInput& input,
                             const ParseContext& context);

// The name under which sema and codegen know the action; no program can write it.
inline constexpr const char* kTraceArgs = "trace(args)";

}  // namespace dt::lang
