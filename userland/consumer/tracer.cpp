// SPDX-License-Identifier: MIT
#include "consumer/tracer.hpp"

#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <new>

#include "consumer/probes.hpp"
#include "consumer/process.hpp"
#include "dtrace/dif.h"

namespace dt::consumer {

namespace {

constexpr uint64_t kLongestWaitNs = 1 * kSecondNs;  // the core wants a sign of life now and then
constexpr uint64_t kShortestWaitNs = kSecondNs / 1000;

// BEGIN and END run on the CPU that asks for them: with option cpu that must be the one that is
// traced.
class CpuPin {
 public:
  explicit CpuPin(int64_t cpu) {
    if (cpu < 0 || cpu >= CPU_SETSIZE || ::sched_getaffinity(0, sizeof(before_), &before_) != 0) {
      return;
    }
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<int>(cpu), &set);
    is_pinned_ = ::sched_setaffinity(0, sizeof(set), &set) == 0;
  }
  ~CpuPin() {
    if (is_pinned_) {
      ::sched_setaffinity(0, sizeof(before_), &before_);
    }
  }
  CpuPin(const CpuPin&) = delete;
  CpuPin& operator=(const CpuPin&) = delete;

 private:
  cpu_set_t before_{};
  bool is_pinned_ = false;
};

}  // namespace

uint64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * kSecondNs + static_cast<uint64_t>(now.tv_nsec);
}

Tracer::Tracer(Channel& channel, const lang::object::Program& program, const Options& options,
               TraceHandler& handler)
    : channel_(channel),
      program_(program),
      options_(options),
      handler_(handler),
      table_(program),
      worker_(::gettid()),
      wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Tracer::~Tracer() { ::close(wake_fd_); }

Result<Enabled> Tracer::enable() {
  auto enabled = consumer::enable(channel_, program_, options_);
  if (!enabled) {
    return enabled.error();
  }
  agg_half_size_ = enabled->options.aggsize;
  reader_ = std::make_unique<Reader>(channel_, enabled->options.bufsize, options_.bufpolicy,
                                     options_.temporal, options_.cpu);
  probes_.resize(enabled->nr_ecbs + 1);
  return enabled;
}

Result<void> Tracer::go() {
  const CpuPin pin(options_.cpu);
  auto cpu = channel_.go();
  if (!cpu) {
    return cpu.error();
  }
  last_work_ns_ = last_status_ns_ = now_ns();
  return {};
}

const lang::ProbeInfo* Tracer::probe_of(uint32_t epid) {
  if (epid >= probes_.size()) {
    probes_.resize(epid + 1);
  }
  std::unique_ptr<lang::ProbeInfo>& probe = probes_[epid];
  if (!probe) {
    auto description = channel_.epid(epid);
    if (!description) {
      deferred_error_ = description.error();
    }
    probe = std::make_unique<lang::ProbeInfo>(description ? to_probe_info(description->probe)
                                                          : lang::ProbeInfo{});
  }
  return probe.get();
}

// Nothing fires any more from here on, but END. The first caller fires it, the others wait and get
// the same answer.
Result<void> Tracer::stop() {
  const std::lock_guard lock(stop_mutex_);
  if (!stopped_) {
    const CpuPin pin(options_.cpu);
    auto cpu = channel_.stop();
    stopped_ = cpu ? Result<void>() : cpu.error();
  }
  return *stopped_;
}

// Somebody waits for the prompt, and what is traced may leave no CPU free for us. What a ring or a
// buffer that fills kept for the end is what was asked for: it is shown whole.
void Tracer::hurry() {
  if (drain_limit_ns_ != UINT64_MAX && options_.bufpolicy == BufferPolicy::Switch) {
    drain_until_ns_ = now_ns() + drain_limit_ns_;
    (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(worker_), -20);
  }
}

void Tracer::interrupt() {
  if (is_interrupted_.exchange(true)) {
    return;
  }
  hurry();
  // What went wrong is told to the worker, who asks, too.
  (void)stop();
  const uint64_t one = 1;
  (void)!::write(wake_fd_, &one, sizeof(one));
}

// Looks now and then whether the time after an interrupt is over.
void Tracer::watch_limit() {
  if ((nr_visited_++ & 0xff) == 0 && is_limit_over()) {
    reader_->visit_only_end();
  }
}

bool Tracer::is_limit_over() const {
  const uint64_t until = drain_until_ns_;
  return until != UINT64_MAX && now_ns() > until;
}

// A record that there is no memory for does not cost those that come after it.
void Tracer::visit(const RawRecord& raw, bool is_final) {
  watch_limit();
  try {
    hand_over(raw, is_final);
  } catch (const std::bad_alloc&) {
    nr_without_memory_++;
  }
}

void Tracer::hand_over(const RawRecord& raw, bool is_final) {
  const dtrace_rec& header = *raw.header;
  if ((header.flags & DTRACE_REC_ERROR) != 0) {
    if (raw.payload.size() >= sizeof(dtrace_rec_error)) {
      const auto* error = reinterpret_cast<const dtrace_rec_error*>(raw.payload.data());
      handler_.on_fault(Fault{header.epid, *probe_of(header.epid), error->fault, error->site >> 16,
                              error->site & 0xffff, error->value});
    }
    return;
  }
  if (header.prog >= program_.clauses.size()) {
    nr_unreadable_++;
    return;
  }
  const lang::ProbeInfo* probe = probe_of(header.epid);
  if (is_final && !is_final_snapshot_done_ && probe->prov == "dtrace" && probe->name == "END") {
    if (Result<void> done = snapshot_if_due(true); !done) {
      deferred_error_ = done.error();
    }
    is_final_snapshot_done_ = true;
  }
  handler_.on_record(
      TraceRecord{raw.cpu, header.epid, probe, header.prog, header.time, raw.payload});
}

Result<void> Tracer::snapshot_if_due(bool is_forced) {
  const uint64_t now = now_ns();
  if (!is_forced && last_snapshot_ns_ != 0 && now - last_snapshot_ns_ < options_.aggrate_ns) {
    return {};
  }
  last_snapshot_ns_ = now;
  return table_.snapshot(channel_, agg_half_size_, options_.cpu);
}

Result<void> Tracer::check_status() {
  auto status = channel_.status();
  if (!status) {
    return status.error();
  }
  last_status_ns_ = now_ns();
  for (const Drop& drop : new_drops(status_, *status)) {
    handler_.on_drop(drop);
  }
  status_ = *status;
  return {};
}

Result<void> Tracer::work(bool is_final) {
  // Aggregations first, then records, so that a printa() shows what was there when its record was
  // taken. An aggrate that the user set decides alone, until END's records come.
  Result<void> snapshot = snapshot_if_due(is_final && options_.aggrate_ns == 0);
  if (!snapshot && !is_final) {
    return snapshot;
  }
  last_work_ns_ = now_ns();
  // fill and ring are read once, when tracing has stopped.
  if (options_.bufpolicy != BufferPolicy::Switch && !is_final) {
    return {};
  }
  if (is_final && is_limit_over()) {
    reader_->visit_only_end();
  }
  std::vector<CpuLoss> losses;
  Result<void> passed = reader_->pass(
      is_final, [&](const RawRecord& raw) { visit(raw, is_final); }, &losses);
  for (const CpuLoss& loss : losses) {
    if (loss.drops != 0) {
      handler_.on_drop(principal_drop(loss.cpu, loss.drops));
    }
  }
  if (deferred_error_) {
    return *deferred_error_;
  }
  return snapshot ? passed : snapshot;
}

int Tracer::wait_ms() const {
  const uint64_t now = now_ns();
  uint64_t due =
      last_work_ns_ + std::clamp(options_.switchrate_ns, kShortestWaitNs, kLongestWaitNs);
  due = std::min(
      due, last_status_ns_ + std::clamp(options_.statusrate_ns, kShortestWaitNs, kLongestWaitNs));
  if (options_.aggrate_ns != 0 && last_snapshot_ns_ != 0 && !program_.aggs.empty()) {
    due = std::min(due, last_snapshot_ns_ + std::max(options_.aggrate_ns, kShortestWaitNs));
  }
  due = std::min(due, stop_at_ns_);
  return due <= now ? 0 : static_cast<int>((due - now + 999999) / 1000000);
}

// Returns true if the core has news (exit(), a half-full buffer).
bool Tracer::wait(const std::vector<Target*>& targets, const sigset_t& wait_mask) {
  std::vector<pollfd> fds;
  if (channel_.poll_fd() >= 0) {
    fds.push_back(pollfd{channel_.poll_fd(), POLLIN, 0});
  }
  for (const Target* target : targets) {
    if (target->poll_fd() >= 0 && !target->has_exited()) {
      fds.push_back(pollfd{target->poll_fd(), POLLIN, 0});
    }
  }
  fds.push_back(pollfd{wake_fd_, POLLIN, 0});
  const int timeout = wait_ms();
  const timespec duration{timeout / 1000, (timeout % 1000) * 1000000L};
  const int rc = ::ppoll(fds.data(), fds.size(), &duration, &wait_mask);
  return rc > 0 && channel_.poll_fd() >= 0 && fds[0].revents != 0;
}

Result<void> Tracer::run(const std::vector<Target*>& targets, const sigset_t& wait_mask) {
  const Result<void> traced = with_memory([&] { return trace_until_end(targets, wait_mask); });
  const Result<void> finished = finish();
  return traced ? finished : traced;
}

Result<void> Tracer::trace_until_end(const std::vector<Target*>& targets,
                                     const sigset_t& wait_mask) {
  for (;;) {
    const bool has_news = !is_interrupted_ && wait(targets, wait_mask);
    bool has_running_target = targets.empty();
    for (Target* target : targets) {
      target->handle_events();
      has_running_target |= !target->has_exited();
    }
    const uint64_t now = now_ns();
    bool is_done = is_interrupted_ || !has_running_target || now >= stop_at_ns_;
    if (has_news || is_done || now - last_status_ns_ >= options_.statusrate_ns ||
        now - last_status_ns_ >= kLongestWaitNs) {
      if (Result<void> checked = check_status(); !checked) {
        return checked;
      }
      is_done |= status_.is_exiting != 0 || status_.is_killed != 0 || status_.is_filled != 0;
    }
    if (is_done) {
      return {};
    }
    if (has_news || now - last_work_ns_ >= options_.switchrate_ns) {
      if (Result<void> worked = work(false); !worked) {
        return worked;
      }
      if (!handler_.on_pass_end()) {
        return {};
      }
    } else if (options_.aggrate_ns != 0 && last_snapshot_ns_ != 0) {
      if (Result<void> done = snapshot_if_due(false); !done) {
        return done;
      }
    }
  }
}

// An exception of the library's, where no record is to blame.
template <typename Step>
Result<void> Tracer::with_memory(Step step) {
  try {
    return step();
  } catch (const std::bad_alloc&) {
    return Error{"out of memory", ENOMEM};
  }
}

// Whatever goes wrong in one step, the others save what they can. Error: the first one.
Result<void> Tracer::finish() {
  Result<void> all;
  auto take = [&](auto step) {
    if (Result<void> done = with_memory(step); !done && all) {
      all = done;
    }
  };
  if (status_.is_killed == 0) {
    take([&] { return stop(); });
  }
  take([&] { return work(true); });
  take([&] { return snapshot_if_due(true); });
  take([&] { return check_status(); });
  take([&] { return report_left(); });
  return all;
}

// What was recorded and did not reach the handler.
Result<void> Tracer::report_left() {
  if (reader_->nr_skipped() != 0) {
    handler_.on_drop(left_behind_drop(reader_->nr_skipped()));
  }
  if (nr_without_memory_ + table_.nr_without_memory() != 0) {
    handler_.on_drop(no_memory_drop(nr_without_memory_, table_.nr_without_memory()));
  }
  if (const uint64_t nr = nr_unreadable_ + reader_->nr_unreadable(); nr != 0) {
    handler_.on_drop(unreadable_drop(nr));
  }
  (void)handler_.on_pass_end();
  return {};
}

}  // namespace dt::consumer
