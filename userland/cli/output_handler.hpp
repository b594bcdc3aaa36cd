// SPDX-License-Identifier: MIT
// OutputHandler: prints what a run produces in one form (text, JSON, CSV) to one sink. OutputFan
// hands records to it in steps, so that several handlers can share one run and its effects.
#pragma once

#include "consumer/aggregate.hpp"
#include "consumer/tracer.hpp"
#include "output/sink.hpp"

namespace dt::cli {

class OutputHandler {
 public:
  explicit OutputHandler(output::Sink& sink) : sink_(sink) {}
  virtual ~OutputHandler() = default;
  OutputHandler(const OutputHandler&) = delete;
  OutputHandler& operator=(const OutputHandler&) = delete;

  output::Sink& sink() { return sink_; }

  // The table belongs to the tracer, which is made after its handlers.
  virtual void set_table(consumer::AggregationTable& table) = 0;
  // A record, then those of its clause's actions that ran, in order, then its end. Effects of an
  // action (clear(), setopt()...) happen after action() and before the next one.
  virtual void begin_record(const consumer::TraceRecord& record) = 0;
  virtual void action(const consumer::TraceRecord& record, size_t index) = 0;
  virtual void end_record(const consumer::TraceRecord& record) = 0;
  virtual void on_fault(const consumer::Fault& fault) = 0;
  virtual void on_drop(const consumer::Drop& drop) = 0;
  // Does it report faults and drops on standard error (one handler of a run does), not in its sink?
  virtual bool is_reporting() const { return false; }
  // The sink goes on in a new file.
  virtual void on_new_file() {}
  // After the last record. is_impatient: leave the aggregations out.
  virtual void finish(bool is_impatient) = 0;

 protected:
  output::Sink& sink_;
};

}  // namespace dt::cli
