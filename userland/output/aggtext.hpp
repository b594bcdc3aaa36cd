// SPDX-License-Identifier: MIT
// Aggregations as text: the default layout of printa() (keys in columns, then values) and printa()
// with a format.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "consumer/aggregate.hpp"
#include "output/printf.hpp"

namespace dt::output {

// One key component in a column: " %8d", "  %-50s", a stack on lines of its own...
std::string key_text(const ValueRef& value, const FormatContext& context);

// Gets a text and the number of elements that it shows.
using ElementWriter = std::function<void(const std::string& text, uint64_t nr_elements)>;

// Rows of printa(@a, @b...) without a format, one after the other.
void write_aggregation(const consumer::AggregationTable& table, const std::vector<int>& aggs,
                       const FormatContext& context, const ElementWriter& write);
// All of them.
std::string aggregation_text(const consumer::AggregationTable& table, const std::vector<int>& aggs,
                             const FormatContext& context);

// printa() with a format.
std::string formatted_aggregation_text(const consumer::AggregationTable& table,
                                       const std::vector<FormatPart>& format,
                                       const std::vector<int>& aggs, const FormatContext& context);

}  // namespace dt::output
