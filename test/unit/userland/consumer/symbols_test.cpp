// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "consumer/kernel_symbols.hpp"
#include "consumer/modules.hpp"
#include "consumer/process.hpp"
#include "consumer/user_symbols.hpp"

namespace dt::consumer {
namespace {

class KallsymsFile {
 public:
  KallsymsFile() {
    char name[] = "/tmp/kallsyms-XXXXXX";
    const int fd = ::mkstemp(name);
    ::close(fd);
    path = name;
    std::ofstream(path) << "ffffffff81000000 T _text\n"
                           "ffffffff81000100 t local_alias\n"
                           "ffffffff81000100 T do_work\n"
                           "ffffffff81000200 T next_one\n"
                           "ffffffffc0001000 t probe_it\t[e1000]\n"
                           "0000000000000010 A per_cpu_thing\n";
  }
  ~KallsymsFile() { std::remove(path.c_str()); }
  std::string path;
};

TEST(KernelSymbols, FindsTheSymbolOfAnAddress) {
  KallsymsFile file;
  KernelSymbols symbols(file.path);
  auto found = symbols.at(0xffffffff81000110);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->module, "vmlinux");
  EXPECT_EQ(found->name, "do_work");
  EXPECT_EQ(found->offset, 0x10u);
  found = symbols.at(0xffffffffc0001004);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->module, "e1000");
  EXPECT_EQ(found->name, "probe_it");
  EXPECT_FALSE(symbols.at(0x1000));
  EXPECT_FALSE(symbols.at(0xffffffffffff0000));
}

TEST(KernelSymbols, FindsAnAddressByName) {
  KallsymsFile file;
  KernelSymbols symbols(file.path);
  auto found = symbols.find("", "next_one");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->address, 0xffffffff81000200);
  EXPECT_EQ(found->module, "vmlinux");
  EXPECT_TRUE(symbols.find("e1000", "probe_it"));
  EXPECT_FALSE(symbols.find("vmlinux", "probe_it"));
  EXPECT_FALSE(symbols.find("", "next"));
}

TEST(KernelSymbols, WithoutTheFileKnowsNothing) {
  KernelSymbols symbols("/nonexistent");
  EXPECT_FALSE(symbols.find("", "x"));
  EXPECT_FALSE(symbols.at(0xffffffff81000110));
}

extern "C" __attribute__((noinline)) int symbols_test_landmark(int x) { return x + 1; }

TEST(UserSymbols, ResolveAFunctionOfThisProcess) {
  UserSymbols symbols([](uint64_t pid) { return pid; });
  const auto address = reinterpret_cast<uint64_t>(&symbols_test_landmark);
  auto found = symbols.at(static_cast<uint64_t>(::getpid()), address + 1);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "symbols_test_landmark");
  EXPECT_EQ(found->offset, 1u);
  EXPECT_FALSE(symbols.at(static_cast<uint64_t>(::getpid()), 16));
}

TEST(UserSymbols, RememberAProcessThatHasExited) {
  UserSymbols symbols([](uint64_t pid) { return pid; });
  auto target = Target::launch("/bin/true", EvalTime::PreInit);
  ASSERT_TRUE(target) << target.error().message;
  const auto pid = static_cast<uint64_t>((*target)->pid());
  bool was_called = false;
  ASSERT_TRUE((*target)->resume([&](pid_t p) {
    was_called = true;
    symbols.grab(static_cast<uint64_t>(p));
  }));
  for (int i = 0; i < 500 && !(*target)->has_exited(); i++) {
    (*target)->handle_events();
    ::usleep(10000);
  }
  EXPECT_TRUE((*target)->has_exited());
  EXPECT_TRUE(was_called);
  symbols.expire();
  EXPECT_FALSE(symbols.at(pid, 16));
}

TEST(Target, SaysWhyACommandCannotBeRun) {
  auto target = Target::launch("/nonexistent/program", EvalTime::PreInit);
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error().message,
            "failed to execute /nonexistent/program: No such file or directory");
  EXPECT_FALSE(Target::attach(-1));
}

TEST(Target, StopsAtTheEntryPointToo) {
  auto target = Target::launch("/bin/true", EvalTime::Main);
  ASSERT_TRUE(target) << target.error().message;
  ASSERT_TRUE((*target)->resume({}));
  for (int i = 0; i < 500 && !(*target)->has_exited(); i++) {
    (*target)->handle_events();
    ::usleep(10000);
  }
  EXPECT_TRUE((*target)->has_exited());
}

TEST(SplitCommand, KeepsQuotedWords) {
  EXPECT_EQ(split_command("gcc -O2  x.c"), (std::vector<std::string>{"gcc", "-O2", "x.c"}));
  EXPECT_EQ(split_command("sh -c 'a b' \"c\\\"d\" e\\ f ''"),
            (std::vector<std::string>{"sh", "-c", "a b", "c\"d", "e f", ""}));
  EXPECT_TRUE(split_command("  ").empty());
}

TEST(Modules, FailuresHaveARemedy) {
  EXPECT_NE(explain_insert_failure("dtrace", EKEYREJECTED, false).find("sign it"),
            std::string::npos);
  EXPECT_NE(explain_insert_failure("dtrace", EPERM, true).find("locked down"), std::string::npos);
  EXPECT_NE(explain_insert_failure("dtrace", EPERM, false).find("root"), std::string::npos);
  EXPECT_NE(explain_insert_failure("dtrace", ENOEXEC, false).find("another kernel"),
            std::string::npos);
}

}  // namespace
}  // namespace dt::consumer
