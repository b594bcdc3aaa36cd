// SPDX-License-Identifier: MIT
#include "cli/json_handler.hpp"

#include "output/json.hpp"

namespace dt::cli {

using lang::object::Action;
using lang::object::ActionKind;

JsonHandler::JsonHandler(const lang::object::Program& program, consumer::Options& options,
                         ConsumerSymbolizer& symbolizer, output::Sink& sink)
    : OutputHandler(sink), program_(program), options_(options), symbolizer_(symbolizer) {}

void JsonHandler::set_table(consumer::AggregationTable& table) {
  table_ = &table;
  text_.emplace(program_, options_, symbolizer_, table, true);
}

void JsonHandler::begin_record(const consumer::TraceRecord& record) {
  nr_records_++;
  const size_t nr_actions = program_.clauses[record.clause].actions.size();
  texts_.assign(nr_actions, {});
  has_run_ = std::make_unique<bool[]>(nr_actions);
  aggregations_.clear();
}

void JsonHandler::action(const consumer::TraceRecord& record, size_t index) {
  const Action& action = program_.clauses[record.clause].actions[index];
  has_run_[index] = true;
  if (action.kind == ActionKind::Printa) {
    for (const int agg : action.aggs) {
      aggregations_ += output::json_aggregation(*table_, agg, context());
    }
  } else if (action.kind == ActionKind::Args) {
    texts_[index] = output::args_json(symbolizer_.decoder(), action, record);
  } else if (action.kind == ActionKind::Printf) {
    texts_[index] = text_->action(action, record.payload);
  } else if (action.kind == ActionKind::Exit && !action.args.empty()) {
    exit_status_ =
        static_cast<int>(output::load_signed(output::value_in(action.args[0], record.payload)));
  }
}

void JsonHandler::end_record(const consumer::TraceRecord& record) {
  sink_.write(output::json_record(program_.clauses[record.clause], record, texts_,
                                  {has_run_.get(), texts_.size()}, context()));
  sink_.write(aggregations_);
}

void JsonHandler::on_fault(const consumer::Fault& fault) { sink_.write(output::json_fault(fault)); }

void JsonHandler::on_drop(const consumer::Drop& drop) {
  nr_lost_ += drop.count;
  sink_.write(output::json_drop(drop));
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
