// SPDX-License-Identifier: MIT
// Operators and their precedence. See operators.hpp.
#include "lang/operators.hpp"

namespace dt::lang {

using ast::BinaryOp;

std::optional<BinaryInfo> binary_info(Tok kind) {
  switch (kind) {
    case Tok::OrOr:
      return BinaryInfo{1, BinaryOp::LogOr};
    case Tok::XorXor:
      return BinaryInfo{2, BinaryOp::LogXor};
    case Tok::AndAnd:
      return BinaryInfo{3, BinaryOp::LogAnd};
    case Tok::Pipe:
      return BinaryInfo{4, BinaryOp::BitOr};
    case Tok::Caret:
      return BinaryInfo{5, BinaryOp::BitXor};
    case Tok::Amp:
      return BinaryInfo{6, BinaryOp::BitAnd};
    case Tok::EqEq:
      return BinaryInfo{7, BinaryOp::Eq};
    case Tok::NotEq:
      return BinaryInfo{7, BinaryOp::Ne};
    case Tok::Lt:
      return BinaryInfo{8, BinaryOp::Lt};
    case Tok::Gt:
      return BinaryInfo{8, BinaryOp::Gt};
    case Tok::Le:
      return BinaryInfo{8, BinaryOp::Le};
    case Tok::Ge:
      return BinaryInfo{8, BinaryOp::Ge};
    case Tok::Shl:
      return BinaryInfo{9, BinaryOp::Shl};
    case Tok::Shr:
      return BinaryInfo{9, BinaryOp::Shr};
    case Tok::Plus:
      return BinaryInfo{10, BinaryOp::Add};
    case Tok::Minus:
      return BinaryInfo{10, BinaryOp::Sub};
    case Tok::Star:
      return BinaryInfo{11, BinaryOp::Mul};
    case Tok::Slash:
      return BinaryInfo{11, BinaryOp::Div};
    case Tok::Percent:
      return BinaryInfo{11, BinaryOp::Mod};
    default:
      return std::nullopt;
  }
}

std::optional<BinaryOp> assigned_op(Tok kind) {
  switch (kind) {
    case Tok::MulAssign:
      return BinaryOp::Mul;
    case Tok::DivAssign:
      return BinaryOp::Div;
    case Tok::ModAssign:
      return BinaryOp::Mod;
    case Tok::AddAssign:
      return BinaryOp::Add;
    case Tok::SubAssign:
      return BinaryOp::Sub;
    case Tok::ShlAssign:
      return BinaryOp::Shl;
    case Tok::ShrAssign:
      return BinaryOp::Shr;
    case Tok::AndAssign:
      return BinaryOp::BitAnd;
    case Tok::XorAssign:
      return BinaryOp::BitXor;
    case Tok::OrAssign:
      return BinaryOp::BitOr;
    default:
      return std::nullopt;
  }
}

bool is_assignment(Tok kind) { return kind == Tok::Assign || assigned_op(kind).has_value(); }

std::optional<ast::UnaryOp> unary_op(Tok kind) {
  switch (kind) {
    case Tok::Plus:
      return ast::UnaryOp::Plus;
    case Tok::Minus:
      return ast::UnaryOp::Neg;
    case Tok::Tilde:
      return ast::UnaryOp::BitNot;
    case Tok::Not:
      return ast::UnaryOp::LogNot;
    case Tok::Star:
      return ast::UnaryOp::Deref;
    case Tok::Amp:
      return ast::UnaryOp::AddrOf;
    default:
      return std::nullopt;
  }
}

}  // namespace dt::lang
