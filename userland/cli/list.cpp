// SPDX-License-Identifier: MIT
#include "cli/list.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <optional>
#include <set>

#include "cli/messages.hpp"
#include "cli/program.hpp"
#include "cli/stability.hpp"
#include "cli/tracing.hpp"
#include "lang/types/btf.hpp"
#include "lang/types/type.hpp"

namespace dt::cli {

namespace {

// Splits "a:b:c" and right-aligns it at the part that the option names. Error: too many parts.
Result<lang::ProbePattern> parse_pattern(const std::string& description, char form) {
  std::vector<std::string> parts = {""};
  for (const char c : description) {
    if (c == ':') {
      parts.emplace_back();
    } else if (c != ' ' && c != '\t' && c != '\n') {
      parts.back() += c;
    }
  }
  const size_t most = form == 'P' ? 1 : form == 'm' ? 2 : form == 'f' ? 3 : 4;
  if (parts.size() > most) {
    return Error{fmt::format("invalid probe description \"{}\": Overspecified probe description",
                             description),
                 EINVAL};
  }
  lang::ProbePattern pattern;
  std::string* slots[] = {&pattern.prov, &pattern.mod, &pattern.func, &pattern.name};
  for (size_t i = 0; i < parts.size(); i++) {
    *slots[most - parts.size() + i] = parts[i];
  }
  return pattern;
}

std::string pattern_text(const lang::ProbePattern& pattern) {
  return fmt::format("{}:{}:{}:{}", pattern.prov, pattern.mod, pattern.func, pattern.name);
}

// Types of args[] for -lv.
class ArgumentTypes {
 public:
  explicit ArgumentTypes(Tracing& tracing) : tracing_(tracing) { types_.set_btf(&btf_); }

  std::vector<std::string> of(const lang::ProbeInfo& probe) {
    std::vector<std::string> names;
    if ((probe.flags & (DTRACE_PROBE_ARGS_BTF | DTRACE_PROBE_RETURN_BTF)) == 0) {
      if (auto args = tracing_.probes().args(probe)) {
        for (const lang::ProbeArg& arg : *args) {
          names.push_back(arg.xlate.empty() ? arg.native : arg.xlate);
        }
      }
      return names;
    }
    if ((probe.flags & DTRACE_PROBE_RETURN_BTF) != 0) {
      names.push_back("int");  // offset of the return in the function
    }
    const auto found = btf_.prototypes(types_, probe.mod, probe.func);
    if (found.size() != 1) {
      // Of several functions with one name there is no telling.
      return names;
    }
    const lang::types::Type* function = lang::types::resolve(found[0]);
    if ((probe.flags & DTRACE_PROBE_ARGS_BTF) != 0) {
      for (const lang::types::Param& param : function->params) {
        names.push_back(lang::types::to_string(param.type));
      }
    } else if (lang::types::resolve(function->target)->kind != lang::types::TypeKind::Void) {
      names.push_back(lang::types::to_string(function->target));
    }
    return names;
  }

 private:
  Tracing& tracing_;
  lang::types::Btf btf_;
  lang::types::TypeTable types_;
};

class Lister {
 public:
  explicit Lister(const Arguments& arguments) : arguments_(arguments) {}

  int run() {
    if (Result<void> opened = tracing_.open(); !opened) {
      warn(fmt::format("failed to initialize dtrace: {}", opened.error().message));
      return kExitError;
    }
    consumer::Options options;
    if (Result<void> applied = apply_options(arguments_, &options); !applied) {
      warn(applied.error().message);
      return kExitError;
    }
    std::vector<lang::ProbePattern> patterns;
    for (const ProgramArgument& program : arguments_.programs) {
      if (program.form == 's') {
        if (Result<void> added = add_script(program, options, &patterns); !added) {
          warn(added.error().message);
          return kExitError;
        }
      } else if (Result<void> added = add_description(program, &patterns); !added) {
        warn(fmt::format("invalid probe specifier {}: {}", program.text, added.error().message));
        return kExitError;
      }
    }
    narrow(&patterns);
    std::printf("%5s %10s %17s %33s %s\n", "ID", "PROVIDER", "MODULE", "FUNCTION", "NAME");
    if (arguments_.programs.empty()) {
      tracing_.probes().load_all();
      list(lang::ProbePattern{});
    }
    for (const lang::ProbePattern& pattern : patterns) {
      if (!list(pattern)) {
        std::fflush(stdout);
        warn(fmt::format(
            "failed to match {}: No probe matches description",
            pattern.id != 0 ? fmt::format("probe {}", pattern.id) : pattern_text(pattern)));
        explain(pattern);
      }
    }
    return std::fflush(stdout) == 0 ? 0 : kExitError;
  }

 private:
  Result<void> add_description(const ProgramArgument& program,
                               std::vector<lang::ProbePattern>* patterns) {
    std::string rest = description_part(program.text);
    // Several descriptions may be given, separated by commas.
    for (size_t at = 0; at <= rest.size();) {
      const size_t comma = std::min(rest.find(',', at), rest.size());
      const std::string one = rest.substr(at, comma - at);
      at = comma + 1;
      if (program.form == 'i') {
        uint32_t id = 0;
        const auto [end, error] = std::from_chars(one.data(), one.data() + one.size(), id, 10);
        if (error != std::errc() || end != one.data() + one.size()) {
          lang::ProbePattern named;
          named.name = one;
          patterns->push_back(named);
          continue;
        }
        if (id == 0) {
          return Error{fmt::format("invalid probe identifier {}: Unknown probe identifier", one),
                       EINVAL};
        }
        lang::ProbePattern by_id;
        by_id.id = id;
        patterns->push_back(by_id);
        continue;
      }
      auto pattern = parse_pattern(one, program.form);
      if (!pattern) {
        return pattern.error();
      }
      patterns->push_back(*pattern);
    }
    return {};
  }

  // -P PROVIDER with one -m or -f asks for that part of the provider, not for both.
  void narrow(std::vector<lang::ProbePattern>* patterns) const {
    if (patterns->size() != 2 || arguments_.programs.size() != 2 ||
        arguments_.programs[0].form != 'P' ||
        (arguments_.programs[1].form != 'm' && arguments_.programs[1].form != 'f') ||
        !patterns->back().prov.empty()) {
      return;
    }
    patterns->back().prov = patterns->front().prov;
    patterns->erase(patterns->begin());
  }

  // The descriptions of a script's clauses, as the compiler sees them.
  Result<void> add_script(const ProgramArgument& program, consumer::Options& options,
                          std::vector<lang::ProbePattern>* patterns) {
    Arguments one = arguments_;
    one.programs = {program};
    auto texts = read_programs(one, options);
    if (!texts) {
      return texts.error();
    }
    options.zdefs = true;
    const Compiled compiled =
        compile_programs(one, std::move(*texts), &options, tracing_.probes(),
                         tracing_.kernel_symbols(), macro_values("", &tracing_.device()));
    if (compiled.has_failed) {
      return Error{fmt::format("cannot list the probes of {}", program.text), EINVAL};
    }
    for (const auto& bind : compiled.output->program.binds) {
      patterns->push_back(bind.pattern);
    }
    return {};
  }

  bool list(const lang::ProbePattern& pattern) {
    auto found = tracing_.probes().match(pattern, SIZE_MAX);
    if (!found) {
      std::fflush(stdout);
      warn(found.error().message);
      return true;
    }
    for (const lang::ProbeInfo& probe : *found) {
      if (!shown_.insert(probe.id).second) {
        continue;
      }
      std::printf("%5u %10s %17s %33s %s\n", probe.id, probe.prov.c_str(), probe.mod.c_str(),
                  probe.func.c_str(), probe.name.c_str());
      if (arguments_.is_verbose) {
        show_details(probe);
      }
    }
    return !found->empty();
  }

  void explain(const lang::ProbePattern& pattern) {
    if (pattern.id == 0) {
      if (const std::string reason = tracing_.probes().suggest(pattern).reason; !reason.empty()) {
        std::fprintf(stderr, "hint: %s\n", reason.c_str());
      }
    }
  }

  void show_details(const lang::ProbeInfo& probe) {
    if (!types_) {
      types_.emplace(tracing_);
      if (auto providers = tracing_.device().providers()) {
        for (const dtrace_provider_info& info : *providers) {
          providers_[info.name] = info;
        }
      }
    }
    uint8_t least[3] = {7, 7, 5};
    uint8_t arguments[3] = {4, 4, 5};
    if (const auto at = providers_.find(probe.prov); at != providers_.end()) {
      for (int part = 0; part < 4; part++) {
        for (int i = 0; i < 3; i++) {
          least[i] = std::min(least[i], at->second.attr[part][i]);
        }
      }
      std::copy_n(at->second.attr[4], 3, arguments);
    }
    std::string text = fmt::format(
        "\n\tProbe Description Attributes\n{}\n\tArgument Attributes\n{}\n\tArgument Types\n",
        attribute_lines(least), attribute_lines(arguments));
    const std::vector<std::string> names = types_->of(probe);
    if (names.empty()) {
      text += "\t\tNone\n";
    }
    for (size_t i = 0; i < names.size(); i++) {
      text += fmt::format("\t\targs[{}]: {}\n", i, names[i]);
    }
    std::printf("%s\n", text.c_str());
  }

  const Arguments& arguments_;
  Tracing tracing_;
  std::set<uint32_t> shown_;
  std::optional<ArgumentTypes> types_;
  std::map<std::string, dtrace_provider_info> providers_;
};

}  // namespace

int run_list(const Arguments& arguments) { return Lister(arguments).run(); }

}  // namespace dt::cli
