// SPDX-License-Identifier: MIT
// Declarations: combinations of words, layouts through sizeof, redeclarations, what is incomplete.
#include <gtest/gtest.h>

#include "check_d.hpp"

namespace dt::test {
namespace {

std::string declare(const std::string& text) { return tags_of(text + "\nBEGIN { exit(0); }"); }

TEST(Decls, WordsInAnyOrder) {
  EXPECT_EQ(type_of("sizeof (long int unsigned)"), "size_t 8");
  EXPECT_EQ(type_of("(int short)1"), "short 1");
  EXPECT_EQ(type_of("(unsigned)1"), "unsigned int 1");
  EXPECT_EQ(declare("long long int a; long double b; signed char c; _Bool d;"), "OK");
  EXPECT_EQ(declare("long long long a;"), "D_DECL_COMBO");
  EXPECT_EQ(declare("long short a;"), "D_UNKNOWN");
  EXPECT_EQ(declare("signed unsigned a;"), "D_DECL_COMBO");
  EXPECT_EQ(declare("double double a;"), "D_DECL_COMBO");
  EXPECT_EQ(declare("short char a;"), "D_DECL_CHARATTR");
  EXPECT_EQ(declare("long void *a;"), "D_DECL_VOIDATTR");
  EXPECT_EQ(declare("short double a;"), "D_DECL_LONGINT");
  EXPECT_EQ(declare("unsigned struct { int a; } b;"), "D_DECL_SIGNINT");
}

TEST(Decls, Declarators) {
  EXPECT_EQ(type_of("sizeof (int *[3])"), "size_t 24");
  EXPECT_EQ(type_of("sizeof (int (*)[3])"), "size_t 8");
  EXPECT_EQ(type_of("sizeof (a)", "int a[2][3];"), "size_t 24");
  EXPECT_EQ(type_of("sizeof (a[0])", "int a[2][3];"), "size_t 12");
  EXPECT_EQ(type_of("a[1]", "char *a[2];"), "char *");
  EXPECT_EQ(type_of("f", "int (*f)(char, ...);"), "int (*)(char, ...)");
}

TEST(Decls, Structs) {
  const std::string decl =
      "struct s { char a; union { int b; char c[8]; }; int d : 3; int e : 30; struct s *next; };";
  EXPECT_EQ(type_of("sizeof (struct s)", decl), "size_t 32");
  EXPECT_EQ(type_of("offsetof(struct s, c)", decl), "size_t 4");
  EXPECT_EQ(type_of("p->next->b", decl + "struct s *p;"), "int");
  EXPECT_EQ(declare("struct a { int x; int x; };"), "D_UNKNOWN");
  EXPECT_EQ(declare("struct a { int x; struct { int x; }; };"), "D_UNKNOWN");
  EXPECT_EQ(declare("struct a { int x; }; struct a { int y; };"), "D_DECL_TYPERED");
  EXPECT_EQ(declare("struct a; struct a *p; struct a { int y; };"), "OK");
  EXPECT_EQ(declare("struct a { struct b x; }; struct b { int y; };"), "D_DECL_INCOMPLETE");
  EXPECT_EQ(declare("struct a { void x; };"), "D_DECL_VOIDOBJ");
}

TEST(Decls, ABrokenTypeIsReportedOnce) {
  EXPECT_EQ(tags_of("struct a { struct a x; } v; struct b { struct a y; } w; BEGIN { v.x; w.y; }"),
            "D_DECL_INCOMPLETE");
}

TEST(Decls, BitFields) {
  EXPECT_EQ(declare("struct a { int x : 32; char : 0; _Bool y : 1; };"), "OK");
  EXPECT_EQ(declare("struct a { int x : 33; };"), "D_DECL_BFSIZE");
  EXPECT_EQ(declare("struct a { int x : 0; };"), "D_DECL_BFCONST");
  EXPECT_EQ(declare("struct a { int x : -1; };"), "D_DECL_BFCONST");
  EXPECT_EQ(declare("struct a { string x : 3; };"), "D_DECL_BFTYPE");
}

TEST(Decls, Enums) {
  EXPECT_EQ(type_of("B", "enum e { A = 5, B, C = A };"), "enum e 6");
  EXPECT_EQ(declare("enum e { A, A };"), "D_UNKNOWN");
  EXPECT_EQ(declare("enum e { A }; enum f { A };"), "D_DECL_IDRED");
  EXPECT_EQ(declare("int A; enum e { A };"), "D_DECL_IDRED");
  EXPECT_EQ(declare("enum e { A = 0x80000000 };"), "D_DECL_ENOFLOW");
  EXPECT_EQ(declare("enum e { A = -2147483648 };"), "OK");
}

TEST(Decls, Variables) {
  EXPECT_EQ(declare("int x; int x;"), "OK");
  EXPECT_EQ(declare("int x; long x;"), "D_DECL_IDRED");
  EXPECT_EQ(declare("self int x; this string x; char *x;"), "OK");
  EXPECT_EQ(declare("int pid;"), "D_DECL_IDRED");
  EXPECT_EQ(declare("void x;"), "D_DECL_VOIDOBJ");
  EXPECT_EQ(declare("int x[int, string]; self char *y[pid_t];"), "OK");
  EXPECT_EQ(declare("this int x[int];"), "D_DECL_LOCASSC");
  EXPECT_EQ(declare("int x[void];"), "D_DECL_PROTO_TYPE");
  EXPECT_EQ(declare("int x[3000000000];"), "D_DECL_ARRBIG");
  EXPECT_EQ(declare("extern int x[]; extern struct unknown y;"), "OK");
  EXPECT_EQ(declare("int x[];"), "D_DECL_ARRNULL");
  EXPECT_EQ(declare("int;"), "D_DECL_USELESS");
  EXPECT_EQ(declare("register int x;"), "D_DECL_BADCLASS");
}

TEST(Decls, Typedefs) {
  EXPECT_EQ(declare("typedef int num; typedef int num; num x;"), "OK");
  EXPECT_EQ(declare("typedef int num; typedef char num;"), "D_DECL_IDRED");
  EXPECT_EQ(type_of("x[2]", "typedef long list[4]; list x;"), "long");
}

TEST(Decls, Providers) {
  EXPECT_EQ(declare("provider p { probe a(int, char *); probe b(void); };"), "OK");
  EXPECT_EQ(declare("provider p1 { probe a(int); };"), "D_PROV_BADNAME");
  EXPECT_EQ(declare("provider p { probe a(int); probe a(int); };"), "D_PROV_PRDUP");
}

}  // namespace
}  // namespace dt::test
