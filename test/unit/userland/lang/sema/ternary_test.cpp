// SPDX-License-Identifier: MIT
// ?: as a statement: with a constant condition its branches may be actions.
#include <gtest/gtest.h>

#include "../codegen/run_d.hpp"
#include "check_d.hpp"

namespace dt::test {
namespace {

std::string run(const std::string& program) {
  Ran ran = run_d(program);
  return ran.errors.empty() ? ran.records + ran.aggs : ran.errors;
}

TEST(Ternary, ConstantConditionTakesActions) {
  EXPECT_EQ(run("BEGIN { 1 ? trace(5) : trace(6); }"), "5");
  EXPECT_EQ(run("BEGIN { 0 ? trace(5) : trace(6); }"), "6");
  EXPECT_EQ(run("inline int OPT = 1; BEGIN { OPT ? trace(5) : 1; trace(7); }"), "5 | 7");
  EXPECT_EQ(run("inline int OPT = 0; BEGIN { OPT ? trace(5) : 0; trace(7); }"), "7");
  EXPECT_EQ(run("inline int A = 2; inline int B = 1; BEGIN { A > B && !0 ? trace(5) : 1; }"), "5");
  EXPECT_EQ(run("inline int A = 1; inline int B = 0;\n"
                "BEGIN { A ? B ? trace(1) : trace(2) : trace(3); }"),
            "2");
  EXPECT_EQ(run("inline int A = 0; inline int B = 1;\n"
                "BEGIN { A ? trace(1) : B ? printf(\"%d\", 2) : 1; }"),
            "2");
  EXPECT_EQ(run("inline int OPT = 1; BEGIN { OPT ? (@[5] = count()) : 1; }"), "5=1");
  EXPECT_EQ(run("inline int OPT = 0; BEGIN { OPT ? (@a[5] = count()) : (@b[6] = sum(3)); }"),
            "6=3");
  EXPECT_EQ(run("inline int OPT = 1; BEGIN { x = 1; if (x) { OPT ? trace(5) : 1; } }"), "5");
}

// Nothing of the branch that is not taken counts.
TEST(Ternary, TheOtherBranchIsCheckedOnly) {
  EXPECT_EQ(run("BEGIN { 0 ? trace(5) : 1; }"), "");
  EXPECT_EQ(run("BEGIN { 0 ? exit(3) : 1; trace(1); }"), "1");
  EXPECT_EQ(tags_in("0 ? trace(undefined) : 1;"), "D_IDENT_UNDEF");
  EXPECT_EQ(tags_in("1 ? trace(1) : printf(\"%d\");"), "D_PRINTF_ARG_PROTO");
  EXPECT_EQ(tags_in("0 ? commit(1) : trace(1); speculate(1);"), "D_SPEC_DREC");
  EXPECT_EQ(tags_in("0 ? trace(1) : 1; speculate(1);"), "OK");
  EXPECT_EQ(run("BEGIN { 0 ? (x = 5) : (x = 6); trace(x); }"), "6");
}

TEST(Ternary, OtherConditionsDoNot) {
  EXPECT_EQ(tags_in("x = 1; x ? trace(1) : trace(2);"), "D_OP_ACT");
  EXPECT_EQ(tags_in("pid ? trace(1) : 1;"), "D_OP_ACT");
  EXPECT_EQ(tags_in("x = 1 ? trace(1) : 1;"), "D_OP_ACT");
  EXPECT_EQ(tags_in("trace(1 ? trace(1) : 1);"), "D_OP_ACT");
  EXPECT_EQ(tags_in("\"a\" ? trace(1) : 1;"), "D_OP_SCALAR");
}

}  // namespace
}  // namespace dt::test
