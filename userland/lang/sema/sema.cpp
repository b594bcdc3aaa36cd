// SPDX-License-Identifier: MIT
// analyze(): items in program order, clauses, statements.
#include "lang/sema/sema.hpp"

#include "lang/sema/checker.hpp"
#include "lang/sema/near.hpp"
#include "lang/sema/walk.hpp"

namespace dt::lang::sema {

using namespace ast;
using types::resolve;

void analyze(Program& tree, const CompileInput& input, CompileOutput& output) {
  Checker(tree, input, output).run();
}

Checker::Checker(Program& tree, const CompileInput& input, CompileOutput& output)
    : tree_(tree), input_(input), output_(output), types_(*input.types), options_(output.options) {
  options_ = input.options;
  if (!options_.min_stability.empty())
    min_stability_ = parse_attributes(options_.min_stability);
}

void Checker::run() {
  index_libraries();
  // Options hold for the whole program wherever they are written.
  for (Item& it : tree_.items) {
    if (it.kind == Item::Kind::Pragma && it.pragma->keyword == "option")
      pragma(*it.pragma, false);
  }
  for (Item& it : tree_.items) {
    bool is_done = it.kind == Item::Kind::Pragma && it.pragma->keyword == "option";
    if (!is_done)
      item(it, false);
  }
  finish();
}

void Checker::item(Item& item, bool is_library) {
  switch (item.kind) {
    case Item::Kind::Clause:
      if (!is_library)
        clause(*item.clause);
      return;
    case Item::Kind::Decl:
      return decl(*item.decl);
    case Item::Kind::Inline:
      if (!calls_are_known(*item.inline_decl->value))
        return;
      return inline_decl(*item.inline_decl, is_library);
    case Item::Kind::Translator:
      return translator_decl(*item.translator, is_library);
    case Item::Kind::Provider:
      return provider_decl(*item.provider);
    case Item::Kind::Pragma:
      return pragma(*item.pragma, is_library);
  }
}

namespace {

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const Function& func : functions())
    names.emplace_back(func.name);
  return names;
}

}  // namespace

// Every call must be of a function that exists, before anything else is said about the clause.
bool Checker::calls_are_known(Expr& expr) {
  bool ok = true;
  if (expr.kind == ExprKind::Call && as<Call>(expr).traced)
    return ok;  // those of trace(args) are looked at one by one
  if (expr.kind == ExprKind::Call) {
    auto& call = as<Call>(expr);
    if (call.callee->kind != ExprKind::Ident) {
      ok = fail(Tag::D_FUNC_IDENT, call.callee->range, "only a named function can be called");
    } else if (function_index(call.name) < 0) {
      auto& callee = as<Ident>(*call.callee);
      bool is_variable = find_variable(callee) ||
                         (callee.scope == Ident::Scope::Global && name_is_taken(call.name));
      ok = is_variable && !functions_.count(call.name)
               ? fail(Tag::D_FUNC_IDKIND, call.callee->range, call.name + " is not a function")
               : fail(Tag::D_FUNC_UNDEF, call.callee->range,
                      "function " + call.name + "() is not defined",
                      did_you_mean(call.name, function_names()));
    }
  }
  for_each_child(expr, [&](ExprPtr& child) { ok = calls_are_known(*child) && ok; });
  return ok;
}

namespace {

void for_each_expr(Stmt& stmt, const std::function<void(ExprPtr&)>& visit) {
  switch (stmt.kind) {
    case StmtKind::Expr:
      return visit(static_cast<ExprStmt&>(stmt).expr);
    case StmtKind::If: {
      auto& branch = static_cast<IfStmt&>(stmt);
      visit(branch.cond);
      for_each_expr(*branch.then_stmt, visit);
      if (branch.else_stmt)
        for_each_expr(*branch.else_stmt, visit);
      return;
    }
    case StmtKind::Block:
      for (StmtPtr& child : static_cast<BlockStmt&>(stmt).stmts)
        for_each_expr(*child, visit);
      return;
    case StmtKind::Empty:
      return;
  }
}

// The variables of an expression: those it assigns and those it only reads.
struct VariableUses {
  std::set<std::string> assigned;
  std::vector<Ident*> read;
};

void add_uses(Expr& expr, VariableUses& uses) {
  if (expr.kind == ExprKind::Ident) {
    uses.read.push_back(&as<Ident>(expr));
    return;
  }
  Expr* target = expr.kind == ExprKind::Assign   ? as<Assign>(expr).lhs.get()
                 : expr.kind == ExprKind::IncDec ? as<IncDec>(expr).operand.get()
                                                 : nullptr;
  if (target && target->kind == ExprKind::Index)
    target = as<Index>(*target).base.get();
  if (target && target->kind == ExprKind::Ident)
    uses.assigned.insert(as<Ident>(*target).name);
  for_each_child(expr, [&](ExprPtr& child) { add_uses(*child, uses); });
}

}  // namespace

// A predicate may test a variable that only its own clause's body assigns: then the body gives the
// type.
bool Checker::body_comes_first(Clause& clause) {
  if (!clause.predicate || !clause.body)
    return false;
  VariableUses predicate, body;
  add_uses(*clause.predicate, predicate);
  for_each_expr(*clause.body, [&](ExprPtr& expr) { add_uses(*expr, body); });
  for (Ident* ident : predicate.read) {
    if (!predicate.assigned.count(ident->name) && body.assigned.count(ident->name) &&
        !find_variable(*ident))
      return true;
  }
  return false;
}

void Checker::clause(Clause& clause) {
  clause_ = &clause;
  has_clause_ = true;
  has_arg_probes_ = false;
  arg_probes_.clear();
  args_.clear();
  state_ = {};
  bool ok = true;
  if (clause.predicate)
    ok = calls_are_known(*clause.predicate);
  if (clause.body)
    for_each_expr(*clause.body, [&](ExprPtr& expr) { ok = calls_are_known(*expr) && ok; });
  for (ProbeSpec& spec : clause.probes)
    ok = probe_spec(spec) && ok;
  const Diagnostics::Mark mark = output_.diagnostics.mark();
  const bool is_body_first = body_comes_first(clause);
  if (clause.predicate && !is_body_first)
    predicate(clause.predicate);
  if (clause.body) {
    for (StmtPtr& s : clause.body->stmts)
      stmt(s);
  }
  if (is_body_first)
    predicate(clause.predicate);
  if (!ok) {
    // What else is wrong here may come from that: a probe that does not exist has no args[], and
    // what is made of them no type. Other clauses are checked against what this one means to
    // assign.
    output_.diagnostics.take_back(mark);
    forgive(clause);
  }
  clause_ = nullptr;
}

// Names that only a clause with errors assigns are not reported as unknown elsewhere.
void Checker::forgive(Clause& clause) {
  VariableUses uses;
  std::set<std::string> aggs;
  std::function<void(Expr&)> add_aggs = [&](Expr& expr) {
    if (expr.kind == ExprKind::AggRef)
      aggs.insert(as<AggRef>(expr).name);
    for_each_child(expr, [&](ExprPtr& child) { add_aggs(*child); });
  };
  if (!clause.body)
    return;
  for_each_expr(*clause.body, [&](ExprPtr& expr) {
    add_uses(*expr, uses);
    add_aggs(*expr);
  });
  for (const std::string& name : uses.assigned) {
    for (const char* scope : {"", "self->", "this->"})
      reported_.insert(scope + name);
  }
  std::erase_if(pending_, [&](const Pending& p) { return aggs.count(p.agg->name) > 0; });
  forgiven_aggs_.insert(aggs.begin(), aggs.end());
}

void Checker::predicate(ExprPtr& expr) {
  if (!check(expr))
    return;
  if (!is_condition(*expr))
    fail(Tag::D_PRED_SCALAR, expr->range, "a predicate must be scalar, this is " + shown(*expr),
         !is_dynamic(*expr) && types::is_string(expr->type) ? "compare the string, as in x != \"\""
                                                            : "");
}

void Checker::stmt(StmtPtr& s) {
  switch (s->kind) {
    case StmtKind::Expr:
      if (holds_actions(*static_cast<ExprStmt&>(*s).expr) && ternary_stmt(s))
        return;
      return expr_stmt(static_cast<ExprStmt&>(*s));
    case StmtKind::If: {
      auto& branch = static_cast<IfStmt&>(*s);
      if (check(branch.cond) && !is_condition(*branch.cond))
        fail(Tag::D_OP_SCALAR, branch.cond->range,
             "the condition of if must be scalar, this is " + shown(*branch.cond));
      ActionState before = state_;
      stmt(branch.then_stmt);
      ActionState after = state_;
      state_ = before;
      if (branch.else_stmt)
        stmt(branch.else_stmt);
      state_.has_recorded |= after.has_recorded;
      state_.has_speculate |= after.has_speculate;
      state_.has_commit |= after.has_commit;
      state_.is_reported |= after.is_reported;
      return;
    }
    case StmtKind::Block:
      for (StmtPtr& child : static_cast<BlockStmt&>(*s).stmts)
        stmt(child);
      return;
    case StmtKind::Empty:
      return;
  }
}

// Is it a ?: with a branch that is no value but an action, or an aggregation's?
bool Checker::holds_actions(const Expr& expr) {
  if (expr.kind != ExprKind::Cond)
    return false;
  for (const Expr* branch : {as<Cond>(expr).then_expr.get(), as<Cond>(expr).else_expr.get()}) {
    if (holds_actions(*branch))
      return true;
    if (branch->kind == ExprKind::Assign && as<Assign>(*branch).lhs->kind == ExprKind::AggRef)
      return true;
    int func = branch->kind == ExprKind::Call ? function_index(as<Call>(*branch).name) : -1;
    if (func >= 0 &&
        (functions()[func].kind != FuncKind::Subroutine || functions()[func].result.empty()))
      return true;
  }
  return false;
}

// OPTION ? printf(...) : 1; as a statement, the idiom of scripts with options: the branch that a
// constant condition takes is the statement. The other one is checked, but nothing it does counts.
// False: the condition is not constant.
bool Checker::ternary_stmt(StmtPtr& s) {
  auto& cond = as<Cond>(*static_cast<ExprStmt&>(*s).expr);
  if (!check(cond.cond))
    return true;
  if (!cond.cond->const_value || !is_arith(*cond.cond))
    return false;
  const bool is_true = *cond.cond->const_value != 0;
  StmtPtr taken;
  for (ExprPtr* branch : {&cond.then_expr, &cond.else_expr}) {
    auto single = std::make_unique<ExprStmt>();
    single->range = (*branch)->range;
    single->expr = std::move(*branch);
    StmtPtr part = std::move(single);
    const ActionState before = state_;
    const Call* const destructive = first_destructive_;
    stmt(part);
    if ((branch == &cond.then_expr) == is_true) {
      taken = std::move(part);
    } else {
      state_ = before;
      first_destructive_ = destructive;
      tree_.dropped.push_back(std::move(part));
    }
  }
  s = std::move(taken);
  return true;
}

void Checker::expr_stmt(ExprStmt& s) {
  ExprPtr& expr = s.expr;
  switch (expr->kind) {
    case ExprKind::Call:
      call(as<Call>(*expr), true);
      return;
    case ExprKind::AggRef: {
      auto& ref = as<AggRef>(*expr);
      if (agg_ref(ref))
        fail(Tag::D_AGG_NULL, expr->range, "@" + ref.name + " is named but not assigned",
             "assign an aggregating function, as in @ = count()");
      return;
    }
    case ExprKind::Assign:
      if (as<Assign>(*expr).lhs->kind == ExprKind::AggRef) {
        agg_stmt(as<Assign>(*expr));
        return;
      }
      break;
    default:
      break;
  }
  if (!check(expr))
    return;
  if (expr->kind == ExprKind::Xlate && types::is_pointer(expr->type))
    fail(Tag::D_OP_DYN, expr->range, "a pointer to translated data can only be used with ->");
}

void Checker::finish() {
  for (const Pending& p : pending_) {
    if (p.agg->func == 0 && !forgiven_aggs_.count(p.agg->name))
      fail(p.tag, p.range, "@" + p.agg->name + " is never assigned");
  }
  if (first_destructive_ && !options_.destructive && !output_.diagnostics.has_errors())
    fail(Tag::D_UNKNOWN, first_destructive_->range,
         first_destructive_->name + "() is a destructive action, they are not allowed",
         "give -w on the command line or #pragma D option destructive");
}

}  // namespace dt::lang::sema
