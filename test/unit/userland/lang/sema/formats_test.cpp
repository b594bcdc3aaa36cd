// SPDX-License-Identifier: MIT
// Format strings: syntax, and conversions against arguments and keys.
#include "lang/sema/formats.hpp"

#include <gtest/gtest.h>

#include "check_d.hpp"

namespace dt::test {
namespace {

std::string parsed(const std::string& format) {
  std::vector<lang::sema::Conversion> convs;
  std::string problem;
  if (!lang::sema::parse_format(format, &convs, &problem))
    return "bad";
  std::string out;
  for (const auto& c : convs) {
    out += (out.empty() ? "" : " ") + std::string(c.has_width_arg ? "*" : "") +
           (c.has_precision_arg ? ".*" : "") + (c.is_agg ? "@" : "") + c.size + c.letter;
  }
  return out;
}

TEST(Formats, Syntax) {
  EXPECT_EQ(parsed("plain"), "");
  EXPECT_EQ(parsed("%d %5.3lld %-*s %.*x %@u %10@d %% %?p"), "d lld *s .*x @u @d p");
  EXPECT_EQ(parsed("%"), "bad");
  EXPECT_EQ(parsed("%-"), "bad");
  EXPECT_EQ(parsed("%5%"), "bad");
  EXPECT_EQ(parsed("%z"), "bad");
  EXPECT_EQ(parsed("%1$d"), "bad");
  EXPECT_EQ(parsed("%*1$d"), "bad");
  EXPECT_EQ(parsed("%.*1$d"), "bad");
}

TEST(Formats, Printf) {
  EXPECT_EQ(tags_in("printf(\"%d %s %c %x %p %Y\", 1, execname, 'a', &`max_pfn, curthread, "
                    "walltimestamp);"),
            "OK");
  EXPECT_EQ(tags_in("printf(\"%k %a\", stack(), arg0);"), "OK");
  EXPECT_EQ(tags_in("printf(\"%s\", c);", "char c[4];"), "OK");
  EXPECT_EQ(tags_in("printf(\"%d\", execname);"), "D_PRINTF_ARG_TYPE");
  EXPECT_EQ(tags_in("printf(\"%d\", curthread);"), "D_PRINTF_ARG_TYPE");
  EXPECT_EQ(tags_in("printf(\"%k\", 1);"), "D_PRINTF_ARG_TYPE");
  EXPECT_EQ(tags_in("printf(\"%*d\", 4, 1);"), "OK");
  EXPECT_EQ(tags_in("printf(\"%*d\", 4);"), "D_PRINTF_ARG_PROTO");
  EXPECT_EQ(tags_in("printf(\"%*d\");"), "D_PRINTF_DYN_PROTO");
  EXPECT_EQ(tags_in("printf(1);"), "D_PROTO_ARG");
  EXPECT_EQ(tags_in("system(\"%s\", 1);"), "D_PRINTF_ARG_TYPE");
}

TEST(Formats, Printa) {
  const std::string aggs =
      "@a[execname, 1] = count(); @b[\"x\", 2] = sum(1); @c[stack()] = count(); ";
  EXPECT_EQ(tags_in(aggs + "printa(@a); printa(\"%s %d %@d %@d\", @a, @b);"), "OK");
  EXPECT_EQ(tags_in(aggs + "printa(\"%k %@d\", @c);"), "OK");
  EXPECT_EQ(tags_in(aggs + "printa(\"%d\", @a);"), "D_PRINTF_ARG_TYPE");
  EXPECT_EQ(tags_in(aggs + "printa(\"%s %d %d\", @a);"), "D_PRINTF_ARG_PROTO");
  EXPECT_EQ(tags_in(aggs + "printa(@a, @c);"), "D_PRINTA_AGGKEY");
  EXPECT_EQ(tags_in("@a[10, 100] = count(); printa(\"%*d %@d\", @a);"), "OK");
}

}  // namespace
}  // namespace dt::test
