// SPDX-License-Identifier: MIT
// The pictures of quantize(), lquantize() and llquantize().
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "consumer/options.hpp"
#include "lang/object/program.hpp"

namespace dt::output {

// A newline, the header and one line for each bucket. data: the element's words, empty = all zero;
// counts are divided by normal.
std::string distribution_text(const lang::object::Aggregation& agg,
                              const std::vector<int64_t>& data, uint64_t normal,
                              const consumer::Options& options);
// The same on one line (option aggpack), starting at column 0.
std::string packed_distribution_text(const lang::object::Aggregation& agg,
                                     const std::vector<int64_t>& data, uint64_t normal,
                                     const consumer::Options& options);

// One bucket as a picture names it.
struct Bucket {
  std::string label;  // "256", "< 0", ">= 100", "abs() < 1000"
  int64_t count = 0;
};
// Every bucket that can hold a value, ascending. *zero: index of the one that holds 0 (or the first
// one).
std::vector<Bucket> buckets_of(const lang::object::Aggregation& agg,
                               const std::vector<int64_t>& data, size_t* zero);

}  // namespace dt::output
