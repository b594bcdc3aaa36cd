// SPDX-License-Identifier: MIT
// args[] of kernel functions: types from BTF, differences between a clause's probes, what cannot be
// had and what the message says about it.
#include <gtest/gtest.h>

#include "lang/compile.hpp"
#include "lang/types/btf.hpp"
#include "unit/userland/lang/made_btf.hpp"

namespace dt::test {
namespace {

class ArgsTest : public testing::Test {
 protected:
  // "OK", or each error as "TAG: message; hint".
  std::string check(const std::string& text, const std::string& dir = "") {
    lang::types::Btf btf(dir.empty() ? made_.dir() : dir);
    lang::types::TypeTable types;
    types.set_btf(&btf);
    lang::CompileInput input;
    input.texts.push_back({"t.d", text, 0});
    input.probes = &probes_;
    input.types = &types;
    auto output = lang::compile(input);
    std::string seen;
    for (const lang::Diagnostic& d : output->diagnostics.all()) {
      seen += (seen.empty() ? "" : " | ") + std::string(lang::tag_name(d.tag)) + ": " + d.message +
              "; " + d.hint;
    }
    is_btf_open_ = btf.is_open();
    return seen.empty() ? "OK" : seen;
  }

  void expect_error(const std::string& text, const std::vector<std::string>& parts) {
    const std::string seen = check(text);
    for (const std::string& part : parts) {
      EXPECT_NE(seen.find(part), std::string::npos) << text << "\nwanted " << part << "\n" << seen;
    }
  }

  MadeBtf made_;
  FbtProbes probes_;
  bool is_btf_open_ = false;
};

TEST_F(ArgsTest, TypesComeFromBtf) {
  EXPECT_EQ(check("fbt::vfs_read:entry { trace(args[0]->count); trace(stringof(args[0]->name)); }"),
            "OK");
  EXPECT_EQ(check("fbt::vfs_read:entry { f = args[0]; f = (struct file *)0; trace(args[2] + 1); }"),
            "OK");
  EXPECT_EQ(check("fbt::vfs_read:return { trace(args[0]); trace(args[1] < 0); }"), "OK");
  EXPECT_EQ(check("fbt:fancy:fancy_open:entry { trace(args[0]->id); }"), "OK");
  EXPECT_EQ(check("fbt:fancy:vfs_open:entry { trace(args[0]->id); }"), "OK");
  EXPECT_EQ(check("fbt::same:entry { trace(args[0]); }"), "OK");
}

TEST_F(ArgsTest, OnlyProgramsThatUseTypesOpenBtf) {
  EXPECT_EQ(check("fbt::vfs_read:entry { trace(arg0); }"), "OK");
  EXPECT_FALSE(is_btf_open_);
  EXPECT_EQ(check("fbt:vmlinux:vfs_*:return { trace(args[0]); }"), "OK");
  EXPECT_FALSE(is_btf_open_);  // the offset of a return is always an int
  expect_error("fbt:::return { trace(args[0]); }",
               {"D_ARGS_MULTI", "nothing: fbt:vmlinux:clone.isra.0:return"});
}

TEST_F(ArgsTest, IndicesThatAreNotThere) {
  expect_error("fbt::vfs_read:entry { trace(args[3]); }",
               {"D_ARGS_IDX", "args[0] to args[2] only"});
  expect_error("fbt::nothing:entry { trace(args[0]); }", {"D_ARGS_IDX", "takes no arguments"});
  expect_error("fbt::nothing:return { trace(args[1]); }",
               {"D_ARGS_IDX", "vmlinux`nothing returns no value", "args[0] is the offset"});
  EXPECT_EQ(check("fbt::nothing:return { trace(args[0]); }"), "OK");
  expect_error("fbt::vfs_read:return { trace(args[2]); }", {"D_ARGS_IDX", "thread-local"});
  expect_error("fbt::say:entry { trace(args[1]); }",
               {"D_ARGS_IDX", "the typed argument args[0] only", "arg1 and on are the untyped"});
  expect_error("fbt::vfs_read:entry { trace(args[-1]); }", {"D_ARGS_IDX"});
}

TEST_F(ArgsTest, WhyTypesAreNotKnown) {
  expect_error("fbt::unknown:entry { trace(args[0]); }",
               {"D_ARGS_NONE", "does not describe this function", "(struct file *)arg0"});
  expect_error("fbt:plain:plain_open:entry { trace(args[0]); }",
               {"D_ARGS_NONE", "module plain has no type information", "DEBUG_INFO_BTF_MODULES"});
  expect_error("fbt::clone.isra.0:entry { trace(args[0]); }",
               {"D_ARGS_IDX", "variant made by the compiler", "arg0 to arg9"});
  expect_error("fbt::twice:entry { trace(args[0]); }",
               {"D_ARGS_NONE", "several functions are called vmlinux`twice",
                "int (int) and int (struct file *)", "caller"});
  const std::string seen = check("fbt::vfs_read:entry { trace(args[0]); }", "/no/such/folder");
  EXPECT_NE(seen.find("cannot read /no/such/folder/vmlinux"), std::string::npos) << seen;
  EXPECT_NE(seen.find("CONFIG_DEBUG_INFO_BTF"), std::string::npos) << seen;
}

TEST_F(ArgsTest, ValuesThatCannotBeHad) {
  expect_error("fbt::average:entry { trace(args[0]); }", {"D_ARGS_TYPE", "floating-point"});
  EXPECT_EQ(check("fbt::average:entry { trace(args[1]); }"), "OK");
  expect_error("fbt::average:return { trace(args[1]); }", {"D_ARGS_TYPE", "floating-point"});
  expect_error("fbt::wide:entry { trace(args[0]); }", {"D_ARGS_TYPE", "wider", "arg0"});
  expect_error("fbt::by_value:entry { trace(args[1]); }", {"D_ARGS_TYPE", "no size"});
}

TEST_F(ArgsTest, ProbesOfOneClauseAgreeAboutWhatIsUsed) {
  EXPECT_EQ(check("fbt::vfs_read:entry, fbt::vfs_write:entry { trace(args[2]); }"), "OK");
  EXPECT_EQ(check("fbt:vmlinux:vfs_*:return { trace(args[0]); }"), "OK");
  expect_error("fbt:vmlinux:vfs_*:entry { trace(args[0]); }",
               {"D_ARGS_MULTI", "struct file * in fbt:vmlinux:vfs_read:entry",
                "struct path * in fbt:vmlinux:vfs_open:entry",
                "struct file *: fbt:vmlinux:vfs_read:entry, fbt:vmlinux:vfs_write:entry",
                "(struct file *)arg0"});
  expect_error("fbt::vfs_read: { trace(args[1]); }", {"D_ARGS_MULTI", "char * in", "long in"});
  expect_error("fbt::vfs_read:entry, fbt::vfs_open:entry { trace(args[2]); }",
               {"D_ARGS_MULTI", "nothing in"});
}

TEST_F(ArgsTest, EveryProbeOfALargeClauseIsLookedAt) {
  for (int i = 0; i < 6000; i++) {
    probes_.add("vmlinux", "vfs_read");
  }
  EXPECT_EQ(check("fbt:vmlinux:vfs_read:entry { trace(args[0]); }"), "OK");
  probes_.add("vmlinux", "vfs_open");
  expect_error("fbt:vmlinux:vfs_read:entry, fbt:vmlinux:vfs_open:entry { trace(args[0]); }",
               {"D_ARGS_MULTI", "fbt:vmlinux:vfs_read:entry and"});
}

}  // namespace
}  // namespace dt::test
