// SPDX-License-Identifier: MIT
#include "output/picture.hpp"

#include <gtest/gtest.h>

#include "dtrace/dif.h"
#include "dtrace/uapi.h"

namespace dt::output {
namespace {

using lang::object::Aggregation;

constexpr const char* kHeader =
    "\n           value  ------------- Distribution ------------- count    \n";

Aggregation quantize() {
  Aggregation agg;
  agg.func = DTRACE_AGG_QUANTIZE;
  return agg;
}

Aggregation lquantize(int64_t base, int64_t limit, int64_t step) {
  Aggregation agg;
  agg.func = DTRACE_AGG_LQUANTIZE;
  agg.param[0] = base;
  agg.param[1] = limit;
  agg.param[2] = step;
  return agg;
}

std::vector<int64_t> at(size_t size, std::vector<std::pair<size_t, int64_t>> counts) {
  std::vector<int64_t> data(size);
  for (const auto& [bucket, count] : counts) {
    data[bucket] = count;
  }
  return data;
}

TEST(Quantize, ShowsOneBucketMoreOnEachSide) {
  EXPECT_EQ(distribution_text(quantize(), at(127, {{66, 3}, {67, 1}}), 1, {}),
            std::string(kHeader) +
                "               2 |                                         0        \n"
                "               4 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@           3        \n"
                "               8 |@@@@@@@@@@                               1        \n"
                "              16 |                                         0        \n");
}

TEST(Quantize, NegativeCountsGoTheOtherWay) {
  EXPECT_EQ(distribution_text(quantize(), at(127, {{64, -123}}), 1, {}),
            std::string(kHeader) +
                "               0                                         | 0        \n"
                "               1 @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@| -123     \n"
                "               2                                         | 0        \n");
}

TEST(Quantize, MixedCountsShareTheWidth) {
  EXPECT_EQ(distribution_text(quantize(), at(127, {{62, -123}, {63, -123}, {64, 246}}), 1, {}),
            std::string(kHeader) +
                "              -2                     |                     0        \n"
                "              -1                @@@@@|                     -123     \n"
                "               0                @@@@@|                     -123     \n"
                "               1                     |@@@@@@@@@@           246      \n"
                "               2                     |                     0        \n");
}

TEST(Quantize, NothingCountedShowsZero) {
  EXPECT_EQ(distribution_text(quantize(), {}, 1, {}),
            std::string(kHeader) +
                "              -1 |                                         0        \n"
                "               0 |                                         0        \n"
                "               1 |                                         0        \n");
}

TEST(Quantize, LastBucketHasNoNeighbour) {
  EXPECT_EQ(distribution_text(quantize(), at(127, {{126, 1234}}), 1, {}),
            std::string(kHeader) +
                "2305843009213693952 |                                         0        \n"
                "4611686018427387904 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 1234     \n");
}

TEST(Quantize, NormalizesAndZooms) {
  consumer::Options options;
  options.aggzoom = true;
  EXPECT_EQ(distribution_text(quantize(), at(127, {{64, 100}, {65, 50}}), 10, options),
            std::string(kHeader) +
                "               0 |                                         0        \n"
                "               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 10       \n"
                "               2 |@@@@@@@@@@@@@@@@@@@@                     5        \n"
                "               4 |                                         0        \n");
}

TEST(Lquantize, NamesItsEnds) {
  EXPECT_EQ(distribution_text(lquantize(0, 20, 10), at(4, {{0, 1}, {3, 1}}), 1, {}),
            std::string(kHeader) +
                "             < 0 |@@@@@@@@@@@@@@@@@@@@                     1        \n"
                "               0 |                                         0        \n"
                "              10 |                                         0        \n"
                "           >= 20 |@@@@@@@@@@@@@@@@@@@@                     1        \n");
}

TEST(Lquantize, NothingCountedShowsTheLowEnd) {
  EXPECT_EQ(distribution_text(lquantize(-10, 10, 1), {}, 1, {}),
            std::string(kHeader) +
                "           < -10 |                                         0        \n"
                "             -10 |                                         0        \n"
                "              -9 |                                         0        \n");
}

Aggregation llquantize(int64_t factor, int64_t low, int64_t high, int64_t steps) {
  Aggregation agg;
  agg.func = DTRACE_AGG_LLQUANTIZE;
  agg.param[0] = factor;
  agg.param[1] = low;
  agg.param[2] = high;
  agg.param[3] = steps;
  return agg;
}

TEST(Llquantize, LeavesOutStepsThatCannotBe) {
  // factor 10, steps 20: 1..9 one by one, then 10, 15, 20...
  constexpr size_t kMiddle = 3 * 18 + 1;
  EXPECT_EQ(distribution_text(llquantize(10, 0, 2, 20), at(111, {{kMiddle + 19, 20}}), 1, {}),
            std::string(kHeader) +
                "               9 |                                         0        \n"
                "              10 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 20       \n"
                "              15 |                                         0        \n");
}

TEST(Llquantize, NamesItsEnds) {
  size_t zero = 0;
  const auto buckets = buckets_of(llquantize(10, 3, 4, 10), {}, &zero);
  EXPECT_EQ(buckets.front().label, "<= -100000");
  EXPECT_EQ(buckets.back().label, ">= 100000");
  EXPECT_EQ(buckets[zero].label, "abs() < 1000");
  EXPECT_EQ(buckets[zero + 1].label, "1000");
}

}  // namespace
}  // namespace dt::output
