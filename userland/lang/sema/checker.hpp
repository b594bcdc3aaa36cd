// SPDX-License-Identifier: MIT
// The one walk over the tree behind analyze(). D is defined in program order (the first assignment
// types a variable, a declaration counts from its line on), so names, types and rules are checked
// together, item by item; the member functions are spread over one file per subject, named below.
// Internal to lang/sema.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "lang/ast.hpp"
#include "lang/compile.hpp"
#include "lang/sema/functions.hpp"
#include "lang/sema/stability.hpp"
#include "lang/types/calling.hpp"

namespace dt::lang::sema {

using ast::Expr;
using ast::ExprKind;
using ast::ExprPtr;
using types::Type;
using types::TypeKind;

// What is done with the expression being checked.
enum class Use {
  Read,
  Write,   // left side of =
  Modify,  // left side of op=, operand of ++ and --
  Shape,   // only its type is wanted: sizeof
};

// Where a pointer leads, as far as the program text tells: one variable must not hold both kinds.
enum class Origin { Unknown, Scratch, Other };

struct InlineDef {
  ast::InlineDecl* decl = nullptr;
  const Type* type = nullptr;
  std::vector<std::pair<std::string, const Type*>> params;  // inline T x[K k, ...]
  bool is_library = false;
  bool is_open = false;  // being expanded: a use of itself is undefined
  Attributes attributes;
};

struct Translator {
  ast::TranslatorDecl* decl = nullptr;
  const Type* output = nullptr;  // struct or union; null until looked at (library)
  const Type* input = nullptr;
  bool is_library = false;
  bool is_checked = false;
  bool is_open = false;
};

// One of args[] as one probe has it. Described by BTF: native and place; by its provider: arg.
struct TypedArg {
  bool exists = false;
  bool is_from_btf = false;
  ProbeArg arg;
  const Type* native = nullptr;
  types::ArgPlace place;
  bool is_read_from_stack = false;  // the provider does not know where it is
};

ProbePattern pattern_of(const ast::ProbeSpec& spec);

// What actions came before, for the rules of speculate() and commit().
struct ActionState {
  bool has_recorded = false;
  bool has_speculate = false;
  bool has_commit = false;
  bool is_reported = false;  // one message about the order is enough
};

// "an aggregation", "a stack".
std::string a_or_an(const std::string& noun);

class Checker {
 public:
  Checker(ast::Program& tree, const CompileInput& input, CompileOutput& output);
  void run();

 private:
  // sema.cpp: items, clauses, statements
  void item(ast::Item& item, bool is_library);
  void clause(ast::Clause& clause);
  bool body_comes_first(ast::Clause& clause);
  void forgive(ast::Clause& clause);
  void stmt(ast::StmtPtr& stmt);
  void expr_stmt(ast::ExprStmt& stmt);
  bool holds_actions(const Expr& expr);
  bool ternary_stmt(ast::StmtPtr& stmt);
  bool calls_are_known(Expr& expr);
  void predicate(ExprPtr& expr);
  void finish();

  // decls.cpp, struct_decls.cpp: declarations and type names
  const Type* spec_type(ast::TypeSpec& spec);
  const Type* builtin_spec(ast::TypeSpec& spec);
  const Type* define_sou(ast::TypeSpec& spec);
  const Type* define_enum(ast::TypeSpec& spec);
  const Type* tag_type(const ast::TypeSpec& spec, TypeKind kind);
  bool member_decl(ast::MemberDecl& decl, Type& sou);
  void lay_out(Type& sou);
  const Type* layered(const Type* base, std::vector<ast::DeclLayer>& layers, size_t from,
                      const std::string& name);
  const Type* type_name(ast::TypeName& name);
  bool params(std::vector<ast::ParamDecl>& params, bool is_assoc, bool has_void_only,
              std::vector<types::Param>* out);
  void decl(ast::Decl& decl);
  void forget(const ast::Decl& decl);
  bool declare_variable(ast::Decl& decl);
  bool declare_keys(ast::Decl& decl, ast::DeclLayer& layer, ast::Variable& var);
  void provider_decl(ast::ProviderDecl& decl);
  bool is_complete(const Type* type);

  // libraries.cpp: items of D libraries, by name and only when used
  void index_libraries();
  bool want_library_typedef(const std::string& name);
  bool want_library_tag(TypeKind kind, const std::string& tag);
  bool want_library_enumerator(const std::string& name);
  InlineDef* want_library_inline(const std::string& name);
  const Type* find_typedef(const std::string& module, const std::string& name);
  const Type* find_tag(TypeKind kind, const std::string& module, const std::string& tag);
  const Type* find_by_text(const std::string& text);

  // names.cpp: identifiers and variables
  bool ident(ExprPtr& expr, Use use);
  bool kernel_sym(ast::KernelSym& sym, Use use);
  ast::Variable* find_variable(const ast::Ident& ident);
  ast::Variable* make_variable(ast::VarScope scope, const std::string& name, const Type* type,
                               SourceRange range);
  ast::Variable* hidden_variable(const Type* type, SourceRange range);
  bool create_from(ast::Ident& ident, const Expr& value);
  void make_counter(ast::Ident& ident);
  std::vector<std::string> known_names();
  int function_index(const std::string& name);
  bool name_is_taken(const std::string& name);

  // exprs.cpp: expressions and operators; access.cpp: members, elements, pointers
  bool check(ExprPtr& expr, Use use = Use::Read);
  bool int_lit(ast::IntLit& lit);
  bool unary(ExprPtr& expr, Use use);
  bool binary(ast::Binary& bin);
  bool additive(ast::Binary& bin);
  bool comparison(ast::Binary& bin);
  bool assign(ast::Assign& asg);
  bool assign_op(ast::Assign& asg);
  bool inc_dec(ast::IncDec& inc);
  bool cond(ast::Cond& cond);
  bool comma(ast::Comma& comma);
  bool cast(ast::Cast& cast);
  bool stringof(ast::Stringof& expr);
  bool writable(const Expr& lhs, const char* op, SourceRange range);
  bool deref(ast::Unary& expr, Use use);
  bool addr_of(ast::Unary& expr);
  bool index(ExprPtr& expr, Use use);
  bool assoc_index(ast::Index& idx, ast::Ident& base, Use use, const Expr* value);
  bool array_index(ast::Index& idx);
  bool args_index(ExprPtr& expr);
  bool uregs_index(ast::Index& idx);
  bool member(ExprPtr& expr, Use use);
  bool sizeof_expr(ast::SizeofExpr& expr);
  bool sizeof_type(ast::SizeofType& expr);
  bool offsetof_expr(ast::Offsetof& expr);
  bool size_of(const Type* type, SourceRange range, uint64_t* size);
  const Type* wider_key(const Type* a, const Type* b);
  const Type* key_type(const Expr& expr);
  bool keys(std::vector<ExprPtr>& exprs, std::vector<ast::KeyComp>& shape, bool is_first,
            const std::string& what, SourceRange range);

  // types.cpp: questions about types
  const Type* promoted(const Expr& expr);
  const Type* common_type(const Expr& a, const Expr& b);
  bool is_computed(const Expr& value);
  bool assignable(const Type* to, const Expr& from);
  bool is_dynamic(const Expr& expr);
  bool is_string_like(const Expr& expr);
  bool is_arith(const Expr& expr);
  bool is_condition(const Expr& expr);
  bool is_zero(const Expr& expr);
  Origin origin(const Expr& expr);
  bool note_origin(ast::Variable& var, const Expr& value, SourceRange range);
  std::string shown(const Expr& expr);

  // translators.cpp: inlines, translators, xlate
  void inline_decl(ast::InlineDecl& decl, bool is_library);
  bool inline_signature(InlineDef& def);
  InlineDef* find_inline(const std::string& name);
  bool expand_inline(InlineDef& def, ExprPtr& expr, std::vector<ExprPtr>* args);
  void translator_decl(ast::TranslatorDecl& decl, bool is_library);
  bool translator_types(Translator& translator);
  void check_translator(Translator& translator);
  Translator* find_translator(const Type* output, const Type* input);
  bool xlate(ExprPtr& expr);
  bool xlate_member(ExprPtr& expr);
  bool first_that_fits(const ast::TranslatorDecl& decl, const std::string& name,
                       const std::function<bool(const ast::TranslatorMember&)>& attempt);
  bool as_member(ExprPtr& value, const std::string& name, const Type* type);
  void say_it_does_not_fit(Diagnostics::Mark mark, const ast::TranslatorDecl& decl,
                           const std::string& member);
  bool materialize(ExprPtr& expr);
  bool expand(ExprPtr& expr, const Expr& body, std::vector<std::pair<std::string, ExprPtr>> bound);
  bool is_repeatable(const Expr& expr);

  // aggs.cpp
  void agg_stmt(ast::Assign& asg);
  bool agg_ref(ast::AggRef& ref);
  bool agg_func(ast::Call& call, int64_t param[5]);
  bool lquantize(ast::Call& call, int64_t param[5]);
  bool llquantize(ast::Call& call, int64_t param[5]);
  void agg_match(ast::Aggregation& agg, const Function& func, const int64_t param[5],
                 const ast::Call& call);
  ast::Aggregation* agg_argument(Expr& arg, Tag bad_arg, Tag undefined, const Function& func);

  // actions.cpp: calls
  bool call(ast::Call& call, bool is_stmt);
  bool capture(ExprPtr& expr);
  void captures(ast::Call& call);
  bool call_args(ast::Call& call, const Function& func);
  bool proto_arg(const Function& func, size_t i, ExprPtr& arg, char kind);
  bool action_rules(const ast::Call& call, const Function& func);
  bool action_order(const ast::Call& call, const Function& func);
  bool action_args(ast::Call& call, const Function& func);
  bool frame_count(ast::Call& call, const Function& func);
  bool scratch_size(const ast::Call& call, const Function& func);

  // formats.cpp: printf and printa
  bool printf_args(ast::Call& call, const Function& func);
  bool printa_args(ast::Call& call, const Function& func);
  bool same_keys(const ast::Aggregation& a, const ast::Aggregation& b, SourceRange range);

  // probes.cpp
  bool probe_spec(ast::ProbeSpec& spec);

  // args.cpp
  const TypedArg* typed_arg(size_t n, SourceRange range);
  bool arg_of(const ProbeInfo& probe, size_t n, SourceRange range, TypedArg* out);
  const Type* prototype_of(const ProbeInfo& probe, SourceRange range);
  bool fail_no_arg(size_t n, SourceRange range);
  bool fail_args_differ(size_t n, SourceRange range);
  bool same_arg(const TypedArg& a, const TypedArg& b);
  bool use_words(ast::ExprPtr& expr, const TypedArg& arg);
  std::unique_ptr<ast::Index> raw_arg(const ast::Index& idx, uint32_t word);
  ast::ExprPtr register_word(const ast::Index& idx, int reg);
  ast::ExprPtr stack_place(const ast::Index& idx, const TypedArg& arg);
  void set_builtin_array(ast::Ident& base, const char* name, const Type* type);

  // pragmas.cpp
  void pragma(ast::Pragma& pragma, bool is_library);
  void pragma_option(ast::Pragma& pragma);
  void pragma_attributes(ast::Pragma& pragma, bool is_library);
  void pragma_depends(ast::Pragma& pragma, bool is_library);
  void apply_option(const std::string& name, const std::string& value);
  void use_attributes(const Attributes& attributes, SourceRange range, const std::string& what);

  bool fail(Tag tag, SourceRange range, std::string message, std::string hint = {}) {
    output_.diagnostics.error(tag, range, std::move(message), std::move(hint));
    return false;
  }

  // Something that has no meaning: reported where it is met first, then its uses stay silent.
  bool is_reported(const std::string& name) const { return reported_.contains(name); }
  bool fail_once(const std::string& name, Tag tag, SourceRange range, std::string message,
                 std::string hint = {}) {
    if (!reported_.insert(name).second)
      return false;
    return fail(tag, range, std::move(message), std::move(hint));
  }

  ast::Program& tree_;
  const CompileInput& input_;
  CompileOutput& output_;
  types::TypeTable& types_;
  CompileOptions& options_;

  std::map<std::string, ast::Variable*> globals_, threads_, locals_, builtin_vars_;
  std::map<std::string, ast::Aggregation*> aggs_;
  std::map<std::string, InlineDef> inlines_;
  std::vector<Translator> translators_;
  std::map<std::string, const Type*> functions_;  // "int f(int);": declared, not callable
  std::map<std::string, SourceRange> own_enumerators_;
  std::map<std::string, int64_t> open_enumerators_;  // of the enum that is being defined
  std::map<const ast::TypeSpec*, const Type*> spec_types_;
  std::set<std::string> providers_;
  std::set<std::string> reported_;      // names, see fail_once()
  std::set<const Type*> broken_types_;  // their definitions had errors

  // Libraries: name -> index in tree_.from_libraries
  std::map<std::string, size_t> lib_typedefs_, lib_inlines_, lib_enumerators_;
  std::map<std::pair<TypeKind, std::string>, size_t> lib_tags_;
  std::set<size_t> lib_done_;

  // Names bound while an inline's or translator's text is being checked, innermost last. base:
  // where the text's own names start.
  std::vector<std::pair<std::string, const Expr*>> bound_;
  size_t bound_base_ = 0;
  int depth_ = 0;  // of expansions
  int nr_hidden_ = 0;

  std::map<const ast::Variable*, Origin> origins_;
  ActionState state_;
  bool is_stmt_ = false;  // the call being checked is a statement of its own
  ast::Clause* clause_ = nullptr;
  bool has_arg_probes_ = false;  // all probes of this clause are in arg_probes_
  std::vector<ProbeInfo> arg_probes_;
  std::map<size_t, std::optional<TypedArg>> args_;  // of this clause; nullopt: was reported
  bool has_clause_ = false;

  std::optional<Attributes> min_stability_;
  std::map<std::string, Attributes> attributes_;
  const ast::Call* first_destructive_ = nullptr;
  struct Pending {  // an aggregation that an action names: must be assigned somewhere
    ast::Aggregation* agg;
    Tag tag;
    SourceRange range;
  };
  std::vector<Pending> pending_;
  std::set<std::string> forgiven_aggs_;  // assigned in clauses that have errors
};

}  // namespace dt::lang::sema
