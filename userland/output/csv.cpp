// SPDX-License-Identifier: MIT
#include "output/csv.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "output/picture.hpp"

namespace dt::output {

using lang::object::Action;
using lang::object::ActionKind;
using lang::object::FieldKind;

namespace {

// A field, in quotes where it needs them.
std::string field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(text);
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + "\"";
}

std::string stack(const ValueRef& value, Symbolizer& symbolizer) {
  const bool is_user = value.field->kind == FieldKind::Ustack;
  const uint64_t pid = is_user ? load_word(value, 0) : 0;
  std::string text;
  for (size_t i = is_user ? 1 : 0; load_word(value, i) != 0; i++) {
    const uint64_t pc = load_word(value, i);
    text += text.empty() ? "" : ";";
    text += symbol_text(is_user ? symbolizer.user(pid, pc) : symbolizer.kernel(pc), pc,
                        SymbolForm::Address);
  }
  return text;
}

// Actions of which nothing is shown contribute nothing.
bool has_values(ActionKind kind) {
  switch (kind) {
    case ActionKind::Trace:
    case ActionKind::Printf:
    case ActionKind::Tracemem:
    case ActionKind::Print:
    case ActionKind::Stack:
    case ActionKind::Ustack:
    case ActionKind::Sym:
    case ActionKind::Mod:
    case ActionKind::Func:
    case ActionKind::Usym:
    case ActionKind::Umod:
    case ActionKind::Uaddr:
    case ActionKind::Args:
      return true;
    default:
      return false;
  }
}

std::string full_name(const lang::ProbeInfo& probe) {
  return fmt::format("{}:{}:{}:{}", probe.prov, probe.mod, probe.func, probe.name);
}

}  // namespace

size_t nr_csv_values(const Action& action) {
  if (!has_values(action.kind)) {
    return 0;
  }
  switch (action.kind) {
    case ActionKind::Printf:
      return std::max<size_t>(1, action.args.size());
    case ActionKind::Args:
    case ActionKind::Tracemem:
    case ActionKind::Print:
      return 1;
    default:
      return action.args.size();
  }
}

std::string csv_value(const ValueRef& value, const FormatContext& context) {
  switch (value.field->kind) {
    case FieldKind::Int:
      if (value.field->is_pointer) {
        return fmt::format("{:#x}", load_unsigned(value));
      }
      return value.field->is_signed ? fmt::format("{}", load_signed(value))
                                    : fmt::format("{}", load_unsigned(value));
    case FieldKind::Float:
      return fmt::format("{}", static_cast<double>(load_float(value)));
    case FieldKind::String:
      return std::string(load_string(value));
    case FieldKind::Bytes: {
      if (value.field->is_string_like) {
        return std::string(load_string(value));
      }
      std::string hex;
      for (const std::byte byte : value.bytes) {
        hex += fmt::format("{:02x}", static_cast<unsigned>(byte));
      }
      return hex;
    }
    case FieldKind::Stack:
    case FieldKind::Ustack:
      return stack(value, *context.symbolizer);
    default:
      return symbol_value_text(value, *context.symbolizer);
  }
}

CsvText::CsvText(const lang::object::Program& program, std::vector<std::string> columns)
    : columns_(std::move(columns)) {
  for (const auto& clause : program.clauses) {
    size_t nr = 0;
    for (const Action& action : clause.actions) {
      nr += nr_csv_values(action);
    }
    nr_values_ = std::max(nr_values_, nr);
  }
  for (const auto& agg : program.aggs) {
    const size_t nr_keys = program.shapes[agg.shape].comps.size();
    nr_values_ = std::max(nr_values_, nr_keys + (consumer::is_distribution(agg) ? 2 : 1));
  }
  nr_values_ = std::max(nr_values_, columns_.size());
}

std::string CsvText::header() const {
  std::string text = "type,time,cpu,name";
  for (size_t i = 0; i < nr_values_; i++) {
    text += "," + field(i < columns_.size() ? columns_[i] : fmt::format("value{}", i + 1));
  }
  return text + "\n";
}

std::string CsvText::row(std::string_view type, const std::string& time, const std::string& cpu,
                         std::string_view name, const std::vector<std::string>& values) const {
  std::string text = fmt::format("{},{},{},{}", type, time, cpu, field(name));
  for (size_t i = 0; i < nr_values_; i++) {
    text += ',';
    text += i < values.size() ? field(values[i]) : std::string();
  }
  return text + "\n";
}

std::string CsvText::record(const consumer::TraceRecord& record,
                            const std::vector<std::string>& values) const {
  return row("record", std::to_string(record.time), std::to_string(record.cpu),
             full_name(*record.probe), values);
}

void CsvText::write_aggregation(const consumer::AggregationTable& table, int agg,
                                const FormatContext& context, const ElementWriter& write) const {
  const lang::object::Aggregation& info = table.info(agg);
  const auto normal = static_cast<int64_t>(table.normal(agg));
  for (const consumer::AggElement* element : table.sorted(agg, *context.options)) {
    std::vector<std::string> values;
    const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(element->key.data()),
                                           element->key.size());
    for (const auto& comp : table.shape(agg).comps) {
      values.push_back(csv_value(value_in(comp, bytes), context));
    }
    if (!consumer::is_distribution(info)) {
      values.push_back(
          std::to_string(shown_scalar(AggValue{&info, element, static_cast<uint64_t>(normal)})));
      write(row("aggregation", "", "", "@" + info.name, values), 1);
      continue;
    }
    std::string text;
    size_t zero = 0;
    for (const Bucket& bucket : buckets_of(info, element->data, &zero)) {
      if (bucket.count != 0) {
        auto one = values;
        one.push_back(bucket.label);
        one.push_back(std::to_string(bucket.count / normal));
        text += row("aggregation", "", "", "@" + info.name, one);
      }
    }
    write(text, 1);
  }
}

std::string CsvText::aggregation(const consumer::AggregationTable& table, int agg,
                                 const FormatContext& context) const {
  std::string text;
  write_aggregation(table, agg, context, [&](const std::string& rows, uint64_t) { text += rows; });
  return text;
}

std::string CsvText::drop(const consumer::Drop& drop) const {
  return row("drop", "", drop.cpu >= 0 ? std::to_string(drop.cpu) : "", drop.tag,
             {std::to_string(drop.count), drop.message});
}

std::string CsvText::fault(const consumer::Fault& fault) const {
  return row("error", "", "", full_name(fault.probe),
             {consumer::fault_name(fault.code), consumer::fault_message(fault)});
}

std::string CsvText::end(uint64_t nr_records, uint64_t nr_lost, const std::string& reason) const {
  const bool is_complete = nr_lost == 0 && reason.empty();
  return (reason.empty() ? "" : row("error", "", "", "", {"end of the run", reason})) +
         row("end", "", "", is_complete ? "complete" : "incomplete",
             {std::to_string(nr_records), std::to_string(nr_lost)});
}

}  // namespace dt::output
