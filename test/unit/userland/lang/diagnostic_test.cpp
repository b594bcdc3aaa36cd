// SPDX-License-Identifier: MIT
// Diagnostics: tags, duplicates, the rendered form.
#include "lang/diagnostic.hpp"

#include <gtest/gtest.h>

namespace dt::lang {
namespace {

TEST(Diagnostic, TagsHaveNamesAndMeanings) {
  EXPECT_EQ(tag_name(Tag::D_UNKNOWN), "D_UNKNOWN");
  EXPECT_EQ(tag_name(Tag::D_PRINT_SIZE), "D_PRINT_SIZE");
  EXPECT_EQ(tag_meaning(Tag::D_PRAGERR), "#pragma error was met");
}

TEST(Diagnostic, RendersPlaceLineAndCarets) {
  SourceManager sources;
  const FileId file = sources.add("hist.d", "a\nb\n    @[execname] = sum(\"x\" << 2);\n");
  const Diagnostic diagnostic{Severity::Error,
                              Tag::D_OP_INT,
                              {{file, 26}, {file, 34}},
                              "operator << requires integral operands",
                              "strlen() gives an integer"};
  EXPECT_EQ(render(diagnostic, sources),
            "hist.d:3:23: error: operator << requires integral operands [D_OP_INT]\n"
            "    3 |     @[execname] = sum(\"x\" << 2);\n"
            "      |                       ^~~~~~~~\n"
            "hint: strlen() gives an integer\n");
  EXPECT_NE(render(diagnostic, sources, TagStyle::Parentheses).find("operands (D_OP_INT)\n"),
            std::string::npos);
}

TEST(Diagnostic, CaretsKeepTabsAndStayOnTheLine) {
  SourceManager sources;
  const FileId file = sources.add("t.d", "\tabc\nnext");
  const Diagnostic diagnostic{Severity::Warning, Tag::D_SYNTAX, {{file, 1}, {file, 9}}, "m", ""};
  EXPECT_EQ(render(diagnostic, sources),
            "t.d:1:2: warning: m [D_SYNTAX]\n    1 | \tabc\n      | \t^~~\n");
}

TEST(Diagnostic, LongLinesAreCutAroundThePlace) {
  SourceManager sources;
  const FileId file = sources.add("l.d", std::string(5000, 'x'));
  const Diagnostic diagnostic{
      Severity::Error, Tag::D_SYNTAX, {{file, 4000}, {file, 4001}}, "m", ""};
  const std::string text = render(diagnostic, sources);
  EXPECT_LT(text.size(), 400u);
  EXPECT_NE(text.find("l.d:1:4001:"), std::string::npos);
}

TEST(Diagnostic, PlaceAtTheEndOfTheText) {
  SourceManager sources;
  const FileId file = sources.add("e.d", "abc");
  const Diagnostic diagnostic{Severity::Error, Tag::D_EMPTY, {{file, 3}, {file, 3}}, "m", ""};
  EXPECT_EQ(render(diagnostic, sources),
            "e.d:1:4: error: m [D_EMPTY]\n    1 | abc\n      |    ^\n");
}

TEST(Diagnostic, TheSameErrorIsKeptOnce) {
  Diagnostics diagnostics;
  diagnostics.error(Tag::D_SYNTAX, {}, "a");
  diagnostics.error(Tag::D_SYNTAX, {}, "a");
  diagnostics.warning(Tag::D_SYNTAX, {}, "b");
  EXPECT_EQ(diagnostics.nr_errors(), 1u);
  EXPECT_EQ(diagnostics.all().size(), 2u);
}

}  // namespace
}  // namespace dt::lang
