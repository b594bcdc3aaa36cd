// SPDX-License-Identifier: MIT
#include "consumer/aggregate.hpp"

#include <gmock/gmock.h>

#include <cstring>

#include "fake_channel.hpp"

namespace dt::consumer {
namespace {

using lang::object::Field;
using lang::object::FieldKind;
using ::testing::ElementsAre;

lang::object::Program program_with(uint32_t func, uint32_t words, bool is_keyed) {
  lang::object::Program program;
  program.shapes.resize(2);
  Field key;
  key.size = 4;
  key.is_signed = true;
  program.shapes[1].size = 8;
  program.shapes[1].comps = {key};
  lang::object::Aggregation agg;
  agg.func = func;
  agg.data_size = words * 8;
  agg.shape = is_keyed ? 1 : 0;
  program.aggs = {agg};
  return program;
}

std::string key_of(int32_t number) {
  const int64_t word = number;
  return std::string(reinterpret_cast<const char*>(&word), sizeof(word));
}

std::vector<int64_t> keys_in_order(const AggregationTable& table, const Options& options) {
  std::vector<int64_t> keys;
  for (const AggElement* element : table.sorted(0, options)) {
    int64_t word = 0;
    std::memcpy(&word, element->key.data(), sizeof(word));
    keys.push_back(word);
  }
  return keys;
}

void add(AggregationTable& table, int32_t key, std::vector<int64_t> data) {
  table.add_delta(0, key_of(key), data.data(), data.size());
}

TEST(AggregationTable, AddsDeltas) {
  const auto program = program_with(DTRACE_AGG_SUM, 1, true);
  AggregationTable table(program);
  add(table, 1, {5});
  add(table, 1, {-7});
  EXPECT_EQ(table.sorted(0, {})[0]->data[0], -2);
}

TEST(AggregationTable, MinimumAfterClearStartsAnew) {
  const auto program = program_with(DTRACE_AGG_MIN, 1, true);
  AggregationTable table(program);
  add(table, 1, {5});
  add(table, 1, {3});
  EXPECT_EQ(table.sorted(0, {})[0]->data[0], 3);
  table.clear(0);
  EXPECT_EQ(table.sorted(0, {})[0]->data[0], 0);
  add(table, 1, {9});
  EXPECT_EQ(table.sorted(0, {})[0]->data[0], 9);
}

TEST(AggregationTable, AverageIsZeroWithoutValues) {
  const auto program = program_with(DTRACE_AGG_AVG, 2, true);
  AggregationTable table(program);
  add(table, 1, {4, 10});
  EXPECT_EQ(scalar_of(table.info(0), table.sorted(0, {})[0]->data), 2);
  table.clear(0);
  EXPECT_EQ(scalar_of(table.info(0), table.sorted(0, {})[0]->data), 0);
}

TEST(AggregationTable, DeviationKeepsAllBits) {
  // Ten values 5000000000 + 100 i: their squares need more than 64 bits in sum.
  std::vector<int64_t> data(4);
  unsigned __int128 squares = 0;
  for (int i = 0; i < 10; i++) {
    const int64_t value = 5000000000 + 100 * i;
    data[0]++;
    data[1] += value;
    squares += static_cast<unsigned __int128>(value) * static_cast<uint64_t>(value);
  }
  data[2] = static_cast<int64_t>(squares);
  data[3] = static_cast<int64_t>(squares >> 64);
  EXPECT_EQ(stddev_of(data), 287u);
}

TEST(AggregationTable, SortsByValueThenKey) {
  const auto program = program_with(DTRACE_AGG_COUNT, 1, true);
  AggregationTable table(program);
  add(table, 3, {1});
  add(table, 1, {7});
  add(table, 2, {1});
  Options options;
  EXPECT_THAT(keys_in_order(table, options), ElementsAre(2, 3, 1));
  options.aggsortrev = true;
  EXPECT_THAT(keys_in_order(table, options), ElementsAre(1, 3, 2));
  options.aggsortrev = false;
  options.aggsortkey = true;
  EXPECT_THAT(keys_in_order(table, options), ElementsAre(1, 2, 3));
}

TEST(AggregationTable, SortsIntegerKeysAsUnsigned) {
  const auto program = program_with(DTRACE_AGG_COUNT, 1, true);
  AggregationTable table(program);
  add(table, -1, {1});
  add(table, 2, {1});
  EXPECT_THAT(keys_in_order(table, {}), ElementsAre(2, -1));
}

TEST(AggregationTable, TruncKeepsEitherEnd) {
  const auto program = program_with(DTRACE_AGG_COUNT, 1, true);
  for (const int keep : {2, -2}) {
    AggregationTable table(program);
    for (int key = 0; key < 5; key++) {
      add(table, key, {key});
    }
    table.trunc(0, false, keep);
    if (keep > 0) {
      EXPECT_THAT(keys_in_order(table, {}), ElementsAre(3, 4));
    } else {
      EXPECT_THAT(keys_in_order(table, {}), ElementsAre(0, 1));
    }
    table.trunc(0, true, 0);
    EXPECT_TRUE(table.is_empty(0));
  }
}

TEST(AggregationTable, ReadsTheCoresBuffers) {
  const auto program = program_with(DTRACE_AGG_COUNT, 1, true);
  AggregationTable table(program);
  FakeChannel channel(2);
  dtrace_aggrec header{};
  header.size = sizeof(header) + 16;
  header.shape = 1;
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof(header));
  const int64_t count = 4;
  bytes += key_of(7) + std::string(reinterpret_cast<const char*>(&count), sizeof(count));
  channel.add(0, DTRACE_BUF_AGG, bytes, 1);
  channel.add(1, DTRACE_BUF_AGG, bytes, 1);
  ASSERT_TRUE(table.snapshot(channel, FakeChannel::kHalf, -1));
  EXPECT_EQ(table.sorted(0, {})[0]->data[0], 8);
  ASSERT_TRUE(table.snapshot(channel, FakeChannel::kHalf, -1));
  EXPECT_EQ(table.sorted(0, {})[0]->data[0], 8);
}

TEST(AggregationTable, IgnoresDeltasThatCannotBeRight) {
  const auto program = program_with(DTRACE_AGG_COUNT, 1, true);
  AggregationTable table(program);
  dtrace_aggrec header{};
  header.size = sizeof(header);  // too short for key and data
  table.add_deltas(reinterpret_cast<const std::byte*>(&header), sizeof(header));
  header.agg = 99;
  table.add_deltas(reinterpret_cast<const std::byte*>(&header), sizeof(header));
  EXPECT_TRUE(table.is_empty(0));
}

TEST(AggregationTable, SymbolicKeysMerge) {
  auto program = program_with(DTRACE_AGG_COUNT, 1, true);
  program.shapes[1].comps[0].kind = FieldKind::Func;
  program.shapes[1].comps[0].size = 8;
  AggregationTable table(program);
  table.set_canonicalizer([](FieldKind, uint64_t, uint64_t address) { return address & ~0xfull; });
  add(table, 0x101, {1});
  add(table, 0x10f, {2});
  ASSERT_EQ(table.sorted(0, {}).size(), 1u);
  EXPECT_EQ(table.sorted(0, {})[0]->data[0], 3);
}

TEST(LlquantizeValue, FollowsTheFormat) {
  lang::object::Aggregation agg;
  agg.func = DTRACE_AGG_LLQUANTIZE;
  agg.param[0] = 10;
  agg.param[1] = 0;
  agg.param[2] = 2;
  agg.param[3] = 20;
  constexpr size_t kMiddle = 3 * 18 + 1;
  EXPECT_EQ(llquantize_value(agg, kMiddle), 0);
  EXPECT_EQ(llquantize_value(agg, kMiddle + 1), 1);
  EXPECT_EQ(llquantize_value(agg, kMiddle - 1), -1);
  EXPECT_EQ(llquantize_value(agg, kMiddle + 1 + 18), 10);
  EXPECT_EQ(llquantize_value(agg, kMiddle + 1 + 19), 15);
  EXPECT_EQ(llquantize_value(agg, kMiddle + kMiddle), 1000);
}

}  // namespace
}  // namespace dt::consumer
