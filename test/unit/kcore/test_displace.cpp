// SPDX-License-Identifier: MIT
// Displaced instructions: refusals, fix-ups, and everything that is emulated or copied against the
// processor itself, with random registers and flags. Links the real kcore/patch/{insn,displace}*.c.
#include <asm/ptrace.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "realcode.hpp"

extern "C" {
#include "patch/displace.h"
}

namespace {

using dt::test::kFlagMask;
using dt::test::RealCode;
using dt::test::Registers;
using Bytes = std::vector<std::uint8_t>;

constexpr unsigned kRsp = 4;

std::string text(const Bytes& bytes) {
  std::string out;
  for (const std::uint8_t byte : bytes) {
    char hex[4];
    std::snprintf(hex, sizeof(hex), "%02x ", byte);
    out += hex;
  }
  return out;
}

dtk_insn decode(const Bytes& bytes) {
  dtk_insn insn{};
  EXPECT_EQ(dtk_insn_decode(&insn, bytes.data(), static_cast<__u32>(bytes.size())), 0)
      << text(bytes);
  EXPECT_EQ(insn.length, bytes.size()) << text(bytes);
  return insn;
}

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

Bytes le32(std::int64_t value) {
  const auto bits = static_cast<std::uint32_t>(value);
  return {static_cast<std::uint8_t>(bits), static_cast<std::uint8_t>(bits >> 8),
          static_cast<std::uint8_t>(bits >> 16), static_cast<std::uint8_t>(bits >> 24)};
}

std::uint8_t byte(std::uint64_t value) { return static_cast<std::uint8_t>(value); }

pt_regs to_kernel(const Registers& from) {
  pt_regs to{};
  const auto& r = from.reg;
  to.rax = r[0], to.rcx = r[1], to.rdx = r[2], to.rbx = r[3], to.rsp = r[4], to.rbp = r[5];
  to.rsi = r[6], to.rdi = r[7], to.r8 = r[8], to.r9 = r[9], to.r10 = r[10], to.r11 = r[11];
  to.r12 = r[12], to.r13 = r[13], to.r14 = r[14], to.r15 = r[15];
  to.rip = from.ip;
  to.eflags = from.flags;
  return to;
}

Registers from_kernel(const pt_regs& r) {
  Registers to;
  to.reg = {r.rax, r.rcx, r.rdx, r.rbx, r.rsp, r.rbp, r.rsi, r.rdi,
            r.r8,  r.r9,  r.r10, r.r11, r.r12, r.r13, r.r14, r.r15};
  to.ip = r.rip;
  to.flags = r.eflags;
  return to;
}

// What the displacement of an instruction needs to be compared: the arena, and numbers that are the
// same every time.
class Displace : public testing::Test {
 protected:
  Displace() : addr_(real_.code() + 0x4000) {
    memory_.resize(RealCode::kDataSize);
    for (std::uint8_t& one : memory_) {
      one = byte(random_());
    }
  }

  std::uint64_t pick(std::uint64_t nr) { return random_() % nr; }

  Registers random_registers() {
    Registers r;
    for (std::uint64_t& one : r.reg) {
      one = random_() >> (pick(4) * 16);
    }
    r.reg[kRsp] = real_.stack();
    r.flags = random_() & kFlagMask;
    r.ip = addr_;
    return r;
  }

  void put_word(std::uint64_t address, std::uint64_t word) {
    std::memcpy(memory_.data() + (address - real_.data()), &word, sizeof(word));
  }

  // Emulates and runs; both must end alike, in memory too. Exits are where the instruction may go.
  void compare_emulated(const Bytes& bytes, const Registers& before,
                        const std::vector<std::uint64_t>& exits) {
    const dtk_insn insn = decode(bytes);
    const char* why = nullptr;
    ASSERT_EQ(dtk_displace_plan(&insn, bytes.data(), &why), DTK_DISPLACE_EMULATE) << text(bytes);
    real_.set_memory(memory_);
    real_.write(addr_, bytes);
    for (const std::uint64_t exit : exits) {
      real_.put_exit(exit);
    }
    // First by the book, since target and taken are asked before the instruction.
    pt_regs regs = to_kernel(before);
    const bool is_taken = dtk_insn_taken(&insn, &regs);
    const std::uint64_t target = dtk_insn_target(&insn, addr_, &regs);
    dtk_displace_emulate(&insn, addr_, &regs);
    const Bytes emulated_memory = real_.memory();
    real_.set_memory(memory_);
    const Registers wanted = real_.run(before);
    ASSERT_EQ(from_kernel(regs), wanted) << describe(bytes, before, from_kernel(regs), wanted);
    ASSERT_TRUE(emulated_memory == real_.memory()) << text(bytes) << "memory differs";
    if (insn.insn_class >= DTK_INSN_JCC && insn.insn_class <= DTK_INSN_RET) {
      ASSERT_EQ(wanted.ip, is_taken ? target : addr_ + insn.length) << text(bytes);
    } else {
      ASSERT_FALSE(is_taken) << text(bytes);
    }
    ++nr_compared_;
  }

  // Runs the instruction where it is and its copy elsewhere.
  void compare_copied(const Bytes& bytes, const Registers& before,
                      const std::vector<std::uint64_t>& exits = {}) {
    const dtk_insn insn = decode(bytes);
    const std::uint64_t slot = real_.code() + 0x100 * pick(16);
    std::uint8_t out[DTK_DISPLACE_SIZE];
    const int size = dtk_displace_copy(out, slot, &insn, bytes.data(), addr_);
    ASSERT_EQ(size, insn.length + 5) << text(bytes);
    real_.write(addr_, bytes);
    real_.write(slot, {out, static_cast<std::size_t>(size)});
    real_.put_exit(addr_ + bytes.size());
    for (const std::uint64_t exit : exits) {
      real_.put_exit(exit);
    }
    real_.set_memory(memory_);
    const Registers wanted = real_.run(before);
    const Bytes wanted_memory = real_.memory();
    const Bytes wanted_vectors = real_.vectors();
    real_.set_memory(memory_);
    Registers elsewhere = before;
    elsewhere.ip = slot;
    const Registers found = real_.run(elsewhere);
    ASSERT_EQ(found, wanted) << describe(bytes, before, found, wanted);
    ASSERT_TRUE(wanted_memory == real_.memory()) << text(bytes) << "memory differs";
    ASSERT_TRUE(wanted_vectors == real_.vectors()) << text(bytes) << "vector registers differ";
    ++nr_compared_;
  }

  static std::string describe(const Bytes& bytes, const Registers& before, const Registers& found,
                              const Registers& wanted) {
    std::string out = text(bytes);
    const auto line = [&](const char* name, std::uint64_t was, std::uint64_t is,
                          std::uint64_t should) {
      if (is != should) {
        char buffer[160];
        std::snprintf(buffer, sizeof(buffer), "\n%s: was %llx, is %llx instead of %llx", name,
                      static_cast<unsigned long long>(was), static_cast<unsigned long long>(is),
                      static_cast<unsigned long long>(should));
        out += buffer;
      }
    };
    for (std::size_t i = 0; i < 16; ++i) {
      line(("reg " + std::to_string(i)).c_str(), before.reg[i], found.reg[i], wanted.reg[i]);
    }
    line("ip", before.ip, found.ip, wanted.ip);
    line("flags", before.flags, found.flags, wanted.flags);
    return out;
  }

  // A memory operand: prefix, ModRM and what follows, at a place in the data.
  struct Operand {
    std::uint8_t rex = 0;  // X and B
    Bytes modrm;           // with SIB and displacement, reg field 0
    std::uint64_t address = 0;
    bool is_rip_relative = false;
  };

  // Any addressing form, with the registers set so that it reaches the address. tail: bytes of the
  // instruction behind it; head: bytes before it.
  Operand operand(std::uint64_t address, Registers& regs, std::size_t head, std::size_t tail) {
    Operand out;
    out.address = address;
    const unsigned form = static_cast<unsigned>(pick(8));
    if (form == 0) {
      out.modrm =
          Bytes{0x05} + le32(static_cast<std::int64_t>(address - (addr_ + head + 5 + tail)));
      out.is_rip_relative = true;
      return out;
    }
    if (form == 1) {
      out.modrm = Bytes{0x04, 0x25} + le32(static_cast<std::int64_t>(address));
      return out;
    }
    const unsigned mod = static_cast<unsigned>(pick(3));
    unsigned base = static_cast<unsigned>(pick(16));
    if (mod == 0 && (base & 7) == 5) {
      base ^= 1;
    }
    // The stack pointer stays in the data: the instruction may push.
    std::int64_t disp = static_cast<std::int32_t>(random_()) >> 8;
    if (mod != 2 || base == kRsp) {
      disp = static_cast<std::int8_t>(disp);
    }
    disp = mod == 0 ? 0 : disp;
    const Bytes tail_bytes = mod == 0   ? Bytes{}
                             : mod == 1 ? Bytes{byte(static_cast<std::uint64_t>(disp))}
                                        : le32(disp);
    if (form < 5 && (base & 7) != 4) {
      regs.reg[base] = address - static_cast<std::uint64_t>(disp);
      out.rex = byte(base >> 3);
      out.modrm = Bytes{byte(mod << 6 | (base & 7))} + tail_bytes;
      return out;
    }
    unsigned index = static_cast<unsigned>(pick(16));
    if (index == base || base == kRsp) {
      index = kRsp;  // none
    }
    const unsigned scale = static_cast<unsigned>(pick(4));
    std::uint64_t offset = 0;
    if (index != kRsp) {
      regs.reg[index] = random_();
      offset = regs.reg[index] << scale;
    }
    regs.reg[base] = address - static_cast<std::uint64_t>(disp) - offset;
    out.rex = byte(base >> 3 | (index >> 3) << 1);
    out.modrm =
        Bytes{byte(mod << 6 | 4), byte(scale << 6 | (index & 7) << 3 | (base & 7))} + tail_bytes;
    return out;
  }

  RealCode real_;
  std::uint64_t addr_;
  std::mt19937_64 random_{20240229};
  Bytes memory_;
  unsigned nr_compared_ = 0;
};

// ---- emulated forms ----

TEST_F(Displace, NopsDoNothing) {
  const std::vector<Bytes> nops = {
      {0x90},
      {0x66, 0x90},
      {0x66, 0x66, 0x90},
      {0x3e, 0x90},
      {0x48, 0x90},
      {0x0f, 0x1f, 0x00},
      {0x0f, 0x1f, 0x40, 0x00},
      {0x0f, 0x1f, 0x44, 0x00, 0x00},
      {0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00},
      {0x0f, 0x1f, 0x80, 0, 0, 0, 0},
      {0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0},
      {0x66, 0x2e, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0},
      {0x66, 0x66, 0x66, 0x2e, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0},
      {0x0f, 0x1f, 0xc0},
      {0x0f, 0x1f, 0x05, 1, 2, 3, 4},
      {0x0f, 0x19, 0xc0},
      {0x0f, 0x18, 0xe0},
  };
  for (const Bytes& nop : nops) {
    for (int i = 0; i < 20; ++i) {
      ASSERT_NO_FATAL_FAILURE(compare_emulated(nop, random_registers(), {addr_ + nop.size()}));
    }
    const dtk_insn insn = decode(nop);
    const pt_regs regs = to_kernel(random_registers());
    EXPECT_EQ(dtk_insn_target(&insn, addr_, &regs), 0u) << text(nop);
  }
}

TEST_F(Displace, PushesEveryRegister) {
  for (int round = 0; round < 50; ++round) {
    for (std::uint8_t reg = 0; reg < 16; ++reg) {
      const Bytes rex = reg < 8 ? Bytes{} : Bytes{0x41};
      const Bytes short_form = rex + Bytes{byte(0x50 | (reg & 7))};
      const Bytes long_form = rex + Bytes{0xff, byte(0xf0 | (reg & 7))};
      ASSERT_NO_FATAL_FAILURE(
          compare_emulated(short_form, random_registers(), {addr_ + short_form.size()}));
      ASSERT_NO_FATAL_FAILURE(
          compare_emulated(long_form, random_registers(), {addr_ + long_form.size()}));
    }
  }
}

TEST_F(Displace, MovesBetweenAllRegisters) {
  for (const std::uint8_t opcode : {0x89, 0x8b}) {
    for (std::uint8_t rex = 0x3f; rex < 0x50; ++rex) {
      for (unsigned modrm = 0xc0; modrm < 0x100; ++modrm) {
        const Bytes bytes = (rex < 0x40 ? Bytes{} : Bytes{rex}) + Bytes{opcode, byte(modrm)};
        ASSERT_NO_FATAL_FAILURE(
            compare_emulated(bytes, random_registers(), {addr_ + bytes.size()}));
      }
    }
  }
  EXPECT_EQ(nr_compared_, 2u * 17 * 64);
}

TEST_F(Displace, BranchesOnEveryConditionAndFlag) {
  // The seven flags in all their states.
  const std::vector<std::uint64_t> bits = {0x001, 0x004, 0x010, 0x040, 0x080, 0x400, 0x800};
  for (std::uint8_t condition = 0; condition < 16; ++condition) {
    for (unsigned state = 0; state < 128; ++state) {
      Registers before = random_registers();
      before.flags = 0;
      for (std::size_t i = 0; i < bits.size(); ++i) {
        before.flags |= state >> i & 1 ? bits[i] : 0;
      }
      const std::int64_t distance = state & 1 ? 60 : -90;
      const Bytes near = {byte(0x70 | condition), byte(static_cast<std::uint64_t>(distance))};
      const Bytes wide = Bytes{0x0f, byte(0x80 | condition)} + le32(distance * 30);
      const Bytes hinted = Bytes{0x2e} + wide;
      for (const Bytes& bytes : {near, wide, hinted}) {
        const std::uint64_t next = addr_ + bytes.size();
        const std::int64_t way = bytes.size() == 2 ? distance : distance * 30;
        ASSERT_NO_FATAL_FAILURE(
            compare_emulated(bytes, before, {next, next + static_cast<std::uint64_t>(way)}));
      }
    }
  }
  EXPECT_EQ(nr_compared_, 16u * 128 * 3);
}

TEST_F(Displace, Loops) {
  const std::vector<std::uint64_t> counts = {
      0, 1, 2, 0x100000000, 0x100000001, 0xffffffff, ~0ull, 0x80000000, 1ull << 63, 77};
  for (std::uint8_t opcode = 0xe0; opcode <= 0xe3; ++opcode) {
    for (const Bytes& prefix : {Bytes{}, Bytes{0x67}}) {
      for (const std::uint64_t count : counts) {
        for (int i = 0; i < 8; ++i) {
          Registers before = random_registers();
          before.reg[1] = count;
          const Bytes bytes = prefix + Bytes{opcode, byte(i & 1 ? 50 : 0xa0)};
          const std::uint64_t next = addr_ + bytes.size();
          ASSERT_NO_FATAL_FAILURE(compare_emulated(
              bytes, before, {next, next + (i & 1 ? 50 : static_cast<std::uint64_t>(-0x60))}));
        }
      }
    }
  }
}

TEST_F(Displace, JumpsAndCalls) {
  for (int i = 0; i < 100; ++i) {
    const auto distance = static_cast<std::int64_t>(pick(0x6000)) - 0x3000;
    if (distance > -64 && distance < 64) {
      continue;
    }
    for (const Bytes& head : {Bytes{0xe8}, Bytes{0xe9}, Bytes{0x2e, 0xe8}, Bytes{0x2e, 0xe9}}) {
      const Bytes bytes = head + le32(distance);
      ASSERT_NO_FATAL_FAILURE(
          compare_emulated(bytes, random_registers(),
                           {addr_ + bytes.size() + static_cast<std::uint64_t>(distance)}));
    }
    const std::int64_t near = i & 1 ? 30 + i % 90 : -40 - i % 80;
    ASSERT_NO_FATAL_FAILURE(compare_emulated({0xeb, byte(static_cast<std::uint64_t>(near))},
                                             random_registers(),
                                             {addr_ + 2 + static_cast<std::uint64_t>(near)}));
  }
}

TEST_F(Displace, CallsAndJumpsThroughEveryRegister) {
  const std::uint64_t target = real_.code() + 0x8000;
  for (int i = 0; i < 20; ++i) {
    for (std::uint8_t reg = 0; reg < 16; ++reg) {
      for (const std::uint8_t group : {2, 4}) {
        Registers before = random_registers();
        before.reg[reg] = target;
        const Bytes bytes =
            (reg < 8 ? Bytes{} : Bytes{0x41}) + Bytes{0xff, byte(0xc0 | group << 3 | (reg & 7))};
        ASSERT_NO_FATAL_FAILURE(compare_emulated(bytes, before, {target}));
      }
    }
  }
}

TEST_F(Displace, CallsThroughMemory) {
  const std::uint64_t target = real_.code() + 0x8000;
  for (int i = 0; i < 4000; ++i) {
    const std::uint64_t slot = real_.data() + 0xc000 + pick(0x1000);
    Registers before = random_registers();
    const Bytes prefix = i % 3 == 1 ? Bytes{0x3e} : Bytes{};
    Operand memory = operand(slot, before, prefix.size() + 2, 0);
    if (memory.is_rip_relative) {
      memory.modrm =
          Bytes{0x05} + le32(static_cast<std::int64_t>(slot - (addr_ + prefix.size() + 7)));
    }
    memory.modrm[0] = byte(memory.modrm[0] | 2 << 3);
    put_word(slot, target);
    const Bytes bytes = prefix + Bytes{byte(0x40 | memory.rex), 0xff} + memory.modrm;
    ASSERT_NO_FATAL_FAILURE(compare_emulated(bytes, before, {target}));
  }
}

TEST_F(Displace, Returns) {
  const std::uint64_t target = real_.code() + 0x8000;
  for (int i = 0; i < 200; ++i) {
    const auto drop = static_cast<std::uint16_t>(random_());
    put_word(real_.stack(), target);
    for (const Bytes& bytes :
         {Bytes{0xc3}, Bytes{0xf3, 0xc3}, Bytes{0xc2, byte(drop), byte(drop >> 8)}}) {
      ASSERT_NO_FATAL_FAILURE(compare_emulated(bytes, random_registers(), {target}));
    }
  }
}

// ---- copied forms ----

// An instruction with ModRM: opcode bytes, which reg fields it may have, what follows.
struct Form {
  Bytes opcode;
  std::uint8_t regs;  // bit n: reg field n, for groups; 0xff for all
  std::uint8_t imm;   // bytes of immediate; 4 means 2 with 66
  bool is_memory_only;
  bool is_register_only;
};

std::vector<Form> modrm_forms() {
  std::vector<Form> forms;
  for (unsigned op = 0; op < 0x40; op += 8) {
    for (unsigned i = 0; i < 4; ++i) {
      forms.push_back({{byte(op + i)}, 0xff, 0, false, false});
    }
  }
  for (const unsigned op : {0x63, 0x84, 0x85, 0x86, 0x87, 0x88, 0x8a, 0xd0, 0xd1, 0xd2, 0xd3}) {
    forms.push_back({{byte(op)}, 0xff, 0, false, false});
  }
  forms.push_back({{0x89}, 0xff, 0, true, false});
  forms.push_back({{0x8b}, 0xff, 0, true, false});
  forms.push_back({{0x8d}, 0xff, 0, true, false});
  forms.push_back({{0x69}, 0xff, 4, false, false});
  forms.push_back({{0x6b}, 0xff, 1, false, false});
  forms.push_back({{0x80}, 0xff, 1, false, false});
  forms.push_back({{0x81}, 0xff, 4, false, false});
  forms.push_back({{0x83}, 0xff, 1, false, false});
  forms.push_back({{0xc0}, 0xff, 1, false, false});
  forms.push_back({{0xc1}, 0xff, 1, false, false});
  forms.push_back({{0xc6}, 0x01, 1, false, false});
  forms.push_back({{0xc7}, 0x01, 4, false, false});
  forms.push_back({{0xf6}, 0x03, 1, false, false});
  forms.push_back({{0xf7}, 0x03, 4, false, false});
  forms.push_back({{0xf6}, 0x3c, 0, false, false});
  forms.push_back({{0xf7}, 0x3c, 0, false, false});
  forms.push_back({{0xfe}, 0x03, 0, false, false});
  forms.push_back({{0xff}, 0x03, 0, false, false});
  forms.push_back({{0xff}, 0x40, 0, true, false});  // push
  forms.push_back({{0x8f}, 0x01, 0, true, false});  // pop
  for (unsigned op = 0x40; op < 0x50; ++op) {
    forms.push_back({{0x0f, byte(op)}, 0xff, 0, false, false});
    forms.push_back({{0x0f, byte(op + 0x50)}, 0xff, 0, false, false});
  }
  for (const unsigned op : {0xa3, 0xab, 0xb3, 0xbb}) {
    forms.push_back({{0x0f, byte(op)}, 0xff, 0, false, true});
  }
  for (const unsigned op :
       {0xa5, 0xad, 0xaf, 0xb0, 0xb1, 0xb6, 0xb7, 0xbc, 0xbd, 0xbe, 0xbf, 0xc0, 0xc1}) {
    forms.push_back({{0x0f, byte(op)}, 0xff, 0, false, false});
  }
  forms.push_back({{0x0f, 0xa4}, 0xff, 1, false, false});
  forms.push_back({{0x0f, 0xac}, 0xff, 1, false, false});
  forms.push_back({{0x0f, 0xba}, 0xf0, 1, false, false});
  forms.push_back({{0x0f, 0xc3}, 0xff, 0, true, false});
  forms.push_back({{0x0f, 0x18}, 0x0f, 0, true, false});
  forms.push_back({{0x0f, 0x10}, 0xff, 0, false, false});  // movups, movupd
  forms.push_back({{0x0f, 0x11}, 0xff, 0, false, false});
  return forms;
}

TEST_F(Displace, CopiesOfEveryFormWithOperands) {
  unsigned nr_rip_relative = 0;
  for (const Form& form : modrm_forms()) {
    for (int i = 0; i < 60; ++i) {
      Registers before = random_registers();
      const bool is_memory = form.is_memory_only || (!form.is_register_only && pick(3) != 0);
      const bool has_66 = pick(4) == 0;
      const std::uint8_t w = byte(pick(2) << 3);
      const Bytes prefix = has_66 && form.opcode.back() != 0xc3 ? Bytes{0x66} : Bytes{};
      const std::size_t imm_size = form.imm == 4 && !prefix.empty() && !w ? 2 : form.imm;
      Bytes imm;
      for (std::size_t n = 0; n < imm_size; ++n) {
        imm.push_back(byte(random_()));
      }
      unsigned reg = static_cast<unsigned>(pick(8));
      while (!(form.regs >> reg & 1)) {
        reg = static_cast<unsigned>(pick(8));
      }
      const std::uint8_t r = form.regs == 0xff && pick(2) ? 4 : 0;
      Operand where;
      if (is_memory) {
        where = operand(real_.data() + 0x2000 + 64 * pick(64), before,
                        prefix.size() + 1 + form.opcode.size(), imm_size);
        nr_rip_relative += where.is_rip_relative;
      } else {
        where.modrm = {byte(0xc0 | pick(8))};
        where.rex = byte(pick(2));
      }
      where.modrm[0] = byte(where.modrm[0] | reg << 3);
      const Bytes bytes =
          prefix + Bytes{byte(0x40 | w | r | where.rex)} + form.opcode + where.modrm + imm;
      ASSERT_NO_FATAL_FAILURE(compare_copied(bytes, before));
    }
  }
  EXPECT_GT(nr_rip_relative, 200u);
}

TEST_F(Displace, CopiesWithLockedOperands) {
  for (const Bytes& opcode : {Bytes{0x01}, Bytes{0x29}, Bytes{0x87}, Bytes{0x0f, 0xb1},
                              Bytes{0x0f, 0xc1}, Bytes{0x0f, 0xab}, Bytes{0x0f, 0xb3}}) {
    for (int i = 0; i < 100; ++i) {
      Registers before = random_registers();
      const std::uint8_t reg = byte(pick(4));
      Operand where = operand(real_.data() + 0x2000 + 64 * pick(64), before, 2 + opcode.size(), 0);
      before.reg[reg] =
          opcode[0] == 0x0f && opcode[1] != 0xb1 && opcode[1] != 0xc1 ? pick(64) : before.reg[reg];
      if (!where.is_rip_relative) {
        continue;
      }
      where.modrm[0] = byte(where.modrm[0] | reg << 3);
      ASSERT_NO_FATAL_FAILURE(compare_copied(Bytes{0xf0, 0x48} + opcode + where.modrm, before));
    }
  }
  EXPECT_GT(nr_compared_, 40u);
}

TEST_F(Displace, CopiesWithoutOperands) {
  std::vector<Bytes> all = {
      {0x9c},
      {0x9e},
      {0x9f},
      {0x98},
      {0x99},
      {0x48, 0x98},
      {0x48, 0x99},
      {0x66, 0x98},
      {0xf5},
      {0xf8},
      {0xf9},
      {0xfc},
      {0xfd},
      {0xf3, 0x90},
      {0x41, 0x90},
      {0x68, 1, 2, 3, 0x84},
      {0x6a, 0x85},
      {0x66, 0x50},
      {0x0f, 0xc8},
      {0x49, 0x0f, 0xcf},
      {0x04, 0x7f},
      {0x05, 1, 2, 3, 0xff},
      {0xa8, 0x10},
      {0xa9, 4, 3, 2, 1},
      {0xb8, 1, 2, 3, 4},
      {0x48, 0xb9, 1, 2, 3, 4, 5, 6, 7, 8},
      {0x66, 0xb8, 1, 2},
      {0xb3, 7},
      {0x0f, 0xae, 0xe8},
      {0x0f, 0xae, 0xf0},
      {0x0f, 0xae, 0xf8},
      {0xc8, 16, 0, 0},
      {0x66, 0x89, 0xd8},
      {0x88, 0xc4},
  };
  for (std::uint8_t reg = 0; reg < 8; ++reg) {
    all.push_back({byte(0x58 | reg)});
    all.push_back({0x41, byte(0x58 | reg)});
    all.push_back({0x48, byte(0x90 | reg)});
  }
  for (const Bytes& bytes : all) {
    if (bytes == Bytes{0x48, 0x90}) {
      continue;  // nop
    }
    for (int i = 0; i < 20; ++i) {
      ASSERT_NO_FATAL_FAILURE(compare_copied(bytes, random_registers()));
    }
  }
  for (int i = 0; i < 50; ++i) {
    put_word(real_.stack(), random_() & kFlagMask);
    ASSERT_NO_FATAL_FAILURE(compare_copied({0x9d}, random_registers()));
    Registers framed = random_registers();
    framed.reg[5] = real_.stack() + 8 * pick(64);
    ASSERT_NO_FATAL_FAILURE(compare_copied({0xc9}, framed));
  }
}

TEST_F(Displace, CopiesOfStringInstructions) {
  for (const std::uint8_t opcode : {0xa4, 0xa5, 0xa6, 0xa7, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf}) {
    for (const Bytes& prefix :
         {Bytes{}, Bytes{0xf3}, Bytes{0xf2}, Bytes{0xf3, 0x48}, Bytes{0x66}, Bytes{0xf3, 0x66}}) {
      for (int i = 0; i < 20; ++i) {
        Registers before = random_registers();
        before.reg[1] = pick(100);
        before.reg[6] = real_.data() + 0x2000 + pick(512);
        before.reg[7] = real_.data() + 0x4000 + pick(512);
        ASSERT_NO_FATAL_FAILURE(compare_copied(prefix + Bytes{opcode}, before));
      }
    }
  }
}

TEST_F(Displace, CopiesOfJumpsThroughMemory) {
  const std::uint64_t target = real_.code() + 0x8000;
  for (int i = 0; i < 500; ++i) {
    const std::uint64_t slot = real_.data() + 0xc000 + pick(0x1000);
    Registers before = random_registers();
    Operand memory = operand(slot, before, 2, 0);
    memory.modrm[0] = byte(memory.modrm[0] | 4 << 3);
    put_word(slot, target);
    ASSERT_NO_FATAL_FAILURE(
        compare_copied(Bytes{byte(0x40 | memory.rex), 0xff} + memory.modrm, before, {target}));
  }
}

// ---- what probes show ----

TEST_F(Displace, EffectiveAddressIsWhatLeaComputes) {
  for (int i = 0; i < 4000; ++i) {
    Registers before = random_registers();
    const Bytes prefix = pick(4) == 0 ? Bytes{0x67} : Bytes{};
    Operand where = operand(real_.data() + pick(0x4000), before, prefix.size() + 2, 0);
    if (where.is_rip_relative && !prefix.empty()) {
      continue;  // refused
    }
    for (std::uint64_t& one : before.reg) {
      one = pick(2) ? one : random_();
    }
    where.modrm[0] = byte(where.modrm[0] | (pick(8) << 3));
    const unsigned r = static_cast<unsigned>(pick(2));
    const Bytes bytes = prefix + Bytes{byte(0x48 | r << 2 | where.rex), 0x8d} + where.modrm;
    const dtk_insn insn = decode(bytes);
    real_.write(addr_, bytes);
    real_.put_exit(addr_ + bytes.size());
    const Registers after = real_.run(before);
    const pt_regs regs = to_kernel(before);
    ASSERT_EQ(dtk_insn_target(&insn, addr_, &regs), after.reg[(where.modrm[0] >> 3 & 7) | r << 3])
        << text(bytes);
    ASSERT_FALSE(dtk_insn_taken(&insn, &regs));
  }
}

TEST_F(Displace, TargetsThatCannotBeReadAreZero) {
  Registers before = random_registers();
  before.reg[0] = 16;
  const pt_regs regs = to_kernel(before);
  const dtk_insn call = decode({0xff, 0x10});
  const dtk_insn segment = decode({0x65, 0xff, 0x20});
  EXPECT_EQ(dtk_insn_target(&call, addr_, &regs), 0u);
  EXPECT_EQ(dtk_insn_target(&segment, addr_, &regs), 0u);
  EXPECT_TRUE(dtk_insn_taken(&call, &regs));
  const dtk_insn absolute = decode({0xa1, 1, 2, 3, 4, 5, 6, 7, 8});
  EXPECT_EQ(dtk_insn_target(&absolute, addr_, &regs), 0x0807060504030201u);
  const dtk_insn add = decode({0x01, 0xd8});
  EXPECT_EQ(dtk_insn_target(&add, addr_, &regs), 0u);
}

// ---- fix-ups and refusals ----

TEST(DisplaceCopy, FixesWhatIsRelativeToIp) {
  const Bytes bytes = {0x48, 0x8b, 0x05, 0x10, 0, 0, 0};  // mov 0x10(%rip), %rax
  const dtk_insn insn = decode(bytes);
  std::uint8_t out[DTK_DISPLACE_SIZE];
  const std::uint64_t addr = 0xffffffff81000000;
  const std::uint64_t slot = 0xffffffffc0000000;
  ASSERT_EQ(dtk_displace_copy(out, slot, &insn, bytes.data(), addr), 12);
  std::int32_t disp = 0;
  std::int32_t back = 0;
  std::memcpy(&disp, out + 3, 4);
  std::memcpy(&back, out + 8, 4);
  EXPECT_EQ(slot + 7 + static_cast<std::uint64_t>(disp), addr + 7 + 0x10);
  EXPECT_EQ(out[7], 0xe9);
  EXPECT_EQ(slot + 12 + static_cast<std::uint64_t>(back), addr + 7);
}

TEST(DisplaceCopy, SaysWhatIsTooFar) {
  std::uint8_t out[DTK_DISPLACE_SIZE];
  const std::uint64_t addr = 0xffffffff81000000;
  const Bytes far_data = {0x48, 0x8b, 0x05, 0, 0, 0, 0x80};  // 2 GiB below
  const dtk_insn load = decode(far_data);
  EXPECT_EQ(dtk_displace_copy(out, addr + 0x100, &load, far_data.data(), addr), -ERANGE);
  EXPECT_EQ(dtk_displace_copy(out, addr - 0x100, &load, far_data.data(), addr), 12);
  const Bytes add = {0x01, 0xd8};
  const dtk_insn plain = decode(add);
  EXPECT_EQ(dtk_displace_copy(out, 0xffff888000000000, &plain, add.data(), addr), -ERANGE);
  EXPECT_EQ(dtk_displace_copy(out, addr + 0x7ffffffb, &plain, add.data(), addr), 7);
  EXPECT_EQ(dtk_displace_copy(out, addr + 0x7ffffffc, &plain, add.data(), addr), -ERANGE);
}

TEST(DisplaceCopy, TheLongestInstructionHasRoom) {
  // 15 bytes and the jump.
  const Bytes bytes = {0x26, 0x26, 0x26, 0x66, 0x48, 0x81, 0x84, 0x11, 1, 2, 3, 4, 5, 6, 7};
  dtk_insn insn{};
  const Bytes padded = {0x26, 0x26, 0x26, 0x48, 0x81, 0x84, 0x11, 1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_NE(dtk_insn_decode(&insn, bytes.data(), 15), 0);
  ASSERT_EQ(dtk_insn_decode(&insn, padded.data(), 15), 0);
  std::uint8_t out[DTK_DISPLACE_SIZE];
  EXPECT_EQ(dtk_displace_copy(out, 0x10000, &insn, padded.data(), 0x20000), 20);
}

TEST(DisplacePlan, RefusesWithAReason) {
  struct Case {
    Bytes bytes;
    const char* why;
  };
  const std::vector<Case> cases = {
      {{0xcc}, "breakpoint"},
      {{0x0f, 0x0b}, "trap that the kernel knows by its address"},
      {{0x0f, 0xb9, 0xc0}, "trap that the kernel knows by its address"},
      {{0x0f, 0xff, 0xc0}, "trap that the kernel knows by its address"},
      {{0xcd, 0x80}, "far transfer"},
      {{0xf1}, "far transfer"},
      {{0x48, 0xcf}, "far transfer"},
      {{0xcb}, "far transfer"},
      {{0x48, 0xcb}, "far transfer"},
      {{0xca, 8, 0}, "far transfer"},
      {{0xff, 0x28}, "far transfer"},
      {{0xff, 0x18}, "far transfer"},
      {{0x0f, 0x05}, "far transfer"},
      {{0x48, 0x0f, 0x07}, "far transfer"},
      {{0x0f, 0x34}, "far transfer"},
      {{0x0f, 0x35}, "far transfer"},
      {{0x0f, 0xaa}, "far transfer"},
      {{0xc7, 0xf8, 0, 0, 0, 0}, "far transfer"},
      {{0xc6, 0xf8, 1}, "far transfer"},
      {{0xfb}, "sti shadow"},
      {{0xf4}, "sleep in an sti shadow"},
      {{0x8e, 0xd0}, "ss shadow"},
      {{0x8e, 0x10}, "ss shadow"},
      {{0xf3, 0x0f, 0x1e, 0xfa}, "landing pad"},
      {{0x65, 0xff, 0x14, 0x25, 0, 0, 0, 0}, "call through a segment"},
      {{0x64, 0xff, 0x10}, "call through a segment"},
      {{0x66, 0xe8, 0, 0, 0, 0}, "16-bit branch"},
      {{0x66, 0xc3}, "16-bit branch"},
      {{0x66, 0x75, 0}, "16-bit branch"},
      {{0x67, 0x8b, 0x05, 0, 0, 0, 0}, "32-bit address relative to ip"},
  };
  for (const Case& one : cases) {
    const dtk_insn insn = decode(one.bytes);
    const char* why = nullptr;
    EXPECT_EQ(dtk_displace_plan(&insn, one.bytes.data(), &why), DTK_DISPLACE_REFUSE)
        << text(one.bytes);
    EXPECT_STREQ(why, one.why) << text(one.bytes);
    std::uint8_t out[DTK_DISPLACE_SIZE];
    EXPECT_EQ(dtk_displace_copy(out, 0x1000, &insn, one.bytes.data(), 0x2000), -EINVAL)
        << text(one.bytes);
  }
  const dtk_insn none{};
  const char* why = nullptr;
  EXPECT_EQ(dtk_displace_plan(&none, nullptr, &why), DTK_DISPLACE_REFUSE);
  EXPECT_STREQ(why, "not an instruction");
}

TEST(DisplacePlan, CopiesWhatMustRunItself) {
  const std::vector<Bytes> cases = {
      {0x9c},
      {0x9d},
      {0xfa},
      {0xc9},
      {0x58},
      {0x65, 0xff, 0x20},
      {0xff, 0x25, 0, 0, 0, 0},
      {0x8e, 0xd8},
      {0x0f, 0x30},
      {0xf3, 0x90},
      {0x66, 0x50},
      {0xff, 0x30},
      {0x0f, 0x01, 0xf8},
      {0xc5, 0xf8, 0x77},
      {0x0f, 0x01, 0xcb},
      {0x66, 0x89, 0xc1},
      {0x0f, 0x0d, 0x08},
  };
  for (const Bytes& bytes : cases) {
    const dtk_insn insn = decode(bytes);
    const char* why = nullptr;
    EXPECT_EQ(dtk_displace_plan(&insn, bytes.data(), &why), DTK_DISPLACE_COPY) << text(bytes);
    EXPECT_EQ(why, nullptr);
  }
}

}  // namespace
