// SPDX-License-Identifier: MIT
#include "cli/run.hpp"

#include <fmt/core.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>

#include "cli/ending.hpp"
#include "cli/messages.hpp"
#include "cli/output_fan.hpp"
#include "cli/outputs.hpp"
#include "cli/program.hpp"
#include "cli/session_mode.hpp"
#include "cli/stability.hpp"
#include "cli/tracing.hpp"
#include "consumer/interrupts.hpp"
#include "consumer/memory_reserve.hpp"
#include "consumer/process.hpp"
#include "consumer/quick_exit.hpp"
#include "lang/object/disassembler.hpp"
#include "session/d_problems.hpp"

namespace dt::cli {

namespace {

constexpr uint64_t kDrainLimitNs = 2'000'000;
constexpr size_t kMemoryReserve = size_t{1} << 20;
// So many that the process's own end, with all of them still in place, is felt.
constexpr uint32_t kManyProbes = 2048;

void on_child(int) {}

// SIGCHLD arrives only while the tracer waits. Returns the mask to wait with.
sigset_t install_child_signal() {
  struct sigaction action {};
  action.sa_handler = on_child;
  ::sigaction(SIGCHLD, &action, nullptr);
  // A reader that has gone and a file as large as it may be are errors of write().
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &blocked, &before);
  sigdelset(&before, SIGCHLD);
  return before;
}

bool needs_user_symbols(const lang::object::Program& program) {
  using lang::object::FieldKind;
  auto is_user = [](const lang::object::Field& field) {
    return field.kind == FieldKind::Ustack || field.kind == FieldKind::Usym ||
           field.kind == FieldKind::Umod || field.kind == FieldKind::Uaddr;
  };
  for (const auto& clause : program.clauses) {
    for (const auto& action : clause.actions) {
      for (const auto& field : action.args) {
        if (is_user(field)) {
          return true;
        }
      }
    }
  }
  for (const auto& shape : program.shapes) {
    for (const auto& field : shape.comps) {
      if (is_user(field)) {
        return true;
      }
    }
  }
  return false;
}

class Run {
 public:
  Run(const Arguments& arguments, const session::Session* session)
      : arguments_(arguments), session_(session) {}
  int run();
  // Processes that were started or attached to go their own way.
  void let_go() { targets_.clear(); }
  bool has_many_probes() const { return has_many_; }

 private:
  Result<void> open_targets();
  Result<std::vector<lang::SourceText>> read_texts();
  void report_matches(uint32_t nr_ecbs);
  void report_absent();
  int trace();
  std::vector<consumer::Target*> resume_targets();
  int report_end(const Result<void>& traced);
  bool wants_notes() const { return !options_.quiet && !arguments_.is_json; }

  const Arguments& arguments_;
  const session::Session* session_;  // null: without one
  consumer::Options options_;
  Tracing tracing_;
  Decoder decoder_{tracing_, options_};
  std::vector<std::unique_ptr<consumer::Target>> targets_;
  Compiled compiled_;
  Outputs outputs_;
  bool has_many_ = false;
  std::optional<ConsumerSymbolizer> symbolizer_;
  std::optional<OutputFan> fan_;
  std::optional<consumer::Tracer> tracer_;
};

Result<void> Run::open_targets() {
  for (const std::string& command : arguments_.commands) {
    auto target = consumer::Target::launch(command, options_.evaltime);
    if (!target) {
      return target.error();
    }
    targets_.push_back(std::move(*target));
  }
  for (const std::string& text : arguments_.pids) {
    char* end = nullptr;
    const long pid = std::strtol(text.c_str(), &end, 10);
    if (text.empty() || *end != '\0') {
      return Error{fmt::format("invalid process id {}", text), EINVAL};
    }
    auto target = consumer::Target::attach(static_cast<pid_t>(pid));
    if (!target) {
      return target.error();
    }
    targets_.push_back(std::move(*target));
  }
  return {};
}

Result<std::vector<lang::SourceText>> Run::read_texts() {
  if (session_ != nullptr) {
    return session_texts(*session_);
  }
  return read_programs(arguments_, options_);
}

void Run::report_matches(uint32_t nr_ecbs) {
  if (!wants_notes()) {
    return;
  }
  const auto& programs = arguments_.programs;
  for (size_t i = 0; i < programs.size(); i++) {
    uint64_t nr_matched = nr_ecbs;
    if (programs.size() > 1) {
      nr_matched = 0;
      const std::string prefix = source_name(arguments_, i) + ":";
      for (const auto& bind : compiled_.output->program.binds) {
        const std::string& location =
            compiled_.output->program.clauses[static_cast<size_t>(bind.clause)].location;
        if (bind.is_later || location.compare(0, prefix.size(), prefix) != 0) {
          continue;
        }
        if (auto found = tracing_.probes().match(bind.pattern, SIZE_MAX)) {
          nr_matched += found->size();
        }
      }
    }
    warn(fmt::format("{} matched {} probe{}", program_title(programs[i]), nr_matched,
                     nr_matched == 1 ? "" : "s"));
  }
  if (options_.destructive) {
    warn("allowing destructive actions");
  }
}

// Whoever starts a session did not write it: what it may do without, and does here, is said.
void Run::report_absent() {
  if (session_ == nullptr) {
    return;
  }
  for (const auto& bind : compiled_.output->program.binds) {
    const lang::ProbePattern& pattern = bind.pattern;
    if (!bind.is_optional || bind.is_later) {
      continue;
    }
    if (const auto found = tracing_.probes().match(pattern, 1); found && found->empty()) {
      warn(fmt::format("there is no probe {}:{}:{}:{} here, session {} goes on without it",
                       pattern.prov, pattern.mod, pattern.func, pattern.name, session_->name));
    }
  }
}

int Run::run() {
  if (Result<void> applied = apply_options(arguments_, &options_); !applied) {
    warn(applied.error().message);
    return kExitError;
  }
  if (arguments_.programs.empty() && !(options_.empty || arguments_.is_check_only)) {
    warn("no probes specified\n" + usage_text());
    return kExitUsage;
  }
  auto texts = read_texts();
  if (!texts) {
    warn(texts.error().message);
    return kExitError;
  }
  if (arguments_.programs.empty()) {
    return 0;
  }
  if (Result<void> opened = tracing_.open(); !opened) {
    warn(fmt::format("failed to initialize dtrace: {}", opened.error().message));
    return kExitError;
  }
  if (Result<void> opened = open_targets(); !opened) {
    warn(opened.error().message);
    return kExitError;
  }
  consumer::Device& device = tracing_.device();
  const std::string target =
      targets_.empty() ? "" : std::to_string(device.global_pid(targets_[0]->pid()));
  compiled_ = compile_programs(arguments_, std::move(*texts), &options_, tracing_.probes(),
                               tracing_.kernel_symbols(), macro_values(target, &device), &decoder_,
                               session_);
  if (compiled_.has_failed) {
    return kExitError;
  }
  if (session_ != nullptr) {
    session::Problems problems;
    check_program(*compiled_.output, arguments_, *session_, &problems);
    if (problems.has_errors()) {
      warn(fmt::format("failed to compile {}: {}", session::program_name(*session_),
                       problems.text()));
      return kExitError;
    }
  }
  if (arguments_.is_disassembly || options_.disasm) {
    std::fputs(lang::object::describe(compiled_.output->program).c_str(), stderr);
  }
  if (arguments_.is_verbose || options_.is_verbose) {
    print_stability(arguments_, *compiled_.output);
  }
  if (arguments_.is_check_only) {
    return 0;
  }
  if (Result<void> opened = outputs_.open(output_specs(arguments_, session_)); !opened) {
    warn(opened.error().message);
    return kExitError;
  }
  return trace();
}

int Run::trace() {
  const lang::object::Program& program = compiled_.output->program;
  if (program.binds.empty()) {
    report_matches(0);
    warn("no probes matched");
    return kExitError;
  }
  report_absent();
  const bool is_bare = std::getenv("_DTRACE_TESTING") != nullptr;
  ConsumerSymbolizer& symbolizer =
      symbolizer_.emplace(tracing_.kernel_symbols(), tracing_.device(), options_);
  symbolizer.set_decoder(&decoder_);
  decoder_.set_symbolizer(&symbolizer);
  OutputFan& outputs = fan_.emplace(program, options_, symbolizer);
  outputs_.add_to(&outputs, program, options_, symbolizer, is_bare);
  if (session_ != nullptr && session_->stop_events) {
    outputs.limit_events(*session_->stop_events);
  }
  consumer::Tracer& tracer = tracer_.emplace(tracing_.device(), program, options_, outputs);
  outputs.set_table(tracer.aggregations());
  tracer.aggregations().set_canonicalizer(
      [&](lang::object::FieldKind kind, uint64_t pid, uint64_t address) {
        return symbolizer.canonical(kind, pid, address);
      });
  auto enabled = tracer.enable();
  if (!enabled) {
    report_matches(0);
    warn(enabled.error().message);
    return kExitError;
  }
  report_matches(enabled->nr_ecbs);
  if (!options_.quietresize && wants_notes()) {
    for (const std::string& note : enabled->notes) {
      warn(note);
    }
  }
  has_many_ = enabled->nr_ecbs > kManyProbes;
  consumer::reserve_memory(kMemoryReserve);
  consumer::Interrupts interrupts;
  const sigset_t wait_mask = install_child_signal();
  if (Result<void> started = tracer.go(); !started) {
    warn(started.error().message);
    return kExitError;
  }
  // Whoever watches wants the prompt back; a file is to be complete.
  if (outputs_.is_watched()) {
    tracer.limit_drain(kDrainLimitNs);
  }
  if (session_ != nullptr && session_->duration_ns) {
    tracer.stop_at(consumer::now_ns() + *session_->duration_ns);
  }
  const Result<void> listening =
      interrupts.listen([&] { tracer.interrupt(); }, output::Sink::give_up);
  if (!listening) {
    tracer.interrupt();
  }
  const Result<void> traced = tracer.run(resume_targets(), wait_mask);
  const int status = report_end(listening ? traced : listening);
  // Not before all is shown: a signal that is sent twice would end the process in the middle.
  interrupts.stop();
  return status;
}

std::vector<consumer::Target*> Run::resume_targets() {
  std::function<void(pid_t)> grab;
  if (needs_user_symbols(compiled_.output->program)) {
    grab = [this](pid_t pid) {
      symbolizer_->user_symbols().grab(static_cast<uint64_t>(tracing_.device().global_pid(pid)));
    };
  }
  std::vector<consumer::Target*> targets;
  for (auto& target : targets_) {
    if (Result<void> resumed = target->resume(grab); !resumed) {
      warn(resumed.error().message);
    }
    targets.push_back(target.get());
  }
  return targets;
}

int Run::report_end(const Result<void>& traced) {
  std::vector<std::string> notes;
  for (const auto& target : targets_) {
    if (target->has_exited() && wants_notes()) {
      notes.push_back(fmt::format("pid {} has exited", target->pid()));
    }
  }
  return report_ending(*fan_, *tracer_, traced, notes);
}

}  // namespace

int run_trace(const Arguments& arguments, const session::Session* session) {
  // Not destroyed: somebody waits for the prompt, and the process's end frees everything at once.
  Run* run = std::make_unique<Run>(arguments, session).release();
  const int status = run->run();
  run->let_go();
  if (run->has_many_probes()) {
    consumer::quick_exit(status);
  }
  return status;
}

}  // namespace dt::cli
