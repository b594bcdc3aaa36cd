// SPDX-License-Identifier: MIT
#include "cli/json_handler.hpp"

#include <memory>
#include <vector>

#include "output/json.hpp"

namespace dt::cli {

using lang::object::Action;
using lang::object::ActionKind;

JsonHandler::JsonHandler(const lang::object::Program& program, consumer::Options& options,
                         ConsumerSymbolizer& symbolizer, output::Sink& sink)
    : program_(program), options_(options), symbolizer_(symbolizer), sink_(sink) {}

void JsonHandler::set_table(consumer::AggregationTable& table) {
  table_ = &table;
  text_.emplace(program_, options_, symbolizer_, table, true);
  effects_.emplace(options_, table, sink_);
}

void JsonHandler::on_record(const consumer::TraceRecord& record) {
  nr_records_++;
  const auto& actions = program_.clauses[record.clause].actions;
  std::vector<std::string> texts(actions.size());
  const auto ran = std::make_unique<bool[]>(actions.size());
  std::string aggregations;
  for (size_t i = 0; i < actions.size(); i++) {
    const Action& action = actions[i];
    ran[i] = has_run(action, record.payload);
    if (!ran[i]) {
      continue;
    }
    if (action.kind == ActionKind::Printa) {
      for (const int agg : action.aggs) {
        aggregations += output::json_aggregation(*table_, agg, context());
      }
    } else if (action.kind == ActionKind::Printf) {
      texts[i] = text_->action(action, record.payload);
    } else if (action.kind == ActionKind::Exit && !action.args.empty()) {
      exit_status_ =
          static_cast<int>(output::load_signed(output::value_in(action.args[0], record.payload)));
    }
    effects_->perform(action, record.payload, *text_);
  }
  sink_.write(output::json_record(program_.clauses[record.clause], record, texts,
                                  {ran.get(), actions.size()}, context()));
  sink_.write(aggregations);
}

void JsonHandler::on_fault(const consumer::Fault& fault) { sink_.write(output::json_fault(fault)); }

void JsonHandler::on_drop(const consumer::Drop& drop) {
  nr_lost_ += drop.count;
  sink_.write(output::json_drop(drop));
}

bool JsonHandler::on_pass_end() {
  symbolizer_.user_symbols().expire();
  return sink_.flush();
}

void JsonHandler::finish(bool is_impatient) {
  for (size_t agg = 0; !is_impatient && agg < program_.aggs.size(); agg++) {
    if (!table_->is_empty(static_cast<int>(agg))) {
      sink_.write(output::json_aggregation(*table_, static_cast<int>(agg), context()));
    }
  }
  sink_.write(output::json_end(exit_status_, nr_records_, nr_lost_));
  sink_.flush();
}

}  // namespace dt::cli
