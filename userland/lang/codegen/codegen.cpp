// SPDX-License-Identifier: MIT
// generate(): every clause twice (measure, then place), binds, and the tables that clauses share.
#include "lang/codegen/codegen.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lang/codegen/clause_gen.hpp"

#include "dtrace/dif.h"

namespace dt::lang::codegen {

namespace {

ProbePattern pattern_of(const ast::ProbeSpec& spec) {
  ProbePattern pattern;
  pattern.prov = spec.prov;
  pattern.mod = spec.mod;
  pattern.func = spec.func;
  pattern.name = spec.name;
  pattern.id = spec.id;
  return pattern;
}

void too_large(const ast::Clause& clause, Diagnostics& diagnostics, std::string what) {
  diagnostics.error(Tag::D_UNKNOWN, clause.range, "clause is too large: " + what,
                    "split it into several clauses");
}

// One clause into program.clauses. False: it does not fit, and that was said.
bool one_clause(const ast::Clause& clause, Tables& tables, CompileOutput& output) {
  ClauseLayout layout;
  object::Clause code;
  for (int round = 0; round < 2; round++) {
    ClauseGen gen(tables, output.sources, layout);
    if (!gen.run(clause, &code)) {
      too_large(clause, output.diagnostics,
                fmt::format("it takes more than {} instructions", DTRACE_DIF_MAXINSNS));
      return false;
    }
    uint64_t frame_end =
        uint64_t{tables.locals_end()} + gen.layout().rec_size + gen.layout().temp_size;
    if (frame_end > DTRACE_FRAME_MAX) {
      too_large(clause, output.diagnostics,
                fmt::format("its values take more than {} MiB", DTRACE_FRAME_MAX >> 20));
      return false;
    }
    layout = gen.layout();
    if (round == 0) {
      layout.rec_size += static_cast<uint32_t>(round_up8(layout.nr_conditions));
    }
    layout.rec_base = tables.locals_end();
    layout.temp_base = layout.rec_base + layout.rec_size;
    if (round == 1) {
      object::Program& program = tables.program();
      program.frame_size = std::max(program.frame_size, static_cast<uint32_t>(frame_end));
      program.clauses.push_back(std::move(code));
    }
  }
  return true;
}

}  // namespace

bool generate(const ast::Program& tree, const CompileInput& input, CompileOutput& output) {
  object::Program& program = output.program;
  Tables tables(input, output.options, program);
  tables.place_locals(tree);
  bool is_ok = true;
  for (const ast::Item& item : tree.items) {
    if (item.kind != ast::Item::Kind::Clause || !item.clause) {
      continue;
    }
    if (!one_clause(*item.clause, tables, output)) {
      is_ok = false;
      continue;
    }
    for (const ast::ProbeSpec& spec : item.clause->probes) {
      object::Bind bind;
      bind.pattern = pattern_of(spec);
      bind.clause = static_cast<int>(program.clauses.size()) - 1;
      bind.is_optional = output.options.allow_zero_matches;
      bind.is_later = spec.is_later;
      program.binds.push_back(std::move(bind));
    }
  }
  return is_ok;
}

}  // namespace dt::lang::codegen
