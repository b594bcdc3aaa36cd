// SPDX-License-Identifier: MIT
// What was lost and why: names, tags and sentences of drops and faults, and the step from the
// core's counters to what is new since the last look.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dtrace/uapi.h"
#include "lang/probe_source.hpp"

namespace dt::consumer {

struct Drop {
  const char* tag = "";  // "PRINCIPAL"; in messages DTRACEDROP_PRINCIPAL
  uint64_t count = 0;    // new ones
  int64_t cpu = -1;      // where that is known
  std::string message;   // "5 drops on CPU 0"
  bool is_drip = false;  // comes a few at a time on a busy machine: worth a sum, not a line each
  bool is_ours = false;  // recorded, but not shown: the command's fault, not the buffers'
};

// One entry for each counter that grew.
std::vector<Drop> new_drops(const dtrace_status& before, const dtrace_status& now);
// The same kind of drop with another count.
Drop drop_of(const std::string& tag, uint64_t count);
// Records that were not handed over, see Tracer::limit_drain().
Drop left_behind_drop(uint64_t count);
// Records and elements of aggregations for which there was no memory.
Drop no_memory_drop(uint64_t nr_records, uint64_t nr_elements);
// Records that are not as the program says.
Drop unreadable_drop(uint64_t count);
Drop principal_drop(uint32_t cpu, uint64_t count);

struct Fault {
  uint32_t epid = 0;
  lang::ProbeInfo probe;
  uint32_t code = 0;    // enum dtrace_fault
  uint32_t action = 0;  // 0 = predicate
  uint32_t offset = 0;  // instruction
  uint64_t value = 0;
};
const char* fault_name(uint32_t code);  // "invalid address"
// "error on enabled probe ID 3 (ID 1: dtrace:::BEGIN): invalid address (0x0) in action #1 at DIF
// offset 16"
std::string fault_message(const Fault& fault);

}  // namespace dt::consumer
