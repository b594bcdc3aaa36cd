// SPDX-License-Identifier: MIT
// What compiled programs do, in the reference interpreter.
#include <gtest/gtest.h>

#include "run_d.hpp"

namespace dt::test {
namespace {

// body is that of a BEGIN clause; what it records, "| " between actions.
std::string run(const std::string& body, const refinterp::Surroundings& around = {}) {
  Ran ran = run_d("BEGIN { " + body + " }", around);
  return ran.errors.empty() ? ran.records : ran.errors;
}
std::string run_program(const std::string& text) {
  Ran ran = run_d(text);
  return ran.errors.empty() ? ran.records : ran.errors;
}
std::string aggs(const std::string& body) {
  Ran ran = run_d("BEGIN { " + body + " }");
  return ran.errors.empty() ? ran.aggs : ran.errors;
}

TEST(Codegen, Integers) {
  EXPECT_EQ(run("trace(1 + 2 * 3);"), "7");
  EXPECT_EQ(run("x = 7; y = 2; trace(x / y); trace(x % y); trace(-x / y); trace(-x % y);"),
            "3 | 1 | -3 | -1");
  EXPECT_EQ(run("x = -7; trace(x / 2); trace(x % 4); trace(x / 4); trace(x / 1);"),
            "-3 | -3 | -1 | -7");
  EXPECT_EQ(run("x = 100ull; trace(x / 8); trace(x % 8); trace(x / 7); trace(x % 7);"),
            "12 | 4 | 14 | 2");
  EXPECT_EQ(
      run("x = 5; trace(x & 3); trace(x | 8); trace(x ^ 1); trace(~x); trace(-x); trace(+x);"),
      "1 | 13 | 4 | -6 | -5 | 5");
  EXPECT_EQ(run("x = 3; trace(!x); trace(!!x);"), "0 | 1");
  EXPECT_EQ(run("x = (int)2147483647; x = x + 1; trace(x);"), "-2147483648");
  EXPECT_EQ(run("this->u = (uint32_t)4294967295; this->u++; trace(this->u);"), "0");
  EXPECT_EQ(run("this->c = (char)200; trace(this->c); trace((unsigned char)this->c);"),
            "-56 | 200");
  EXPECT_EQ(run("x = 1ll << 40; trace(x); trace(x >> 38);"), "1099511627776 | 4");
  EXPECT_EQ(run("x = 0x123456789abcdefll; trace(x & 0xffffffffff);"), "444691369455");
}

TEST(Codegen, ShiftsPastTheWidth) {
  EXPECT_EQ(run("n = 64; x = 5ll; trace(x << n); trace(x >> n); x = -5ll; trace(x >> n);"),
            "0 | 0 | -1");
  EXPECT_EQ(run("n = 70; x = 5ull; trace(x >> n);"), "0");
  EXPECT_EQ(run("n = 63; x = -5ll; trace(x >> n); trace(1ull << n);"), "-1 | 9223372036854775808");
}

TEST(Codegen, DivisionFaults) {
  EXPECT_EQ(run("x = 0; trace(1); trace(5 / x);"), "fault 4 action 3");
  EXPECT_EQ(run("x = 0; y = 5; y %= x;"), "fault 4 action 3");
  EXPECT_EQ(run("x = -1; y = (-9223372036854775807ll - 1); trace(y / x);"), "-9223372036854775808");
}

TEST(Codegen, Comparisons) {
  EXPECT_EQ(run("x = 3; trace(x < 4); trace(4 < x); trace(x >= 3); trace(x != 3);"),
            "1 | 0 | 1 | 0");
  EXPECT_EQ(run("x = -1; y = 1u; trace(x < y);"), "0");  // compares unsigned, as C does
  EXPECT_EQ(run("x = -1ll; y = 1u; trace(x < y);"), "1");
  EXPECT_EQ(run("x = 1; y = 0; trace(x && y); trace(x || y); trace(x ^^ y); trace(x ^^ x);"),
            "0 | 1 | 1 | 0");
}

TEST(Codegen, OnlyTheNeededSideIsEvaluated) {
  EXPECT_EQ(run("x = 0; trace(x && 1 / x); trace(!x || 1 / x); trace(x ? 1 / x : 7);"),
            "0 | 1 | 7");
  EXPECT_EQ(run("x = 1; y = 0; x && (y = 5); trace(y); !x && (y = 6); trace(y);"), "5 | 5");
}

TEST(Codegen, AssignmentsAndIncrements) {
  EXPECT_EQ(run("x = 5; trace(x++); trace(x); trace(++x); trace(x--); trace(--x);"),
            "5 | 6 | 7 | 7 | 5");
  EXPECT_EQ(run("this->x = 5; trace(this->x++); trace(this->x); trace(--this->x);"), "5 | 6 | 5");
  EXPECT_EQ(run("self->x = 5; self->x += 3; trace(self->x); self->x <<= 2; trace(self->x);"),
            "8 | 32");
  EXPECT_EQ(run("a[1, \"k\"] = 5; a[1, \"k\"] *= 3; trace(a[1, \"k\"]); trace(a[2, \"k\"]);"),
            "15 | 0");
  EXPECT_EQ(run("a[1]++; a[1]++; trace(a[1]++); trace(a[1]);"), "2 | 3");
  EXPECT_EQ(run("self->a[\"x\"] = 2; self->a[\"x\"]--; trace(self->a[\"x\"]);"), "1");
  EXPECT_EQ(run("x = y = z = 4; trace(x + y + z);"), "12");
  EXPECT_EQ(run("this->a = this->b = 4; trace(this->a * this->b);"), "16");
  EXPECT_EQ(run("x = 10; x /= 3; trace(x); x %= 2; trace(x); y = 4; x = 20; x /= y; trace(x);"),
            "3 | 1 | 5");
  EXPECT_EQ(run("x = 6; x &= 3; trace(x); x |= 9; trace(x); x ^= 1; trace(x); x >>= 1; trace(x);"),
            "2 | 11 | 10 | 5");
}

TEST(Codegen, DeepExpressionsSpill) {
  std::string sum = "x", left = "1";
  for (int i = 0; i < 100; i++) {
    sum = "(x + (" + sum + "))";
    left = "(arg0 + (" + left + "))";
  }
  refinterp::Surroundings around;
  around.args[0] = 2;
  EXPECT_EQ(run("x = 1; trace(" + sum + ");"), "101");
  EXPECT_EQ(run("trace(" + left + ");", around), "201");
  std::string balanced = "this->x";
  for (int i = 0; i < 8; i++) {
    balanced = "(" + balanced + " + " + balanced + ")";
  }
  EXPECT_EQ(run("this->x = 3; trace(" + balanced + ");"), "768");
  std::string calling = "x";
  for (int i = 0; i < 7; i++) {
    calling = "(" + calling + " * 2 - " + calling + ")";
  }
  EXPECT_EQ(run("x = 3; trace(" + calling + ");"), "3");
}

TEST(Codegen, Strings) {
  EXPECT_EQ(run("trace(\"abc\");"), "\"abc\"");
  EXPECT_EQ(run("x = \"abc\"; y = x; trace(y); trace(strlen(y));"), "\"abc\" | 3");
  EXPECT_EQ(run("x = \"abc\"; x = strjoin(x, x); trace(x);"), "\"abcabc\"");
  EXPECT_EQ(run("this->x = \"ab\"; this->x = strjoin(this->x, \"cd\"); trace(this->x);"),
            "\"abcd\"");
  EXPECT_EQ(run("self->x = \"ab\"; trace(self->x); self->x = 0; trace(self->x);"), "\"ab\" | \"\"");
  EXPECT_EQ(run("a[\"k\", 1] = \"v\"; trace(a[\"k\", 1]); trace(a[\"l\", 1]);"), "\"v\" | \"\"");
  EXPECT_EQ(run("trace(\"a\" == \"a\"); x = \"b\"; trace(x > \"a\"); trace(x == \"a\");"),
            "1 | 1 | 0");
  EXPECT_EQ(run("x = 1; trace(x ? \"yes\" : \"no\");"), "\"yes\"");
  EXPECT_EQ(run("trace(substr(\"abcdef\", 2, 3)); trace(substr(\"abcdef\", 4));"),
            "\"cde\" | \"ef\"");
  EXPECT_EQ(run("trace(strtok(\"a,b\", \",\")); trace(strtok(0, \",\")); trace(strtok(0, \",\"));"),
            "\"a\" | \"b\" | \"\"");
  EXPECT_EQ(run("trace(index(\"abcabc\", \"c\")); trace(rindex(\"abcabc\", \"c\")); "
                "trace(index(\"a\", \"x\"));"),
            "2 | 5 | -1");
  EXPECT_EQ(run("trace(strchr(\"abcd\", 'c')); trace(strstr(\"abcd\", \"bc\")); "
                "trace(strrchr(\"abab\", 'a'));"),
            "\"cd\" | \"bcd\" | \"ab\"");
  EXPECT_EQ(run("trace(lltostr(-12)); trace(strtoll(\"0x1f\", 16)); trace(lltostr(255, 16));"),
            "\"-12\" | 31 | \"0xff\"");
  EXPECT_EQ(run("trace(basename(\"/a/b\")); trace(dirname(\"/a/b\")); trace(toupper(\"abC\"));"),
            "\"b\" | \"/a\" | \"ABC\"");
  EXPECT_EQ(run("trace(strjoin(strjoin(\"a\", \"b\"), strjoin(\"c\", lltostr(1 + 1))));"),
            "\"abc2\"");
}

TEST(Codegen, NoStringIsLikeTheEmptyOne) {
  EXPECT_EQ(run_program("self string t; BEGIN { this->s = strchr(\"abc\", 'x');"
                        "trace(this->s == (void *)0); trace(self->t != (void *)0);"
                        "self->t = \"a\"; trace(self->t != (void *)0); trace(self->t == \"\"); }"),
            "1 | 0 | 1 | 0");
}

TEST(Codegen, LiteralNullFaults) {
  EXPECT_EQ(run("trace(1); trace(strlen(0));"), "fault 1 action 2");
}

TEST(Codegen, LongLiteralsAreCut) {
  std::string ran = run_program(
      "#pragma D option strsize=8\nBEGIN { trace(\"0123456789\"); x = \"0123456789\"; trace(x); }");
  EXPECT_EQ(ran, "\"01234567\" | \"01234567\"");
}

TEST(Codegen, BuiltIns) {
  refinterp::Surroundings around;
  around.pid = 12;
  around.execname = "sh";
  around.args[1] = 77;
  EXPECT_EQ(run("printf(\"%d %s %d %s\", pid, execname, arg1, probename);", around),
            "12 \"sh\" 77 \"BEGIN\"");
}

TEST(Codegen, TypedArgumentsAreCut) {
  refinterp::Surroundings around;
  around.args[0] = 0xdeadbeefffffffffull;
  around.args[2] = 0xdeadbeef12345678ull;
  Ran ran = run_d("fbt::f:entry { printf(\"%d %d\", args[0], args[2]); }", around);
  EXPECT_EQ(ran.errors + ran.records, "-1 22136");
}

TEST(Codegen, PointersStructsAndArrays) {
  const std::string decls =
      "struct inner { char c; short s; }; struct pt { int x; char n[4]; struct inner in; int *p; "
      "}; this struct pt s;";
  auto with = [&](const std::string& body) {
    return run_program(decls + "BEGIN { " + body + " }");
  };
  EXPECT_EQ(
      with(
          "this->p = (struct pt *)alloca(sizeof (struct pt)); this->p->x = -5; this->p->in.s = 300;"
          "this->p->n[2] = 'z'; trace(this->p->x); trace(this->p->in.s); trace(this->p->n[2]);"
          "(*this->p).x += 8; trace((*this->p).x); trace(this->p->x++); trace(this->p->x);"),
      "-5 | 300 | 122 | 3 | 3 | 4");
  EXPECT_EQ(with("this->s.x = 9; this->s.in.c = 'a'; trace(this->s.x + this->s.in.c);"), "106");
  EXPECT_EQ(with("this->a = (int *)alloca(16); this->a[0] = 1; this->a[1] = 2; this->i = 1;"
                 "trace(this->a[this->i]); trace(*(this->a + 1)); trace(&this->a[3] - this->a);"),
            "2 | 2 | 3");
  EXPECT_EQ(with("this->a = (int *)alloca(16); this->b = this->a + 2; *this->b = 6; this->b--; "
                 "trace(*(this->b + 1));"
                 "this->b += 1; trace(*this->b);"),
            "6 | 6");
  EXPECT_EQ(with("trace(*(int *)0);"), "fault 1 action 1");
  EXPECT_EQ(with("x = (int *)0; trace(1); *x = 4;"), "fault 1 action 3");
}

TEST(Codegen, StructVariables) {
  const std::string decls =
      "struct pt { int x; int y; }; struct pt g; self struct pt t; this struct pt l;"
      "struct pt a[int];";
  auto with = [&](const std::string& body) {
    return run_program(decls + "BEGIN { " + body + " }");
  };
  EXPECT_EQ(with("g.x = 3; g.y = g.x * 2; trace(g.y);"), "6");
  EXPECT_EQ(
      with("trace(self->t.x); self->t.x = 3; self->t.y = 4; trace(self->t.x); trace(self->t.y);"),
      "0 | 3 | 4");
  EXPECT_EQ(with("a[1].x = 5; a[1].y++; trace(a[1].x); trace(a[1].y); trace(a[2].x);"),
            "5 | 1 | 0");
  EXPECT_EQ(
      with("g.x = 3; g.y = 8; this->l = g; trace(this->l.y); self->t = this->l; trace(self->t.y);"
           "a[7] = g; trace(a[7].x);"),
      "8 | 8 | 3");
}

TEST(Codegen, ArraysOfVariables) {
  const std::string decls = "int a[5]; this int l[3]; struct s { char c; int v[2]; }; struct s g;";
  auto with = [&](const std::string& body) {
    return run_program(decls + "BEGIN { " + body + " }");
  };
  EXPECT_EQ(with("i = 4; a[i] = 7; trace(a[4]); trace(a[i]); i = 2; this->l[i] = 5;"
                 "this->l[1] = 6; trace(this->l[i] + this->l[1]); g.v[i - 1] = 3; trace(g.v[1]);"),
            "7 | 7 | 11 | 3");
  EXPECT_EQ(with("i = 5; a[i] = 7;"), "fault 11 action 2");
  EXPECT_EQ(with("i = -1; trace(this->l[i]);"), "fault 11 action 2");
  EXPECT_EQ(with("i = 2; trace(g.v[i]);"), "fault 11 action 2");
}

TEST(Codegen, BitFields) {
  const std::string decls =
      "struct b { int a:3; unsigned int u:5; int w:20; unsigned long long big:40; };"
      "this struct b l;";
  auto with = [&](const std::string& body) {
    return run_program(decls + "BEGIN { " + body + " }");
  };
  EXPECT_EQ(
      with("this->l.a = 3; this->l.u = 33; this->l.w = -7; trace(this->l.a); trace(this->l.u);"
           "trace(this->l.w); this->l.a = 5; trace(this->l.a); trace(this->l.u);"),
      "3 | 1 | -7 | -3 | 1");
  EXPECT_EQ(with("this->p = (struct b *)alloca(sizeof (struct b)); this->p->u = 9; this->p->big = "
                 "1ull << 39;"
                 "this->p->u++; trace(this->p->u); trace(this->p->big); trace(this->p->a);"),
            "10 | 549755813888 | 0");
}

TEST(Codegen, IfElseAndConditions) {
  EXPECT_EQ(run("x = 1; if (x) { trace(1); } else { trace(2); } trace(3);"), "1 | 3");
  EXPECT_EQ(run("x = 0; if (x) { trace(1); } else if (x == 0) { trace(2); } else trace(4);"), "2");
  EXPECT_EQ(run("x = 0; if (x) { trace(1); }"), "");
  EXPECT_EQ(run("x = 1; if (x) { if (!x) trace(1); else trace(5); trace(6); }"), "5 | 6");
}

TEST(Codegen, Predicates) {
  EXPECT_EQ(
      run_program("BEGIN { x = 4; } BEGIN /x == 4/ { trace(1); } BEGIN /x != 4/ { trace(2); }"),
      "1");
  EXPECT_EQ(run_program("BEGIN /0/ { trace(1); } BEGIN /1/ { trace(2); }"), "2");
  EXPECT_EQ(run_program("BEGIN { x = 0; } BEGIN /1 \\/ x/ { trace(1); }").empty(), false);
  EXPECT_EQ(run_program("BEGIN { x = \"a\"; } BEGIN /x == \"a\" && strlen(x) == 1/ { trace(1); }"),
            "1");
}

TEST(Codegen, DefaultAction) {
  EXPECT_EQ(run_program("BEGIN {}"), "default");
  EXPECT_EQ(run_program("BEGIN { x = 1; }"), "");
  EXPECT_EQ(
      run_program("BEGIN { x = speculation(); } BEGIN { speculate(x); } BEGIN { commit(x); }"),
      "default");
}

TEST(Codegen, Locals) {
  EXPECT_EQ(run_program("BEGIN { this->x = 4; } BEGIN { trace(this->x); }"), "4");
  EXPECT_EQ(
      run_program(
          "this string s; BEGIN { trace(this->s); this->s = \"q\"; } BEGIN { trace(this->s); }"),
      "\"\" | \"q\"");
}

TEST(Codegen, Aggregations) {
  EXPECT_EQ(aggs("@ = count(); @ = count();"), "=2");
  EXPECT_EQ(aggs("@a[1, \"x\"] = sum(5); @a[1, \"x\"] = sum(-7); @a[2, \"y\"] = sum(1);"),
            "1,\"x\"=-2 2,\"y\"=1");
  EXPECT_EQ(aggs("@m = min(3); @m = min(-4);  @n = max(9);"), "=-4 =9");
}

TEST(Codegen, Exit) {
  Ran ran = run_d("BEGIN { x = 3; exit(x + 4); trace(x); } BEGIN { trace(9); }");
  EXPECT_EQ(ran.errors + ran.records, "3");
  EXPECT_EQ(ran.exit_status, 7);
}

TEST(Codegen, ByteOrder) {
  EXPECT_EQ(run("x = 0x12345678; printf(\"%d %d\", htons(0x1234), htonl(x));"), "13330 2018915346");
  EXPECT_EQ(run("x = 0x1122334455667788ll; trace(htonll(x) == 0x8877665544332211ull);"), "1");
}

TEST(Codegen, LargeFrames) {
  EXPECT_EQ(
      run_program(
          "#pragma D option strsize=40000\nBEGIN { this->a = \"one\"; this->b = strjoin(this->a, "
          "\"two\");"
          " this->c = 5; this->c += strlen(this->b); trace(this->b); trace(this->c); g[\"k\"] = 3;"
          " printf(\"%d %s\", g[\"k\"], this->a); }"),
      "\"onetwo\" | 11 | 3 \"one\"");
}

TEST(Codegen, TooLargeIsSaid) {
  Ran ran = run_d("#pragma D option strsize=1m\nBEGIN { printf(\"%s%s\"," + [] {
    std::string args = "probename, execname";
    return args;
  }() + "); }");
  EXPECT_EQ(ran.errors, "");
  std::string body = "BEGIN { x = 1; ";
  for (int i = 0; i < 9000; i++) {
    body += "x = x * 3 + 1;";
  }
  ran = run_d(body + "}");
  EXPECT_NE(ran.errors.find("clause is too large"), std::string::npos);
}

TEST(Codegen, InlineWithAComputedIndexGivesTranslatedData) {
  EXPECT_EQ(
      run_program(
          "struct out { int twice; string text; };"
          "translator struct out <int V> { twice = V * 2; text = V == 3 ? \"three\" : \"other\"; };"
          "inline struct out table[int n] = xlate <struct out> (n >= 0 ? n : 0);"
          "BEGIN { x = 1; trace(table[x == 1 ? 3 : 4].twice); trace(table[x == 1 ? 3 : 4].text); "
          "}"),
      "6 | \"three\"");
}

TEST(Codegen, HotClausesAreShort) {
  std::string text = compile_to_text("BEGIN { @ = count(); }");
  EXPECT_NE(text.find("9: exit"), std::string::npos) << text;
  EXPECT_EQ(text.find("10:"), std::string::npos) << text;
  text = compile_to_text("BEGIN /arg0 == 5/ { @ = count(); }");
  EXPECT_NE(text.find("3: jne r0, 5, "), std::string::npos) << text;
}

}  // namespace
}  // namespace dt::test
