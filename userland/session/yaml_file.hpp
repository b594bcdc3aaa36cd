// SPDX-License-Identifier: MIT
// A YAML file with places: reading it, and taking maps apart while unknown, repeated and missing
// keys and wrong types are reported. The YAML library and its exceptions stay behind this.
#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "session/mapped_text.hpp"
#include "session/problem.hpp"

namespace dt::session {

// What a value may be. Forms of scalars are checked by whoever uses them.
enum class Form : unsigned { Scalar = 1, List = 2, Map = 4 };
constexpr unsigned operator|(Form a, Form b) {
  return static_cast<unsigned>(a) | static_cast<unsigned>(b);
}

// A key of a map, as config/schema describes it, too.
struct KeyRule {
  const char* name;
  unsigned forms;  // of Form
  bool is_required;
  const char* expected;  // "a duration such as 10ms"
};

// A value and where it is. An empty value (null) has the place of its key.
struct YamlValue {
  YAML::Node node;
  size_t offset = 0;

  bool is_scalar() const { return node.IsScalar(); }
  bool is_list() const { return node.IsSequence(); }
  bool is_map() const { return node.IsMap(); }
};

struct YamlEntry {
  std::string key;
  size_t key_offset = 0;
  YamlValue value;
};

class YamlFile {
 public:
  // Reads text as one YAML document. nullopt after a problem.
  static std::optional<YamlFile> parse(SourceFilePtr file, Problems* problems);

  const SourceFile& source() const { return *file_; }
  const SourceFilePtr& source_ptr() const { return file_; }
  const YamlValue& root() const { return root_; }

  Origin at(size_t offset) const { return Origin{file_.get(), offset}; }
  MappedText text(const YamlValue& value) const;
  std::vector<YamlValue> items(const YamlValue& list) const;

  // Entries of a map, in order. Reports keys that are no plain text, repeated, or not in `rules`
  // (empty: any key), values of another form, and required keys that are missing. Entries with
  // problems are left out. what: "the session", "parameter 'min'".
  std::vector<YamlEntry> entries(const YamlValue& map, std::span<const KeyRule> rules,
                                 const std::string& what, Problems* problems) const;

 private:
  explicit YamlFile(SourceFilePtr file) : file_(std::move(file)) {}
  YamlValue value_of(const YAML::Node& node, size_t fallback) const;

  SourceFilePtr file_;
  YamlValue root_;
};

// Reads a file. Error: why it cannot be read.
Result<SourceFilePtr> read_source(const std::string& path);

const YamlEntry* find_entry(const std::vector<YamlEntry>& entries, const std::string& key);
// "a list", "a map", "text", "nothing".
const char* form_name(const YamlValue& value);

}  // namespace dt::session
