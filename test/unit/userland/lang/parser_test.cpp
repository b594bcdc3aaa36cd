// SPDX-License-Identifier: MIT
// The grammar: what each construct becomes, what is refused and where, how parsing goes on after a
// mistake.
#include "lang/parser.hpp"

#include <gtest/gtest.h>

#include "lang/ast_dump.hpp"

namespace dt::lang {
namespace {

struct Parsed {
  ast::Program program;
  SourceManager sources;
  Diagnostics diagnostics;
};

std::unique_ptr<Parsed> parse_text(const std::string& text, char form = 0) {
  static const MacroValues values{{"s.d", "12", "read"}, {{"target", "9"}}};
  auto out = std::make_unique<Parsed>();
  MacroTable macros(values);
  std::set<std::string, std::less<>> typedefs;
  const auto is_type = [](std::string_view name) {
    return name == "pid_t" || name == "file_t" || name == "uint64_t" || name == "vmlinux`foo_t";
  };
  const ParseContext context{out->sources, out->diagnostics, macros, is_type, typedefs};
  parse(context, out->sources.add("t.d", text), form, out->program);
  return out;
}

std::string rendered(const Parsed& parsed) {
  std::string out;
  for (const Diagnostic& diagnostic : parsed.diagnostics.all()) {
    out += render(diagnostic, parsed.sources);
  }
  return out;
}

// The whole program's dump; mistakes instead if there are any.
std::string program(const std::string& text, char form = 0) {
  const auto parsed = parse_text(text, form);
  return parsed->diagnostics.all().empty() ? ast::dump(parsed->program) : rendered(*parsed);
}

std::string expr(const std::string& text) {
  const std::string out = program("BEGIN { " + text + "; }");
  const std::string head = "clause :::BEGIN { ";
  if (out.compare(0, head.size(), head) != 0) {
    return out;
  }
  return out.substr(head.size(), out.size() - head.size() - 4);
}

// Lines and tags of all errors: "2 D_SYNTAX, 5 D_SYNTAX".
std::string errors(const std::string& text, char form = 0) {
  const auto parsed = parse_text(text, form);
  std::string out;
  for (const Diagnostic& diagnostic : parsed->diagnostics.all()) {
    if (diagnostic.severity != Severity::Error) {
      continue;
    }
    const Place place = parsed->sources.place(diagnostic.range.begin);
    out += (out.empty() ? "" : ", ") + std::to_string(place.line) + ":" +
           std::to_string(place.column) + " " + std::string(tag_name(diagnostic.tag));
  }
  return out;
}

TEST(ParserExpr, Precedence) {
  EXPECT_EQ(expr("a + b * c"), "(+ a (* b c))");
  EXPECT_EQ(expr("a - b - c"), "(- (- a b) c)");
  EXPECT_EQ(expr("a || b ^^ c && d"), "(|| a (^^ b (&& c d)))");
  EXPECT_EQ(expr("a | b ^ c & d == e"), "(| a (^ b (& c (== d e))))");
  EXPECT_EQ(expr("a < b << c + d"), "(< a (<< b (+ c d)))");
  EXPECT_EQ(expr("a ? b : c ? d : e"), "(? a b (? c d e))");
  EXPECT_EQ(expr("a = b += c"), "(= a (+= b c))");
  EXPECT_EQ(expr("a, b, c"), "(, (, a b) c)");
  EXPECT_EQ(expr("(a, b) * c"), "(* (, a b) c)");
}

TEST(ParserExpr, Unary) {
  EXPECT_EQ(expr("-a + !b - ~c"), "(- (+ (- a) (! b)) (~ c))");
  EXPECT_EQ(expr("*p++"), "(* (p ++))");
  EXPECT_EQ(expr("++*p"), "(++ (* p))");
  EXPECT_EQ(expr("&a[1].b->c"), "(& (-> (. ([] a 1) b) c))");
  EXPECT_EQ(expr("- -1"), "(- (- 1))");
}

TEST(ParserExpr, CastOrParentheses) {
  EXPECT_EQ(expr("(int)x"), "(cast {int} x)");
  EXPECT_EQ(expr("(pid_t)x + 1"), "(+ (cast {pid_t} x) 1)");
  EXPECT_EQ(expr("(foo)(x)"), "(call foo x)");
  EXPECT_EQ(expr("(struct file *)arg0"), "(cast {* struct file} arg0)");
  EXPECT_EQ(expr("(vmlinux`foo_t *)arg0"), "(cast {* vmlinux`foo_t} arg0)");
  EXPECT_EQ(expr("(int (*)(void))x"), "(cast {* func(void) int} x)");
  EXPECT_EQ(expr("(char *)(unsigned long long)-1"),
            "(cast {* char} (cast {unsigned long long} (- 1)))");
  EXPECT_EQ(expr("(string)x == \"a\""), "(== (cast {string} x) \"a\")");
}

TEST(ParserExpr, SpecialOperators) {
  EXPECT_EQ(expr("sizeof (int)"), "(sizeof {int})");
  EXPECT_EQ(expr("sizeof x"), "(sizeof x)");
  EXPECT_EQ(expr("sizeof (x) + 1"), "(+ (sizeof x) 1)");
  EXPECT_EQ(expr("offsetof(struct file, f_pos)"), "(offsetof {struct file} f_pos)");
  EXPECT_EQ(expr("stringof(x)"), "(stringof x)");
  EXPECT_EQ(expr("stringof x"), "(stringof x)");
  EXPECT_EQ(expr("xlate <file_t *>(args[0])->f"), "(-> (xlate {* file_t} ([] args 0)) f)")
      << "a translator's result is used like any value";
}

TEST(ParserExpr, Names) {
  EXPECT_EQ(expr("self->a + this->b + `jiffies + vmlinux`x"),
            "(+ (+ (+ self->a this->b) `jiffies) vmlinux`x)");
  EXPECT_EQ(expr("x->counter + x->self + x.string"),
            "(+ (+ (-> x counter) (-> x self)) (. x string))");
  EXPECT_EQ(expr("$1 + $target"), "(+ 12 9)");
  EXPECT_EQ(expr("$$1"), "\"12\"");
}

TEST(ParserExpr, Aggregations) {
  EXPECT_EQ(expr("@ = count()"), "(= @ (call count))");
  EXPECT_EQ(expr("@a[execname, pid] = sum(x)"), "(= (@a execname pid) (call sum x))");
  EXPECT_EQ(expr("a[1, \"x\"]++"), "(([] a 1 \"x\") ++)");
}

TEST(ParserExpr, Refused) {
  EXPECT_EQ(errors("BEGIN { x + 1 = 2; }"), "1:15 D_SYNTAX");
  EXPECT_EQ(errors("BEGIN { x *+= 2; }"), "1:12 D_SYNTAX");
  EXPECT_EQ(errors("BEGIN { f(1,); }"), "1:13 D_SYNTAX");
  EXPECT_EQ(errors("BEGIN { a[]; }"), "1:9 D_SYNTAX");
  EXPECT_EQ(errors("BEGIN { 1.5; }"), "1:9 D_SYNTAX");
  EXPECT_EQ(errors("BEGIN { sizeof(); }"), "1:16 D_SYNTAX");
  EXPECT_EQ(errors("BEGIN { goto x; }"), "1:9 D_SYNTAX");
  EXPECT_EQ(errors("BEGIN { x = 1 y = 2; }"), "1:15 D_SYNTAX");
  EXPECT_EQ(errors("BEGIN { int x; }"), "1:9 D_SYNTAX");
}

TEST(ParserExpr, DepthIsLimited) {
  EXPECT_NE(errors("BEGIN { " + std::string(100000, '(') + "; }"), "");
  EXPECT_NE(errors("BEGIN { " + std::string(100000, '!') + "x; }"), "");
  std::string sum = "BEGIN { x";
  for (int i = 0; i < 100000; ++i) {
    sum += "+x";
  }
  EXPECT_NE(errors(sum + "; }"), "");
  std::string blocks = "BEGIN { ";
  EXPECT_NE(errors(blocks + std::string(100000, '{')), "");
  EXPECT_NE(errors("int " + std::string(100000, '(') + "x;"), "");
  EXPECT_NE(errors("int " + std::string(100000, '*') + "x;"), "");
  EXPECT_EQ(errors("BEGIN { " + std::string(100, '(') + "x" + std::string(100, ')') + "; }"), "");
}

TEST(ParserStmt, Statements) {
  EXPECT_EQ(program("BEGIN { a; b }"), "clause :::BEGIN { a; b; }\n");
  EXPECT_EQ(program("BEGIN { }"), "clause :::BEGIN { }\n");
  EXPECT_EQ(program("BEGIN { ;; }"), "clause :::BEGIN { ; ; }\n");
  EXPECT_EQ(program("BEGIN { if (a) b; else if (c) { d; } else e; f; }"),
            "clause :::BEGIN { if a b; else if c { d; } else e; f; }\n");
  EXPECT_EQ(errors("BEGIN { else x; }"), "1:9 D_SYNTAX");
  EXPECT_EQ(errors("BEGIN { if x; }"), "1:12 D_SYNTAX");
}

TEST(ParserClause, ProbeDescriptions) {
  EXPECT_EQ(program("syscall::read:entry { x; }"), "clause syscall::read:entry { x; }\n");
  EXPECT_EQ(program("tick-1s,profile:::tick-$1s { x; }"),
            "clause :::tick-1s profile:::tick-12s { x; }\n");
  EXPECT_EQ(program("pid$target:libc.so.6:mal*:entry,\n  BEGIN { }"),
            "clause pid9:libc.so.6:mal*:entry :::BEGIN { }\n");
  EXPECT_EQ(program("fbt::vfs_*:entry { }"), "clause fbt::vfs_*:entry { }\n");
  EXPECT_EQ(program("fbt:::[a-e]?x { }"), "clause fbt:::[a-e]?x { }\n");
  EXPECT_EQ(program("syscall::$2:entry { }"), "clause syscall::read:entry { }\n");
  EXPECT_EQ(program("read:entry { }"), "clause ::read:entry { }\n");
  EXPECT_EQ(program("struct:::x { }"), "clause struct:::x { }\n");
  EXPECT_EQ(program("pid_t { }"), "clause :::pid_t { }\n");
  EXPECT_EQ(program("int*:::x { }"),
            "t.d:1:5: error: expected a name, found \":\" [D_SYNTAX]\n"
            "    1 | int*:::x { }\n      |     ^\n");
  EXPECT_EQ(program("42 { }"), "clause #42 { }\n");
  EXPECT_EQ(program("BEGIN,END,\n{ }"), "clause :::BEGIN :::END { }\n");
  EXPECT_EQ(errors("a:b:c:d:e { }"), "1:1 D_PDESC_INVAL");
}

TEST(ParserClause, CommandLineForms) {
  EXPECT_EQ(program("BEGIN", 'n'), "clause :::BEGIN\n");
  EXPECT_EQ(program("syscall", 'P'), "clause syscall:::\n");
  EXPECT_EQ(program("vmlinux", 'm'), "clause :vmlinux::\n");
  EXPECT_EQ(program("fbt:vmlinux", 'm'), "clause fbt:vmlinux::\n");
  EXPECT_EQ(program("read", 'f'), "clause ::read:\n");
  EXPECT_EQ(program("syscall::read { x }", 'f'), "clause syscall::read: { x; }\n");
  EXPECT_EQ(program("1, 2 /x/", 'i'), "clause #1 #2 /x/\n");
  EXPECT_EQ(program("BEGIN { a; } END { b; }", 'n'),
            "clause :::BEGIN { a; }\nclause :::END { b; }\n");
  EXPECT_EQ(errors("a:b", 'P'), "1:1 D_PDESC_INVAL");
  EXPECT_EQ(errors("x", 'i'), "1:1 D_PDESC_INVAL");
}

TEST(ParserClause, Predicates) {
  EXPECT_EQ(program("BEGIN /x/ { y; }"), "clause :::BEGIN /x/ { y; }\n");
  EXPECT_EQ(program("BEGIN /a / b / c/ { y; }"), "clause :::BEGIN /(/ (/ a b) c)/ { y; }\n");
  EXPECT_EQ(program("BEGIN /(a / b) == 2/ /* c */ { }"), "clause :::BEGIN /(== (/ a b) 2)/ { }\n");
  EXPECT_EQ(program("BEGIN /x/"), "clause :::BEGIN /x/\n");
  EXPECT_EQ(program("BEGIN /x/\nsyscall:::entry { }"),
            "clause :::BEGIN /x/\nclause syscall:::entry { }\n");
  EXPECT_EQ(program("BEGIN /x/\nEND { }"), "clause :::BEGIN /x/\nclause :::END { }\n");
  EXPECT_EQ(program("BEGIN / (n++ == 0) ? b = f(1) : b / { }"),
            "clause :::BEGIN /(? (== (n ++) 0) (= b (call f 1)) b)/ { }\n");
  EXPECT_EQ(errors("BEGIN /args[0/ { x; }"), "1:14 D_SYNTAX");
  EXPECT_EQ(errors("BEGIN /rand(/ { x; }"), "1:13 D_SYNTAX");
  EXPECT_EQ(errors("BEGIN / / { x; }"), "1:9 D_SYNTAX");
}

TEST(ParserClause, Refused) {
  EXPECT_EQ(errors("BEGIN"), "1:1 D_SYNTAX");
  EXPECT_EQ(errors("BEGIN exit(0); }"), "1:7 D_SYNTAX");
  EXPECT_EQ(errors("profile-1:int i\n{ exit(0); }"), "1:15 D_SYNTAX");
  EXPECT_EQ(errors("{ x; }"), "1:1 D_SYNTAX");
  EXPECT_EQ(errors("BEGIN { x; }\n}"), "2:1 D_SYNTAX");
  EXPECT_EQ(errors("BEGIN { x;"), "1:11 D_SYNTAX");
  EXPECT_EQ(errors("BEGIN { x)); }"), "1:10 D_SYNTAX");
  EXPECT_EQ(errors("BEGIN { args[0]]; }"), "1:16 D_SYNTAX");
  EXPECT_EQ(errors("profile-1 { tick-10ms { } }"), "1:20 D_SYNTAX");
}

TEST(ParserClause, ManyErrorsInOneRun) {
  EXPECT_EQ(errors("BEGIN { x = ; y = 1; z = ); }\nEND { + ; }\nint a b;\nERROR /(/ { ok; }"),
            "1:13 D_SYNTAX, 1:26 D_SYNTAX, 2:9 D_SYNTAX, 3:7 D_SYNTAX, 4:9 D_SYNTAX");
  // What is fine is still there after a mistake.
  const auto parsed = parse_text("BEGIN { x = ; y = 1; }\nEND { ok; }\n");
  EXPECT_EQ(ast::dump(parsed->program), "clause :::BEGIN { (= y 1); }\nclause :::END { ok; }\n");
}

TEST(ParserDecl, Variables) {
  EXPECT_EQ(program("int x;"), "decl x: int\n");
  EXPECT_EQ(program("self int x, *y; this string s;"),
            "decl x: self int\ndecl y: * self int\ndecl s: this string\n");
  EXPECT_EQ(program("int a[int, string]; uint64_t b[10]; char *c[3][4];"),
            "decl a: assoc[int, string] int\ndecl b: [10] uint64_t\ndecl c: [3] [4] * char\n");
  EXPECT_EQ(program("extern int (*f[2])(void), g(int, ...);"),
            "decl f: [2] * func(void) extern int\ndecl g: func(int, ...) extern int\n");
  EXPECT_EQ(program("extern e9; const char *s;"), "decl e9: extern\ndecl s: * const char\n");
  EXPECT_EQ(program("int a[...];"), "decl a: assoc[...] int\n");
  EXPECT_EQ(program("extern int;"), "decl -: extern int\n");
  EXPECT_EQ(errors("int x = 3;"), "1:7 D_SYNTAX");
  EXPECT_EQ(errors("int `xyz;"), "1:5 D_DECL_SCOPE");
}

TEST(ParserDecl, Types) {
  EXPECT_EQ(
      program("struct s { int a : 3, b; struct { char c; }; unsigned : 2; int counter; } v;"),
      "decl v: struct s { int a : 3; int b; struct { char c; }; unsigned : 2; int counter; }\n");
  EXPECT_EQ(program("enum e { A, B = 3, C, };"), "decl -: enum e { A, B = 3, C, }\n");
  EXPECT_EQ(program("typedef struct s *sp; sp x; BEGIN { (sp)y; }"),
            "decl sp: * typedef struct s\ndecl x: sp\nclause :::BEGIN { (cast {sp} y); }\n");
  EXPECT_EQ(program("typedef int (*cmp)(const void *, const void *);"),
            "decl cmp: * func(* const void, * const void) typedef int\n");
  EXPECT_EQ(program("unsigned long long int x; long double y;"),
            "decl x: unsigned long long int\ndecl y: long double\n");
  EXPECT_EQ(errors("struct a { int x; }\nstruct b { int y; };"), "2:1 D_DECL_COMBO");
  EXPECT_EQ(errors("enum foo`bar\n{\n};"), "3:1 D_SYNTAX");
  EXPECT_EQ(errors("struct { nosuch x; };"), "1:10 D_SYNTAX");
  EXPECT_EQ(errors("struct;"), "1:7 D_SYNTAX");
}

TEST(ParserDecl, InlinesTranslatorsProviders) {
  EXPECT_EQ(program("inline int x = a + 1;"), "inline x: int = (+ a 1)\n");
  EXPECT_EQ(program("inline string n[int s] = s ? \"a\" : \"b\";"),
            "inline n: assoc[int s] string = (? s \"a\" \"b\")\n");
  EXPECT_EQ(program("translator file_t < struct file *F > { a = F->b; counter = 1; };"),
            "translator file_t < * struct file F > { a = (-> F b); counter = 1; }\n");
  EXPECT_EQ(
      program("provider p { probe a__b(int x, char *y) : (string s); probe c(void); probe d(); };"),
      "provider p { probe a__b(int x, * char y) : (string s); probe c(); probe d(); }\n");
  EXPECT_EQ(errors("inline int foo\nBEGIN { }"), "2:1 D_SYNTAX");
  EXPECT_EQ(errors("translator file_t < int > { };"), "1:25 D_SYNTAX");
  EXPECT_EQ(errors("provider p { x };"), "1:14 D_SYNTAX");
}

TEST(ParserItem, Pragmas) {
  EXPECT_EQ(program("#pragma D option quiet\nBEGIN { }\n#pragma ident \"x\"\n"),
            "pragma option quiet\nclause :::BEGIN { }\n");
  EXPECT_EQ(program("BEGIN {\n#pragma D option quiet\nx; }"),
            "clause :::BEGIN { x; }\npragma option quiet\n");
}

TEST(ParserItem, OptionPspecPrefersProbes) {
  EXPECT_EQ(program("int*x;"), "decl x: * int\n");
  EXPECT_EQ(program("#pragma D option pspec\nint*x { }\nint *y;"),
            "pragma option pspec\nclause :::int*x { }\ndecl y: * int\n");
}

TEST(ParserItem, MessagesSayWhatWasFoundAndExpected) {
  EXPECT_EQ(program("BEGIN\n{\n  trace(1;\n}\n"),
            "t.d:3:10: error: expected \")\" after the arguments, found \";\" [D_SYNTAX]\n"
            "    3 |   trace(1;\n      |          ^\n");
  EXPECT_EQ(program("BEGIN { while (1) x++; }"),
            "t.d:1:9: error: \"while\" is not a statement of D [D_SYNTAX]\n"
            "    1 | BEGIN { while (1) x++; }\n      |         ^~~~~\n"
            "hint: D has if/else and predicates, no loops\n");
}

TEST(ParserItem, HostileTextsEnd) {
  for (const char* text : {"",
                           ";",
                           "}",
                           "{",
                           "/",
                           "@",
                           "$",
                           "(",
                           "BEGIN{",
                           "BEGIN/",
                           "BEGIN,",
                           "int",
                           "struct s {",
                           "inline",
                           "translator",
                           "provider",
                           "#",
                           "#pragma",
                           "\"",
                           "'",
                           "/*",
                           "BEGIN{@[",
                           "BEGIN{xlate<",
                           "enum e {",
                           "BEGIN/x/BEGIN/y/",
                           "`",
                           "a`b{"}) {
    (void)errors(text);
    (void)errors(text, 'n');
  }
}

}  // namespace
}  // namespace dt::lang
