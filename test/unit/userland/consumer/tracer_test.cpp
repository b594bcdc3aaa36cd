// SPDX-License-Identifier: MIT
#include "consumer/tracer.hpp"

#include <gmock/gmock.h>

#include "consumer/enable.hpp"
#include "consumer/probes.hpp"
#include "fake_channel.hpp"

namespace dt::consumer {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Recorder : public TraceHandler {
 public:
  void on_record(const TraceRecord& record) override {
    events.push_back(record.probe->name + "@" + std::to_string(record.time));
  }
  void on_fault(const Fault& fault) override { events.push_back(fault_message(fault)); }
  void on_drop(const Drop& drop) override { events.push_back(drop.message); }
  std::vector<std::string> events;
};

lang::object::Program one_clause() {
  lang::object::Program program;
  program.shapes.resize(1);
  program.clauses.resize(1);
  return program;
}

TEST(Tracer, RunsUntilExitAndDrains) {
  FakeChannel channel(2);
  channel.add_probe("dtrace", "", "", "BEGIN");
  channel.add_probe("dtrace", "", "", "END");
  channel.add(1, DTRACE_BUF_PRINCIPAL,
              FakeChannel::record(1, 0, 10, "") + FakeChannel::record(2, 0, 20, ""), 30);
  channel.next_status.is_exiting = 1;
  channel.next_status.exit_status = 3;
  channel.next_status.dyn_drops = 2;
  const auto program = one_clause();
  Options options;
  options.statusrate_ns = options.switchrate_ns = 1000000;
  Recorder recorder;
  Tracer tracer(channel, program, options, recorder);
  ASSERT_TRUE(tracer.enable());
  ASSERT_TRUE(tracer.go());
  sigset_t mask;
  sigemptyset(&mask);
  ASSERT_TRUE(tracer.run({}, mask));
  EXPECT_EQ(tracer.exit_status(), 3);
  EXPECT_THAT(recorder.events,
              ::testing::IsSupersetOf({"2 dynamic variable drops", "BEGIN@10", "END@20"}));
}

TEST(Tracer, StopsOnAnInterrupt) {
  FakeChannel channel(1);
  channel.add_probe("dtrace", "", "", "BEGIN");
  const auto program = one_clause();
  const Options options;
  Recorder recorder;
  Tracer tracer(channel, program, options, recorder);
  ASSERT_TRUE(tracer.enable());
  ASSERT_TRUE(tracer.go());
  sigset_t mask;
  sigemptyset(&mask);
  tracer.interrupt();
  EXPECT_TRUE(tracer.run({}, mask));
}

TEST(Tracer, ShowsEndAndCountsTheRestWhenTheTimeAfterAnInterruptIsOver) {
  for (const BufferPolicy policy : {BufferPolicy::Switch, BufferPolicy::Fill}) {
    FakeChannel channel(1);
    channel.add_probe("dtrace", "", "", "END");
    channel.add(0, DTRACE_BUF_PRINCIPAL, FakeChannel::record(1, 0, 10, ""), 30);
    channel.add_at_end(0, FakeChannel::record(1, 0, 20, ""));
    const auto program = one_clause();
    Options options;
    options.bufpolicy = policy;
    Recorder recorder;
    Tracer tracer(channel, program, options, recorder);
    tracer.limit_drain(0);
    ASSERT_TRUE(tracer.enable());
    ASSERT_TRUE(tracer.go());
    sigset_t mask;
    sigemptyset(&mask);
    tracer.interrupt();
    ASSERT_TRUE(tracer.run({}, mask));
    if (policy == BufferPolicy::Switch) {
      EXPECT_THAT(recorder.events,
                  ElementsAre("END@20", ::testing::StartsWith("1 record left in the buffers")));
    } else {
      // What was kept for the end is what was asked for.
      EXPECT_THAT(recorder.events, ElementsAre("END@10", "END@20"));
    }
  }
}

TEST(Enable, RefusesWhatNeedsNoKernelToRefuse) {
  FakeChannel channel(1);
  auto program = one_clause();
  program.is_destructive = true;
  auto refused = enable(channel, program, {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("Destructive actions not allowed"));
  program.is_destructive = false;
  program.clauses[0].flags = DTRACE_PROG_RECORD;
  program.clauses[0].rec_size = 512;
  program.clauses[0].actions.resize(1);
  program.clauses[0].actions[0].args.resize(1);
  program.clauses[0].actions[0].args[0].size = 512;
  Options options;
  options.bufsize = 64;
  refused = enable(channel, program, options);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("Enabling exceeds size of buffer"));
}

TEST(Drops, HaveTheClassicWords) {
  dtrace_status before{}, now{};
  now.agg_drops = 1;
  now.spec_busy = 2;
  now.spec_unavail = 3;
  std::vector<std::string> messages;
  for (const Drop& drop : new_drops(before, now)) {
    messages.push_back(drop.message);
  }
  EXPECT_THAT(messages, ElementsAre("1 aggregation drop",
                                    "2 failed speculations (available buffer(s) still busy)",
                                    "3 failed speculations (no speculative buffer available)"));
  EXPECT_EQ(principal_drop(4, 1).message, "1 drop on CPU 4");
  EXPECT_EQ(principal_drop(0, 5).message, "5 drops on CPU 0");
}

TEST(Faults, HaveTheClassicWords) {
  Fault fault;
  fault.epid = 3;
  fault.probe = {1, 0, "dtrace", "", "", "BEGIN"};
  fault.code = 1;
  fault.action = 1;
  fault.offset = 16;
  EXPECT_EQ(
      fault_message(fault),
      "error on enabled probe ID 3 (ID 1: dtrace:::BEGIN): invalid address (0x0) in action #1 "
      "at DIF offset 16");
  fault.code = 4;
  fault.action = 0;
  EXPECT_THAT(fault_message(fault), HasSubstr("divide-by-zero in predicate at DIF offset 16"));
}

TEST(Probes, SuggestNearNames) {
  FakeChannel channel(1);
  channel.add_probe("syscall", "vmlinux", "read", "entry");
  channel.add_probe("syscall", "vmlinux", "readv", "entry");
  channel.add_probe("syscall", "vmlinux", "write", "entry");
  DeviceProbeSource probes(channel, nullptr, {});
  const auto part = probes.suggest({"syscall", "", "raed", "entry", 0});
  EXPECT_EQ(part.bad_part, 2);
  EXPECT_THAT(part.names, ::testing::Contains("read"));
  EXPECT_EQ(probes.suggest({"syscall", "", "read", "", 0}).bad_part, -1);
}

TEST(Probes, MatchGoesOnAcrossPages) {
  FakeChannel channel(1);
  for (int i = 0; i < 1300; i++) {
    channel.add_probe("fbt", "vmlinux", ("f" + std::to_string(i)).c_str(), "entry");
  }
  DeviceProbeSource probes(channel, nullptr, {});
  auto all = probes.match({"fbt", "", "", "", 0}, SIZE_MAX);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->size(), 1300u);
  auto some = probes.match({"fbt", "", "", "", 0}, 3);
  ASSERT_TRUE(some);
  EXPECT_EQ(some->size(), 3u);
}

// Loads nothing, remembers what it was asked for.
class FakeLoader : public ModuleLoader {
 public:
  FakeLoader() : ModuleLoader("/nonexistent") {}
  Result<void> load(const std::string& module) override {
    loaded.push_back(module);
    return {};
  }
  std::vector<std::string> loaded;
};

std::vector<std::string> loaded_for(const lang::ProbePattern& pattern) {
  FakeChannel channel(1);
  FakeLoader loader;
  DeviceProbeSource probes(channel, &loader, [] {
    return std::vector<ProviderEntry>{
        {"profile", "dtrace_profile", {"profile-*", "tick-*"}, ""},
        {"syscall", "dtrace_syscall", {"entry", "return"}, ""},
    };
  });
  (void)probes.match(pattern, 1).has_value();
  return loader.loaded;
}

TEST(Probes, LoadOnlyWhatADescriptionNeeds) {
  EXPECT_THAT(loaded_for({"", "", "", "BEGIN", 0}), ElementsAre());
  EXPECT_THAT(loaded_for({"dtrace", "", "", "", 0}), ElementsAre());
  EXPECT_THAT(loaded_for({"syscall", "", "read", "entry", 0}), ElementsAre("dtrace_syscall"));
  EXPECT_THAT(loaded_for({"", "", "", "tick-1s", 0}), ElementsAre("dtrace_profile"));
  EXPECT_THAT(loaded_for({"", "", "read", "", 0}), ElementsAre("dtrace_profile", "dtrace_syscall"));
  EXPECT_THAT(loaded_for({"sys*", "", "", "", 0}), ElementsAre("dtrace_syscall"));
}

}  // namespace
}  // namespace dt::consumer
