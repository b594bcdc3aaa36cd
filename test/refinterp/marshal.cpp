// SPDX-License-Identifier: MIT
#include "marshal.hpp"

#include <algorithm>
#include <cstring>
#include <tuple>

namespace dt::refinterp {
namespace {

template <typename T>
uint64_t address(const T* pointer) {
  return reinterpret_cast<uint64_t>(pointer);
}

}  // namespace

Marshalled::Marshalled(const Request& request)
    : vars_(request.vars), aggs_(request.aggs), strtab_(request.strtab) {
  for (const Program& prog : request.progs)
    insns_.push_back(prog.insns);
  for (size_t i = 0; i < request.progs.size(); i++) {
    const Program& prog = request.progs[i];
    dtrace_prog out = {};
    out.insns = address(insns_[i].data());
    out.nr_insns = static_cast<uint32_t>(insns_[i].size());
    out.flags = prog.flags;
    out.rec_offset = prog.rec_offset;
    out.rec_size = prog.rec_size;
    progs_.push_back(out);
    dtrace_bind bind = {};
    std::strcpy(bind.pattern.prov, "dtrace");
    std::strcpy(bind.pattern.name, "BEGIN");
    bind.prog = static_cast<uint32_t>(i);
    binds_.push_back(bind);
  }
  for (const Shape& shape : request.shapes)
    comps_.insert(comps_.end(), shape.comps.begin(), shape.comps.end());
  size_t first = 0;
  for (const Shape& shape : request.shapes) {
    dtrace_key_shape out = {};
    out.size = shape.size;
    out.nr_comps = static_cast<uint32_t>(shape.comps.size());
    out.comps = shape.comps.empty() ? 0 : address(comps_.data() + first);
    first += shape.comps.size();
    shapes_.push_back(out);
  }
  enable_.size = sizeof(enable_);
  enable_.opt.bufsize = 1u << 17;
  enable_.opt.aggsize = 1u << 18;
  enable_.opt.dynvarsize = 1u << 18;
  enable_.opt.strsize = request.strsize;
  enable_.opt.nspec = request.nspec;
  enable_.opt.specsize = request.specsize;
  enable_.opt.scratchsize = request.scratchsize;
  enable_.opt.cpu = DTRACE_ALL_CPUS;
  enable_.progs = address(progs_.data());
  enable_.binds = address(binds_.data());
  enable_.shapes = address(shapes_.data());
  enable_.vars = address(vars_.data());
  enable_.aggs = address(aggs_.data());
  enable_.strtab = address(strtab_.data());
  enable_.nr_progs = static_cast<uint32_t>(progs_.size());
  enable_.nr_binds = static_cast<uint32_t>(binds_.size());
  enable_.nr_shapes = static_cast<uint32_t>(shapes_.size());
  enable_.nr_vars = static_cast<uint32_t>(vars_.size());
  enable_.nr_aggs = static_cast<uint32_t>(aggs_.size());
  enable_.strtab_size = static_cast<uint32_t>(strtab_.size());
  enable_.frame_size = request.frame_size;
  enable_.local_offset = request.local_offset;
  enable_.local_size = request.local_size;
  enable_.log = address(log_.data());
  enable_.log_size = static_cast<uint32_t>(log_.size());
}

void parse_records(const uint8_t* data, uint64_t size, Outcome& outcome) {
  for (uint64_t at = 0; at + sizeof(dtrace_rec) <= size;) {
    dtrace_rec rec;
    std::memcpy(&rec, data + at, sizeof(rec));
    if (!rec.size)
      break;
    Record out;
    out.prog = rec.prog;
    out.flags = rec.flags;
    const uint8_t* payload = data + at + sizeof(rec);
    if (rec.flags & DTRACE_REC_ERROR) {
      dtrace_rec_error error;
      std::memcpy(&error, payload, sizeof(error));
      out.fault = {error.fault, error.site, error.value};
    } else {
      out.payload.assign(payload, payload + rec.size - sizeof(rec));
    }
    outcome.records.push_back(std::move(out));
    at += rec.size;
  }
}

void parse_aggs(const Request& request, const uint8_t* data, uint64_t size, Outcome& outcome) {
  for (uint64_t at = 0; at + sizeof(dtrace_aggrec) <= size;) {
    dtrace_aggrec rec;
    std::memcpy(&rec, data + at, sizeof(rec));
    if (!rec.size)
      break;
    const uint32_t key_size = request.shapes.at(rec.shape).size;
    const uint8_t* key = data + at + sizeof(rec);
    AggElement out;
    out.agg = rec.agg;
    out.shape = rec.shape;
    out.key.assign(key, key + key_size);
    out.data.assign(key + key_size, key + key_size + request.aggs.at(rec.agg).data_size);
    outcome.aggs.push_back(std::move(out));
    at += rec.size;
  }
}

void sort_aggs(Outcome& outcome) {
  std::sort(outcome.aggs.begin(), outcome.aggs.end(), [](const auto& a, const auto& b) {
    return std::tie(a.agg, a.shape, a.key) < std::tie(b.agg, b.shape, b.key);
  });
}

}  // namespace dt::refinterp
