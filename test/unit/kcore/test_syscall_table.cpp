// SPDX-License-Identifier: MIT
// The table of system calls: the generator on a small set of headers, look-up by name and alias,
// types, errno. Links the real kproviders/syscall/syscall_table.c, built on what gen_calls.awk
// makes of syscall_headers/.
#include <gtest/gtest.h>

#include <string>
#include <vector>

extern "C" {
#include "../../../kproviders/syscall/syscall_table.h"
}

namespace {

const sysc_call* find(const char* name, bool want_alias = false) {
  int is_alias = -1;
  const sysc_call* call = sysc_table_find(name, &is_alias);
  EXPECT_EQ(is_alias, want_alias ? 1 : 0) << name;
  return call;
}

std::vector<std::string> types(const char* name) {
  std::vector<std::string> result;
  const sysc_call* call = find(name);
  if (!call)
    return {"no such call"};
  char type[128];
  while (result.size() <
         sysc_table_type(call, static_cast<unsigned>(result.size()), type, sizeof type))
    result.emplace_back(type);
  return result;
}

using Types = std::vector<std::string>;

TEST(SyscallTable, NumbersOfEveryAbi) {
  EXPECT_EQ(sysc_nr_calls, 8u);
  EXPECT_EQ(SYSC_NR_X64, 301);
  EXPECT_EQ(SYSC_NR_IA32, 196);
  const sysc_call* read = find("read");
  ASSERT_NE(read, nullptr);
  EXPECT_EQ(read->nr_x64, 0);
  EXPECT_EQ(read->nr_ia32, 3);
  EXPECT_EQ(read->nr_x32, -1);
  EXPECT_EQ(find("rt_sigaction")->nr_x32, 512);
  EXPECT_EQ(find("rt_sigaction")->nr_ia32, -1);
  EXPECT_EQ(find("tuxcall")->nr_x64, 184);
  EXPECT_EQ(find("syscalls"), nullptr);
  EXPECT_EQ(find("rea"), nullptr);
  EXPECT_EQ(find("reads"), nullptr);
  EXPECT_EQ(find(""), nullptr);
}

TEST(SyscallTable, OneEntryForANameOfBothTables) {
  const sysc_call* stat = find("stat");
  ASSERT_NE(stat, nullptr);
  EXPECT_EQ(stat->nr_x64, 4);
  EXPECT_EQ(stat->nr_ia32, 106);
}

TEST(SyscallTable, TypesComeFromTheFunctionBehindTheNumber) {
  EXPECT_EQ(types("read"), (Types{"unsigned int", "char *", "size_t"}));
  EXPECT_EQ(types("stat"), (Types{"const char *", "struct stat *"}));
  EXPECT_EQ(types("umount2"), (Types{"char *", "int"}));
  EXPECT_EQ(types("rt_sigaction"),
            (Types{"int", "const struct sigaction *", "struct sigaction *", "size_t"}));
  EXPECT_EQ(types("tuxcall"), Types{});
}

TEST(SyscallTable, NamesAreToldFromTypes) {
  EXPECT_EQ(types("later"), (Types{"unsigned int", "const char *const *", "unsigned int *", "u64 *",
                                   "enum kind", "u32", "u32"}));
}

TEST(SyscallTable, TypesAreTruncatedNotOverrun) {
  char type[6] = {'x', 'x', 'x', 'x', 'x', 'x'};
  EXPECT_EQ(sysc_table_type(find("read"), 0, type, sizeof type), 3u);
  EXPECT_STREQ(type, "unsig");
  type[0] = '!';
  EXPECT_EQ(sysc_table_type(find("read"), 3, type, sizeof type), 3u);
  EXPECT_EQ(type[0], '!');
}

TEST(SyscallTable, OtherNames) {
  EXPECT_EQ(find("newstat", true), find("stat"));
  EXPECT_EQ(find("umount", true), find("umount2"));
  EXPECT_EQ(find("stat64", true), find("stat"));
  EXPECT_EQ(find("sigaction", true), find("rt_sigaction"));
  EXPECT_EQ(find("open64"), nullptr) << "open is not in this table";
}

TEST(SyscallTable, Errno) {
  EXPECT_EQ(sysc_errno(0), 0);
  EXPECT_EQ(sysc_errno(42), 0);
  EXPECT_EQ(sysc_errno(-2), 2);
  EXPECT_EQ(sysc_errno(-4095), 4095);
  EXPECT_EQ(sysc_errno(-4096), 0);
  EXPECT_EQ(sysc_errno(static_cast<long>(0xffff800000000000ul)), 0) << "an address is no error";
  for (long restart : {-512, -513, -514, -516})
    EXPECT_EQ(sysc_errno(restart), 4) << restart;
  EXPECT_EQ(sysc_errno(-515), 515);
  EXPECT_EQ(sysc_errno(-517), 517);
}

}  // namespace
