// SPDX-License-Identifier: MIT
// A request to enable, as C++ values, with one clause on one probe: what the generator makes, the
// reference interpreter runs and the drivers hand to the real core.
#pragma once

#include <dtrace/dif.h>
#include <dtrace/uapi.h>
#include <linux/bpf.h>

#include <cstdint>
#include <string>
#include <vector>

namespace dt::refinterp {

struct Program {
  std::vector<bpf_insn> insns;
  uint32_t flags = DTRACE_PROG_RECORD;
  uint32_t rec_offset = DTRACE_FRAME_HDR;
  uint32_t rec_size = 0;
};

struct Shape {
  uint32_t size = 0;
  std::vector<dtrace_key_comp> comps;
};

// All programs are clauses of the same probe, in this order.
struct Request {
  std::vector<Program> progs;
  std::vector<Shape> shapes = {Shape{}};
  std::vector<dtrace_var> vars;
  std::vector<dtrace_agg> aggs;
  std::string strtab = std::string(1, '\0');
  uint32_t frame_size = DTRACE_FRAME_HDR;
  uint32_t local_offset = 0;
  uint32_t local_size = 0;
  uint32_t strsize = 256;
  uint32_t nspec = 1;
  uint32_t specsize = 32768;
  uint32_t scratchsize = 65536;
};

// What the surroundings of a firing look like; only what programs of the tests may ask for.
struct Surroundings {
  uint64_t args[DTRACE_DIF_NR_ARGS] = {};
  uint64_t regs[21] = {};       // uregs[]
  std::vector<uint64_t> stack;  // what R_SP leads to; empty = regs[] say it
  uint64_t pid = 0;
  uint64_t tid = 0;
  uint64_t uid = 0;
  uint64_t gid = 0;
  std::string execname;
  std::string prov = "dtrace";
  std::string mod;
  std::string func;
  std::string name = "BEGIN";
};

struct Fault {
  uint32_t code = 0;
  uint32_t site = 0;
  uint64_t value = 0;
};

// A record that arrives in the principal buffer.
struct Record {
  uint32_t prog = 0;
  uint32_t flags = 0;  // DTRACE_REC_*
  Fault fault;         // of an error record
  std::vector<uint8_t> payload;
};

struct AggElement {
  uint32_t agg = 0;
  uint32_t shape = 0;
  std::vector<uint8_t> key;
  std::vector<uint8_t> data;
};

// Everything that one firing leaves behind, for comparison. Aggregations are sorted by index and
// key.
struct Outcome {
  std::vector<Record> records;
  std::vector<AggElement> aggs;
  uint64_t spec_drops = 0;
  uint64_t spec_unavail = 0;
  uint64_t spec_busy = 0;
  uint64_t firings = 0;
  bool has_exit = false;
  int32_t exit_status = 0;
};

// Where they differ, in words; "" = they are the same. Values of faults are compared unless they
// are addresses of the two sides' own memory.
std::string difference(const Outcome& expected, const Outcome& found);

}  // namespace dt::refinterp
