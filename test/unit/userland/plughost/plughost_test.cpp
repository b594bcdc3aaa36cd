// SPDX-License-Identifier: MIT
// The plugin host: what works, and that whatever does not costs one warning and nothing else.
#include "plughost/host.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "plughost/guard.hpp"
#include "plughost/text_room.hpp"

namespace dt::plughost {
namespace {

struct Answers final : Services {
  std::optional<std::string> kernel_symbol(uint64_t address) override {
    return address == 0x1000 ? std::optional<std::string>("vmlinux`start") : std::nullopt;
  }
  std::optional<std::string> user_symbol(uint32_t, uint64_t) override { return std::nullopt; }
  std::optional<std::string> type_text(const std::string&, std::span<const std::byte>) override {
    return std::nullopt;
  }
  size_t kernel_text(uint64_t, std::span<std::byte>) override { return 0; }
  uint32_t local_pid(uint32_t pid) override { return pid; }
  std::optional<std::string> option(const std::string&, const std::string&) override {
    return option_;
  }
  std::optional<std::string> option_;
};

std::string path_of(const std::string& name) {
  return std::string(DT_TEST_PLUGINS) + "/" + name + ".so";
}

class PluginHostTest : public testing::Test {
 protected:
  void use(const std::string& name) { file_ = {"test", name, {"/nowhere.so", path_of(name)}, {}}; }
  PluginHost& host() {
    if (!host_) {
      host_ = std::make_unique<PluginHost>(
          answers_,
          [this] {
            nr_reads_++;
            return std::vector<PluginFile>{file_};
          },
          [this](const std::string& text) { warnings_.push_back(text); });
    }
    return *host_;
  }
  std::string format(const std::string& function) {
    ProbeView probe(7, "test", "module", function, "entry", {}, "");
    const PluginAnswer answer = host().format(probe, 0, 1, values_);
    switch (answer.kind) {
      case PluginAnswer::Kind::Text:
        return std::string(answer.text);
      case PluginAnswer::Kind::Pass:
        return "(pass)";
      default:
        return "(broken)";
    }
  }
  // One warning with this text, and the plugin is off for good.
  void expect_off(const std::string& function, const std::string& warning) {
    EXPECT_EQ(format(function), "(broken)");
    EXPECT_EQ(format("plain"), "(broken)");
    ASSERT_EQ(warnings_.size(), 1u) << function;
    EXPECT_NE(warnings_[0].find(warning), std::string::npos) << warnings_[0];
    EXPECT_NE(warnings_[0].find("shown raw"), std::string::npos) << warnings_[0];
  }

  PluginFile file_{"test", "working", {path_of("working")}, {}};
  Answers answers_;
  std::vector<dtrace_plugin_value> values_;
  std::vector<std::string> warnings_;
  int nr_reads_ = 0;
  std::unique_ptr<PluginHost> host_;
};

TEST_F(PluginHostTest, LoadsNothingBeforeItIsNeeded) {
  EXPECT_FALSE(host().has_plugin("dtrace"));
  EXPECT_EQ(nr_reads_, 0);
  EXPECT_TRUE(host().has_plugin("test"));
  EXPECT_FALSE(host().has_plugin("other"));
  EXPECT_EQ(nr_reads_, 1);
  EXPECT_EQ(host().d_library("other"), "");
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(PluginHostTest, AsksForExpressionsWithTheProbesTypes) {
  ProbeView probe(7, "test", "module", "f", "entry",
                  {{"int", "fd", 4, true}, {"char *", "", 8, false}}, "");
  const PluginAnswer answer = host().captures(probe);
  ASSERT_EQ(answer.kind, PluginAnswer::Kind::Text);
  EXPECT_EQ(answer.text, "arg0\n(int)arg0\n(char *)arg1");
}

TEST_F(PluginHostTest, HandsOverValuesOfEveryKind) {
  const char text[] = "words";
  values_ = {{DTRACE_VALUE_INTEGER, 8, static_cast<uint64_t>(-5), nullptr, 1, 0},
             {DTRACE_VALUE_STRING, 5, 0, text, 0, 0},
             {DTRACE_VALUE_FAULT, 0, 0, nullptr, 0, 0},
             {DTRACE_VALUE_BYTES, 5, 0, text, 0, 0}};
  EXPECT_EQ(format("f"), "f -5 words ? bytes vmlinux`start");
  ProbeView probe(7, "test", "module", "f", "entry", {}, "");
  const PluginAnswer fields = host().fields(probe, 0, 1, values_);
  EXPECT_EQ(fields.text, "{\"values\":4}");
}

TEST_F(PluginHostTest, GivesOptionsOfTheCommandBeforeThoseOfTheFile) {
  file_.options["colour"] = "red";
  EXPECT_EQ(format("f"), "f vmlinux`start red");
  answers_.option_ = "blue";
  EXPECT_EQ(format("f"), "f vmlinux`start blue");
}

TEST_F(PluginHostTest, HasALibraryAndAVersion) {
  EXPECT_EQ(host().d_library("test"), "inline int FROM_PLUGIN = 7;\n");
  const auto version = host().check("test");
  ASSERT_TRUE(version.has_value());
  EXPECT_EQ(*version, "1.2");
}

TEST_F(PluginHostTest, GivesMoreRoomWhenItIsAskedForIt) {
  EXPECT_EQ(format("is_long"), std::string(100000, 'y'));
  EXPECT_EQ(format("f"), "f vmlinux`start");
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(PluginHostTest, MayHaveNothingToSay) {
  EXPECT_EQ(format("passes"), "(pass)");
  EXPECT_EQ(format("f"), "f vmlinux`start");
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(PluginHostTest, SurvivesAnException) {
  expect_off("throws", "format() threw an exception: out of ideas");
}
TEST_F(PluginHostTest, SurvivesAnExceptionThatIsNoClass) {
  expect_off("throws_number", "format() threw an exception");
}
TEST_F(PluginHostTest, SurvivesACrash) { expect_off("crashes", "segmentation fault"); }
TEST_F(PluginHostTest, SurvivesADivisionByZero) { expect_off("divides", "arithmetic error"); }
TEST_F(PluginHostTest, SurvivesAnAbort) { expect_off("aborts", "aborted"); }
TEST_F(PluginHostTest, SurvivesAnOverflowOfTheStack) {
  expect_off("recurses", "segmentation fault");
}
TEST_F(PluginHostTest, SurvivesTextBeyondItsRoom) { expect_off("overruns", "segmentation fault"); }
TEST_F(PluginHostTest, SurvivesAnEndlessLoop) { expect_off("loops", "did not return"); }
TEST_F(PluginHostTest, RefusesEndlessGrowth) { expect_off("grows", "wants"); }
TEST_F(PluginHostTest, RefusesTextOfAnySize) { expect_off("wants_too_much", "wants"); }

TEST_F(PluginHostTest, SurvivesMisbehaviourBeforeTracing) {
  for (const char* how : {"throws", "crashes", "grows"}) {
    host_.reset();
    warnings_.clear();
    ProbeView probe(7, "test", "module", how, "captures", {}, "");
    EXPECT_EQ(host().captures(probe).kind, PluginAnswer::Kind::Broken);
    EXPECT_EQ(host().captures(probe).kind, PluginAnswer::Kind::Broken);
    ASSERT_EQ(warnings_.size(), 1u);
    EXPECT_NE(warnings_[0].find("its captures() "), std::string::npos) << warnings_[0];
  }
}

TEST_F(PluginHostTest, RefusesWhatIsNoPluginOfThisInterface) {
  const std::pair<const char*, const char*> cases[] = {
      {"other_abi", "it is built for version 2 of the plugin interface, this is 1"},
      {"no_symbol", "it has no function dtrace_plugin()"},
      {"null_table", "it says that it cannot work here"},
      {"short_table", "its table has 24 bytes"},
      {"other_provider", "it is for provider somebody, not for test"},
      {"throws", "its dtrace_plugin() threw an exception: not today"},
      {"crashes", "its dtrace_plugin() crashed"},
      {"bad_names", "its table holds bad pointers"},
      {"not_there", "there is no /nowhere.so and no "},
  };
  for (const auto& [name, warning] : cases) {
    host_.reset();
    warnings_.clear();
    use(name);
    EXPECT_TRUE(host().has_plugin("test"));
    EXPECT_FALSE(host().works("test"));
    expect_off("f", warning);
  }
}

TEST_F(PluginHostTest, RefusesAFileThatIsNoLibrary) {
  const std::string path = testing::TempDir() + "/no-library.so";
  FILE* file = std::fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  std::fputs("text", file);
  std::fclose(file);
  file_.paths = {path};
  expect_off("f", "it cannot be loaded");
  ::unlink(path.c_str());
}

TEST_F(PluginHostTest, ReportsAnExpressionOnce) {
  host().report_expression("test", "bogus()", "no such function");
  host().report_expression("test", "bogus()", "no such function");
  host().report_expression("test", "other()", "no such function");
  ASSERT_EQ(warnings_.size(), 2u);
  EXPECT_EQ(warnings_[0], "plugin working: cannot record bogus(): no such function");
}

TEST_F(PluginHostTest, IsOffAfterAnAnswerThatMakesNoSense) {
  EXPECT_EQ(format("f"), "f vmlinux`start");
  host().give_up("test", "its fields() gave no JSON object");
  host().give_up("test", "again");
  EXPECT_EQ(format("f"), "(broken)");
  EXPECT_EQ(warnings_.size(), 1u);
}

// Crashes of the command itself must stay what they are.
TEST(GuardDeathTest, LetsOurOwnCrashesThrough) {
  EXPECT_EQ(run_guarded([](void*) {}, nullptr), "");
  EXPECT_EXIT(
      {
        run_guarded([](void*) {}, nullptr);
        std::signal(SIGSEGV, SIG_DFL);
        ::raise(SIGSEGV);
      },
      testing::KilledBySignal(SIGSEGV), "");
}

TEST(TextRoom, GrowsAndEndsAtAPageNobodyMayTouch) {
  TextRoom room(100);
  ASSERT_NE(room.data(), nullptr);
  EXPECT_GE(room.size(), 100u);
  room.data()[room.size() - 1] = 'x';
  ASSERT_TRUE(room.grow(100000));
  EXPECT_GE(room.size(), 100000u);
  struct Past {
    char* at;
  } past{room.data() + room.size()};
  EXPECT_EQ(run_guarded([](void* argument) { *static_cast<Past*>(argument)->at = 1; }, &past),
            "crashed (segmentation fault)");
}

}  // namespace
}  // namespace dt::plughost
