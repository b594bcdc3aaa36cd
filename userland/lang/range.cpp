// SPDX-License-Identifier: MIT
// Ranges of expressions, from the inside out. See range.hpp.
#include "lang/range.hpp"

#include <algorithm>
#include <bit>

namespace dt::lang {

using namespace ast;
using types::resolve;
using types::TypeKind;

namespace {

constexpr Range kAnything;
constexpr Range kTruth{0, 1};

Range of_bits(uint32_t bits, bool is_signed) {
  if (bits >= 64) {
    return kAnything;
  }
  if (!is_signed) {
    return {0, static_cast<int64_t>((uint64_t{1} << bits) - 1)};
  }
  int64_t half = int64_t{1} << (bits - 1);
  return {-half, half - 1};
}

Range either(const Range& a, const Range& b) {
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

bool is_signed_op(const types::Type* type) {
  const types::Type* t = resolve(type);
  return (t->kind == TypeKind::Int || t->kind == TypeKind::Enum) && t->is_signed;
}

// The smallest and the greatest of what two ends combined with two ends give; anything if one
// wraps.
template <typename Combine>
Range of_ends(const Range& l, const Range& r, Combine combine) {
  Range all{std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()};
  for (int64_t a : {l.low, l.high}) {
    for (int64_t b : {r.low, r.high}) {
      int64_t value = 0;
      if (combine(a, b, &value)) {
        return kAnything;
      }
      all = either(all, {value, value});
    }
  }
  return all;
}

Range of_and(const Range& l, const Range& r) {
  if (l.low < 0 && r.low < 0) {
    return kAnything;
  }
  // A value that is not negative clears what is above it.
  int64_t high = std::numeric_limits<int64_t>::max();
  for (const Range* side : {&l, &r}) {
    if (side->low >= 0) {
      high = std::min(high, side->high);
    }
  }
  return {0, high};
}

// | and ^ set no bit above the highest of both.
Range of_or(const Range& l, const Range& r) {
  if (l.low < 0 || r.low < 0) {
    auto bits_of = [](int64_t v) {
      return static_cast<uint32_t>(std::bit_width(static_cast<uint64_t>(v < 0 ? ~v : v)));
    };
    uint32_t bits = std::max({bits_of(l.low), bits_of(l.high), bits_of(r.low), bits_of(r.high)});
    return of_bits(bits + 1, true);
  }
  return of_bits(static_cast<uint32_t>(std::bit_width(static_cast<uint64_t>(l.high | r.high))),
                 false);
}

Range of_shift(BinaryOp op, const Range& l, const Range& count, bool is_signed) {
  bool is_exact = count.low == count.high && count.low >= 0 && count.low < 63;
  if (op == BinaryOp::Shl) {
    return is_exact ? of_ends(l, {int64_t{1} << count.low, int64_t{1} << count.low},
                              [](int64_t a, int64_t b, int64_t* out) {
                                return __builtin_mul_overflow(a, b, out);
                              })
                    : kAnything;
  }
  if (l.low < 0 && !is_signed) {
    return kAnything;
  }
  if (is_exact) {
    return {l.low >> count.low, l.high >> count.low};
  }
  return {std::min<int64_t>(l.low, 0), std::max<int64_t>(l.high, 0)};
}

Range of_division(BinaryOp op, const Range& l, const Range& r, bool is_signed) {
  if (!is_signed && (l.low < 0 || r.low < 0)) {
    return kAnything;
  }
  if (op == BinaryOp::Mod) {
    // Nearer to 0 than the divisor, with the dividend's sign.
    int64_t most = r.low > std::numeric_limits<int64_t>::min()
                       ? std::max(r.low < 0 ? -r.low : r.low, r.high < 0 ? -r.high : r.high)
                       : std::numeric_limits<int64_t>::max();
    most = most > 0 ? most - 1 : 0;
    return {l.low < 0 ? std::max(l.low, -most) : 0, l.high < 0 ? 0 : std::min(l.high, most)};
  }
  if (r.low > 0) {
    return of_ends(l, r, [](int64_t a, int64_t b, int64_t* out) {
      *out = a / b;
      return false;
    });
  }
  if (l.low == std::numeric_limits<int64_t>::min()) {
    return kAnything;
  }
  int64_t most = std::max(l.low < 0 ? -l.low : l.low, l.high < 0 ? -l.high : l.high);
  return {-most, most};
}

Range of_binary(const Binary& bin) {
  bool is_shift = bin.op == BinaryOp::Shl || bin.op == BinaryOp::Shr;
  const types::Type* type = is_shift || !bin.op_type ? bin.type : bin.op_type;
  if (!types::is_integer(bin.lhs->type) || !types::is_integer(bin.rhs->type)) {
    return kAnything;
  }
  Range l = range_of(*bin.lhs), r = range_of(*bin.rhs);
  switch (bin.op) {
    case BinaryOp::Add:
      return of_ends(l, r, [](int64_t a, int64_t b, int64_t* out) {
        return __builtin_add_overflow(a, b, out);
      });
    case BinaryOp::Sub:
      return of_ends(l, r, [](int64_t a, int64_t b, int64_t* out) {
        return __builtin_sub_overflow(a, b, out);
      });
    case BinaryOp::Mul:
      return of_ends(l, r, [](int64_t a, int64_t b, int64_t* out) {
        return __builtin_mul_overflow(a, b, out);
      });
    case BinaryOp::BitAnd:
      return of_and(l, r);
    case BinaryOp::BitOr:
    case BinaryOp::BitXor:
      return of_or(l, r);
    case BinaryOp::Shl:
    case BinaryOp::Shr:
      return of_shift(bin.op, l, r, is_signed_op(type));
    case BinaryOp::Div:
    case BinaryOp::Mod:
      return of_division(bin.op, l, r, is_signed_op(type));
    default:
      return kAnything;
  }
}

bool is_truth(BinaryOp op) {
  switch (op) {
    case BinaryOp::Lt:
    case BinaryOp::Le:
    case BinaryOp::Gt:
    case BinaryOp::Ge:
    case BinaryOp::Eq:
    case BinaryOp::Ne:
    case BinaryOp::LogAnd:
    case BinaryOp::LogXor:
    case BinaryOp::LogOr:
      return true;
    default:
      return false;
  }
}

Range of_unary(const Unary& unary) {
  switch (unary.op) {
    case UnaryOp::LogNot:
      return kTruth;
    case UnaryOp::Plus:
      return range_of(*unary.operand);
    case UnaryOp::BitNot: {
      Range inner = range_of(*unary.operand);
      return {~inner.high, ~inner.low};
    }
    case UnaryOp::Neg: {
      Range inner = range_of(*unary.operand);
      if (inner.low == std::numeric_limits<int64_t>::min()) {
        return kAnything;
      }
      return {-inner.high, -inner.low};
    }
    default:
      return range_of_type(unary.type);
  }
}

}  // namespace

bool keeps_bits(const Expr& lvalue) {
  const Expr* place = &lvalue;
  if (place->kind == ExprKind::Index) {
    place = as<Index>(*place).base.get();
  }
  const Variable* var = place->kind == ExprKind::Ident ? as<Ident>(*place).var : nullptr;
  return var && var->keeps_bits;
}

Range range_of_type(const types::Type* type) {
  const types::Type* t = resolve(type);
  if (!t || (t->kind != TypeKind::Int && t->kind != TypeKind::Enum) || !t->size || t->size >= 8) {
    return kAnything;
  }
  return of_bits(static_cast<uint32_t>(t->size) * 8, t->is_signed);
}

Range range_of(const Expr& expr) {
  if (expr.const_value) {
    return {*expr.const_value, *expr.const_value};
  }
  switch (expr.kind) {
    case ExprKind::Ident:
    case ExprKind::Index:
      return keeps_bits(expr) ? kAnything : range_of_type(expr.type);
    case ExprKind::Assign:
      return keeps_bits(*as<Assign>(expr).lhs) ? kAnything : range_of_type(expr.type);
    case ExprKind::IncDec:
      return keeps_bits(*as<IncDec>(expr).operand) ? kAnything : range_of_type(expr.type);
    case ExprKind::Unary:
      return of_unary(as<Unary>(expr));
    case ExprKind::Binary:
      return is_truth(as<Binary>(expr).op) ? kTruth : of_binary(as<Binary>(expr));
    case ExprKind::Cond:
      return either(range_of(*as<Cond>(expr).then_expr), range_of(*as<Cond>(expr).else_expr));
    case ExprKind::Comma:
      return range_of(*as<Comma>(expr).rhs);
    case ExprKind::Cast: {
      // A cast to a type that holds all of it changes nothing.
      Range inner = range_of(*as<Cast>(expr).operand), type = range_of_type(expr.type);
      return is_within(inner, type) ? inner : type;
    }
    case ExprKind::Member: {
      const auto& member = as<Member>(expr);
      bool is_bits = member.member && member.member->bit_size;
      return is_bits ? of_bits(member.member->bit_size, is_signed_op(member.member->type))
                     : range_of_type(expr.type);
    }
    default:
      return range_of_type(expr.type);  // read from where it was stored as that type
  }
}

}  // namespace dt::lang
