// SPDX-License-Identifier: MIT
// Records, aggregations, drops and faults as CSV (RFC 4180, lines end with a newline). Columns:
// type, time, cpu, name, then values; docs/sessions.md describes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "consumer/aggregate.hpp"
#include "consumer/drops.hpp"
#include "consumer/tracer.hpp"
#include "lang/object/program.hpp"
#include "output/aggtext.hpp"
#include "output/printf.hpp"

namespace dt::output {

class CsvText {
 public:
  // columns: names of the values, in order; those not named are value1, value2...
  CsvText(const lang::object::Program& program, std::vector<std::string> columns);

  std::string header() const;
  // One row: values of the actions that ran, in order.
  std::string record(const consumer::TraceRecord& record,
                     const std::vector<std::string>& values) const;
  // A row for each element, of distributions for each bucket that is not empty: the key's
  // components, the bucket, the value. write: gets one element after the other.
  void write_aggregation(const consumer::AggregationTable& table, int agg,
                         const FormatContext& context, const ElementWriter& write) const;
  // All of them.
  std::string aggregation(const consumer::AggregationTable& table, int agg,
                          const FormatContext& context) const;
  std::string drop(const consumer::Drop& drop) const;
  std::string fault(const consumer::Fault& fault) const;
  // reason: why not everything is shown, apart from what was lost; empty = none. Has an error row
  // of its own.
  std::string end(uint64_t nr_records, uint64_t nr_lost, const std::string& reason) const;

  size_t nr_values() const { return nr_values_; }

 private:
  std::string row(std::string_view type, const std::string& time, const std::string& cpu,
                  std::string_view name, const std::vector<std::string>& values) const;

  std::vector<std::string> columns_;
  size_t nr_values_ = 2;  // drops have two
};

// A value as CSV shows it: integers in decimal, pointers and bytes in hexadecimal, symbols by name,
// stacks as frames with ';' between them.
std::string csv_value(const ValueRef& value, const FormatContext& context);
// How many values an action contributes to a row.
size_t nr_csv_values(const lang::object::Action& action);

}  // namespace dt::output
