// SPDX-License-Identifier: MIT
// One clause: prologue, predicate, statements, epilogue.
#include "lang/codegen/clause_gen.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "dtrace/dif.h"
#include "dtrace/uapi.h"
#include "lang/codegen/filter.hpp"

namespace dt::lang::codegen {

using namespace ast;

namespace {

bool is_empty(const Stmt& stmt) {
  if (stmt.kind == StmtKind::Empty) {
    return true;
  }
  if (stmt.kind != StmtKind::Block) {
    return false;
  }
  for (const StmtPtr& inner : static_cast<const BlockStmt&>(stmt).stmts) {
    if (!is_empty(*inner)) {
      return false;
    }
  }
  return true;
}

}  // namespace

ClauseGen::ClauseGen(Tables& tables, const SourceManager& sources, const ClauseLayout& layout)
    : tables_(tables), sources_(sources), wanted_(layout) {}

bool ClauseGen::run(const Clause& clause, object::Clause* out) {
  auto place = sources_.place(clause.range.begin);
  out_.location = fmt::format("{}:{}", place.file, place.line);
  rec_next_ = static_cast<uint32_t>(round_up8(wanted_.nr_conditions));

  as_.mov(Reg::R6, Reg::R1);
  as_.load(Reg::R7, Reg::R6, DTRACE_CTX_FRAME, 8);
  Label is_false = as_.new_label();
  if (clause.predicate) {
    out_.filter = filter_of(*clause.predicate);
    branch(*clause.predicate, false, is_false);
    end_statement();
  }
  if (!clause.body || is_empty(*clause.body)) {
    begin_action("default");
    start_record(object::ActionKind::Default);
  } else {
    zero_frame(wanted_.rec_base, round_up8(wanted_.nr_conditions));
    for (const StmtPtr& stmt : clause.body->stmts) {
      statement(*stmt);
    }
  }
  if (!out_.actions.empty() && only_speculates()) {
    begin_action("default");
    start_record(object::ActionKind::Default);
  }
  emit_conditions_test(is_false);
  as_.mov_imm(Reg::R0, 1);
  as_.exit();
  as_.bind(is_false);
  as_.mov_imm(Reg::R0, 0);
  as_.exit();

  layout_.rec_size = static_cast<uint32_t>(round_up8(rec_next_));
  out_.rec_offset = wanted_.rec_base;
  out_.rec_size = out_.flags & DTRACE_PROG_RECORD ? layout_.rec_size : 0;
  if (!as_.finish(&out_.insns)) {
    return false;
  }
  *out = std::move(out_);
  return true;
}

// A clause of nothing but speculate() records the default action there.
bool ClauseGen::only_speculates() const {
  return std::all_of(out_.actions.begin(), out_.actions.end(), [](const object::Action& a) {
    return a.kind == object::ActionKind::Speculate;
  });
}

// When all that the clause records is inside if/else and none of it ran, there is no record.
void ClauseGen::emit_conditions_test(Label nothing) {
  if (!(out_.flags & DTRACE_PROG_RECORD) || records_always_ || !layout_.nr_conditions) {
    return;
  }
  Label something = as_.new_label();
  for (uint32_t i = 0; i < layout_.nr_conditions; i += 8) {
    frame_load(Reg::R0, wanted_.rec_base + i, 8);
    if (i + 8 >= layout_.nr_conditions) {
      as_.jump_if_imm(JumpIf::Eq, Reg::R0, 0, nothing);
    } else {
      as_.jump_if_imm(JumpIf::Ne, Reg::R0, 0, something);
    }
  }
  as_.bind(something);
}

void ClauseGen::end_statement() {
  temp_next_ = 0;
  slots_.clear();
  frame_slots_.clear();
}

void ClauseGen::statement(const Stmt& stmt) {
  switch (stmt.kind) {
    case StmtKind::Empty:
      return;
    case StmtKind::Block:
      for (const StmtPtr& inner : static_cast<const BlockStmt&>(stmt).stmts) {
        statement(*inner);
      }
      return;
    case StmtKind::If:
      if_statement(static_cast<const IfStmt&>(stmt));
      return;
    case StmtKind::Expr:
      expr_statement(*static_cast<const ExprStmt&>(stmt).expr);
      end_statement();
      return;
  }
}

void ClauseGen::if_statement(const IfStmt& stmt) {
  Label other = as_.new_label(), end = as_.new_label();
  begin_action("if");
  branch(*stmt.cond, false, other);
  end_statement();
  conditions_.push_back(object::kNoCondition);
  statement(*stmt.then_stmt);
  conditions_.pop_back();
  if (stmt.else_stmt) {
    as_.jump(end);
    as_.bind(other);
    conditions_.push_back(object::kNoCondition);
    statement(*stmt.else_stmt);
    conditions_.pop_back();
    as_.bind(end);
  } else {
    as_.bind(other);
  }
}

void ClauseGen::expr_statement(const Expr& expr) {
  if (expr.kind == ExprKind::Assign && as<Assign>(expr).lhs->kind == ExprKind::AggRef) {
    aggregate(as<Assign>(expr));
    return;
  }
  if (const sema::Function* function = function_of(expr)) {
    if (function->kind != sema::FuncKind::Subroutine) {
      action_call(as<Call>(expr));
      return;
    }
  }
  begin_action("expression");
  eval_unused(expr);
}

// Every statement is an action with a number of its own; ERROR tells it.
void ClauseGen::begin_action(const std::string& name) {
  object::Action action;
  action.kind = object::ActionKind::Effect;
  action.name = name;
  out_.actions.push_back(std::move(action));
  action_ = static_cast<uint32_t>(out_.actions.size());
}

// The action leaves something for the consumer.
void ClauseGen::start_record(object::ActionKind kind) {
  action().kind = kind;
  out_.flags |= DTRACE_PROG_RECORD;
  if (conditions_.empty()) {
    records_always_ = true;
    return;
  }
  uint32_t& condition = conditions_.back();
  if (condition == object::kNoCondition) {
    condition = layout_.nr_conditions++;
    frame_store_imm(wanted_.rec_base + condition, 1, 1);
  }
  action().condition = condition;
}

}  // namespace dt::lang::codegen
