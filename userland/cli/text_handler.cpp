// SPDX-License-Identifier: MIT
#include "cli/text_handler.hpp"

#include <fmt/core.h>

#include "cli/messages.hpp"

namespace dt::cli {

using lang::object::Action;
using lang::object::ActionKind;

TextHandler::TextHandler(const lang::object::Program& program, consumer::Options& options,
                         ConsumerSymbolizer& symbolizer, output::Sink& sink, bool is_bare)
    : OutputHandler(sink),
      program_(program),
      options_(options),
      symbolizer_(symbolizer),
      is_bare_(is_bare) {}

void TextHandler::set_table(consumer::AggregationTable& table) {
  table_ = &table;
  text_.emplace(program_, options_, symbolizer_, table, is_bare_);
}

void TextHandler::begin_record(const consumer::TraceRecord& record) {
  text_->set_terminal(sink_.is_terminal());
  // -q may be switched by setopt() in this very record: the line is begun and ended alike.
  is_quiet_ = options_.quiet;
  if (is_quiet_) {
    return;
  }
  if (!has_header_) {
    sink_.write(text_->header());
    has_header_ = true;
  }
  sink_.write(text_->shown(text_->probe_line(record.cpu, *record.probe, record.time)));
}

void TextHandler::action(const consumer::TraceRecord& record, size_t index) {
  const Action& action = program_.clauses[record.clause].actions[index];
  if (action.kind == ActionKind::Args) {
    // A clause without a body shows nothing in a quiet run.
    if (!is_quiet_ || !action.origin->is_default) {
      sink_.write(text_->shown(output::args_text(symbolizer_.decoder(), action, record)));
    }
    return;
  }
  const std::string shown = text_->action(action, record.payload);
  if (!shown.empty()) {
    sink_.write(shown);
  }
}

void TextHandler::end_record(const consumer::TraceRecord&) {
  if (!is_quiet_) {
    sink_.write("\n");
  }
  sink_.mark(output::Unit::Record);
}

void TextHandler::on_fault(const consumer::Fault& fault) {
  sink_.flush();
  warn(consumer::fault_message(fault));
}

void TextHandler::on_drop(const consumer::Drop& drop) {
  // These come in drips on a busy machine: one sum at the end says it all.
  if (drop.is_drip) {
    drips_[drop.tag] += drop.count;
    return;
  }
  report(drop);
}

void TextHandler::report(const consumer::Drop& drop) {
  sink_.flush();
  if (options_.droptags) {
    warn(fmt::format("[DTRACEDROP_{}] {}", drop.tag, drop.message));
  } else {
    warn(drop.message);
  }
}

void TextHandler::finish(const Ending&) {
  text_->set_terminal(sink_.is_terminal());
  sink_.write("\n");
  for (const int agg : text_->leftover_aggregations()) {
    show_elements(table_->nr_elements(agg), [&] {
      text_->write_aggregation(
          agg, [&](const std::string& rows, uint64_t nr) { write_elements(rows, nr); });
    });
  }
  sink_.flush();
  for (const auto& [tag, count] : drips_) {
    report(consumer::drop_of(tag, count));
  }
}

}  // namespace dt::cli
