// SPDX-License-Identifier: MIT
// Mistakes in D at their places in the YAML, for every way to write text; parameters and the
// command line's words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lang/types/btf.hpp"
#include "session/d_problems.hpp"
#include "session/expand.hpp"
#include "session/loader.hpp"
#include "tools/fake_probes.hpp"

namespace dt::session {
namespace {

using ::testing::HasSubstr;

// "line:column message" of the first mistake in the session's D.
std::string d_problem(const std::string& text, const std::string& wanted_word) {
  Problems problems;
  const Session session =
      load_session(std::make_shared<const SourceFile>(SourceFile{"s.yaml", text}), {}, &problems);
  EXPECT_EQ(problems.text(), "");
  test::FakeProbes probes;
  test::FakeSymbols symbols;
  lang::types::TypeTable types;
  lang::CompileInput input;
  input.macros.args = {"s"};
  input.macros.named = {{"target", "1"}};
  input.texts = {lang::SourceText{program_name(session), session.program.text(), 0}};
  input.probes = &probes;
  input.symbols = &symbols;
  input.types = &types;
  const auto output = lang::compile(input);
  if (!output->diagnostics.has_errors()) {
    return "valid";
  }
  const auto problem = problem_of(output->diagnostics.all().front(), *output, session);
  if (!problem) {
    return "not in the session";
  }
  const LineColumn at = line_column(*problem->at.file, problem->at.offset);
  // The place holds what the message is about.
  EXPECT_EQ(text.substr(problem->at.offset, wanted_word.size()), wanted_word);
  return std::to_string(at.line) + ":" + std::to_string(at.column);
}

struct PlaceCase {
  const char* text;
  const char* place;
  const char* word = "nosuch";
};

class PlaceInYaml : public ::testing::TestWithParam<PlaceCase> {};

TEST_P(PlaceInYaml, OfAMistakeInD) {
  EXPECT_EQ(d_problem(std::string("description: d\n") + GetParam().text, GetParam().word),
            GetParam().place);
}

INSTANTIATE_TEST_SUITE_P(
    Table, PlaceInYaml,
    ::testing::Values(
        PlaceCase{"program: 'BEGIN { trace(nosuch); }'\n", "2:25"},
        PlaceCase{"program: BEGIN { trace(nosuch); }\n", "2:24"},
        PlaceCase{"program: \"BEGIN { trace(\\\"x\\\"); trace(nosuch); }\"\n", "2:39"},
        PlaceCase{"program: \"BEGIN { \\\n    trace(nosuch); }\"\n", "3:11"},
        PlaceCase{"program: \"BEGIN {\\n trace(\\x31); trace(nosuch); }\"\n", "2:40"},
        PlaceCase{"program: 'BEGIN { trace(''a'' + nosuch); }'\n", "2:33"},
        PlaceCase{"program: |\n  BEGIN\n  {\n    trace(nosuch);\n  }\n", "5:11"},
        PlaceCase{"program: |-  # comment\n    BEGIN\n\n    { trace(nosuch); }\n", "5:13"},
        PlaceCase{"program: |2\n    BEGIN\n    { trace(nosuch); }\n", "4:13"},
        PlaceCase{"program: >\n  BEGIN\n  {\n    trace(nosuch);\n  }\n", "5:11"},
        PlaceCase{"program: >-\n  BEGIN {\n  trace(1);\n  trace(nosuch); }\n", "5:9"},
        PlaceCase{"program: BEGIN\n  { trace(1);\n    trace(nosuch); }\n", "4:11"},
        PlaceCase{"program: 'BEGIN\n\n  { trace(nosuch); }'\n", "4:11"},
        PlaceCase{"program: |\r\n  BEGIN\r\n  { trace(nosuch); }\r\n", "4:11"},
        PlaceCase{"program: |\n  BEGIN { printf(\"\xc3\xa4\"); trace(nosuch); }\n", "3:31"},
        PlaceCase{"parameters: {long: {type: int, default: 1}}\n"
                  "program: |\n  BEGIN { x = ${long} + ${long}; trace(nosuch); }\n",
                  "4:40"},
        PlaceCase{"parameters: {p: {type: string, default: nosuch}}\n"
                  "program: |\n  nosuch::${p}:entry { }\n",
                  "4:3"},
        PlaceCase{"probes:\n  - probe: BEGIN\n    predicate: nosuch == 1\n", "4:16"},
        PlaceCase{"probes:\n  - probe: BEGIN\n    actions: trace(nosuch);\n", "4:20"},
        PlaceCase{"probes:\n  - probe: BEGIN\n    actions: |\n      trace(1);\n"
                  "      trace(nosuch);\n",
                  "6:13"},
        PlaceCase{"probes:\n  - probe: [BEGIN, 'nosuch:::x']\n    actions: x = 1;\n", "3:21"},
        PlaceCase{"target: {pid: 1}\nprobes:\n  - probe: syscall::read:entry\n"
                  "    predicate: nosuch\n    actions: trace(1);\n",
                  "5:16", ""},
        PlaceCase{"program: BEGIN { exit(0); }\nstop:\n  when:\n    - probe: BEGIN\n"
                  "      predicate: nosuch\n",
                  "6:18"}));

TEST(MappedText, OriginsOfEveryByteLieInTheFile) {
  const SourceFile file{"f", "a: \"x\\u00e4\\n\\\n  y\"\n"};
  const MappedText text = scalar_text(file, 3, "x\xc3\xa4\ny");
  EXPECT_EQ(text.origin(0).offset, 4u);
  EXPECT_EQ(text.origin(1).offset, 5u);
  EXPECT_EQ(text.origin(2).offset, 5u);
  EXPECT_EQ(text.origin(3).offset, 11u);
  EXPECT_EQ(text.origin(4).offset, 17u);
  // Even for a value that is not there.
  const MappedText other = scalar_text(file, 3, std::string(100, 'q'));
  EXPECT_LE(other.origin(99).offset, file.text.size());
}

TEST(Expander, ValuesCannotBecomeCode) {
  for (const char* evil : {"\"; system(\"x\"); \"", "\\", "\\\"", "*/ x /*", "\n}", "${x}", "'",
                           "$1", "%s%n", "\xff\x01"}) {
    const std::string quoted = d_string(evil);
    ASSERT_GE(quoted.size(), 2u);
    // One string, which ends at its last byte and nowhere before.
    for (size_t i = 1; i + 1 < quoted.size(); i++) {
      EXPECT_NE(quoted[i], '"') << quoted;
      EXPECT_GE(static_cast<unsigned char>(quoted[i]), 0x20u);
      if (quoted[i] == '\\') {
        i++;
        ASSERT_LT(i + 1, quoted.size()) << quoted;
      }
    }
  }
}

TEST(Parameter, ValuesOfEachType) {
  EXPECT_EQ(*parse_int("-9223372036854775808"), INT64_MIN);
  EXPECT_FALSE(parse_int("9223372036854775808"));
  EXPECT_FALSE(parse_int("1x"));
  EXPECT_FALSE(parse_int(""));
  EXPECT_FALSE(parse_int("-"));
  EXPECT_FALSE(parse_int("0x"));
  EXPECT_EQ(*parse_duration("1.000000001s"), 1'000'000'001u);
  EXPECT_EQ(*parse_duration("0.5us"), 500u);
  EXPECT_FALSE(parse_duration("5"));
  EXPECT_FALSE(parse_duration("1.s"));
  EXPECT_FALSE(parse_duration("999999999999d"));
  EXPECT_FALSE(parse_duration("5 s"));
  EXPECT_FALSE(parse_duration("-5s"));
  EXPECT_EQ(*parse_bytes("4k"), 4096u);
  EXPECT_EQ(*parse_bytes("7"), 7u);
  EXPECT_FALSE(parse_bytes("4kb"));
  EXPECT_FALSE(parse_bytes("99999999999t"));
  EXPECT_FALSE(parse_bool("1"));
  EXPECT_TRUE(*parse_bool("on"));
}

}  // namespace
}  // namespace dt::session
