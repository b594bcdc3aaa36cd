// SPDX-License-Identifier: MIT
// Result<T>: value, error, errno texts.
#include "base/result.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace dt {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) {
    return Error{"odd", EINVAL};
  }
  return value / 2;
}

Result<void> check(bool is_good) {
  if (!is_good) {
    return Error{"bad"};
  }
  return {};
}

TEST(Result, HoldsValueOrError) {
  ASSERT_TRUE(half(4));
  EXPECT_EQ(*half(4), 2);
  const Result<int> bad = half(3);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "odd");
  EXPECT_EQ(bad.error().errno_value, EINVAL);
}

TEST(Result, OfVoid) {
  EXPECT_TRUE(check(true));
  EXPECT_EQ(check(false).error().message, "bad");
}

TEST(Result, HoldsTypesThatOnlyMove) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(**result, 7);
}

TEST(Result, ErrorFromErrnoNamesTheCause) {
  EXPECT_EQ(error_from_errno("open x", ENOENT).message, "open x: No such file or directory");
}

}  // namespace
}  // namespace dt
