// SPDX-License-Identifier: MIT
// Aggregations on the consumer's side: a table of elements fed with the core's deltas; clear,
// trunc, normalize; and the order in which elements are shown.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "consumer/channel.hpp"
#include "consumer/options.hpp"
#include "lang/object/program.hpp"

namespace dt::consumer {

// One element: the values of one key. Words as in enum dtrace_aggfunc's comments.
struct AggElement {
  std::string key;  // bytes of the key, empty for the empty key
  std::vector<int64_t> data;
  bool is_set = false;  // false: cleared, nothing aggregated since
};

// A line of a printa() with several aggregations: one element each, nullptr where the key is
// missing.
struct AggRow {
  const std::string* key = nullptr;
  std::vector<const AggElement*> elements;
};

class AggregationTable {
 public:
  // Keys that are symbols compare by what they stand for: gives the address that represents all
  // addresses of the same function (sym, func, usym) or module (mod, umod). pid is 0 for kernel
  // addresses.
  using Canonicalizer =
      std::function<uint64_t(lang::object::FieldKind kind, uint64_t pid, uint64_t address)>;

  explicit AggregationTable(const lang::object::Program& program);
  void set_canonicalizer(Canonicalizer canonicalizer) { canonicalizer_ = std::move(canonicalizer); }

  // Takes every CPU's deltas from the core. half_size: as granted. Error: the first one; the
  // others' deltas are in the table.
  Result<void> snapshot(Channel& channel, uint64_t half_size, int64_t only_cpu);
  // Adds the elements of one aggregation buffer (see struct dtrace_aggrec).
  void add_deltas(const std::byte* bytes, size_t size);
  void add_delta(int agg, std::string_view key, const int64_t* data, size_t nr_words);

  void clear(int agg);
  // keep > 0: the largest; keep < 0: the smallest; is_all: remove every element.
  void trunc(int agg, bool is_all, int64_t keep);
  void normalize(int agg, uint64_t factor) { aggs_[agg].normal = factor == 0 ? 1 : factor; }
  uint64_t normal(int agg) const { return aggs_[agg].normal; }

  uint64_t nr_elements(int agg) const { return aggs_[agg].elements.size(); }
  bool is_empty(int agg) const { return aggs_[agg].elements.empty(); }
  // Elements of one aggregation in the order in which they are shown.
  std::vector<const AggElement*> sorted(int agg, const Options& options) const;
  // Rows of several aggregations whose keys have the same shape.
  std::vector<AggRow> joined(const std::vector<int>& aggs, const Options& options) const;

  const lang::object::Aggregation& info(int agg) const { return program_.aggs[agg]; }
  const lang::object::KeyShape& shape(int agg) const {
    return program_.shapes[program_.aggs[agg].shape];
  }

  // Deltas for which there was no memory.
  uint64_t nr_without_memory() const { return nr_without_memory_; }

 private:
  struct Agg {
    std::unordered_map<std::string, AggElement> elements;
    uint64_t normal = 1;
  };

  Result<void> take(Channel& channel, uint64_t half_size, uint32_t cpu);
  std::string canonical_key(int agg, std::string_view key) const;
  int compare_values(int agg, const AggElement* a, const AggElement* b) const;
  int compare_keys(int agg, const std::string& a, const std::string& b, size_t first) const;
  int compare_rows(const std::vector<int>& aggs, const AggRow& a, const AggRow& b,
                   const Options& options) const;

  const lang::object::Program& program_;
  std::vector<Agg> aggs_;
  Canonicalizer canonicalizer_;
  std::vector<Mapping> maps_;  // by CPU
  uint64_t nr_without_memory_ = 0;
};

// Bytes of an integer key as the program declared it (1, 2, 4 or 8).
uint32_t key_int_size(const lang::object::Field& field);
// Standard deviation of a stddev() element.
uint64_t stddev_of(const std::vector<int64_t>& data);
// The one number by which an element is compared and shown: count, sum, min, max, average,
// deviation.
int64_t scalar_of(const lang::object::Aggregation& agg, const std::vector<int64_t>& data);
// Sum of bucket value times count, for the order of quantize() and its kin.
long double weight_of(const lang::object::Aggregation& agg, const std::vector<int64_t>& data);
// Smallest absolute value of an llquantize() bucket, with its sign; see docs/program-format.md.
int64_t llquantize_value(const lang::object::Aggregation& agg, size_t bucket);
bool is_distribution(const lang::object::Aggregation& agg);

}  // namespace dt::consumer
