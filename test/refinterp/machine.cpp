// SPDX-License-Identifier: MIT
#include "machine.hpp"

#include <dtrace/dif.h>

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace dt::refinterp {
namespace {

[[noreturn]] void unknown(const bpf_insn& insn) {
  std::fprintf(stderr, "refinterp: instruction %#x should not have been accepted\n", insn.code);
  std::abort();
}

uint64_t load(uint64_t address, uint8_t code) {
  const void* at = reinterpret_cast<const void*>(address);
  switch (BPF_SIZE(code)) {
    case BPF_B: {
      uint8_t value;
      std::memcpy(&value, at, 1);
      return value;
    }
    case BPF_H: {
      uint16_t value;
      std::memcpy(&value, at, 2);
      return value;
    }
    case BPF_W: {
      uint32_t value;
      std::memcpy(&value, at, 4);
      return value;
    }
    default: {
      uint64_t value;
      std::memcpy(&value, at, 8);
      return value;
    }
  }
}

void store(uint64_t address, uint8_t code, uint64_t value) {
  void* at = reinterpret_cast<void*>(address);
  switch (BPF_SIZE(code)) {
    case BPF_B:
      std::memcpy(at, &value, 1);
      break;
    case BPF_H:
      std::memcpy(at, &value, 2);
      break;
    case BPF_W:
      std::memcpy(at, &value, 4);
      break;
    default:
      std::memcpy(at, &value, 8);
      break;
  }
}

uint64_t byte_swap(uint64_t value, bool to_big, int32_t width) {
  if (width == 16)
    return to_big ? __builtin_bswap16(value) : static_cast<uint16_t>(value);
  if (width == 32)
    return to_big ? __builtin_bswap32(value) : static_cast<uint32_t>(value);
  return to_big ? __builtin_bswap64(value) : value;
}

uint64_t alu64(const bpf_insn& insn, uint64_t a, uint64_t b) {
  switch (BPF_OP(insn.code)) {
    case BPF_ADD:
      return a + b;
    case BPF_SUB:
      return a - b;
    case BPF_MUL:
      return a * b;
    case BPF_DIV:
      return a / b;
    case BPF_MOD:
      return a % b;
    case BPF_OR:
      return a | b;
    case BPF_AND:
      return a & b;
    case BPF_XOR:
      return a ^ b;
    case BPF_LSH:
      return a << (b & 63);
    case BPF_RSH:
      return a >> (b & 63);
    case BPF_ARSH:
      return static_cast<uint64_t>(static_cast<int64_t>(a) >> (b & 63));
    case BPF_NEG:
      return 0 - a;
    case BPF_MOV:
      return b;
    default:
      unknown(insn);
  }
}

// 32-bit operations clear the upper half of their result.
uint64_t alu32(const bpf_insn& insn, uint32_t a, uint32_t b) {
  switch (BPF_OP(insn.code)) {
    case BPF_ADD:
      return static_cast<uint32_t>(a + b);
    case BPF_SUB:
      return static_cast<uint32_t>(a - b);
    case BPF_MUL:
      return static_cast<uint32_t>(a * b);
    case BPF_DIV:
      return a / b;
    case BPF_MOD:
      return a % b;
    case BPF_OR:
      return a | b;
    case BPF_AND:
      return a & b;
    case BPF_XOR:
      return a ^ b;
    case BPF_LSH:
      return static_cast<uint32_t>(a << (b & 31));
    case BPF_RSH:
      return a >> (b & 31);
    case BPF_ARSH:
      return static_cast<uint32_t>(static_cast<int32_t>(a) >> (b & 31));
    case BPF_NEG:
      return static_cast<uint32_t>(0 - a);
    case BPF_MOV:
      return b;
    default:
      unknown(insn);
  }
}

template <typename Unsigned, typename Signed>
bool is_taken(const bpf_insn& insn, Unsigned a, Unsigned b) {
  const auto sa = static_cast<Signed>(a);
  const auto sb = static_cast<Signed>(b);
  switch (BPF_OP(insn.code)) {
    case BPF_JEQ:
      return a == b;
    case BPF_JNE:
      return a != b;
    case BPF_JGT:
      return a > b;
    case BPF_JGE:
      return a >= b;
    case BPF_JLT:
      return a < b;
    case BPF_JLE:
      return a <= b;
    case BPF_JSGT:
      return sa > sb;
    case BPF_JSGE:
      return sa >= sb;
    case BPF_JSLT:
      return sa < sb;
    case BPF_JSLE:
      return sa <= sb;
    case BPF_JSET:
      return (a & b) != 0;
    default:
      unknown(insn);
  }
}

}  // namespace

uint64_t run_program(std::span<const bpf_insn> insns, uint64_t context, const CallHandler& call) {
  alignas(8) unsigned char stack[DTRACE_DIF_STACK] = {};
  uint64_t reg[11] = {};
  reg[1] = context;
  reg[10] = reinterpret_cast<uint64_t>(stack + sizeof(stack));

  for (size_t pc = 0;; pc++) {
    const bpf_insn& insn = insns[pc];
    const uint64_t immediate = static_cast<uint64_t>(static_cast<int64_t>(insn.imm));
    const uint64_t operand = BPF_SRC(insn.code) == BPF_X ? reg[insn.src_reg] : immediate;
    uint64_t& dst = reg[insn.dst_reg];

    switch (BPF_CLASS(insn.code)) {
      case BPF_ALU64:
        dst = alu64(insn, dst, operand);
        break;
      case BPF_ALU:
        if (BPF_OP(insn.code) == BPF_END)
          dst = byte_swap(dst, BPF_SRC(insn.code) == BPF_TO_BE, insn.imm);
        else
          dst = alu32(insn, dst, operand);
        break;
      case BPF_LD:
        dst = static_cast<uint32_t>(insn.imm) |
              static_cast<uint64_t>(static_cast<uint32_t>(insns[pc + 1].imm)) << 32;
        pc++;
        break;
      case BPF_LDX:
        dst = load(reg[insn.src_reg] + insn.off, insn.code);
        break;
      case BPF_STX:
        store(dst + insn.off, insn.code, reg[insn.src_reg]);
        break;
      case BPF_ST:
        store(dst + insn.off, insn.code, immediate);
        break;
      case BPF_JMP32:
        if (is_taken<uint32_t, int32_t>(insn, dst, operand))
          pc += insn.off;
        break;
      default:
        if (BPF_OP(insn.code) == BPF_EXIT)
          return static_cast<uint32_t>(reg[0]);
        if (BPF_OP(insn.code) == BPF_CALL)
          reg[0] = call(insn.imm, reg + 1);
        else if (BPF_OP(insn.code) == BPF_JA || is_taken<uint64_t, int64_t>(insn, dst, operand))
          pc += insn.off;
        break;
    }
  }
}

}  // namespace dt::refinterp
