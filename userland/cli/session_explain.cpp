// SPDX-License-Identifier: MIT
// dtrace --session X --explain: which probes would be enabled and why others would not. Loads the
// modules that the session needs, compiles, and enables nothing.
#include <fmt/format.h>
#include <fnmatch.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>

#include "cli/messages.hpp"
#include "cli/program.hpp"
#include "cli/session_mode.hpp"
#include "cli/tracing.hpp"
#include "consumer/refused.hpp"

namespace dt::cli {

namespace {

constexpr size_t kShownProbes = 4;
constexpr size_t kShownRefusals = 5;

std::string full_name(const lang::ProbeInfo& probe) {
  return fmt::format("{}:{}:{}:{}", probe.prov, probe.mod, probe.func, probe.name);
}

class Explainer {
 public:
  Explainer(const Arguments& arguments, const session::Session& session)
      : arguments_(arguments), session_(session) {}

  int run() {
    if (Result<void> applied = apply_options(arguments_, &options_); !applied) {
      warn(applied.error().message);
      return kExitError;
    }
    for (const session::ProviderFile& file : tracing_.catalog()) {
      if (tracing_.modules().is_loaded(file.module)) {
        loaded_before_.insert(file.module);
      }
    }
    const bool was_core_loaded = tracing_.modules().is_loaded("dtrace");
    if (Result<void> opened = tracing_.open(); !opened) {
      warn(fmt::format("failed to initialize dtrace: {}", opened.error().message));
      return kExitError;
    }
    const bool allows_none = options_.zdefs;
    options_.zdefs = true;
    const bool has_target = !arguments_.commands.empty() || !arguments_.pids.empty();
    const Compiled compiled = compile_programs(
        arguments_, session_texts(session_), &options_, tracing_.probes(),
        tracing_.kernel_symbols(),
        macro_values(has_target ? std::to_string(::getpid()) : "", &tracing_.device()), nullptr,
        &session_);
    // What does not compile may do so because there are no probes: those first.
    std::printf("session %s: %s\n", session_.name.c_str(), session_.description.c_str());
    for (const lang::ast::Item& item : compiled.output->tree.items) {
      if (item.kind == lang::ast::Item::Kind::Clause) {
        for (const lang::ast::ProbeSpec& probe : item.clause->probes) {
          explain(probe);
        }
      }
    }
    show_modules(was_core_loaded);
    if (compiled.has_failed) {
      return kExitError;
    }
    session::Problems problems;
    check_program(*compiled.output, arguments_, session_, &problems);
    std::fputs(problems.text().c_str(), stderr);
    std::printf("%zu clauses, %zu probes%s\n", nr_clauses(*compiled.output), nr_probes_,
                nr_missing_ == 0 ? ""
                                 : fmt::format(", {} descriptions without a probe{}", nr_missing_,
                                               allows_none ? " (permitted by zdefs)" : "")
                                       .c_str());
    std::fflush(stdout);
    return (nr_missing_ != 0 && !allows_none) || problems.has_errors() ? kExitError : 0;
  }

 private:
  static size_t nr_clauses(const lang::CompileOutput& output) {
    return static_cast<size_t>(
        std::count_if(output.tree.items.begin(), output.tree.items.end(),
                      [](const auto& item) { return item.kind == lang::ast::Item::Kind::Clause; }));
  }

  void explain(const lang::ast::ProbeSpec& spec) {
    const lang::ProbePattern pattern{spec.prov, spec.mod, spec.func, spec.name, spec.id};
    auto found = tracing_.probes().match(pattern, SIZE_MAX);
    const session::Origin at = session_.program.origin(spec.range.begin.offset);
    std::string place;
    if (at.file != nullptr) {
      const session::LineColumn where = session::line_column(*at.file, at.offset);
      place = fmt::format("{}:{}", at.file->name.substr(at.file->name.rfind('/') + 1), where.line);
    }
    if (!found) {
      nr_missing_++;
      std::printf("  %-44s none (%s): %s\n", spec.text.c_str(), place.c_str(),
                  found.error().message.c_str());
      return;
    }
    if (found->empty()) {
      nr_missing_++;
      std::printf("  %-44s none (%s)%s\n", spec.text.c_str(), place.c_str(),
                  why_none(pattern).c_str());
      return;
    }
    nr_probes_ += found->size();
    std::printf("  %-44s %zu probe%s (%s)\n", spec.text.c_str(), found->size(),
                found->size() == 1 ? "" : "s", place.c_str());
    const size_t nr_shown =
        arguments_.is_verbose ? found->size() : std::min(found->size(), kShownProbes);
    for (size_t i = 0; i < nr_shown && found->size() > 1; i++) {
      std::printf("      %s\n", full_name((*found)[i]).c_str());
    }
    if (found->size() > nr_shown) {
      std::printf("      and %zu more (-v shows all)\n", found->size() - nr_shown);
    }
    explain_refusals(pattern, *found);
  }

  std::string why_none(const lang::ProbePattern& pattern) {
    const auto suggestion = tracing_.probes().suggest(pattern);
    constexpr const char* kParts[] = {"provider", "module", "function", "name"};
    std::string text;
    if (suggestion.bad_part >= 0) {
      text += fmt::format(": no such {}", kParts[suggestion.bad_part]);
    }
    if (!suggestion.reason.empty()) {
      text += (text.empty() ? ": " : "; ") + suggestion.reason;
    }
    for (size_t i = 0; i < suggestion.names.size(); i++) {
      text += (i == 0 ? "; did you mean " : ", ") + suggestion.names[i];
    }
    return text + (suggestion.names.empty() ? "" : "?");
  }

  // Functions that a pattern means and that have no probe.
  void explain_refusals(const lang::ProbePattern& pattern,
                        const std::vector<lang::ProbeInfo>& found) {
    const bool is_pattern = pattern.func.find_first_of("*?[") != std::string::npos;
    if (pattern.prov != "fbt" || !is_pattern) {
      return;
    }
    std::set<std::string> probed;
    for (const lang::ProbeInfo& probe : found) {
      probed.insert(probe.func);
    }
    std::set<std::string> refused;
    std::ifstream symbols("/proc/kallsyms");
    for (std::string line; std::getline(symbols, line);) {
      std::istringstream words(line);
      std::string address, kind, name, module;
      words >> address >> kind >> name >> module;
      const std::string owner =
          module.size() > 2 ? module.substr(1, module.size() - 2) : std::string("vmlinux");
      const bool is_meant =
          (kind == "t" || kind == "T") && ::fnmatch(pattern.func.c_str(), name.c_str(), 0) == 0 &&
          (pattern.mod.empty() || ::fnmatch(pattern.mod.c_str(), owner.c_str(), 0) == 0);
      if (is_meant && probed.count(name) == 0) {
        refused.insert(name);
      }
    }
    size_t nr_shown = 0;
    for (const std::string& name : refused) {
      if (nr_shown == (arguments_.is_verbose ? 50 : kShownRefusals)) {
        std::printf("      and %zu more functions without a probe\n", refused.size() - nr_shown);
        return;
      }
      const std::string reason = consumer::explain_function(
          pattern.mod.find_first_of("*?[") == std::string::npos ? pattern.mod : "", name, {});
      std::printf("      not %s: %s\n", name.c_str(),
                  reason.empty() ? "it has no probe of this name" : reason.c_str());
      nr_shown++;
    }
  }

  void show_modules(bool was_core_loaded) {
    std::printf("modules:\n  %-20s %s\n", "dtrace",
                was_core_loaded ? "was loaded" : "loaded for this");
    for (const session::ProviderFile& file : tracing_.catalog()) {
      if (!tracing_.modules().is_loaded(file.module)) {
        continue;
      }
      std::string plugin = "no plugin";
      for (const std::string& path : plugin_paths(file)) {
        if (::access(path.c_str(), R_OK) == 0) {
          plugin = "plugin " + path;
          break;
        }
        plugin = "its plugin is missing: raw arguments";
      }
      std::printf("  %-20s %s; %s\n", file.module.substr(file.module.rfind('/') + 1).c_str(),
                  loaded_before_.count(file.module) != 0 ? "was loaded" : "loaded for this",
                  plugin.c_str());
    }
  }

  const Arguments& arguments_;
  const session::Session& session_;
  consumer::Options options_;
  Tracing tracing_;
  std::set<std::string> loaded_before_;
  size_t nr_probes_ = 0;
  size_t nr_missing_ = 0;
};

}  // namespace

int explain_session(const Arguments& arguments, const session::Session& session) {
  return Explainer(arguments, session).run();
}

}  // namespace dt::cli
