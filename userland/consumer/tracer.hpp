// SPDX-License-Identifier: MIT
// Tracer: one tracing run from ENABLE to the last record. Owns the reader and the aggregation
// table, keeps the rates, and hands records, faults and drops to a handler. Prints nothing.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "consumer/aggregate.hpp"
#include "consumer/channel.hpp"
#include "consumer/drops.hpp"
#include "consumer/enable.hpp"
#include "consumer/options.hpp"
#include "consumer/reader.hpp"
#include "lang/object/program.hpp"

namespace dt::consumer {

class Target;

struct TraceRecord {
  uint32_t cpu = 0;
  uint32_t epid = 0;
  const lang::ProbeInfo* probe = nullptr;
  size_t clause = 0;  // index into the program's clauses
  uint64_t time = 0;
  std::span<const std::byte> payload;
};

class TraceHandler {
 public:
  virtual ~TraceHandler() = default;
  virtual void on_record(const TraceRecord& record) = 0;
  virtual void on_fault(const Fault& fault) = 0;
  virtual void on_drop(const Drop& drop) = 0;
  // After each pass over the buffers. false: stop tracing (the output is gone).
  virtual bool on_pass_end() { return true; }
};

class Tracer {
 public:
  // options: may change while tracing runs (setopt). All references must outlive the tracer.
  Tracer(Channel& channel, const lang::object::Program& program, const Options& options,
         TraceHandler& handler);
  ~Tracer();
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;

  Result<Enabled> enable();
  // Fires BEGIN and starts tracing.
  Result<void> go();
  // After an interrupt, records that the buffers still hold are handed over for so long; the rest
  // is counted as a drop INTERRUPT. Without this all are handed over.
  void limit_drain(uint64_t ns) { drain_limit_ns_ = ns; }
  // Stops as if a program had called exit(0) when now_ns() reaches this.
  void stop_at(uint64_t ns) { stop_at_ns_ = ns; }
  // Until exit(), interrupt(), the end of every target, or lost output. Then END fires and all is
  // drained. wait_mask: signal mask while waiting (SIGCHLD tells of targets). Error: the first
  // thing that went wrong; what could be had all the same was handed over.
  Result<void> run(const std::vector<Target*>& targets, const sigset_t& wait_mask);
  // Ends the run, on any thread, after go(): on return nothing fires any more, whatever the thread
  // in run() is doing.
  void interrupt();

  const AggregationTable& aggregations() const { return table_; }
  AggregationTable& aggregations() { return table_; }
  // Status of exit(), 0 without one.
  int exit_status() const { return static_cast<int>(status_.exit_status); }
  bool was_killed() const { return status_.is_killed != 0; }
  // The core took the probes away because firings used up their time again and again.
  bool was_overspending() const { return status_.is_killed == DTRACE_KILLED_BUDGET; }

 private:
  Result<void> work(bool is_final);
  Result<void> snapshot_if_due(bool is_forced);
  Result<void> check_status();
  Result<void> finish();
  Result<void> trace_until_end(const std::vector<Target*>& targets, const sigset_t& wait_mask);
  template <typename Step>
  Result<void> with_memory(Step step);
  Result<void> report_left();
  void visit(const RawRecord& raw, bool is_final);
  void hand_over(const RawRecord& raw, bool is_final);
  const lang::ProbeInfo* probe_of(uint32_t epid);
  int wait_ms() const;
  bool wait(const std::vector<Target*>& targets, const sigset_t& wait_mask);
  Result<void> stop();
  void hurry();
  void watch_limit();
  bool is_limit_over() const;

  Channel& channel_;
  const lang::object::Program& program_;
  const Options& options_;
  TraceHandler& handler_;
  AggregationTable table_;
  std::unique_ptr<Reader> reader_;
  // By epid, filled when the first record comes: there may be 100,000 of which few ever fire.
  std::vector<std::unique_ptr<lang::ProbeInfo>> probes_;
  dtrace_status status_{};
  uint64_t agg_half_size_ = 0;
  uint64_t last_work_ns_ = 0;
  uint64_t last_snapshot_ns_ = 0;
  uint64_t last_status_ns_ = 0;
  bool is_final_snapshot_done_ = false;
  const pid_t worker_;
  const int wake_fd_;
  std::mutex stop_mutex_;
  std::optional<Result<void>> stopped_;  // under stop_mutex_
  std::atomic<bool> is_interrupted_ = false;
  std::atomic<uint64_t> drain_until_ns_ = UINT64_MAX;
  uint64_t nr_visited_ = 0;
  uint64_t nr_without_memory_ = 0;
  uint64_t nr_unreadable_ = 0;
  uint64_t drain_limit_ns_ = UINT64_MAX;
  uint64_t stop_at_ns_ = UINT64_MAX;
  std::optional<Error> deferred_error_;
};

// CLOCK_MONOTONIC in ns.
uint64_t now_ns();

}  // namespace dt::consumer
