// SPDX-License-Identifier: MIT
// SourceManager: texts, line tables, line markers. See source.hpp.
#include "lang/source.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace dt::lang {

FileId SourceManager::add(std::string name, std::string text) {
  File file;
  file.name = std::move(name);
  file.text = std::move(text);
  file.line_starts.push_back(0);
  for (size_t i = 0; i < file.text.size(); ++i) {
    if (file.text[i] == '\n') {
      file.line_starts.push_back(static_cast<uint32_t>(i + 1));
    }
  }
  files_.push_back(std::move(file));
  return static_cast<FileId>(files_.size() - 1);
}

std::string_view SourceManager::text(FileId file) const {
  DT_CHECK(file < files_.size());
  return files_[file].text;
}

const std::string& SourceManager::name(FileId file) const {
  DT_CHECK(file < files_.size());
  return files_[file].name;
}

Place SourceManager::place(SourceLoc loc) const {
  if (loc.file >= files_.size()) {
    return {};
  }
  const File& file = files_[loc.file];
  const auto line_after =
      std::upper_bound(file.line_starts.begin(), file.line_starts.end(), loc.offset);
  const auto line_index = static_cast<uint32_t>(line_after - file.line_starts.begin() - 1);
  Place place{file.name, line_index + 1, loc.offset - file.line_starts[line_index] + 1};
  const auto marker_after =
      std::upper_bound(file.markers.begin(), file.markers.end(), loc.offset,
                       [](uint32_t offset, const Marker& m) { return offset < m.offset; });
  if (marker_after != file.markers.begin()) {
    const Marker& marker = *(marker_after - 1);
    const auto start_after =
        std::upper_bound(file.line_starts.begin(), file.line_starts.end(), marker.offset);
    const auto marker_line = static_cast<uint32_t>(start_after - file.line_starts.begin() - 1);
    place.line = marker.line + (line_index - marker_line);
    if (!marker.name.empty()) {
      place.file = marker.name;
    }
  }
  return place;
}

std::string_view SourceManager::line_text(SourceLoc loc) const {
  if (loc.file >= files_.size()) {
    return {};
  }
  const std::string_view text = files_[loc.file].text;
  const size_t offset = std::min<size_t>(loc.offset, text.size());
  size_t begin = offset;
  while (begin > 0 && text[begin - 1] != '\n') {
    --begin;
  }
  size_t end = text.find('\n', offset);
  if (end == std::string_view::npos) {
    end = text.size();
  }
  return text.substr(begin, end - begin);
}

void SourceManager::add_line_marker(FileId file, uint32_t offset, uint32_t line, std::string name) {
  DT_CHECK(file < files_.size());
  std::vector<Marker>& markers = files_[file].markers;
  if (name.empty() && !markers.empty()) {
    name = markers.back().name;
  }
  // Texts are lexed front to back, so markers arrive in order; a second lexing adds nothing new.
  if (markers.empty() || markers.back().offset < offset) {
    markers.push_back({offset, line, std::move(name)});
  }
}

}  // namespace dt::lang
