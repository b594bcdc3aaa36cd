// SPDX-License-Identifier: MIT
#include "output/printf.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <deque>
#include <string>

#include "fake_symbols.hpp"

namespace dt::output {
namespace {

using lang::object::Field;
using lang::object::FieldKind;

// Values and the bytes behind them.
class Values {
 public:
  Values& integer(int64_t number, uint32_t size, bool is_signed = true) {
    Field field;
    field.size = size;
    field.is_signed = is_signed;
    return add(field, std::string(reinterpret_cast<const char*>(&number), size));
  }
  Values& text(const std::string& string) {
    Field field;
    field.kind = FieldKind::String;
    field.size = static_cast<uint32_t>(string.size() + 1);
    return add(field, string + '\0');
  }
  Values& real(double number) {
    Field field;
    field.kind = FieldKind::Float;
    field.size = sizeof(number);
    return add(field, std::string(reinterpret_cast<const char*>(&number), sizeof(number)));
  }
  std::string format(const char* format, bool is_terminal = false) {
    FakeSymbols symbols;
    consumer::Options options;
    return format_values(parse_format(format), values_, {},
                         FormatContext{&symbols, &options, is_terminal});
  }

 private:
  Values& add(const Field& field, std::string bytes) {
    fields_.push_back(field);
    bytes_.push_back(std::move(bytes));
    values_.push_back(
        ValueRef{&fields_.back(),
                 {reinterpret_cast<const std::byte*>(bytes_.back().data()), bytes_.back().size()}});
    return *this;
  }
  std::deque<Field> fields_;
  std::deque<std::string> bytes_;
  std::vector<ValueRef> values_;
};

std::string number(const char* format, int64_t value, uint32_t size = 4) {
  return Values().integer(value, size).format(format);
}

TEST(Printf, Integers) {
  EXPECT_EQ(number("%d", -5), "-5");
  EXPECT_EQ(number("%i", 5), "5");
  EXPECT_EQ(number("%u", -1), "4294967295");
  EXPECT_EQ(number("%x", 0x90abcdef), "90abcdef");
  EXPECT_EQ(number("%X", 255), "FF");
  EXPECT_EQ(number("%o", 8), "10");
  EXPECT_EQ(number("%lld", INT64_MIN, 8), "-9223372036854775808");
  EXPECT_EQ(number("%hhd", 5, 1), "5");
  EXPECT_EQ(number("%hhd", 255, 8), "-1");
  EXPECT_EQ(number("%hd", 0x18000, 8), "-32768");
  EXPECT_EQ(number("%hu %hhx", 0x12345, 8), "9029 ");
  EXPECT_EQ(number("%hhx", 0x12345, 8), "45");
  EXPECT_EQ(number("%ld", 5000000000, 8), "5000000000");
  EXPECT_EQ(number("%jd", 5000000000, 8), "5000000000");
  EXPECT_EQ(number("%qx", -1, 8), "ffffffffffffffff");
  EXPECT_EQ(number("%p", 0x12345678, 8), "12345678");
  EXPECT_EQ(Values().integer(-1, 4, false).format("%d"), "4294967295");
}

TEST(Printf, FlagsAndWidths) {
  EXPECT_EQ(number("%#8x", 0x123), "   0x123");
  EXPECT_EQ(number("%08x", 0x123), "00000123");
  EXPECT_EQ(number("%-8x|", 0x123), "123     |");
  EXPECT_EQ(number("%+8d", 123), "    +123");
  EXPECT_EQ(number("% 8d", 123), "     123");
  EXPECT_EQ(number("%.4d", 7), "0007");
  EXPECT_EQ(number("%8.4d", 7), "    0007");
  EXPECT_EQ(number("%08d", -7), "-0000007");
  EXPECT_EQ(number("%?d", 7), "               7");
  EXPECT_EQ(number("%'d", 1234567), "1,234,567");
  EXPECT_EQ(number("%0d", 1), "1");
}

TEST(Printf, DynamicWidthAndPrecision) {
  EXPECT_EQ(Values().integer(6, 4).integer(42, 4).format("%*d"), "    42");
  EXPECT_EQ(Values().integer(-6, 4).integer(42, 4).format("%*d|"), "42    |");
  EXPECT_EQ(Values().integer(6, 4).integer(2, 4).text("hello").format("%*.*s"), "    he");
}

TEST(Printf, Strings) {
  EXPECT_EQ(Values().text("hello").format("%s"), "hello");
  EXPECT_EQ(Values().text("hello").format("%7.3s|"), "    hel|");
  EXPECT_EQ(Values().text("hello").format("%-7s|"), "hello  |");
  EXPECT_EQ(Values().text("hello").format("%0.0s"), "hello");
  EXPECT_EQ(Values().text("a\nb\x01").format("%S"), "a\\nb\\001");
}

TEST(Printf, Characters) {
  EXPECT_EQ(number("%c", 'x', 1), "x");
  EXPECT_EQ(number("%3c", 'x', 4), "  x");
  EXPECT_EQ(number("%C", '\n', 4), "\\n");
  EXPECT_EQ(number("%wc", 0x20ac, 4), "\xe2\x82\xac");
}

TEST(Printf, Floats) {
  EXPECT_EQ(Values().real(0).format("%f"), "0.000000");
  EXPECT_EQ(Values().real(0).format("%E"), "0.000000E+00");
  EXPECT_EQ(Values().real(1.5).format("%g"), "1.5");
  EXPECT_EQ(Values().real(2.25).format("%8.1f"), "     2.2");
}

TEST(Printf, Times) {
  ::setenv("TZ", "PST8PDT", 1);
  ::tzset();
  EXPECT_EQ(number("%Y", 1062609821000000000, 8), "2003 Sep  3 10:23:41");
  EXPECT_EQ(number("%T", 1062609821000000000, 8), "Wed, 03 Sep 2003 10:23:41 PDT");
}

TEST(Printf, TimesThatAreAggregated) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  lang::object::Aggregation agg;
  agg.func = DTRACE_AGG_MAX;
  consumer::AggElement element;
  element.data = {1'000'000'000'000'000'000};
  const AggValue value{&agg, &element, 1};
  FakeSymbols symbols;
  consumer::Options options;
  const FormatContext context{&symbols, &options};
  EXPECT_EQ(format_values(parse_format("%@Y|%@24Y|%@T"), {}, {&value, 1}, context),
            "2001 Sep  9 01:46:40|    2001 Sep  9 01:46:40|Sun, 09 Sep 2001 01:46:40 UTC");
}

TEST(Printf, QuotesAWordForTheShell) {
  EXPECT_EQ(Values().text("plain").format("rm %#s;"), "rm 'plain';");
  EXPECT_EQ(Values().text("").format("%#s"), "''");
  EXPECT_EQ(Values().text("a'b; rm -rf $HOME `id` \"x\"\n").format("%#s"),
            "'a'\\''b; rm -rf $HOME `id` \"x\"\n'");
}

TEST(Printf, DataDoesNotControlATerminal) {
  const std::string evil = "a\033]0;title\007\r\b\177\xc2\x9b\x9b\xff end\n\tñ€😀";
  EXPECT_EQ(Values().text(evil).format("\033[1m%s\033[0m", true),
            "\033[1ma\\033]0;title\\007\\015\\010\\177\\302\\233\\233\\377 end\n\tñ€😀\033[0m");
  EXPECT_EQ(Values().text(evil).format("%s"), evil);
  EXPECT_EQ(Values().integer(27, 4).format("%c", true), "\\033");
  // Overlong, cut off, a surrogate.
  EXPECT_EQ(Values().text("\xc0\x9b\xe2\x82\xed\xa0\x80").format("%s", true),
            "\\300\\233\\342\\202\\355\\240\\200");
}

TEST(Printf, Symbols) {
  EXPECT_EQ(number("%a", static_cast<int64_t>(FakeSymbols::kBase + 4), 8), "vmlinux`do_work+0x4");
  EXPECT_EQ(number("%a", static_cast<int64_t>(FakeSymbols::kBase), 8), "vmlinux`do_work");
}

TEST(Printf, PlainTextAndPercent) {
  EXPECT_EQ(Values().format("100%% of it\n"), "100% of it\n");
  EXPECT_EQ(number("a %d b", 1), "a 1 b");
  EXPECT_EQ(Values().format("%d"), "");
}

TEST(Printf, HugeWidths) {
  EXPECT_EQ(number("%100000d", 1).size(), 100000u);
  EXPECT_EQ(number("%.100000d", 1).size(), 100000u);
}

}  // namespace
}  // namespace dt::output
