// SPDX-License-Identifier: MIT
// Probe descriptions, args[], predicates and clauses.
#include <gtest/gtest.h>

#include "check_d.hpp"

namespace dt::test {
namespace {

TEST(Probes, Descriptions) {
  EXPECT_EQ(tags_of("t:m:read:entry, BEGIN {}"), "OK");
  EXPECT_EQ(tags_of("t:::nothing {}"), "D_PDESC_ZERO");
  EXPECT_EQ(tags_of("#pragma D option zdefs\nt:::nothing {}"), "OK");
}

TEST(Probes, WhatDidNotMatchIsSaid) {
  auto checked = check_d("t:m:read:netry {}");
  ASSERT_EQ(checked->tags(), "D_PDESC_ZERO");
  const lang::Diagnostic& d = checked->output->diagnostics.all()[0];
  EXPECT_NE(d.message.find("no such name"), std::string::npos) << d.message;
  EXPECT_NE(d.hint.find("t:m:read:entry"), std::string::npos) << d.hint;
}

TEST(Probes, AMissingProviderIsOneError) {
  EXPECT_EQ(tags_of("nosuch:::a { self->t = 1; g = 2; this->l = 3; }\n"
                    "nosuch:::b /self->t/ { @ = sum(self->t); }\n"
                    "BEGIN /self->t && g/ { trace(this->l); }"),
            "D_PDESC_ZERO");
  EXPECT_EQ(tags_of("nosuch:::a {} t:::nothing {} BEGIN { trace(1 << \"x\"); }"),
            "D_PDESC_ZERO D_PDESC_ZERO D_OP_INT");
}

// A program that needs a provider which is not there uses it in every clause.
TEST(Probes, OneMissingProviderIsOneError) {
  EXPECT_EQ(tags_of("none:::a { start = timestamp; self->t = args[0]->member; this->x = args[1];\n"
                    "  s[pid] = args[2]; @a = count(); @b[args[0]] = sum(args[1]->bytes); }\n"
                    "none:::b /start && self->t/ { x += start; printa(@a); trace(this->x); }\n"
                    "none::f:c /s[pid]/ { printf(\"%d\", args[0]->x + args[1]->y); }\n"
                    "BEGIN { trace(timestamp - start); trace(s[1]); printa(@b); trace(self->t); }"),
            "D_PDESC_ZERO");
  EXPECT_EQ(tags_of("none:::a {} other:::a {} none:::b {}"), "D_PDESC_ZERO D_PDESC_ZERO");
  EXPECT_EQ(tags_of("t:m:nothing:entry { x = args[0]; } t:m:nothing:entry { trace(x); }"),
            "D_PDESC_ZERO");
  // Mistakes elsewhere are still found.
  EXPECT_EQ(tags_of("none:::a { x = 1; } BEGIN { trace(x); trace(y); }"),
            "D_PDESC_ZERO D_IDENT_UNDEF");
  EXPECT_EQ(tags_of("none:::a { x = 1; } BEGIN { x = \"text\"; }"), "D_PDESC_ZERO D_OP_INCOMPAT");
}

// The same holds for a function that does not exist.
TEST(Probes, OneMissingFunctionIsOneError) {
  EXPECT_EQ(
      tags_of("BEGIN { start = gettime(); @a = sum(start); } END { trace(start); printa(@a); }"),
      "D_FUNC_UNDEF");
}

TEST(Probes, TypedArguments) {
  EXPECT_EQ(tags_of("t::read:entry { trace(args[0]); x = args[1]; x = (char *)0; }"), "OK");
  EXPECT_EQ(tags_of("t:::entry { trace(args[0]); }"), "D_ARGS_MULTI");
  EXPECT_EQ(tags_of("t::read:entry, t::write:entry { trace(args[1]); }"), "OK");
  EXPECT_EQ(tags_of("t::read: { trace(args[0]); }"), "D_ARGS_MULTI");
  EXPECT_EQ(tags_of("t::read:entry { trace(args[2]); }"), "D_ARGS_IDX");
  EXPECT_EQ(tags_of("t::read:entry { trace(args[-1]); }"), "D_ARGS_IDX");
  EXPECT_EQ(tags_of("t::read:entry { trace(args[\"a\"]); }"), "D_PROTO_ARG");
  EXPECT_EQ(tags_of("t::read:entry { trace(args); }"), "OK");
  EXPECT_EQ(tags_of("t::read:entry { x = args; }"), "D_IDENT_BADREF");
  EXPECT_EQ(tags_of("t::read:entry { x = 0; trace(args[x]); }"), "D_ARGS_TYPE");
}

TEST(Probes, TypedArgumentsCarryTheRawOne) {
  auto checked = check_d("t::read:entry { trace(args[1]); }");
  ASSERT_EQ(checked->tags(), "OK");
  using namespace lang::ast;
  const auto& stmt =
      static_cast<const ExprStmt&>(*checked->output->tree.items[0].clause->body->stmts[0]);
  const auto& index = as<Index>(*as<Call>(*stmt.expr).args[0]);
  EXPECT_EQ(index.arg_mapping, 2);
  EXPECT_EQ(lang::types::to_string(index.type), "char *");
}

TEST(Probes, TranslatedArguments) {
  const std::string decls =
      "struct shown { int a; }; struct none { int b; };"
      "translator struct shown < int I > { a = I + 1; };";
  EXPECT_EQ(tags_of(decls + "t::translated:entry { trace(args[0]->a); }"), "OK");
  EXPECT_EQ(tags_of(decls + "t::translated:entry { trace(args[1]->b); }"), "D_ARGS_XLATOR");
  EXPECT_EQ(tags_of("t::translated:entry { trace(args[0]); }"), "D_ARGS_XLATOR");
}

TEST(Probes, Predicates) {
  EXPECT_EQ(tags_of("BEGIN /curthread/ {}"), "OK");
  EXPECT_EQ(tags_of("BEGIN /execname/ {}"), "D_PRED_SCALAR");
  EXPECT_EQ(tags_of("BEGIN /stack()/ {}"), "D_PRED_SCALAR");
}

}  // namespace
}  // namespace dt::test
