// SPDX-License-Identifier: MIT
#include "cli/sessions_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/messages.hpp"
#include "cli/paths.hpp"
#include "session/loader.hpp"
#include "session/session_catalog.hpp"
#include "session/yaml_file.hpp"

namespace dt::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string json_line(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json to_json(const session::SessionFile& file, const session::Session& session) {
  Json parameters = Json::array();
  for (const session::Parameter& parameter : session.parameters) {
    Json one = {{"name", parameter.name},
                {"type", session::type_name(parameter.type)},
                {"description", parameter.description}};
    if (parameter.preset) {
      one["default"] = parameter.preset->text;
    }
    if (!parameter.choices.empty()) {
      Json values = Json::array();
      for (const session::Choice& choice : parameter.choices) {
        values.push_back(choice.name);
      }
      one["values"] = std::move(values);
    }
    parameters.push_back(std::move(one));
  }
  return {{"name", file.name},
          {"description", session.description},
          {"file", file.path},
          {"parameters", std::move(parameters)}};
}

std::string to_text(const session::SessionFile& file, const session::Session& session,
                    size_t width) {
  std::string text = fmt::format("{:<{}}  {}\n", file.name, width, session.description);
  for (const session::Parameter& parameter : session.parameters) {
    text += fmt::format("{:{}}    {}: {}{}{}\n", "", width, parameter.name, parameter.description,
                        parameter.description.empty() ? "" : "; ", session::describe(parameter));
  }
  return text;
}

}  // namespace

int run_sessions_list(const Arguments& arguments) {
  const auto folders = config_dirs("sessions");
  const auto files = session::list_sessions(folders);
  if (files.empty()) {
    warn("no sessions found");
    return kExitError;
  }
  size_t width = 0;
  for (const session::SessionFile& file : files) {
    width = std::max(width, file.name.size());
  }
  bool has_failed = false;
  for (const session::SessionFile& file : files) {
    session::Problems problems;
    auto source = session::read_source(file.path);
    if (!source) {
      warn(source.error().message);
      has_failed = true;
      continue;
    }
    const session::Session session = session::load_summary(*source, &problems);
    if (problems.has_errors()) {
      std::fputs(problems.text().c_str(), stderr);
      has_failed = true;
      continue;
    }
    const std::string text =
        arguments.is_json ? json_line(to_json(file, session)) : to_text(file, session, width);
    std::fputs(text.c_str(), stdout);
  }
  return std::fflush(stdout) == 0 && !has_failed ? 0 : kExitError;
}

}  // namespace dt::cli
