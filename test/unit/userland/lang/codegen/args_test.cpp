// SPDX-License-Identifier: MIT
// The values of args[]: cut to their types, taken from the words where the calling convention puts
// them, structures passed by value put together again.
#include <gtest/gtest.h>

#include "lang/types/btf.hpp"
#include "run_d.hpp"
#include "unit/userland/lang/made_btf.hpp"

namespace dt::test {
namespace {

class ArgValuesTest : public testing::Test {
 protected:
  std::string run(const std::string& text) {
    lang::types::Btf btf(made_.dir());
    Ran ran = run_d(text, around_, &probes_, &btf);
    return ran.errors.empty() ? ran.records : ran.errors;
  }
  std::string entry(const std::string& function, const std::string& expressions) {
    return run("fbt:vmlinux:" + function + ":entry { " + expressions + " }");
  }

  MadeBtf made_;
  FbtProbes probes_;
  refinterp::Surroundings around_;
};

TEST_F(ArgValuesTest, NarrowArgumentsAreCut) {
  for (int i = 0; i < 6; i++) {
    around_.args[i] = 0xdeadbeefdeadbe00;
  }
  around_.args[0] |= 1;
  around_.args[1] |= 0xff;
  around_.args[2] = 0xdeadbeefdead8000;
  around_.args[3] = 0xdeadbeefdead8000;
  around_.args[4] = 0xdeadbeef80000001;
  around_.args[5] |= 200;
  EXPECT_EQ(entry("narrow", "printf(\"%d %d %d\", args[0], (long)args[1], (long)args[2]);"),
            "1 -1 -32768");
  EXPECT_EQ(entry("narrow", "printf(\"%d %d %d\", (long)args[3], (long)args[4], (long)args[5]);"),
            "32768 -2147483647 200");
  EXPECT_EQ(entry("narrow", "trace(args[4] < 0 && args[2] < -1 && args[3] > 0);"), "1");
  EXPECT_EQ(entry("narrow", "trace(arg4);"), std::to_string(int64_t(0xdeadbeef80000001)));
  EXPECT_EQ(run("fbt::narrow:return { trace((long)args[1]); trace(args[0]); }"),
            "-16641 | -559038975");
}

TEST_F(ArgValuesTest, ArgumentsBeyondTheRegisters) {
  for (int i = 0; i < 10; i++) {
    around_.args[i] = 0xabcd0000u + static_cast<unsigned>(i);
  }
  around_.args[6] = 0x1ffff;
  EXPECT_EQ(entry("eight", "trace(args[5]); trace((long)args[6]); trace(args[7]);"),
            "2882338821 | -1 | 2882338823");
  EXPECT_EQ(entry("eight", "trace(arg8 + arg7); trace(arg9);"), "5764677647 | 2882338825");
}

// The provider's own count of arguments ends where structures begin: these are read from the stack.
TEST_F(ArgValuesTest, ArgumentsBesideStructures) {
  around_.args[5] = 5;
  around_.stack = {0, 0x1ffff, 7, 8, 0x1ff};  // the return address, then the arguments
  EXPECT_EQ(entry("many", "trace(args[5]); trace((long)args[6]); trace((long)args[8]);"),
            "5 | -1 | -1");
  EXPECT_EQ(entry("many", "trace(args[7].a); trace(args[7].b);"), "7 | 8");
}

TEST_F(ArgValuesTest, StructuresByValue) {
  for (int i = 0; i < 6; i++) {
    around_.args[i] = 0x100000000u * 7 + static_cast<unsigned>(i);
  }
  around_.stack = {0, 10, 11, 12, 13};
  const int64_t high = int64_t{7} << 32;
  EXPECT_EQ(entry("by_value", "trace(args[0].val); trace(args[2].a); trace(args[2].b);"),
            "0 | " + std::to_string(high + 1) + " | " + std::to_string(high + 2));
  EXPECT_EQ(entry("by_value", "trace(args[3].word[0]); trace(args[3].word[3]); trace(args[4]);"),
            "10 | 13 | 3");
  EXPECT_EQ(entry("by_value", "this->p = args[2]; trace(this->p.b - this->p.a);"), "1");
  EXPECT_EQ(entry("by_value", "this->l = args[3]; trace(this->l.word[2]);"), "12");
  EXPECT_EQ(entry("by_value", "print(args[0]);"), "<00000000>");
  EXPECT_EQ(entry("by_value", "trace(sizeof (args[3]));"), "32");
}

TEST_F(ArgValuesTest, StructuresReturned) {
  around_.args[0] = 17;
  around_.args[1] = 5;
  around_.regs[12] = 6;
  EXPECT_EQ(run("fbt::by_value:return { trace(args[1].val); trace(args[0]); }"), "5 | 17");
  EXPECT_EQ(run("fbt::get_pair:return { trace(args[1].a); trace(args[1].b); }"), "5 | 6");
  int64_t large[4] = {1, 2, 3, 4};
  around_.args[1] = reinterpret_cast<uint64_t>(large);
  EXPECT_EQ(run("fbt::get_large:return { trace(&args[1] == (struct large *)arg1); }"), "1");
  // The room for the result is passed before the first argument.
  around_.args[1] = 99;
  EXPECT_EQ(entry("get_large", "trace(args[0]);"), "99");
}

}  // namespace
}  // namespace dt::test
