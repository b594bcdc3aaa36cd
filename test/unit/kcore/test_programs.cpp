// SPDX-License-Identifier: MIT
// Programs from end to end in user space: the core's real files against the reference interpreter,
// on listed and random requests; random bytes as programs; every allocation failing once.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <random>

#include "core_bridge.h"
#include "refinterp/generator.hpp"
#include "refinterp/interp.hpp"
#include "refinterp/machine.hpp"
#include "refinterp/marshal.hpp"

namespace dt::refinterp {
namespace {

// More with DT_TEST_SCALE=n.
uint64_t scale() {
  const char* text = std::getenv("DT_TEST_SCALE");
  return text ? std::strtoull(text, nullptr, 10) : 1;
}

Surroundings shim_surroundings() {
  Surroundings s;
  s.pid = 4200;
  s.tid = 4242;
  s.uid = 1000;
  s.gid = 100;
  s.execname = "shim-task";
  return s;
}

class Programs : public testing::Test {
 protected:
  void SetUp() override {
    bridge_run = [](const bpf_insn* insns, uint32_t nr, uint64_t context) {
      return static_cast<uint32_t>(run_program({insns, nr}, context, bridge_call));
    };
    ASSERT_TRUE(bridge_init());
  }
  void TearDown() override { bridge_exit(); }

  // The core's outcome; nothing if the request was refused.
  static std::optional<Outcome> run_core(const Request& request, std::string* log) {
    Marshalled marshalled(request);
    dtk_state* state = nullptr;
    uint32_t bad_insn = 0;
    char text[512];
    const int err = bridge_enable(&marshalled.enable(), &state, &bad_insn, text, sizeof(text));
    *log = text;
    if (err)
      return std::nullopt;
    Outcome outcome;
    bridge_go(state);
    const bridge_data records = bridge_records(state);
    parse_records(records.data, records.size, outcome);
    const bridge_data aggs = bridge_aggs(state);
    parse_aggs(request, aggs.data, aggs.size, outcome);
    sort_aggs(outcome);
    dtrace_status status;
    bridge_status(state, &status);
    outcome.spec_drops = status.spec_drops;
    outcome.spec_busy = status.spec_busy;
    outcome.spec_unavail = status.spec_unavail;
    outcome.firings = status.firings;
    outcome.has_exit = status.is_exiting;
    outcome.exit_status = static_cast<int32_t>(status.exit_status);
    bridge_close(state);
    return outcome;
  }

  static void compare(const Request& request, const std::string& name) {
    std::string log;
    const auto found = run_core(request, &log);
    ASSERT_TRUE(found) << name << " was refused: " << log;
    const Outcome expected = Interp(request).fire(shim_surroundings());
    ASSERT_EQ("", difference(expected, *found)) << name;
  }
};

TEST_F(Programs, ListedAgreeWithTheReference) {
  for (const ListedRequest& listed : listed_requests())
    compare(listed.request, listed.name);
}

TEST_F(Programs, RandomAgreeWithTheReference) {
  for (uint64_t seed = 1; seed <= 1500 * scale(); seed++) {
    compare(random_request(seed), "seed " + std::to_string(seed));
    if (HasFatalFailure())
      return;
  }
}

// Programs that are not from the generator: random bytes, and accepted programs with some bits
// turned.
TEST_F(Programs, RandomBytesAreRefusedOrRunSafely) {
  std::mt19937_64 random(7);
  size_t nr_accepted = 0;
  for (uint64_t round = 0; round < 4000 * scale(); round++) {
    Request request = random_request(round);
    request.progs.resize(1);
    std::vector<bpf_insn>& insns = request.progs[0].insns;
    if (round % 2) {
      insns.resize(4 + random() % 60);
      for (bpf_insn& insn : insns) {
        const uint64_t bits = random();
        std::memcpy(&insn, &bits, sizeof(insn));
      }
    } else {
      for (size_t n = 1 + random() % 3; n; n--) {
        uint64_t bits;
        bpf_insn& insn = insns[random() % insns.size()];
        std::memcpy(&bits, &insn, sizeof(bits));
        bits ^= uint64_t{1} << random() % 64;
        std::memcpy(&insn, &bits, sizeof(insn));
      }
    }
    // Wild addresses are the guest's business: here they would be this process's.
    Marshalled marshalled(request);
    dtk_state* state = nullptr;
    uint32_t bad_insn = 0;
    char log[512];
    const int err = bridge_enable(&marshalled.enable(), &state, &bad_insn, log, sizeof(log));
    if (err) {
      EXPECT_NE(std::string(), log);
    } else {
      nr_accepted++;
      bridge_close(state);
    }
  }
  EXPECT_GT(nr_accepted, 0u);
}

TEST_F(Programs, EveryFailingAllocationIsUndone) {
  const Request request = random_request(3);
  std::string log;
  const unsigned long before = bridge_nr_allocs();
  ASSERT_TRUE(run_core(request, &log));
  const unsigned long nr = bridge_nr_allocs() - before;
  for (unsigned long n = 1; n <= nr; n++) {
    const long live = bridge_nr_live();
    bridge_fail_at(n);
    run_core(request, &log);
    bridge_fail_at(0);
    ASSERT_EQ(live, bridge_nr_live()) << "allocation " << n;
  }
}

}  // namespace
}  // namespace dt::refinterp
