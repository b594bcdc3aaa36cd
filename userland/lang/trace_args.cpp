// SPDX-License-Identifier: MIT
// expand_trace_args(): groups of probes, and a copy of the clause for each. See trace_args.hpp.
#include "lang/trace_args.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "dtrace/uapi.h"
#include "lang/library_text.hpp"
#include "lang/sema/walk.hpp"

namespace dt::lang {

using namespace ast;

namespace {

constexpr size_t kMostProbes = 2000;  // of a description that are asked for one by one
constexpr size_t kMostRawArgs = 6;    // words of an entry that are always known

bool is_glob(const std::string& text) { return text.find_first_of("*?[") != std::string::npos; }

ProbePattern pattern_of(const ProbeSpec& spec) {
  return {spec.prov, spec.mod, spec.func, spec.name, spec.id};
}

// The call, if this expression is trace(args).
Call* trace_args_call(Expr& expr) {
  if (expr.kind != ExprKind::Call) {
    return nullptr;
  }
  auto& call = as<Call>(expr);
  if (call.name != "trace" || call.args.size() != 1 || call.args[0]->kind != ExprKind::Ident) {
    return nullptr;
  }
  const auto& ident = as<Ident>(*call.args[0]);
  return ident.scope == Ident::Scope::Global && ident.name == "args" ? &call : nullptr;
}

// Calls visit for every trace(args) among the statements; true if there was one.
template <typename Visit>
bool for_each_call(Stmt* stmt, const Visit& visit) {
  if (stmt == nullptr) {
    return false;
  }
  bool any = false;
  switch (stmt->kind) {
    case StmtKind::Empty:
      break;
    case StmtKind::Block:
      for (StmtPtr& inner : static_cast<BlockStmt&>(*stmt).stmts) {
        any = for_each_call(inner.get(), visit) || any;
      }
      break;
    case StmtKind::If: {
      auto& branch = static_cast<IfStmt&>(*stmt);
      any = for_each_call(branch.then_stmt.get(), visit);
      any = for_each_call(branch.else_stmt.get(), visit) || any;
      break;
    }
    case StmtKind::Expr:
      if (Call* call = trace_args_call(*static_cast<ExprStmt&>(*stmt).expr)) {
        visit(*call);
        any = true;
      }
      break;
  }
  return any;
}

// Probes of one clause that record the same.
struct Group {
  bool is_decoded = false;  // false: the clause stays as it is
  bool is_raw = false;
  std::string provider;
  std::string expressions;
  std::vector<ProbeSpec> specs;

  bool records_like(const Group& other) const {
    return is_decoded == other.is_decoded && is_raw == other.is_raw && provider == other.provider &&
           expressions == other.expressions;
  }
};

class Expansion {
 public:
  Expansion(ast::Program& tree, const CompileInput& input, const ParseContext& context)
      : tree_(tree), input_(input), context_(context) {}
  TracedArgs run();

 private:
  bool shows_default_decoded() const;
  void expand(Item item, bool is_default, std::vector<Item>* out);
  std::vector<Group> groups_of(const Clause& clause, bool is_default);
  void add_probes(const Clause& clause, const ProbeSpec& spec, const std::vector<ProbeInfo>& found,
                  bool is_default, std::vector<Group>* groups);
  void add_later(const ProbeSpec& spec, const std::vector<ProbeInfo>& found, bool is_default,
                 std::vector<Group>* groups);
  ArgumentTypes types_of(const ProbeInfo& probe, bool is_default);
  void add_description(const ProbeSpec& spec, bool is_default, std::vector<Group>* groups);
  Group group_of(const ProbeInfo& probe, const ArgumentTypes* types, bool is_default);
  void fill(Call& call, const Group& group, bool is_default);
  const Expr* expression(const std::string& text);

  ast::Program& tree_;
  const CompileInput& input_;
  const ParseContext& context_;
  TracedArgs traced_;
  std::map<std::string, ExprPtr, std::less<>> expressions_;  // null: it does not parse
  std::set<std::string> providers_;                          // whose libraries are in traced_
};

// Quiet programs print what they say and nothing else, unless the output is JSON.
bool Expansion::shows_default_decoded() const {
  bool is_decoded = input_.options.decode;
  bool is_quiet = input_.options.is_quiet;
  for (const Item& item : tree_.items) {
    if (item.kind != Item::Kind::Pragma || item.pragma->keyword != "option") {
      continue;
    }
    std::string text;
    for (const std::string& word : item.pragma->words) {
      text += word;
    }
    const size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : text.substr(equals + 1);
    const bool is_off = value == "0" || value == "off" || value == "no" || value == "false";
    if (name == "quiet") {
      is_quiet = !is_off;
    } else if (name == "decode") {
      is_decoded = !is_off;
    }
  }
  return is_decoded && (!is_quiet || input_.options.decodes_quietly);
}

// ---- Groups ----

std::string raw_expressions(const ProbeInfo& probe, const ArgumentTypes* types) {
  size_t nr = kMostRawArgs;
  if (types != nullptr && !types->args.empty()) {
    nr = std::min(nr, types->args.size());
  } else if (probe.name == "return") {
    nr = 2;
  }
  std::string text;
  for (size_t i = 0; i < nr; i++) {
    text += (i != 0 ? "\narg" : "arg") + std::to_string(i);
  }
  return text;
}

Group Expansion::group_of(const ProbeInfo& probe, const ArgumentTypes* types, bool is_default) {
  Group group;
  CaptureAnswer answer;
  if (input_.captures != nullptr && input_.captures->decodes(probe.prov)) {
    answer = input_.captures->captures(probe, types);
  }
  if (answer.kind == CaptureAnswer::Kind::Pass && is_default) {
    return group;
  }
  group.is_decoded = true;
  group.provider = probe.prov;
  group.is_raw = answer.kind != CaptureAnswer::Kind::Expressions;
  group.expressions = group.is_raw ? raw_expressions(probe, types) : std::move(answer.expressions);
  if (!group.is_raw && providers_.insert(probe.prov).second) {
    const std::string_view library = input_.captures->d_library(probe.prov);
    if (!library.empty()) {
      const LibraryText text(library);
      context_.typedefs.insert(text.typedefs().begin(), text.typedefs().end());
      traced_.libraries.push_back({"library of plugin " + probe.prov, std::string(library), 0});
    }
  }
  return group;
}

Group& merge(Group group, std::vector<Group>* groups) {
  const auto same = std::find_if(groups->begin(), groups->end(),
                                 [&](const Group& other) { return other.records_like(group); });
  if (same != groups->end()) {
    return *same;
  }
  groups->push_back(std::move(group));
  return groups->back();
}

ProbeSpec spec_of(const ProbeSpec& from, const ProbeInfo& probe) {
  ProbeSpec spec = from;
  spec.id = probe.id;
  spec.prov = probe.prov;
  spec.mod = probe.mod;
  spec.func = probe.func;
  spec.name = probe.name;
  return spec;
}

bool is_open(const ProbeSpec& spec) {
  auto is_part_open = [](const std::string& part) { return part.empty() || is_glob(part); };
  return spec.id == 0 &&
         (is_part_open(spec.mod) || is_part_open(spec.func) || is_part_open(spec.name));
}

bool mentions_args(Expr& expr) {
  bool found = expr.kind == ExprKind::Ident && as<Ident>(expr).name == "args";
  sema::for_each_child(expr, [&](ExprPtr& child) { found = found || mentions_args(*child); });
  return found;
}

bool mentions_args(Stmt* stmt) {
  if (stmt == nullptr) {
    return false;
  }
  switch (stmt->kind) {
    case StmtKind::Empty:
      return false;
    case StmtKind::Block: {
      auto& stmts = static_cast<BlockStmt&>(*stmt).stmts;
      return std::any_of(stmts.begin(), stmts.end(),
                         [](StmtPtr& inner) { return mentions_args(inner.get()); });
    }
    case StmtKind::If: {
      auto& branch = static_cast<IfStmt&>(*stmt);
      return mentions_args(*branch.cond) || mentions_args(branch.then_stmt.get()) ||
             mentions_args(branch.else_stmt.get());
    }
    case StmtKind::Expr:
      break;
  }
  Expr& expr = *static_cast<ExprStmt&>(*stmt).expr;
  return trace_args_call(expr) == nullptr && mentions_args(expr);
}

// Typed arguments beside trace(args): their types may differ between probes that are known and
// those that are not.
bool mentions_args(const Clause& clause) {
  return (clause.predicate && mentions_args(*clause.predicate)) ||
         mentions_args(static_cast<Stmt*>(clause.body.get()));
}

// Prototypes are looked up only for somebody who wants them.
ArgumentTypes Expansion::types_of(const ProbeInfo& probe, bool is_default) {
  const bool is_decoded = input_.captures != nullptr && input_.captures->decodes(probe.prov);
  const bool is_wanted = is_decoded && input_.captures->works(probe.prov);
  const bool is_function = (probe.flags & (DTRACE_PROBE_ARGS_BTF | DTRACE_PROBE_RETURN_BTF)) != 0;
  if (is_wanted || (!is_function && (is_decoded || !is_default))) {
    return argument_types(probe, *input_.probes, *input_.types);
  }
  return {};
}

void Expansion::add_probes(const Clause& clause, const ProbeSpec& spec,
                           const std::vector<ProbeInfo>& found, bool is_default,
                           std::vector<Group>* groups) {
  std::vector<Group> own;
  std::map<std::string, size_t> by_text;  // found again quickly among many
  for (const ProbeInfo& probe : found) {
    const ArgumentTypes types = types_of(probe, is_default);
    Group group = group_of(probe, &types, is_default);
    std::string key =
        group.is_decoded ? group.provider + (group.is_raw ? "\n" : "\t") + group.expressions : "";
    const auto [at, is_new] = by_text.try_emplace(std::move(key), own.size());
    if (is_new) {
      own.push_back(std::move(group));
    }
    own[at->second].specs.push_back(spec_of(spec, probe));
  }
  if (own.size() == 1) {
    own[0].specs.assign(1, spec);
  } else if (is_open(spec) && !mentions_args(clause)) {
    add_later(spec, found, is_default, groups);
  }
  for (Group& group : own) {
    std::vector<ProbeSpec> specs = std::move(group.specs);
    group.specs.clear();
    Group& to = merge(std::move(group), groups);
    to.specs.insert(to.specs.end(), std::make_move_iterator(specs.begin()),
                    std::make_move_iterator(specs.end()));
  }
}

// The clause's probes are named one by one now. Those that appear while it is traced, when a module
// is loaded, are still to be traced; nobody can say yet what they record best.
void Expansion::add_later(const ProbeSpec& spec, const std::vector<ProbeInfo>& found,
                          bool is_default, std::vector<Group>* groups) {
  std::set<std::string> providers;
  for (const ProbeInfo& probe : found) {
    providers.insert(probe.prov);
  }
  for (const std::string& provider : providers) {
    const ProbeInfo description{0, 0, provider, spec.mod, spec.func, spec.name};
    Group& group = merge(group_of(description, nullptr, is_default), groups);
    ProbeSpec one = spec;
    one.prov = provider;
    one.is_later = true;
    group.specs.push_back(std::move(one));
  }
}

// Too many probes to look at: each provider is asked about the description.
void Expansion::add_description(const ProbeSpec& spec, bool is_default,
                                std::vector<Group>* groups) {
  std::set<std::string> providers;
  if (!spec.prov.empty() && !is_glob(spec.prov)) {
    providers.insert(spec.prov);
  } else if (auto all = input_.probes->match(pattern_of(spec), SIZE_MAX)) {
    for (const ProbeInfo& probe : all.value()) {
      providers.insert(probe.prov);
    }
  }
  for (const std::string& provider : providers) {
    const ProbeInfo description{0, 0, provider, spec.mod, spec.func, spec.name};
    Group& group = merge(group_of(description, nullptr, is_default), groups);
    ProbeSpec one = spec;
    one.prov = provider;
    group.specs.push_back(std::move(one));
  }
}

std::vector<Group> Expansion::groups_of(const Clause& clause, bool is_default) {
  std::vector<Group> groups;
  for (const ProbeSpec& spec : clause.probes) {
    if (input_.probes != nullptr) {
      const auto found = input_.probes->match(pattern_of(spec), kMostProbes + 1);
      if (found && found.value().size() > kMostProbes) {
        add_description(spec, is_default, &groups);
        continue;
      }
      if (found && !found.value().empty()) {
        add_probes(clause, spec, found.value(), is_default, &groups);
        continue;
      }
      if (!spec.prov.empty() && !is_glob(spec.prov) && input_.options.allow_zero_matches) {
        add_description(spec, is_default, &groups);
        continue;
      }
    }
    // No such probe: sema says so, or it may come later.
    Group group;
    group.is_decoded = group.is_raw = !is_default;
    if (!is_default) {
      group.provider = spec.prov;
      group.expressions = raw_expressions({0, 0, spec.prov, "", "", spec.name}, nullptr);
    }
    merge(std::move(group), &groups).specs.push_back(spec);
  }
  return groups;
}

// ---- Clauses ----

const Expr* Expansion::expression(const std::string& text) {
  auto [at, is_new] = expressions_.try_emplace(text);
  if (is_new) {
    traced_.texts.push_back(text);
    const FileId file = context_.sources.add("expression to decode arguments", text);
    at->second = parse_expression(context_, file);
  }
  return at->second.get();
}

void Expansion::fill(Call& call, const Group& group, bool is_default) {
  call.name = kTraceArgs;
  as<Ident>(*call.callee).name = kTraceArgs;
  call.args.clear();
  auto traced = std::make_shared<TracedCall>();
  traced->is_default = is_default;
  traced->is_raw = group.is_raw;
  traced->provider = group.provider;
  size_t begin = 0;
  while (begin < group.expressions.size()) {
    const size_t end = std::min(group.expressions.find('\n', begin), group.expressions.size());
    const std::string text = group.expressions.substr(begin, end - begin);
    begin = end + 1;
    if (text.empty()) {
      continue;
    }
    const Diagnostics::Mark mark = context_.diagnostics.mark();
    const Expr* expr = expression(text);
    const std::vector<Diagnostic> problems = context_.diagnostics.take_back(mark);
    if (expr == nullptr && !problems.empty() && input_.captures != nullptr) {
      input_.captures->report(group.provider, text, problems[0].message);
    }
    traced->texts.push_back(text);
    traced->is_missing.push_back(expr == nullptr);
    if (expr != nullptr) {
      call.args.push_back(sema::clone(*expr));
    } else {
      call.args.push_back(std::make_unique<IntLit>());
      call.args.back()->range = call.range;
    }
  }
  call.traced = std::move(traced);
}

// The body of a clause that has none.
std::unique_ptr<BlockStmt> default_body(SourceRange range) {
  auto callee = std::make_unique<Ident>();
  callee->range = range;
  callee->name = "trace";
  auto args = std::make_unique<Ident>();
  args->range = range;
  args->name = "args";
  auto call = std::make_unique<Call>();
  call->range = range;
  call->callee = std::move(callee);
  call->name = "trace";
  call->args.push_back(std::move(args));
  auto statement = std::make_unique<ExprStmt>();
  statement->range = range;
  statement->expr = std::move(call);
  auto body = std::make_unique<BlockStmt>();
  body->range = range;
  body->stmts.push_back(std::move(statement));
  return body;
}

void Expansion::expand(Item item, bool is_default, std::vector<Item>* out) {
  const Clause& clause = *item.clause;
  for (Group& group : groups_of(clause, is_default)) {
    auto copy = std::make_unique<Clause>();
    copy->range = clause.range;
    copy->probes = std::move(group.specs);
    if (clause.predicate) {
      copy->predicate = sema::clone(*clause.predicate);
    }
    if (clause.body) {
      copy->body.reset(static_cast<BlockStmt*>(sema::clone(*clause.body).release()));
    } else if (group.is_decoded) {
      copy->body = default_body(clause.range);
    }
    if (group.is_decoded) {
      for_each_call(copy->body.get(), [&](Call& call) { fill(call, group, is_default); });
    }
    Item one{};
    one.kind = Item::Kind::Clause;
    one.clause = std::move(copy);
    out->push_back(std::move(one));
  }
}

TracedArgs Expansion::run() {
  const bool decodes_default = shows_default_decoded() && input_.captures != nullptr;
  std::vector<Item> items;
  for (Item& item : tree_.items) {
    const bool is_clause = item.kind == Item::Kind::Clause;
    const bool is_default = is_clause && !item.clause->body;
    const bool is_traced =
        is_clause &&
        (is_default ? decodes_default : for_each_call(item.clause->body.get(), [](Call&) {}));
    if (is_traced) {
      expand(std::move(item), is_default, &items);
    } else {
      items.push_back(std::move(item));
    }
  }
  tree_.items = std::move(items);
  return std::move(traced_);
}

}  // namespace

TracedArgs expand_trace_args(ast::Program& tree, const CompileInput& input,
                             const ParseContext& context) {
  return Expansion(tree, input, context).run();
}

}  // namespace dt::lang
