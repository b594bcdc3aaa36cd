// SPDX-License-Identifier: MIT
// Arithmetic on constants: wrapping, shifts out of range, division.
#include "lang/sema/fold.hpp"

#include <gtest/gtest.h>

namespace dt::lang::sema {
namespace {

using ast::BinaryOp;

struct Fold : ::testing::Test {
  types::TypeTable types;
  const types::Type* s32 = types.int_type(4, true);
  const types::Type* u32 = types.int_type(4, false);
  const types::Type* s64 = types.int_type(8, true);
  const types::Type* u64 = types.int_type(8, false);
};

TEST_F(Fold, Fit) {
  EXPECT_EQ(fit(0x1ff, types.int_type(1, true)), -1);
  EXPECT_EQ(fit(0x1ff, types.int_type(1, false)), 255);
  EXPECT_EQ(fit(-1, u32), 0xffffffffll);
  EXPECT_EQ(fit(0x80000000ll, s32), INT32_MIN);
  EXPECT_EQ(fit(7, types.basic("_Bool")), 1);
}

TEST_F(Fold, Keeps64Bits) {
  EXPECT_EQ(fold_binary(BinaryOp::Add, INT32_MAX, 1, s32), 0x80000000ll);
  EXPECT_EQ(fold_binary(BinaryOp::Mul, 5, 1000000000, s32), 5000000000ll);
  EXPECT_EQ(fold_binary(BinaryOp::Shl, 1, 40, s32), 1ll << 40);
  EXPECT_EQ(fold_binary(BinaryOp::Sub, 0, 1, u32), -1);
  EXPECT_EQ(fold_unary(ast::UnaryOp::Neg, INT32_MIN), 0x80000000ll);
  EXPECT_EQ(fold_unary(ast::UnaryOp::BitNot, 0), -1);
}

TEST_F(Fold, Wrapping) {
  EXPECT_EQ(fold_binary(BinaryOp::Mul, INT64_MAX, 2, s64), -2);
  EXPECT_EQ(fold_binary(BinaryOp::Add, INT64_MAX, 1, s32), INT64_MIN);
  EXPECT_EQ(fold_unary(ast::UnaryOp::Neg, INT64_MIN), INT64_MIN);
}

TEST_F(Fold, Division) {
  EXPECT_EQ(fold_binary(BinaryOp::Div, INT64_MIN, -1, s64), INT64_MIN);
  EXPECT_EQ(fold_binary(BinaryOp::Mod, INT64_MIN, -1, s64), 0);
  EXPECT_EQ(fold_binary(BinaryOp::Div, -7, 2, s64), -3);
  EXPECT_EQ(fold_binary(BinaryOp::Div, -2, 2, u64), INT64_MAX);
  EXPECT_FALSE(fold_binary(BinaryOp::Div, 1, 0, s64));
  EXPECT_FALSE(fold_binary(BinaryOp::Mod, 1, 0, u64));
}

TEST_F(Fold, Shifts) {
  EXPECT_EQ(fold_binary(BinaryOp::Shl, 1, 64, s64), 0);
  EXPECT_EQ(fold_binary(BinaryOp::Shr, -1, 64, s64), -1);
  EXPECT_EQ(fold_binary(BinaryOp::Shr, -1, 64, u64), 0);
  EXPECT_EQ(fold_binary(BinaryOp::Shr, -8, 1, s64), -4);
}

TEST_F(Fold, ComparisonsFollowTheCommonType) {
  EXPECT_EQ(fold_binary(BinaryOp::Lt, -1, 1, s64), 1);
  EXPECT_EQ(fold_binary(BinaryOp::Lt, -1, 1, u64), 0);
}

}  // namespace
}  // namespace dt::lang::sema
