// SPDX-License-Identifier: MIT
// Why a function has no probe, from made-up lists of the kernel.
#include "consumer/refused.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "consumer/probes.hpp"
#include "fake_channel.hpp"

namespace dt::consumer {
namespace {

using ::testing::HasSubstr;

class RefusedTest : public testing::Test {
 protected:
  void SetUp() override {
    dir_ = std::filesystem::temp_directory_path() / ("dt-refused-" + std::to_string(getpid()));
    std::filesystem::create_directories(dir_ / "modules/quiet");
    lists_.symbols = write("kallsyms",
                           "ffffffff81000000 T vfs_read\n"
                           "ffffffff81000100 t vfs_readf\n"
                           "ffffffff81000200 t small.isra.0\n"
                           "ffffffff81000300 T preempt_count_add\n"
                           "ffffffff81000400 T sysvec_handled\n"
                           "ffffffff81001000 T __noinstr_text_start\n"
                           "ffffffff81001010 T exc_debug\n"
                           "ffffffff81002000 T __noinstr_text_end\n"
                           "ffffffff81800000 D jiffies_64\n"
                           "ffffffff81900000 D __init_begin\n"
                           "ffffffff81900100 t setup_log\n"
                           "ffffffff81a00000 R __init_end\n"
                           "ffffffffc0000000 t ext_open\t[ext]\n");
    lists_.hooked = write("hooked", "vfs_read\nvfs_readf\nsmall.isra.0\next_open [ext]\n");
    lists_.blacklist =
        write("blacklist", "0xffffffff81000400-0xffffffff81000450\tsysvec_handled\n");
    lists_.modules = (dir_ / "modules").string();
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  std::string write(const char* name, const std::string& text) {
    std::ofstream(dir_ / name) << text;
    return (dir_ / name).string();
  }
  std::string why(const std::string& function, const std::string& module = "") {
    return explain_function(module, function, lists_);
  }

  std::filesystem::path dir_;
  KernelLists lists_;
};

TEST_F(RefusedTest, NoSuchSymbol) {
  EXPECT_THAT(why("vfs_raed"), HasSubstr("no symbol vfs_raed"));
  EXPECT_THAT(why("vfs_raed"), HasSubstr("inlined"));
  EXPECT_THAT(why("vfs_raed"), HasSubstr("did you mean vfs_read?"));
  EXPECT_THAT(why("nothing_like_it"), ::testing::Not(HasSubstr("did you mean")));
  EXPECT_THAT(why("small"), HasSubstr("did you mean small.isra.0?"));
}

TEST_F(RefusedTest, SymbolsThatCannotBeProbed) {
  EXPECT_THAT(why("exc_debug"), HasSubstr("noinstr"));
  EXPECT_THAT(why("setup_log"), HasSubstr("booting"));
  EXPECT_THAT(why("jiffies_64"), HasSubstr("is data, not a function"));
  EXPECT_THAT(why("sysvec_handled"), HasSubstr("blacklist"));
  EXPECT_THAT(why("preempt_count_add"), HasSubstr("notrace"));
  EXPECT_EQ(why("vfs_read"), "");
}

TEST_F(RefusedTest, Modules) {
  EXPECT_THAT(why("ext_open", "vmlinux"), HasSubstr("is in module ext"));
  EXPECT_THAT(why("vfs_read", "ext"), HasSubstr("is in vmlinux"));
  EXPECT_THAT(why("some", "absent"), HasSubstr("module absent is not loaded"));
  EXPECT_THAT(why("some", "quiet"), HasSubstr("module quiet has no symbols"));
}

TEST_F(RefusedTest, WithoutListsThereIsNoReason) {
  lists_.hooked = lists_.hooked_debugfs = lists_.blacklist = "/no/such/file";
  EXPECT_EQ(why("preempt_count_add"), "");
  lists_.symbols = "/no/such/file";
  EXPECT_EQ(why("vfs_raed"), "");
}

TEST_F(RefusedTest, SuggestionsOfTheProbeSource) {
  FakeChannel channel(1);
  channel.add_probe("fbt", "vmlinux", "vfs_read", "entry");
  channel.add_probe("instr", "vmlinux", "vfs_read", "ret-10");
  DeviceProbeSource probes(channel, nullptr, {});
  probes.set_kernel_lists(lists_);
  auto of = [&](const char* prov, const char* mod, const char* func, const char* name) {
    auto suggestion = probes.suggest({prov, mod, func, name, 0});
    return std::to_string(suggestion.bad_part) + " " + suggestion.reason;
  };
  EXPECT_THAT(of("fbt", "", "vfs_raed", "entry"), HasSubstr("2 the kernel has no symbol"));
  EXPECT_THAT(of("fbt", "ext", "vfs_read", "entry"), HasSubstr("1 vfs_read is in vmlinux"));
  EXPECT_THAT(of("fbt", "", "vfs_read", "return"), HasSubstr("3 this function has no return"));
  EXPECT_THAT(of("fbt", "", "vfs_read", "enter"), HasSubstr("entry and return"));
  EXPECT_THAT(of("instr", "", "vfs_read", "jmp*"), HasSubstr("dtrace -l -n 'instr::vfs_read:'"));
  EXPECT_THAT(of("instr", "", "", "jmp*"), HasSubstr("instr::FUNCTION:"));
}

}  // namespace
}  // namespace dt::consumer
