// SPDX-License-Identifier: MIT
// Sessions that are valid and what D they stand for; sessions that are not, with the place and the
// words of the first mistake.
#include "session/loader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session/session_catalog.hpp"
#include "session/yaml_file.hpp"

namespace dt::session {
namespace {

using ::testing::HasSubstr;

SourceFilePtr file_of(const std::string& text) {
  return std::make_shared<const SourceFile>(SourceFile{"s.yaml", text});
}

struct Outcome {
  SourceFilePtr file;  // problems point into it
  Session session;
  Problems problems;
};

Outcome load(const std::string& text, LoadRequest request = {}) {
  Outcome outcome;
  outcome.file = file_of(text);
  outcome.session = load_session(outcome.file, request, &outcome.problems);
  return outcome;
}

// Of the first problem: "line:column message; hint".
std::string first_problem(const Problems& problems) {
  if (problems.all().empty()) {
    return "valid";
  }
  const Problem& problem = problems.all().front();
  std::string place = "command line";
  if (problem.at.file != nullptr) {
    const LineColumn at = line_column(*problem.at.file, problem.at.offset);
    place = std::to_string(at.line) + ":" + std::to_string(at.column);
  }
  return place + " " + problem.message + "; " + problem.hint;
}

struct InvalidCase {
  const char* text;
  const char* expected;
};

constexpr const char* kHead = "description: d\n";

class InvalidSession : public ::testing::TestWithParam<InvalidCase> {};

TEST_P(InvalidSession, IsRefusedWithItsPlace) {
  const Outcome outcome = load(std::string(kHead) + GetParam().text);
  EXPECT_TRUE(outcome.problems.has_errors());
  const std::string problem = first_problem(outcome.problems);
  const std::string expected = GetParam().expected;
  EXPECT_EQ(problem.substr(0, expected.size()), expected) << outcome.problems.text();
}

// The head is line 1.
INSTANTIATE_TEST_SUITE_P(
    Table, InvalidSession,
    ::testing::Values(
        InvalidCase{"program: [1\n", "3:1 this is not YAML"},
        InvalidCase{"program: a: b\n", "2:11 this is not YAML"},
        InvalidCase{"program: |\n  BEGIN\n---\nx: 1\n", "4:1 a second document begins here"},
        InvalidCase{"program: 'BEGIN", "2:16 this is not YAML"},
        InvalidCase{"program: BEGIN\x01\n", "2:15 byte 0x01 is not text"},
        InvalidCase{"program: \xff\n", "2:10 byte 0xff is not text"},
        InvalidCase{"program: BEGIN\nprogramm: x\n",
                    "3:1 a session has no key 'programm'; did you mean program?"},
        InvalidCase{"program: BEGIN\nprogram: END\n", "3:1 a session has 'program' twice"},
        InvalidCase{"program: BEGIN\n? [1]\n: 2\n", "3:3 a key of a session has to be a word"},
        InvalidCase{"program: [BEGIN]\n", "2:10 'program' is a list, expected a D program"},
        InvalidCase{"program:\n", "2:1 'program' is empty, expected a D program"},
        InvalidCase{"program: ''\n", "2:10 'program' is empty"},
        InvalidCase{"providers: [syscall]\n", "1:1 a session has no 'program' and no 'probes'"},
        InvalidCase{"program: BEGIN\nprobes: [{probe: END}]\n",
                    "3:1 a session has either 'program' or 'probes'"},
        InvalidCase{"program_file: no/such.d\n", "2:15 'program_file': cannot read ./no/such.d"},
        InvalidCase{"name: Has Blanks\nprogram: BEGIN\n", "2:7 'Has Blanks' cannot be a session's"},
        InvalidCase{"providers: syscall\nprogram: BEGIN\n",
                    "2:12 'providers' is text, expected a list of providers"},
        InvalidCase{"providers: [[x]]\nprogram: BEGIN\n", "2:13 a provider is a list"},
        InvalidCase{"parameters: [a]\nprogram: BEGIN\n", "2:13 'parameters' is a list"},
        InvalidCase{"parameters: {a: 5}\nprogram: BEGIN\n", "2:17 parameter 'a' is text"},
        InvalidCase{"parameters: {a: {default: 5}}\nprogram: BEGIN\n",
                    "2:17 parameter 'a' has no 'type'"},
        InvalidCase{"parameters: {a: {type: integer}}\nprogram: BEGIN\n",
                    "2:24 there is no type 'integer'"},
        InvalidCase{"parameters: {a: {type: strng}}\nprogram: BEGIN\n",
                    "2:24 there is no type 'strng'; did you mean string?"},
        InvalidCase{"parameters: {a: {type: int, default: ten}}\nprogram: BEGIN\n",
                    "2:38 'default': expected a whole number, not 'ten'"},
        InvalidCase{"parameters: {a: {type: int, default: 5, max: 4}}\nprogram: BEGIN\n",
                    "2:38 'default': expected at most 4, not 5"},
        InvalidCase{"parameters: {a: {type: int, default: 1, min: 4, max: 2}}\nprogram: BEGIN\n",
                    "2:46 'min' is 4, more than 'max', 2"},
        InvalidCase{"parameters: {a: {type: duration, default: 10}}\nprogram: BEGIN\n",
                    "2:43 'default': expected a duration such as 500us"},
        InvalidCase{"parameters: {a: {type: bool, default: 1, min: 0}}\nprogram: BEGIN\n",
                    "2:42 a parameter of type bool has no 'min'"},
        InvalidCase{"parameters: {a: {type: choice, default: x}}\nprogram: BEGIN\n",
                    "2:18 parameter 'a' has no 'values' to choose from"},
        InvalidCase{"parameters: {a: {type: choice, values: [x, y], default: z}}\nprogram: BEGIN\n",
                    "2:57 'default': expected one of x, y, not 'z'"},
        InvalidCase{"parameters: {a: {type: string, values: [x]}}\nprogram: BEGIN\n",
                    "2:32 a parameter of type string has no 'values'"},
        InvalidCase{"parameters: {a-b: {type: int}}\nprogram: BEGIN\n",
                    "2:14 'a-b' cannot be a parameter's name"},
        InvalidCase{"parameters: {target: {type: int}}\nprogram: BEGIN\n",
                    "2:14 a parameter cannot be called target"},
        InvalidCase{"parameters: {a: {type: int, defualt: 1}}\nprogram: BEGIN\n",
                    "2:29 parameter 'a' has no key 'defualt'; did you mean default?"},
        InvalidCase{"program: |\n  BEGIN { trace(${x}); }\n", "3:17 there is no parameter 'x'"},
        InvalidCase{"program: |\n  BEGIN { trace(${x ); }\n",
                    "3:17 a parameter is written ${name}"},
        InvalidCase{"parameters: {x: {type: int, default: 1}}\nprogram: |\n"
                    "  BEGIN { printf(\"${x}\"); }\n",
                    "4:19 parameters are not replaced inside quotes"},
        InvalidCase{"parameters: {x: {type: string, default: 'a b'}}\nprogram: |\n"
                    "  syscall::${x}:entry\n",
                    "4:12 'a b' cannot be part of a probe's name"},
        InvalidCase{"target: {pid: 1, command: x}\nprogram: BEGIN\n",
                    "2:18 'target' has several of pid, command and execname"},
        InvalidCase{"target: {pid: 0}\nprogram: BEGIN\n", "2:15 'pid': expected a process id"},
        InvalidCase{"target: {prog: x}\nprogram: BEGIN\n", "2:10 'target' has no key 'prog'"},
        InvalidCase{"options: {quiet: [1]}\nprogram: BEGIN\n", "2:18 option 'quiet' is a list"},
        InvalidCase{"probes: []\n", "2:9 'probes' is empty"},
        InvalidCase{"probes: [BEGIN]\n", "2:10 a probe is text, expected a map"},
        InvalidCase{"probes: [{predicate: 1}]\n", "2:10 a probe has no 'probe'"},
        InvalidCase{"probes: [{probe: 'BEGIN { x = 1; }'}]\n",
                    "2:25 expected a probe description such as"},
        InvalidCase{"probes: [{probe: BEGIN, predicate: ''}]\n", "2:36 'predicate' is empty"},
        InvalidCase{"probes: [{probe: BEGIN, any_process: 2}]\n",
                    "2:38 'any_process': expected true or false, not '2'"},
        InvalidCase{"probes: [{probe: []}]\n", "2:18 'probe' is empty"},
        InvalidCase{"duration: 10\nprogram: BEGIN\n", "2:11 'duration': expected a duration"},
        InvalidCase{"duration: 0s\nprogram: BEGIN\n",
                    "2:11 'duration': expected more than nothing"},
        InvalidCase{"stop: {events: 0}\nprogram: BEGIN\n", "2:16 'events': expected at least 1"},
        InvalidCase{"stop: {when: [BEGIN]}\nprogram: BEGIN\n", "2:15 a condition is text"},
        InvalidCase{"stop: {event: 1}\nprogram: BEGIN\n",
                    "2:8 'stop' has no key 'event'; did you mean events?"},
        InvalidCase{"outputs: [{format: xml}]\nprogram: BEGIN\n",
                    "2:20 there is no format 'xml'; known: text, jsonlines, csv"},
        InvalidCase{"outputs: [text]\nprogram: BEGIN\n", "2:11 an output is text, expected a map"},
        InvalidCase{"outputs: [{}, {}]\nprogram: BEGIN\n",
                    "2:15 two outputs go to standard output"},
        InvalidCase{"outputs: [{format: text, columns: [a]}]\nprogram: BEGIN\n",
                    "2:26 only format csv has columns"},
        InvalidCase{"outputs: [{rotate: {size: 1m}}]\nprogram: BEGIN\n",
                    "2:12 standard output cannot be rotated"},
        InvalidCase{"outputs: [{file: x, rotate: {keep: 3}}]\nprogram: BEGIN\n",
                    "2:29 'rotate' has no size and no time"},
        InvalidCase{"outputs: [{file: x, rotate: {size: 5}}]\nprogram: BEGIN\n",
                    "2:36 'size': expected at least 1k"},
        InvalidCase{"destructive: maybe\nprogram: BEGIN\n",
                    "2:14 'destructive': expected true or false, not 'maybe'"}));

TEST(Session, FileThatIsNoMapIsRefused) {
  EXPECT_THAT(first_problem(load("- a\n").problems), HasSubstr("1:1 the file is a list"));
  EXPECT_THAT(first_problem(load("").problems), HasSubstr("1:1 the file is empty"));
  EXPECT_THAT(first_problem(load("text").problems), HasSubstr("1:1 the file is text"));
  EXPECT_THAT(first_problem(load("\xef\xbb\xbf"
                                 "a: b")
                                .problems),
              HasSubstr("byte order mark"));
}

TEST(Session, TextThatTheYamlReaderNeverEndsOn) {
  for (const char* text : {",", "\xef\xbf\xbf,", "description: d\n...\n,", "{}\n]"}) {
    EXPECT_TRUE(load(text).problems.has_errors()) << text;
  }
}

TEST(Session, DescriptionIsNeeded) {
  EXPECT_THAT(first_problem(load("program: BEGIN\n").problems),
              HasSubstr("1:1 a session has no 'description'"));
  EXPECT_THAT(first_problem(load("description: |\n  a\n  b\nprogram: BEGIN\n").problems),
              HasSubstr("'description': expected one line"));
}

TEST(Session, AllMistakesAreReportedAtOnce) {
  const Outcome outcome = load("description: d\nprogramm: x\nduration: 1\nprogram: BEGIN\n");
  EXPECT_EQ(outcome.problems.all().size(), 2u);
}

TEST(Session, ProblemIsShownWithItsLineAndHint) {
  EXPECT_EQ(load("description: d\nprogram: BEGIN\ndurration: 1s\n").problems.text(),
            "s.yaml:3:1: error: a session has no key 'durration'\n"
            "    3 | durration: 1s\n"
            "      | ^~~~~~~~~\n"
            "hint: did you mean duration?\n");
}

TEST(Session, NameComesFromTheFile) {
  EXPECT_EQ(load("description: d\nprogram: BEGIN\n").session.name, "s");
  EXPECT_EQ(load("name: other-1\ndescription: d\nprogram: BEGIN\n").session.name, "other-1");
}

struct ValidCase {
  const char* text;
  const char* program;
};

class ValidSession : public ::testing::TestWithParam<ValidCase> {};

TEST_P(ValidSession, StandsForItsProgram) {
  const Outcome outcome = load(std::string(kHead) + GetParam().text);
  EXPECT_EQ(outcome.problems.text(), "");
  EXPECT_EQ(outcome.session.program.text(), GetParam().program);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ValidSession,
    ::testing::Values(
        ValidCase{"program: BEGIN", "BEGIN"},
        ValidCase{"program: |\n  BEGIN\n  {\n  }\n", "BEGIN\n{\n}\n"},
        ValidCase{"program: >\n  BEGIN\n  { exit(0); }\n", "BEGIN { exit(0); }\n"},
        ValidCase{"program: \"BEGIN { printf(\\\"%d\\\\n\\\", 1); }\"\n",
                  "BEGIN { printf(\"%d\\n\", 1); }"},
        ValidCase{"probes:\n  - probe: syscall::openat:entry\n",
                  "syscall::openat:entry\n{\ntrace(args);\n}\n\n"},
        ValidCase{"probes:\n  - probe: [a:::b, c:::d]\n    actions: x = 1;\n",
                  "a:::b,\nc:::d\n{\nx = 1;\n}\n\n"},
        ValidCase{"probes:\n  - probe: a:::b\n    predicate: x > 1\n    actions: |\n      y = 1;\n"
                  "      z = 2;\n",
                  "a:::b\n/x > 1/\n{\ny = 1;\nz = 2;\n}\n\n"},
        ValidCase{"target: {execname: 'a\"b'}\nprobes: [{probe: 'a:::b', predicate: x}, "
                  "{probe: BEGIN}, {probe: 'p:::tick-1s'}, {probe: 'a:::c', any_process: true}]\n",
                  "a:::b\n/(execname == \"a\\\"b\") && (x)/\n{\ntrace(args);\n}\n\n"
                  "BEGIN\n{\ntrace(args);\n}\n\np:::tick-1s\n{\ntrace(args);\n}\n\n"
                  "a:::c\n{\ntrace(args);\n}\n\n"},
        ValidCase{"target: {pid: 5}\nprogram: 'a:::b /${target}/ { }'\n",
                  "a:::b /(pid == $target)/ { }"},
        ValidCase{"program: 'a:::b /${target}/ { }'\n", "a:::b /1/ { }"},
        ValidCase{"stop: {when: [{probe: 'a:::b', predicate: x == 3}]}\nprogram: BEGIN\n",
                  "BEGIN\na:::b\n/x == 3/\n{\nexit(0);\n}\n"},
        ValidCase{"parameters:\n"
                  "  i: {type: int, default: -5}\n"
                  "  h: {type: int, default: 0x10}\n"
                  "  s: {type: string, default: 'a\"; system(\"x\"); \\'}\n"
                  "  b: {type: bool, default: yes}\n"
                  "  d: {type: duration, default: 1.5ms}\n"
                  "  z: {type: size, default: 4k}\n"
                  "  c: {type: choice, values: [one, two], default: two}\n"
                  "  m: {type: choice, values: {process: execname}, default: process}\n"
                  "program: 'BEGIN /${i}/ { ${h} ${s} ${b} ${d} ${z} ${c} ${m} }'\n",
                  "BEGIN /(-5)/ { 16 \"a\\\"; system(\\\"x\\\"); \\\\\" 1 1500000 4096 \"two\" "
                  "execname }"},
        ValidCase{"parameters:\n  r: {type: int, default: 99}\n  t: {type: duration, default: 5s}\n"
                  "program: 'profile-${r} { } tick-${t} /1/ { } x:::${r}'\n",
                  "profile-99 { } tick-5s /1/ { } x:::99"},
        ValidCase{"parameters:\n  s: {type: string, default: name}\n"
                  "program: 'inline string x = ${s}; a:::${s} /x == ${s}/ { /* ${s} */ }'\n",
                  "inline string x = \"name\"; a:::name /x == \"name\"/ { /* ${s} */ }"},
        ValidCase{"program: 'BEGIN { $${x}; }'\n", "BEGIN { ${x}; }"}));

TEST(Session, SettingsReplaceDefaults) {
  const char* text =
      "description: d\nparameters: {a: {type: int, max: 9}, b: {type: string, default: x}}\n"
      "program: 'BEGIN { trace(${a}); trace(${b}); }'\n";
  EXPECT_EQ(load(text, {{{"a", "1"}, {"a", "7"}, {"b", "\xc3\xa4\""}}}).session.program.text(),
            "BEGIN { trace(7); trace(\"\\303\\244\\\"\"); }");
  EXPECT_THAT(first_problem(load(text).problems),
              HasSubstr("command line session s needs parameter a: --set a=VALUE"));
  EXPECT_THAT(first_problem(load(text, {{{"a", "10"}}}).problems),
              HasSubstr("command line --set a: expected at most 9, not 10"));
  EXPECT_THAT(first_problem(load(text, {{{"a", "1"}, {"bb", "1"}}}).problems),
              HasSubstr("--set bb: session s has no such parameter"));
  EXPECT_THAT(first_problem(load(text, {{{"a", "1"}, {"b", "x\ny"}}}).problems),
              HasSubstr("--set b: expected text without control characters"));
}

TEST(Session, CommandLineTargetReplacesTheSessions) {
  const char* text = "description: d\ntarget: {execname: sh}\nprogram: 'a:::b /${target}/ { }'\n";
  LoadRequest with_command;
  with_command.has_command = true;
  const Outcome outcome = load(text, with_command);
  EXPECT_EQ(outcome.session.program.text(), "a:::b /progenyof($target)/ { }");
  EXPECT_EQ(outcome.session.target.execname, "");
}

TEST(Session, ParametersInACommandAreOneWord) {
  const char* text =
      "description: d\nparameters: {f: {type: string, default: x}}\n"
      "target: {command: 'cat ${f} /dev/null'}\nprogram: BEGIN\n";
  EXPECT_EQ(load(text, {{{"f", "/a b\"c"}}}).session.target.command, "cat \"/a b\\\"c\" /dev/null");
}

TEST(Session, EverythingElseIsRead) {
  const Outcome outcome = load(
      "description: d\nproviders: [fbt, syscall]\noptions: {quiet: true, strsize: 512, nolibs: }\n"
      "duration: 1m\nstop: {events: 10}\ndestructive: true\n"
      "outputs:\n  - {format: csv, file: a.csv, columns: [x, y], "
      "rotate: {size: 10m, time: 1h, keep: 3}}\n  - format: jsonlines\n"
      "program: BEGIN\n");
  EXPECT_EQ(outcome.problems.text(), "");
  const Session& session = outcome.session;
  EXPECT_EQ(session.providers.size(), 2u);
  ASSERT_EQ(session.options.size(), 3u);
  EXPECT_EQ(session.options[1].value, "512");
  EXPECT_EQ(session.options[2].value, "");
  EXPECT_EQ(session.duration_ns, 60'000'000'000u);
  EXPECT_EQ(session.stop_events, 10u);
  EXPECT_TRUE(session.is_destructive);
  ASSERT_EQ(session.outputs.size(), 2u);
  EXPECT_EQ(session.outputs[0].format, OutputFormat::Csv);
  EXPECT_EQ(session.outputs[0].columns.size(), 2u);
  ASSERT_TRUE(session.outputs[0].rotation);
  EXPECT_EQ(session.outputs[0].rotation->size_bytes, 10u << 20);
  EXPECT_EQ(session.outputs[0].rotation->nr_kept, 3u);
  EXPECT_EQ(session.outputs[1].file, "");
}

TEST(Session, AnchorsAndAliasesWork) {
  EXPECT_EQ(load("description: d\nprobes:\n  - probe: a:::b\n    actions: &act trace(1);\n"
                 "  - probe: c:::d\n    actions: *act\n")
                .session.program.text(),
            "a:::b\n{\ntrace(1);\n}\n\nc:::d\n{\ntrace(1);\n}\n\n");
}

TEST(SessionCatalog, NamesAndFiles) {
  const std::string folder = std::string(DT_TEST_SOURCE_DIR) + "/config/sessions";
  const auto found = find_session("slow-syscalls", {folder});
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, folder + "/slow-syscalls.yaml");
  EXPECT_EQ(*find_session("./x", {folder}), "./x");
  EXPECT_EQ(*find_session("x.yaml", {folder}), "x.yaml");
  EXPECT_THAT(find_session("slow-syscals", {folder}).error().message,
              HasSubstr("did you mean slow-syscalls?"));
}

}  // namespace
}  // namespace dt::session
