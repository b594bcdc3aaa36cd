// SPDX-License-Identifier: MIT
// Every operator on every pair of integer types, as constants and as variables, against a model in
// C++: values keep 64 bits, C's conversions decide signedness, casts and stores cut. The compiler's
// folding and the generated code (in the reference interpreter) must both agree with the model.
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <limits>
#include <tuple>
#include <utility>

#include "run_d.hpp"

namespace dt::test {
namespace {

// ---- The model. What the C++ compiler makes of T + U decides signedness.

enum PlainEnum { kBelow = -1 };

template <typename T, unsigned bits>
int64_t cut_bits(int64_t word) {
  auto up = static_cast<uint64_t>(word) << (64 - bits);
  return std::is_signed_v<T> ? static_cast<int64_t>(up) >> (64 - bits)
                             : static_cast<int64_t>(up >> (64 - bits));
}

template <typename Type, typename Like, unsigned bits>
struct Kind {
  using C = Type;  // what C's conversions see
  static constexpr bool kIsSigned = std::is_signed_v<Like>;
  static int64_t cut(int64_t word) { return cut_bits<Like, bits>(word); }
};
template <typename T>
using Whole = Kind<T, T, 8 * sizeof(T)>;

using Kinds = std::tuple<Whole<int8_t>, Whole<uint8_t>, Whole<int16_t>, Whole<uint16_t>, Whole<int>,
                         Whole<unsigned>, Whole<int64_t>, Whole<uint64_t>, Kind<int, int, 32>,
                         Kind<int, int, 5>, Kind<int, unsigned, 7>>;
constexpr size_t kNrKinds = std::tuple_size_v<Kinds>;
constexpr size_t kNrNamed = 8;  // those that a cast can name

struct Named {
  const char* name;
  const char* place;  // of a variable of the type; %c stands for a or b
};
constexpr Named kNames[kNrKinds] = {{"char", "%c_char"},
                                    {"unsigned char", "%c_uchar"},
                                    {"short", "this->%c_short"},
                                    {"unsigned short", "%c_ushort"},
                                    {"int", "this->%c_int"},
                                    {"unsigned int", "self->%c_uint"},
                                    {"long", "%c_long"},
                                    {"unsigned long", "%c_array[\"k\"]"},
                                    {"enum level", "%c_level"},
                                    {"", "this->%c_bits.s"},
                                    {"", "%c_bits.u"}};

constexpr const char* kDeclarations =
    "enum level { BELOW = -1, ABOVE = 1 };\n"
    "struct bits { int s : 5; unsigned int u : 7; };\n"
    "char a_char, b_char; unsigned char a_uchar, b_uchar; unsigned short a_ushort, b_ushort;\n"
    "this short a_short, b_short; this int a_int, b_int; self unsigned int a_uint, b_uint;\n"
    "long a_long, b_long; unsigned long a_array[string], b_array[string];\n"
    "enum level a_level, b_level; this struct bits a_bits, b_bits; struct bits a_bits, b_bits;\n";

std::string place(size_t kind, char which) {
  std::string text = kNames[kind].place;
  text.replace(text.find("%c"), 2, 1, which);
  return text;
}

// Signedness of the result of an arithmetic operator, and of a shift.
struct Signs {
  bool common = false, left = false;
};

template <size_t... i>
constexpr auto sign_table(std::index_sequence<i...>) {
  std::array<Signs, sizeof...(i)> table{};
  ((table[i] =
        [] {
          using L = typename std::tuple_element_t<i / kNrKinds, Kinds>::C;
          using R = typename std::tuple_element_t<i % kNrKinds, Kinds>::C;
          return Signs{std::is_signed_v<decltype(L{} + R{})>, std::is_signed_v<decltype(+L{})>};
        }()),
   ...);
  return table;
}
constexpr auto kSigns = sign_table(std::make_index_sequence<kNrKinds * kNrKinds>());

template <size_t... i>
auto cut_table(std::index_sequence<i...>) {
  return std::array<int64_t (*)(int64_t), sizeof...(i)>{std::tuple_element_t<i, Kinds>::cut...};
}
const auto kCut = cut_table(std::make_index_sequence<kNrKinds>());

template <size_t... i>
constexpr auto own_sign_table(std::index_sequence<i...>) {
  return std::array<bool, sizeof...(i)>{std::tuple_element_t<i, Kinds>::kIsSigned...};
}
constexpr auto kIsSigned = own_sign_table(std::make_index_sequence<kNrKinds>());

struct Value {
  int64_t word = 0;
  bool is_signed = true;
  std::string text() const {
    return is_signed ? std::to_string(word) : std::to_string(static_cast<uint64_t>(word));
  }
};

const std::vector<std::string> kOperators = {"+", "-", "*",  "/", "%",  "<<", ">>", "&",  "|",
                                             "^", "<", "<=", ">", ">=", "==", "!=", "&&", "||"};

bool is_division(const std::string& op) { return op == "/" || op == "%"; }

Value model(const std::string& op, int64_t a, int64_t b, const Signs& signs) {
  auto ua = static_cast<uint64_t>(a), ub = static_cast<uint64_t>(b);
  bool is_shift = op == "<<" || op == ">>";
  bool sign = is_shift ? signs.left : signs.common;
  auto word = [&](uint64_t value) { return Value{static_cast<int64_t>(value), sign}; };
  auto truth = [](bool value) { return Value{value, true}; };
  if (op == "+")
    return word(ua + ub);
  if (op == "-")
    return word(ua - ub);
  if (op == "*")
    return word(ua * ub);
  if (op == "&")
    return word(ua & ub);
  if (op == "|")
    return word(ua | ub);
  if (op == "^")
    return word(ua ^ ub);
  if (op == "<<")
    return word(ub < 64 ? ua << ub : 0);
  if (op == ">>" && sign)
    return word(static_cast<uint64_t>(a >> (ub < 64 ? ub : 63)));
  if (op == ">>")
    return word(ub < 64 ? ua >> ub : 0);
  if (is_division(op) && sign && b == -1)
    return word(op == "/" ? 0 - ua : 0);
  if (op == "/")
    return word(sign ? static_cast<uint64_t>(a / b) : ua / ub);
  if (op == "%")
    return word(sign ? static_cast<uint64_t>(a % b) : ua % ub);
  if (op == "&&")
    return truth(a && b);
  if (op == "||")
    return truth(a || b);
  if (op == "==")
    return truth(a == b);
  if (op == "!=")
    return truth(a != b);
  bool is_less = sign ? a < b : ua < ub;
  if (op == "<")
    return truth(is_less);
  if (op == ">=")
    return truth(!is_less);
  return truth((op == "<=") == (is_less || a == b));
}

// ---- The cases

const std::vector<int64_t> kEdges = {0,
                                     1,
                                     -1,
                                     7,
                                     40,
                                     64,
                                     -128,
                                     255,
                                     65535,
                                     std::numeric_limits<int32_t>::max(),
                                     std::numeric_limits<int32_t>::min(),
                                     std::numeric_limits<uint32_t>::max(),
                                     5000000000,
                                     std::numeric_limits<int64_t>::max(),
                                     std::numeric_limits<int64_t>::min()};

// The different values that a type makes of the edges, thinned out in step with `salt`, so that
// pairs of types do not all see the same pairs of values.
std::vector<int64_t> values_of(size_t kind, size_t salt) {
  std::vector<int64_t> values;
  for (size_t i = 0; i < kEdges.size(); i++) {
    int64_t value = kCut[kind](kEdges[i]);
    bool is_new = std::find(values.begin(), values.end(), value) == values.end();
    if (is_new && (i + salt) % 3 == 0) {
      values.push_back(value);
    }
  }
  return values;
}

std::string literal(int64_t word) {
  return word == std::numeric_limits<int64_t>::min() ? "(-9223372036854775807 - 1)"
                                                     : "(" + std::to_string(word) + ")";
}

// Expressions of one program and what each must show.
class Cases {
 public:
  void add(const std::string& before, const std::string& expr, const Value& expected) {
    body_ += before + "trace(" + expr + ");\n";
    names_.push_back(before + expr);
    expected_.push_back(expected.text());
    if (++nr_in_clause_ == 60) {
      end_clause();
    }
  }
  void end_clause() {
    if (!body_.empty()) {
      text_ += "BEGIN {\n" + body_ + "}\n";
    }
    body_.clear();
    nr_in_clause_ = 0;
  }
  void check() {
    end_clause();
    Ran ran = run_d(kDeclarations + text_);
    ASSERT_EQ(ran.errors, "");
    size_t at = 0;
    for (size_t i = 0; i < expected_.size(); i++) {
      size_t end = ran.records.find(" | ", at);
      std::string got = ran.records.substr(at, end == ran.records.npos ? end : end - at);
      EXPECT_EQ(got, expected_[i]) << names_[i];
      at = end == ran.records.npos ? ran.records.size() : end + 3;
    }
  }

 private:
  std::string text_, body_;
  size_t nr_in_clause_ = 0;
  std::vector<std::string> names_, expected_;
};

const Signs& signs_of(size_t left, size_t right) { return kSigns[left * kNrKinds + right]; }

TEST(Arithmetic, VariablesOfEveryTypePair) {
  for (size_t l = 0; l < kNrKinds; l++) {
    for (size_t r = 0; r < kNrKinds; r++) {
      Cases cases;
      std::string a = place(l, 'a'), b = place(r, 'b');
      for (int64_t left : values_of(l, r)) {
        for (int64_t right : values_of(r, l + 1)) {
          std::string set = a + " = " + literal(left) + "; " + b + " = " + literal(right) + "; ";
          for (const std::string& op : kOperators) {
            if (!is_division(op) || right != 0) {
              cases.add(set, a + " " + op + " " + b, model(op, left, right, signs_of(l, r)));
              set.clear();
            }
          }
          Value taken{left ? right : left, signs_of(l, r).common};
          cases.add("", a + " ? " + b + " : " + a, taken);
        }
      }
      cases.check();
    }
  }
}

TEST(Arithmetic, ConstantsOfEveryTypePair) {
  for (size_t l = 0; l < kNrNamed; l++) {
    for (size_t r = 0; r < kNrNamed; r++) {
      Cases cases;
      for (int64_t left : values_of(l, r)) {
        for (int64_t right : values_of(r, l + 1)) {
          std::string a = "(" + std::string(kNames[l].name) + ")" + literal(left);
          std::string b = "(" + std::string(kNames[r].name) + ")" + literal(right);
          for (const std::string& op : kOperators) {
            if (!is_division(op) || right != 0) {
              cases.add("", a + " " + op + " " + b, model(op, left, right, signs_of(l, r)));
            }
          }
        }
      }
      cases.check();
    }
  }
}

// One side known to the compiler: immediates, inline division, folded shift counts.
TEST(Arithmetic, VariableWithConstant) {
  for (size_t l = 0; l < kNrKinds; l++) {
    for (size_t r : {4u, 5u, 6u, 7u}) {
      Cases cases;
      std::string a = place(l, 'a');
      for (int64_t left : values_of(l, r)) {
        std::string set = a + " = " + literal(left) + "; ";
        for (int64_t right : values_of(r, l + 1)) {
          std::string b = "(" + std::string(kNames[r].name) + ")" + literal(right);
          for (const std::string& op : kOperators) {
            if (!is_division(op) || right != 0) {
              cases.add(set, a + " " + op + " " + b, model(op, left, right, signs_of(l, r)));
              set.clear();
            }
            if (!is_division(op) || left != 0) {
              cases.add("", b + " " + op + " " + a, model(op, right, left, signs_of(r, l)));
            }
          }
        }
      }
      cases.check();
    }
  }
}

TEST(Arithmetic, UnaryOperatorsAndSteps) {
  for (size_t k = 0; k < kNrKinds; k++) {
    Cases cases;
    std::string a = place(k, 'a');
    bool sign = signs_of(k, k).left;
    bool own_sign = kIsSigned[k];
    for (int64_t value : values_of(k, 1)) {
      auto word = static_cast<uint64_t>(value);
      std::string set = a + " = " + literal(value) + "; ";
      cases.add(set, "-" + a, {static_cast<int64_t>(0 - word), sign});
      cases.add("", "~" + a, {static_cast<int64_t>(~word), sign});
      cases.add("", "+" + a, {value, sign});
      cases.add("", "!" + a, {value == 0, true});
      Value up{kCut[k](static_cast<int64_t>(word + 1)), own_sign};
      Value down{kCut[k](static_cast<int64_t>(word - 1)), own_sign};
      cases.add("", a + "++", {value, own_sign});
      cases.add("", a, up);
      cases.add(set, "++" + a, up);
      cases.add(set, a + "--", {value, own_sign});
      cases.add("", a, down);
      cases.add(set, "--" + a, down);
      cases.add(set + a + "++; ", a, up);
    }
    cases.check();
  }
}

TEST(Arithmetic, StoresAndCastsCutComputedValues) {
  for (size_t l = 0; l < kNrKinds; l++) {
    for (size_t r = l % 3; r < kNrKinds; r += 3) {
      Cases cases;
      std::string a = place(l, 'a'), b = place(r, 'b');
      bool a_sign = kIsSigned[l];
      for (int64_t left : values_of(l, r)) {
        for (int64_t right : values_of(r, l + 1)) {
          std::string set = a + " = " + literal(left) + "; " + b + " = " + literal(right) + "; ";
          for (const char* op : {"+", "-", "*", "/", "%", "<<", ">>", "&", "|", "^"}) {
            if (is_division(op) && right == 0) {
              continue;
            }
            Value whole = model(op, left, right, signs_of(l, r));
            Value kept{kCut[l](whole.word), a_sign};
            std::string value = a + " " + op + " " + b;
            cases.add(set, a + " " + op + "= " + b, kept);
            cases.add("", a, kept);
            cases.add(set + a + " " + op + "= " + b + "; ", a, kept);
            cases.add(set, "(" + a + " = " + value + ")", kept);
            cases.add(set + a + " = " + value + "; ", a, kept);
            if (l < kNrNamed) {
              cases.add(set, "(" + std::string(kNames[l].name) + ")(" + value + ")", kept);
            }
          }
        }
      }
      cases.check();
    }
  }
}

std::string run(const std::string& body) {
  Ran ran = run_d("BEGIN { " + body + " }");
  return ran.errors.empty() ? ran.records + ran.aggs : ran.errors;
}

// What published scripts rely on.
TEST(Arithmetic, ConstantsAreNotCut) {
  EXPECT_EQ(run("trace(5 * 1000000000);"), "5000000000");
  EXPECT_EQ(run("trace(100*1024*1024*1024);"), "107374182400");
  EXPECT_EQ(run("x = (uint64_t)3 << 40; trace(x & (1 << 40));"), "1099511627776");
  EXPECT_EQ(run("start = (uint64_t)1; now = (uint64_t)700000001; "
                "trace(now - start > 5 * 1000000000);"),
            "0");
  EXPECT_EQ(run("this->n = 1000000000; trace(this->n * 5); printf(\"%d\", this->n * 5);"),
            "5000000000 | 5000000000");
  EXPECT_EQ(
      run("trace(1 << 64); trace(-1 >> 64); trace(1u << 63); trace(-9223372036854775807 - 1);"),
      "0 | -1 | 9223372036854775808 | -9223372036854775808");
  EXPECT_EQ(run("trace(1 ? 1 << 40 : 0);"), "1099511627776");
}

// A variable that an assignment makes holds what it is given, and what it is given later.
TEST(Arithmetic, VariablesMadeByAssignment) {
  EXPECT_EQ(run("x = 5 * 1000000000; trace(x);"), "5000000000");
  EXPECT_EQ(run("x = 0; x = (uint64_t)1 << 40; trace(x);"), "1099511627776");
  EXPECT_EQ(run("this->x = 0; this->x += 1 << 40; trace(this->x);"), "1099511627776");
  EXPECT_EQ(run("self->x = 1; self->x <<= 40; trace(self->x);"), "1099511627776");
  EXPECT_EQ(run("a[1] = 0; a[1] = 1 << 40; trace(a[1]);"), "1099511627776");
  EXPECT_EQ(run("self->a[1] = 0; self->a[1] += 1 << 40; trace(self->a[1]);"), "1099511627776");
  // A value that has a type gives it.
  EXPECT_EQ(run("this->x = (unsigned char)200; this->x += 100; trace(this->x);"), "44");
  EXPECT_EQ(run("this->x = args[2]; trace(sizeof(this->x));"), "2");
  // Signedness is C's: int and unsigned compare unsigned, long and unsigned signed.
  EXPECT_EQ(run("x = -1; y = 1u; z = -1ll; trace(x < y); trace(z < y); trace(sizeof(x));"),
            "0 | 1 | 4");
}

TEST(Arithmetic, KeysAreNotCut) {
  EXPECT_EQ(run("@[5 * 1000000000] = count(); @[705032704] = count();"),
            "705032704=1 5000000000=1");
  EXPECT_EQ(run("@[705032704] = count(); @[5 * 1000000000] = count();"),
            "705032704=1 5000000000=1");
  EXPECT_EQ(run("x = 1000000000; @[(int)x * 5] = count();"), "5000000000=1");
  EXPECT_EQ(run("a[1] = 1; a[1 << 40] = 2; trace(a[1]); trace(a[1 << 40]); trace(a[0]);"),
            "1 | 2 | 0");
  // One value is one key, whatever type it comes in.
  EXPECT_EQ(run("@[(char)5] = count(); @[5] = count(); @[5ull] = count(); @[(short)5] = count();"),
            "5=4");
  EXPECT_EQ(run("@[(char)-1] = count(); @[-1] = count(); @[-1ll] = count();"), "-1=3");
  EXPECT_EQ(run("@[(uint32_t)4294967295] = count(); @[-1] = count();"), "4294967295=1 -1=1");
  EXPECT_EQ(run("a[(uint32_t)4294967295] = 7; trace(a[-1]); trace(a[4294967295]);"), "0 | 7");
}

TEST(Arithmetic, DeclaredKeysCut) {
  Ran ran = run_d("int a[int]; BEGIN { a[1] = 7; trace(a[(1 << 40) + 1]); }");
  EXPECT_EQ(ran.errors + ran.records, "7");
}

TEST(Arithmetic, InlinesHaveTheirTypes) {
  Ran ran = run_d(
      "inline int cut = 5 * 1000000000; inline long kept = 5 * 1000000000;\n"
      "inline int twice[int x] = x * 2; inline long square[long x] = x * x;\n"
      "BEGIN { trace(cut); trace(kept); trace(twice[1 << 30]); trace(square[(1 << 20) + x++]); }");
  EXPECT_EQ(ran.errors + ran.records, "705032704 | 5000000000 | -2147483648 | 1099511627776");
}

TEST(Arithmetic, WhatAggregationsGet) {
  EXPECT_EQ(run("@a = sum(100*1024*1024*1024); @b = max(1 << 40); this->n = 1 << 30; "
                "@c = sum((int)this->n * 4);"),
            "=107374182400 =1099511627776 =4294967296");
}

}  // namespace
}  // namespace dt::test
