// SPDX-License-Identifier: MIT
#include "output/json.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "output/picture.hpp"

namespace dt::output {

using consumer::AggregationTable;
using lang::object::FieldKind;
using Json = nlohmann::ordered_json;

namespace {

// D strings are bytes: what is not UTF-8 is replaced, so that every line parses.
std::string line(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json symbol_json(const std::optional<Symbol>& symbol, uint64_t address) {
  Json object = {{"address", fmt::format("{:#x}", address)}};
  if (symbol) {
    object["module"] = symbol->module;
    if (!symbol->name.empty()) {
      object["symbol"] = symbol->name;
      object["offset"] = symbol->offset;
    }
  }
  return object;
}

Json stack_json(const ValueRef& value, Symbolizer& symbolizer) {
  Json frames = Json::array();
  const bool is_user = value.field->kind == FieldKind::Ustack;
  const uint64_t pid = is_user ? load_word(value, 0) : 0;
  for (size_t i = is_user ? 1 : 0; load_word(value, i) != 0; i++) {
    const uint64_t pc = load_word(value, i);
    frames.push_back(symbol_json(is_user ? symbolizer.user(pid, pc) : symbolizer.kernel(pc), pc));
  }
  return frames;
}

Json value_json(const ValueRef& value, const FormatContext& context) {
  Symbolizer& symbolizer = *context.symbolizer;
  switch (value.field->kind) {
    case FieldKind::Int:
      if (value.field->is_pointer) {
        return fmt::format("{:#x}", load_unsigned(value));
      }
      return value.field->is_signed ? Json(load_signed(value)) : Json(load_unsigned(value));
    case FieldKind::Float:
      return static_cast<double>(load_float(value));
    case FieldKind::String:
      return std::string(load_string(value));
    case FieldKind::Bytes: {
      std::string hex;
      for (const std::byte byte : value.bytes) {
        hex += fmt::format("{:02x}", static_cast<unsigned>(byte));
      }
      return hex;
    }
    case FieldKind::Stack:
    case FieldKind::Ustack:
      return stack_json(value, symbolizer);
    case FieldKind::Sym:
    case FieldKind::Mod:
    case FieldKind::Func: {
      const uint64_t address = load_word(value, 0);
      return symbol_json(symbolizer.kernel(address), address);
    }
    default: {
      const uint64_t address = load_word(value, 1);
      return symbol_json(symbolizer.user(load_word(value, 0), address), address);
    }
  }
}

Json probe_json(const lang::ProbeInfo& probe) {
  return {{"id", probe.id},
          {"provider", probe.prov},
          {"module", probe.mod},
          {"function", probe.func},
          {"name", probe.name}};
}

const char* function_name(uint32_t func) {
  constexpr const char* kNames[] = {"?",   "count",  "sum",      "min",       "max",
                                    "avg", "stddev", "quantize", "lquantize", "llquantize"};
  return func < std::size(kNames) ? kNames[func] : "?";
}

}  // namespace

std::string json_record(const lang::object::Clause& clause, const consumer::TraceRecord& record,
                        std::span<const std::string> texts, std::span<const bool> has_run,
                        const FormatContext& context) {
  Json object = {{"type", "record"},
                 {"time", record.time},
                 {"cpu", record.cpu},
                 {"probe", probe_json(*record.probe)}};
  Json actions = Json::array();
  for (size_t i = 0; i < clause.actions.size(); i++) {
    const lang::object::Action& action = clause.actions[i];
    if (!has_run[i] || action.kind == lang::object::ActionKind::Default) {
      continue;
    }
    if (action.kind == lang::object::ActionKind::Args) {
      if (Json args = Json::parse(texts[i], nullptr, false); args.is_object()) {
        object["args"] = std::move(args);
      }
      if (!action.origin->is_default) {
        actions.push_back({{"action", action.name}});
      }
      continue;
    }
    Json one = {{"action", action.name}};
    if (!action.args.empty()) {
      Json values = Json::array();
      for (const auto& field : action.args) {
        values.push_back(value_json(value_in(field, record.payload), context));
      }
      one["values"] = std::move(values);
    }
    if (!texts[i].empty()) {
      one["text"] = texts[i];
    }
    actions.push_back(std::move(one));
  }
  object["actions"] = std::move(actions);
  return line(object);
}

std::string json_aggregation(const AggregationTable& table, int agg, const FormatContext& context) {
  const lang::object::Aggregation& info = table.info(agg);
  Json elements = Json::array();
  const uint64_t normal = table.normal(agg);
  for (const consumer::AggElement* element : table.sorted(agg, *context.options)) {
    Json keys = Json::array();
    const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(element->key.data()),
                                           element->key.size());
    for (const auto& field : table.shape(agg).comps) {
      keys.push_back(value_json(value_in(field, bytes), context));
    }
    Json one = {{"key", std::move(keys)}};
    if (consumer::is_distribution(info)) {
      Json buckets = Json::array();
      size_t zero = 0;
      for (const Bucket& bucket : buckets_of(info, element->data, &zero)) {
        if (bucket.count != 0) {
          buckets.push_back(
              {{"bucket", bucket.label}, {"count", bucket.count / static_cast<int64_t>(normal)}});
        }
      }
      one["buckets"] = std::move(buckets);
    } else {
      one["value"] = shown_scalar(AggValue{&info, element, normal});
    }
    elements.push_back(std::move(one));
  }
  return line({{"type", "aggregation"},
               {"name", info.name},
               {"function", function_name(info.func)},
               {"elements", std::move(elements)}});
}

std::string json_drop(const consumer::Drop& drop) {
  Json object = {{"type", "drop"}, {"kind", drop.tag}, {"count", drop.count}};
  if (drop.cpu >= 0) {
    object["cpu"] = drop.cpu;
  }
  object["message"] = drop.message;
  return line(object);
}

std::string json_fault(const consumer::Fault& fault) {
  return line({{"type", "error"},
               {"probe", probe_json(fault.probe)},
               {"epid", fault.epid},
               {"fault", consumer::fault_name(fault.code)},
               {"code", fault.code},
               {"action", fault.action},
               {"offset", fault.offset},
               {"value", fmt::format("{:#x}", fault.value)},
               {"message", consumer::fault_message(fault)}});
}

std::string json_end(int exit_status, uint64_t nr_records, uint64_t nr_lost,
                     const std::string& reason) {
  Json object = {{"type", "end"},
                 {"exit_status", exit_status},
                 {"records", nr_records},
                 {"lost", nr_lost},
                 {"is_complete", nr_lost == 0 && reason.empty()}};
  if (!reason.empty()) {
    object["reason"] = reason;
  }
  return line(object);
}

}  // namespace dt::output
