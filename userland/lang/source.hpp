// SPDX-License-Identifier: MIT
// Source texts and places in them. Every token and AST node carries a SourceRange; SourceManager
// turns offsets into file, line and column, following "# line file" markers left by the C
// preprocessor.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace dt::lang {

using FileId = uint32_t;

struct SourceLoc {
  FileId file = 0;
  uint32_t offset = 0;
};

// Half-open: [begin, end) within one file.
struct SourceRange {
  SourceLoc begin;
  SourceLoc end;
};

// A place as a person names it. Line and column count from 1; column counts bytes.
struct Place {
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;
};

class SourceManager {
 public:
  // name: shown in messages, e.g. a path, "<dtrace -n 1>". Texts are kept for the manager's life.
  FileId add(std::string name, std::string text);
  std::string_view text(FileId file) const;
  const std::string& name(FileId file) const;
  // Where loc is, line markers applied.
  Place place(SourceLoc loc) const;
  // The physical line that holds loc, without its newline.
  std::string_view line_text(SourceLoc loc) const;
  // A marker: from offset on, the text is line `line` of `name`.
  void add_line_marker(FileId file, uint32_t offset, uint32_t line, std::string name);

 private:
  struct Marker {
    uint32_t offset;
    uint32_t line;
    std::string name;
  };
  struct File {
    std::string name;
    std::string text;
    std::vector<uint32_t> line_starts;
    std::vector<Marker> markers;
  };
  std::deque<File> files_;  // texts never move
};

}  // namespace dt::lang
