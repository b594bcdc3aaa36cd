// SPDX-License-Identifier: MIT
// The instruction decoder: names, classes, parts, lengths of listed instructions; what is refused;
// that the fast length is the same; and Zydis on random bytes. Links the real kcore/patch/insn*.c.
// The whole kernel's text is test/tools/textcheck.cpp's.
#include <Zydis/Zydis.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

extern "C" {
#include "patch/insn.h"
}

namespace {

using Bytes = std::vector<std::uint8_t>;

std::string text(const Bytes& bytes) {
  std::string out;
  for (const std::uint8_t byte : bytes) {
    char hex[4];
    std::snprintf(hex, sizeof(hex), "%02x ", byte);
    out += hex;
  }
  return out;
}

// Both ways to the length, with exactly the bytes there are, fewer, and more.
dtk_insn decode(const Bytes& bytes) {
  dtk_insn insn{};
  const auto size = static_cast<__u32>(bytes.size());
  EXPECT_EQ(dtk_insn_decode(&insn, bytes.data(), size), 0) << text(bytes);
  EXPECT_EQ(insn.length, size) << text(bytes);
  EXPECT_EQ(dtk_insn_length(bytes.data(), size), size) << text(bytes);
  dtk_insn part{};
  for (__u32 avail = 0; avail < size; ++avail) {
    EXPECT_NE(dtk_insn_decode(&part, bytes.data(), avail), 0) << text(bytes) << avail;
    EXPECT_EQ(dtk_insn_length(bytes.data(), avail), 0u) << text(bytes) << avail;
  }
  Bytes more = bytes;
  more.resize(size + 16, 0xcc);
  EXPECT_EQ(dtk_insn_length(more.data(), static_cast<__u32>(more.size())), size) << text(bytes);
  return insn;
}

struct Listed {
  const char* name;
  int insn_class;
  Bytes bytes;
};

const std::vector<Listed>& listed() {
  constexpr int kOther = DTK_INSN_OTHER;
  static const std::vector<Listed> all = {
      // Branches, calls, returns.
      {"jo", DTK_INSN_JCC, {0x70, 0}},
      {"jno", DTK_INSN_JCC, {0x71, 0}},
      {"jb", DTK_INSN_JCC, {0x72, 0}},
      {"jae", DTK_INSN_JCC, {0x73, 0}},
      {"je", DTK_INSN_JCC, {0x74, 0}},
      {"jne", DTK_INSN_JCC, {0x75, 0}},
      {"jbe", DTK_INSN_JCC, {0x76, 0}},
      {"ja", DTK_INSN_JCC, {0x77, 0}},
      {"js", DTK_INSN_JCC, {0x78, 0}},
      {"jns", DTK_INSN_JCC, {0x79, 0}},
      {"jp", DTK_INSN_JCC, {0x7a, 0}},
      {"jnp", DTK_INSN_JCC, {0x7b, 0}},
      {"jl", DTK_INSN_JCC, {0x7c, 0}},
      {"jge", DTK_INSN_JCC, {0x7d, 0}},
      {"jle", DTK_INSN_JCC, {0x7e, 0}},
      {"jg", DTK_INSN_JCC, {0x7f, 0}},
      {"jne", DTK_INSN_JCC, {0x0f, 0x85, 1, 2, 3, 4}},
      {"jg", DTK_INSN_JCC, {0x2e, 0x0f, 0x8f, 1, 2, 3, 4}},
      {"loopne", DTK_INSN_LOOP, {0xe0, 0}},
      {"loope", DTK_INSN_LOOP, {0xe1, 0}},
      {"loop", DTK_INSN_LOOP, {0xe2, 0}},
      {"jrcxz", DTK_INSN_LOOP, {0xe3, 0}},
      {"jecxz", DTK_INSN_LOOP, {0x67, 0xe3, 0}},
      {"jmp", DTK_INSN_JMP, {0xeb, 0}},
      {"jmp", DTK_INSN_JMP, {0xe9, 1, 2, 3, 4}},
      {"jmp", DTK_INSN_JMP, {0x2e, 0xe9, 1, 2, 3, 4}},
      {"jmpi", DTK_INSN_JMP_IND, {0xff, 0xe0}},
      {"jmpi", DTK_INSN_JMP_IND, {0x3e, 0x41, 0xff, 0xe3}},
      {"jmpi", DTK_INSN_JMP_IND, {0xff, 0x25, 1, 2, 3, 4}},
      {"call", DTK_INSN_CALL, {0xe8, 1, 2, 3, 4}},
      {"call", DTK_INSN_CALL, {0x2e, 0xe8, 1, 2, 3, 4}},
      {"calli", DTK_INSN_CALL_IND, {0xff, 0xd0}},
      {"calli", DTK_INSN_CALL_IND, {0xff, 0x14, 0xc5, 1, 2, 3, 4}},
      {"ret", DTK_INSN_RET, {0xc3}},
      {"ret", DTK_INSN_RET, {0xf3, 0xc3}},
      {"ret", DTK_INSN_RET, {0xc2, 8, 0}},
      {"lret", DTK_INSN_FAR, {0xcb}},
      {"lret", DTK_INSN_FAR, {0xca, 8, 0}},
      {"lcall", DTK_INSN_FAR, {0xff, 0x18}},
      {"ljmp", DTK_INSN_FAR, {0x48, 0xff, 0x28}},
      {"iretq", DTK_INSN_FAR, {0x48, 0xcf}},
      {"iretd", DTK_INSN_FAR, {0xcf}},
      {"int", DTK_INSN_FAR, {0xcd, 0x80}},
      {"int1", DTK_INSN_FAR, {0xf1}},
      {"int3", DTK_INSN_INT3, {0xcc}},
      {"syscall", DTK_INSN_FAR, {0x0f, 0x05}},
      {"sysret", DTK_INSN_FAR, {0x48, 0x0f, 0x07}},
      {"sysenter", DTK_INSN_FAR, {0x0f, 0x34}},
      {"sysexit", DTK_INSN_FAR, {0x48, 0x0f, 0x35}},
      {"rsm", DTK_INSN_FAR, {0x0f, 0xaa}},
      {"xbegin", DTK_INSN_FAR, {0xc7, 0xf8, 1, 2, 3, 4}},
      {"xabort", DTK_INSN_FAR, {0xc6, 0xf8, 1}},
      {"ud2", DTK_INSN_UD, {0x0f, 0x0b}},
      {"ud1", DTK_INSN_UD, {0x67, 0x0f, 0xb9, 0x40, 0x02}},
      {"ud0", DTK_INSN_UD, {0x0f, 0xff, 0xc0}},
      // Nops, and what looks like one.
      {"nop", DTK_INSN_NOP, {0x90}},
      {"nop", DTK_INSN_NOP, {0x66, 0x90}},
      {"nop", DTK_INSN_NOP, {0x0f, 0x1f, 0x44, 0, 0}},
      {"nop", DTK_INSN_NOP, {0x66, 0x2e, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0}},
      {"pause", kOther, {0xf3, 0x90}},
      {"xchg", kOther, {0x41, 0x90}},
      {"xchg", kOther, {0x91}},
      {"endbr64", kOther, {0xf3, 0x0f, 0x1e, 0xfa}},
      {"endbr32", kOther, {0xf3, 0x0f, 0x1e, 0xfb}},
      {"rdsspq", kOther, {0xf3, 0x48, 0x0f, 0x1e, 0xc8}},
      // Moves and stack.
      {"push", DTK_INSN_PUSH_REG, {0x55}},
      {"push", DTK_INSN_PUSH_REG, {0x41, 0x57}},
      {"push", DTK_INSN_PUSH_REG, {0xff, 0xf0}},
      {"push", kOther, {0x66, 0x50}},
      {"push", kOther, {0xff, 0x30}},
      {"push", kOther, {0x68, 1, 2, 3, 4}},
      {"push", kOther, {0x66, 0x68, 1, 2}},
      {"push", kOther, {0x6a, 1}},
      {"push", kOther, {0x0f, 0xa0}},
      {"pop", kOther, {0x5d}},
      {"pop", kOther, {0x8f, 0x00}},
      {"pushf", kOther, {0x9c}},
      {"popf", kOther, {0x9d}},
      {"mov", DTK_INSN_MOV_REG, {0x48, 0x89, 0xe5}},
      {"mov", DTK_INSN_MOV_REG, {0x8b, 0xc1}},
      {"mov", kOther, {0x66, 0x89, 0xc1}},
      {"mov", kOther, {0x88, 0xc1}},
      {"mov", kOther, {0x48, 0x89, 0x45, 0xf8}},
      {"mov", kOther, {0x48, 0x8b, 0x04, 0x25, 1, 2, 3, 4}},
      {"mov", kOther, {0x65, 0x48, 0x8b, 0x04, 0x25, 1, 2, 3, 4}},
      {"mov", kOther, {0x48, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8}},
      {"mov", kOther, {0x66, 0xb8, 1, 2}},
      {"mov", kOther, {0xa1, 1, 2, 3, 4, 5, 6, 7, 8}},
      {"mov", kOther, {0x67, 0xa1, 1, 2, 3, 4}},
      {"mov", kOther, {0x48, 0xc7, 0x05, 1, 2, 3, 4, 5, 6, 7, 8}},
      {"mov", kOther, {0x66, 0xc7, 0x04, 0x85, 1, 2, 3, 4, 5, 6}},
      {"mov", kOther, {0x0f, 0x22, 0xd8}},
      {"mov", kOther, {0x0f, 0x20, 0x18}},  // mod is ignored
      {"mov", kOther, {0x8e, 0xd8}},
      {"movsxd", kOther, {0x48, 0x63, 0xc2}},
      {"movzx", kOther, {0x0f, 0xb6, 0x00}},
      {"movsx", kOther, {0x0f, 0xbf, 0xc0}},
      {"lea", kOther, {0x48, 0x8d, 0x44, 0x88, 0x10}},
      {"xlat", kOther, {0xd7}},
      {"enter", kOther, {0xc8, 16, 0, 1}},
      {"leave", kOther, {0xc9}},
      {"bswap", kOther, {0x48, 0x0f, 0xc9}},
      {"movbe", kOther, {0x0f, 0x38, 0xf0, 0x00}},
      {"movnti", kOther, {0x48, 0x0f, 0xc3, 0x07}},
      // Arithmetic.
      {"add", kOther, {0x48, 0x01, 0xd8}},
      {"or", kOther, {0x0c, 1}},
      {"adc", kOther, {0x11, 0xd0}},
      {"sbb", kOther, {0x19, 0xc0}},
      {"and", kOther, {0x48, 0x25, 1, 2, 3, 4}},
      {"and", kOther, {0x66, 0x25, 1, 2}},
      {"sub", kOther, {0x48, 0x83, 0xec, 0x10}},
      {"xor", kOther, {0x31, 0xc0}},
      {"cmp", kOther, {0x80, 0x3d, 1, 2, 3, 4, 0}},
      {"cmp", kOther, {0x66, 0x81, 0x38, 1, 2}},
      {"test", kOther, {0xf6, 0x47, 0x10, 1}},
      {"test", kOther, {0x66, 0xf7, 0xc1, 1, 2}},
      {"not", kOther, {0x48, 0xf7, 0xd0}},
      {"neg", kOther, {0xf7, 0xd8}},
      {"mul", kOther, {0x48, 0xf7, 0xe1}},
      {"imul", kOther, {0x48, 0x69, 0xc0, 1, 2, 3, 4}},
      {"imul", kOther, {0x6b, 0xc0, 1}},
      {"imul", kOther, {0x0f, 0xaf, 0xc1}},
      {"div", kOther, {0x48, 0xf7, 0xf1}},
      {"idiv", kOther, {0xf7, 0xf9}},
      {"inc", kOther, {0xff, 0xc0}},
      {"dec", kOther, {0xfe, 0x08}},
      {"shl", kOther, {0x48, 0xc1, 0xe0, 4}},
      {"shr", kOther, {0xd1, 0xe8}},
      {"sar", kOther, {0xd3, 0xf8}},
      {"rol", kOther, {0xc0, 0xc0, 1}},
      {"shld", kOther, {0x0f, 0xa4, 0xc2, 5}},
      {"shrd", kOther, {0x0f, 0xad, 0xc2}},
      {"cdqe", kOther, {0x48, 0x98}},
      {"cwde", kOther, {0x98}},
      {"cbw", kOther, {0x66, 0x98}},
      {"cqo", kOther, {0x48, 0x99}},
      {"sete", kOther, {0x0f, 0x94, 0xc0}},
      {"cmovne", kOther, {0x48, 0x0f, 0x45, 0xc2}},
      {"bt", kOther, {0x48, 0x0f, 0xba, 0xe0, 3}},
      {"bsf", kOther, {0x0f, 0xbc, 0xc0}},
      {"tzcnt", kOther, {0xf3, 0x48, 0x0f, 0xbc, 0xc0}},
      {"lzcnt", kOther, {0xf3, 0x0f, 0xbd, 0xc0}},
      {"popcnt", kOther, {0xf3, 0x48, 0x0f, 0xb8, 0xc7}},
      {"crc32", kOther, {0xf2, 0x48, 0x0f, 0x38, 0xf1, 0xc1}},
      {"adcx", kOther, {0x66, 0x0f, 0x38, 0xf6, 0xc1}},
      {"andn", kOther, {0xc4, 0xe2, 0x78, 0xf2, 0xc1}},
      {"rorx", kOther, {0xc4, 0xe3, 0x7b, 0xf0, 0xc1, 5}},
      {"shlx", kOther, {0xc4, 0xe2, 0xf9, 0xf7, 0xc1}},
      // Atomics.
      {"lock_cmpxchg", kOther, {0xf0, 0x48, 0x0f, 0xb1, 0x0a}},
      {"lock_xadd", kOther, {0xf0, 0x0f, 0xc1, 0x02}},
      {"lock_inc", kOther, {0xf0, 0xff, 0x00}},
      {"lock_or", kOther, {0xf0, 0x80, 0x0f, 1}},
      {"lock_bts", kOther, {0xf0, 0x48, 0x0f, 0xba, 0x2e, 1}},
      {"lock_add", kOther, {0xf0, 0x83, 0x44, 0x24, 0xfc, 0}},
      {"lock_cmpxchg16b", kOther, {0xf0, 0x48, 0x0f, 0xc7, 0x0e}},
      {"cmpxchg8b", kOther, {0x0f, 0xc7, 0x0e}},
      {"xchg", kOther, {0x48, 0x87, 0x02}},
      // Strings and ports.
      {"rep_movsb", kOther, {0xf3, 0xa4}},
      {"rep_movsq", kOther, {0xf3, 0x48, 0xa5}},
      {"movsd", kOther, {0xa5}},
      {"movsw", kOther, {0x66, 0xa5}},
      {"rep_stosq", kOther, {0xf3, 0x48, 0xab}},
      {"repe_cmpsb", kOther, {0xf3, 0xa6}},
      {"repne_scasb", kOther, {0xf2, 0xae}},
      {"lodsb", kOther, {0xac}},
      {"rep_insw", kOther, {0xf3, 0x66, 0x6d}},
      {"rep_outsd", kOther, {0xf3, 0x6f}},
      {"in", kOther, {0xec}},
      {"out", kOther, {0xe6, 0x80}},
      // System.
      {"cli", kOther, {0xfa}},
      {"sti", kOther, {0xfb}},
      {"hlt", kOther, {0xf4}},
      {"cpuid", kOther, {0x0f, 0xa2}},
      {"rdtsc", kOther, {0x0f, 0x31}},
      {"rdtscp", kOther, {0x0f, 0x01, 0xf9}},
      {"rdmsr", kOther, {0x0f, 0x32}},
      {"wrmsr", kOther, {0x0f, 0x30}},
      {"swapgs", kOther, {0x0f, 0x01, 0xf8}},
      {"stac", kOther, {0x0f, 0x01, 0xcb}},
      {"clac", kOther, {0x0f, 0x01, 0xca}},
      {"invlpg", kOther, {0x0f, 0x01, 0x38}},
      {"lgdt", kOther, {0x0f, 0x01, 0x10}},
      {"lidt", kOther, {0x0f, 0x01, 0x18}},
      {"mwait", kOther, {0x0f, 0x01, 0xc9}},
      {"monitor", kOther, {0x0f, 0x01, 0xc8}},
      {"vmcall", kOther, {0x0f, 0x01, 0xc1}},
      {"vmmcall", kOther, {0x0f, 0x01, 0xd9}},
      {"vmgexit", kOther, {0xf3, 0x0f, 0x01, 0xd9}},
      {"verw", kOther, {0x0f, 0x00, 0x2d, 1, 2, 3, 4}},
      {"ltr", kOther, {0x0f, 0x00, 0xd8}},
      {"clts", kOther, {0x0f, 0x06}},
      {"wbinvd", kOther, {0x0f, 0x09}},
      {"wbnoinvd", kOther, {0xf3, 0x0f, 0x09}},
      {"invpcid", kOther, {0x66, 0x0f, 0x38, 0x82, 0x04, 0x24}},
      {"xsaves64", kOther, {0x48, 0x0f, 0xc7, 0x2f}},
      {"xrstor64", kOther, {0x48, 0x0f, 0xae, 0x2f}},
      {"fxsave64", kOther, {0x48, 0x0f, 0xae, 0x07}},
      {"xgetbv", kOther, {0x0f, 0x01, 0xd0}},
      {"rdrand", kOther, {0x0f, 0xc7, 0xf0}},
      {"rdseed", kOther, {0x48, 0x0f, 0xc7, 0xf8}},
      {"rdpid", kOther, {0xf3, 0x0f, 0xc7, 0xf8}},
      {"lfence", kOther, {0x0f, 0xae, 0xe8}},
      {"mfence", kOther, {0x0f, 0xae, 0xf0}},
      {"sfence", kOther, {0x0f, 0xae, 0xf8}},
      {"clflush", kOther, {0x0f, 0xae, 0x3f}},
      {"clflushopt", kOther, {0x66, 0x0f, 0xae, 0x3f}},
      {"clwb", kOther, {0x66, 0x0f, 0xae, 0x37}},
      {"wrgsbase", kOther, {0xf3, 0x48, 0x0f, 0xae, 0xd8}},
      {"incsspq", kOther, {0xf3, 0x48, 0x0f, 0xae, 0xe8}},
      {"prefetcht0", kOther, {0x0f, 0x18, 0x08}},
      {"prefetchw", kOther, {0x0f, 0x0d, 0x08}},
      {"vmread", kOther, {0x0f, 0x78, 0xc1}},
      {"vmlaunch", kOther, {0x0f, 0x01, 0xc2}},
      // Families.
      {"fwait", kOther, {0x9b}},
      {"fpu", kOther, {0xdb, 0xe3}},
      {"fpu", kOther, {0xd9, 0x7d, 0xfe}},
      {"simd", kOther, {0x0f, 0x28, 0xc1}},
      {"simd", kOther, {0xf3, 0x0f, 0x6f, 0x06}},
      {"simd", kOther, {0x66, 0x0f, 0x3a, 0x44, 0xc1, 0x11}},
      {"simd", kOther, {0xc5, 0xf8, 0x77}},
      {"simd", kOther, {0xc5, 0xfe, 0x6f, 0x46, 0x20}},
      {"simd", kOther, {0xc5, 0xf5, 0x72, 0xd0, 4}},
      {"simd", kOther, {0xc4, 0xe3, 0x7d, 0x39, 0xc1, 1}},
      {"simd", kOther, {0x62, 0xf1, 0xfe, 0x48, 0x6f, 0x46, 1}},
      {"simd", kOther, {0x62, 0xf3, 0xf5, 0x48, 0x25, 0xc2, 0x96}},
      {"simd", kOther, {0x62, 0xf5, 0x7c, 0x48, 0x58, 0xc1}},
      {"xop", kOther, {0x8f, 0xe8, 0x78, 0xc2, 0xc1, 5}},
  };
  return all;
}

TEST(Insn, NamesClassesAndLengths) {
  for (const Listed& one : listed()) {
    const dtk_insn insn = decode(one.bytes);
    char name[DTK_INSN_NAME_MAX];
    EXPECT_EQ(dtk_insn_name(&insn, one.bytes.data(), name, sizeof(name)),
              std::string(one.name).size());
    EXPECT_STREQ(name, one.name) << text(one.bytes);
    EXPECT_EQ(insn.insn_class, one.insn_class) << text(one.bytes) << one.name;
  }
}

TEST(Insn, NamesAreCutToTheBuffer) {
  const Bytes bytes = {0xf0, 0x48, 0x0f, 0xc7, 0x0e};
  const dtk_insn insn = decode(bytes);
  char name[6] = "xxxxx";
  EXPECT_EQ(dtk_insn_name(&insn, bytes.data(), name, sizeof(name)), 15u);
  EXPECT_STREQ(name, "lock_");
  EXPECT_EQ(dtk_insn_name(&insn, bytes.data(), nullptr, 0), 15u);
}

TEST(Insn, Parts) {
  // gs mov $0x12345678, 0x11223344(%r9,%r10,8) with REX.W
  const dtk_insn insn =
      decode({0x65, 0x4b, 0xc7, 0x84, 0xd1, 0x44, 0x33, 0x22, 0x11, 0x78, 0x56, 0x34, 0xf2});
  EXPECT_EQ(insn.nr_prefix, 2);
  EXPECT_EQ(insn.flags, DTK_INSN_F_GS);
  EXPECT_EQ(insn.rex, 0x4b);
  EXPECT_EQ(insn.map, DTK_INSN_MAP_1B);
  EXPECT_EQ(insn.opcode, 0xc7);
  EXPECT_EQ(insn.opcode_at, 2);
  EXPECT_TRUE(insn.has_modrm && insn.has_sib && insn.has_memory);
  EXPECT_FALSE(insn.is_rip_relative);
  EXPECT_EQ(insn.modrm, 0x84);
  EXPECT_EQ(insn.sib, 0xd1);
  EXPECT_EQ(insn.disp_at, 5);
  EXPECT_EQ(insn.disp_size, 4);
  EXPECT_EQ(insn.disp, 0x11223344);
  EXPECT_EQ(insn.imm_at, 9);
  EXPECT_EQ(insn.imm_size, 4);
  EXPECT_EQ(insn.imm, -0xdcba988LL);
  const dtk_insn relative = decode({0x48, 0x8b, 0x05, 0xf0, 0xff, 0xff, 0xff});
  EXPECT_TRUE(relative.is_rip_relative);
  EXPECT_EQ(relative.disp, -16);
  EXPECT_EQ(decode({0xeb, 0xfe}).imm, -2);
  EXPECT_EQ(decode({0xc2, 0xff, 0xff}).imm, -1);
  const dtk_insn vector = decode({0xc4, 0x41, 0x7d, 0x6f, 0x85, 1, 2, 3, 4});
  EXPECT_EQ(vector.rex, DTK_INSN_REX_R | DTK_INSN_REX_B);
  EXPECT_EQ(vector.pp, 0x66);
  EXPECT_EQ(vector.encoding, DTK_INSN_VEX);
}

TEST(Insn, PrefixesThatDoNotCount) {
  // REX before another prefix has no effect; of f2 and f3 and of fs and gs the last counts.
  const dtk_insn lost = decode({0x48, 0x66, 0x89, 0xc1});
  EXPECT_EQ(lost.rex, 0);
  EXPECT_EQ(lost.insn_class, DTK_INSN_OTHER);
  EXPECT_EQ(decode({0xf2, 0xf3, 0xa4}).flags, DTK_INSN_F_REP);
  EXPECT_EQ(decode({0x64, 0x65, 0x8b, 0x00}).flags, DTK_INSN_F_GS);
}

TEST(Insn, RefusesWhatIsNone) {
  const std::vector<Bytes> none = {
      {0x06},
      {0x0e},
      {0x27},
      {0x60},
      {0x82, 0xc0, 1},
      {0x9a},
      {0xce},
      {0xd4, 1},
      {0xd6},
      {0xea},
      {0xfe, 0xd0},
      {0xff, 0xf8},
      {0xff, 0xd8},
      {0x8d, 0xc0},
      {0x8e, 0xc8},
      {0x8c, 0xf0},
      {0x8f, 0xe0},
      {0xc6, 0xc8, 1},
      {0xc7, 0x08, 1, 2, 3, 4},
      {0x0f, 0x04},
      {0x0f, 0x0a},
      {0x0f, 0x24, 0xc0},
      {0x0f, 0x20, 0xc8},
      {0x0f, 0xba, 0xc0, 1},
      {0x0f, 0x39},
      {0x0f, 0x38, 0x60, 0xc0},
      {0x0f, 0x3a, 0x80, 0xc0, 1},
      {0x0f, 0xb8, 0xc0},
      {0x0f, 0xc7, 0xc8},
      {0x0f, 0x01, 0xc7},
      {0x0f, 0xae, 0xc0},
      {0x0f, 0x00, 0x38},
      {0xf0, 0x90},
      {0xf0, 0x01, 0xc0},
      {0xf0, 0x8b, 0x00},
      {0xf0, 0x80, 0x38, 1},  // lock
      {0x66, 0xc5, 0xf8, 0x77},
      {0xf3, 0xc5, 0xf8, 0x77},
      {0x48, 0xc5, 0xf8, 0x77},
      {0xc4, 0xe0, 0x78, 0x10, 0xc0},
      {0x62, 0xf0, 0x7c, 0x48, 0x10, 0xc0},
      {0x62, 0xf4, 0x7c, 0x48, 0x10, 0xc0},
      // 16 bytes
      {0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
       0x90},
      {0x26, 0x26, 0x26, 0x26, 0x48, 0x81, 0x84, 0x11, 1, 2, 3, 4, 5, 6, 7, 8},
  };
  for (const Bytes& bytes : none) {
    dtk_insn insn{};
    Bytes padded = bytes;
    padded.resize(32, 0);
    EXPECT_NE(dtk_insn_decode(&insn, padded.data(), 32), 0) << text(bytes);
    EXPECT_EQ(dtk_insn_length(padded.data(), 32), 0u) << text(bytes);
    EXPECT_EQ(dtk_insn_length(padded.data(), 15), 0u) << text(bytes);
  }
}

// Lengths on random bytes: the fast way is the slow way, and where Zydis sees an instruction it is
// as long as ours.
TEST(Insn, AgreesWithZydisOnRandomBytes) {
  ZydisDecoder decoder;
  ASSERT_TRUE(
      ZYAN_SUCCESS(ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64)));
  std::mt19937_64 random(42);
  std::size_t both = 0;
  for (int i = 0; i < 400000; ++i) {
    std::array<std::uint8_t, 16> code;
    for (std::uint8_t& byte : code) {
      byte = static_cast<std::uint8_t>(random());
    }
    if (i & 1) {
      code[random() & 3] = 0x0f;
    }
    const Bytes bytes(code.begin(), code.end());
    dtk_insn ours{};
    const bool we_can = dtk_insn_decode(&ours, code.data(), 16) == 0;
    ASSERT_EQ(dtk_insn_length(code.data(), 16), we_can ? ours.length : 0) << text(bytes);
    ASSERT_EQ(dtk_insn_length(code.data(), 15), we_can ? ours.length : 0) << text(bytes);
    ZydisDecodedInstruction theirs;
    if (!ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, nullptr, code.data(), 15, &theirs)) ||
        std::string(ZydisISAExtGetString(theirs.meta.isa_ext)).starts_with("KNC") ||
        theirs.encoding == ZYDIS_INSTRUCTION_ENCODING_MVEX) {
      continue;
    }
    ASSERT_TRUE(we_can) << text(bytes) << ZydisMnemonicGetString(theirs.mnemonic);
    ASSERT_EQ(ours.length, theirs.length) << text(bytes) << ZydisMnemonicGetString(theirs.mnemonic);
    ++both;
  }
  EXPECT_GT(both, 300000u);
}

}  // namespace
