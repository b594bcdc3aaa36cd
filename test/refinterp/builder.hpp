// SPDX-License-Identifier: MIT
// Writes one program: instructions by name, calls with their site noted, forward jumps that are
// closed later.
#pragma once

#include <initializer_list>
#include <utility>

#include "request.hpp"

namespace dt::refinterp {

class Builder {
 public:
  Builder() {
    add(BPF_ALU64 | BPF_MOV | BPF_X, 6, 1, 0, 0);
    add(BPF_LDX | BPF_MEM | BPF_DW, 7, 6, DTRACE_CTX_FRAME, 0);
  }

  void add(int code, int dst, int src, int off, int32_t imm) {
    bpf_insn insn = {};
    insn.code = static_cast<__u8>(code);
    insn.dst_reg = static_cast<__u8>(dst) & 15;
    insn.src_reg = static_cast<__u8>(src) & 15;
    insn.off = static_cast<__s16>(off);
    insn.imm = imm;
    insns_.push_back(insn);
  }
  void set(int reg, uint64_t value) {
    if (static_cast<int64_t>(value) == static_cast<int32_t>(value)) {
      add(BPF_ALU64 | BPF_MOV | BPF_K, reg, 0, 0, static_cast<int32_t>(value));
      return;
    }
    add(BPF_LD | BPF_DW | BPF_IMM, reg, 0, 0, static_cast<int32_t>(value));
    add(0, 0, 0, 0, static_cast<int32_t>(value >> 32));
  }
  void set_text(int reg, uint32_t strtab_offset) {
    add(BPF_LD | BPF_DW | BPF_IMM, reg, DTRACE_PSEUDO_STRTAB, 0,
        static_cast<int32_t>(strtab_offset));
    add(0, 0, 0, 0, 0);
  }
  void set_frame(int reg, uint32_t offset) {
    add(BPF_ALU64 | BPF_MOV | BPF_X, reg, 7, 0, 0);
    add(BPF_ALU64 | BPF_ADD | BPF_K, reg, 0, 0, static_cast<int32_t>(offset));
  }
  void load_frame(int reg, int offset) { add(BPF_LDX | BPF_MEM | BPF_DW, reg, 7, offset, 0); }
  void store_frame(int offset, int reg) { add(BPF_STX | BPF_MEM | BPF_DW, 7, reg, offset, 0); }
  void load_stack(int reg, int offset) { add(BPF_LDX | BPF_MEM | BPF_DW, reg, 10, offset, 0); }
  void store_stack(int offset, int reg) { add(BPF_STX | BPF_MEM | BPF_DW, 10, reg, offset, 0); }

  // Notes where the call is, then calls; arguments are in place.
  void call(int subr, uint32_t action = 1) {
    const auto site = DTRACE_SITE(action, insns_.size() + 1);
    add(BPF_ST | BPF_MEM | BPF_W, 7, 0, DTRACE_FRAME_SITE, static_cast<int32_t>(site));
    add(BPF_JMP | BPF_CALL, 0, 0, 0, subr);
  }
  // A jump whose target is where close() is called.
  size_t open(int code, int dst, int src, int32_t imm) {
    add(code, dst, src, 0, imm);
    return insns_.size() - 1;
  }
  void close(size_t jump) { insns_[jump].off = static_cast<__s16>(insns_.size() - jump - 1); }
  void leave(uint32_t result) {
    set(0, result);
    add(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
  }
  size_t size() const { return insns_.size(); }
  std::vector<bpf_insn> take() { return std::move(insns_); }

 private:
  std::vector<bpf_insn> insns_;
};

// Adds a string constant and returns its offset.
inline uint32_t add_text(Request& request, const std::string& text) {
  const auto offset = static_cast<uint32_t>(request.strtab.size());
  request.strtab += text + '\0';
  return offset;
}

}  // namespace dt::refinterp
