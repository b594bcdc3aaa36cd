// SPDX-License-Identifier: MIT
// The plugins fbt, instr and profile.
#include <gtest/gtest.h>

#include "plugins/loaded_plugin.hpp"

namespace dt::test {
namespace {

const uint64_t kNoEntry = static_cast<uint64_t>(-2);

TEST(FbtPlugin, ArgumentsByNameAndType) {
  LoadedPlugin plugin("fbt");
  ASSERT_TRUE(plugin.works());
  plugin.probe("f", "entry", 1,
               {{"struct file *", "file", 8, 0},
                {"int", "fd", 4, 1},
                {"size_t", "count", 8, 0},
                {"char *", "filename", 8, 0},
                {"bool", "sync", 1, 0},
                {"gfp_t", "gfp", 4, 0},
                {"umode_t", "mode", 2, 0}});
  EXPECT_EQ(plugin.format({{"args[0] /* struct file * */", 0xffff888003a1b200u},
                           {"args[1] /* int */", static_cast<uint64_t>(-100)},
                           {"args[2] /* size_t */", 4096u},
                           {"args[3] /* char * */", 0xffff888003a1b300u},
                           {"stringof(args[3])", "/etc/passwd"},
                           {"args[4] /* bool */", 1u},
                           {"args[5] /* gfp_t */", 0xcc0u},
                           {"args[6] /* umode_t */", 0100644u}}),
            "f(file=0xffff888003a1b200, fd=-100, count=4096, filename=\"/etc/passwd\", sync=true, "
            "gfp=0xcc0, mode=0100644)");
}

TEST(FbtPlugin, TypesSeparateProbesWithTheSameExpressions) {
  LoadedPlugin plugin("fbt");
  plugin.probe("f", "entry", 2, {{"int", "a", 4, 1}});
  const auto one = plugin.captures();
  plugin.probe("g", "entry", 3, {{"struct file *", "a", 8, 0}});
  EXPECT_NE(one, plugin.captures());
}

TEST(FbtPlugin, ResultsAndErrors) {
  LoadedPlugin plugin("fbt");
  plugin.probe("f", "return", 4, {{"int", "", 4, 1}, {"ssize_t", "", 8, 1}}, "ssize_t");
  EXPECT_EQ(plugin.format({{"arg0", 0x9eu}, {"args[1] /* ssize_t */", 5u}}), "= 5 from f+0x9e");
  EXPECT_EQ(plugin.format({{"arg0", 0x9eu}, {"args[1] /* ssize_t */", kNoEntry}}),
            "= -2 ENOENT (No such file or directory) from f+0x9e");
  EXPECT_EQ(plugin.fields({{"arg0", 0x9eu}, {"args[1] /* ssize_t */", kNoEntry}}),
            R"({"offset":158,"result":-2,"errno":"ENOENT"})");
  plugin.probe("g", "return", 5, {{"int", "", 4, 1}, {"struct file *", "", 8, 0}}, "struct file *");
  EXPECT_EQ(plugin.format({{"arg0", 1u}, {"args[1] /* struct file * */", kNoEntry}}),
            "= ERR_PTR(-2 ENOENT (No such file or directory)) from g+0x1");
  plugin.probe("h", "return", 6);
  EXPECT_EQ(plugin.format({{"arg0", 1u}}), "returns from h+0x1");
}

TEST(FbtPlugin, VariantsOfTheCompilerAndWholeDescriptionsAreRaw) {
  LoadedPlugin plugin("fbt");
  plugin.probe("f.isra.0", "entry", 8, {{"int", "a", 4, 1}});
  EXPECT_EQ(plugin.format({{"arg0", 16u}}),
            "f.isra.0(arg0=0x10, arg1=0x0, arg2=0x0, arg3=0x0, arg4=0x0, arg5=0x0)");
  plugin.probe("", "entry", 0);
  EXPECT_EQ(plugin.captures().size(), 6u);
}

TEST(InstrPlugin, DisassemblesAndSaysWhatHappens) {
  LoadedPlugin plugin("instr");
  ASSERT_TRUE(plugin.works());
  LoadedPlugin::code = {0x74, 0x10, 0x48, 0x8b, 0x07, 0xe8, 0x00, 0x00, 0x00, 0x00};
  LoadedPlugin::symbols = {{0x1012, "vmlinux`f+0x12"}, {0x100a, "vmlinux`g"}};
  plugin.probe("f", "je-0");
  EXPECT_EQ(plugin.format({{"arg0", 0x1000u}, {"arg2", 0x1012u}, {"arg3", 1u}, {"arg4", 2u}}),
            "f+0x0  je vmlinux`f+0x12  taken");
  EXPECT_EQ(plugin.fields({{"arg0", 0x1000u}, {"arg2", 0x1012u}, {"arg3", 0u}, {"arg4", 2u}}),
            R"({"address":"0x1000","offset":0,"length":2,"instruction":"je vmlinux`f+0x12",)"
            R"("mnemonic":"je","target":"0x1012","target_symbol":"vmlinux`f+0x12","taken":false})");
  plugin.probe("f", "mov-2");
  EXPECT_EQ(plugin.format({{"arg0", 0x1002u}, {"arg1", 2u}, {"arg2", 0x5000u}, {"arg4", 3u}}),
            "f+0x2  mov (%rdi), %rax  at 0x5000");
  plugin.probe("f", "nop-99");
  EXPECT_EQ(plugin.format({{"arg0", 0x9000u}, {"arg1", 0x99u}}), "f+0x99  nop-99");
}

TEST(ProfilePlugin, SaysWhere) {
  LoadedPlugin plugin("profile");
  ASSERT_TRUE(plugin.works());
  LoadedPlugin::symbols = {{0x1012, "vmlinux`f+0x12"}};
  plugin.probe("", "profile-97");
  EXPECT_EQ(plugin.format({{"arg0", 0x1012u}, {"pid", 5u}, {"execname", "sh"}}),
            "kernel vmlinux`f+0x12  sh[5]");
  EXPECT_EQ(plugin.format({{"arg1", 0x2000u}, {"pid", 5u}, {"execname", "sh"}}),
            "user   libc.so.6`read+0x12  sh[5]");
  plugin.probe("", "tick-1s");
  EXPECT_TRUE(plugin.captures().empty());
  EXPECT_EQ(plugin.format({}), "");
}

}  // namespace
}  // namespace dt::test
