// SPDX-License-Identifier: MIT
// OutputHandler: prints what a run produces in one form (text, JSON, CSV) to one sink. OutputFan
// hands records to it in steps, so that several handlers can share one run and its effects.
#pragma once

#include <cstdint>
#include <new>
#include <string>

#include "consumer/aggregate.hpp"
#include "consumer/tracer.hpp"
#include "output/sink.hpp"

namespace dt::cli {

// How a run ended.
struct Ending {
  int exit_status = 0;
  std::string reason;  // why not everything is shown, apart from what was lost; empty = none
};

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
  // After the last record: the aggregations, then how the run ended.
  virtual void finish(const Ending& ending) = 0;

 protected:
  // Writes aggregations. show: does it, by calling write_elements(). What there is no memory for is
  // counted as not shown; nr_elements: how many there are.
  template <typename Show>
  void show_elements(uint64_t nr_elements, Show show) {
    nr_left_ = nr_elements;
    try {
      show();
    } catch (const std::bad_alloc&) {
      sink_.leave_out(output::Unit::AggElement, nr_left_);
    }
  }
  void write_elements(const std::string& text, uint64_t nr_elements) {
    sink_.write(text);
    sink_.mark(output::Unit::AggElement, nr_elements);
    nr_left_ -= nr_left_ < nr_elements ? nr_left_ : nr_elements;
  }

  output::Sink& sink_;

 private:
  uint64_t nr_left_ = 0;  // elements that show_elements() has not shown yet
};

}  // namespace dt::cli
