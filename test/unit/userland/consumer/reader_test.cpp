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

TEST(Reader, VisitsOneProbeOnlyFromTheMiddleOfAPassOn) {
  constexpr uint32_t kEnd = 2;
  std::string end = FakeChannel::record(1, 0, 40, "");
  reinterpret_cast<dtrace_rec*>(end.data())->probe_id = kEnd;
  FakeChannel channel(2);
  channel.add(0, DTRACE_BUF_PRINCIPAL,
              FakeChannel::record(1, 0, 10, "") + FakeChannel::record(1, 0, 30, "") + end, 50);
  channel.add(1, DTRACE_BUF_PRINCIPAL, FakeChannel::record(1, 0, 20, ""), 50);
  Reader reader(channel, FakeChannel::kHalf, BufferPolicy::Switch, true, -1);
  std::vector<uint64_t> seen;
  std::vector<CpuLoss> losses;
  auto done = reader.pass(
      true,
      [&](const RawRecord& record) {
        seen.push_back(record.header->time);
        reader.visit_only(kEnd);
      },
      &losses);
  EXPECT_TRUE(done);
  EXPECT_THAT(seen, ElementsAre(10, 40));
  EXPECT_EQ(reader.nr_skipped(), 2u);
}

}  // namespace
}  // namespace dt::consumer
