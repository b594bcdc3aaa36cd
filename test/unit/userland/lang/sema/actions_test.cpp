// SPDX-License-Identifier: MIT
// Calls: arguments, the order of speculative actions, destructive actions.
#include <gtest/gtest.h>

#include "check_d.hpp"
#include "lang/sema/functions.hpp"

namespace dt::test {
namespace {

TEST(Actions, TableIsConsistent) {
  using namespace lang::sema;
  for (const Function& f : functions()) {
    EXPECT_GE(find_function(f.name), 0) << f.name;
    EXPECT_TRUE(f.max_args < 0 || f.max_args >= f.min_args) << f.name;
    EXPECT_TRUE(f.max_args == 0 || !f.proto.empty()) << f.name;
    EXPECT_EQ(f.kind == FuncKind::Aggregating, f.aggfunc != 0) << f.name;
  }
  EXPECT_EQ(find_function("no_such"), -1);
}

TEST(Actions, Arguments) {
  EXPECT_EQ(tags_in("trace(substr(\"abc\", 1)); trace(index(execname, \"a\", 2));"), "OK");
  EXPECT_EQ(tags_in("trace(strtok(0, \" \")); trace(lltostr(1, 16));"), "OK");
  EXPECT_EQ(tags_in("trace(strlen(arg0));"), "D_PROTO_ARG");
  EXPECT_EQ(tags_in("trace(strlen(\"a\", 1));"), "D_PROTO_LEN");
  EXPECT_EQ(tags_in("copyinstr(execname);"), "D_PROTO_ARG");
  EXPECT_EQ(tags_in("trace(inet_ntoa6(arg0, pid));"), "D_PROTO_ARG");
  EXPECT_EQ(tags_in("exit();"), "D_PROTO_LEN");
  EXPECT_EQ(tags_in("trace(trace(1));"), "D_TRACE_VOID");
  EXPECT_EQ(tags_in("3();"), "D_FUNC_IDENT");
}

TEST(Actions, StacksAndMemory) {
  EXPECT_EQ(tags_in("stack(); stack(3); ustack(3, 100); jstack(); tracemem(arg0, 4, pid);"), "OK");
  EXPECT_EQ(tags_in("stack(pid);"), "D_STACK_SIZE");
  EXPECT_EQ(tags_in("ustack(0);"), "D_USTACK_FRAMES");
  EXPECT_EQ(tags_in("ustack(3, -1);"), "D_USTACK_STRSIZE");
  EXPECT_EQ(tags_in("tracemem(arg0, pid);"), "D_TRACEMEM_SIZE");
  EXPECT_EQ(tags_in("p = alloca(300000);"), "D_ALLOCA_SIZE");
  EXPECT_EQ(tags_in("print(1); print(execname); print((struct unknown *)0);"), "D_PRINT_SIZE");
}

TEST(Actions, SpeculationOrder) {
  EXPECT_EQ(tags_in("self->s = speculation(); speculate(self->s); trace(1);"), "OK");
  EXPECT_EQ(tags_in("commit(1); x = 1;"), "OK");
  EXPECT_EQ(tags_in("trace(1); speculate(1); commit(1); trace(2);"), "D_SPEC_DREC");
  EXPECT_EQ(tags_in("commit(1); printf(\"x\"); trace(1);"), "D_DREC_COMM");
  EXPECT_EQ(tags_in("speculate(1); stop();"), "D_ACT_SPEC");
  EXPECT_EQ(tags_in("speculate(1); @ = count();"), "D_AGG_SPEC");
  EXPECT_EQ(tags_in("if (pid) { speculate(1); } else { trace(1); } "), "OK");
  EXPECT_EQ(tags_in("if (pid) { trace(1); } speculate(1);"), "D_SPEC_DREC");
}

TEST(Actions, DestructiveNeedsPermission) {
  auto checked = std::make_unique<Checked>();
  for (const char* text : {"BEGIN { stop(); }", "BEGIN { system(\"true\"); }"}) {
    lang::types::TypeTable types;
    TestProbes probes;
    lang::CompileInput input;
    input.texts.push_back({"t.d", text, 0});
    input.probes = &probes;
    input.types = &types;
    auto output = lang::compile(input);
    ASSERT_EQ(output->diagnostics.nr_errors(), 1u) << text;
    EXPECT_NE(output->diagnostics.all()[0].hint.find("-w"), std::string::npos);
  }
  EXPECT_EQ(tags_in("raise(9);", "#pragma D option destructive\n"), "OK");
}

}  // namespace
}  // namespace dt::test
