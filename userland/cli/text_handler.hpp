// SPDX-License-Identifier: MIT
// Prints records as DTrace always did.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "cli/output_handler.hpp"
#include "cli/symbolizer.hpp"
#include "consumer/tracer.hpp"
#include "output/record_text.hpp"
#include "output/sink.hpp"

namespace dt::cli {

class TextHandler final : public OutputHandler {
 public:
  TextHandler(const lang::object::Program& program, consumer::Options& options,
              ConsumerSymbolizer& symbolizer, output::Sink& sink, bool is_bare);
  void set_table(consumer::AggregationTable& table) override;

  void begin_record(const consumer::TraceRecord& record) override;
  void action(const consumer::TraceRecord& record, size_t index) override;
  void end_record(const consumer::TraceRecord& record) override;
  void on_fault(const consumer::Fault& fault) override;
  void on_drop(const consumer::Drop& drop) override;
  bool is_reporting() const override { return true; }
  void on_new_file() override { has_header_ = false; }
  void finish(const Ending& ending) override;

 private:
  void report(const consumer::Drop& drop);

  const lang::object::Program& program_;
  consumer::Options& options_;
  ConsumerSymbolizer& symbolizer_;
  consumer::AggregationTable* table_ = nullptr;
  bool is_bare_;
  bool has_header_ = false;
  bool is_quiet_ = false;                  // of the record that is being printed
  std::map<std::string, uint64_t> drips_;  // by tag
  std::optional<output::RecordText> text_;
};

}  // namespace dt::cli
