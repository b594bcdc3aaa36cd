// SPDX-License-Identifier: MIT
// The syscall plugin: its tables are complete and make sense; its lines are as strace's.
#include <asm/unistd_64.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "plugins/loaded_plugin.hpp"
#include "syscall/calls.hpp"
#include "syscall/memory.hpp"
#include "syscall/names.hpp"
#include "syscall/scalars.hpp"
#include "syscall/structs.hpp"

namespace dt::test {
namespace {

using namespace plugins::syscall;

bool is_known_kind(const Param& param) {
  if (param.kind == "sigset_argpack") {
    return param.is_pointer;
  }
  if (param.is_pointer || (param.is_array && param.kind != "iovec" && param.kind != "fd_set")) {
    return find_struct(param.kind) || find_scalar(param.kind);
  }
  return find_scalar(param.kind) || is_memory_kind(param.kind);
}

TEST(SyscallTables, EveryCallOfTheHeaderIsThere) {
  std::ifstream header("/usr/include/x86_64-linux-gnu/asm/unistd_64.h");
  std::string line;
  int nr = 0;
  while (std::getline(header, line)) {
    constexpr std::string_view kPrefix = "#define __NR_";
    if (!line.starts_with(kPrefix)) {
      continue;
    }
    const std::string name =
        line.substr(kPrefix.size(), line.find(' ', kPrefix.size()) - kPrefix.size());
    EXPECT_NE(find_call(name), nullptr) << name;
    nr++;
  }
  EXPECT_GT(nr, 350);
}

TEST(SyscallTables, EveryParameterMakesSense) {
  std::set<std::string> names;
  for (const CallText& text : all_call_texts()) {
    EXPECT_TRUE(names.insert(text.name).second) << text.name << " twice";
    std::string error;
    const std::vector<Param> params = parse_params(text.params, error);
    EXPECT_EQ(error, "") << text.name;
    EXPECT_LE(params.size(), 6u) << text.name;
    for (const Param& param : params) {
      EXPECT_TRUE(is_known_kind(param)) << text.name << ": " << param.name << ":" << param.kind;
    }
    EXPECT_TRUE(find_scalar(text.result) || std::string_view(text.result) == "none") << text.name;
  }
}

TEST(SyscallTables, EveryVariantSelectsSomething) {
  for (const VariantText& text : variants_of_calls()) {
    const Call* call = find_call(text.call);
    ASSERT_NE(call, nullptr) << text.call;
    std::string error;
    for (const Param& param : parse_params(text.params, error)) {
      EXPECT_TRUE(is_known_kind(param)) << text.call << ": " << param.name << ":" << param.kind;
    }
    EXPECT_EQ(error, "") << text.call << " " << text.names;
    EXPECT_TRUE(find_scalar(text.result)) << text.result;
  }
  for (const Call* call :
       {find_call("fcntl"), find_call("futex"), find_call("prctl"), find_call("ioctl")}) {
    for (const Variant& variant : call->variants) {
      EXPECT_FALSE(variant.values.empty()) << call->name;
    }
  }
}

TEST(SyscallNames, FlagsAndEnumerations) {
  EXPECT_EQ(show_names("open_flags", 02000000).text, "O_RDONLY|O_CLOEXEC");
  EXPECT_EQ(show_names("open_flags", 0x40000001).text, "O_WRONLY|0x40000000");
  EXPECT_EQ(show_names("mmap_prot", 0).text, "PROT_NONE");
  EXPECT_EQ(show_names("mmap_flags", 0x22).text, "MAP_PRIVATE|MAP_ANONYMOUS");
  EXPECT_EQ(show_names("whence", 99).text, "0x63 /* SEEK_??? */");
  EXPECT_EQ(show_names("madvice", 4).text, "MADV_DONTNEED");
  EXPECT_EQ(show_names("open_flags", 02000101).json.dump(),
            R"(["O_WRONLY","O_CREAT","O_CLOEXEC"])");
  EXPECT_EQ(signal_name(17).text, "SIGCHLD");
  EXPECT_EQ(signal_name(34).text, "SIGRT_2");
  EXPECT_EQ(errno_name(2), "ENOENT");
  EXPECT_EQ(errno_name(512), "ERESTARTSYS");
}

TEST(SyscallText, QuotesAndEscapes) {
  EXPECT_EQ(quoted("a\"b\\\n\t\001\0012", false).text, R"("a\"b\\\n\t\1\0012")");
  EXPECT_EQ(quoted(std::string_view("\0x\377", 3), true).text, R"("\0x\377"...)");
}

class SyscallPlugin : public testing::Test {
 protected:
  LoadedPlugin plugin{"syscall"};
};

TEST_F(SyscallPlugin, ShowsOpenAtBothEnds) {
  ASSERT_TRUE(plugin.works());
  const uint64_t cwd = static_cast<uint32_t>(-100);
  plugin.probe("openat", "entry");
  EXPECT_EQ(plugin.format({{"arg0", cwd},
                           {"arg1", 0x1000u},
                           {"copyinstr(arg1, 256)", "/etc/passwd"},
                           {"arg2", 02000000u}}),
            R"(openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC))");
  EXPECT_EQ(plugin.fields({{"arg0", cwd},
                           {"arg1", 0x1000u},
                           {"copyinstr(arg1, 256)", "x"},
                           {"arg2", 0101u},
                           {"arg3", 0644u}}),
            R"({"dfd":-100,"filename":"x","flags":["O_WRONLY","O_CREAT"],"mode":420})");
  plugin.probe("openat", "return");
  EXPECT_EQ(plugin.format({{"arg1", 3u}, {"fds[(int)arg1].fi_pathname", "/etc/passwd"}}),
            "= 3</etc/passwd>");
}

TEST_F(SyscallPlugin, ShowsTheWholeCallWhereItsEntryWasNot) {
  const std::string second = "(arg6 == 1 ? (uint64_t)(uint32_t)uregs[R_RCX] : uregs[R_RSI])";
  plugin.probe("openat", "return");
  EXPECT_EQ(plugin.format({{"tid", 5u},
                           {"arg1", static_cast<uint64_t>(-2)},
                           {second, 0x1000u},
                           {"copyinstr(" + second + ", 256)", "/no"}}),
            R"(openat(0, "/no", O_RDONLY) = -1 ENOENT (No such file or directory))");
  // Its entry is shown, but the path could not be read yet.
  plugin.probe("openat", "entry");
  EXPECT_EQ(plugin.format({{"tid", 5u}, {"arg1", 0x1000u}}), "openat(0, 0x1000, O_RDONLY)");
  plugin.probe("openat", "return");
  EXPECT_EQ(plugin.format({{"tid", 5u},
                           {"arg1", 4u},
                           {second, 0x1000u},
                           {"copyinstr(" + second + ", 256)", "/yes"}}),
            R"(openat(0, "/yes", O_RDONLY) = 4)");
}

TEST_F(SyscallPlugin, CutsWhatIsLong) {
  plugin.probe("write", "entry");
  std::vector<unsigned char> data(32, 'x');
  EXPECT_EQ(
      plugin.format(
          {{"arg0", 1u},
           {"fds[(int)arg0].fi_pathname", "pipe:[5]"},
           {"arg1", 0x1000u},
           {"*(uint8_t (*)[32])copyin(arg1, (uint64_t)((uint64_t)arg2) < 32 ? (uint64_t)arg2 : 32)",
            data},
           {"arg2", 40u}}),
      "write(1<pipe:[5]>, \"" + std::string(32, 'x') + "\"..., 40)");
}

TEST_F(SyscallPlugin, UnreadableMemoryIsItsAddress) {
  plugin.probe("write", "entry");
  EXPECT_EQ(plugin.format({{"arg0", 9u}, {"arg1", 0xdead0000u}, {"arg2", 1u}}),
            "write(9, 0xdead0000, 1)");
  plugin.probe("chdir", "entry");
  EXPECT_EQ(plugin.format({}), "chdir(NULL)");
}

TEST_F(SyscallPlugin, CallsByCommand) {
  plugin.probe("fcntl", "entry");
  EXPECT_EQ(plugin.format({{"arg0", 3u}, {"arg1", 2u}, {"arg2", 1u}}),
            "fcntl(3, F_SETFD, FD_CLOEXEC)");
  EXPECT_EQ(plugin.format({{"arg0", 3u}, {"arg1", 3u}, {"arg2", 1u}}), "fcntl(3, F_GETFL)");
  plugin.probe("futex", "entry");
  EXPECT_EQ(plugin.format({{"arg0", 0x1000u}, {"arg1", 129u}, {"arg2", 1u}}),
            "futex(0x1000, FUTEX_WAKE_PRIVATE, 1)");
}

TEST_F(SyscallPlugin, ProgramsOf32Bits) {
  plugin.probe("mmap", "entry");
  EXPECT_EQ(plugin.format({{"arg6", 1u}, {"arg0", 0xffff1000u}}),
            "mmap(0xffff1000, 0, 0, 0, 0, 0)");
  plugin.probe("dup2", "entry");
  EXPECT_EQ(plugin.format({{"arg6", 1u}, {"arg0", 0xffffffffu}, {"arg1", 5u}}), "dup2(-1, 5)");
}

TEST_F(SyscallPlugin, CallsThatAreNotKnownAreRaw) {
  plugin.probe("a_new_call", "entry");
  EXPECT_EQ(plugin.format({{"arg0", 1u}, {"arg1", 0x1234u}}),
            "a_new_call(0x1, 0x1234, 0, 0, 0, 0)");
  plugin.probe("a_new_call", "return");
  EXPECT_EQ(plugin.format({{"arg1", static_cast<uint64_t>(-38)}}),
            "= -1 ENOSYS (Function not implemented)");
}

TEST_F(SyscallPlugin, OtherProbesAreNotItsOwn) {
  plugin.probe("read", "nothing");
  EXPECT_TRUE(plugin.captures().empty());
}

}  // namespace
}  // namespace dt::test
