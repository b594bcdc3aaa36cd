// SPDX-License-Identifier: MIT
// Scalars are mapped by walking the written text and the value together: folding turns a line end
// and its indentation into a blank, quoting doubles or escapes characters, and blocks are indented.
// What cannot be told (escapes of several bytes) maps to the place where the escape begins.
#include "session/mapped_text.hpp"

#include <cctype>

namespace dt::session {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

class ScalarWalk {
 public:
  ScalarWalk(const SourceFile& file, size_t offset, std::string_view value)
      : text_(file.text), at_(std::min(offset, file.text.size())), value_(value) {}

  std::vector<size_t> offsets() {
    skip_properties();
    const char style = peek();
    std::vector<size_t> offsets;
    offsets.reserve(value_.size());
    if (style == '|' || style == '>') {
      block(&offsets);
    } else if (style == '"') {
      at_++;
      double_quoted(&offsets);
    } else {
      is_single_quoted_ = style == '\'';
      at_ += is_single_quoted_ ? 1 : 0;
      flow(&offsets);
    }
    return offsets;
  }

 private:
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  // "&anchor" and "!tag" before the scalar.
  void skip_properties() {
    while (peek() == '&' || peek() == '!') {
      while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(peek())) == 0) {
        at_++;
      }
      while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(peek())) != 0) {
        at_++;
      }
    }
  }

  // A byte of the value is looked for from here on, past line ends and indentation.
  void take(char wanted, std::vector<size_t>* offsets) {
    size_t at = at_;
    if (wanted == '\n' || wanted == ' ') {
      while (at < text_.size() && text_[at] != wanted && text_[at] != '\n' &&
             (is_blank(text_[at]) || text_[at] == '\r')) {
        at++;
      }
      const bool is_found = at < text_.size() && (text_[at] == wanted || text_[at] == '\n');
      offsets->push_back(is_found ? at : std::min(at_, text_.size()));
      at_ = is_found ? at + 1 : at_;
      return;
    }
    while (at < text_.size() && text_[at] != wanted &&
           (is_blank(text_[at]) || text_[at] == '\n' || text_[at] == '\r')) {
      at++;
    }
    const bool is_found = at < text_.size() && text_[at] == wanted;
    offsets->push_back(is_found ? at : std::min(at_, text_.size()));
    at_ = is_found ? at + 1 : at_;
  }

  void flow(std::vector<size_t>* offsets) {
    for (const char c : value_) {
      take(c, offsets);
      if (c == '\'' && is_single_quoted_ && peek() == '\'') {
        at_++;
      }
    }
  }

  // Number of bytes of the value that the escape at at_ stands for is not always one: the rest of
  // them maps to the same place.
  void double_quoted(std::vector<size_t>* offsets) {
    for (size_t i = 0; i < value_.size();) {
      if (peek() == '\\' && (peek(1) == '\n' || peek(1) == '\r')) {
        at_ += 2;
        while (at_ < text_.size() && (is_blank(peek()) || peek() == '\n')) {
          at_++;
        }
        continue;
      }
      if (peek() != '\\') {
        take(value_[i++], offsets);
        continue;
      }
      const size_t begin = at_;
      size_t nr_digits = 0;
      nr_digits = peek(1) == 'x' ? 2 : peek(1) == 'u' ? 4 : peek(1) == 'U' ? 8 : 0;
      at_ = std::min(at_ + 2 + nr_digits, text_.size());
      offsets->push_back(begin);
      // UTF-8 of one escaped character.
      for (i++; i < value_.size() && (value_[i] & 0xc0) == 0x80 && nr_digits != 0; i++) {
        offsets->push_back(begin);
      }
      if (at_ >= text_.size()) {
        break;
      }
    }
    offsets->resize(value_.size(), at_);
  }

  void block(std::vector<size_t>* offsets) {
    const bool is_folded = peek() == '>';
    size_t given = 0;
    while (at_ < text_.size() && peek() != '\n') {
      if (peek() == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
        break;
      }
      given = peek() >= '1' && peek() <= '9' ? static_cast<size_t>(peek() - '0') : given;
      at_++;
    }
    at_ = std::min(at_ + 1, text_.size());
    if (given == 0) {
      // Indented like its first line that is not empty.
      size_t begin = at_;
      while (begin < text_.size()) {
        size_t first = begin;
        while (first < text_.size() && text_[first] == ' ') {
          first++;
        }
        if (first >= text_.size() || text_[first] != '\n') {
          indent_ = first - begin;
          break;
        }
        begin = first + 1;
      }
    } else {
      // Relative to the parent, whose indentation shows in the first byte of the value.
      size_t first = at_;
      while (first < text_.size() && text_[first] == ' ') {
        first++;
      }
      size_t own = 0;
      while (own < value_.size() && value_[own] == ' ') {
        own++;
      }
      indent_ = first - at_ >= own ? first - at_ - own : 0;
    }
    skip_indent();
    for (const char c : value_) {
      if (is_folded) {
        folded_byte(c, offsets);
        continue;
      }
      if (peek() == '\r' && c == '\n') {
        at_++;
      }
      offsets->push_back(std::min(at_, text_.size()));
      at_ = std::min(at_ + 1, text_.size());
      if (c == '\n') {
        skip_indent();
      }
    }
  }

  void skip_indent() {
    for (size_t i = 0; i < indent_ && peek() == ' '; i++) {
      at_++;
    }
  }

  // A blank may stand for a line end, and an empty line for a line end of the value.
  void folded_byte(char c, std::vector<size_t>* offsets) {
    if (c != ' ' && c != '\n') {
      while (at_ < text_.size() && peek() != c && (peek() == '\n' || peek() == ' ')) {
        at_++;
      }
    }
    offsets->push_back(std::min(at_, text_.size()));
    const bool is_line_end = peek() == '\n';
    at_ = std::min(at_ + 1, text_.size());
    if (is_line_end) {
      skip_indent();
    }
  }

  const std::string& text_;
  size_t at_;
  std::string_view value_;
  size_t indent_ = 0;
  bool is_single_quoted_ = false;
};

}  // namespace

void MappedText::append(std::string_view text, Origin at) {
  text_ += text;
  origins_.resize(text_.size(), at);
}

void MappedText::append(const MappedText& other, size_t begin, size_t end) {
  end = std::min(end, other.text_.size());
  begin = std::min(begin, end);
  text_.append(other.text_, begin, end - begin);
  origins_.insert(origins_.end(), other.origins_.begin() + static_cast<std::ptrdiff_t>(begin),
                  other.origins_.begin() + static_cast<std::ptrdiff_t>(end));
}

MappedText MappedText::trimmed() const {
  const size_t begin = text_.find_first_not_of(" \t\r\n");
  MappedText out;
  if (begin != std::string::npos) {
    out.append(*this, begin, text_.find_last_not_of(" \t\r\n") + 1);
  }
  return out;
}

Origin MappedText::origin(size_t offset) const {
  if (origins_.empty()) {
    return {};
  }
  if (offset < origins_.size()) {
    return origins_[offset];
  }
  Origin last = origins_.back();
  last.offset += last.file != nullptr && last.offset < last.file->text.size() ? 1 : 0;
  return last;
}

MappedText scalar_text(const SourceFile& file, size_t offset, std::string_view value) {
  MappedText mapped;
  mapped.text_ = value;
  mapped.origins_.reserve(value.size());
  for (const size_t at : ScalarWalk(file, offset, value).offsets()) {
    mapped.origins_.push_back(Origin{&file, at});
  }
  mapped.origins_.resize(value.size(), Origin{&file, offset});
  return mapped;
}

MappedText file_text(const SourceFile& file) {
  MappedText mapped;
  for (size_t i = 0; i < file.text.size(); i++) {
    mapped.append(std::string_view(file.text).substr(i, 1), Origin{&file, i});
  }
  return mapped;
}

}  // namespace dt::session
