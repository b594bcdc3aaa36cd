// SPDX-License-Identifier: MIT
// Which items of a library a program needs.
#include "lang/library_text.hpp"

#include <gtest/gtest.h>

namespace dt::lang {
namespace {

constexpr char kLibrary[] =
    "/* inline int commented = 1; */\n"
    "#pragma D option quiet\n"
    "typedef struct psinfo { int pr_pid; } psinfo_t;\n"
    "typedef int (*cmp_t)(int), arr_t[3];\n"
    "translator psinfo_t < struct task_struct *T > { pr_pid = T->tgid; };\n"
    "inline psinfo_t *curpsinfo = xlate <psinfo_t *> (curthread);\n"
    "inline int B_READ = 1;\n"
    "inline string name[int s] = s == B_READ ? \"read\" : \";\";\n"
    "enum color { RED, GREEN = 2 };\n";

std::string selected(const std::string& program) {
  LibraryText library(kLibrary);
  WordSet words;
  add_words(program, words);
  while (library.select(words)) {
  }
  std::string out;
  for (const char* name : {"quiet", "psinfo {", "cmp_t", "translator", "curpsinfo", "int B_READ",
                           "string name", "enum"}) {
    if (library.selected_text().find(name) != std::string::npos) {
      out += (out.empty() ? "" : ", ") + std::string(name);
    }
  }
  return out;
}

TEST(LibraryText, KnowsItsTypedefs) {
  const LibraryText library(kLibrary);
  EXPECT_EQ(library.typedefs(), (std::vector<std::string>{"psinfo_t", "cmp_t", "arr_t"}));
}

TEST(LibraryText, SelectsNothingUnasked) { EXPECT_EQ(selected("BEGIN { x; }"), "quiet"); }

TEST(LibraryText, FollowsNames) {
  EXPECT_EQ(selected("BEGIN { trace(curpsinfo->pr_pid); }"),
            "quiet, psinfo {, translator, curpsinfo");
  EXPECT_EQ(selected("BEGIN { name[1]; }"), "quiet, int B_READ, string name");
  EXPECT_EQ(selected("BEGIN { GREEN; }"), "quiet, enum");
  EXPECT_EQ(selected("(struct psinfo *)0"), "quiet, psinfo {, translator");
}

TEST(LibraryText, KeepsPlaces) {
  LibraryText library(kLibrary);
  WordSet words{"B_READ"};
  EXPECT_TRUE(library.select(words));
  EXPECT_TRUE(library.has_selected());
  const std::string text = library.selected_text();
  EXPECT_EQ(text.size(), sizeof(kLibrary) - 1);
  EXPECT_EQ(text.find("inline int B_READ"), std::string(kLibrary).find("inline int B_READ"));
}

TEST(LibraryText, UnfinishedTextsEnd) {
  for (const char* text :
       {"inline", "typedef struct {", "\"", "/*", "'", "translator x <", "}", ";;"}) {
    const LibraryText library(text);
    (void)library.selected_text();
  }
}

}  // namespace
}  // namespace dt::lang
