// SPDX-License-Identifier: MIT
// D libraries before they are parsed: which names each of their items defines, so that only what a
// program can reach is ever parsed. Start-up time is why: the libraries are far bigger than most
// programs.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dt::lang {

using WordSet = std::set<std::string, std::less<>>;

// Adds every word of a D text outside of comments, strings' contents included (formats name
// nothing, but a word too many costs only a little time).
void add_words(std::string_view text, WordSet& words);

class LibraryText {
 public:
  explicit LibraryText(std::string_view text);

  // Names that the library's typedefs define.
  const std::vector<std::string>& typedefs() const { return typedefs_; }
  // Marks the items that define a wanted name and adds their words to `wanted`; true if it marked
  // any.
  bool select(WordSet& wanted);
  bool has_selected() const { return has_selected_; }
  // The text with all items blanked out that were not selected: places stay as they are.
  std::string selected_text() const;

 private:
  struct Item {
    size_t begin = 0, end = 0;
    std::vector<std::string> defines;
    bool is_selected = false;
  };
  struct Word {
    std::string_view text;
    size_t begin = 0;
    int braces = 0, parens = 0, brackets = 0;
    char before = '\0', after = '\0';  // the nearest other characters that are not blank
  };
  void add_item(size_t begin, size_t end, const std::vector<Word>& words);

  std::string_view text_;
  std::vector<Item> items_;
  std::vector<std::string> typedefs_;
  bool has_selected_ = false;
};

}  // namespace dt::lang
