// SPDX-License-Identifier: MIT
// Inlines, translators, xlate and D libraries.
#include <gtest/gtest.h>

#include "check_d.hpp"

namespace dt::test {
namespace {

const char kTranslator[] =
    "struct in { int i; char c; }; struct out { int a; char *p; string s; };"
    "translator struct out < struct in *I > { a = I->i + 1; s = \"text\"; };";

TEST(Inlines, Values) {
  EXPECT_EQ(type_of("x", "inline int x = 3;"), "int 3");
  EXPECT_EQ(type_of("x + 1", "inline char x = 300;"), "int 45");
  EXPECT_EQ(type_of("x", "inline string x = \"a\";"), "string");
  EXPECT_EQ(type_of("x", "inline int y = 3; inline int x = y + 1;"), "int 4");
  EXPECT_EQ(tags_of("inline int x = x + 1; BEGIN {}"), "D_IDENT_UNDEF");
  EXPECT_EQ(tags_of("inline int x = \"a\"; BEGIN {}"), "D_OP_INCOMPAT");
  EXPECT_EQ(tags_of("inline int x = 1; inline int x = 2; BEGIN {}"), "D_DECL_IDRED");
  EXPECT_EQ(tags_in("x = 2;", "inline int x = 1;"), "D_OP_WRITE");
}

TEST(Inlines, Arrays) {
  EXPECT_EQ(type_of("twice[21]", "inline int twice[int n] = n * 2;"), "int 42");
  EXPECT_EQ(tags_in("trace(twice[\"a\"]);", "inline int twice[int n] = n * 2;"), "D_PROTO_ARG");
  EXPECT_EQ(tags_in("trace(twice[1, 2]);", "inline int twice[int n] = n * 2;"), "D_PROTO_LEN");
  EXPECT_EQ(tags_in("trace(twice);", "inline int twice[int n] = n * 2;"), "D_IDENT_BADREF");
}

TEST(Inlines, ArgumentsAreEvaluatedOnce) {
  auto checked = check_d("inline int twice[int n] = n + n; BEGIN { x = 1; trace(twice[x++]); }");
  ASSERT_EQ(checked->tags(), "OK");
  int nr_hidden = 0;
  for (const auto& var : checked->output->tree.variables)
    nr_hidden += var->name[0] == '%';
  EXPECT_GE(nr_hidden, 1);
}

TEST(Translators, Members) {
  EXPECT_EQ(type_of("xlate <struct out *> ((struct in *)8)->a", kTranslator), "int");
  EXPECT_EQ(type_of("xlate <struct out> ((struct in *)8).s", kTranslator), "string");
  EXPECT_EQ(type_of("xlate <struct out *> ((struct in *)8)->p", kTranslator), "D_XLATE_NOCONV");
  EXPECT_EQ(type_of("xlate <struct out *> ((struct in *)8)->z", kTranslator), "D_TYPE_MEMBER");
  EXPECT_EQ(type_of("xlate <struct out *> (1)->a", kTranslator), "D_XLATE_NONE");
  EXPECT_EQ(type_of("xlate <int> (1)", kTranslator), "D_XLATE_SOU");
}

TEST(Translators, WholeStructs) {
  EXPECT_EQ(
      tags_in("this->o = xlate <struct out> ((struct in *)8); trace(this->o.a);", kTranslator),
      "OK");
  EXPECT_EQ(tags_in("x = xlate <struct out *> ((struct in *)8);", kTranslator), "D_OP_DYN");
  EXPECT_EQ(tags_in("x = (long)xlate <struct out *> ((struct in *)8);", kTranslator),
            "D_CAST_INVAL");
  EXPECT_EQ(tags_in("trace(xlate <struct out *> ((struct in *)8));", kTranslator), "D_TRACE_DYN");
}

TEST(Translators, Declarations) {
  const std::string types = "struct in { int i; }; struct out { int a; char *p; };";
  auto declare = [&](const std::string& text) { return tags_of(types + text + " BEGIN {}"); };
  EXPECT_EQ(declare("translator int < struct in *I > { };"), "D_XLATE_SOU");
  EXPECT_EQ(declare("translator struct nope < struct in *I > { };"), "D_XLATE_SOU");
  EXPECT_EQ(declare("translator struct out < struct in *I > { q = 1; };"), "D_XLATE_MEMB");
  EXPECT_EQ(declare("translator struct out < struct in *I > { p = I->i; };"), "D_XLATE_INCOMPAT");
  EXPECT_EQ(declare("translator struct out < struct in *I > { a = I->z; };"), "D_TYPE_MEMBER");
}

// One text for kernels that differ: the first alternative that exists counts.
TEST(Translators, Alternatives) {
  const std::string library =
      "typedef struct shown_cpu { int chip; int state; string name; } shown_cpu_t;"
      "translator shown_cpu_t < struct info *I > {"
      "  chip = I->topo.pkg_id; chip = I->phys_proc_id;"
      "  state = I->__state == 0 ? 1 : 2; state = I->state == 0 ? 1 : 2; name = \"cpu\"; };";
  const std::string newer =
      "struct topology { int pkg_id; };"
      "struct info { struct topology topo; unsigned int __state; };";
  const std::string older = "struct info { int phys_proc_id; long state; };";
  const std::string neither = "struct info { int other; };";
  const std::string use =
      "BEGIN { this->i = xlate <shown_cpu_t> ((struct info *)8); trace(this->i.chip);"
      "  trace(xlate <shown_cpu_t *> ((struct info *)8)->state); }";
  EXPECT_EQ(tags_of(newer + use, library), "OK");
  EXPECT_EQ(tags_of(older + use, library), "OK");
  // As a program, which is how doctor looks at libraries.
  EXPECT_EQ(tags_of(newer + library + use), "OK");
  EXPECT_EQ(tags_of(older + library + use), "OK");
  EXPECT_EQ(tags_of(neither + library), "D_TYPE_MEMBER D_TYPE_MEMBER");
  EXPECT_EQ(tags_of(neither + "BEGIN { trace(xlate <shown_cpu_t *> ((struct info *)8)->name); }",
                    library),
            "OK");
  auto checked = check_d(
      neither + "BEGIN { trace(xlate <shown_cpu_t *> ((struct info *)8)->chip); }", library);
  ASSERT_EQ(checked->tags(), "D_TYPE_MEMBER");
  const lang::Diagnostic& d = checked->output->diagnostics.all()[0];
  EXPECT_NE(d.message.find("chip does not exist on this kernel"), std::string::npos) << d.message;
  EXPECT_NE(d.message.find("topo"), std::string::npos) << d.message;
}

TEST(Translators, AlternativesOfTheWrongTypeDoNotFit) {
  const std::string types = "struct in { int i; }; struct out { int a; };";
  EXPECT_EQ(tags_of(types + "translator struct out < struct in *I > { a = \"x\"; a = I->i; };"
                            "BEGIN { trace(xlate <struct out *> ((struct in *)8)->a); }"),
            "OK");
  EXPECT_EQ(tags_of(types + "translator struct out < struct in *I > { a = \"x\"; a = I->z; };"),
            "D_XLATE_INCOMPAT");
}

TEST(Libraries, AreUsedLazily) {
  const std::string library =
      "typedef struct pair { int a; int b; } pair_t;"
      "translator pair_t < int I > { a = I; b = no_such_name; };"
      "inline pair_t *current = xlate <pair_t *> (pid);"
      "inline int broken = no_such_name;"
      "enum color { RED, GREEN };";
  EXPECT_EQ(tags_of("BEGIN { trace(current->a); }", library), "OK");
  EXPECT_EQ(tags_of("BEGIN { trace(current->b); }", library), "D_IDENT_UNDEF");
  EXPECT_EQ(tags_of("BEGIN { trace(broken); }", library), "D_IDENT_UNDEF");
  EXPECT_EQ(tags_of("BEGIN { trace(GREEN); trace(sizeof (pair_t)); }", library), "OK");
  EXPECT_EQ(tags_of("pair_t p; BEGIN { p.a = 1; }", library), "OK");
  EXPECT_EQ(tags_of("BEGIN { trace(1); }", library), "OK");
}

}  // namespace
}  // namespace dt::test
