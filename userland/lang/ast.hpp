// SPDX-License-Identifier: MIT
// The syntax tree. The parser makes it; sema passes fill the members marked "sema"; codegen reads
// both. Every node has a range. Nodes are owned by their parents through unique_ptr; `kind` tells
// the derived type (use the as<T>() helpers).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lang/source.hpp"
#include "lang/types/type.hpp"

namespace dt::lang::ast {

struct Expr;
struct Stmt;
struct TypeName;
using ExprPtr = std::unique_ptr<Expr>;
using StmtPtr = std::unique_ptr<Stmt>;

// ---- Type syntax
// ------------------------------------------------------------------------------------

struct Declarator;

struct MemberDecl {
  SourceRange range;
  std::unique_ptr<TypeName> type;  // spec + declarator of one member
  std::string name;                // empty = anonymous or unnamed bit-field
  ExprPtr bit_width;               // null = not a bit-field
};

struct EnumeratorDecl {
  SourceRange range;
  std::string name;
  ExprPtr value;  // null = previous + 1
};

enum class StorageClass { None, Auto, Register, Static, Extern, Typedef, Self, This };

// The words before a declarator: "unsigned long int", "struct x { ... }", "const file_t", "string".
struct TypeSpec {
  SourceRange range;
  enum class Base { Builtin, Struct, Union, Enum, Name, String, Userland } base = Base::Builtin;
  // Builtin: counts and flags of the words seen, in any order, valid or not: sema checks
  // combinations.
  int nr_long = 0, nr_short = 0, nr_signed = 0, nr_unsigned = 0;
  int nr_int = 0, nr_char = 0, nr_void = 0, nr_float = 0, nr_double = 0, nr_bool = 0;
  std::string name;    // tag or typedef name
  std::string module;  // "mod" of mod`struct x
  bool is_definition = false;
  bool is_const = false, is_volatile = false, is_restrict = false;
  std::vector<MemberDecl> members;
  std::vector<EnumeratorDecl> enumerators;
  int nr_storage = 0;  // storage-class words seen
  StorageClass storage = StorageClass::None;
};

struct ParamDecl {
  SourceRange range;
  std::unique_ptr<TypeName> type;
  std::string name;  // may be empty
};

// One layer around a name, outermost last: int (*a[3])(void) is Array(3), Pointer, Function(void).
struct DeclLayer {
  enum class Kind { Pointer, Array, Assoc, Function } kind = Kind::Pointer;
  SourceRange range;
  ExprPtr size;                   // Array: null = []
  std::vector<ParamDecl> params;  // Function and Assoc (key types)
  bool is_variadic = false;
  bool has_void_only = false;  // (void)
};

// A type as written: specifier plus declarator layers, applied in order from the name outwards.
struct TypeName {
  SourceRange range;
  std::shared_ptr<TypeSpec> spec;  // shared by the declarators of one declaration
  std::vector<DeclLayer> layers;
  const types::Type* type = nullptr;  // sema
};

// ---- Symbols (sema)
// --------------------------------------------------------------------------------

// A D variable, made by sema/names at its first use or declaration.
enum class VarScope { Global, Thread, Local, Builtin, InlineVar, Macro, Aggregation, KernelSymbol };

struct KeyComp {
  const types::Type* type = nullptr;  // as stored; String components take strsize bytes
};

struct Variable {
  VarScope scope = VarScope::Global;
  std::string name;
  const types::Type* type = nullptr;  // value type; element type for associative arrays
  bool is_assoc = false;
  std::vector<KeyComp> keys;  // is_assoc
  bool is_assigned = false;
  bool is_declared = false;  // explicit declaration
  bool keeps_bits = false;   // an integer of 64 bits whatever its type: stores do not cut
  SourceRange first_use;
  int builtin = 0;                     // Builtin: index into sema's table of built-ins
  const Expr* inline_value = nullptr;  // InlineVar
  // codegen
  int index = -1;             // variable index of the ENABLE request (Global, Thread)
  uint32_t frame_offset = 0;  // Local
};

struct Aggregation {
  std::string name;  // without @; "" for the anonymous one
  int func = 0;      // enum dtrace_aggfunc, 0 = only referenced so far
  int64_t param[5] = {0, 0, 0, 0, 0};
  std::vector<KeyComp> keys;
  std::vector<const Expr*> key_exprs;  // of the first use, to know stack(), sym() and so on
  SourceRange first_use;
  int index = -1;
};

// ---- Expressions
// ------------------------------------------------------------------------------------

enum class ExprKind {
  IntLit,
  StringLit,
  FloatLit,
  Ident,
  KernelSym,
  AggRef,
  Unary,
  Binary,
  Assign,
  IncDec,
  Cond,
  Comma,
  Cast,
  Call,
  Index,
  Member,
  SizeofType,
  SizeofExpr,
  Offsetof,
  Xlate,
  Stringof,
};

enum class UnaryOp { Plus, Neg, BitNot, LogNot, Deref, AddrOf };
enum class BinaryOp {
  Mul,
  Div,
  Mod,
  Add,
  Sub,
  Shl,
  Shr,
  Lt,
  Le,
  Gt,
  Ge,
  Eq,
  Ne,
  BitAnd,
  BitXor,
  BitOr,
  LogAnd,
  LogXor,
  LogOr,
};
// Assign uses BinaryOp for "op="; plain = has no op.

struct Expr {
  ExprKind kind;
  SourceRange range;
  // sema
  const types::Type* type = nullptr;
  bool is_lvalue = false;
  std::optional<int64_t> const_value;  // integer constant expression, all its 64 bits

  explicit Expr(ExprKind k) : kind(k) {}
  virtual ~Expr() = default;
};

struct IntLit : Expr {
  uint64_t value = 0;
  int nr_long = 0;           // l, ll
  bool is_unsigned = false;  // u suffix
  bool is_decimal = true;
  bool is_char = false;   // from 'x'
  bool is_macro = false;  // from $1, $target...
  IntLit() : Expr(ExprKind::IntLit) {}
};
struct FloatLit : Expr {
  std::string text;
  FloatLit() : Expr(ExprKind::FloatLit) {}
};
struct StringLit : Expr {
  std::string value;  // escapes resolved; may hold NUL bytes
  StringLit() : Expr(ExprKind::StringLit) {}
};
// x, self->x, this->x. (self->x is one Ident with scope Thread; members of it are Member nodes.)
struct Ident : Expr {
  enum class Scope { Global, Self, This } scope = Scope::Global;
  std::string name;
  Variable* var = nullptr;  // sema; null for enumerators (const_value is set then)
  Ident() : Expr(ExprKind::Ident) {}
};
// `sym, mod`sym
struct KernelSym : Expr {
  std::string module, name;
  uint64_t address = 0;  // sema
  KernelSym() : Expr(ExprKind::KernelSym) {}
};
// @name[keys]; keys empty and has_keys false for @name
struct AggRef : Expr {
  std::string name;
  std::vector<ExprPtr> keys;
  bool has_keys = false;
  Aggregation* agg = nullptr;  // sema
  AggRef() : Expr(ExprKind::AggRef) {}
};
struct Unary : Expr {
  UnaryOp op = UnaryOp::Plus;
  ExprPtr operand;
  Unary() : Expr(ExprKind::Unary) {}
};
struct Binary : Expr {
  BinaryOp op = BinaryOp::Add;
  ExprPtr lhs, rhs;
  // sema: common type of the operands. String: comparison by content (char * and char [] operands
  // too, 0 is ""), or for Add and Sub an offset into a string, whose type is String. Pointer:
  // arithmetic in units of its target.
  const types::Type* op_type = nullptr;
  Binary() : Expr(ExprKind::Binary) {}
};
// lhs an AggRef: rhs is the Call of an aggregating function. A constant 0 assigned to a string,
// struct or union that is thread-local or an associative array's element frees it.
struct Assign : Expr {
  std::optional<BinaryOp> op;
  ExprPtr lhs, rhs;
  const types::Type* op_type = nullptr;  // sema: type in which op is computed
  Assign() : Expr(ExprKind::Assign) {}
};
struct IncDec : Expr {
  bool is_inc = true, is_prefix = true;
  ExprPtr operand;
  IncDec() : Expr(ExprKind::IncDec) {}
};
struct Cond : Expr {
  ExprPtr cond, then_expr, else_expr;
  Cond() : Expr(ExprKind::Cond) {}
};
struct Comma : Expr {
  ExprPtr lhs, rhs;
  Comma() : Expr(ExprKind::Comma) {}
};
struct Cast : Expr {
  std::unique_ptr<TypeName> target;
  ExprPtr operand;
  Cast() : Expr(ExprKind::Cast) {}
};
// What trace(args) became: the call's arguments are the expressions that somebody wants recorded.
struct TracedCall {
  bool is_default = false;  // the clause has no body
  bool is_raw = false;      // nobody is responsible, or it does not work: untyped arguments
  std::string provider;
  std::vector<std::string> texts;  // of each expression
  std::vector<bool> is_missing;    // does not parse, or sema: has no meaning for these probes
};
struct Call : Expr {
  ExprPtr callee;  // an Ident for everything valid
  std::string name;
  std::vector<ExprPtr> args;
  int func = -1;  // sema: index into the table of functions (sema/functions.hpp)
  std::shared_ptr<TracedCall> traced;  // set for trace(args) only, see lang/trace_args.hpp
  Call() : Expr(ExprKind::Call) {}
};
struct Index : Expr {
  ExprPtr base;
  std::vector<ExprPtr> indices;  // several for associative arrays
  // sema, base is the built-in args: index of the raw argument (DTRACE_CTX_ARG), whose word is
  // converted to `type`. indices[0] is a constant. base uregs: indices[0] is a constant or any
  // integer.
  int arg_mapping = -1;
  Index() : Expr(ExprKind::Index) {}
};
struct Member : Expr {
  ExprPtr base;
  std::string name;
  bool is_arrow = false;
  // sema
  const types::Member* member = nullptr;
  uint64_t bit_offset = 0;  // from the start of the base struct
  Member() : Expr(ExprKind::Member) {}
};
struct SizeofType : Expr {
  std::unique_ptr<TypeName> target;
  SizeofType() : Expr(ExprKind::SizeofType) {}
};
struct SizeofExpr : Expr {
  ExprPtr operand;
  SizeofExpr() : Expr(ExprKind::SizeofExpr) {}
};
struct Offsetof : Expr {
  std::unique_ptr<TypeName> target;
  std::string member;
  Offsetof() : Expr(ExprKind::Offsetof) {}
};
// xlate <type>(expr). Codegen never meets it: sema replaces members of it by the translator's
// expressions, whole structs by a hidden this-> variable that is filled member by member, and
// refuses every other use. Likewise inlines and translator parameters are replaced by (copies of)
// their expressions.
struct Xlate : Expr {
  std::unique_ptr<TypeName> target;
  ExprPtr operand;
  const void* translator = nullptr;  // sema
  Xlate() : Expr(ExprKind::Xlate) {}
};
struct Stringof : Expr {  // stringof(x), stringof x
  ExprPtr operand;
  Stringof() : Expr(ExprKind::Stringof) {}
};

template <typename T>
T& as(Expr& e) {
  return static_cast<T&>(e);
}
template <typename T>
const T& as(const Expr& e) {
  return static_cast<const T&>(e);
}

// ---- Statements
// -------------------------------------------------------------------------------------

enum class StmtKind { Expr, If, Block, Empty };

struct Stmt {
  StmtKind kind;
  SourceRange range;
  explicit Stmt(StmtKind k) : kind(k) {}
  virtual ~Stmt() = default;
};
struct ExprStmt : Stmt {
  ExprPtr expr;
  ExprStmt() : Stmt(StmtKind::Expr) {}
};
struct IfStmt : Stmt {
  ExprPtr cond;
  StmtPtr then_stmt, else_stmt;  // else may be null
  IfStmt() : Stmt(StmtKind::If) {}
};
struct BlockStmt : Stmt {
  std::vector<StmtPtr> stmts;
  BlockStmt() : Stmt(StmtKind::Block) {}
};
struct EmptyStmt : Stmt {
  EmptyStmt() : Stmt(StmtKind::Empty) {}
};

// ---- Top level
// ---------------------------------------------------------------------------------------

// A probe description as written: "syscall::read:entry", "BEGIN", "123" (an id).
struct ProbeSpec {
  SourceRange range;
  std::string text;
  std::string prov, mod, func, name;  // split from the right, as D does
  uint32_t id = 0;                    // nonzero: a plain number
  bool is_later = false;              // only probes that appear while tracing
};

struct Clause {
  SourceRange range;
  std::vector<ProbeSpec> probes;
  ExprPtr predicate;                // null = none
  std::unique_ptr<BlockStmt> body;  // null = no body: default action
};

// One declarator of a file-scope or self/this declaration: typedefs, externs, variables, tags.
struct Decl {
  SourceRange range;
  std::unique_ptr<TypeName> type;
  std::string name;  // empty: "struct x { ... };"
};

struct InlineDecl {  // inline TYPE NAME = EXPR; also inline TYPE NAME[KEYS] = EXPR
  SourceRange range;
  std::unique_ptr<TypeName> type;
  std::string name;
  ExprPtr value;
};

struct TranslatorMember {
  SourceRange range;
  std::string name;
  ExprPtr value;
};
struct TranslatorDecl {  // translator OUT < IN PARAM > { member = expr; ... };
  SourceRange range;
  std::unique_ptr<TypeName> output, input;
  std::string param;
  std::vector<TranslatorMember> members;
};

struct ProviderProbeDecl {
  SourceRange range;
  std::string name;
  std::vector<ParamDecl> params, out_params;  // after ':' the translated types
};
struct ProviderDecl {
  SourceRange range;
  std::string name;
  std::vector<ProviderProbeDecl> probes;
};

// #pragma D attributes|binding|depends_on|error|option ..., #pragma error: as words.
struct Pragma {
  SourceRange range;
  std::string keyword;  // "option", "attributes"...; what follows "D"
  std::vector<std::string> words;
};

// A top-level item, in source order (order matters: inlines, pragmas, declarations).
struct Item {
  enum class Kind { Clause, Decl, Inline, Translator, Provider, Pragma } kind;
  std::unique_ptr<Clause> clause;
  std::unique_ptr<Decl> decl;
  std::unique_ptr<InlineDecl> inline_decl;
  std::unique_ptr<TranslatorDecl> translator;
  std::unique_ptr<ProviderDecl> provider;
  std::unique_ptr<Pragma> pragma;
};

struct Program {
  std::vector<Item> items;
  // Parsed D libraries (CompileInput.libraries), in order. Sema looks items up by name and analyses
  // only those that the program uses; codegen ignores them.
  std::vector<Item> from_libraries;
  // sema: owned here so that pointers in the tree stay valid
  // Every variable used, built-ins included. A name with a '%' is a hidden this-> variable of
  // sema's.
  std::vector<std::unique_ptr<Variable>> variables;
  std::vector<std::unique_ptr<Aggregation>> aggregations;
  // Branches that a ?: with a constant condition does not take: aggregations may refer to their
  // text.
  std::vector<StmtPtr> dropped;
};

}  // namespace dt::lang::ast
