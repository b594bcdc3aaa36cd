// SPDX-License-Identifier: MIT
#include "consumer/options.hpp"

#include <gtest/gtest.h>

namespace dt::consumer {
namespace {

uint64_t size_of(const char* text) {
  auto size = parse_size(text);
  return size ? *size : UINT64_MAX;
}

uint64_t rate_of(const char* text) {
  auto rate = parse_rate(text);
  return rate ? *rate : UINT64_MAX;
}

std::string set(Options* options, const char* name, const char* value,
                OptionSource source = OptionSource::CommandLine) {
  Result<void> done = set_option(options, name, value, source);
  return done ? "" : done.error().message;
}

TEST(ParseSize, TakesSuffixes) {
  EXPECT_EQ(size_of("100"), 100u);
  EXPECT_EQ(size_of("4k"), 4096u);
  EXPECT_EQ(size_of("4M"), 4u << 20);
  EXPECT_EQ(size_of("2g"), uint64_t{2} << 30);
  EXPECT_EQ(size_of("1t"), uint64_t{1} << 40);
}

TEST(ParseSize, RefusesWhatIsNoSize) {
  for (const char* text : {"", "-1", "4x", "4mm", "m", "99999999999t", "18446744073709551615"}) {
    EXPECT_EQ(size_of(text), UINT64_MAX) << text;
  }
}

TEST(ParseRate, TakesFrequenciesAndIntervals) {
  EXPECT_EQ(rate_of("5hz"), 200000000u);
  EXPECT_EQ(rate_of("5"), 200000000u);
  EXPECT_EQ(rate_of("10ms"), 10000000u);
  EXPECT_EQ(rate_of("10msec"), 10000000u);
  EXPECT_EQ(rate_of("7US"), 7000u);
  EXPECT_EQ(rate_of("1s"), kSecondNs);
  EXPECT_EQ(rate_of("2min"), 120 * kSecondNs);
  EXPECT_EQ(rate_of("1d"), 86400 * kSecondNs);
}

TEST(ParseRate, RefusesUnknownSuffixes) {
  for (const char* text : {"", "x", "5parsecs", "-5hz", "99999999999999d"}) {
    EXPECT_EQ(rate_of(text), UINT64_MAX) << text;
  }
}

TEST(ParseFlag, KnowsTheClassicWords) {
  for (const char* yes : {"", "on", "YES", "true", "SeT", "enable", "enabled"}) {
    ASSERT_TRUE(parse_flag(yes)) << yes;
    EXPECT_TRUE(*parse_flag(yes)) << yes;
  }
  for (const char* no : {"off", "no", "FALSE", "UnSeT", "disable", "disabled"}) {
    ASSERT_TRUE(parse_flag(no)) << no;
    EXPECT_FALSE(*parse_flag(no)) << no;
  }
  EXPECT_FALSE(parse_flag("please"));
}

TEST(SetOption, SetsValues) {
  Options options;
  EXPECT_EQ(set(&options, "bufsize", "16k"), "");
  EXPECT_EQ(options.bufsize, 16384u);
  EXPECT_EQ(set(&options, "quiet", ""), "");
  EXPECT_TRUE(options.quiet);
  EXPECT_EQ(set(&options, "bufpolicy", "ring"), "");
  EXPECT_EQ(options.bufpolicy, BufferPolicy::Ring);
  EXPECT_EQ(set(&options, "define", "X=1"), "");
  EXPECT_EQ(options.cppargs, std::vector<std::string>{"-DX=1"});
}

TEST(SetOption, KeepsWhatIsForPlugins) {
  Options options;
  EXPECT_FALSE(options.decode.has_value());
  ASSERT_TRUE(set_option(&options, "decode", "", OptionSource::CommandLine).has_value());
  EXPECT_EQ(options.decode, true);
  ASSERT_TRUE(set_option(&options, "decode", "off", OptionSource::Pragma).has_value());
  EXPECT_EQ(options.decode, false);
  EXPECT_FALSE(set_option(&options, "decode", "perhaps", OptionSource::CommandLine).has_value());
  EXPECT_FALSE(set_option(&options, "decode", "on", OptionSource::Setopt).has_value());
  ASSERT_TRUE(
      set_option(&options, "plugin.tcp.colour", "red", OptionSource::CommandLine).has_value());
  EXPECT_EQ(options.plugin_options.at("tcp.colour"), "red");
  for (const char* name : {"plugin.", "plugin.tcp", "plugin.tcp.", "plugin..colour"}) {
    EXPECT_FALSE(set_option(&options, name, "1", OptionSource::CommandLine).has_value()) << name;
  }
}

TEST(SetOption, SaysWhatIsWrong) {
  Options options;
  EXPECT_EQ(set(&options, "bufsiz", "1"), "Invalid option name");
  EXPECT_EQ(set(&options, "bufsize", "-1"), "Invalid value for specified option");
  EXPECT_EQ(set(&options, "nspec", "-72"), "Invalid value for specified option");
  EXPECT_EQ(set(&options, "strsize", "1g"), "strsize must be between 1 byte and 1 megabyte");
  EXPECT_EQ(set(&options, "version", "99.1"), "Requested version is not supported by compiler");
  EXPECT_EQ(set(&options, "ldpath", "/x", OptionSource::Pragma),
            "Option cannot be used from within a D program");
  EXPECT_EQ(set(&options, "bufsize", "1m", OptionSource::Setopt),
            "Operation illegal when tracing is active");
  EXPECT_EQ(set(&options, "quiet", "", OptionSource::Setopt), "");
}

}  // namespace
}  // namespace dt::consumer
