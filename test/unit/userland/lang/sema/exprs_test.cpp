// SPDX-License-Identifier: MIT
// Types and values of expressions: literals, promotion, pointers, strings, casts, what operators
// refuse.
#include <gtest/gtest.h>

#include "check_d.hpp"

namespace dt::test {
namespace {

TEST(Exprs, LiteralsTakeTheFirstTypeThatHoldsThem) {
  EXPECT_EQ(type_of("1"), "int 1");
  EXPECT_EQ(type_of("2147483647"), "int 2147483647");
  EXPECT_EQ(type_of("2147483648"), "long 2147483648");
  EXPECT_EQ(type_of("0x80000000"), "unsigned int 2147483648");
  EXPECT_EQ(type_of("0x100000000"), "long 4294967296");
  EXPECT_EQ(type_of("0xffffffffffffffff"), "unsigned long -1");
  EXPECT_EQ(type_of("1u"), "unsigned int 1");
  EXPECT_EQ(type_of("1ll"), "long long 1");
  EXPECT_EQ(type_of("1ul"), "unsigned long 1");
  EXPECT_EQ(type_of("'a'"), "int 97");
  EXPECT_EQ(type_of("\"a\""), "string");
}

TEST(Exprs, OperandsArePromotedAsInC) {
  const std::string vars = "char c; short s; unsigned int u; long l; unsigned long ul; uint8_t b;";
  EXPECT_EQ(type_of("c + c", vars), "int");
  EXPECT_EQ(type_of("-b", vars), "int");
  EXPECT_EQ(type_of("c * u", vars), "unsigned int");
  EXPECT_EQ(type_of("u + l", vars), "long");
  EXPECT_EQ(type_of("l | ul", vars), "unsigned long");
  EXPECT_EQ(type_of("s << l", vars), "int");
  EXPECT_EQ(type_of("u < l", vars), "int");
  EXPECT_EQ(type_of("c ? c : u", vars), "unsigned int");
}

TEST(Exprs, BitFieldsAndEnumsPromoteToInt) {
  const std::string decls = "struct { unsigned a : 3; unsigned b : 32; } s; enum e { X = 3 } v;";
  EXPECT_EQ(type_of("s.a + s.a", decls), "int");
  EXPECT_EQ(type_of("s.b + s.b", decls), "unsigned int");
  EXPECT_EQ(type_of("v + 1", decls), "int");
  EXPECT_EQ(type_of("X + 1", decls), "int 4");
}

TEST(Exprs, ConstantsAreFolded) {
  EXPECT_EQ(type_of("2 + 3 * 4"), "int 14");
  EXPECT_EQ(type_of("(char)300"), "char 44");
  EXPECT_EQ(type_of("(unsigned char)-1"), "unsigned char 255");
  EXPECT_EQ(type_of("-1 >> 1"), "int -1");
  EXPECT_EQ(type_of("1 << 31"), "int 2147483648");
  EXPECT_EQ(type_of("3 > 2 && 0"), "int 0");
  EXPECT_EQ(type_of("1 ^^ 1"), "int 0");
  EXPECT_EQ(type_of("-7 / 2"), "int -3");
  EXPECT_EQ(type_of("-7 % 4"), "int -3");
  EXPECT_EQ(type_of("1 ? 5 : 6"), "int 5");
  EXPECT_EQ(type_of("~0u"), "unsigned int -1");
  EXPECT_EQ(type_of("1u > -1"), "int 0");
}

TEST(Exprs, SizeofAndOffsetof) {
  const std::string decls = "struct s { char a; int b; char c[6]; } v;";
  EXPECT_EQ(type_of("sizeof (struct s)", decls), "size_t 16");
  EXPECT_EQ(type_of("sizeof (v.c)", decls), "size_t 6");
  EXPECT_EQ(type_of("offsetof(struct s, b)", decls), "size_t 4");
  EXPECT_EQ(type_of("sizeof (string)"), "size_t 256");
  EXPECT_EQ(type_of("sizeof (string)", "#pragma D option strsize=2k\n"), "size_t 2048");
  EXPECT_EQ(type_of("sizeof (struct t)", "struct t { string a; char b; };"), "size_t 264");
}

TEST(Exprs, PointerArithmetic) {
  const std::string decls = "int *p; int a[4]; char *c; void *v;";
  EXPECT_EQ(type_of("p + 1", decls), "int *");
  EXPECT_EQ(type_of("1 + a", decls), "int *");
  EXPECT_EQ(type_of("&a[2] - a", decls), "long");
  EXPECT_EQ(type_of("a[1]", decls), "int");
  EXPECT_EQ(type_of("p[1]", decls), "int");
  EXPECT_EQ(type_of("p - c", decls), "D_OP_INCOMPAT");
  EXPECT_EQ(type_of("v + 1", decls), "D_OP_INCOMPAT");
  EXPECT_EQ(type_of("p + p", decls), "D_OP_INCOMPAT");
  EXPECT_EQ(type_of("1 - p", decls), "D_OP_INCOMPAT");
  EXPECT_EQ(type_of("a[4]", decls), "D_ARR_BOUNDS");
  EXPECT_EQ(type_of("a[-1]", decls), "D_ARR_BOUNDS");
  EXPECT_EQ(type_of("p[\"x\"]", decls), "D_OP_INCOMPAT");
}

TEST(Exprs, Strings) {
  EXPECT_EQ(type_of("\"abc\" + 1"), "string");
  EXPECT_EQ(type_of("1 + execname"), "string");
  EXPECT_EQ(type_of("execname[0]"), "char");
  EXPECT_EQ(type_of("*execname"), "char");
  EXPECT_EQ(type_of("execname == \"a\""), "int");
  EXPECT_EQ(type_of("c == \"a\"", "char *c;"), "int");
  EXPECT_EQ(type_of("c == \"a\"", "char c[4];"), "int");
  EXPECT_EQ(type_of("pid ? \"a\" : c", "char c[4];"), "string");
  EXPECT_EQ(type_of("execname == 1"), "D_OP_INCOMPAT");
  EXPECT_EQ(type_of("execname && 1"), "D_OP_SCALAR");
  EXPECT_EQ(type_of("stringof(arg0)"), "string");
  EXPECT_EQ(type_of("(string)c", "char c[4];"), "string");
}

TEST(Exprs, Casts) {
  const std::string decls = "struct s { int a; } v; int *p; int arr[3];";
  EXPECT_EQ(type_of("(char *)p", decls), "char *");
  EXPECT_EQ(type_of("(long)p", decls), "long");
  EXPECT_EQ(type_of("(long)arr", decls), "long");
  EXPECT_EQ(type_of("(struct s *)0", decls), "struct s * 0");
  EXPECT_EQ(type_of("(int)v", decls), "D_CAST_INVAL");
  EXPECT_EQ(type_of("(struct s)1", decls), "D_CAST_INVAL");
  EXPECT_EQ(type_of("(int)execname", decls), "D_CAST_INVAL");
}

TEST(Exprs, Assignment) {
  EXPECT_EQ(tags_in("x = 1; x = 'a'; x += 2; x++; --x;"), "OK");
  EXPECT_EQ(tags_in("p = curthread; p = 0; p = (void *)0;"), "OK");
  EXPECT_EQ(tags_in("p = (int *)8; p = 8;"), "D_OP_INCOMPAT");
  EXPECT_EQ(tags_in("x = 8; x = (int *)8;"), "D_OP_INCOMPAT");
  EXPECT_EQ(tags_in("p = (int *)8; p = (char *)8;"), "D_OP_INCOMPAT");
  EXPECT_EQ(tags_in("p = (int *)8; p += 2; p -= 1; p++;"), "OK");
  EXPECT_EQ(tags_in("s = t;", "struct a { int x; } s, t;"), "OK");
  EXPECT_EQ(tags_in("s = \"a\"; s = c;", "char c[4];"), "OK");
  EXPECT_EQ(tags_in("x = 1; x <<= \"a\";"), "D_OP_INT");
  EXPECT_EQ(tags_in("x = 1; x %= 0;"), "D_DIV_ZERO");
  EXPECT_EQ(tags_in("self->s = execname; self->s = 0;"), "OK");
  EXPECT_EQ(tags_in("x[1] = s; x[1] = 0;", "struct a { int x; } s;"), "OK");
  EXPECT_EQ(tags_in("s = 0;", "struct a { int x; } s;"), "D_OP_INCOMPAT");
  EXPECT_EQ(tags_in("x = 1; (x = 2) = 3;"), "D_OP_LVAL");
}

TEST(Exprs, OneMistakeOneMessage) {
  EXPECT_EQ(tags_in("trace(nothing + 1); trace(nothing); x = nothing * 2;"), "D_IDENT_UNDEF");
  EXPECT_EQ(tags_in("trace(1 + (-execname));"), "D_OP_ARITH");
  EXPECT_EQ(tags_in("trace(-execname); trace(*3); trace(!s);", "struct { int a; } s;"),
            "D_OP_ARITH D_DEREF_NONPTR D_OP_SCALAR");
}

TEST(Exprs, Scratch) {
  EXPECT_EQ(tags_in("p = alloca(8); p = alloca(9);"), "OK");
  EXPECT_EQ(tags_in("p = alloca(8); p = 0;"), "OK");
  EXPECT_EQ(tags_in("p = alloca(8); p = (void *)&`max_pfn;"), "D_ALLOCA_INCOMPAT");
  EXPECT_EQ(tags_in("p = alloca(8); p = pid ? p : (void *)50;"), "D_ALLOCA_INCOMPAT");
  EXPECT_EQ(tags_in("copyinto(arg0, 4, &`max_pfn);"), "D_PROTO_ARG");
}

}  // namespace
}  // namespace dt::test
