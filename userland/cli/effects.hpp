// SPDX-License-Identifier: MIT
// Actions that act on the consumer itself: exit status, system(), freopen(), setopt(), clear(),
// trunc(), normalize(), denormalize(), ftruncate(). Shared by text and JSON output.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "consumer/options.hpp"
#include "consumer/tracer.hpp"
#include "lang/object/program.hpp"
#include "output/record_text.hpp"
#include "output/sink.hpp"

namespace dt::cli {

class Effects {
 public:
  Effects(consumer::Options& options, consumer::AggregationTable& table, output::Sink& sink)
      : options_(options), table_(table), sink_(sink) {}

  // Does the action if it is one of these. text: renders its format.
  void perform(const lang::object::Action& action, std::span<const std::byte> payload,
               output::RecordText& text);
  // At the end of the run: what was left undone.
  void report();
  // So many could not be done; each was said.
  uint64_t nr_failed() const { return nr_failed_; }

 private:
  void system(const std::string& command);
  void fail(const std::string& message);
  void setopt(const lang::object::Action& action, std::span<const std::byte> payload);

  consumer::Options& options_;
  consumer::AggregationTable& table_;
  output::Sink& sink_;
  uint64_t nr_failed_ = 0;
  uint64_t nr_not_run_ = 0;
};

// Did the action run? Actions inside if/else have a byte in the record that says so.
bool has_run(const lang::object::Action& action, std::span<const std::byte> payload);

}  // namespace dt::cli
