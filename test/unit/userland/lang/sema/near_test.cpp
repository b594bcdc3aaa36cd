// SPDX-License-Identifier: MIT
// Suggestions for mistyped names.
#include "lang/sema/near.hpp"

#include <gtest/gtest.h>

#include "check_d.hpp"

namespace dt::test {
namespace {

using lang::sema::nearest;

TEST(Near, FindsSmallMistakesOnly) {
  const std::vector<std::string> known = {"execname", "timestamp", "pid", "probefunc"};
  EXPECT_EQ(nearest("excename", known), "execname");
  EXPECT_EQ(nearest("execnam", known), "execname");
  EXPECT_EQ(nearest("timstamp", known), "timestamp");
  EXPECT_EQ(nearest("pdi", known), "pid");
  EXPECT_EQ(nearest("walrus", known), "");
  EXPECT_EQ(nearest("x", known), "");
}

std::string hint_of(const std::string& text) {
  auto checked = check_d(text);
  return checked->output->diagnostics.all().empty() ? ""
                                                    : checked->output->diagnostics.all()[0].hint;
}

TEST(Near, HintsOfTheCompiler) {
  EXPECT_EQ(hint_of("BEGIN { trace(exename); }"), "did you mean execname?");
  EXPECT_EQ(hint_of("BEGIN { total = 1; trace(totl); }"), "did you mean total?");
  EXPECT_EQ(hint_of("BEGIN { self->start = 1; trace(self->strat); }"), "did you mean start?");
  EXPECT_EQ(hint_of("BEGIN { pirntf(\"x\"); }"), "did you mean printf?");
  EXPECT_EQ(hint_of("struct { int count; } s; BEGIN { trace(s.cuont); }"), "did you mean count?");
}

}  // namespace
}  // namespace dt::test
