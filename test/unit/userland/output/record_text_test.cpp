// SPDX-License-Identifier: MIT
// Whole records as text: probe lines, trace(), tracemem(), print(), stacks, aggregations; and the
// sink.
#include "output/record_text.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>

#include "fake_symbols.hpp"
#include "output/aggtext.hpp"
#include "output/dump.hpp"
#include "output/json.hpp"
#include "output/print.hpp"
#include "output/sink.hpp"

namespace dt::output {
namespace {

using lang::object::Action;
using lang::object::ActionKind;
using lang::object::Field;
using lang::object::FieldKind;
using lang::object::ShownType;

// One program with everything that the printer needs, all of it public for the tests.
struct Printer {
  lang::object::Program program;
  consumer::Options options;
  FakeSymbols symbols;
  consumer::AggregationTable table{program};
  RecordText text{program, options, symbols, table, false};

  std::string trace(Field field, const std::string& bytes) {
    Action action;
    action.kind = ActionKind::Trace;
    field.size = static_cast<uint32_t>(bytes.size());
    action.args = {field};
    return text.action(action, {reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()});
  }
  template <typename T>
  std::string trace_int(T number) {
    Field field;
    field.is_signed = std::is_signed_v<T>;
    return trace(field, std::string(reinterpret_cast<const char*>(&number), sizeof(number)));
  }
};

TEST(ProbeLine, HasTheClassicColumns) {
  Printer printer;
  EXPECT_EQ(printer.text.header(), "CPU     ID                    FUNCTION:NAME\n");
  EXPECT_EQ(printer.text.probe_line(0, {1, 0, "dtrace", "", "", "BEGIN"}, 5),
            "  0      1                           :BEGIN ");
  EXPECT_EQ(printer.text.probe_line(12, {345, 0, "syscall", "vmlinux", "read", "entry"}, 6),
            " 12    345                       read:entry ");
}

TEST(ProbeLine, IndentsFlow) {
  Printer printer;
  printer.options.flowindent = true;
  auto line = [&](uint32_t id, const char* func, const char* name, uint64_t time) {
    std::string text = printer.text.probe_line(0, {id, 0, "fbt", "m", func, name}, time);
    return text.substr(0, text.find_last_not_of(' ') + 1);
  };
  EXPECT_EQ(line(1, "outer", "entry", 1), "  0 -> outer");
  EXPECT_EQ(line(2, "inner", "entry", 2), "  0   -> inner");
  EXPECT_EQ(line(2, "inner", "entry", 2), "  0     | inner:entry");
  EXPECT_EQ(line(3, "inner", "return", 3), "  0   <- inner");
  EXPECT_EQ(line(4, "outer", "return", 4), "  0 <- outer");
  EXPECT_EQ(line(4, "outer", "return", 5), "  0 <- outer");
}

TEST(Trace, PadsNumbersBySize) {
  Printer printer;
  EXPECT_EQ(printer.trace_int<int8_t>(-1), "  -1");
  EXPECT_EQ(printer.trace_int<uint16_t>(65535), " 65535");
  EXPECT_EQ(printer.trace_int<int32_t>(-1), "         -1");
  EXPECT_EQ(printer.trace_int<int64_t>(-1), "                  -1");
  printer.options.quiet = true;
  EXPECT_EQ(printer.trace_int<int32_t>(-1), "-1");
  EXPECT_EQ(printer.trace_int<uint64_t>(UINT64_MAX), "18446744073709551615");
}

TEST(Trace, Strings) {
  Printer printer;
  Field field;
  field.kind = FieldKind::String;
  const std::string bytes("hello\0\0\0", 8);
  EXPECT_EQ(printer.trace(field, bytes), "  hello                            ");
  printer.options.quiet = true;
  EXPECT_EQ(printer.trace(field, bytes), "hello");
  printer.options.rawbytes = true;
  EXPECT_EQ(printer.trace(field, bytes),
            dump_text({reinterpret_cast<const std::byte*>(bytes.data()), 8}));
}

TEST(Trace, Stacks) {
  Printer printer;
  Field field;
  field.kind = FieldKind::Stack;
  const uint64_t pcs[] = {FakeSymbols::kBase + 0x12, FakeSymbols::kBase, 0xffffffff90000000, 0};
  EXPECT_EQ(printer.trace(field, std::string(reinterpret_cast<const char*>(pcs), sizeof(pcs))),
            "\n              vmlinux`do_work+0x12\n              vmlinux`do_work\n"
            "              0xffffffff90000000\n");
  field.kind = FieldKind::Ustack;
  const uint64_t user[] = {77, FakeSymbols::kUserBase + 1, FakeSymbols::kUserBase + 0x100, 0};
  EXPECT_EQ(printer.trace(field, std::string(reinterpret_cast<const char*>(user), sizeof(user))),
            "\n              a.out`main+0x1\n              a.out`0x400100\n");
  field.kind = FieldKind::Usym;
  const uint64_t one[] = {77, FakeSymbols::kUserBase + 1};
  EXPECT_EQ(printer.trace(field, std::string(reinterpret_cast<const char*>(one), sizeof(one))),
            "  a.out`main                                        ");
}

TEST(Dump, ShowsOffsetsBytesAndCharacters) {
  const char bytes[] = "Linux version x";
  EXPECT_EQ(dump_text({reinterpret_cast<const std::byte*>(bytes), 18 - 2}),
            "\n             0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f  0123456789abcdef\n"
            "         0: 4c 69 6e 75 78 20 76 65 72 73 69 6f 6e 20 78 00  Linux version x.\n");
  EXPECT_EQ(dump_text({}), "");
}

std::shared_ptr<ShownType> int_type(const char* name, uint64_t size, bool is_char = false) {
  auto type = std::make_shared<ShownType>();
  type->kind = ShownType::Kind::Int;
  type->name = name;
  type->size = size;
  type->is_signed = true;
  type->is_char = is_char;
  return type;
}

TEST(Print, LeavesOutZeroMembersAndStopsAtTheLimit) {
  auto inner = std::make_shared<ShownType>();
  inner->kind = ShownType::Kind::Union;
  inner->name = "union";
  inner->size = 8;
  inner->members = {{"c", int_type("__u8", 1), 0, 0}};
  auto chars = std::make_shared<ShownType>();
  chars->kind = ShownType::Kind::Array;
  chars->name = "char [4]";
  chars->size = 4;
  chars->nr_elems = 4;
  chars->target = int_type("char", 1, true);
  ShownType type;
  type.kind = ShownType::Kind::Struct;
  type.name = "struct s";
  type.size = 24;
  type.members = {{"a", int_type("int", 4), 0, 0},
                  {"b", chars, 32, 0},
                  {"u", inner, 64, 0},
                  {"z", int_type("int", 4), 128, 0}};
  unsigned char bytes[24] = {1, 0, 0, 0, 't', 'e', 0, 'x', 21};
  bytes[16] = 9;
  const std::span<const std::byte> span(reinterpret_cast<const std::byte*>(bytes), sizeof(bytes));
  EXPECT_EQ(
      typed_value_text(type, span, 2, 0),
      "(struct s) {\n   .a = (int)1,\n   .b = (char [4]) [\n    (char)'t',\n    (char)'e',\n   ],\n"
      "   .u = (union) {\n    .c = (__u8)21,\n   },\n   .z = (int)9,\n  }");
  EXPECT_EQ(
      typed_value_text(type, span, 2, 8),
      "(struct s) {\n   .a = (int)1,\n   .b = (char [4]) [\n    (char)'t',\n    (char)'e',\n   ],\n"
      "   ...\n  }");
  EXPECT_EQ(
      typed_value_text(type, span, 2, 16),
      "(struct s) {\n   .a = (int)1,\n   .b = (char [4]) [\n    (char)'t',\n    (char)'e',\n   ],\n"
      "   .u = (union) {\n    .c = (__u8)21,\n   ...\n   },\n  }");
}

// A table of counts by (string, int) keys.
struct Counts {
  Counts() {
    Field name;
    name.kind = FieldKind::String;
    name.size = 8;
    Field number;
    number.offset = 8;
    number.size = 4;
    number.is_signed = true;
    program.shapes.resize(2);
    program.shapes[1].size = 16;
    program.shapes[1].comps = {name, number};
    lang::object::Aggregation agg;
    agg.name = "a";
    agg.func = DTRACE_AGG_COUNT;
    agg.data_size = 8;
    agg.shape = 1;
    program.aggs = {agg, agg};
    table.emplace(program);
  }
  void add(int agg, const char* name, int number, int64_t count) {
    std::string key(16, '\0');
    std::strcpy(key.data(), name);
    std::memcpy(key.data() + 8, &number, sizeof(number));
    table->add_delta(agg, key, &count, 1);
  }
  FormatContext context() { return FormatContext{&symbols, &options}; }
  lang::object::Program program;
  consumer::Options options;
  FakeSymbols symbols;
  std::optional<consumer::AggregationTable> table;
};

TEST(Printa, DefaultLayout) {
  Counts counts;
  counts.add(0, "cat", -2, 7);
  counts.add(0, "dog", 1, 3);
  EXPECT_EQ(aggregation_text(*counts.table, {0}, counts.context()),
            "  dog                                                       1                3\n"
            "  cat                                                      -2                7\n");
}

TEST(Printa, FormatsKeysAndValues) {
  Counts counts;
  counts.add(0, "cat", 5, 7);
  EXPECT_EQ(formatted_aggregation_text(*counts.table, parse_format("%@u: %s %d|\n"), {0},
                                       counts.context()),
            "7: cat 5|\n");
  counts.table->normalize(0, 7);
  EXPECT_EQ(
      formatted_aggregation_text(*counts.table, parse_format("%@4d\n"), {0}, counts.context()),
      "   1\n");
}

TEST(Printa, JoinsAggregationsByKey) {
  Counts counts;
  counts.add(0, "x", 1, 10);
  counts.add(1, "y", 2, 20);
  EXPECT_EQ(formatted_aggregation_text(*counts.table, parse_format("%s %d %@d %@d\n"), {0, 1},
                                       counts.context()),
            "y 2 0 20\nx 1 10 0\n");
}

TEST(Json, LinesParse) {
  Counts counts;
  counts.add(0, "a\"b", 1, 2);
  EXPECT_EQ(
      json_aggregation(*counts.table, 0, counts.context()),
      "{\"type\":\"aggregation\",\"name\":\"a\",\"function\":\"count\",\"elements\":[{\"key\":"
      "[\"a\\\"b\",1],\"value\":2}]}\n");
  EXPECT_EQ(json_drop(consumer::principal_drop(1, 2)),
            "{\"type\":\"drop\",\"kind\":\"PRINCIPAL\",\"count\":2,\"cpu\":1,\"message\":\"2 drops "
            "on CPU "
            "1\"}\n");
}

TEST(Sink, RemembersALostOutput) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  auto* const before = ::signal(SIGPIPE, SIG_IGN);
  {
    Sink sink(ends[1]);
    sink.write("text");
    EXPECT_FALSE(sink.flush());
    EXPECT_EQ(sink.error_number(), EPIPE);
    sink.write("more");
    EXPECT_TRUE(sink.is_lost());
  }
  ::signal(SIGPIPE, before);
  ::close(ends[1]);
}

TEST(Sink, ReopensAndReturns) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  Sink sink(ends[1]);
  sink.write("one ");
  ASSERT_TRUE(sink.reopen("/dev/null"));
  sink.write("hidden ");
  ASSERT_TRUE(sink.reopen(""));
  sink.write("two");
  sink.flush();
  char text[32] = "";
  EXPECT_EQ(::read(ends[0], text, sizeof(text)), 7);
  EXPECT_STREQ(text, "one two");
  EXPECT_FALSE(sink.reopen("/nonexistent/dir/file"));
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace dt::output
