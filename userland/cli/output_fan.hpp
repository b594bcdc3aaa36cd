// SPDX-License-Identifier: MIT
// OutputFan: the tracer's handler. Hands everything to each output and performs the effects of
// actions once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "cli/effects.hpp"
#include "cli/output_handler.hpp"
#include "cli/symbolizer.hpp"
#include "output/record_text.hpp"

namespace dt::cli {

class OutputFan final : public consumer::TraceHandler {
 public:
  OutputFan(const lang::object::Program& program, consumer::Options& options,
            ConsumerSymbolizer& symbolizer)
      : program_(program), options_(options), symbolizer_(symbolizer) {}

  // At least one; freopen() and ftruncate() act on the first.
  void add(std::unique_ptr<OutputHandler> handler) { handlers_.push_back(std::move(handler)); }
  void set_table(consumer::AggregationTable& table);

  void on_record(const consumer::TraceRecord& record) override;
  void on_fault(const consumer::Fault& fault) override;
  void on_drop(const consumer::Drop& drop) override;
  bool on_pass_end() override;
  void finish(bool is_impatient);

 private:
  template <typename Call>
  void report(Call call);

  const lang::object::Program& program_;
  consumer::Options& options_;
  ConsumerSymbolizer& symbolizer_;
  std::vector<std::unique_ptr<OutputHandler>> handlers_;
  std::optional<output::RecordText> text_;  // renders formats of effects
  std::optional<Effects> effects_;
};

}  // namespace dt::cli
