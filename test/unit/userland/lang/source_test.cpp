// SPDX-License-Identifier: MIT
// SourceManager: places, line texts, line markers.
#include "lang/source.hpp"

#include <gtest/gtest.h>

namespace dt::lang {
namespace {

TEST(Source, PlacesCountFromOne) {
  SourceManager sources;
  const FileId file = sources.add("a.d", "one\ntwo\n\nfour");
  const Place first = sources.place({file, 0});
  EXPECT_EQ(first.file, "a.d");
  EXPECT_EQ(first.line, 1u);
  EXPECT_EQ(first.column, 1u);
  const Place second = sources.place({file, 6});
  EXPECT_EQ(second.line, 2u);
  EXPECT_EQ(second.column, 3u);
  EXPECT_EQ(sources.place({file, 8}).line, 3u);
  EXPECT_EQ(sources.place({file, 13}).line, 4u);
}

TEST(Source, LineTextHasNoNewline) {
  SourceManager sources;
  const FileId file = sources.add("a.d", "one\ntwo\n\nfour");
  EXPECT_EQ(sources.line_text({file, 5}), "two");
  EXPECT_EQ(sources.line_text({file, 8}), "");
  EXPECT_EQ(sources.line_text({file, 13}), "four");
}

TEST(Source, EmptyTextHasAPlace) {
  SourceManager sources;
  const FileId file = sources.add("e.d", "");
  EXPECT_EQ(sources.place({file, 0}).line, 1u);
  EXPECT_EQ(sources.line_text({file, 0}), "");
}

TEST(Source, TextsStayWhereTheyAre) {
  SourceManager sources;
  const FileId first = sources.add("a", "tiny");
  const std::string_view text = sources.text(first);
  for (int i = 0; i < 100; ++i) {
    (void)sources.add("b", "x");
  }
  EXPECT_EQ(text, "tiny");
  EXPECT_EQ(text.data(), sources.text(first).data());
}

TEST(Source, LineMarkersRenameWhatFollows) {
  SourceManager sources;
  //                                        0  3         13   17
  const FileId file = sources.add("out.i", "a\n# 7 \"x.d\"\nb\nc\n");
  sources.add_line_marker(file, 12, 7, "x.d");
  EXPECT_EQ(sources.place({file, 0}).file, "out.i");
  EXPECT_EQ(sources.place({file, 12}).file, "x.d");
  EXPECT_EQ(sources.place({file, 12}).line, 7u);
  EXPECT_EQ(sources.place({file, 14}).line, 8u);
}

TEST(Source, UnknownFilesHaveNoPlace) {
  const SourceManager sources;
  EXPECT_EQ(sources.place({3, 1}).line, 0u);
}

}  // namespace
}  // namespace dt::lang
