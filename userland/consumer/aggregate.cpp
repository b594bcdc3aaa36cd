// SPDX-License-Identifier: MIT
#include "consumer/aggregate.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <new>

namespace dt::consumer {

using lang::object::Aggregation;
using lang::object::Field;
using lang::object::FieldKind;
using lang::object::KeyShape;

namespace {

uint64_t load_word(const std::string& key, uint32_t offset) {
  uint64_t word = 0;
  if (offset < key.size()) {
    std::memcpy(&word, key.data() + offset, std::min<size_t>(8, key.size() - offset));
  }
  return word;
}

template <typename T>
int three_way(T a, T b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

// Keys compare as the classic tool does it: integers as unsigned numbers of their size, strings by
// bytes, all else word by word.
int compare_component(const Field& field, const std::string& a, const std::string& b) {
  if (field.kind == FieldKind::String) {
    const size_t room =
        std::min<size_t>(field.size, a.size() - std::min<size_t>(field.offset, a.size()));
    return std::strncmp(a.data() + field.offset, b.data() + field.offset, room);
  }
  if (field.kind == FieldKind::Int) {
    uint64_t mask = UINT64_MAX;
    if (const uint32_t size = key_int_size(field); size < 8) {
      mask = (uint64_t{1} << (8 * size)) - 1;
    }
    return three_way(load_word(a, field.offset) & mask, load_word(b, field.offset) & mask);
  }
  for (uint32_t at = 0; at < field.size; at += 8) {
    if (const int order =
            three_way(load_word(a, field.offset + at), load_word(b, field.offset + at));
        order != 0) {
      return order;
    }
  }
  return 0;
}

}  // namespace

uint32_t key_int_size(const Field& field) {
  if (field.type && field.type->size > 0 && field.type->size < field.size) {
    return static_cast<uint32_t>(field.type->size);
  }
  return field.size >= 8 ? 8 : field.size;
}

bool is_distribution(const Aggregation& agg) {
  return agg.func == DTRACE_AGG_QUANTIZE || agg.func == DTRACE_AGG_LQUANTIZE ||
         agg.func == DTRACE_AGG_LLQUANTIZE;
}

uint64_t stddev_of(const std::vector<int64_t>& data) {
  if (data.size() < 4 || data[0] == 0) {
    return 0;
  }
  const __int128 count = data[0];
  const unsigned __int128 squares =
      (static_cast<unsigned __int128>(static_cast<uint64_t>(data[3])) << 64) |
      static_cast<uint64_t>(data[2]);
  const __int128 mean = data[1] / count;
  const __int128 variance =
      static_cast<__int128>(squares / static_cast<uint64_t>(data[0])) - mean * mean;
  if (variance <= 0) {
    return 0;
  }
  auto root = static_cast<uint64_t>(std::sqrt(static_cast<long double>(variance)));
  // The floating-point root may be off by one on either side.
  while (root > 0 &&
         static_cast<unsigned __int128>(root) * root > static_cast<unsigned __int128>(variance)) {
    root--;
  }
  while (static_cast<unsigned __int128>(root + 1) * (root + 1) <=
         static_cast<unsigned __int128>(variance)) {
    root++;
  }
  return root;
}

int64_t scalar_of(const Aggregation& agg, const std::vector<int64_t>& data) {
  switch (agg.func) {
    case DTRACE_AGG_AVG:
      return data[0] == 0 ? 0 : data[1] / data[0];
    case DTRACE_AGG_STDDEV:
      return static_cast<int64_t>(stddev_of(data));
    default:
      return data.empty() ? 0 : data[0];
  }
}

int64_t llquantize_value(const Aggregation& agg, size_t bucket) {
  const int64_t factor = agg.param[0], low = agg.param[1], high = agg.param[2],
                steps = agg.param[3];
  const int64_t per_magnitude = steps - steps / factor;
  const int64_t half = (high - low + 1) * per_magnitude + 1;  // P
  const int64_t middle = half;
  const int64_t at = static_cast<int64_t>(bucket);
  if (at == middle) {
    return 0;
  }
  const int64_t index = at > middle ? at - middle - 1 : middle - 1 - at;
  __int128 power = 1;
  const int64_t magnitude = low + (index >= half - 1 ? high - low + 1 : index / per_magnitude);
  for (int64_t i = 0; i < magnitude; i++) {
    power *= factor;
  }
  __int128 value = power;
  if (index < half - 1) {
    __int128 width = power * factor / steps;
    if (width < 1) {
      width = 1;
    }
    value += (index % per_magnitude) * width;
  }
  if (value > INT64_MAX) {
    value = INT64_MAX;
  }
  const auto result = static_cast<int64_t>(value);
  return at > middle ? result : -result;
}

long double weight_of(const Aggregation& agg, const std::vector<int64_t>& data) {
  long double total = 0;
  for (size_t i = 0; i < data.size(); i++) {
    if (data[i] == 0) {
      continue;
    }
    long double value = 0;
    if (agg.func == DTRACE_AGG_QUANTIZE) {
      const int power = static_cast<int>(i) - DTRACE_QUANTIZE_ZERO;
      value = power == 0 ? 0 : std::ldexp(1.0L, std::abs(power) - 1) * (power < 0 ? -1 : 1);
    } else if (agg.func == DTRACE_AGG_LQUANTIZE) {
      const int64_t base = agg.param[0], step = agg.param[2] == 0 ? 1 : agg.param[2];
      value = i == 0 ? static_cast<long double>(base) - 1
                     : static_cast<long double>(base) + static_cast<long double>(step) * (i - 1);
    } else {
      value = static_cast<long double>(llquantize_value(agg, i));
    }
    total += value * static_cast<long double>(data[i]);
  }
  return total;
}

AggregationTable::AggregationTable(const lang::object::Program& program)
    : program_(program), aggs_(program.aggs.size()) {}

std::string AggregationTable::canonical_key(int agg, std::string_view key) const {
  std::string canonical(key);
  if (!canonicalizer_) {
    return canonical;
  }
  for (const Field& field : shape(agg).comps) {
    const bool is_kernel = field.kind == FieldKind::Sym || field.kind == FieldKind::Func ||
                           field.kind == FieldKind::Mod;
    const bool is_user = field.kind == FieldKind::Usym || field.kind == FieldKind::Umod;
    const uint32_t at = field.offset + (is_user ? 8 : 0);
    if ((!is_kernel && !is_user) || at + 8 > canonical.size()) {
      continue;
    }
    const uint64_t pid = is_user ? load_word(canonical, field.offset) : 0;
    const uint64_t address = canonicalizer_(field.kind, pid, load_word(canonical, at));
    std::memcpy(canonical.data() + at, &address, sizeof(address));
  }
  return canonical;
}

void AggregationTable::add_delta(int agg, std::string_view key, const int64_t* data,
                                 size_t nr_words) {
  const std::string name = canonical_key(agg, key);
  auto found = aggs_[agg].elements.find(name);
  if (found == aggs_[agg].elements.end()) {
    // Made whole before it goes in: memory may run out in the middle.
    AggElement fresh{name, std::vector<int64_t>(nr_words, 0), false};
    found = aggs_[agg].elements.emplace(name, std::move(fresh)).first;
  }
  AggElement& element = found->second;
  nr_words = std::min(nr_words, element.data.size());
  switch (program_.aggs[agg].func) {
    case DTRACE_AGG_MIN:
      element.data[0] = element.is_set ? std::min(element.data[0], data[0]) : data[0];
      break;
    case DTRACE_AGG_MAX:
      element.data[0] = element.is_set ? std::max(element.data[0], data[0]) : data[0];
      break;
    case DTRACE_AGG_STDDEV: {
      element.data[0] += data[0];
      element.data[1] = static_cast<int64_t>(static_cast<uint64_t>(element.data[1]) +
                                             static_cast<uint64_t>(data[1]));
      const auto low = static_cast<uint64_t>(data[2]);
      const uint64_t sum = static_cast<uint64_t>(element.data[2]) + low;
      element.data[3] += data[3] + (sum < low ? 1 : 0);
      element.data[2] = static_cast<int64_t>(sum);
      break;
    }
    default:
      for (size_t i = 0; i < nr_words; i++) {
        element.data[i] = static_cast<int64_t>(static_cast<uint64_t>(element.data[i]) +
                                               static_cast<uint64_t>(data[i]));
      }
  }
  element.is_set = true;
}

void AggregationTable::add_deltas(const std::byte* bytes, size_t size) {
  size_t at = 0;
  while (at + sizeof(dtrace_aggrec) <= size) {
    const auto* record = reinterpret_cast<const dtrace_aggrec*>(bytes + at);
    if (record->size < sizeof(dtrace_aggrec) || record->size % 8 != 0 || record->size > size - at) {
      break;
    }
    if (record->agg < program_.aggs.size()) {
      const Aggregation& agg = program_.aggs[record->agg];
      const uint32_t key_size = program_.shapes[agg.shape].size;
      if (sizeof(dtrace_aggrec) + key_size + agg.data_size <= record->size) {
        const auto* key = reinterpret_cast<const char*>(record + 1);
        try {
          add_delta(static_cast<int>(record->agg), std::string_view(key, key_size),
                    reinterpret_cast<const int64_t*>(key + key_size), agg.data_size / 8);
        } catch (const std::bad_alloc&) {
          nr_without_memory_++;
        }
      }
    }
    at += record->size;
  }
}

Result<void> AggregationTable::take(Channel& channel, uint64_t half_size, uint32_t cpu) {
  auto taken = channel.switch_buffer(cpu, DTRACE_BUF_AGG);
  if (!taken) {
    const int code = taken.error().errno_value;
    if (code == ENODEV || code == ENXIO || code == ENOENT) {
      return {};
    }
    return taken.error();
  }
  if (taken->used == 0) {
    return {};
  }
  if (maps_[cpu].data == nullptr) {
    auto mapping = channel.map(cpu, DTRACE_BUF_AGG, 2 * half_size);
    if (!mapping) {
      return mapping.error();
    }
    maps_[cpu] = *mapping;
  }
  if (taken->offset > maps_[cpu].size || taken->used > maps_[cpu].size - taken->offset) {
    return Error{"the core described a buffer outside of its mapping", EPROTO};
  }
  add_deltas(maps_[cpu].data + taken->offset, taken->used);
  return {};
}

Result<void> AggregationTable::snapshot(Channel& channel, uint64_t half_size, int64_t only_cpu) {
  if (program_.aggs.empty()) {
    return {};
  }
  maps_.resize(channel.nr_cpus());
  Result<void> all;
  for (uint32_t cpu = 0; cpu < channel.nr_cpus(); cpu++) {
    if (only_cpu >= 0 && static_cast<uint32_t>(only_cpu) != cpu) {
      continue;
    }
    // One CPU that cannot be read does not cost the others.
    if (Result<void> taken = take(channel, half_size, cpu); !taken && all) {
      all = taken;
    }
  }
  return all;
}

void AggregationTable::clear(int agg) {
  for (auto& [key, element] : aggs_[agg].elements) {
    std::fill(element.data.begin(), element.data.end(), 0);
    element.is_set = false;
  }
}

void AggregationTable::trunc(int agg, bool is_all, int64_t keep) {
  auto& elements = aggs_[agg].elements;
  if (is_all || keep == 0) {
    elements.clear();
    return;
  }
  std::vector<const AggElement*> order = sorted(agg, Options{});
  const uint64_t nr_kept = keep > 0 ? static_cast<uint64_t>(keep) : -static_cast<uint64_t>(keep);
  if (nr_kept >= order.size()) {
    return;
  }
  // sorted() is ascending: the largest are at the end.
  const size_t first = keep > 0 ? 0 : nr_kept;
  const size_t last = keep > 0 ? order.size() - nr_kept : order.size();
  std::vector<std::string> doomed;
  for (size_t i = first; i < last; i++) {
    doomed.push_back(order[i]->key);
  }
  for (const std::string& key : doomed) {
    elements.erase(key);
  }
}

int AggregationTable::compare_values(int agg, const AggElement* a, const AggElement* b) const {
  const Aggregation& info = program_.aggs[agg];
  if (is_distribution(info)) {
    const long double weight_a = a == nullptr ? 0 : weight_of(info, a->data);
    const long double weight_b = b == nullptr ? 0 : weight_of(info, b->data);
    if (const int order = three_way(weight_a, weight_b); order != 0) {
      return order;
    }
    if (info.func == DTRACE_AGG_QUANTIZE) {  // equal weights: by how many zeros were seen
      const int64_t zeros_a = a == nullptr ? 0 : a->data[DTRACE_QUANTIZE_ZERO];
      const int64_t zeros_b = b == nullptr ? 0 : b->data[DTRACE_QUANTIZE_ZERO];
      return three_way(zeros_a, zeros_b);
    }
    return 0;
  }
  return three_way(a == nullptr ? 0 : scalar_of(info, a->data),
                   b == nullptr ? 0 : scalar_of(info, b->data));
}

int AggregationTable::compare_keys(int agg, const std::string& a, const std::string& b,
                                   size_t first) const {
  const auto& comps = shape(agg).comps;
  for (size_t i = 0; i < comps.size(); i++) {
    const Field& field = comps[(i + first) % comps.size()];
    if (const int order = compare_component(field, a, b); order != 0) {
      return order;
    }
  }
  return 0;
}

int AggregationTable::compare_rows(const std::vector<int>& aggs, const AggRow& a, const AggRow& b,
                                   const Options& options) const {
  const size_t nr_comps = shape(aggs[0]).comps.size();
  const size_t key_first = options.aggsortkeypos < nr_comps ? options.aggsortkeypos : 0;
  const size_t value_first = options.aggsortpos < aggs.size() ? options.aggsortpos : 0;
  const int by_key = compare_keys(aggs[0], *a.key, *b.key, key_first);
  if (options.aggsortkey && by_key != 0) {
    return by_key;
  }
  for (size_t i = 0; i < aggs.size(); i++) {
    const size_t at = (value_first + i) % aggs.size();
    if (const int order = compare_values(aggs[at], a.elements[at], b.elements[at]); order != 0) {
      return order;
    }
  }
  return by_key;
}

std::vector<AggRow> AggregationTable::joined(const std::vector<int>& aggs,
                                             const Options& options) const {
  std::unordered_map<std::string_view, AggRow> rows;
  for (size_t i = 0; i < aggs.size(); i++) {
    for (const auto& [key, element] : aggs_[aggs[i]].elements) {
      AggRow& row = rows[key];
      if (row.key == nullptr) {
        row.key = &element.key;
        row.elements.resize(aggs.size());
      }
      row.elements[i] = &element;
    }
  }
  std::vector<AggRow> order;
  order.reserve(rows.size());
  for (auto& [key, row] : rows) {
    order.push_back(std::move(row));
  }
  std::sort(order.begin(), order.end(), [&](const AggRow& a, const AggRow& b) {
    return options.aggsortrev ? compare_rows(aggs, b, a, options) < 0
                              : compare_rows(aggs, a, b, options) < 0;
  });
  return order;
}

std::vector<const AggElement*> AggregationTable::sorted(int agg, const Options& options) const {
  std::vector<const AggElement*> order;
  for (const AggRow& row : joined({agg}, options)) {
    order.push_back(row.elements[0]);
  }
  return order;
}

}  // namespace dt::consumer
