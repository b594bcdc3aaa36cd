// SPDX-License-Identifier: MIT
// The two ways between C++ and code that may use every register: realcode_enter, realcode_leave.
#include "realcode.hpp"

#include <sys/mman.h>

#include <cstdlib>

// Registers 0..15 in the order of their numbers, then ip, flags, our own stack pointer.
extern "C" {
std::uint64_t realcode_state[19];
// Vector registers as fxsave has them: before, and after.
alignas(16) std::uint8_t realcode_vectors[512];
alignas(16) std::uint8_t realcode_vectors_after[512];
void realcode_enter();
void realcode_leave();
}

// Flags are loaded before and stored after everything that changes none.
asm(R"(
.text
.globl realcode_enter
realcode_enter:
  push %rbx
  push %rbp
  push %r12
  push %r13
  push %r14
  push %r15
  mov %rsp, 18*8+realcode_state(%rip)
  fxrstor64 realcode_vectors(%rip)
  push 17*8+realcode_state(%rip)
  popfq
  mov 0*8+realcode_state(%rip), %rax
  mov 1*8+realcode_state(%rip), %rcx
  mov 2*8+realcode_state(%rip), %rdx
  mov 3*8+realcode_state(%rip), %rbx
  mov 4*8+realcode_state(%rip), %rsp
  mov 5*8+realcode_state(%rip), %rbp
  mov 6*8+realcode_state(%rip), %rsi
  mov 7*8+realcode_state(%rip), %rdi
  mov 8*8+realcode_state(%rip), %r8
  mov 9*8+realcode_state(%rip), %r9
  mov 10*8+realcode_state(%rip), %r10
  mov 11*8+realcode_state(%rip), %r11
  mov 12*8+realcode_state(%rip), %r12
  mov 13*8+realcode_state(%rip), %r13
  mov 14*8+realcode_state(%rip), %r14
  mov 15*8+realcode_state(%rip), %r15
  jmp *16*8+realcode_state(%rip)

.globl realcode_leave
realcode_leave:
  mov %rcx, 1*8+realcode_state(%rip)
  mov %rdx, 2*8+realcode_state(%rip)
  mov %rbx, 3*8+realcode_state(%rip)
  mov %rsp, 4*8+realcode_state(%rip)
  mov %rbp, 5*8+realcode_state(%rip)
  mov %rsi, 6*8+realcode_state(%rip)
  mov %rdi, 7*8+realcode_state(%rip)
  mov %r8, 8*8+realcode_state(%rip)
  mov %r9, 9*8+realcode_state(%rip)
  mov %r10, 10*8+realcode_state(%rip)
  mov %r11, 11*8+realcode_state(%rip)
  mov %r12, 12*8+realcode_state(%rip)
  mov %r13, 13*8+realcode_state(%rip)
  mov %r14, 14*8+realcode_state(%rip)
  mov %r15, 15*8+realcode_state(%rip)
  mov 18*8+realcode_state(%rip), %rsp
  pushfq
  pop 17*8+realcode_state(%rip)
  cld
  fxsave64 realcode_vectors_after(%rip)
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbp
  pop %rbx
  ret
)");

namespace dt::test {
namespace {

constexpr std::size_t kFixedSize = 4096;
constexpr std::size_t kVectorsAt = 160;
constexpr std::size_t kVectorSize = 256;
constexpr std::size_t kArenaSize = kFixedSize + RealCode::kCodeSize + RealCode::kDataSize;

std::uint8_t* at(std::uint64_t address) { return reinterpret_cast<std::uint8_t*>(address); }

}  // namespace

RealCode::RealCode()
    : arena_(mmap(nullptr, kArenaSize, PROT_READ | PROT_WRITE | PROT_EXEC,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0)) {
  if (arena_ == MAP_FAILED) {
    std::abort();
  }
  fixed_ = reinterpret_cast<std::uint64_t>(arena_);
  code_ = fixed_ + kFixedSize;
  data_ = code_ + kCodeSize;
  // Those of now, with something in the registers.
  asm volatile("fxsave64 %0" : "=m"(realcode_vectors));
  for (std::size_t i = 0; i < kVectorSize; ++i) {
    realcode_vectors[kVectorsAt + i] = static_cast<std::uint8_t>(i * 37 + 11);
  }
  const auto leave = reinterpret_cast<std::uint64_t>(&realcode_leave);
  std::memcpy(at(fixed_ + 16), &leave, sizeof(leave));
}

RealCode::~RealCode() { munmap(arena_, kArenaSize); }

void RealCode::write(std::uint64_t address, std::span<const std::uint8_t> bytes) {
  std::memcpy(at(address), bytes.data(), bytes.size());
}

// mov %rax, saved; lea self, %rax; mov %rax, ip; jmp *leave
void RealCode::put_exit(std::uint64_t address) {
  std::uint8_t* out = at(address);
  const auto put = [&](std::initializer_list<std::uint8_t> opcode, std::uint64_t target) {
    out = std::copy(opcode.begin(), opcode.end(), out);
    const auto distance =
        static_cast<std::int32_t>(target - (reinterpret_cast<std::uint64_t>(out) + 4));
    std::memcpy(out, &distance, sizeof(distance));
    out += sizeof(distance);
  };
  put({0x48, 0x89, 0x05}, fixed_);
  put({0x48, 0x8d, 0x05}, address);
  put({0x48, 0x89, 0x05}, fixed_ + 8);
  put({0xff, 0x25}, fixed_ + 16);
}

std::vector<std::uint8_t> RealCode::memory() const { return {at(data_), at(data_) + kDataSize}; }

void RealCode::set_memory(const std::vector<std::uint8_t>& bytes) {
  std::memcpy(at(data_), bytes.data(), kDataSize);
}

std::vector<std::uint8_t> RealCode::vectors() const {
  return {realcode_vectors_after + kVectorsAt, realcode_vectors_after + kVectorsAt + kVectorSize};
}

Registers RealCode::run(const Registers& before) {
  std::memcpy(realcode_state, before.reg.data(), sizeof(before.reg));
  realcode_state[16] = before.ip;
  realcode_state[17] = (before.flags & kFlagMask) | 0x202;
  realcode_enter();
  Registers after;
  std::memcpy(after.reg.data(), realcode_state, sizeof(after.reg));
  std::memcpy(&after.reg[0], at(fixed_), 8);
  std::memcpy(&after.ip, at(fixed_ + 8), 8);
  after.flags = realcode_state[17] & kFlagMask;
  return after;
}

}  // namespace dt::test
