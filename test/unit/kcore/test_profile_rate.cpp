// SPDX-License-Identifier: MIT
// Names of the profile provider: every suffix, every refusal. Links the real
// kproviders/profile/profile_rate.c.
#include <gtest/gtest.h>

#include <string>

extern "C" {
#include "../../../kproviders/profile/profile_rate.h"
}

namespace {

// Interval in ns, or 0 if there is no such probe.
unsigned long long interval(const char* name) {
  profile_rate rate{};
  return profile_rate_parse(name, &rate) ? rate.interval_ns : 0;
}

TEST(ProfileRate, NoSuffixAndHzArePerSecond) {
  EXPECT_EQ(interval("profile-97"), 10309278u);
  EXPECT_EQ(interval("profile-97hz"), 10309278u);
  EXPECT_EQ(interval("tick-1"), 1000000000u);
  EXPECT_EQ(interval("tick-1000"), 1000000u);
  EXPECT_EQ(interval("tick-5000hz"), 200000u);
}

TEST(ProfileRate, EverySuffixIsAnInterval) {
  constexpr unsigned long long kSecond = 1000000000;
  EXPECT_EQ(interval("tick-200000ns"), 200000u);
  EXPECT_EQ(interval("tick-200000nsec"), 200000u);
  EXPECT_EQ(interval("tick-200us"), 200000u);
  EXPECT_EQ(interval("tick-201usec"), 201000u);
  EXPECT_EQ(interval("tick-1ms"), 1000000u);
  EXPECT_EQ(interval("tick-7msec"), 7000000u);
  EXPECT_EQ(interval("profile-1s"), kSecond);
  EXPECT_EQ(interval("profile-2sec"), 2 * kSecond);
  EXPECT_EQ(interval("profile-3m"), 180 * kSecond);
  EXPECT_EQ(interval("profile-3min"), 180 * kSecond);
  EXPECT_EQ(interval("profile-1h"), 3600 * kSecond);
  EXPECT_EQ(interval("profile-1hour"), 3600 * kSecond);
  EXPECT_EQ(interval("tick-1d"), 86400 * kSecond);
  EXPECT_EQ(interval("tick-2day"), 172800 * kSecond);
}

TEST(ProfileRate, SuffixesIgnoreCaseAndLeadingZerosDoNotMatter) {
  EXPECT_EQ(interval("tick-5MSEC"), 5000000u);
  EXPECT_EQ(interval("tick-5mSec"), 5000000u);
  EXPECT_EQ(interval("profile-99HZ"), 10101010u);
  EXPECT_EQ(interval("tick-0010ms"), 10000000u);
}

TEST(ProfileRate, TellsTickFromProfile) {
  profile_rate rate{};
  ASSERT_TRUE(profile_rate_parse("tick-1s", &rate));
  EXPECT_TRUE(rate.is_tick);
  ASSERT_TRUE(profile_rate_parse("profile-1s", &rate));
  EXPECT_FALSE(rate.is_tick);
}

TEST(ProfileRate, RefusesWhatIsTooFastOrTooSlow) {
  for (const char* name : {"tick-0", "tick-0s", "tick-5001", "tick-199us", "profile-1ns",
                           "profile-1us", "profile-199999ns", "tick-1000000000", "tick-1000000001",
                           "tick-60000d", "tick-4611686018427387905ns", "tick-18446744073709551616",
                           "tick-99999999999999999999999999s"})
    EXPECT_EQ(interval(name), 0u) << name;
  EXPECT_EQ(interval("tick-50000d"), 50000 * 86400000000000ull);
}

TEST(ProfileRate, RefusesWhatIsNotOfTheForm) {
  for (const char* name :
       {"",        "tick",      "tick-",       "tick-n",       "tick-ms",    "tick--1",
        "tick-1x", "tick-1 s",  "tick-1mss",   "tick-1m s",    "Tick-1",     "ticks-1",
        "profile", "profile-",  "profile-1.5", "profile-0x10", "profile-hz", "1ms",
        "tick-*",  "tick-1sec "})
    EXPECT_EQ(interval(name), 0u) << name;
}

}  // namespace
