// SPDX-License-Identifier: MIT
// OutputHandler: a TraceHandler that prints; text and JSON are its two kinds.
#pragma once

#include "consumer/aggregate.hpp"
#include "consumer/tracer.hpp"

namespace dt::cli {

class OutputHandler : public consumer::TraceHandler {
 public:
  // The table belongs to the tracer, which is made after its handler.
  virtual void set_table(consumer::AggregationTable& table) = 0;
  // After the last record. is_impatient: leave the aggregations out.
  virtual void finish(bool is_impatient) = 0;
};

}  // namespace dt::cli
