// SPDX-License-Identifier: MIT
// The arithmetic of D on constants: two's complement in 64 bits, wrapping; a shift by 64 or more
// gives 0 or the sign, and INT64_MIN / -1 wraps. The kernel's subroutines and the reference
// interpreter follow the same rules.
#include "lang/sema/fold.hpp"

namespace dt::lang::sema {

using ast::BinaryOp;
using ast::UnaryOp;

int64_t fit(int64_t value, const types::Type* type) {
  type = types::resolve(type);
  if (type->is_bool)
    return value != 0;
  if (type->kind != types::TypeKind::Int && type->kind != types::TypeKind::Enum)
    return value;
  switch (type->size) {
    case 1:
      return type->is_signed ? int64_t{static_cast<int8_t>(value)} : static_cast<uint8_t>(value);
    case 2:
      return type->is_signed ? int64_t{static_cast<int16_t>(value)} : static_cast<uint16_t>(value);
    case 4:
      return type->is_signed ? int64_t{static_cast<int32_t>(value)} : static_cast<uint32_t>(value);
    default:
      return value;
  }
}

std::optional<int64_t> fold_binary(BinaryOp op, int64_t lhs, int64_t rhs,
                                   const types::Type* op_type) {
  const types::Type* type = types::resolve(op_type);
  bool is_signed = type->kind != types::TypeKind::Pointer && type->is_signed;
  auto l = static_cast<uint64_t>(lhs), r = static_cast<uint64_t>(rhs);
  auto done = [](uint64_t value) { return static_cast<int64_t>(value); };
  switch (op) {
    case BinaryOp::Mul:
      return done(l * r);
    case BinaryOp::Div:
    case BinaryOp::Mod: {
      if (r == 0)
        return std::nullopt;
      bool is_div = op == BinaryOp::Div;
      if (!is_signed)
        return done(is_div ? l / r : l % r);
      if (rhs == -1)
        return done(is_div ? 0 - l : 0);
      return done(static_cast<uint64_t>(is_div ? lhs / rhs : lhs % rhs));
    }
    case BinaryOp::Add:
      return done(l + r);
    case BinaryOp::Sub:
      return done(l - r);
    case BinaryOp::Shl:
      return done(r >= 64 ? 0 : l << r);
    case BinaryOp::Shr:
      if (is_signed)
        return done(static_cast<uint64_t>(lhs >> (r >= 64 ? 63 : r)));
      return done(r >= 64 ? 0 : l >> r);
    case BinaryOp::Lt:
      return is_signed ? lhs < rhs : l < r;
    case BinaryOp::Le:
      return is_signed ? lhs <= rhs : l <= r;
    case BinaryOp::Gt:
      return is_signed ? lhs > rhs : l > r;
    case BinaryOp::Ge:
      return is_signed ? lhs >= rhs : l >= r;
    case BinaryOp::Eq:
      return lhs == rhs;
    case BinaryOp::Ne:
      return lhs != rhs;
    case BinaryOp::BitAnd:
      return done(l & r);
    case BinaryOp::BitXor:
      return done(l ^ r);
    case BinaryOp::BitOr:
      return done(l | r);
    case BinaryOp::LogAnd:
      return lhs != 0 && rhs != 0;
    case BinaryOp::LogXor:
      return (lhs != 0) != (rhs != 0);
    case BinaryOp::LogOr:
      return lhs != 0 || rhs != 0;
  }
  return std::nullopt;
}

std::optional<int64_t> fold_unary(UnaryOp op, int64_t value) {
  switch (op) {
    case UnaryOp::Plus:
      return value;
    case UnaryOp::Neg:
      return static_cast<int64_t>(0 - static_cast<uint64_t>(value));
    case UnaryOp::BitNot:
      return ~value;
    case UnaryOp::LogNot:
      return value == 0;
    case UnaryOp::Deref:
    case UnaryOp::AddrOf:
      break;
  }
  return std::nullopt;
}

}  // namespace dt::lang::sema
