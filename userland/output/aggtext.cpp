// SPDX-License-Identifier: MIT
#include "output/aggtext.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "output/dump.hpp"
#include "output/picture.hpp"

namespace dt::output {

using consumer::AggregationTable;
using consumer::AggRow;
using lang::object::FieldKind;

namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

std::vector<ValueRef> keys_of(const AggregationTable& table, int agg, const std::string& key) {
  std::vector<ValueRef> keys;
  for (const auto& comp : table.shape(agg).comps) {
    keys.push_back(value_in(comp, bytes_of(key)));
  }
  return keys;
}

std::vector<AggValue> values_of(const AggregationTable& table, const std::vector<int>& aggs,
                                const AggRow& row) {
  std::vector<AggValue> values;
  for (size_t i = 0; i < aggs.size(); i++) {
    values.push_back(AggValue{&table.info(aggs[i]), row.elements[i], table.normal(aggs[i])});
  }
  return values;
}

std::string value_text(const AggValue& value, const FormatContext& context) {
  if (consumer::is_distribution(*value.agg)) {
    static const std::vector<int64_t> kNothing;
    const auto& data = value.element == nullptr ? kNothing : value.element->data;
    return context.options->aggpack
               ? packed_distribution_text(*value.agg, data, value.normal, *context.options)
               : distribution_text(*value.agg, data, value.normal, *context.options);
  }
  return fmt::format(" {:>16}", shown_scalar(value));
}

// Option agghist: the values of one scalar aggregation as bars beside their keys.
std::string histogram_text(const AggregationTable& table, int agg, const FormatContext& context) {
  const auto rows = table.joined({agg}, *context.options);
  long double total = 0;
  long double most = 0;
  std::vector<std::string> keys;
  for (const AggRow& row : rows) {
    const auto size = std::fabs(static_cast<long double>(
        shown_scalar(AggValue{&table.info(agg), row.elements[0], table.normal(agg)})));
    total += size;
    most = std::max(most, size);
    std::string key;
    for (const ValueRef& value : keys_of(table, agg, *row.key)) {
      key += key_text(value, context);
    }
    keys.push_back(key.substr(0, key.find_last_not_of(' ') + 1));
  }
  size_t width = 16;
  for (const std::string& key : keys) {
    width = std::max(width, key.size());
  }
  std::string text =
      fmt::format("\n{:>{}}  ------------- Distribution ------------- count\n", "key", width);
  for (size_t i = 0; i < rows.size(); i++) {
    const int64_t number =
        shown_scalar(AggValue{&table.info(agg), rows[i].elements[0], table.normal(agg)});
    const long double whole = context.options->aggzoom ? most : total;
    const auto length = static_cast<size_t>(
        whole > 0 ? std::fabs(static_cast<long double>(number)) * 40 / whole + 0.5L : 0);
    text += fmt::format("{:>{}} |{:<40} {}\n", keys[i], width, std::string(length, '@'), number);
  }
  return text;
}

}  // namespace

std::string key_text(const ValueRef& value, const FormatContext& context) {
  switch (value.field->kind) {
    case FieldKind::Int:
      if (value.field->is_pointer) {
        return fmt::format(" {:>#16x}", load_unsigned(value));
      }
      switch (int_size(*value.field)) {
        // One- and two-byte keys have always been shown as unsigned.
        case 1:
          return fmt::format(" {:3}", load_unsigned(value));
        case 2:
          return fmt::format(" {:5}", load_unsigned(value));
        case 4:
          return fmt::format(" {:8}", load_signed(value));
        default:
          return value.field->is_signed ? fmt::format(" {:16}", load_signed(value))
                                        : fmt::format(" {:16}", load_unsigned(value));
      }
    case FieldKind::Float:
      return fmt::format(" {:16f}", static_cast<double>(load_float(value)));
    case FieldKind::String:
      return fmt::format("  {:<50}", load_string(value));
    case FieldKind::Stack:
    case FieldKind::Ustack:
      return stack_text(value, *context.symbolizer,
                        static_cast<unsigned>(context.options->stackindent),
                        context.options->maxframes);
    case FieldKind::Bytes:
      return dump_text(value.bytes);
    default:
      return fmt::format("  {:<50}", symbol_value_text(value, *context.symbolizer));
  }
}

void write_aggregation(const AggregationTable& table, const std::vector<int>& aggs,
                       const FormatContext& context, const ElementWriter& write) {
  if (context.options->agghist && aggs.size() == 1 &&
      !consumer::is_distribution(table.info(aggs[0])) && !table.is_empty(aggs[0])) {
    write(histogram_text(table, aggs[0], context), table.nr_elements(aggs[0]));
    return;
  }
  for (const AggRow& row : table.joined(aggs, *context.options)) {
    std::string text;
    for (const ValueRef& key : keys_of(table, aggs[0], *row.key)) {
      text += key_text(key, context);
    }
    for (const AggValue& value : values_of(table, aggs, row)) {
      text += value_text(value, context);
    }
    text += '\n';
    write(text, aggs.size());
  }
}

std::string aggregation_text(const AggregationTable& table, const std::vector<int>& aggs,
                             const FormatContext& context) {
  std::string text;
  write_aggregation(table, aggs, context, [&](const std::string& row, uint64_t) { text += row; });
  return text;
}

std::string formatted_aggregation_text(const AggregationTable& table,
                                       const std::vector<FormatPart>& format,
                                       const std::vector<int>& aggs, const FormatContext& context) {
  std::string text;
  for (const AggRow& row : table.joined(aggs, *context.options)) {
    text += format_values(format, keys_of(table, aggs[0], *row.key), values_of(table, aggs, row),
                          context);
  }
  return text;
}

}  // namespace dt::output
