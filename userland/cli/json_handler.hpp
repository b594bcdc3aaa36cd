// SPDX-License-Identifier: MIT
// Prints every record, aggregation, drop and error as one JSON object a line.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/output_handler.hpp"
#include "cli/symbolizer.hpp"
#include "output/record_text.hpp"
#include "output/sink.hpp"

namespace dt::cli {

class JsonHandler final : public OutputHandler {
 public:
  JsonHandler(const lang::object::Program& program, consumer::Options& options,
              ConsumerSymbolizer& symbolizer, output::Sink& sink);
  void set_table(consumer::AggregationTable& table) override;

  void begin_record(const consumer::TraceRecord& record) override;
  void action(const consumer::TraceRecord& record, size_t index) override;
  void end_record(const consumer::TraceRecord& record) override;
  void on_fault(const consumer::Fault& fault) override;
  void on_drop(const consumer::Drop& drop) override;
  void finish(const Ending& ending) override;

 private:
  output::FormatContext context() { return output::FormatContext{&symbolizer_, &options_}; }

  const lang::object::Program& program_;
  consumer::Options& options_;
  ConsumerSymbolizer& symbolizer_;
  consumer::AggregationTable* table_ = nullptr;
  uint64_t nr_records_ = 0;
  uint64_t nr_lost_ = 0;
  std::optional<output::RecordText> text_;
  // Of the record that is being written, by action.
  std::vector<std::string> texts_;
  std::unique_ptr<bool[]> has_run_;
  std::string aggregations_;
};

}  // namespace dt::cli
