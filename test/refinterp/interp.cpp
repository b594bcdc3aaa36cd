// SPDX-License-Identifier: MIT
// Clauses, faults and records. The other parts of the class are in memory.cpp, text.cpp and
// state.cpp.
#include "interp.hpp"

#include <cstring>

#include "machine.hpp"

namespace dt::refinterp {
namespace {

constexpr uint32_t kHeaderSize = sizeof(dtrace_rec);

}  // namespace

Interp::Interp(const Request& request) : request_(request) {
  frame_.resize(request_.frame_size + request_.scratchsize + request_.strsize);
  add_region(frame_.data(), frame_.size(), false);
  add_region(request_.strtab.data(), request_.strtab.size(), false);
  globals_.resize(request_.vars.size());
  specs_.resize(request_.nspec);
  for (uint32_t i = 0; i < request_.vars.size(); i++) {
    const dtrace_var& var = request_.vars[i];
    globals_[i] = var.init;
    if (var.kind != DTRACE_VAR_GLOBAL || !(var.flags & DTRACE_VAR_BYREF))
      continue;
    global_refs_[i] = std::make_shared<Bytes>((var.size + 7) & ~7u);
    add_region(global_refs_[i]->data(), global_refs_[i]->size(), true);
  }
  // Text constants become addresses.
  for (Program& prog : request_.progs) {
    for (size_t i = 0; i < prog.insns.size(); i++) {
      bpf_insn& insn = prog.insns[i];
      if (insn.code != (BPF_LD | BPF_DW | BPF_IMM))
        continue;
      if (insn.src_reg == DTRACE_PSEUDO_STRTAB) {
        const auto address = reinterpret_cast<uint64_t>(request_.strtab.data()) + insn.imm;
        insn.src_reg = 0;
        insn.imm = static_cast<int32_t>(address);
        prog.insns[i + 1].imm = static_cast<int32_t>(address >> 32);
      }
      i++;
    }
  }
}

void Interp::raise(uint32_t code, uint64_t value) {
  uint32_t site;
  std::memcpy(&site, frame_.data() + DTRACE_FRAME_SITE, sizeof(site));
  fault_ = Fault{code, site, value};
  throw FaultRaised{};
}

uint64_t Interp::guard(bool begins) {
  if (begins) {
    has_guard_ = has_guard_ || !fault_;
    return 0;
  }
  if (!fault_ || !has_guard_)
    return 0;
  fault_.reset();
  return 1;
}

uint64_t Interp::call(int32_t subr, const uint64_t a[5]) {
  if (subr == DTRACE_SUBR_GUARD)
    return guard(a[0] != 0);
  if (fault_)
    return 0;
  try {
    return dispatch(subr, a);
  } catch (const FaultRaised&) {
    return 0;
  }
}

void Interp::emit(uint32_t index, uint32_t size) {
  const Program& prog = request_.progs[index];
  Record record{index, 0, {}, {}};
  record.payload.assign(frame_.begin() + prog.rec_offset,
                        frame_.begin() + prog.rec_offset + prog.rec_size);
  if (!speculates_) {
    outcome_.records.push_back(std::move(record));
    return;
  }
  if (!speculation_ || speculation_ > specs_.size())
    return;
  Speculation& spec = specs_[speculation_ - 1];
  if (spec.state != SpecState::kActive)
    return;
  if (size > request_.specsize - spec.used) {
    outcome_.spec_drops++;
    return;
  }
  spec.used += size;
  record.flags |= DTRACE_REC_COMMITTED;
  spec.records.push_back(std::move(record));
}

void Interp::run_clause(uint32_t index) {
  const Program& prog = request_.progs[index];
  struct {
    uint64_t frame;
    uint64_t args[DTRACE_DIF_NR_ARGS];
  } context;
  context.frame = reinterpret_cast<uint64_t>(frame_.data());
  std::memcpy(context.args, surroundings_.args, sizeof(context.args));
  fault_.reset();
  has_guard_ = false;
  speculates_ = false;
  const uint64_t result =
      run_program(prog.insns, reinterpret_cast<uint64_t>(&context),
                  [this](int32_t subr, const uint64_t a[5]) { return call(subr, a); });
  outcome_.firings++;
  if (fault_) {
    outcome_.records.push_back(Record{index, DTRACE_REC_ERROR, *fault_, {}});
  } else if (result && (prog.flags & DTRACE_PROG_RECORD)) {
    emit(index, kHeaderSize + prog.rec_size);
  }
}

Outcome Interp::fire(const Surroundings& surroundings) {
  surroundings_ = surroundings;
  outcome_ = Outcome{};
  scratch_used_ = 0;
  tokens_.reset();
  has_token_copy_ = false;
  for (const std::string* s : {&surroundings_.execname, &surroundings_.prov, &surroundings_.mod,
                               &surroundings_.func, &surroundings_.name})
    add_region(s->c_str(), s->size() + 1, false);
  if (!surroundings_.stack.empty()) {
    constexpr int kStackPointer = 19;  // words of struct pt_regs
    surroundings_.regs[kStackPointer] = reinterpret_cast<uint64_t>(surroundings_.stack.data());
    add_region(surroundings_.stack.data(), surroundings_.stack.size() * 8, false);
  }
  std::memset(frame_.data() + request_.local_offset, 0, request_.local_size);
  for (uint32_t i = 0; i < request_.progs.size() && !outcome_.has_exit; i++)
    run_clause(i);
  for (const auto& [id, data] : aggs_)
    outcome_.aggs.push_back({std::get<0>(id), std::get<1>(id), std::get<2>(id), data});
  kept_.clear();
  return outcome_;
}

}  // namespace dt::refinterp
