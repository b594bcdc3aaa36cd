// SPDX-License-Identifier: MIT
// Variables and names: first assignments, scopes, associative arrays, kernel symbols.
#include <gtest/gtest.h>

#include "check_d.hpp"

namespace dt::test {
namespace {

TEST(Names, FirstAssignmentGivesTheType) {
  EXPECT_EQ(tags_in("x = 1; x = \"a\";"), "D_OP_INCOMPAT");
  EXPECT_EQ(tags_in("this->x = 1; self->x = \"a\"; x = curthread;"), "OK");
  EXPECT_EQ(tags_of("BEGIN { x = timestamp; } END { trace(timestamp - x); }"), "OK");
  EXPECT_EQ(tags_of("END { trace(timestamp - x); } BEGIN { x = timestamp; }"), "D_IDENT_UNDEF");
  EXPECT_EQ(tags_in("x = x + 1;"), "D_IDENT_UNDEF");
}

TEST(Names, CountersMakeThemselves) {
  EXPECT_EQ(tags_of("BEGIN /x == 0/ { x++; }"), "OK");
  EXPECT_EQ(tags_in("self->n++; this->n--; a[1]++; trace(a[2]);"), "OK");
  EXPECT_EQ(tags_in("n += 1;"), "D_VAR_UNDEF");
}

TEST(Names, Undefined) {
  EXPECT_EQ(tags_in("trace(x);"), "D_IDENT_UNDEF");
  EXPECT_EQ(tags_in("trace(self->x);"), "D_VAR_UNDEF");
  EXPECT_EQ(tags_in("trace(this->x);"), "D_VAR_UNDEF");
  EXPECT_EQ(tags_in("trace(strlen);"), "D_IDENT_BADREF");
  EXPECT_EQ(tags_in("strlen = 1;"), "D_IDENT_BADREF");
  EXPECT_EQ(tags_in("pid = 1;"), "D_OP_WRITE");
  EXPECT_EQ(tags_in("RED = 1;", "enum c { RED };"), "D_OP_WRITE");
}

TEST(Names, BuiltinsHaveTheirClassicTypes) {
  EXPECT_EQ(type_of("pid"), "pid_t");
  EXPECT_EQ(type_of("arg0"), "int64_t");
  EXPECT_EQ(type_of("timestamp"), "uint64_t");
  EXPECT_EQ(type_of("walltimestamp"), "int64_t");
  EXPECT_EQ(type_of("execname"), "string");
  EXPECT_EQ(type_of("errno"), "int");
  EXPECT_EQ(type_of("uregs[0]"), "uint64_t");
}

TEST(Names, AssociativeArrays) {
  EXPECT_EQ(tags_in("x[1, \"a\"] = 1; x[pid, execname] = 2;"), "OK");
  EXPECT_EQ(tags_in("x[1] = 1; x[timestamp] = 2;"), "OK");
  EXPECT_EQ(tags_in("x[1] = 1; x[1, 2] = 2;"), "D_PROTO_LEN");
  EXPECT_EQ(tags_in("x[1] = 1; x[\"a\"] = 2;"), "D_PROTO_ARG");
  EXPECT_EQ(tags_in("x[\"a\"] = 1;", "int x[int];"), "D_PROTO_ARG");
  EXPECT_EQ(tags_in("x[1] = 1; trace(x);"), "D_IDENT_BADREF");
  EXPECT_EQ(tags_in("x = 1; x[1] = 1;"), "D_ARR_BADREF");
  EXPECT_EQ(tags_in("x[trace(1)] = 1;"), "D_KEY_TYPE");
  EXPECT_EQ(tags_in("this->x[1] = 1;"), "D_ARR_LOCAL");
  EXPECT_EQ(tags_in("self->x[1] = \"a\"; trace(self->x[2]);"), "OK");
}

TEST(Names, KeysTakeTheWidestInteger) {
  auto checked =
      check_d("BEGIN { x[1] = 1; x[timestamp] = 2; @[1] = count(); @[arg0] = count(); }");
  ASSERT_EQ(checked->tags(), "OK");
  for (const auto& var : checked->output->tree.variables) {
    if (var->name == "x") {
      EXPECT_EQ(lang::types::resolve(var->keys[0].type)->size, 8u);
    }
  }
  EXPECT_EQ(lang::types::resolve(checked->output->tree.aggregations[0]->keys[0].type)->size, 8u);
}

TEST(Names, KernelSymbols) {
  EXPECT_EQ(type_of("`max_pfn"), "unsigned long");
  EXPECT_EQ(type_of("&`max_pfn"), "unsigned long *");
  EXPECT_EQ(type_of("vmlinux`jiffies + 1"), "unsigned long");
  EXPECT_EQ(type_of("&`untyped"), "void *");
  EXPECT_EQ(type_of("`untyped"), "D_SYM_NOTYPES");
  EXPECT_EQ(type_of("`missing"), "D_IDENT_UNDEF");
  EXPECT_EQ(tags_in("`max_pfn = 1;"), "D_OP_WRITE");
}

TEST(Names, OldVersionsLackNewerFunctions) {
  EXPECT_EQ(tags_in("trace(strstr);", "#pragma D option version=1.0\nint strstr;"), "OK");
  EXPECT_EQ(tags_in("trace(1);", "int strstr;"), "D_DECL_IDRED");
}

}  // namespace
}  // namespace dt::test
