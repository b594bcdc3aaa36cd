// SPDX-License-Identifier: MIT
// Records, aggregations, drops and faults as JSON, one object a line. docs/json.md describes the
// members.
#pragma once

#include <span>
#include <string>

#include "consumer/aggregate.hpp"
#include "consumer/drops.hpp"
#include "consumer/tracer.hpp"
#include "lang/object/program.hpp"
#include "output/printf.hpp"

namespace dt::output {

// {"type":"record",...}: the probe and the values of each action that ran. texts: what each action
// of the clause printed, "" = nothing; of trace(args) the JSON object.
std::string json_record(const lang::object::Clause& clause, const consumer::TraceRecord& record,
                        std::span<const std::string> texts, std::span<const bool> has_run,
                        const FormatContext& context);

// {"type":"aggregation",...}: one printa() or the final report of one aggregation.
std::string json_aggregation(const consumer::AggregationTable& table, int agg,
                             const FormatContext& context);

std::string json_drop(const consumer::Drop& drop);
std::string json_fault(const consumer::Fault& fault);
// {"type":"end",...}. reason: why not everything is shown, apart from what was lost; empty = none.
std::string json_end(int exit_status, uint64_t nr_records, uint64_t nr_lost,
                     const std::string& reason);

}  // namespace dt::output
