// SPDX-License-Identifier: MIT
// dtrace --session X --check: the session without a kernel. Probes are those that the providers'
// files speak of; types come from this machine's kernel if it offers them.
#include <fmt/format.h>

#include <cstdio>

#include "cli/messages.hpp"
#include "cli/outputs.hpp"
#include "cli/program.hpp"
#include "cli/session_mode.hpp"
#include "cli/tracing.hpp"
#include "lang/types/btf.hpp"
#include "session/d_problems.hpp"
#include "session/offline_probes.hpp"

namespace dt::cli {

namespace {

// Does this mistake come from types of the kernel that are not known here?
bool needs_kernel_types(lang::Tag tag) {
  switch (tag) {
    case lang::Tag::D_ARGS_NONE:
    case lang::Tag::D_ARGS_XLATOR:
    case lang::Tag::D_ARGS_IDX:
    case lang::Tag::D_TYPE_ERR:
    case lang::Tag::D_TYPE_MEMBER:
    case lang::Tag::D_SYM_NOTYPES:
    case lang::Tag::D_OP_INCOMPLETE:
    case lang::Tag::D_DECL_INCOMPLETE:
    case lang::Tag::D_XLATE_NONE:
    case lang::Tag::D_XLATE_NOCONV:
    case lang::Tag::D_UNKNOWN:
      return true;
    default:
      return false;
  }
}

std::string quantity(uint64_t ns) {
  for (const auto& [unit, size] : {std::pair<const char*, uint64_t>{"h", 3'600'000'000'000},
                                   {"m", 60'000'000'000},
                                   {"s", 1'000'000'000},
                                   {"ms", 1'000'000},
                                   {"us", 1'000}}) {
    if (ns % size == 0) {
      return fmt::format("{}{}", ns / size, unit);
    }
  }
  return fmt::format("{}ns", ns);
}

std::string one_line(std::string text) {
  for (char& c : text) {
    c = c == '\n' ? ' ' : c;
  }
  // Nothing may end the comment that this goes into.
  for (size_t at; (at = text.find("*/")) != std::string::npos;) {
    text.replace(at, 2, "* /");
  }
  return text;
}

// What D has no words for, as a comment.
std::string header(const Arguments& arguments, const session::Session& session) {
  std::string text = fmt::format("/*\n * {}: {}\n * from {}\n", session.name,
                                 one_line(session.description), one_line(session.path));
  for (const session::Parameter& parameter : session.parameters) {
    if (parameter.value) {
      text += fmt::format(" * {} = {}\n", parameter.name, one_line(parameter.value->text));
    }
  }
  for (const std::string& command : arguments.commands) {
    text += fmt::format(" * target: command {}\n", one_line(command));
  }
  for (const std::string& pid : arguments.pids) {
    text += fmt::format(" * target: process {}\n", pid);
  }
  if (!session.target.execname.empty()) {
    text += fmt::format(" * target: programs called {}\n", one_line(session.target.execname));
  }
  if (session.duration_ns) {
    text += fmt::format(" * stops after {}\n", quantity(*session.duration_ns));
  }
  if (session.stop_events) {
    text += fmt::format(" * stops after {} events\n", *session.stop_events);
  }
  constexpr const char* kFormats[] = {"text", "jsonlines", "csv"};
  for (const session::OutputSpec& output : output_specs(arguments, &session)) {
    text += fmt::format(" * output: {} to {}", kFormats[static_cast<size_t>(output.format)],
                        output.file.empty() ? "standard output" : one_line(output.file));
    if (output.rotation) {
      text += ", rotated";
      text += output.rotation->size_bytes != 0
                  ? fmt::format(" at {} bytes", output.rotation->size_bytes)
                  : "";
      text += output.rotation->time_ns != 0
                  ? fmt::format(" after {}", quantity(output.rotation->time_ns))
                  : "";
      text += fmt::format(", {} kept", output.rotation->nr_kept);
    }
    text += "\n";
  }
  return text + " */\n";
}

std::string program_text(const Arguments& arguments, const session::Session& session) {
  std::string text = header(arguments, session);
  for (const auto& [name, value] : arguments.options) {
    consumer::Options scratch;
    const bool is_pragma =
        consumer::set_option(&scratch, name, value, consumer::OptionSource::Pragma).has_value();
    text += is_pragma
                ? fmt::format("#pragma D option {}{}\n", name, value.empty() ? "" : "=" + value)
                : fmt::format("/* -x {}{} */\n", one_line(name),
                              value.empty() ? "" : "=" + one_line(value));
  }
  text += "\n" + session.program.text();
  while (text.size() > 1 && text[text.size() - 1] == '\n' && text[text.size() - 2] == '\n') {
    text.pop_back();
  }
  return text.back() == '\n' ? text : text + "\n";
}

}  // namespace

int check_session(const Arguments& arguments, const session::Session& session) {
  consumer::Options options;
  if (Result<void> applied = apply_options(arguments, &options); !applied) {
    warn(applied.error().message);
    return kExitError;
  }
  lang::types::Btf btf;
  lang::types::TypeTable types;
  types.set_btf(&btf);
  session::OfflineProbes probes(read_provider_catalog());
  session::OfflineSymbols symbols;
  lang::CompileInput input;
  input.macros.args.push_back(session::program_name(session));
  input.macros.args.insert(input.macros.args.end(), arguments.operands.begin(),
                           arguments.operands.end());
  const bool has_target = !arguments.commands.empty() || !arguments.pids.empty();
  input.macros.named = macro_values(has_target ? "1" : "");
  input.macros.default_args = options.defaultargs;
  input.texts = session_texts(session);
  input.libraries = read_libraries(options);
  input.options = compile_options(&options);
  input.probes = &probes;
  input.symbols = &symbols;
  input.types = &types;
  const auto output = lang::compile(input);
  const bool has_types = btf.describes("");
  bool has_failed = false;
  bool is_incomplete = false;
  for (const lang::Diagnostic& diagnostic : output->diagnostics.all()) {
    if (!has_types && needs_kernel_types(diagnostic.tag)) {
      is_incomplete = true;
      continue;
    }
    has_failed |= diagnostic.severity == lang::Severity::Error;
    if (auto problem = session::problem_of(diagnostic, *output, session)) {
      problem->message += fmt::format(" ({})", lang::tag_name(diagnostic.tag));
      std::fputs(session::render(*problem).c_str(), stderr);
    } else {
      std::fputs(lang::render(diagnostic, output->sources, lang::TagStyle::Parentheses).c_str(),
                 stderr);
    }
  }
  session::Problems problems;
  if (!has_failed) {
    check_program(*output, arguments, session, &problems);
    std::fputs(problems.text().c_str(), stderr);
    has_failed = problems.has_errors();
  }
  if (has_failed) {
    warn(fmt::format("session {} is not valid", session.name));
    return kExitError;
  }
  if (is_incomplete) {
    warn("this machine's kernel offers no type information: types were not checked");
  }
  std::fputs(program_text(arguments, session).c_str(), stdout);
  return std::fflush(stdout) == 0 ? 0 : kExitError;
}

}  // namespace dt::cli
