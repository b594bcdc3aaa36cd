// SPDX-License-Identifier: MIT
// The reference interpreter: what a consumer's clauses mean, slowly and obviously. It shares no
// code with the core.
//
// Entry point: Interp::fire(). Memory of programs is memory of this process. Not modelled: time,
// stacks, kernel objects, user memory, losses for lack of space other than of speculations.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "request.hpp"

namespace dt::refinterp {

class Interp {
 public:
  explicit Interp(const Request& request);

  // Fires the probe once: all clauses, until one calls exit().
  Outcome fire(const Surroundings& surroundings);

 private:
  struct Region {
    uint64_t begin;
    uint64_t size;
    bool is_writable;
  };
  using Bytes = std::vector<uint8_t>;
  // Variable, is it of this thread, key.
  using ElementKey = std::tuple<uint32_t, Bytes>;
  struct Element {
    uint64_t scalar = 0;
    std::shared_ptr<Bytes> ref;
  };
  enum class SpecState { kFree, kActive };
  struct Speculation {
    SpecState state = SpecState::kFree;
    std::vector<Record> records;
    uint64_t used = 0;
  };
  // Ends a subroutine: the clause goes on, but every later call does nothing.
  struct FaultRaised {};

  // interp.cpp: clauses and records
  void run_clause(uint32_t index);
  void emit(uint32_t index, uint32_t size_with_header);
  uint64_t guard(bool begins);
  uint64_t call(int32_t subr, const uint64_t a[5]);
  uint64_t dispatch(int32_t subr, const uint64_t a[5]);
  [[noreturn]] void raise(uint32_t code, uint64_t value);

  // memory.cpp: what programs may touch
  const Region* region_of(uint64_t address, uint64_t size) const;
  void add_region(const void* begin, uint64_t size, bool is_writable);
  void check_readable(uint64_t address, uint64_t size);
  void check_writable(uint64_t address, uint64_t size);
  std::string text(uint64_t address);
  uint64_t give_text(uint64_t area, uint64_t size, const std::string& value);
  void put_text(uint64_t area, uint64_t capacity, const std::string& value);
  uint64_t allocate_scratch(uint64_t size);
  uint64_t load(uint64_t address, uint64_t width);
  void store(uint64_t address, uint64_t value, uint64_t width);

  // text.cpp: strings
  uint64_t text_subr(int32_t subr, const uint64_t a[5], bool& is_known);
  uint64_t search_subr(int32_t subr, const uint64_t a[5], bool& is_known);
  uint64_t token(const uint64_t a[5]);

  // state.cpp: variables, aggregations, speculations
  uint64_t variable_subr(int32_t subr, const uint64_t a[5], bool& is_known);
  uint64_t speculation_subr(int32_t subr, const uint64_t a[5], bool& is_known);
  uint64_t builtin(uint64_t which);
  void aggregate(const uint64_t a[5]);
  Bytes key_bytes(uint64_t address, uint32_t shape) const;
  uint64_t element(uint32_t op, uint32_t var, const Bytes& key, uint64_t argument);

  Request request_;
  std::vector<uint8_t> frame_;  // with the scratch area behind it
  uint64_t scratch_used_ = 0;
  std::vector<Region> regions_;
  std::vector<uint64_t> globals_;
  std::map<uint32_t, std::shared_ptr<Bytes>> global_refs_;
  std::map<ElementKey, Element> elements_;
  std::vector<std::shared_ptr<Bytes>> kept_;  // freed values that a clause may still look at
  std::map<std::tuple<uint32_t, uint32_t, Bytes>, Bytes> aggs_;
  std::vector<Speculation> specs_;
  Surroundings surroundings_;
  std::optional<std::string> tokens_;
  size_t token_at_ = 0;
  bool has_token_copy_ = false;

  // of the running clause
  std::optional<Fault> fault_;
  bool has_guard_ = false;  // the clause contains its faults
  bool speculates_ = false;
  uint64_t speculation_ = 0;
  Outcome outcome_;
};

}  // namespace dt::refinterp
