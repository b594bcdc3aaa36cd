// SPDX-License-Identifier: MIT
// ClauseGen makes the program of one clause. Internal to lang/codegen; its members are spread over
// one file per subject.
//
// Registers. r6 and r7 are fixed. An expression is evaluated into the register that its user names
// ("want"); `busy_` says which registers hold values that must survive. r0..r5 are lost at every
// call, so an expression that calls is evaluated only while none of them is busy: values needed
// later are kept in r8, r9 or a stack slot first. One register besides `want` is free at every
// moment, for large frame offsets and the like.
//
// A clause is generated twice: the first time measures the record and the temporaries, the second
// knows their places in the frame.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "lang/codegen/tables.hpp"
#include "lang/object/assembler.hpp"
#include "lang/range.hpp"
#include "lang/sema/functions.hpp"

namespace dt::lang::codegen {

using object::Alu;
using object::Assembler;
using object::JumpIf;
using object::Reg;
using Label = object::Assembler::Label;

// Places in the frame and sizes found by the first round.
struct ClauseLayout {
  uint32_t rec_base = 0;
  uint32_t nr_conditions = 0;
  uint32_t rec_size = 0;
  uint32_t temp_base = 0;
  uint32_t temp_size = 0;
};

class ClauseGen {
 public:
  ClauseGen(Tables& tables, const SourceManager& sources, const ClauseLayout& layout);

  // False: the program is too large. layout(): what this round measured.
  bool run(const ast::Clause& clause, object::Clause* out);
  const ClauseLayout& layout() const { return layout_; }

 private:
  // ---- What evaluating an expression involves (effects.cpp) ----
  struct Effects {
    bool calls = false;    // emits a call
    bool changes = false;  // assigns or has another effect: may not be moved
  };
  Effects effects(const ast::Expr& expr);
  Effects find_effects(const ast::Expr& expr);
  Effects address_effects(const ast::Expr& lvalue);
  Effects call_effects(const ast::Call& call);
  Effects binary_effects(const ast::Binary& bin);
  Effects assign_effects(const ast::Expr& lhs, const ast::Expr& rhs);
  bool calls(const ast::Expr& expr) { return effects(expr).calls; }
  // Does a division by this need no subroutine?
  static bool is_inline_divisor(const ast::Expr& divisor, const types::Type* type);
  // Frame offset of an lvalue whose place is known now.
  std::optional<uint32_t> frame_place(const ast::Expr& lvalue);

  // ---- Registers and temporaries (regs.cpp) ----
  struct Kept {  // a value that survives calls
    Reg reg = Reg::None;
    int slot = -1;
  };
  bool is_busy(Reg reg) const { return busy_ & (1u << static_cast<unsigned>(reg)); }
  void set_busy(Reg reg) { busy_ |= 1u << static_cast<unsigned>(reg); }
  void set_free(Reg reg) { busy_ &= ~(1u << static_cast<unsigned>(reg)); }
  Reg free_reg(Reg except) const;  // any free register
  Reg free_saved_reg() const;      // r8 or r9, None if both are taken
  int nr_free(Reg except) const;
  Kept keep(Reg from);
  Kept keep_value(const ast::Expr& expr, const types::Type* as = nullptr);
  void use(const Kept& kept, Reg into);
  void release(const Kept& kept);
  int new_slot();
  void slot_store(int slot, Reg from);
  void slot_load(int slot, Reg into);
  uint32_t temp(uint64_t size);  // frame area until the end of the statement
  void frame_address(Reg dst, uint32_t offset);
  void frame_load(Reg dst, uint32_t offset, unsigned size);
  void frame_store(uint32_t offset, Reg src, unsigned size);
  void frame_store_imm(uint32_t offset, int32_t imm, unsigned size);

  // ---- Calls of subroutines (regs.cpp) ----
  struct Arg {
    enum class Kind { Const, Frame, Value, Kept } kind = Kind::Const;
    int64_t number = 0;               // Const; Frame: offset
    const ast::Expr* expr = nullptr;  // Value
    const types::Type* as = nullptr;  // Value: converted to this, null = as it is
    Kept kept;
    bool stays = false;  // Kept: not released by the call
    static Arg constant(int64_t value);
    static Arg frame(uint32_t offset);
    static Arg value(const ast::Expr& expr, const types::Type* as = nullptr);
    static Arg from(const Kept& kept);
  };
  // Result in r0. Kept arguments are released.
  void call(int subr, std::initializer_list<Arg> args);
  static bool may_fault(int subr);
  void finish_call(int subr, bool is_safe = false);
  static bool is_own_string(const ast::Expr& expr);
  static bool is_safe_call(int subr, const std::vector<Arg>& args);

  // ---- Expressions (expr.cpp, operators.cpp) ----
  void eval(const ast::Expr& expr, Reg want);
  void eval_as(const ast::Expr& expr, const types::Type* as, Reg want);
  void eval_unused(const ast::Expr& expr);
  void eval_ident(const ast::Ident& ident, Reg want);
  void eval_unary(const ast::Unary& unary, Reg want);
  void eval_binary(const ast::Binary& bin, Reg want);
  void eval_logical(const ast::Expr& expr, Reg want);
  void eval_cond(const ast::Cond& cond, Reg want);
  void eval_index(const ast::Index& index, Reg want);
  void convert(Reg reg, const Range& value, const types::Type* to);
  void extend(Reg reg, const types::Type* type);
  static constexpr unsigned kNrHeldArgs = 6;  // arg0..arg5 are in every firing
  void raw_arg(unsigned n, Reg want);
  static int64_t convert_const(int64_t value, const types::Type* type);
  // Two operands: a in a register that may be changed, b in another or an immediate.
  struct Pair {
    Reg a = Reg::None;
    Reg b = Reg::None;
    int32_t imm = 0;
    bool is_imm = false;
  };
  Pair eval_pair(const ast::Expr& lhs, const ast::Expr& rhs, Reg want);
  void arith(ast::BinaryOp op, const Pair& pair, const types::Type* type);
  void shift(ast::BinaryOp op, const Pair& pair, const types::Type* type);
  void divide(ast::BinaryOp op, const Pair& pair, const types::Type* type);
  void pointer_arith(const ast::Binary& bin, Reg want);
  void scale(Reg reg, uint64_t size);
  void divide_by_const(Alu op, Reg reg, int64_t divisor, bool is_signed);
  bool needs_division_call(ast::BinaryOp op, const ast::Expr& divisor, const types::Type* type);
  static int division_subr(ast::BinaryOp op, const types::Type* type);

  // ---- Conditions (condition.cpp) ----
  // Jumps to target if the expression's truth is `when`; else falls through.
  void branch(const ast::Expr& expr, bool when, Label target);
  void branch_compare(const ast::Binary& bin, bool when, Label target);
  void branch_string_compare(const ast::Binary& bin, bool when, Label target);

  // ---- Places (place.cpp, assign.cpp) ----
  // Where an lvalue in memory is: its address is base register + disp, or a frame offset.
  struct Place {
    bool is_frame = false;
    uint32_t frame_offset = 0;
    int64_t disp = 0;
    bool may_be_null = false;  // base 0 = a variable that was never assigned: reads as 0
  };
  Place eval_place(const ast::Expr& lvalue, Reg base, bool creates);
  Place eval_pointee(const ast::Expr& pointer, Reg base);
  Place eval_element(const ast::Index& index, Reg base, bool creates);
  void check_bounds(const ast::Expr& array, Reg index);
  void var_ref(const ast::Expr& expr, const ast::Variable& var, uint32_t key, Reg want,
               bool creates);
  void place_address(const Place& place, Reg base);  // base becomes the address
  void load_from(const Place& place, Reg base, const types::Type* type, Reg want);
  void load_memory(Reg address, const types::Type* type, Reg want);  // address is r1
  void bits_out(Reg reg, uint64_t bit, uint32_t bit_size, const types::Type* type);
  // A bit-field: the unit of memory that holds it and where it is in there.
  struct BitField {
    uint64_t unit_offset = 0;  // bytes from the start of the struct
    uint32_t unit_size = 8;
    uint64_t bit = 0;
    uint32_t size = 0;
  };
  static std::optional<BitField> bit_field(const ast::Expr& lvalue);
  void eval_lvalue(const ast::Expr& lvalue, Reg want);
  uint32_t build_array_key(const ast::Variable& var, const std::vector<ast::ExprPtr>& indices);
  void eval_assign(const ast::Assign& assign, Reg want);
  void eval_inc_dec(const ast::IncDec& inc, Reg want);
  void assign_by_ref(const ast::Expr& lhs, const ast::Expr& rhs, Reg want);
  void assign_string(const ast::Expr& lhs, const ast::Expr& rhs, Reg want);
  void copy_object(const ast::Expr& lhs, const ast::Expr& rhs, Reg want);
  void free_variable(const ast::Expr& lhs);
  // A scalar that is read and written: its place is worked out once.
  struct Target {
    enum class Kind { Local, Frame, Global, Thread, Assoc, ThreadAssoc, Memory } kind = Kind::Local;
    const types::Type* type = nullptr;
    bool keeps_bits = false;  // stores do not cut
    int var = 0;
    uint32_t shape = 0;
    uint32_t key = 0;
    uint32_t frame_offset = 0;
    Kept address;  // Memory
    bool may_be_null = false;
    std::optional<BitField> bits;
  };
  Target make_target(const ast::Expr& lvalue);
  void cut_for(const Target& target, Reg reg, const Range& value, Reg want);
  void eval_for(const Target& target, const ast::Expr& value, Reg reg, Reg want);
  void read_target(const Target& target, Reg want);
  // Writes a register, already of the target's type. Calls, unless is_in_frame().
  void write_target(const Target& target, Reg value);
  void write_bits(const Target& target, Reg value);
  void finish_write(const Target& target, Reg value, Reg want);
  static bool is_in_frame(const Target& target) {
    return target.kind == Target::Kind::Local || target.kind == Target::Kind::Frame;
  }
  void assign_scalar(const ast::Assign& assign, Reg want);
  void assign_op(const ast::Assign& assign, Reg want);

  // ---- Strings and objects (strings.cpp) ----
  // Writes a string to a frame area of its own; the expression's bytes, at most size with the NUL.
  void string_to_frame(const ast::Expr& expr, uint32_t offset, uint32_t size);
  void literal_to_frame(const std::string& text, uint32_t offset, uint32_t size);
  void zero_frame(uint32_t offset, uint64_t size);
  Arg string_arg(const ast::Expr& expr);
  void object_to_frame(const ast::Expr& expr, uint32_t offset, uint64_t size);
  uint32_t string_bound(const ast::Expr& expr);

  // ---- Function calls in expressions (subroutines.cpp) ----
  void eval_call(const ast::Call& call, Reg want);
  bool string_subroutine(const ast::Call& call, uint32_t offset, uint32_t size);

  // ---- Statements and actions (clause_gen.cpp, actions.cpp, record.cpp, aggregate.cpp) ----
  void statement(const ast::Stmt& stmt);
  void expr_statement(const ast::Expr& expr);
  void if_statement(const ast::IfStmt& stmt);
  bool only_speculates() const;
  void end_statement();
  void emit_conditions_test(Label nothing);
  void begin_action(const std::string& name);
  void action_call(const ast::Call& call);
  void effect_action(const ast::Call& call);
  void exit_action(const ast::Call& call);
  void stack_action(const ast::Call& call, object::ActionKind kind);
  void printf_action(const ast::Call& call, object::ActionKind kind);
  void printa_action(const ast::Call& call);
  void trace_action(const ast::Call& call);
  void args_action(const ast::Call& call);
  void tracemem_action(const ast::Call& call);
  void print_action(const ast::Call& call);
  void pcap_action(const ast::Call& call);
  void setopt_action(const ast::Call& call);
  void aggregation_action(const ast::Call& call, object::ActionKind kind);
  object::Action& action() { return out_.actions.back(); }
  void start_record(object::ActionKind kind);
  uint32_t rec_space(uint64_t size, uint64_t align);
  void record_value(const ast::Expr& expr);
  void record_scalar(const ast::Expr& expr, const types::Type* type);
  const types::Type* shown_as(const ast::Expr& expr);
  void record_stack(const ast::Call& call);
  object::Field stack_field(const ast::Call& call);
  void write_stack(const ast::Call& call, const object::Field& field, uint32_t offset);
  void aggregate(const ast::Assign& assign);
  object::Field key_field(const ast::Expr& expr, const types::Type* type);
  void write_key(const ast::Expr& expr, const object::Field& field, const types::Type* type,
                 uint32_t base);
  uint32_t agg_index(const ast::AggRef& ref);

  static const sema::Function* function_of(const ast::Expr& expr);
  const types::Type* int_type() const { return tables_.input().types->int_t(); }
  static constexpr uint32_t kPcapBytes = 1536;
  static constexpr uint32_t kWholeStrings = 64;

  Tables& tables_;
  const SourceManager& sources_;
  ClauseLayout wanted_;  // from the round before
  ClauseLayout layout_;
  Assembler as_;
  object::Clause out_;

  uint32_t busy_ = 0;
  std::vector<bool> slots_;            // stack slots in use
  std::vector<uint32_t> frame_slots_;  // frame places of slots beyond the stack
  uint32_t temp_next_ = 0;
  uint32_t rec_next_ = 0;
  bool records_always_ = false;  // something is recorded outside of every if
  uint32_t action_ = 0;          // number of the action being generated; 0 = predicate
  std::vector<uint32_t>
      conditions_;  // condition bytes of the enclosing ifs, kNoCondition = not made yet
  std::unordered_map<const ast::Expr*, Effects> effects_;
};

}  // namespace dt::lang::codegen
