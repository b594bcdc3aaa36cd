// SPDX-License-Identifier: MIT
#include "output/picture.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "consumer/aggregate.hpp"
#include "dtrace/dif.h"
#include "dtrace/uapi.h"

namespace dt::output {

using consumer::Options;
using lang::object::Aggregation;

namespace {

constexpr int kBarWidth = 40;
constexpr const char* kTitle = " ------------- Distribution -------------";

void add_quantize(const std::vector<int64_t>& data, std::vector<Bucket>* buckets, size_t* zero) {
  for (size_t i = 0; i < DTRACE_QUANTIZE_NBUCKETS; i++) {
    const int power = static_cast<int>(i) - DTRACE_QUANTIZE_ZERO;
    int64_t value = 0;
    if (power > 0) {
      value = int64_t{1} << (power - 1);
    } else if (power < 0) {
      value = -(int64_t{1} << (-power - 1));
    }
    buckets->push_back(Bucket{fmt::format("{}", value), i < data.size() ? data[i] : 0});
  }
  *zero = DTRACE_QUANTIZE_ZERO;
}

void add_lquantize(const Aggregation& agg, const std::vector<int64_t>& data,
                   std::vector<Bucket>* buckets, size_t* zero) {
  const int64_t base = agg.param[0];
  const int64_t limit = agg.param[1];
  const int64_t step = std::max<int64_t>(1, agg.param[2]);
  const int64_t levels = (limit - base) / step;
  for (int64_t i = 0; i <= levels + 1; i++) {
    std::string label;
    if (i == 0) {
      label = fmt::format("< {}", base);
    } else if (i == levels + 1) {
      label = fmt::format(">= {}", base + levels * step);
    } else {
      label = fmt::format("{}", base + (i - 1) * step);
    }
    const auto at = static_cast<size_t>(i);
    buckets->push_back(Bucket{std::move(label), at < data.size() ? data[at] : 0});
  }
  // Nothing counted: the picture shows the low end.
  *zero = 1;
}

void add_llquantize(const Aggregation& agg, const std::vector<int64_t>& data,
                    std::vector<Bucket>* buckets, size_t* zero) {
  const int64_t factor = agg.param[0];
  const int64_t low = agg.param[1];
  const int64_t high = agg.param[2];
  const int64_t steps = agg.param[3];
  const int64_t per_magnitude = steps - steps / factor;
  const int64_t middle = (high - low + 1) * per_magnitude + 1;
  // Buckets of a magnitude whose steps would be narrower than 1 are used only in part.
  auto is_used = [&](int64_t index) {
    const int64_t magnitude = low + index / per_magnitude;
    long double next =
        std::pow(static_cast<long double>(factor), static_cast<long double>(magnitude + 1));
    const auto start = static_cast<long double>(
        consumer::llquantize_value(agg, static_cast<size_t>(middle + 1 + index)));
    return start < next;
  };
  for (int64_t at = 0; at <= 2 * middle; at++) {
    const int64_t index = at > middle ? at - middle - 1 : middle - 1 - at;
    const auto bucket = static_cast<size_t>(at);
    const int64_t value = consumer::llquantize_value(agg, bucket);
    std::string label;
    if (at == middle) {
      long double least = std::pow(static_cast<long double>(factor), static_cast<long double>(low));
      label = low == 0 ? "0" : fmt::format("abs() < {:.0f}", least);
      *zero = buckets->size();
    } else if (index == middle - 1) {
      label = fmt::format("{} {}", at > middle ? ">=" : "<=", value);
    } else if (!is_used(index)) {
      continue;
    } else {
      label = fmt::format("{}", value);
    }
    buckets->push_back(Bucket{std::move(label), bucket < data.size() ? data[bucket] : 0});
  }
}

struct Scale {
  bool has_positive = false;
  bool has_negative = false;
  long double total = 0;  // of absolute counts
  long double most = 0;
};

Scale scale_of(const std::vector<Bucket>& buckets) {
  Scale scale;
  for (const Bucket& bucket : buckets) {
    scale.has_positive |= bucket.count > 0;
    scale.has_negative |= bucket.count < 0;
    const long double size = std::fabs(static_cast<long double>(bucket.count));
    scale.total += size;
    scale.most = std::max(scale.most, size);
  }
  return scale;
}

std::string bar(int64_t count, const Scale& scale, bool is_zoomed) {
  const bool is_mixed = scale.has_positive && scale.has_negative;
  const int width = is_mixed ? kBarWidth / 2 : kBarWidth;
  const long double whole = is_zoomed ? scale.most : scale.total;
  int length = 0;
  if (whole > 0) {
    length = static_cast<int>(std::fabs(static_cast<long double>(count)) * width / whole + 0.5L);
  }
  const std::string mark(static_cast<size_t>(length), '@');
  if (is_mixed) {
    return count < 0 ? fmt::format("{:>20}|{:20}", mark, "")
                     : fmt::format("{:20}|{:<20}", "", mark);
  }
  return scale.has_negative ? fmt::format("{:>40}|", mark) : fmt::format("|{:<40}", mark);
}

// First and last bucket to show: those that count, and one more on each side.
void visible_range(const std::vector<Bucket>& buckets, size_t zero, size_t* first, size_t* last) {
  size_t low = buckets.size();
  size_t high = 0;
  for (size_t i = 0; i < buckets.size(); i++) {
    if (buckets[i].count != 0) {
      low = std::min(low, i);
      high = i;
    }
  }
  if (low == buckets.size()) {
    low = high = std::min(zero, buckets.size() - 1);
  }
  *first = low > 0 ? low - 1 : 0;
  *last = std::min(high + 1, buckets.size() - 1);
}

// The cells of aggpack are made of these.
constexpr const char* kEighths[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

}  // namespace

std::vector<Bucket> buckets_of(const Aggregation& agg, const std::vector<int64_t>& data,
                               size_t* zero) {
  std::vector<Bucket> buckets;
  switch (agg.func) {
    case DTRACE_AGG_LQUANTIZE:
      add_lquantize(agg, data, &buckets, zero);
      break;
    case DTRACE_AGG_LLQUANTIZE:
      add_llquantize(agg, data, &buckets, zero);
      break;
    default:
      add_quantize(data, &buckets, zero);
  }
  return buckets;
}

std::string distribution_text(const Aggregation& agg, const std::vector<int64_t>& data,
                              uint64_t normal, const Options& options) {
  size_t zero = 0, first = 0, last = 0;
  const std::vector<Bucket> buckets = buckets_of(agg, data, &zero);
  const Scale scale = scale_of(buckets);
  visible_range(buckets, zero, &first, &last);
  std::string text = fmt::format("\n{:>16} {} {:<9}\n", "value", kTitle, "count");
  const auto divisor = static_cast<int64_t>(normal == 0 ? 1 : normal);
  for (size_t i = first; i <= last; i++) {
    text += fmt::format("{:>16} {} {:<9}\n", buckets[i].label,
                        bar(buckets[i].count, scale, options.aggzoom), buckets[i].count / divisor);
  }
  return text;
}

std::string packed_distribution_text(const Aggregation& agg, const std::vector<int64_t>& data,
                                     uint64_t normal, const Options& options) {
  size_t zero = 0, first = 0, last = 0;
  const std::vector<Bucket> buckets = buckets_of(agg, data, &zero);
  const Scale scale = scale_of(buckets);
  visible_range(buckets, zero, &first, &last);
  std::string cells;
  for (size_t i = first; i <= last; i++) {
    const long double size = std::fabs(static_cast<long double>(buckets[i].count));
    const long double whole = options.aggzoom ? scale.most : scale.total;
    int level = whole > 0 ? static_cast<int>(size * 8 / whole + 0.5L) : 0;
    if (level == 0 && size > 0) {
      level = 1;
    }
    cells += kEighths[level];
  }
  int64_t total = 0;
  for (const Bucket& bucket : buckets) {
    total += bucket.count;
  }
  return fmt::format(" {:>10} |{}| {:<10} {}", buckets[first].label, cells, buckets[last].label,
                     total / static_cast<int64_t>(normal == 0 ? 1 : normal));
}

}  // namespace dt::output
