// SPDX-License-Identifier: MIT
// OutputFan: the tracer's handler. Hands everything to each output and performs the effects of
// actions once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/effects.hpp"
#include "cli/output_handler.hpp"
#include "cli/symbolizer.hpp"
#include "output/output_file.hpp"
#include "output/record_text.hpp"

namespace dt::cli {

class OutputFan final : public consumer::TraceHandler {
 public:
  OutputFan(const lang::object::Program& program, consumer::Options& options,
            ConsumerSymbolizer& symbolizer)
      : program_(program), options_(options), symbolizer_(symbolizer) {}

  // At least one; freopen() and ftruncate() act on the first. file: what it writes to, for rotation
  // and for messages; null = standard output.
  void add(std::unique_ptr<OutputHandler> handler, output::OutputFile* file = nullptr);
  // Stops after so many records of what was asked for; the rest is not shown.
  void limit_events(uint64_t nr) { most_events_ = nr; }
  void set_table(consumer::AggregationTable& table);

  void on_record(const consumer::TraceRecord& record) override;
  void on_fault(const consumer::Fault& fault) override;
  void on_drop(const consumer::Drop& drop) override;
  bool on_pass_end() override;
  // The aggregations and the end; then what an output did not take is said.
  void finish(const Ending& ending);
  // Before a message on standard error, so that both come in order.
  void flush();

  // So far: is all shown that was recorded, and done what was asked for? What is not was said, or
  // finish() says it.
  bool is_complete() const;
  bool has_several() const { return handlers_.size() > 1; }

 private:
  struct Output {
    std::unique_ptr<OutputHandler> handler;
    output::OutputFile* file = nullptr;
    bool is_loss_reported = false;
  };

  template <typename Call>
  void report(Call call);
  bool is_event(const consumer::TraceRecord& record) const;
  void rotate_if_due(Output* output);
  static std::string name_of(const Output& output);
  static void report_loss(const Output& output);

  const lang::object::Program& program_;
  consumer::Options& options_;
  ConsumerSymbolizer& symbolizer_;
  std::vector<Output> handlers_;
  uint64_t most_events_ = UINT64_MAX;
  uint64_t nr_events_ = 0;
  bool is_incomplete_ = false;
  std::optional<output::RecordText> text_;  // renders formats of effects
  std::optional<Effects> effects_;
};

}  // namespace dt::cli
