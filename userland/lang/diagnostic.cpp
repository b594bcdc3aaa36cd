// SPDX-License-Identifier: MIT
// Diagnostics: collecting, tag names, rendering with carets. See diagnostic.hpp.
#include "lang/diagnostic.hpp"

#include <algorithm>
#include <iterator>

namespace dt::lang {

namespace {

struct TagText {
  std::string_view name;
  std::string_view meaning;
};

constexpr TagText kTags[] = {
#define DT_TAG(name, meaning) {#name, meaning},
#include "lang/diag_tags.def"
#undef DT_TAG
};

// How many lines of text a message may quote, and how wide they may be.
constexpr size_t kMaxLineWidth = 200;

bool same_place(const Diagnostic& a, Tag tag, SourceRange range, const std::string& message) {
  return a.tag == tag && a.range.begin.file == range.begin.file &&
         a.range.begin.offset == range.begin.offset && a.message == message;
}

}  // namespace

std::string_view tag_name(Tag tag) {
  const auto index = static_cast<size_t>(tag);
  return index < std::size(kTags) ? kTags[index].name : "D_UNKNOWN";
}

std::string_view tag_meaning(Tag tag) {
  const auto index = static_cast<size_t>(tag);
  return index < std::size(kTags) ? kTags[index].meaning : "";
}

void Diagnostics::error(Tag tag, SourceRange range, std::string message, std::string hint) {
  for (const Diagnostic& seen : all_) {
    if (same_place(seen, tag, range, message)) {
      return;
    }
  }
  all_.push_back({Severity::Error, tag, range, std::move(message), std::move(hint)});
  ++nr_errors_;
}

std::vector<Diagnostic> Diagnostics::take_back(Mark mark) {
  const auto begin = all_.begin() + static_cast<std::ptrdiff_t>(std::min(mark, all_.size()));
  std::vector<Diagnostic> taken(begin, all_.end());
  all_.erase(begin, all_.end());
  nr_errors_ -= static_cast<size_t>(std::count_if(
      taken.begin(), taken.end(),
      [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::Error; }));
  return taken;
}

void Diagnostics::warning(Tag tag, SourceRange range, std::string message, std::string hint) {
  for (const Diagnostic& seen : all_) {
    if (same_place(seen, tag, range, message)) {
      return;
    }
  }
  all_.push_back({Severity::Warning, tag, range, std::move(message), std::move(hint)});
}

std::string render(const Diagnostic& diagnostic, const SourceManager& sources, TagStyle tag_style) {
  const Place place = sources.place(diagnostic.range.begin);
  std::string out;
  if (place.line != 0) {
    out +=
        place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ": ";
  }
  out += diagnostic.severity == Severity::Error ? "error: " : "warning: ";
  const std::string tag(tag_name(diagnostic.tag));
  out += diagnostic.message;
  out += tag_style == TagStyle::Brackets ? " [" + tag + "]\n" : " (" + tag + ")\n";
  if (place.line != 0) {
    const std::string number = std::to_string(place.line);
    const std::string margin(number.size() < 5 ? 5 - number.size() : 0, ' ');
    std::string_view line = sources.line_text(diagnostic.range.begin);
    const size_t column = place.column - 1;
    std::string quoted;
    // A very long line (generated text) is shown from a little before the place.
    const size_t from = column > kMaxLineWidth - 20 ? column - 40 : 0;
    line = line.substr(std::min(from, line.size()), kMaxLineWidth);
    for (const char c : line) {
      const auto byte = static_cast<unsigned char>(c);
      quoted += byte < 0x20 && c != '\t' ? '?' : c;
    }
    out += margin + number + " | " + quoted + "\n";
    std::string carets;
    for (size_t i = 0; i < column - from; ++i) {
      carets += i < line.size() && line[i] == '\t' ? '\t' : ' ';
    }
    size_t width = 1;
    if (diagnostic.range.end.file == diagnostic.range.begin.file &&
        diagnostic.range.end.offset > diagnostic.range.begin.offset) {
      width = diagnostic.range.end.offset - diagnostic.range.begin.offset;
    }
    const size_t room = line.size() > column - from ? line.size() - (column - from) : 1;
    width = std::max<size_t>(1, std::min(width, room));
    carets += "^" + std::string(width - 1, '~');
    out += std::string(margin.size() + number.size(), ' ') + " | " + carets + "\n";
  }
  if (!diagnostic.hint.empty()) {
    out += "hint: " + diagnostic.hint + "\n";
  }
  return out;
}

}  // namespace dt::lang
