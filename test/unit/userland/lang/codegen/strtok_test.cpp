// SPDX-License-Identifier: MIT
// strtok() in D against the C library's: sequences of calls with changing delimiters.
#include <gtest/gtest.h>

#include <string.h>

#include <random>

#include "run_d.hpp"

namespace dt::test {
namespace {

std::string run(const std::string& program) {
  Ran ran = run_d(program);
  return ran.errors.empty() ? ran.records : ran.errors;
}

// What the C library makes of a text and delimiters, one call after the other; NULL shows as "".
std::string tokens_of(std::string text, const std::vector<std::string>& delimiters) {
  std::string all;
  char* rest = nullptr;
  char* from = text.data();
  for (const std::string& set : delimiters) {
    const char* token = ::strtok_r(from, set.c_str(), &rest);
    from = nullptr;
    all += (all.empty() ? "\"" : " | \"") + std::string(token ? token : "") + "\"";
  }
  return all;
}

std::string program_of(const std::string& text, const std::vector<std::string>& delimiters,
                       const char* between) {
  std::string program = "BEGIN {";
  std::string from = "\"" + text + "\"";
  for (const std::string& set : delimiters) {
    program += (from == "0" ? between : "") + std::string(" trace(strtok(") + from + ", \"" + set +
               "\"));";
    from = "0";
  }
  return program + " }";
}

TEST(Strtok, DelimitersMayChange) {
  const std::vector<std::string> kTexts = {"a,b;c,d", ",,a;;b,,",  "",     ",",    ";;;",
                                           "one",     "k=v;k2=v2", "a,,b", "a;,b", ",;"};
  const std::vector<std::vector<std::string>> kSets = {
      {",", ";", ",", ";"},  {";", ",", "", ","}, {"=", ";", "=", ";", "="},
      {",;", ",", ";", ","}, {"", ",", ","},      {"x", ","}};
  for (const std::string& text : kTexts) {
    for (const auto& sets : kSets) {
      EXPECT_EQ(run(program_of(text, sets, "")), tokens_of(text, sets)) << text;
      // Two clauses of one firing share what is left.
      EXPECT_EQ(run(program_of(text, sets, " } BEGIN {")), tokens_of(text, sets)) << text;
    }
  }
}

TEST(Strtok, RandomTexts) {
  std::mt19937 random(1);
  auto pick = [&](const char* from, size_t most) {
    std::string text;
    for (size_t n = random() % (most + 1); n; n--) {
      text += from[random() % strlen(from)];
    }
    return text;
  };
  for (int i = 0; i < 300; i++) {
    std::string text = pick("ab,;.", 24);
    std::vector<std::string> sets;
    for (int n = 0; n < 6; n++) {
      sets.push_back(pick(",;.a", 3));
    }
    EXPECT_EQ(run(program_of(text, sets, "")), tokens_of(text, sets)) << text;
  }
}

TEST(Strtok, WithoutAString) {
  EXPECT_EQ(run("BEGIN { trace(strtok(0, \",\")); }"), "\"\"");
  // A string that was never assigned is "", which ends the one before.
  EXPECT_EQ(
      run("self string s; BEGIN { trace(strtok(\"a,b\", \",\")); trace(strtok(self->s, \",\")); "
          "trace(strtok(0, \",\")); }"),
      "\"a\" | \"\" | \"\"");
  EXPECT_EQ(run("string s[int]; BEGIN { trace(strtok(\"a,b\", \",\")); trace(strtok(s[1], \",\")); "
                "trace(strtok(0, \",\")); }"),
            "\"a\" | \"\" | \"\"");
  EXPECT_EQ(
      run("BEGIN { s = \"a,b\"; trace(strtok(s, \",\")); s = \"x,y\"; trace(strtok(0, \",\")); }"),
      "\"a\" | \"b\"");
}

TEST(Strtok, OfItsOwnTokens) {
  EXPECT_EQ(
      run("BEGIN { this->pair = strtok(\"k=v;l=w\", \";\"); trace(strtok(this->pair, \"=\")); "
          "trace(strtok(0, \"=\")); trace(strtok(0, \"=\")); }"),
      "\"k\" | \"v\" | \"\"");
  EXPECT_EQ(run("BEGIN { trace(strjoin(strtok(\"a,b;c\", \",\"), strtok(0, \";\"))); "
                "trace(strtok(0, \"\")); }"),
            "\"ab\" | \"c\"");
}

// A fault between two calls ends its clause; the next one goes on where the last token ended.
TEST(Strtok, AfterAFault) {
  EXPECT_EQ(run("BEGIN { trace(strtok(\"a,b;c\", \",\")); } BEGIN { trace(strtok(0, (string)8)); } "
                "BEGIN { trace(strtok(0, \";\")); trace(strtok(0, \";\")); }"),
            "\"a\" | fault 1 action 1 | \"b\" | \"c\"");
}

TEST(Strtok, RestIsAsLongAsTheString) {
  std::string text(255, 'x');
  text[100] = ',';
  EXPECT_EQ(
      run("BEGIN { trace(strtok(\"" + text + "\", \",\")); trace(strlen(strtok(0, \";\"))); }"),
      "\"" + text.substr(0, 100) + "\" | 154");
}

}  // namespace
}  // namespace dt::test
