// SPDX-License-Identifier: MIT
// The D program that a session stands for: its program, or clauses made from its probes, and a
// clause for each condition to stop.
#pragma once

#include <string>
#include <vector>

#include "session/expand.hpp"
#include "session/yaml_file.hpp"

namespace dt::session {

class ProgramText {
 public:
  // folder: where program_file is looked for.
  ProgramText(const YamlFile& yaml, Expander* expander, std::string folder, Problems* problems)
      : yaml_(yaml), expander_(*expander), folder_(std::move(folder)), problems_(*problems) {}

  // top: the session's entries. Files that were read are added to *sources.
  MappedText make(const std::vector<YamlEntry>& top, std::vector<SourceFilePtr>* sources);

 private:
  void add_program(const YamlEntry& entry);
  void add_file(const YamlEntry& entry, std::vector<SourceFilePtr>* sources);
  void add_probes(const YamlEntry& list);
  void add_stops(const YamlEntry& stop);
  // "probe, probe". false: nothing usable; *is_of_process: it fires in the process that it is
  // about.
  bool add_descriptions(const YamlEntry& entry, bool* is_of_process);
  void add_predicate(const YamlEntry* predicate, bool wants_target);
  void add_text(const std::string& text) { out_.append(text, out_.origin(out_.text().size())); }

  const YamlFile& yaml_;
  Expander& expander_;
  std::string folder_;
  Problems& problems_;
  MappedText out_;
};

}  // namespace dt::session
