// SPDX-License-Identifier: MIT
// The assembler's own rules (labels, dead code), checked through the disassembler.
#include "lang/object/assembler.hpp"

#include <gtest/gtest.h>

#include "dtrace/dif.h"
#include "lang/object/disassembler.hpp"

namespace dt::lang::object {
namespace {

std::string text_of(Assembler& as, const std::string& strtab = {}) {
  Clause clause;
  Program program;
  program.strtab = strtab;
  EXPECT_TRUE(as.finish(&clause.insns));
  return disassemble(clause, program);
}

TEST(Assembler, Encodings) {
  Assembler as;
  as.mov(Reg::R6, Reg::R1);
  as.mov(Reg::R2, Reg::R2);  // says nothing
  as.load(Reg::R7, Reg::R6, 0, 8);
  as.mov_imm(Reg::R1, -1);
  as.mov_imm(Reg::R1, 0xffffffffll);
  as.mov_imm(Reg::R1, 0x123456789ll);
  as.mov_string(Reg::R2, 1);
  as.alu_imm(Alu::Sar, Reg::R1, 3);
  as.to_big_endian(Reg::R1, 16);
  as.store_imm(Reg::R7, 8, 5, 4);
  as.store(Reg::R7, 16, Reg::R1, 1);
  as.call(DTRACE_SUBR_STRLEN);
  as.exit();
  EXPECT_EQ(text_of(as, std::string("\0ab\n", 5)),
            "   0: mov64 r6, r1\n"
            "   1: ldxdw r7, [r6+0]\n"
            "   2: mov64 r1, -1\n"
            "   3: mov32 r1, -1\n"
            "   4: lddw r1, 0x123456789\n"
            "   6: lddw r2, \"ab\\n\"\n"
            "   8: arsh64 r1, 3\n"
            "   9: be16 r1\n"
            "  10: stw [r7+8], 5\n"
            "  11: stxb [r7+16], r1\n"
            "  12: call STRLEN\n"
            "  13: exit\n");
}

TEST(Assembler, DeadCodeIsNotEmitted) {
  Assembler as;
  auto end = as.new_label(), never = as.new_label();
  as.jump_if_imm(JumpIf::Eq, Reg::R1, 0, end);
  as.mov_imm(Reg::R0, 1);
  as.exit();
  as.mov_imm(Reg::R0, 2);
  as.jump(never);
  as.bind(never);
  as.mov_imm(Reg::R0, 3);
  as.bind(end);
  as.mov_imm(Reg::R0, 4);
  as.exit();
  EXPECT_EQ(text_of(as),
            "   0: jeq r1, 0, 3\n"
            "   1: mov64 r0, 1\n"
            "   2: exit\n"
            "   3: mov64 r0, 4\n"
            "   4: exit\n");
}

TEST(Assembler, JumpToTheNextInstructionIsDropped) {
  Assembler as;
  auto other = as.new_label(), end = as.new_label();
  as.jump_if_imm(JumpIf::Ne, Reg::R1, 0, other);
  as.mov_imm(Reg::R0, 1);
  as.jump(end);
  as.bind(end);
  as.mov_imm(Reg::R0, 2);
  as.bind(other);
  as.exit();
  EXPECT_EQ(text_of(as),
            "   0: jne r1, 0, 3\n"
            "   1: mov64 r0, 1\n"
            "   2: mov64 r0, 2\n"
            "   3: exit\n");
}

TEST(Assembler, TooManyInstructions) {
  Assembler as;
  for (int i = 0; i < 40000; i++) {
    as.mov_imm(Reg::R0, i);
  }
  as.exit();
  std::vector<Insn> insns;
  EXPECT_FALSE(as.finish(&insns));
}

}  // namespace
}  // namespace dt::lang::object
