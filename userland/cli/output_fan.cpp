// SPDX-License-Identifier: MIT
#include "cli/output_fan.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "cli/messages.hpp"
#include "consumer/memory_reserve.hpp"

namespace dt::cli {

using lang::object::Action;
using lang::object::ActionKind;

namespace {

// Actions that only change something; a record of nothing else is no event to whoever reads.
bool is_silent(const Action& action) {
  switch (action.kind) {
    case ActionKind::Exit:
    case ActionKind::System:
    case ActionKind::Freopen:
    case ActionKind::Setopt:
    case ActionKind::Clear:
    case ActionKind::Trunc:
    case ActionKind::Normalize:
    case ActionKind::Denormalize:
    case ActionKind::Ftruncate:
    case ActionKind::Commit:
    case ActionKind::Discard:
    case ActionKind::Speculate:
    case ActionKind::Effect:
      return true;
    default:
      return false;
  }
}

std::string loss_text(int error_number) {
  return error_number == EINTR ? "given up, nobody reads it" : std::strerror(error_number);
}

}  // namespace

std::string OutputFan::name_of(const Output& output) {
  return output.file != nullptr ? output.file->path() : "standard output";
}

void OutputFan::add(std::unique_ptr<OutputHandler> handler, output::OutputFile* file) {
  handlers_.push_back(Output{std::move(handler), file, false});
}

void OutputFan::set_table(consumer::AggregationTable& table) {
  text_.emplace(program_, options_, symbolizer_, table, true);
  effects_.emplace(options_, table, handlers_.front().handler->sink());
  for (Output& output : handlers_) {
    output.handler->set_table(table);
  }
}

bool OutputFan::is_event(const consumer::TraceRecord& record) const {
  if (record.probe->prov == "dtrace") {
    return false;
  }
  for (const Action& action : program_.clauses[record.clause].actions) {
    if (has_run(action, record.payload) && !is_silent(action)) {
      return true;
    }
  }
  return false;
}

void OutputFan::on_record(const consumer::TraceRecord& record) {
  if (most_events_ != UINT64_MAX && is_event(record)) {
    if (nr_events_ >= most_events_) {
      return;
    }
    nr_events_++;
  }
  const auto& actions = program_.clauses[record.clause].actions;
  for (Output& output : handlers_) {
    output.handler->begin_record(record);
  }
  for (size_t i = 0; i < actions.size(); i++) {
    if (!has_run(actions[i], record.payload)) {
      continue;
    }
    for (Output& output : handlers_) {
      output.handler->action(record, i);
    }
    effects_->perform(actions[i], record.payload, *text_);
  }
  for (Output& output : handlers_) {
    output.handler->end_record(record);
    rotate_if_due(&output);
  }
}

void OutputFan::rotate_if_due(Output* output) {
  output::Sink& sink = output->handler->sink();
  if (output->file == nullptr || !output->file->is_due(sink.nr_bytes(), consumer::now_ns())) {
    return;
  }
  sink.flush();
  if (Result<void> rotated = output->file->rotate(consumer::now_ns()); !rotated) {
    warn(rotated.error().message);
    return;
  }
  sink.replace(output->file->fd());
  output->handler->on_new_file();
}

// To every handler that writes reports into its sink, and to one that does not.
template <typename Call>
void OutputFan::report(Call call) {
  bool is_reported = false;
  for (Output& output : handlers_) {
    OutputHandler& handler = *output.handler;
    if (handler.is_reporting() && is_reported) {
      continue;
    }
    is_reported |= handler.is_reporting();
    call(handler);
  }
}

void OutputFan::on_fault(const consumer::Fault& fault) {
  report([&](OutputHandler& handler) { handler.on_fault(fault); });
}

void OutputFan::on_drop(const consumer::Drop& drop) {
  bool is_said = false;
  report([&](OutputHandler& handler) {
    handler.on_drop(drop);
    is_said |= handler.is_reporting();
  });
  is_incomplete_ |= drop.is_ours;
  if (drop.is_ours && !is_said) {
    warn(drop.message);
  }
}

bool OutputFan::on_pass_end() {
  symbolizer_.user_symbols().expire();
  bool is_any_left = false;
  for (Output& output : handlers_) {
    rotate_if_due(&output);
    output::Sink& sink = output.handler->sink();
    is_any_left |= sink.flush();
    if (sink.is_lost() && !output.is_loss_reported && has_several()) {
      output.is_loss_reported = true;
      warn(fmt::format("could not write {}: {}; nothing more goes there", name_of(output),
                       loss_text(sink.error_number())));
    }
  }
  return is_any_left && nr_events_ < most_events_ && !consumer::is_reserve_used();
}

void OutputFan::flush() {
  for (Output& output : handlers_) {
    output.handler->sink().flush();
  }
}

bool OutputFan::is_complete() const {
  bool is_complete = !is_incomplete_ && effects_->nr_failed() == 0;
  for (const Output& output : handlers_) {
    is_complete &= output.handler->sink().error_number() == 0;
  }
  return is_complete;
}

void OutputFan::finish(const Ending& ending) {
  effects_->report();
  for (Output& output : handlers_) {
    output::Sink& sink = output.handler->sink();
    output.handler->finish(ending);
    if (!sink.finish()) {
      report_loss(output);
    }
  }
}

void OutputFan::report_loss(const Output& output) {
  const output::Sink& sink = output.handler->sink();
  std::string message =
      output.is_loss_reported
          ? name_of(output)
          : fmt::format("could not write {}: {}", name_of(output), loss_text(sink.error_number()));
  const uint64_t nr_records = sink.nr_unshown(output::Unit::Record);
  const uint64_t nr_elements = sink.nr_unshown(output::Unit::AggElement);
  if (nr_records + nr_elements != 0 || output.is_loss_reported) {
    message += fmt::format("{} {} record{} and {} aggregation element{} not shown",
                           output.is_loss_reported ? ":" : ";", nr_records,
                           nr_records == 1 ? "" : "s", nr_elements, nr_elements == 1 ? "" : "s");
  }
  warn(message);
}

}  // namespace dt::cli
