// SPDX-License-Identifier: MIT
#include "cli/output_fan.hpp"

namespace dt::cli {

void OutputFan::set_table(consumer::AggregationTable& table) {
  text_.emplace(program_, options_, symbolizer_, table, true);
  effects_.emplace(options_, table, handlers_.front()->sink());
  for (auto& handler : handlers_) {
    handler->set_table(table);
  }
}

void OutputFan::on_record(const consumer::TraceRecord& record) {
  const auto& actions = program_.clauses[record.clause].actions;
  for (auto& handler : handlers_) {
    handler->begin_record(record);
  }
  for (size_t i = 0; i < actions.size(); i++) {
    if (!has_run(actions[i], record.payload)) {
      continue;
    }
    for (auto& handler : handlers_) {
      handler->action(record, i);
    }
    effects_->perform(actions[i], record.payload, *text_);
  }
  for (auto& handler : handlers_) {
    handler->end_record(record);
  }
}

// To every handler that writes reports into its sink, and to one that does not.
template <typename Call>
void OutputFan::report(Call call) {
  bool is_reported = false;
  for (auto& handler : handlers_) {
    if (handler->is_reporting() && is_reported) {
      continue;
    }
    is_reported |= handler->is_reporting();
    call(*handler);
  }
}

void OutputFan::on_fault(const consumer::Fault& fault) {
  report([&](OutputHandler& handler) { handler.on_fault(fault); });
}

void OutputFan::on_drop(const consumer::Drop& drop) {
  report([&](OutputHandler& handler) { handler.on_drop(drop); });
}

bool OutputFan::on_pass_end() {
  symbolizer_.user_symbols().expire();
  bool is_any_left = false;
  for (auto& handler : handlers_) {
    is_any_left |= handler->sink().flush();
  }
  return is_any_left;
}

void OutputFan::finish(bool is_impatient) {
  for (auto& handler : handlers_) {
    handler->finish(is_impatient);
  }
}

}  // namespace dt::cli
