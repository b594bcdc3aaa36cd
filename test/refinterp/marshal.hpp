// SPDX-License-Identifier: MIT
// A request in the form of the ENABLE ioctl. The object owns what the structures point to.
#pragma once

#include <array>
#include <vector>

#include "request.hpp"

namespace dt::refinterp {

class Marshalled {
 public:
  explicit Marshalled(const Request& request);
  Marshalled(const Marshalled&) = delete;
  Marshalled& operator=(const Marshalled&) = delete;

  dtrace_enable& enable() { return enable_; }
  const char* log() const { return log_.data(); }

 private:
  dtrace_enable enable_ = {};
  std::vector<dtrace_prog> progs_;
  std::vector<dtrace_bind> binds_;
  std::vector<dtrace_key_shape> shapes_;
  std::vector<dtrace_key_comp> comps_;
  std::vector<dtrace_var> vars_;
  std::vector<dtrace_agg> aggs_;
  std::string strtab_;
  std::vector<std::vector<bpf_insn>> insns_;
  std::array<char, 1024> log_ = {};
};

// Records and elements as they lie in a buffer, appended to an outcome.
void parse_records(const uint8_t* data, uint64_t size, Outcome& outcome);
void parse_aggs(const Request& request, const uint8_t* data, uint64_t size, Outcome& outcome);
void sort_aggs(Outcome& outcome);

}  // namespace dt::refinterp
