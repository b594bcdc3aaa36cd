// SPDX-License-Identifier: MIT
// Assembler: emits the instructions of one clause, with labels for forward jumps. It knows eBPF's
// encoding and one rule of the program format: what cannot be reached is not emitted, so callers
// need not care about dead code.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lang/object/program.hpp"

namespace dt::lang::object {

enum class Reg : uint8_t { R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10, None = 0xff };

enum class Alu { Add, Sub, Mul, Div, Or, And, Shl, Shr, Neg, Mod, Xor, Mov, Sar };
enum class JumpIf { Eq, Ne, Ugt, Uge, Ult, Ule, Sgt, Sge, Slt, Sle, Set };

// The jump that is taken exactly when `cond` is not. Set has none.
JumpIf opposite(JumpIf cond);
// The same comparison with its operands exchanged.
JumpIf mirrored(JumpIf cond);
inline bool fits_imm32(int64_t value) { return value >= INT32_MIN && value <= INT32_MAX; }

class Assembler {
 public:
  // A place in the program; jumps may name it until it is bound.
  struct Label {
    int id = -1;
  };

  Label new_label();
  void bind(Label label);

  void mov(Reg dst, Reg src);  // nothing if they are the same
  void mov_imm(Reg dst, int64_t value);
  void mov_string(Reg dst, uint32_t strtab_offset);
  void alu(Alu op, Reg dst, Reg src);
  void alu_imm(Alu op, Reg dst, int32_t imm);
  void zero_extend32(Reg dst);
  void to_big_endian(Reg dst, int bits);                        // byte swap; upper bits become 0
  void load(Reg dst, Reg base, int16_t offset, unsigned size);  // zero-extends
  void store(Reg base, int16_t offset, Reg src, unsigned size);
  void store_imm(Reg base, int16_t offset, int32_t imm, unsigned size);
  void jump(Label target);
  void jump_if(JumpIf cond, Reg a, Reg b, Label target);
  void jump_if_imm(JumpIf cond, Reg a, int32_t imm, Label target);
  void call(int subr);
  void exit();

  // Index of the next instruction.
  size_t position() const { return insns_.size(); }
  // Can the next instruction be reached?
  bool is_reachable() const { return is_reachable_; }
  // Resolves the jumps. False: too many instructions for the format.
  bool finish(std::vector<Insn>* out);

 private:
  struct Fixup {
    size_t insn;
    int label;
  };
  void emit(uint8_t opcode, Reg dst, Reg src, int16_t offset, int32_t imm);
  void emit_jump(uint8_t opcode, Reg a, Reg b, int32_t imm, Label target);

  std::vector<Insn> insns_;
  std::vector<Fixup> fixups_;
  std::vector<int64_t> labels_;  // position, -1 = not bound yet
  std::vector<uint32_t> uses_;   // jumps to each label
  size_t last_bound_ = 0;
  bool is_reachable_ = true;
};

}  // namespace dt::lang::object
