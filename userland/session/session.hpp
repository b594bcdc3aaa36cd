// SPDX-License-Identifier: MIT
// A session: everything a tracing run needs, as read from YAML with its parameters filled in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "session/mapped_text.hpp"
#include "session/parameter.hpp"

namespace dt::session {

enum class OutputFormat { Text, JsonLines, Csv };

struct Rotation {
  uint64_t size_bytes = 0;  // 0 = not by size
  uint64_t time_ns = 0;     // 0 = not by time
  uint64_t nr_kept = 5;     // old files: NAME.1 is the newest
};

struct OutputSpec {
  OutputFormat format = OutputFormat::Text;
  std::string file;  // "" = standard output
  std::vector<std::string> columns;
  std::optional<Rotation> rotation;
};

struct TargetSpec {
  std::optional<int64_t> pid;
  std::string command;
  std::string execname;
};

struct OptionSpec {
  std::string name;
  std::string value;
  Origin at;
};

struct NamedProvider {
  std::string name;
  Origin at;
};

struct Session {
  std::string name;
  std::string path;
  std::string description;
  std::vector<Parameter> parameters;
  std::vector<NamedProvider> providers;  // empty: any
  std::vector<OptionSpec> options;
  TargetSpec target;
  std::optional<uint64_t> duration_ns;
  std::optional<uint64_t> stop_events;
  std::vector<OutputSpec> outputs;  // at least one
  bool is_destructive = false;
  MappedText program;                  // the D text of all of it
  std::vector<SourceFilePtr> sources;  // what the program's origins point into
};

}  // namespace dt::session
