// SPDX-License-Identifier: MIT
// eBPF encoding of the instructions that programs use. External interface: class Assembler.
#include "lang/object/assembler.hpp"

#include <linux/bpf.h>

#include "dtrace/dif.h"
#include "dtrace/uapi.h"

namespace dt::lang::object {

namespace {

uint8_t alu_code(Alu op) {
  switch (op) {
    case Alu::Add:
      return BPF_ADD;
    case Alu::Sub:
      return BPF_SUB;
    case Alu::Mul:
      return BPF_MUL;
    case Alu::Div:
      return BPF_DIV;
    case Alu::Or:
      return BPF_OR;
    case Alu::And:
      return BPF_AND;
    case Alu::Shl:
      return BPF_LSH;
    case Alu::Shr:
      return BPF_RSH;
    case Alu::Neg:
      return BPF_NEG;
    case Alu::Mod:
      return BPF_MOD;
    case Alu::Xor:
      return BPF_XOR;
    case Alu::Mov:
      return BPF_MOV;
    case Alu::Sar:
      return BPF_ARSH;
  }
  return BPF_MOV;
}

uint8_t jump_code(JumpIf cond) {
  switch (cond) {
    case JumpIf::Eq:
      return BPF_JEQ;
    case JumpIf::Ne:
      return BPF_JNE;
    case JumpIf::Ugt:
      return BPF_JGT;
    case JumpIf::Uge:
      return BPF_JGE;
    case JumpIf::Ult:
      return BPF_JLT;
    case JumpIf::Ule:
      return BPF_JLE;
    case JumpIf::Sgt:
      return BPF_JSGT;
    case JumpIf::Sge:
      return BPF_JSGE;
    case JumpIf::Slt:
      return BPF_JSLT;
    case JumpIf::Sle:
      return BPF_JSLE;
    case JumpIf::Set:
      return BPF_JSET;
  }
  return BPF_JEQ;
}

uint8_t size_code(unsigned size) {
  switch (size) {
    case 1:
      return BPF_B;
    case 2:
      return BPF_H;
    case 4:
      return BPF_W;
    default:
      return BPF_DW;
  }
}

}  // namespace

JumpIf opposite(JumpIf cond) {
  switch (cond) {
    case JumpIf::Eq:
      return JumpIf::Ne;
    case JumpIf::Ne:
      return JumpIf::Eq;
    case JumpIf::Ugt:
      return JumpIf::Ule;
    case JumpIf::Uge:
      return JumpIf::Ult;
    case JumpIf::Ult:
      return JumpIf::Uge;
    case JumpIf::Ule:
      return JumpIf::Ugt;
    case JumpIf::Sgt:
      return JumpIf::Sle;
    case JumpIf::Sge:
      return JumpIf::Slt;
    case JumpIf::Slt:
      return JumpIf::Sge;
    case JumpIf::Sle:
      return JumpIf::Sgt;
    case JumpIf::Set:
      break;
  }
  return cond;
}

JumpIf mirrored(JumpIf cond) {
  switch (cond) {
    case JumpIf::Ugt:
      return JumpIf::Ult;
    case JumpIf::Uge:
      return JumpIf::Ule;
    case JumpIf::Ult:
      return JumpIf::Ugt;
    case JumpIf::Ule:
      return JumpIf::Uge;
    case JumpIf::Sgt:
      return JumpIf::Slt;
    case JumpIf::Sge:
      return JumpIf::Sle;
    case JumpIf::Slt:
      return JumpIf::Sgt;
    case JumpIf::Sle:
      return JumpIf::Sge;
    default:
      return cond;
  }
}

void Assembler::emit(uint8_t opcode, Reg dst, Reg src, int16_t offset, int32_t imm) {
  if (!is_reachable_) {
    return;
  }
  Insn insn;
  insn.opcode = opcode;
  insn.dst_reg = static_cast<uint8_t>(dst) & 0xf;
  insn.src_reg = static_cast<uint8_t>(src) & 0xf;
  insn.offset = offset;
  insn.imm = imm;
  insns_.push_back(insn);
}

Assembler::Label Assembler::new_label() {
  labels_.push_back(-1);
  uses_.push_back(0);
  return Label{static_cast<int>(labels_.size()) - 1};
}

void Assembler::bind(Label label) {
  // A plain jump to the very next instruction says nothing.
  if (!fixups_.empty() && fixups_.back().label == label.id &&
      fixups_.back().insn + 1 == insns_.size() && last_bound_ != insns_.size() &&
      insns_.back().opcode == (BPF_JMP | BPF_JA)) {
    insns_.pop_back();
    fixups_.pop_back();
    uses_[static_cast<size_t>(label.id)]--;
    is_reachable_ = true;
  }
  labels_[static_cast<size_t>(label.id)] = static_cast<int64_t>(insns_.size());
  if (uses_[static_cast<size_t>(label.id)]) {
    is_reachable_ = true;
    last_bound_ = insns_.size();
  }
}

void Assembler::mov(Reg dst, Reg src) {
  if (dst != src) {
    emit(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0);
  }
}

void Assembler::mov_imm(Reg dst, int64_t value) {
  if (fits_imm32(value)) {
    emit(BPF_ALU64 | BPF_MOV | BPF_K, dst, Reg::R0, 0, static_cast<int32_t>(value));
  } else if (value >= 0 && value <= int64_t{UINT32_MAX}) {
    emit(BPF_ALU | BPF_MOV | BPF_K, dst, Reg::R0, 0, static_cast<int32_t>(value));
  } else {
    emit(BPF_LD | BPF_DW | BPF_IMM, dst, Reg::R0, 0, static_cast<int32_t>(value));
    emit(0, Reg::R0, Reg::R0, 0, static_cast<int32_t>(value >> 32));
  }
}

void Assembler::mov_string(Reg dst, uint32_t strtab_offset) {
  emit(BPF_LD | BPF_DW | BPF_IMM, dst, static_cast<Reg>(DTRACE_PSEUDO_STRTAB), 0,
       static_cast<int32_t>(strtab_offset));
  emit(0, Reg::R0, Reg::R0, 0, 0);
}

void Assembler::alu(Alu op, Reg dst, Reg src) {
  emit(BPF_ALU64 | alu_code(op) | BPF_X, dst, src, 0, 0);
}

void Assembler::alu_imm(Alu op, Reg dst, int32_t imm) {
  emit(BPF_ALU64 | alu_code(op) | BPF_K, dst, Reg::R0, 0, imm);
}

void Assembler::zero_extend32(Reg dst) { emit(BPF_ALU | BPF_MOV | BPF_X, dst, dst, 0, 0); }

void Assembler::to_big_endian(Reg dst, int bits) {
  emit(BPF_ALU | BPF_END | BPF_TO_BE, dst, Reg::R0, 0, bits);
}

void Assembler::load(Reg dst, Reg base, int16_t offset, unsigned size) {
  emit(static_cast<uint8_t>(BPF_LDX | BPF_MEM | size_code(size)), dst, base, offset, 0);
}

void Assembler::store(Reg base, int16_t offset, Reg src, unsigned size) {
  emit(static_cast<uint8_t>(BPF_STX | BPF_MEM | size_code(size)), base, src, offset, 0);
}

void Assembler::store_imm(Reg base, int16_t offset, int32_t imm, unsigned size) {
  emit(static_cast<uint8_t>(BPF_ST | BPF_MEM | size_code(size)), base, Reg::R0, offset, imm);
}

void Assembler::emit_jump(uint8_t opcode, Reg a, Reg b, int32_t imm, Label target) {
  if (!is_reachable_) {
    return;
  }
  fixups_.push_back({insns_.size(), target.id});
  uses_[static_cast<size_t>(target.id)]++;
  emit(opcode, a, b, 0, imm);
}

void Assembler::jump(Label target) {
  emit_jump(BPF_JMP | BPF_JA, Reg::R0, Reg::R0, 0, target);
  is_reachable_ = false;
}

void Assembler::jump_if(JumpIf cond, Reg a, Reg b, Label target) {
  emit_jump(BPF_JMP | jump_code(cond) | BPF_X, a, b, 0, target);
}

void Assembler::jump_if_imm(JumpIf cond, Reg a, int32_t imm, Label target) {
  emit_jump(BPF_JMP | jump_code(cond) | BPF_K, a, Reg::R0, imm, target);
}

void Assembler::call(int subr) { emit(BPF_JMP | BPF_CALL, Reg::R0, Reg::R0, 0, subr); }

void Assembler::exit() {
  emit(BPF_JMP | BPF_EXIT, Reg::R0, Reg::R0, 0, 0);
  is_reachable_ = false;
}

bool Assembler::finish(std::vector<Insn>* out) {
  if (insns_.size() > DTRACE_DIF_MAXINSNS) {
    return false;
  }
  for (const Fixup& fixup : fixups_) {
    int64_t distance =
        labels_[static_cast<size_t>(fixup.label)] - static_cast<int64_t>(fixup.insn) - 1;
    insns_[fixup.insn].offset = static_cast<int16_t>(distance);
  }
  *out = std::move(insns_);
  return true;
}

}  // namespace dt::lang::object
