// SPDX-License-Identifier: MIT
// The order is: name and parameters, their values, then everything that may contain ${name}.
#include "session/loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "session/expand.hpp"
#include "session/program_text.hpp"
#include "session/schema.hpp"
#include "session/yaml_file.hpp"

namespace dt::session {

namespace {

constexpr size_t kMostOutputs = 16;

bool is_identifier(const std::string& text) {
  return !text.empty() && (std::isalpha(static_cast<unsigned char>(text[0])) != 0) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
         });
}

bool is_session_name(const std::string& text) {
  return !text.empty() && text.size() <= 64 && text[0] != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

std::string stem_of(const std::string& path) {
  std::string name = path.substr(path.rfind('/') + 1);
  const size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

class Loader {
 public:
  Loader(const YamlFile& yaml, const LoadRequest& request, Problems* problems)
      : yaml_(yaml),
        request_(request),
        problems_(*problems),
        expander_(session_.parameters, problems) {}

  Session load(bool is_summary);

 private:
  void fail(const YamlValue& value, std::string message, std::string hint = {}) {
    const size_t length = value.is_scalar() ? std::max<size_t>(1, value.node.Scalar().size()) : 1;
    problems_.add(yaml_.at(value.offset), length, std::move(message), std::move(hint));
  }
  const YamlEntry* top(const char* key) const { return find_entry(top_, key); }
  std::vector<YamlEntry> entries(const YamlValue& map, Object object, const std::string& what) {
    return yaml_.entries(map, rules_of(object), what, &problems_);
  }

  // Text with parameters filled in; numbers and so on from it, nullopt after a problem.
  std::string plain(const YamlEntry& entry, Place place = Place::Plain);
  template <typename T>
  std::optional<T> parsed(const YamlEntry& entry, Result<T> (*parse)(const std::string&));

  void names();
  void parameters();
  void parameter(const YamlEntry& entry);
  void choices(const YamlEntry& entry, Parameter* parameter);
  void limits(const std::vector<YamlEntry>& keys, Parameter* parameter);
  void settings();
  void providers();
  void target();
  void options();
  void stop();
  void outputs();
  OutputSpec output(const YamlValue& value);
  std::optional<Rotation> rotation(const YamlValue& value);
  void columns(const YamlEntry& entry, OutputSpec* spec);

  const YamlFile& yaml_;
  const LoadRequest& request_;
  Problems& problems_;
  std::vector<YamlEntry> top_;
  Session session_;
  Expander expander_;
};

std::string Loader::plain(const YamlEntry& entry, Place place) {
  return expander_.expand(yaml_.text(entry.value), place).trimmed().text();
}

template <typename T>
std::optional<T> Loader::parsed(const YamlEntry& entry, Result<T> (*parse)(const std::string&)) {
  auto value = parse(plain(entry));
  if (!value) {
    fail(entry.value, fmt::format("'{}': {}", entry.key, value.error().message));
    return std::nullopt;
  }
  return *value;
}

void Loader::names() {
  session_.path = yaml_.source().name;
  session_.name = stem_of(session_.path);
  if (const YamlEntry* name = top("name")) {
    const std::string text = name->value.node.Scalar();
    if (is_session_name(text)) {
      session_.name = text;
    } else {
      fail(name->value, fmt::format("'{}' cannot be a session's name", text),
           "lower-case letters, digits and - can be in it");
    }
  }
  if (const YamlEntry* description = top("description")) {
    session_.description = yaml_.text(description->value).trimmed().text();
    if (session_.description.empty() || session_.description.find('\n') != std::string::npos) {
      fail(description->value, "'description': expected one line of text");
    }
  }
}

void Loader::parameters() {
  const YamlEntry* map = top("parameters");
  if (map == nullptr) {
    return;
  }
  for (const YamlEntry& entry : yaml_.entries(map->value, {}, "'parameters'", &problems_)) {
    parameter(entry);
  }
}

void Loader::parameter(const YamlEntry& entry) {
  const Origin at = yaml_.at(entry.key_offset);
  if (!is_identifier(entry.key) || entry.key.size() > 64) {
    problems_.add(at, entry.key.size(), fmt::format("'{}' cannot be a parameter's name", entry.key),
                  "letters, digits and _ can be in it");
    return;
  }
  if (entry.key == "target") {
    problems_.add(at, entry.key.size(), "a parameter cannot be called target",
                  "${target} is the condition that 'target' makes");
    return;
  }
  if (!entry.value.is_map()) {
    fail(entry.value, fmt::format("parameter '{}' is {}, expected a map with type and default",
                                  entry.key, form_name(entry.value)));
    return;
  }
  const auto keys =
      entries(entry.value, Object::Parameter, fmt::format("parameter '{}'", entry.key));
  Parameter parameter;
  parameter.name = entry.key;
  const YamlEntry* type = find_entry(keys, "type");
  if (type == nullptr) {
    return;
  }
  const auto known = type_of_name(type->value.node.Scalar());
  if (!known) {
    fail(type->value, fmt::format("there is no type '{}'", type->value.node.Scalar()),
         name_hint(type->value.node.Scalar(), type_names()));
    return;
  }
  parameter.type = *known;
  if (const YamlEntry* description = find_entry(keys, "description")) {
    parameter.description = yaml_.text(description->value).trimmed().text();
  }
  limits(keys, &parameter);
  if (const YamlEntry* preset = find_entry(keys, "default")) {
    auto value = parse_value(parameter, preset->value.node.Scalar());
    if (value) {
      parameter.preset = parameter.value = *value;
    } else {
      fail(preset->value, fmt::format("'default': {}", value.error().message));
      parameter.value = ParameterValue{};
    }
  }
  session_.parameters.push_back(std::move(parameter));
}

void Loader::limits(const std::vector<YamlEntry>& keys, Parameter* parameter) {
  const bool has_limits = parameter->type == ParameterType::Int ||
                          parameter->type == ParameterType::Duration ||
                          parameter->type == ParameterType::Size;
  auto misplaced = [&](const YamlEntry& entry) {
    problems_.add(
        yaml_.at(entry.key_offset), entry.key.size(),
        fmt::format("a parameter of type {} has no '{}'", type_name(parameter->type), entry.key));
  };
  for (const YamlEntry& entry : keys) {
    if (entry.key == "min" || entry.key == "max") {
      if (!has_limits) {
        misplaced(entry);
        continue;
      }
      Parameter unlimited;
      unlimited.type = parameter->type;
      auto value = parse_value(unlimited, entry.value.node.Scalar());
      if (!value) {
        fail(entry.value, fmt::format("'{}': {}", entry.key, value.error().message));
      } else {
        (entry.key == "min" ? parameter->min : parameter->max) = *value;
      }
    } else if (entry.key == "max_length") {
      if (parameter->type != ParameterType::String) {
        misplaced(entry);
        continue;
      }
      auto value = parse_int(entry.value.node.Scalar());
      if (!value || *value < 1 || *value > 4096) {
        fail(entry.value, "'max_length': expected a number from 1 to 4096");
      } else {
        parameter->max_length = static_cast<size_t>(*value);
      }
    } else if (entry.key == "values") {
      if (parameter->type != ParameterType::Choice) {
        misplaced(entry);
        continue;
      }
      choices(entry, parameter);
    }
  }
  if (parameter->type == ParameterType::Choice && find_entry(keys, "values") == nullptr) {
    problems_.add(yaml_.at(keys.front().key_offset), keys.front().key.size(),
                  fmt::format("parameter '{}' has no 'values' to choose from", parameter->name));
  }
  if (parameter->min && parameter->max && parameter->min->number > parameter->max->number) {
    fail(find_entry(keys, "min")->value, fmt::format("'min' is {}, more than 'max', {}",
                                                     parameter->min->text, parameter->max->text));
    parameter->min.reset();
  }
}

void Loader::choices(const YamlEntry& entry, Parameter* parameter) {
  if (entry.value.is_map()) {
    for (const YamlEntry& one : yaml_.entries(entry.value, {}, "'values'", &problems_)) {
      const std::string text = yaml_.text(one.value).trimmed().text();
      if (text.empty()) {
        fail(one.value, fmt::format("'{}': expected D text", one.key));
      }
      parameter->choices.push_back(Choice{one.key, text});
    }
  } else {
    for (const YamlValue& one : yaml_.items(entry.value)) {
      if (!one.is_scalar()) {
        fail(one, fmt::format("a value is {}, expected a word", form_name(one)));
        continue;
      }
      parameter->choices.push_back(Choice{one.node.Scalar(), {}});
    }
  }
  if (parameter->choices.empty()) {
    fail(entry.value, "'values' is empty");
  }
}

void Loader::settings() {
  std::vector<std::string> known;
  for (const Parameter& parameter : session_.parameters) {
    known.push_back(parameter.name);
  }
  for (const auto& setting : request_.settings) {
    const std::string& name = setting.first;
    const std::string& text = setting.second;
    const auto found = std::find_if(session_.parameters.begin(), session_.parameters.end(),
                                    [&](const Parameter& one) { return one.name == name; });
    if (found == session_.parameters.end()) {
      problems_.add({}, 0,
                    fmt::format("--set {}: session {} has no such parameter", name, session_.name),
                    known.empty() ? "it has none" : name_hint(name, known));
      continue;
    }
    auto value = parse_value(*found, text);
    if (!value) {
      problems_.add({}, 0, fmt::format("--set {}: {}", name, value.error().message));
      continue;
    }
    found->value = *value;
  }
  for (const Parameter& parameter : session_.parameters) {
    const bool is_given = std::any_of(request_.settings.begin(), request_.settings.end(),
                                      [&](const auto& one) { return one.first == parameter.name; });
    if (!parameter.value && !is_given) {
      problems_.add({}, 0,
                    fmt::format("session {} needs parameter {}: --set {}=VALUE ({})", session_.name,
                                parameter.name, parameter.name, describe(parameter)),
                    parameter.description);
    }
  }
}

void Loader::providers() {
  const YamlEntry* list = top("providers");
  if (list == nullptr) {
    return;
  }
  for (const YamlValue& item : yaml_.items(list->value)) {
    if (!item.is_scalar()) {
      fail(item, fmt::format("a provider is {}, expected its name", form_name(item)));
      continue;
    }
    session_.providers.push_back(NamedProvider{item.node.Scalar(), yaml_.at(item.offset)});
  }
}

void Loader::target() {
  const YamlEntry* map = top("target");
  if (map != nullptr) {
    const auto keys = entries(map->value, Object::Target, "'target'");
    if (keys.size() > 1) {
      problems_.add(yaml_.at(keys[1].key_offset), keys[1].key.size(),
                    "'target' has several of pid, command and execname: expected one");
    }
    for (const YamlEntry& entry : keys) {
      if (entry.key == "pid") {
        const auto pid = parsed<int64_t>(entry, parse_int);
        if (pid && (*pid < 1 || *pid > INT32_MAX)) {
          fail(entry.value, "'pid': expected a process id");
        }
        session_.target.pid = pid;
      } else if (entry.key == "command") {
        session_.target.command = plain(entry, Place::Word);
      } else {
        session_.target.execname = plain(entry);
      }
    }
  }
  if (request_.has_command || request_.has_pid) {
    session_.target = {};
  }
  if (request_.has_command || !session_.target.command.empty()) {
    expander_.set_target("progenyof($target)");
  } else if (request_.has_pid || session_.target.pid) {
    expander_.set_target("(pid == $target)");
  } else if (!session_.target.execname.empty()) {
    expander_.set_target(fmt::format("(execname == {})", d_string(session_.target.execname)));
  }
}

void Loader::options() {
  const YamlEntry* map = top("options");
  if (map == nullptr) {
    return;
  }
  for (const YamlEntry& entry : yaml_.entries(map->value, {}, "'options'", &problems_)) {
    if (!entry.value.is_scalar() && !entry.value.node.IsNull()) {
      fail(entry.value,
           fmt::format("option '{}' is {}, expected a value", entry.key, form_name(entry.value)));
      continue;
    }
    session_.options.push_back(OptionSpec{entry.key, entry.value.is_scalar() ? plain(entry) : "",
                                          yaml_.at(entry.key_offset)});
  }
}

void Loader::stop() {
  if (const YamlEntry* entry = top("duration")) {
    session_.duration_ns = parsed<uint64_t>(*entry, parse_duration);
    if (session_.duration_ns && *session_.duration_ns == 0) {
      fail(entry->value, "'duration': expected more than nothing");
    }
  }
  const YamlEntry* map = top("stop");
  if (map == nullptr) {
    return;
  }
  const auto keys = entries(map->value, Object::Stop, "'stop'");
  if (const YamlEntry* events = find_entry(keys, "events")) {
    const auto number = parsed<int64_t>(*events, parse_int);
    if (number && *number < 1) {
      fail(events->value, "'events': expected at least 1");
    } else if (number) {
      session_.stop_events = static_cast<uint64_t>(*number);
    }
  }
}

std::optional<Rotation> Loader::rotation(const YamlValue& value) {
  Rotation rotation;
  const auto keys = entries(value, Object::Rotate, "'rotate'");
  for (const YamlEntry& entry : keys) {
    if (entry.key == "size") {
      const auto size = parsed<uint64_t>(entry, parse_bytes);
      if (size && *size < 1024) {
        fail(entry.value, "'size': expected at least 1k");
      }
      rotation.size_bytes = size.value_or(0);
    } else if (entry.key == "time") {
      const auto time = parsed<uint64_t>(entry, parse_duration);
      if (time && *time < 1'000'000'000) {
        fail(entry.value, "'time': expected at least 1s");
      }
      rotation.time_ns = time.value_or(0);
    } else {
      const auto kept = parsed<int64_t>(entry, parse_int);
      if (kept && (*kept < 0 || *kept > 1000)) {
        fail(entry.value, "'keep': expected 0 to 1000");
      }
      rotation.nr_kept = static_cast<uint64_t>(std::clamp<int64_t>(kept.value_or(5), 0, 1000));
    }
  }
  if (find_entry(keys, "size") == nullptr && find_entry(keys, "time") == nullptr) {
    problems_.add(yaml_.at(value.offset), 1, "'rotate' has no size and no time: expected one");
  }
  return rotation;
}

void Loader::columns(const YamlEntry& entry, OutputSpec* spec) {
  for (const YamlValue& column : yaml_.items(entry.value)) {
    if (!column.is_scalar()) {
      fail(column, fmt::format("a column is {}, expected its name", form_name(column)));
      continue;
    }
    spec->columns.push_back(column.node.Scalar());
  }
  if (spec->format != OutputFormat::Csv) {
    problems_.add(yaml_.at(entry.key_offset), entry.key.size(), "only format csv has columns");
  }
}

OutputSpec Loader::output(const YamlValue& value) {
  OutputSpec spec;
  const auto keys = entries(value, Object::Output, "an output");
  if (const YamlEntry* format = find_entry(keys, "format")) {
    const auto names = output_formats();
    const std::string text = plain(*format);
    const auto found = std::find(names.begin(), names.end(), text);
    if (found == names.end()) {
      fail(format->value, fmt::format("there is no format '{}'", text),
           name_hint(text, {names.begin(), names.end()}));
    } else {
      spec.format = static_cast<OutputFormat>(found - names.begin());
    }
  }
  if (const YamlEntry* file = find_entry(keys, "file")) {
    const std::string name = plain(*file);
    if (name.empty()) {
      fail(file->value, "'file' is empty: expected the name of a file, or stdout");
    }
    spec.file = name == "stdout" ? "" : name;
  }
  if (const YamlEntry* entry = find_entry(keys, "columns")) {
    columns(*entry, &spec);
  }
  if (const YamlEntry* entry = find_entry(keys, "rotate")) {
    spec.rotation = rotation(entry->value);
    if (spec.file.empty()) {
      problems_.add(yaml_.at(entry->key_offset), entry->key.size(),
                    "standard output cannot be rotated", "give the output a 'file'");
    }
  }
  return spec;
}

void Loader::outputs() {
  if (const YamlEntry* list = top("outputs")) {
    for (const YamlValue& item : yaml_.items(list->value)) {
      if (!item.is_map()) {
        fail(item,
             fmt::format("an output is {}, expected a map with format and file", form_name(item)));
        continue;
      }
      OutputSpec spec = output(item);
      const bool is_twice =
          std::any_of(session_.outputs.begin(), session_.outputs.end(),
                      [&](const OutputSpec& other) { return other.file == spec.file; });
      if (is_twice) {
        fail(item, spec.file.empty() ? "two outputs go to standard output"
                                     : fmt::format("two outputs go to the file {}", spec.file));
      } else if (session_.outputs.size() >= kMostOutputs) {
        fail(item, fmt::format("more than {} outputs", kMostOutputs));
        break;
      }
      session_.outputs.push_back(std::move(spec));
    }
  }
  if (session_.outputs.empty()) {
    session_.outputs.emplace_back();
  }
}

Session Loader::load(bool is_summary) {
  if (!yaml_.root().is_map()) {
    problems_.add(yaml_.at(yaml_.root().offset), 1,
                  fmt::format("the file is {}, expected a map with description and program or "
                              "probes",
                              form_name(yaml_.root())));
    return std::move(session_);
  }
  top_ = entries(yaml_.root(), Object::Session, "a session");
  session_.sources.push_back(yaml_.source_ptr());
  names();
  parameters();
  if (is_summary) {
    return std::move(session_);
  }
  settings();
  providers();
  target();
  options();
  stop();
  outputs();
  if (const YamlEntry* entry = top("destructive")) {
    session_.is_destructive = parsed<bool>(*entry, parse_bool).value_or(false);
  }
  ProgramText program(yaml_, &expander_, folder_of(session_.path), &problems_);
  session_.program = program.make(top_, &session_.sources);
  return std::move(session_);
}

}  // namespace

Session load_session(SourceFilePtr file, const LoadRequest& request, Problems* problems) {
  Session empty;
  empty.path = file->name;
  empty.sources.push_back(file);
  const auto yaml = YamlFile::parse(std::move(file), problems);
  return yaml ? Loader(*yaml, request, problems).load(false) : empty;
}

Session load_summary(SourceFilePtr file, Problems* problems) {
  Session empty;
  empty.path = file->name;
  empty.sources.push_back(file);
  const auto yaml = YamlFile::parse(std::move(file), problems);
  return yaml ? Loader(*yaml, {}, problems).load(true) : empty;
}

}  // namespace dt::session
