// SPDX-License-Identifier: MIT
#include "session/yaml_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <set>
#include <sstream>

namespace dt::session {

namespace {

constexpr size_t kLargestFile = 1u << 20;

// Offset of the first byte that is no UTF-8 or no text; npos = none.
size_t find_bad_byte(const std::string& text) {
  for (size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f) {
      return i;
    }
    const size_t more = c < 0x80         ? 0
                        : (c >> 5) == 6  ? 1
                        : (c >> 4) == 14 ? 2
                        : (c >> 3) == 30 ? 3
                                         : 9;
    if (more == 9 || i + more >= text.size() + (more == 0 ? 1 : 0)) {
      return i;
    }
    for (size_t k = 1; k <= more; k++) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) {
        return i;
      }
    }
    i += more + 1;
  }
  return std::string::npos;
}

// Where documents begin; what is in them is of no interest here.
class DocumentStarts final : public YAML::EventHandler {
 public:
  std::vector<YAML::Mark> marks;

  void OnDocumentStart(const YAML::Mark& mark) override { marks.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

// Offset of what follows the first document; npos = nothing. (Loading all documents is no way to
// find out: there are texts on which the library never ends.)
size_t find_second_document(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStarts starts;
  if (!parser.HandleNextDocument(starts) || !parser || !parser.HandleNextDocument(starts) ||
      starts.marks.size() < 2) {
    return std::string::npos;
  }
  return starts.marks[1].pos < 0 ? 0 : static_cast<size_t>(starts.marks[1].pos);
}

const KeyRule* find_rule(std::span<const KeyRule> rules, const std::string& key) {
  const auto found = std::find_if(rules.begin(), rules.end(),
                                  [&](const KeyRule& rule) { return key == rule.name; });
  return found == rules.end() ? nullptr : &*found;
}

unsigned form_of(const YamlValue& value) {
  return static_cast<unsigned>(value.is_scalar() ? Form::Scalar
                               : value.is_list() ? Form::List
                               : value.is_map()  ? Form::Map
                                                 : Form{0});
}

}  // namespace

Result<SourceFilePtr> read_source(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"),
                                                             std::fclose);
  if (!file) {
    return error_from_errno("cannot read " + path, errno);
  }
  struct stat status {};
  if (::fstat(::fileno(file.get()), &status) == 0 && S_ISDIR(status.st_mode)) {
    return error_from_errno("cannot read " + path, EISDIR);
  }
  auto source = std::make_shared<SourceFile>();
  source->name = path;
  char block[65536];
  size_t length;
  while ((length = std::fread(block, 1, sizeof(block), file.get())) > 0) {
    source->text.append(block, length);
    if (source->text.size() > kLargestFile) {
      return Error{fmt::format("cannot read {}: more than {} bytes", path, kLargestFile), EFBIG};
    }
  }
  if (std::ferror(file.get()) != 0) {
    return error_from_errno("cannot read " + path, errno);
  }
  return SourceFilePtr(std::move(source));
}

std::optional<YamlFile> YamlFile::parse(SourceFilePtr file, Problems* problems) {
  YamlFile out(std::move(file));
  const std::string& text = out.source().text;
  if (const size_t bad = find_bad_byte(text); bad != std::string::npos) {
    problems->add(out.at(bad), 1,
                  fmt::format("byte {:#04x} is not text", static_cast<unsigned char>(text[bad])),
                  "the file has to be UTF-8 without control characters");
    return std::nullopt;
  }
  if (text.compare(0, 3, "\xef\xbb\xbf") == 0) {
    problems->add(out.at(0), 3, "the file begins with a byte order mark", "save it without one");
    return std::nullopt;
  }
  try {
    out.root_ = out.value_of(YAML::Load(text), 0);
    if (const size_t second = find_second_document(text); second != std::string::npos) {
      const bool is_document = text.compare(second, 3, "---") == 0;
      problems->add(out.at(second), 1,
                    is_document ? "a second document begins here" : "this is not YAML",
                    "one file holds one document");
      return std::nullopt;
    }
  } catch (const YAML::Exception& error) {
    const size_t offset = error.mark.is_null() || error.mark.pos < 0
                              ? 0
                              : std::min(static_cast<size_t>(error.mark.pos), text.size());
    problems->add(out.at(offset), 1, "this is not YAML: " + error.msg);
    return std::nullopt;
  }
  return out;
}

YamlValue YamlFile::value_of(const YAML::Node& node, size_t fallback) const {
  const YAML::Mark mark = node.Mark();
  const bool has_place = !node.IsNull() && !mark.is_null() && mark.pos >= 0;
  return YamlValue{node, has_place ? static_cast<size_t>(mark.pos) : fallback};
}

MappedText YamlFile::text(const YamlValue& value) const {
  return value.is_scalar() ? scalar_text(*file_, value.offset, value.node.Scalar()) : MappedText();
}

std::vector<YamlValue> YamlFile::items(const YamlValue& list) const {
  std::vector<YamlValue> items;
  for (const YAML::Node& node : list.node) {
    items.push_back(value_of(node, list.offset));
  }
  return items;
}

std::vector<YamlEntry> YamlFile::entries(const YamlValue& map, std::span<const KeyRule> rules,
                                         const std::string& what, Problems* problems) const {
  std::vector<YamlEntry> entries;
  std::set<std::string> seen;
  std::vector<std::string> known;
  for (const KeyRule& rule : rules) {
    known.emplace_back(rule.name);
  }
  for (const auto& pair : map.node) {
    const YamlValue key = value_of(pair.first, map.offset);
    if (!key.is_scalar()) {
      problems->add(at(key.offset), 1, fmt::format("a key of {} has to be a word", what));
      continue;
    }
    YamlEntry entry{key.node.Scalar(), key.offset, value_of(pair.second, key.offset)};
    const size_t length = std::max<size_t>(1, entry.key.size());
    if (!seen.insert(entry.key).second) {
      problems->add(at(entry.key_offset), length,
                    fmt::format("{} has '{}' twice", what, entry.key));
      continue;
    }
    const KeyRule* rule = find_rule(rules, entry.key);
    if (!rules.empty() && rule == nullptr) {
      problems->add(at(entry.key_offset), length,
                    fmt::format("{} has no key '{}'", what, entry.key),
                    name_hint(entry.key, known));
      continue;
    }
    if (rule != nullptr && (form_of(entry.value) & rule->forms) == 0) {
      problems->add(at(entry.value.offset), 1,
                    fmt::format("'{}' is {}, expected {}", entry.key, form_name(entry.value),
                                rule->expected));
      continue;
    }
    entries.push_back(std::move(entry));
  }
  for (const KeyRule& rule : rules) {
    if (rule.is_required && seen.count(rule.name) == 0) {
      problems->add(at(map.offset), 1,
                    fmt::format("{} has no '{}': expected {}", what, rule.name, rule.expected));
    }
  }
  return entries;
}

const YamlEntry* find_entry(const std::vector<YamlEntry>& entries, const std::string& key) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const YamlEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

const char* form_name(const YamlValue& value) {
  return value.is_scalar() ? "text"
         : value.is_list() ? "a list"
         : value.is_map()  ? "a map"
                           : "empty";
}

}  // namespace dt::session
