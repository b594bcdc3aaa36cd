// SPDX-License-Identifier: MIT
#include "cli/csv_handler.hpp"

#include "output/decoded_args.hpp"

namespace dt::cli {

using lang::object::Action;
using lang::object::ActionKind;

namespace {

// Text that was printed, without the line ends and blanks around it.
std::string trimmed(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t\n");
  return begin == std::string::npos
             ? std::string()
             : text.substr(begin, text.find_last_not_of(" \t\n") - begin + 1);
}

}  // namespace

CsvHandler::CsvHandler(const lang::object::Program& program, consumer::Options& options,
                       ConsumerSymbolizer& symbolizer, output::Sink& sink,
                       std::vector<std::string> columns, bool has_header)
    : OutputHandler(sink),
      program_(program),
      options_(options),
      symbolizer_(symbolizer),
      csv_(program, std::move(columns)),
      has_header_(has_header) {}

void CsvHandler::set_table(consumer::AggregationTable& table) {
  table_ = &table;
  text_.emplace(program_, options_, symbolizer_, table, true);
}

void CsvHandler::write(const std::string& rows) {
  if (rows.empty()) {
    return;
  }
  write_header();
  sink_.write(rows);
}

void CsvHandler::write_header() {
  if (!has_header_) {
    sink_.write(csv_.header());
    has_header_ = true;
  }
}

void CsvHandler::begin_record(const consumer::TraceRecord&) {
  values_.clear();
  aggregations_.clear();
  is_shown_ = false;
}

void CsvHandler::action(const consumer::TraceRecord& record, size_t index) {
  const Action& action = program_.clauses[record.clause].actions[index];
  if (action.kind == ActionKind::Printa) {
    for (const int agg : action.aggs) {
      aggregations_ += csv_.aggregation(*table_, agg, context());
    }
    return;
  }
  if (output::nr_csv_values(action) == 0) {
    is_shown_ |= action.kind == ActionKind::Default;
    return;
  }
  is_shown_ = true;
  if (action.kind == ActionKind::Args) {
    values_.push_back(trimmed(output::args_text(symbolizer_.decoder(), action, record)));
  } else if (action.kind == ActionKind::Print || action.kind == ActionKind::Tracemem ||
             (action.kind == ActionKind::Printf && action.args.empty())) {
    values_.push_back(trimmed(text_->action(action, record.payload)));
  } else {
    for (const auto& field : action.args) {
      values_.push_back(output::csv_value(output::value_in(field, record.payload), context()));
    }
  }
}

void CsvHandler::end_record(const consumer::TraceRecord& record) {
  if (is_shown_) {
    nr_records_++;
    write(csv_.record(record, values_));
  }
  write(aggregations_);
  sink_.mark(output::Unit::Record);
}

void CsvHandler::on_fault(const consumer::Fault& fault) { write(csv_.fault(fault)); }

void CsvHandler::on_drop(const consumer::Drop& drop) {
  nr_lost_ += drop.count;
  write(csv_.drop(drop));
}

void CsvHandler::finish(const Ending& ending) {
  // As in text: those that no printa() has shown.
  std::vector<bool> is_printed(program_.aggs.size(), false);
  for (const auto& clause : program_.clauses) {
    for (const Action& action : clause.actions) {
      for (const int agg : action.aggs) {
        is_printed[static_cast<size_t>(agg)] =
            is_printed[static_cast<size_t>(agg)] || action.kind == ActionKind::Printa;
      }
    }
  }
  for (int agg = 0; agg < static_cast<int>(is_printed.size()); agg++) {
    if (is_printed[static_cast<size_t>(agg)] || table_->is_empty(agg)) {
      continue;
    }
    write_header();
    show_elements(table_->nr_elements(agg), [&] {
      csv_.write_aggregation(*table_, agg, context(), [&](const std::string& rows, uint64_t nr) {
        write_elements(rows, nr);
      });
    });
  }
  write(csv_.end(nr_records_, nr_lost_ + sink_.nr_unshown(), ending.reason));
  sink_.flush();
}

}  // namespace dt::cli
