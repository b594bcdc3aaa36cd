// SPDX-License-Identifier: MIT
// Text that knows where in a file each of its bytes was written: scalars of YAML in any style, and
// the D program that is put together from them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "session/problem.hpp"

namespace dt::session {

class MappedText {
 public:
  // Text that was not written anywhere: mistakes in it are shown at `at`.
  void append(std::string_view text, Origin at);
  void append(const MappedText& other, size_t begin, size_t end);
  void append(const MappedText& other) { append(other, 0, other.text_.size()); }
  // Whitespace at both ends away.
  MappedText trimmed() const;

  bool empty() const { return text_.empty(); }
  const std::string& text() const { return text_; }
  // Of a byte, or of the place behind the last.
  Origin origin(size_t offset) const;

 private:
  friend MappedText scalar_text(const SourceFile& file, size_t offset, std::string_view value);

  std::string text_;
  std::vector<Origin> origins_;  // of each byte
};

// The value of a scalar that the YAML reader found at `offset`: plain, quoted or block.
MappedText scalar_text(const SourceFile& file, size_t offset, std::string_view value);
// A whole file.
MappedText file_text(const SourceFile& file);

}  // namespace dt::session
