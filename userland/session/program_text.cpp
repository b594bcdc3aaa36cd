// SPDX-License-Identifier: MIT
#include "session/program_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "session/schema.hpp"

namespace dt::session {

namespace {

// BEGIN, END, ERROR and ticks fire in whatever process there is.
bool is_of_process(const std::string& description) {
  const std::string name = description.substr(description.rfind(':') + 1);
  return name != "BEGIN" && name != "END" && name != "ERROR" && name.compare(0, 5, "tick-") != 0;
}

}  // namespace

MappedText ProgramText::make(const std::vector<YamlEntry>& top,
                             std::vector<SourceFilePtr>* sources) {
  const YamlEntry* first = nullptr;
  for (const YamlEntry& entry : top) {
    if (entry.key != "program" && entry.key != "program_file" && entry.key != "probes") {
      continue;
    }
    if (first != nullptr) {
      problems_.add(yaml_.at(entry.key_offset), entry.key.size(),
                    fmt::format("a session has either '{}' or '{}'", first->key, entry.key));
      continue;
    }
    first = &entry;
    if (entry.key == "program") {
      add_program(entry);
    } else if (entry.key == "program_file") {
      add_file(entry, sources);
    } else {
      add_probes(entry);
    }
  }
  if (first == nullptr) {
    problems_.add(yaml_.at(yaml_.root().offset), 1, "a session has no 'program' and no 'probes'",
                  "write 'program: |' and a D program below it");
  }
  if (const YamlEntry* stop = find_entry(top, "stop")) {
    add_stops(*stop);
  }
  return std::move(out_);
}

void ProgramText::add_program(const YamlEntry& entry) {
  const MappedText text = yaml_.text(entry.value);
  if (text.trimmed().empty()) {
    problems_.add(yaml_.at(entry.value.offset), 1, "'program' is empty: expected a D program");
  }
  out_.append(expander_.expand(text, Place::Program));
}

void ProgramText::add_file(const YamlEntry& entry, std::vector<SourceFilePtr>* sources) {
  std::string path = expander_.expand(yaml_.text(entry.value), Place::Plain).trimmed().text();
  if (path.empty()) {
    problems_.add(yaml_.at(entry.value.offset), 1, "'program_file' is empty");
    return;
  }
  if (path[0] != '/') {
    path = folder_ + "/" + path;
  }
  auto source = read_source(path);
  if (!source) {
    problems_.add(yaml_.at(entry.value.offset), entry.value.node.Scalar().size(),
                  fmt::format("'program_file': {}", source.error().message));
    return;
  }
  sources->push_back(*source);
  out_.append(expander_.expand(file_text(**source), Place::Program));
}

bool ProgramText::add_descriptions(const YamlEntry& entry, bool* of_process) {
  std::vector<YamlValue> items = {entry.value};
  if (entry.value.is_list()) {
    items = yaml_.items(entry.value);
  }
  bool has_any = false;
  *of_process = true;
  for (const YamlValue& item : items) {
    const MappedText text =
        expander_.expand(yaml_.text(item).trimmed(), Place::Description).trimmed();
    const size_t bad = text.text().find_first_of("{}/;\n\"");
    if (!item.is_scalar() || text.empty() || bad != std::string::npos) {
      problems_.add(bad == std::string::npos ? yaml_.at(item.offset) : text.origin(bad), 1,
                    "expected a probe description such as syscall::openat:entry",
                    bad == std::string::npos ? ""
                                             : "conditions go to 'predicate', statements to "
                                               "'actions'");
      return false;
    }
    if (has_any) {
      add_text(",\n");
    }
    out_.append(text);
    *of_process = *of_process && is_of_process(text.text());
    has_any = true;
  }
  if (!has_any) {
    problems_.add(yaml_.at(entry.value.offset), 1, "'probe' is empty");
  }
  return has_any;
}

void ProgramText::add_predicate(const YamlEntry* predicate, bool wants_target) {
  MappedText condition;
  if (predicate != nullptr) {
    condition = expander_.expand(yaml_.text(predicate->value).trimmed(), Place::Expression);
    if (condition.trimmed().empty()) {
      problems_.add(yaml_.at(predicate->value.offset), 1, "'predicate' is empty");
    }
  }
  // What is made up is shown where the predicate is.
  const Origin at = condition.empty() ? out_.origin(out_.text().size()) : condition.origin(0);
  MappedText target;
  if (wants_target) {
    MappedText written;
    written.append("${target}", at);
    target = expander_.expand(written, Place::Expression);
  }
  const bool has_target = !target.empty() && target.text() != "1";
  if (condition.empty() && !has_target) {
    return;
  }
  out_.append("\n/", at);
  out_.append(target, 0, has_target ? target.text().size() : 0);
  out_.append(has_target && !condition.empty() ? " && (" : "", at);
  out_.append(condition);
  out_.append(has_target && !condition.empty() ? ")/" : "/", at);
}

void ProgramText::add_probes(const YamlEntry& list) {
  const auto items = yaml_.items(list.value);
  if (items.empty()) {
    problems_.add(yaml_.at(list.value.offset), 1, "'probes' is empty");
  }
  for (const YamlValue& item : items) {
    if (!item.is_map()) {
      problems_.add(
          yaml_.at(item.offset), 1,
          fmt::format("a probe is {}, expected a map with probe and actions", form_name(item)));
      continue;
    }
    const auto keys = yaml_.entries(item, rules_of(Object::Probe), "a probe", &problems_);
    bool of_process = false;
    const YamlEntry* probe = find_entry(keys, "probe");
    if (probe == nullptr || !add_descriptions(*probe, &of_process)) {
      continue;
    }
    if (const YamlEntry* any = find_entry(keys, "any_process")) {
      auto flag = parse_bool(any->value.node.Scalar());
      if (!flag) {
        problems_.add(yaml_.at(any->value.offset), any->value.node.Scalar().size(),
                      fmt::format("'any_process': {}", flag.error().message));
      }
      of_process = of_process && !(flag && *flag);
    }
    add_predicate(find_entry(keys, "predicate"), of_process);
    add_text("\n{\n");
    if (const YamlEntry* actions = find_entry(keys, "actions")) {
      out_.append(expander_.expand(yaml_.text(actions->value), Place::Expression).trimmed());
    } else {
      add_text("trace(args);");
    }
    add_text("\n}\n\n");
  }
}

void ProgramText::add_stops(const YamlEntry& stop) {
  const auto keys = stop.value.is_map() ? yaml_.entries(stop.value, {}, "'stop'", &problems_)
                                        : std::vector<YamlEntry>();
  const YamlEntry* list = find_entry(keys, "when");
  if (list == nullptr || !list->value.is_list()) {
    return;
  }
  for (const YamlValue& item : yaml_.items(list->value)) {
    if (!item.is_map()) {
      problems_.add(yaml_.at(item.offset), 1,
                    fmt::format("a condition is {}, expected a map with probe and predicate",
                                form_name(item)));
      continue;
    }
    const auto parts = yaml_.entries(item, rules_of(Object::StopWhen), "a condition", &problems_);
    bool of_process = false;
    const YamlEntry* probe = find_entry(parts, "probe");
    if (probe == nullptr) {
      continue;
    }
    add_text("\n");
    if (!add_descriptions(*probe, &of_process)) {
      continue;
    }
    add_predicate(find_entry(parts, "predicate"), of_process);
    add_text("\n{\nexit(0);\n}\n");
  }
}

}  // namespace dt::session
