// SPDX-License-Identifier: MIT
#include "consumer/drops.hpp"

#include <fmt/core.h>

#include "dtrace/dif.h"

namespace dt::consumer {

namespace {

struct CounterRow {
  const char* tag;
  __u64 dtrace_status::*counter;
  const char* singular;
  const char* plural;
  const char* reason;  // appended
  bool is_drip = false;
};

constexpr CounterRow kCounters[] = {
    {"AGGREGATION", &dtrace_status::agg_drops, "aggregation drop", "aggregation drops", ""},
    {"DYNAMIC", &dtrace_status::dyn_drops, "dynamic variable drop", "dynamic variable drops", ""},
    {"DYNRINSE", &dtrace_status::dyn_rinsing_drops, "dynamic variable drop",
     "dynamic variable drops", " with non-empty rinsing list"},
    {"DYNDIRTY", &dtrace_status::dyn_dirty_drops, "dynamic variable drop", "dynamic variable drops",
     " with non-empty dirty list"},
    {"SPEC", &dtrace_status::spec_drops, "speculative drop", "speculative drops", ""},
    {"SPECBUSY", &dtrace_status::spec_busy, "failed speculation", "failed speculations",
     " (available buffer(s) still busy)"},
    {"SPECUNAVAIL", &dtrace_status::spec_unavail, "failed speculation", "failed speculations",
     " (no speculative buffer available)"},
    {"DBLERROR", &dtrace_status::error_drops, "error in ERROR probe enabling",
     "errors in ERROR probe enabling", ""},
    {"RECURSION", &dtrace_status::recursion_drops, "probe firing lost", "probe firings lost",
     " (a probe was being processed on that CPU)", true},
    {"NMI", &dtrace_status::nmi_drops, "probe firing lost", "probe firings lost",
     " (in an NMI during probe processing)", true},
    {"TICK", &dtrace_status::missed_ticks, "interval missed", "intervals missed",
     " by profile and tick probes that were late", true},
    {"STACK", &dtrace_status::stack_drops, "stack could not be walked",
     "stacks could not be walked", ""},
    {"SITE", &dtrace_status::busy_sites, "place of a probe is", "places of probes are",
     " not instrumented (/proc/dtrace/fbt names them and says why)"},
    {"BUDGET", &dtrace_status::budget_skips, "clause", "clauses",
     " not run: their firing had used up its time (option firebudget)"},
    {"SHORTBUF", &dtrace_status::short_buffers, "buffer is", "buffers are",
     " smaller than promised: the machine has no memory for more"},
    {"OTHER", &dtrace_status::other_drops, "drop", "drops", " of another kind"},
};

std::string counted(uint64_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

std::vector<Drop> new_drops(const dtrace_status& before, const dtrace_status& now) {
  std::vector<Drop> drops;
  for (const CounterRow& row : kCounters) {
    if (now.*row.counter > before.*row.counter) {
      drops.push_back(drop_of(row.tag, now.*row.counter - before.*row.counter));
    }
  }
  return drops;
}

Drop drop_of(const std::string& tag, uint64_t count) {
  for (const CounterRow& row : kCounters) {
    if (tag == row.tag) {
      return Drop{row.tag, count, -1,
                  fmt::format("{} {}{}", count, count == 1 ? row.singular : row.plural, row.reason),
                  row.is_drip};
    }
  }
  return Drop{"OTHER", count, -1, fmt::format("{} drop{}", count, count == 1 ? "" : "s"), false};
}

Drop left_behind_drop(uint64_t count) {
  return Drop{"INTERRUPT",
              count,
              -1,
              fmt::format("{} record{} left in the buffers by the interrupt (-o FILE keeps them)",
                          count, count == 1 ? "" : "s"),
              false,
              true};
}

Drop no_memory_drop(uint64_t nr_records, uint64_t nr_elements) {
  return Drop{"MEMORY",
              nr_records + nr_elements,
              -1,
              fmt::format("{} and {} lost: out of memory", counted(nr_records, "record"),
                          counted(nr_elements, "aggregation value")),
              false,
              true};
}

Drop unreadable_drop(uint64_t count) {
  return Drop{
      "UNREADABLE", count,
      -1,           fmt::format("{} in the buffers that cannot be read", counted(count, "record")),
      false,        true};
}

Drop principal_drop(uint32_t cpu, uint64_t count) {
  return Drop{"PRINCIPAL", count, cpu,
              fmt::format("{} drop{} on CPU {}", count, count == 1 ? "" : "s", cpu), false};
}

const char* fault_name(uint32_t code) {
  switch (code) {
    case DTRACE_FLT_BADADDR:
      return "invalid address";
    case DTRACE_FLT_BADALIGN:
      return "invalid alignment";
    case DTRACE_FLT_ILLOP:
      return "illegal operation";
    case DTRACE_FLT_DIVZERO:
      return "divide-by-zero";
    case DTRACE_FLT_NOSCRATCH:
      return "out of scratch space";
    case DTRACE_FLT_KPRIV:
      return "invalid kernel access";
    case DTRACE_FLT_UPRIV:
      return "invalid user access";
    case DTRACE_FLT_TUPOFLOW:
      return "tuple stack overflow";
    case DTRACE_FLT_BADSTACK:
      return "bad stack";
    case DTRACE_FLT_BADSIZE:
      return "invalid size";
    case DTRACE_FLT_BADINDEX:
      return "index out of bounds";
    case DTRACE_FLT_BUDGET:
      return "firing takes too long";
    default:
      return "unknown fault";
  }
}

std::string fault_message(const Fault& fault) {
  std::string what = fault_name(fault.code);
  if (fault.code == DTRACE_FLT_BADADDR || fault.code == DTRACE_FLT_BADALIGN ||
      fault.code == DTRACE_FLT_BADSTACK || fault.code == DTRACE_FLT_KPRIV ||
      fault.code == DTRACE_FLT_UPRIV) {
    what += fmt::format(" ({:#x})", fault.value);
  } else if (fault.code == DTRACE_FLT_BADSIZE || fault.code == DTRACE_FLT_BADINDEX) {
    what += fmt::format(" ({})", fault.value);
  } else if (fault.code == DTRACE_FLT_BUDGET) {
    what += fmt::format(" (more than {} us: option firebudget)", fault.value);
  }
  const std::string where =
      fault.action == 0 ? "predicate" : fmt::format("action #{}", fault.action);
  return fmt::format("error on enabled probe ID {} (ID {}: {}:{}:{}:{}): {} in {} at DIF offset {}",
                     fault.epid, fault.probe.id, fault.probe.prov, fault.probe.mod,
                     fault.probe.func, fault.probe.name, what, where, fault.offset);
}

}  // namespace dt::consumer
