// SPDX-License-Identifier: MIT
// Records as text: the probe line, flow indentation, and what each data action shows.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "consumer/aggregate.hpp"
#include "consumer/options.hpp"
#include "lang/object/program.hpp"
#include "output/aggtext.hpp"
#include "output/printf.hpp"

namespace dt::output {

class RecordText {
 public:
  // is_bare: leave the CPU and ID columns out (environment _DTRACE_TESTING).
  RecordText(const lang::object::Program& program, const consumer::Options& options,
             Symbolizer& symbolizer, const consumer::AggregationTable& table, bool is_bare);

  // Does the text go to a terminal? Then what is data cannot control it.
  void set_terminal(bool is_terminal) { is_terminal_ = is_terminal; }
  // As it is, or safe for the terminal: for data that others made into text.
  std::string shown(std::string text) const;

  // The column titles; once, before the first record.
  std::string header() const;
  // "  0      1                           :BEGIN ", or the indented form of -F.
  std::string probe_line(uint32_t cpu, const lang::ProbeInfo& probe, uint64_t time);
  // What a data action shows. Empty for actions that only have an effect.
  std::string action(const lang::object::Action& action, std::span<const std::byte> payload);
  // The text of a format with the action's values: printf(), system(), freopen().
  std::string formatted(const lang::object::Action& action, std::span<const std::byte> payload);
  // The aggregations that no printa() named: printed at the end.
  std::vector<int> leftover_aggregations() const;
  void write_aggregation(int agg, const ElementWriter& write) const;

 private:
  enum class Flow { Entry, Return, None };
  struct CpuFlow {
    unsigned indent = 0;
    uint32_t probe_id = 0;
    uint64_t time = 0;
  };

  const std::vector<FormatPart>& format_of(const lang::object::Action& action);
  std::string trace(const ValueRef& value) const;
  std::string print(const lang::object::Action& action, std::span<const std::byte> payload) const;
  std::string tracemem(const lang::object::Action& action,
                       std::span<const std::byte> payload) const;
  std::string untrusted_action(const lang::object::Action& action,
                               std::span<const std::byte> payload) const;
  FormatContext context() const { return FormatContext{&symbolizer_, &options_, is_terminal_}; }

  const lang::object::Program& program_;
  const consumer::Options& options_;
  Symbolizer& symbolizer_;
  const consumer::AggregationTable& table_;
  bool is_bare_;
  bool is_terminal_ = false;
  std::map<const lang::object::Action*, std::vector<FormatPart>> formats_;
  std::map<uint32_t, CpuFlow> flows_;
};

}  // namespace dt::output
