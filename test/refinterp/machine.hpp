// SPDX-License-Identifier: MIT
// The instructions of programs, one after the other, as their definition reads. Calls go to whoever
// is given.
#pragma once

#include <linux/bpf.h>

#include <cstdint>
#include <functional>
#include <span>

namespace dt::refinterp {

// Subroutine id (or whatever the call's immediate means), r1..r5 -> r0.
using CallHandler = std::function<uint64_t(int32_t imm, const uint64_t args[5])>;

// Runs an accepted program; addresses are those of this process. Returns r0, or aborts on what no
// accepted program contains.
uint64_t run_program(std::span<const bpf_insn> insns, uint64_t context, const CallHandler& call);

}  // namespace dt::refinterp
