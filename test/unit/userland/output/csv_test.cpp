// SPDX-License-Identifier: MIT
// Rows of CSV, and files with rotation.
#include "output/csv.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "fake_symbols.hpp"
#include "output/output_file.hpp"
#include "output/sink.hpp"

namespace dt::output {
namespace {

using lang::object::Action;
using lang::object::ActionKind;
using lang::object::Field;
using lang::object::FieldKind;

Action action_of(ActionKind kind, size_t nr_args) {
  Action action;
  action.kind = kind;
  action.args.resize(nr_args);
  return action;
}

struct Rows {
  lang::object::Program program;
  lang::ProbeInfo probe{7, 0, "syscall", "vmlinux", "open,at", "entry"};
  consumer::TraceRecord record;

  explicit Rows(std::vector<Action> actions) {
    program.clauses.resize(1);
    program.clauses[0].actions = std::move(actions);
    record.cpu = 1;
    record.time = 55;
    record.probe = &probe;
  }
};

TEST(Csv, HasAColumnForEveryValue) {
  const Rows rows({action_of(ActionKind::Printf, 3), action_of(ActionKind::Trace, 1),
                   action_of(ActionKind::Exit, 1)});
  EXPECT_EQ(CsvText(rows.program, {}).header(), "type,time,cpu,name,value1,value2,value3,value4\n");
  EXPECT_EQ(CsvText(rows.program, {"pid", "a,b"}).header(),
            "type,time,cpu,name,pid,\"a,b\",value3,value4\n");
}

TEST(Csv, QuotesWhatNeedsIt) {
  const Rows rows({action_of(ActionKind::Printf, 3)});
  EXPECT_EQ(
      CsvText(rows.program, {}).record(rows.record, {"plain", "say \"x\"", "two\nlines"}),
      "record,55,1,\"syscall:vmlinux:open,at:entry\",plain,\"say \"\"x\"\"\",\"two\nlines\"\n");
  EXPECT_EQ(CsvText(rows.program, {}).record(rows.record, {"one"}),
            "record,55,1,\"syscall:vmlinux:open,at:entry\",one,,\n");
}

TEST(Csv, SaysWhatWasLost) {
  const Rows rows({});
  const CsvText csv(rows.program, {});
  consumer::Drop drop;
  drop.tag = "PRINCIPAL";
  drop.count = 5;
  drop.cpu = 2;
  drop.message = "5 drops on CPU 2";
  EXPECT_EQ(csv.drop(drop), "drop,,2,PRINCIPAL,5,5 drops on CPU 2\n");
  EXPECT_EQ(csv.end(10, 5, ""), "end,,,incomplete,10,5\n");
  EXPECT_EQ(csv.end(10, 0, ""), "end,,,complete,10,0\n");
  EXPECT_EQ(csv.end(10, 0, "no memory"),
            "error,,,,end of the run,no memory\nend,,,incomplete,10,0\n");
}

TEST(Csv, ShowsValuesByTheirKind) {
  FakeSymbols symbols;
  const consumer::Options options;
  const FormatContext context{&symbols, &options};
  Field field;
  field.size = 4;
  field.is_signed = true;
  const int32_t negative = -5;
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(&negative), 4);
  EXPECT_EQ(csv_value(ValueRef{&field, bytes}, context), "-5");
  field.is_pointer = true;
  EXPECT_EQ(csv_value(ValueRef{&field, bytes}, context), "0xfffffffb");
  field.kind = FieldKind::Bytes;
  EXPECT_EQ(csv_value(ValueRef{&field, bytes}, context), "fbffffff");
}

class RotatedFile : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/rotation.XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    folder_ = name;
    path_ = folder_ + "/out";
  }
  void TearDown() override {
    for (const char* end : {"", ".1", ".2", ".3", ".new"}) {
      ::unlink((path_ + end).c_str());
    }
    ::rmdir(folder_.c_str());
  }
  std::string content(const std::string& end) {
    std::ostringstream text;
    text << std::ifstream(path_ + end).rdbuf();
    return text.str();
  }
  bool is_there(const std::string& end) { return ::access((path_ + end).c_str(), F_OK) == 0; }

  std::string folder_;
  std::string path_;
};

TEST_F(RotatedFile, MovesOldFilesOn) {
  auto file = OutputFile::open(path_, {100, 0, 2}, 0);
  ASSERT_TRUE(file);
  Sink sink((*file)->fd());
  for (const char* text : {"first", "second", "third", "fourth"}) {
    sink.write(text);
    EXPECT_FALSE((*file)->is_due(sink.nr_bytes(), 1));
    EXPECT_TRUE((*file)->is_due(100, 1));
    sink.flush();
    ASSERT_TRUE((*file)->rotate(1));
    sink.replace((*file)->fd());
    EXPECT_EQ(sink.nr_bytes(), 0u);
  }
  sink.write("now");
  sink.flush();
  EXPECT_EQ(content(""), "now");
  EXPECT_EQ(content(".1"), "fourth");
  EXPECT_EQ(content(".2"), "third");
  EXPECT_FALSE(is_there(".3"));
}

TEST_F(RotatedFile, IsDueByAgeOnlyIfThereIsSomethingInIt) {
  auto file = OutputFile::open(path_, {0, 1000, 1}, 5000);
  ASSERT_TRUE(file);
  EXPECT_FALSE((*file)->is_due(10, 5999));
  EXPECT_FALSE((*file)->is_due(0, 6000));
  EXPECT_TRUE((*file)->is_due(10, 6000));
}

TEST_F(RotatedFile, CountsWhatWasThereBefore) {
  std::ofstream(path_) << std::string(90, 'x');
  auto file = OutputFile::open(path_, {100, 0, 0}, 0);
  ASSERT_TRUE(file);
  EXPECT_EQ((*file)->old_bytes(), 90u);
  EXPECT_FALSE((*file)->is_due(9, 1));
  EXPECT_TRUE((*file)->is_due(10, 1));
  // None are kept.
  ASSERT_TRUE((*file)->rotate(1));
  EXPECT_EQ(content(""), "");
  EXPECT_FALSE(is_there(".1"));
}

TEST_F(RotatedFile, GoesOnWhenItCannotBeMoved) {
  auto file = OutputFile::open(path_, {10, 0, 1}, 0);
  ASSERT_TRUE(file);
  const int before = (*file)->fd();
  // The new file's name is taken by a folder.
  ASSERT_EQ(::system(("mkdir " + path_ + ".new").c_str()), 0);
  EXPECT_FALSE((*file)->rotate(1));
  EXPECT_EQ((*file)->fd(), before);
  EXPECT_FALSE((*file)->is_due(1000, 2));  // not again at once
  ::rmdir((path_ + ".new").c_str());
}

TEST_F(RotatedFile, CannotBeADeviceOrInNoFolder) {
  EXPECT_FALSE(OutputFile::open("/dev/null", {10, 0, 1}, 0));
  EXPECT_TRUE(OutputFile::open("/dev/null", {}, 0));
  EXPECT_FALSE(OutputFile::open(folder_ + "/no/such", {}, 0));
}

}  // namespace
}  // namespace dt::output
