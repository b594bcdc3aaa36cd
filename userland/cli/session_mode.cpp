// SPDX-License-Identifier: MIT
#include "cli/session_mode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/messages.hpp"
#include "cli/paths.hpp"
#include "cli/run.hpp"
#include "cli/tracing.hpp"
#include "session/d_problems.hpp"
#include "session/loader.hpp"
#include "session/session_catalog.hpp"
#include "session/yaml_file.hpp"

namespace dt::cli {

namespace {

// Options by name and value, providers by name, for which the session library has no tables.
void check_names(const session::Session& session, session::Problems* problems) {
  const std::vector<std::string> names = consumer::option_names();
  for (const session::OptionSpec& option : session.options) {
    consumer::Options scratch;
    if (option.name == "destructive") {
      problems->add(option.at, option.name.size(), "a session says this with 'destructive: true'");
      continue;
    }
    if (Result<void> set = consumer::set_option(&scratch, option.name, option.value,
                                                consumer::OptionSource::CommandLine);
        !set) {
      const bool is_known = std::find(names.begin(), names.end(), option.name) != names.end();
      problems->add(option.at, std::max<size_t>(1, option.name.size()),
                    is_known ? fmt::format("option {}: the value '{}' is not valid", option.name,
                                           option.value)
                             : fmt::format("there is no option '{}'", option.name),
                    is_known ? "" : session::name_hint(option.name, names));
    }
  }
  if (session.providers.empty()) {
    return;
  }
  std::vector<std::string> known = {"dtrace"};
  for (const session::ProviderFile& provider : read_provider_catalog()) {
    known.push_back(provider.name);
  }
  for (const session::NamedProvider& provider : session.providers) {
    if (std::find(known.begin(), known.end(), provider.name) == known.end()) {
      problems->add(provider.at, std::max<size_t>(1, provider.name.size()),
                    fmt::format("there is no provider '{}'", provider.name),
                    session::name_hint(provider.name, known));
    }
  }
}

// What the session says becomes part of the command line, which has the last word.
void join(const session::Session& session, Arguments* arguments) {
  std::vector<std::pair<std::string, std::string>> options;
  for (const session::OptionSpec& option : session.options) {
    options.emplace_back(option.name, option.value);
  }
  if (session.is_destructive) {
    options.emplace_back("destructive", "");
  }
  arguments->options.insert(arguments->options.begin(), options.begin(), options.end());
  if (arguments->commands.empty() && arguments->pids.empty()) {
    if (!session.target.command.empty()) {
      arguments->commands.push_back(session.target.command);
    } else if (session.target.pid) {
      arguments->pids.push_back(std::to_string(*session.target.pid));
    }
  }
  arguments->programs = {ProgramArgument{kSessionForm, session::program_name(session)}};
}

}  // namespace

std::vector<lang::SourceText> session_texts(const session::Session& session) {
  return {lang::SourceText{session::program_name(session), session.program.text(), 0}};
}

void print_session_diagnostics(const lang::CompileOutput& output, const session::Session& session,
                               bool wants_tag) {
  bool is_first = true;
  for (const lang::Diagnostic& diagnostic : output.diagnostics.all()) {
    const bool is_error = diagnostic.severity == lang::Severity::Error;
    const bool in_brackets = is_first && is_error && wants_tag;
    std::string text;
    if (auto problem = session::problem_of(diagnostic, output, session)) {
      const std::string tag(lang::tag_name(diagnostic.tag));
      problem->message += in_brackets ? " [" + tag + "]" : " (" + tag + ")";
      text = session::render(*problem);
    } else {
      text = lang::render(diagnostic, output.sources,
                          in_brackets ? lang::TagStyle::Brackets : lang::TagStyle::Parentheses);
    }
    if (is_first && is_error) {
      is_first = false;
      warn(fmt::format("failed to compile {}: {}", session::program_name(session), text));
    } else {
      std::fputs(text.c_str(), stderr);
    }
  }
}

void check_program(const lang::CompileOutput& output, const Arguments& arguments,
                   const session::Session& session, session::Problems* problems) {
  const bool is_permitted =
      std::any_of(arguments.options.begin(), arguments.options.end(),
                  [](const auto& option) { return option.first == "destructive"; });
  if (output.program.is_destructive && !is_permitted) {
    problems->add(session.program.origin(0), 1, "the program has destructive actions",
                  "say 'destructive: true' in the session, or give -w");
  }
  if (session.providers.empty()) {
    return;
  }
  std::vector<std::string> listed = {"dtrace"};
  for (const session::NamedProvider& provider : session.providers) {
    listed.push_back(provider.name);
  }
  for (const lang::ast::Item& item : output.tree.items) {
    if (item.kind != lang::ast::Item::Kind::Clause) {
      continue;
    }
    for (const lang::ast::ProbeSpec& probe : item.clause->probes) {
      const bool is_core = probe.name == "BEGIN" || probe.name == "END" || probe.name == "ERROR";
      const bool is_listed = std::find(listed.begin(), listed.end(), probe.prov) != listed.end() ||
                             (probe.prov.empty() && is_core) || probe.id != 0;
      if (!is_listed) {
        problems->add(
            session.program.origin(probe.range.begin.offset), probe.text.size(),
            probe.prov.empty()
                ? fmt::format("probe {} does not name its provider", probe.text)
                : fmt::format("probe {} is of provider {}, which 'providers' does not list",
                              probe.text, probe.prov));
      }
    }
  }
}

int run_session(const Arguments& arguments) {
  const auto path = session::find_session(arguments.session, config_dirs("sessions"));
  if (!path) {
    warn(path.error().message);
    return kExitError;
  }
  auto source = session::read_source(*path);
  if (!source) {
    warn(source.error().message);
    return kExitError;
  }
  session::LoadRequest request;
  request.settings = arguments.settings;
  request.has_command = !arguments.commands.empty();
  request.has_pid = !arguments.pids.empty();
  session::Problems problems;
  const session::Session session = session::load_session(*source, request, &problems);
  check_names(session, &problems);
  for (const session::Problem& problem : problems.all()) {
    const std::string text = session::render(problem);
    problem.at.file == nullptr ? warn(text) : (void)std::fputs(text.c_str(), stderr);
  }
  if (problems.has_errors()) {
    warn(fmt::format("session {} cannot be used", session.name));
    return kExitError;
  }
  Arguments joined = arguments;
  join(session, &joined);
  if (arguments.is_session_check) {
    return check_session(joined, session);
  }
  if (arguments.is_explained) {
    return explain_session(joined, session);
  }
  return run_trace(joined, &session);
}

}  // namespace dt::cli
