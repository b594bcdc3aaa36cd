// SPDX-License-Identifier: MIT
#include "cli/doctor_config.hpp"

#include <fmt/format.h>

#include <optional>
#include <span>

#include "cli/paths.hpp"
#include "cli/program.hpp"
#include "cli/tracing.hpp"
#include "consumer/kernel_symbols.hpp"
#include "consumer/options.hpp"
#include "lang/compile.hpp"
#include "lang/types/btf.hpp"
#include "plughost/host.hpp"
#include "session/loader.hpp"
#include "session/session_catalog.hpp"
#include "session/yaml_file.hpp"

namespace dt::cli {

namespace {

// A plugin that only has to load asks for nothing.
class NoServices final : public plughost::Services {
 public:
  std::optional<std::string> kernel_symbol(uint64_t) override { return std::nullopt; }
  std::optional<std::string> user_symbol(uint32_t, uint64_t) override { return std::nullopt; }
  std::optional<std::string> type_text(const std::string&, std::span<const std::byte>) override {
    return std::nullopt;
  }
  size_t kernel_text(uint64_t, std::span<std::byte>) override { return 0; }
  uint32_t local_pid(uint32_t pid) override { return pid; }
  std::optional<std::string> option(const std::string&, const std::string&) override {
    return std::nullopt;
  }
};

// Libraries have no clauses, so no probe is asked for.
class NoProbes final : public lang::ProbeSource {
 public:
  Result<std::vector<lang::ProbeInfo>> match(const lang::ProbePattern&, size_t) override {
    return std::vector<lang::ProbeInfo>();
  }
  Result<std::vector<lang::ProbeArg>> args(const lang::ProbeInfo&) override {
    return std::vector<lang::ProbeArg>();
  }
  Suggestion suggest(const lang::ProbePattern&) override { return {}; }
};

void check_plugins(DoctorReport& report, const std::vector<session::ProviderFile>& catalog) {
  NoServices services;
  plughost::PluginHost host(
      services,
      [&catalog] {
        std::vector<plughost::PluginFile> files;
        for (const session::ProviderFile& provider : catalog) {
          files.push_back(plughost::PluginFile{provider.name, provider.plugin,
                                               plugin_paths(provider), provider.plugin_options});
        }
        return files;
      },
      [](const std::string&) {});
  for (const session::ProviderFile& provider : catalog) {
    if (provider.plugin.empty()) {
      continue;
    }
    const std::string what = "plugin " + provider.name;
    if (auto version = host.check(provider.name); version) {
      report.ok(what, version->empty() ? "loads" : "version " + *version);
    } else {
      report.problem(
          what, version.error().message,
          fmt::format("install or build it anew; until then arguments of {} are shown raw",
                      provider.name));
    }
  }
}

// The library as if it were a program: then everything in it is compiled. nullopt = it is in order.
std::optional<std::string> library_mistake(const std::vector<lang::SourceText>& libraries,
                                           size_t index) {
  lang::types::Btf btf;
  lang::types::TypeTable types;
  types.set_btf(&btf);
  NoProbes probes;
  consumer::KernelSymbols symbols;
  consumer::Options options;
  lang::CompileInput input;
  input.options = compile_options(&options);
  input.options.empty_ok = true;
  input.macros.args.push_back("");
  input.texts.push_back(libraries[index]);
  for (size_t i = 0; i < libraries.size(); i++) {
    if (i != index) {
      input.libraries.push_back(libraries[i]);
    }
  }
  input.probes = &probes;
  input.symbols = &symbols;
  input.types = &types;
  const auto output = lang::compile(input);
  for (const lang::Diagnostic& one : output->diagnostics.all()) {
    if (one.severity == lang::Severity::Error) {
      return one.message;
    }
  }
  return std::nullopt;
}

void check_libraries(DoctorReport& report) {
  const auto libraries = read_libraries(consumer::Options());
  if (libraries.empty()) {
    report.problem("D libraries", "there are none", "install the command with its files");
    return;
  }
  size_t nr_good = 0;
  for (size_t i = 0; i < libraries.size(); i++) {
    if (const auto mistake = library_mistake(libraries, i)) {
      report.problem(
          "D library", fmt::format("{}: {}", libraries[i].name, *mistake),
          "only programs that use it are concerned; a copy that fits this kernel can stand in "
          "/etc/dtrace/d");
    } else {
      nr_good++;
    }
  }
  report.ok("D libraries",
            fmt::format("{} of {} compile on this kernel", nr_good, libraries.size()));
}

void check_sessions(DoctorReport& report) {
  size_t nr_good = 0, nr = 0;
  for (const session::SessionFile& file : session::list_sessions(config_dirs("sessions"))) {
    nr++;
    auto source = session::read_source(file.path);
    if (!source) {
      report.problem("session " + file.name, source.error().message, "mend or remove it");
      continue;
    }
    session::Problems problems;
    session::load_summary(*source, &problems);
    if (problems.has_errors()) {
      const session::Problem& first = problems.all().front();
      const session::LineColumn at = session::line_column(**source, first.at.offset);
      report.problem(
          "session " + file.name,
          fmt::format("{}:{}:{}: {}", file.path, at.line, at.column, first.message),
          fmt::format("mend it; 'dtrace --session {} --check' shows the place", file.name));
    } else {
      nr_good++;
    }
  }
  report.ok("sessions", fmt::format("{} of {}", nr_good, nr));
}

}  // namespace

void check_config(DoctorReport& report, const std::vector<session::ProviderFile>& catalog,
                  const std::vector<std::string>& catalog_problems) {
  for (const std::string& problem : catalog_problems) {
    report.problem("provider file", problem.substr(0, problem.find('\n')), "mend or remove it");
  }
  if (catalog.empty()) {
    report.problem("provider files", "there are none", "install the command with its files");
  } else {
    report.ok("provider files", fmt::format("{}", catalog.size()));
  }
  check_libraries(report);
  check_sessions(report);
  check_plugins(report, catalog);
}

}  // namespace dt::cli
