// SPDX-License-Identifier: MIT
#include "cli/program.hpp"

#include <dirent.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <map>
#include <optional>

#include "cli/messages.hpp"
#include "cli/paths.hpp"
#include "cli/preprocess.hpp"
#include "cli/session_mode.hpp"
#include "lang/types/btf.hpp"

extern char** environ;

namespace dt::cli {

namespace {

constexpr std::string_view kEnvironmentPrefix = "DTRACE_OPT_";

Result<void> apply_environment(consumer::Options* options) {
  for (char** entry = environ; *entry != nullptr; entry++) {
    const std::string_view text = *entry;
    if (text.compare(0, kEnvironmentPrefix.size(), kEnvironmentPrefix) != 0) {
      continue;
    }
    const size_t equals = std::min(text.find('='), text.size());
    std::string name(text.substr(kEnvironmentPrefix.size(), equals - kEnvironmentPrefix.size()));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::string value(equals < text.size() ? text.substr(equals + 1) : std::string_view());
    if (Result<void> set =
            consumer::set_option(options, name, value, consumer::OptionSource::CommandLine);
        !set) {
      return Error{fmt::format("failed to set {}: {}", text.substr(0, equals), set.error().message),
                   EINVAL};
    }
  }
  return {};
}

void print_diagnostics(const lang::CompileOutput& output, const Arguments& arguments,
                       bool wants_tag) {
  bool is_first = true;
  for (const lang::Diagnostic& diagnostic : output.diagnostics.all()) {
    // Option errtags: brackets mark the error that a tool looking for one tag is to find, the
    // first.
    std::string text = lang::render(
        diagnostic, output.sources,
        is_first && wants_tag ? lang::TagStyle::Brackets : lang::TagStyle::Parentheses);
    if (diagnostic.severity != lang::Severity::Error || !is_first) {
      std::fputs(text.c_str(), stderr);
      if (!text.empty() && text.back() != '\n') {
        std::fputc('\n', stderr);
      }
      continue;
    }
    is_first = false;
    const std::string& name = output.sources.name(diagnostic.range.begin.file);
    std::string title = fmt::format("failed to compile script {}", name);
    for (size_t i = 0; i < arguments.programs.size(); i++) {
      if (arguments.programs[i].form != 's' && name == source_name(arguments, i)) {
        title = fmt::format("invalid probe specifier {}", arguments.programs[i].text);
        break;
      }
    }
    warn(title + ": " + text);
  }
}

// Does some output of the session show arguments as fields, which quiet does not leave out?
bool has_fields(const session::Session* session) {
  return session != nullptr &&
         std::any_of(session->outputs.begin(), session->outputs.end(), [](const auto& output) {
           return output.format != session::OutputFormat::Text;
         });
}

}  // namespace

std::vector<lang::SourceText> read_libraries(const consumer::Options& options) {
  std::vector<lang::SourceText> libraries;
  if (options.nolibs) {
    return libraries;
  }
  std::vector<std::string> folders = config_dirs("d");
  folders.insert(folders.end(), options.libdirs.begin(), options.libdirs.end());
  for (const std::string& folder : folders) {
    DIR* dir = ::opendir(folder.c_str());
    if (dir == nullptr) {
      continue;
    }
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(dir)) {
      const std::string name = entry->d_name;
      if (name.size() > 2 && name.compare(name.size() - 2, 2, ".d") == 0) {
        names.push_back(name);
      }
    }
    ::closedir(dir);
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      const std::string path = folder + "/" + name;
      if (auto text = read_script(path)) {
        libraries.push_back(lang::SourceText{path, std::move(*text), 0});
      }
    }
  }
  return libraries;
}

std::map<std::string, std::string> macro_values(const std::string& target,
                                                consumer::Channel* channel) {
  const auto number = [channel](pid_t pid) {
    return std::to_string(channel != nullptr ? channel->global_pid(pid) : pid);
  };
  std::map<std::string, std::string> values = {
      {"pid", number(::getpid())},
      {"ppid", number(::getppid())},
      {"pgid", number(::getpgid(0))},
      {"sid", number(::getsid(0))},
      {"uid", std::to_string(::getuid())},
      {"euid", std::to_string(::geteuid())},
      {"gid", std::to_string(::getgid())},
      {"egid", std::to_string(::getegid())},
      {"projid", "0"},
      {"taskid", "0"},
  };
  if (!target.empty()) {
    values["target"] = target;
  }
  return values;
}

lang::CompileOptions compile_options(consumer::Options* options) {
  lang::CompileOptions to;
  to.strsize = static_cast<uint32_t>(options->strsize);
  to.stackframes = static_cast<uint32_t>(options->stackframes);
  to.ustackframes = static_cast<uint32_t>(options->ustackframes);
  to.jstackframes = static_cast<uint32_t>(options->jstackframes);
  to.jstackstrsize = static_cast<uint32_t>(options->jstackstrsize);
  to.scratchsize = options->scratchsize;
  to.allow_zero_matches = options->zdefs;
  to.destructive = options->destructive;
  to.empty_ok = options->empty;
  to.knodefs = options->knodefs;
  to.unodefs = options->unodefs;
  to.argref = options->argref;
  to.min_stability = options->amin;
  to.version = options->version;
  to.set_option = [options](const std::string& name, const std::string& value,
                            std::string* message) {
    Result<void> set = consumer::set_option(options, name, value, consumer::OptionSource::Pragma);
    if (!set) {
      *message = set.error().message;
      return false;
    }
    return true;
  };
  return to;
}

std::string description_part(const std::string& text) {
  const size_t end = std::min(text.find_first_of("{/"), text.size());
  std::string description = text.substr(0, end);
  const size_t last = description.find_last_not_of(" \t\n");
  description.resize(last == std::string::npos ? 0 : last + 1);
  return description;
}

std::string source_name(const Arguments& arguments, size_t index) {
  if (arguments.programs[index].form == 's' || arguments.programs[index].form == kSessionForm) {
    return arguments.programs[index].text;
  }
  return arguments.programs.size() == 1 ? "command line"
                                        : fmt::format("command line {}", index + 1);
}

std::string program_title(const ProgramArgument& program) {
  if (program.form == kSessionForm) {
    return program.text;
  }
  return program.form == 's' ? fmt::format("script '{}'", program.text)
                             : fmt::format("description '{}'", description_part(program.text));
}

Result<void> apply_options(const Arguments& arguments, consumer::Options* options) {
  if (Result<void> done = apply_environment(options); !done) {
    return done.error();
  }
  for (const auto& [name, value] : arguments.options) {
    if (Result<void> set =
            consumer::set_option(options, name, value, consumer::OptionSource::CommandLine);
        !set) {
      return Error{fmt::format("failed to set -x {}: {}", name, set.error().message), EINVAL};
    }
  }
  options->cpp = options->cpp || arguments.is_preprocessed;
  return {};
}

Result<std::vector<lang::SourceText>> read_programs(const Arguments& arguments,
                                                    const consumer::Options& options) {
  std::vector<lang::SourceText> texts;
  for (size_t i = 0; i < arguments.programs.size(); i++) {
    const ProgramArgument& program = arguments.programs[i];
    if (program.form != 's') {
      texts.push_back(lang::SourceText{source_name(arguments, i), program.text, program.form});
      continue;
    }
    auto text = read_script(program.text);
    if (!text) {
      return text.error();
    }
    if (options.cpp) {
      auto expanded = preprocess(*text, program.text, options);
      if (!expanded) {
        return Error{
            fmt::format("failed to compile script {}: {}", program.text, expanded.error().message),
            EINVAL};
      }
      text = std::move(expanded);
    }
    texts.push_back(lang::SourceText{program.text, std::move(*text), 0});
  }
  return texts;
}

Compiled compile_programs(const Arguments& arguments, std::vector<lang::SourceText> texts,
                          consumer::Options* options, lang::ProbeSource& probes,
                          lang::SymbolSource& symbols, std::map<std::string, std::string> named,
                          Decoder* decoder, const session::Session* session) {
  lang::types::Btf btf;
  std::optional<lang::types::TypeTable> types;
  if (decoder == nullptr) {
    types.emplace().set_btf(&btf);
  }
  lang::CompileInput input;
  input.macros.args.push_back(arguments.programs.empty() ? "" : arguments.programs[0].text);
  for (const std::string& operand : arguments.operands) {
    input.macros.args.push_back(operand);
  }
  input.macros.named = std::move(named);
  input.macros.default_args = options->defaultargs;
  input.texts = std::move(texts);
  input.libraries = read_libraries(*options);
  input.options = compile_options(options);
  input.probes = &probes;
  input.symbols = &symbols;
  input.types = decoder != nullptr ? &decoder->types() : &*types;
  input.captures = decoder;
  input.options.decode = options->decode.value_or(std::getenv("_DTRACE_TESTING") == nullptr);
  input.options.is_quiet = options->quiet;
  input.options.decodes_quietly = arguments.is_json || has_fields(session);
  Compiled compiled;
  const consumer::Options before = *options;
  compiled.output = lang::compile(input);
  if (decoder != nullptr && compiled.output->diagnostics.has_errors()) {
    // It may use what only a plugin declares. Plugins are not loaded to find out before.
    std::vector<lang::SourceText> more = decoder->more_libraries(input.texts);
    if (!more.empty()) {
      std::move(more.begin(), more.end(), std::back_inserter(input.libraries));
      *options = before;
      input.types = &decoder->types();
      compiled.output = lang::compile(input);
    }
  }
  if (session != nullptr) {
    print_session_diagnostics(*compiled.output, *session, options->errtags);
  } else {
    print_diagnostics(*compiled.output, arguments, options->errtags);
  }
  compiled.has_failed = compiled.output->diagnostics.has_errors();
  return compiled;
}

}  // namespace dt::cli
