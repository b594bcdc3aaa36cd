// SPDX-License-Identifier: MIT
// Aggregations: functions, keys, parameters that must agree, actions that name them.
#include <gtest/gtest.h>

#include "check_d.hpp"

namespace dt::test {
namespace {

TEST(Aggs, Functions) {
  EXPECT_EQ(tags_in("@a = count(); @b = sum(1); @c = quantize(arg0, 2); @d[1] = stddev(pid);"),
            "OK");
  EXPECT_EQ(tags_in("@ = max(curthread);"), "OK");
  EXPECT_EQ(tags_in("@ = max(execname);"), "D_AGG_SCALAR");
  EXPECT_EQ(tags_in("@ = max(1, 2);"), "D_PROTO_LEN");
  EXPECT_EQ(tags_in("@ = trace(1);"), "D_AGG_FUNC");
  EXPECT_EQ(tags_in("@ = 1;"), "D_AGG_FUNC");
  EXPECT_EQ(tags_in("@ = nothing(1);"), "D_FUNC_UNDEF");
  EXPECT_EQ(tags_in("x = @a;"), "D_OP_INCOMPAT");
  EXPECT_EQ(tags_in("x = (@a = count());"), "D_AGG_FUNC");
}

TEST(Aggs, Keys) {
  EXPECT_EQ(tags_in("@[execname, stack(), ustack(3), sym(arg0), curthread] = count();"), "OK");
  EXPECT_EQ(tags_in("@a[1] = count(); @a[\"x\"] = count();"), "D_PROTO_ARG");
  EXPECT_EQ(tags_in("@a[stack()] = count(); @a[1] = count();"), "D_PROTO_ARG");
  EXPECT_EQ(tags_in("@a[@b] = count();"), "D_KEY_TYPE");
  EXPECT_EQ(tags_in("x[stack()] = 1;"), "D_KEY_TYPE");
}

TEST(Aggs, LquantizeDefaultsAgree) {
  EXPECT_EQ(tags_in("@ = lquantize(1, 0, 100); @ = lquantize(2, 0, 100, 1);"), "OK");
  EXPECT_EQ(tags_in("@ = lquantize(1, -10, 100, 10, 5);"), "OK");
  EXPECT_EQ(tags_in("@ = lquantize(1, 0, 100); @ = lquantize(2, 0, 100, 2);"),
            "D_LQUANT_MATCHSTEP");
  EXPECT_EQ(tags_in("@ = lquantize(1, 5, 5);"), "D_LQUANT_MISMATCH");
  EXPECT_EQ(tags_in("@ = lquantize(1, 0, 100, -1);"), "D_LQUANT_STEPTYPE");
}

TEST(Aggs, LlquantizeSteps) {
  for (const char* steps : {"1", "2", "5", "10", "20", "50", "100"})
    EXPECT_EQ(tags_in(std::string("@ = llquantize(1, 10, 0, 3, ") + steps + ");"), "OK") << steps;
  for (const char* steps : {"3", "4", "15", "25", "30"})
    EXPECT_EQ(tags_in(std::string("@ = llquantize(1, 10, 0, 3, ") + steps + ");"),
              "D_LLQUANT_STEPVAL")
        << steps;
  EXPECT_EQ(tags_in("@ = llquantize(1, 10, 0, 18, 10);"), "OK");
  EXPECT_EQ(tags_in("@ = llquantize(1, 10, 0, 19, 10);"), "D_LLQUANT_HMAGVAL");
}

TEST(Aggs, Actions) {
  EXPECT_EQ(tags_in("@a = count(); trunc(@a); trunc(@a, 3); clear(@a); normalize(@a, 2);"), "OK");
  EXPECT_EQ(tags_of("BEGIN { printa(@a); } END { @a = count(); }"), "OK");
  EXPECT_EQ(tags_in("printa(@a);"), "D_PRINTA_AGGBAD");
  EXPECT_EQ(tags_in("@a = count(); printa(@a[1]);"), "D_PRINTA_AGGARG");
  EXPECT_EQ(tags_in("@a = count(); trunc(@a, \"x\");"), "D_PROTO_ARG");
}

}  // namespace
}  // namespace dt::test
