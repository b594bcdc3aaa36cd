// SPDX-License-Identifier: MIT
// What of a predicate the kernel is told apart, so that it need not run the program.
#include <gtest/gtest.h>

#include "dtrace/uapi.h"
#include "run_d.hpp"

namespace dt::test {
namespace {

// Of the first clause; ~0 if the program has errors.
uint32_t filter(const std::string& predicate) {
  auto compiled =
      run_d_detail::compile_text("BEGIN /" + predicate + "/ { trace(1); }", nullptr, nullptr);
  EXPECT_EQ(compiled->errors, "") << predicate;
  return compiled->errors.empty() ? compiled->output->program.clauses[0].filter : ~0u;
}

TEST(Filter, ComparesPidOrTidWithAConstant) {
  EXPECT_EQ(filter("pid == 5"), DTRACE_FILTER(DTRACE_FILTER_PID_IS, 5));
  EXPECT_EQ(filter("5 == pid"), DTRACE_FILTER(DTRACE_FILTER_PID_IS, 5));
  EXPECT_EQ(filter("pid != 0"), DTRACE_FILTER(DTRACE_FILTER_PID_ISNT, 0));
  EXPECT_EQ(filter("tid == 4194304"), DTRACE_FILTER(DTRACE_FILTER_TID_IS, 4194304));
  EXPECT_EQ(filter("(tid) != (2 + 3)"), DTRACE_FILTER(DTRACE_FILTER_TID_ISNT, 5));
}

TEST(Filter, IsTheFirstOfAnAndChain) {
  EXPECT_EQ(filter("pid == 5 && arg0 && tid != 6"), DTRACE_FILTER(DTRACE_FILTER_PID_IS, 5));
  EXPECT_EQ(filter("(pid != 5 && arg0) && arg1"), DTRACE_FILTER(DTRACE_FILTER_PID_ISNT, 5));
}

TEST(Filter, NothingElseIsOne) {
  EXPECT_EQ(filter("arg0 && pid == 5"), 0u) << "what comes first may fault or count";
  EXPECT_EQ(filter("pid == 5 || arg0"), 0u);
  EXPECT_EQ(filter("pid == 5 ^^ arg0"), 0u);
  EXPECT_EQ(filter("!(pid == 5)"), 0u);
  EXPECT_EQ(filter("pid > 5"), 0u);
  EXPECT_EQ(filter("pid == tid"), 0u);
  EXPECT_EQ(filter("ppid == 5"), 0u);
  EXPECT_EQ(filter("pid"), 0u);
  EXPECT_EQ(filter("pid + 1 == 5"), 0u);
  EXPECT_EQ(filter("pid == -1"), 0u) << "no process has that";
  EXPECT_EQ(filter("pid == 1ull << 32"), 0u);
  EXPECT_EQ(filter("(char)pid == 5"), 0u) << "only a part of it is compared";
}

}  // namespace
}  // namespace dt::test
