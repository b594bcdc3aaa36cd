// SPDX-License-Identifier: MIT
// Selecting the items of D libraries by text. See library_text.hpp.
#include "lang/library_text.hpp"

#include <cctype>

namespace dt::lang {

namespace {

bool is_word_start(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_word_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_blank(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

// Behind the comment, quoted text or # line that begins at `at`; `at` itself if none does.
size_t past_opaque(std::string_view text, size_t at, bool is_line_start) {
  const std::string_view two = text.substr(at, 2);
  if (two == "/*") {
    const size_t end = text.find("*/", at + 2);
    return end == std::string_view::npos ? text.size() : end + 2;
  }
  if (two == "//" || (text[at] == '#' && is_line_start)) {
    const size_t end = text.find('\n', at);
    return end == std::string_view::npos ? text.size() : end;
  }
  if (text[at] == '"' || text[at] == '\'') {
    size_t end = at + 1;
    while (end < text.size() && text[end] != text[at] && text[end] != '\n') {
      end += text[end] == '\\' ? 2 : 1;
    }
    return end < text.size() ? end + 1 : text.size();
  }
  return at;
}

}  // namespace

void add_words(std::string_view text, WordSet& words) {
  size_t at = 0;
  while (at < text.size()) {
    if (text.substr(at, 2) == "/*") {
      at = past_opaque(text, at, false);
    } else if (is_word_start(text[at])) {
      const size_t begin = at;
      while (at < text.size() && is_word_char(text[at])) {
        ++at;
      }
      words.emplace(text.substr(begin, at - begin));
    } else {
      ++at;
    }
  }
}

LibraryText::LibraryText(std::string_view text) : text_(text) {
  std::vector<Word> words;
  size_t item_begin = 0;
  bool has_item = false;
  bool is_line_start = true;
  int braces = 0;
  int parens = 0;
  int brackets = 0;
  char before = '\0';
  size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    const size_t past = past_opaque(text, at, is_line_start);
    if (past != at) {
      at = past;
      continue;
    }
    if (is_blank(c)) {
      is_line_start = is_line_start || c == '\n';
      ++at;
      continue;
    }
    is_line_start = false;
    if (!has_item) {
      has_item = true;
      item_begin = at;
    }
    if (is_word_start(c)) {
      Word word;
      word.begin = at;
      while (at < text.size() && is_word_char(text[at])) {
        ++at;
      }
      word.text = text.substr(word.begin, at - word.begin);
      word.braces = braces;
      word.parens = parens;
      word.brackets = brackets;
      word.before = before;
      before = 'a';
      words.push_back(word);
      continue;
    }
    if (before == 'a' && !words.empty() && words.back().after == '\0') {
      words.back().after = c;
    }
    before = c;
    braces += c == '{' ? 1 : (c == '}' && braces > 0 ? -1 : 0);
    parens += c == '(' ? 1 : (c == ')' && parens > 0 ? -1 : 0);
    brackets += c == '[' ? 1 : (c == ']' && brackets > 0 ? -1 : 0);
    ++at;
    if (c == ';' && braces == 0) {
      add_item(item_begin, at, words);
      words.clear();
      has_item = false;
      parens = brackets = 0;
      before = '\0';
    }
  }
  if (has_item) {
    add_item(item_begin, text.size(), words);
  }
}

void LibraryText::add_item(size_t begin, size_t end, const std::vector<Word>& words) {
  Item item;
  item.begin = begin;
  item.end = end;
  const std::string_view first = words.empty() ? "" : words[0].text;
  const bool is_typedef = first == "typedef";
  std::string name;
  std::string_view tag_word;
  bool has_value = false;
  for (size_t i = 0; i < words.size(); ++i) {
    const Word& word = words[i];
    const bool is_outside = word.braces == 0 && word.brackets == 0;
    if (word.text == "struct" || word.text == "union" || word.text == "enum") {
      tag_word = word.text;
      continue;
    }
    // A tag counts as defined where it is followed by a body.
    if (i > 0 && word.after == '{' &&
        (words[i - 1].text == "struct" || words[i - 1].text == "union" ||
         words[i - 1].text == "enum")) {
      item.defines.emplace_back(word.text);
    }
    if (tag_word == "enum" && word.braces > 0 && (word.before == '{' || word.before == ',')) {
      item.defines.emplace_back(word.text);
    }
    if (first == "translator" && i > 0 && !has_value) {
      item.defines.emplace_back(word.text);  // the words of the output type
      has_value = word.after == '<';
    }
    if (first == "inline" && !has_value && is_outside && word.parens == 0) {
      name = word.text;
      has_value = word.after == '=' || word.after == '[';
    }
    // "int (*name)(...)": the word before the bracket is the result's type.
    const bool is_result = i + 1 < words.size() && word.after == '(' &&
                           words[i + 1].before == '*' && words[i + 1].after == ')';
    if (is_typedef && is_outside && !is_result &&
        (word.parens == 0
             ? word.after == ';' || word.after == '[' || word.after == '(' || word.after == ','
             : word.before == '*' && word.after == ')')) {
      typedefs_.emplace_back(word.text);
      item.defines.emplace_back(word.text);
    }
    if (!is_typedef && first != "inline" && first != "translator" && is_outside &&
        word.parens == 0 && word.after == ';') {
      item.defines.emplace_back(word.text);
    }
    if (first == "provider" && i == 1) {
      item.defines.emplace_back(word.text);
    }
  }
  if (!name.empty()) {
    item.defines.push_back(name);
  }
  items_.push_back(std::move(item));
}

bool LibraryText::select(WordSet& wanted) {
  bool any = false;
  for (Item& item : items_) {
    if (item.is_selected) {
      continue;
    }
    for (const std::string& name : item.defines) {
      if (wanted.count(name) != 0) {
        item.is_selected = true;
        add_words(text_.substr(item.begin, item.end - item.begin), wanted);
        any = has_selected_ = true;
        break;
      }
    }
  }
  return any;
}

std::string LibraryText::selected_text() const {
  std::string out(text_);
  for (const Item& item : items_) {
    for (size_t i = item.begin; !item.is_selected && i < item.end; ++i) {
      if (out[i] != '\n') {
        out[i] = ' ';
      }
    }
  }
  return out;
}

}  // namespace dt::lang
