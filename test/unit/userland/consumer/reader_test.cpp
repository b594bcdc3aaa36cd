// SPDX-License-Identifier: MIT
#include "consumer/reader.hpp"

#include <gmock/gmock.h>

#include "fake_channel.hpp"

namespace dt::consumer {
namespace {

using ::testing::ElementsAre;

std::vector<uint64_t> times(Reader& reader, bool is_final) {
  std::vector<uint64_t> seen;
  std::vector<CpuLoss> losses;
  auto done = reader.pass(
      is_final, [&](const RawRecord& record) { seen.push_back(record.header->time); }, &losses);
  EXPECT_TRUE(done);
  return seen;
}

TEST(Reader, MergesCpusByTime) {
  FakeChannel channel(2);
  channel.add(0, DTRACE_BUF_PRINCIPAL,
              FakeChannel::record(1, 0, 10, "a") + FakeChannel::record(1, 0, 30, "b"), 100);
  channel.add(1, DTRACE_BUF_PRINCIPAL, FakeChannel::record(1, 0, 20, "c"), 100);
  Reader reader(channel, FakeChannel::kHalf, BufferPolicy::Switch, true, -1);
  EXPECT_THAT(times(reader, false), ElementsAre(10, 20, 30));
}

TEST(Reader, HoldsBackWhatAnotherCpuMayStillPrecede) {
  FakeChannel channel(2);
  channel.add(0, DTRACE_BUF_PRINCIPAL,
              FakeChannel::record(1, 0, 10, "") + FakeChannel::record(1, 0, 40, ""), 50);
  channel.add(1, DTRACE_BUF_PRINCIPAL, FakeChannel::record(1, 0, 20, ""), 30);
  Reader reader(channel, FakeChannel::kHalf, BufferPolicy::Switch, true, -1);
  EXPECT_THAT(times(reader, false), ElementsAre(10, 20));
  channel.add(1, DTRACE_BUF_PRINCIPAL, FakeChannel::record(1, 0, 35, ""), 60);
  channel.add(0, DTRACE_BUF_PRINCIPAL, "", 60);
  EXPECT_THAT(times(reader, false), ElementsAre(35, 40));
}

TEST(Reader, FinalPassHoldsNothingBack) {
  FakeChannel channel(2);
  channel.add(0, DTRACE_BUF_PRINCIPAL, FakeChannel::record(1, 0, 40, ""), 50);
  channel.add(1, DTRACE_BUF_PRINCIPAL, FakeChannel::record(1, 0, 20, ""), 30);
  Reader reader(channel, FakeChannel::kHalf, BufferPolicy::Switch, true, -1);
  EXPECT_THAT(times(reader, true), ElementsAre(20, 40));
}

TEST(Reader, KeepsBufferOrderWithoutMerging) {
  FakeChannel channel(2);
  channel.add(0, DTRACE_BUF_PRINCIPAL, FakeChannel::record(1, 0, 40, ""), 50);
  channel.add(1, DTRACE_BUF_PRINCIPAL, FakeChannel::record(1, 0, 20, ""), 30);
  Reader reader(channel, FakeChannel::kHalf, BufferPolicy::Switch, false, -1);
  EXPECT_THAT(times(reader, false), ElementsAre(40, 20));
}

TEST(Reader, StopsAtAHeaderThatCannotBeRight) {
  FakeChannel channel(1);
  std::string bad = FakeChannel::record(1, 0, 2, "");
  reinterpret_cast<dtrace_rec*>(bad.data())->size = 4000;
  channel.add(0, DTRACE_BUF_PRINCIPAL, FakeChannel::record(1, 0, 1, "payload") + bad, 50);
  Reader reader(channel, FakeChannel::kHalf, BufferPolicy::Switch, true, -1);
  EXPECT_THAT(times(reader, true), ElementsAre(1));
}

// Visits all in hand; from the first record at `last` on only what END recorded.
std::vector<uint64_t> times_until(Reader& reader, uint64_t last) {
  std::vector<uint64_t> seen;
  std::vector<CpuLoss> losses;
  auto done = reader.pass(
      true,
      [&](const RawRecord& record) {
        seen.push_back(record.header->time);
        if (record.header->time == last) {
          reader.visit_only_end();
        }
      },
      &losses);
  EXPECT_TRUE(done);
  return seen;
}

TEST(Reader, VisitsOnlyEndFromTheMiddleOfAPassOn) {
  FakeChannel channel(2);
  channel.add(0, DTRACE_BUF_PRINCIPAL,
              FakeChannel::record(1, 0, 10, "") + FakeChannel::record(1, 0, 30, ""), 50);
  channel.add(1, DTRACE_BUF_PRINCIPAL, FakeChannel::record(1, 0, 20, ""), 50);
  channel.add_at_end(0, FakeChannel::record(2, 0, 40, ""));
  ASSERT_TRUE(channel.stop());
  Reader reader(channel, FakeChannel::kHalf, BufferPolicy::Switch, true, -1);
  EXPECT_THAT(times_until(reader, 10), ElementsAre(10, 40));
  EXPECT_EQ(reader.nr_skipped(), 2u);
}

TEST(Reader, CountsWhatItHeldBackAndThenLeft) {
  FakeChannel channel(2);
  channel.add(0, DTRACE_BUF_PRINCIPAL,
              FakeChannel::record(1, 0, 10, "") + FakeChannel::record(1, 0, 40, ""), 50);
  channel.add(1, DTRACE_BUF_PRINCIPAL, FakeChannel::record(1, 0, 20, ""), 30);
  Reader reader(channel, FakeChannel::kHalf, BufferPolicy::Switch, true, -1);
  EXPECT_THAT(times(reader, false), ElementsAre(10, 20));
  channel.add(1, DTRACE_BUF_PRINCIPAL, FakeChannel::record(1, 0, 60, ""), 60);
  channel.add_at_end(1, FakeChannel::record(2, 0, 70, ""));
  ASSERT_TRUE(channel.stop());
  reader.visit_only_end();
  EXPECT_THAT(times(reader, true), ElementsAre(70));
  EXPECT_EQ(reader.nr_skipped(), 2u);
}

}  // namespace
}  // namespace dt::consumer
