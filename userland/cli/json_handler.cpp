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
  }
}

void JsonHandler::end_record(const consumer::TraceRecord& record) {
  sink_.write(output::json_record(program_.clauses[record.clause], record, texts_,
                                  {has_run_.get(), texts_.size()}, context()));
  sink_.write(aggregations_);
  sink_.mark(output::Unit::Record);
}

void JsonHandler::on_fault(const consumer::Fault& fault) { sink_.write(output::json_fault(fault)); }

void JsonHandler::on_drop(const consumer::Drop& drop) {
  nr_lost_ += drop.count;
  sink_.write(output::json_drop(drop));
}

void JsonHandler::finish(const Ending& ending) {
  for (int agg = 0; agg < static_cast<int>(program_.aggs.size()); agg++) {
    const uint64_t nr_elements = table_->nr_elements(agg);
    if (nr_elements != 0) {
      show_elements(nr_elements, [&] {
        write_elements(output::json_aggregation(*table_, agg, context()), nr_elements);
      });
    }
  }
  sink_.write(output::json_end(ending.exit_status, nr_records_, nr_lost_ + sink_.nr_unshown(),
                               ending.reason));
  sink_.flush();
}

}  // namespace dt::cli
