// SPDX-License-Identifier: MIT
// Prints records, aggregations, drops and errors as rows of CSV.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/output_handler.hpp"
#include "cli/symbolizer.hpp"
#include "output/csv.hpp"
#include "output/record_text.hpp"

namespace dt::cli {

class CsvHandler final : public OutputHandler {
 public:
  // has_header: the file has one already, from an earlier run.
  CsvHandler(const lang::object::Program& program, consumer::Options& options,
             ConsumerSymbolizer& symbolizer, output::Sink& sink, std::vector<std::string> columns,
             bool has_header);
  void set_table(consumer::AggregationTable& table) override;

  void begin_record(const consumer::TraceRecord& record) override;
  void action(const consumer::TraceRecord& record, size_t index) override;
  void end_record(const consumer::TraceRecord& record) override;
  void on_fault(const consumer::Fault& fault) override;
  void on_drop(const consumer::Drop& drop) override;
  void on_new_file() override { has_header_ = false; }
  void finish(const Ending& ending) override;

 private:
  output::FormatContext context() { return output::FormatContext{&symbolizer_, &options_}; }
  void write(const std::string& rows);
  void write_header();

  const lang::object::Program& program_;
  consumer::Options& options_;
  ConsumerSymbolizer& symbolizer_;
  consumer::AggregationTable* table_ = nullptr;
  output::CsvText csv_;
  std::optional<output::RecordText> text_;
  bool has_header_;
  // Of the record that is being written.
  std::vector<std::string> values_;
  std::string aggregations_;
  bool is_shown_ = false;
  uint64_t nr_records_ = 0;
  uint64_t nr_lost_ = 0;
};

}  // namespace dt::cli
