// SPDX-License-Identifier: MIT
// The format engine of printf(), printa(), system() and freopen(): parses a D format once, then
// turns values into text as often as it is asked to.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "consumer/aggregate.hpp"
#include "consumer/options.hpp"
#include "output/symbols.hpp"
#include "output/value.hpp"

namespace dt::output {

// One conversion, or plain text.
struct FormatPart {
  std::string text;        // plain text when conversion is 0
  std::string conversion;  // "d", "s", "wc"...; empty = plain text
  bool is_agg = false;     // %@
  bool is_left = false, is_zero = false, is_plus = false, is_space = false, is_alt = false,
       is_grouped = false;
  bool is_dynamic_width = false, is_dynamic_precision = false;
  bool is_address_width = false;  // %?
  int width = 0;
  int precision = -1;
  unsigned size = 0;  // bytes that %hd and %hhd show; 0 = all that the value has
};

std::vector<FormatPart> parse_format(std::string_view format);

// An aggregation's value in a format.
struct AggValue {
  const lang::object::Aggregation* agg = nullptr;
  const consumer::AggElement* element = nullptr;  // nullptr: no such key, shown as 0
  uint64_t normal = 1;
};

struct FormatContext {
  Symbolizer* symbolizer = nullptr;
  const consumer::Options* options = nullptr;
  bool is_terminal = false;  // values show as terminal_text(); the format itself is the user's
};

// values: in order, widths and precisions included. aggs: for %@, one after the other; a single one
// serves all. Missing values show as nothing.
std::string format_values(const std::vector<FormatPart>& parts, std::span<const ValueRef> values,
                          std::span<const AggValue> aggs, const FormatContext& context);

// The number that a scalar aggregation shows, normalized.
int64_t shown_scalar(const AggValue& value);
// As one word of the shell, whatever is in it.
std::string shell_word(std::string_view text);
// Non-printing bytes as C escapes.
std::string escaped(std::string_view text);

}  // namespace dt::output
