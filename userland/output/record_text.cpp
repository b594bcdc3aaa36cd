// SPDX-License-Identifier: MIT
#include "output/record_text.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "output/aggtext.hpp"
#include "output/dump.hpp"
#include "output/print.hpp"
#include "output/terminal.hpp"

namespace dt::output {

using lang::object::Action;
using lang::object::ActionKind;
using lang::object::FieldKind;

namespace {

constexpr unsigned kPrintIndent = 44;  // print() aligns with the end of the probe line
constexpr unsigned kFlowStep = 2;

}  // namespace

RecordText::RecordText(const lang::object::Program& program, const consumer::Options& options,
                       Symbolizer& symbolizer, const consumer::AggregationTable& table,
                       bool is_bare)
    : program_(program),
      options_(options),
      symbolizer_(symbolizer),
      table_(table),
      is_bare_(is_bare) {}

std::string RecordText::header() const {
  if (options_.flowindent) {
    return is_bare_ ? fmt::format("{:<41}\n", "FUNCTION")
                    : fmt::format("{:>3} {:<41}\n", "CPU", "FUNCTION");
  }
  return is_bare_ ? fmt::format("{:>32}\n", "FUNCTION:NAME")
                  : fmt::format("{:>3} {:>6} {:>32}\n", "CPU", "ID", "FUNCTION:NAME");
}

std::string RecordText::probe_line(uint32_t cpu, const lang::ProbeInfo& probe, uint64_t time) {
  if (!options_.flowindent) {
    const std::string name = probe.func + ":" + probe.name;
    return is_bare_ ? fmt::format("{:>32} ", name)
                    : fmt::format("{:3} {:6} {:>32} ", cpu, probe.id, name);
  }
  CpuFlow& state = flows_[cpu];
  Flow flow = Flow::None;
  if (probe.name == "entry") {
    flow = Flow::Entry;
  } else if (probe.name == "return") {
    flow = Flow::Return;
  }
  // A further clause of the same firing continues its line of flow.
  if (state.probe_id == probe.id && state.time == time) {
    flow = Flow::None;
  }
  state.probe_id = probe.id;
  state.time = time;
  const bool is_syscall = probe.prov == "syscall";
  std::string line;
  if (flow == Flow::Entry) {
    line = fmt::format("{:{}}{}{}", "", state.indent, is_syscall ? "=> " : "-> ", probe.func);
    state.indent += kFlowStep;
  } else if (flow == Flow::Return) {
    state.indent -= std::min(state.indent, kFlowStep);
    line = fmt::format("{:{}}{}{}", "", state.indent, is_syscall ? "<= " : "<- ", probe.func);
  } else {
    line = fmt::format("{:{}}| {}:{}", "", state.indent, probe.func, probe.name);
  }
  return is_bare_ ? fmt::format("{:<41} ", line) : fmt::format("{:3} {:<41} ", cpu, line);
}

const std::vector<FormatPart>& RecordText::format_of(const Action& action) {
  auto [at, is_new] = formats_.try_emplace(&action);
  if (is_new) {
    at->second = parse_format(action.format);
  }
  return at->second;
}

std::string RecordText::formatted(const Action& action, std::span<const std::byte> payload) {
  std::vector<ValueRef> values;
  values.reserve(action.args.size());
  for (const auto& field : action.args) {
    values.push_back(value_in(field, payload));
  }
  return format_values(format_of(action), values, {}, context());
}

std::string RecordText::trace(const ValueRef& value) const {
  const bool is_quiet = options_.quiet;
  switch (value.field->kind) {
    case FieldKind::Int: {
      if (value.field->is_pointer) {
        return is_quiet ? fmt::format("{:#x}", load_unsigned(value))
                        : fmt::format(" {:>#19x}", load_unsigned(value));
      }
      const std::string number = value.field->is_signed ? fmt::format("{}", load_signed(value))
                                                        : fmt::format("{}", load_unsigned(value));
      if (is_quiet) {
        return number;
      }
      constexpr unsigned kWidths[] = {0, 3, 5, 0, 10, 0, 0, 0, 19};
      return fmt::format(" {:>{}}", number, kWidths[int_size(*value.field)]);
    }
    case FieldKind::Float:
      return is_quiet ? fmt::format("{:f}", static_cast<double>(load_float(value)))
                      : fmt::format(" {:19f}", static_cast<double>(load_float(value)));
    case FieldKind::String:
      if (options_.rawbytes) {
        return dump_text(value.bytes);
      }
      return is_quiet ? std::string(load_string(value))
                      : fmt::format("  {:<33}", load_string(value));
    case FieldKind::Bytes:
      return dump_text(value.bytes);
    case FieldKind::Stack:
    case FieldKind::Ustack:
      return stack_text(value, symbolizer_, static_cast<unsigned>(options_.stackindent),
                        options_.maxframes);
    default:
      return fmt::format("  {:<50}", symbol_value_text(value, symbolizer_));
  }
}

std::string RecordText::tracemem(const Action& action, std::span<const std::byte> payload) const {
  const ValueRef value = value_in(action.args[0], payload);
  size_t size = value.bytes.size();
  if (action.args.size() > 1) {
    const int64_t wanted = load_signed(value_in(action.args[1], payload));
    if (wanted >= 0 && static_cast<uint64_t>(wanted) < size) {
      size = static_cast<size_t>(wanted);
    }
  }
  return dump_text(value.bytes.first(size));
}

std::string RecordText::print(const Action& action, std::span<const std::byte> payload) const {
  const ValueRef value = value_in(action.args[0], payload);
  if (!value.field->type) {
    return trace(value);
  }
  std::string text;
  if (action.args.size() > 1) {
    text = fmt::format("{:#x} = *\n{:{}}", load_unsigned(value_in(action.args[1], payload)), "",
                       kPrintIndent);
  }
  text += typed_value_text(*value.field->type, value.bytes, kPrintIndent, options_.printsize);
  return text + "\n";
}

std::string RecordText::shown(std::string text) const {
  return is_terminal_ ? terminal_text(text) : text;
}

std::string RecordText::action(const Action& action, std::span<const std::byte> payload) {
  // Formats are the user's, only the values in them are not.
  if (action.kind == ActionKind::Printf) {
    return formatted(action, payload);
  }
  if (action.kind == ActionKind::Printa && !action.aggs.empty() && !action.format.empty()) {
    return formatted_aggregation_text(table_, format_of(action), action.aggs, context());
  }
  return shown(untrusted_action(action, payload));
}

std::string RecordText::untrusted_action(const Action& action,
                                         std::span<const std::byte> payload) const {
  switch (action.kind) {
    case ActionKind::Printa:
      return action.aggs.empty() ? std::string()
                                 : "\n" + aggregation_text(table_, action.aggs, context());
    case ActionKind::Tracemem:
      return action.args.empty() ? std::string() : tracemem(action, payload);
    case ActionKind::Print:
      return action.args.empty() ? std::string() : print(action, payload);
    case ActionKind::Trace:
    case ActionKind::Stack:
    case ActionKind::Ustack:
    case ActionKind::Sym:
    case ActionKind::Mod:
    case ActionKind::Func:
    case ActionKind::Usym:
    case ActionKind::Umod:
    case ActionKind::Uaddr:
      return action.args.empty() ? std::string() : trace(value_in(action.args[0], payload));
    default:
      return {};
  }
}

void RecordText::write_aggregation(int agg, const ElementWriter& write) const {
  output::write_aggregation(table_, {agg}, context(),
                            [&](const std::string& rows, uint64_t nr) { write(shown(rows), nr); });
}

std::vector<int> RecordText::leftover_aggregations() const {
  std::vector<bool> is_printed(program_.aggs.size(), false);
  for (const auto& clause : program_.clauses) {
    for (const Action& action : clause.actions) {
      if (action.kind == ActionKind::Printa) {
        for (const int agg : action.aggs) {
          is_printed[static_cast<size_t>(agg)] = true;
        }
      }
    }
  }
  std::vector<int> left;
  const size_t nr_aggs = program_.aggs.size();
  for (size_t i = 0; i < nr_aggs; i++) {
    // Reversed order reverses the order of the aggregations, too.
    const size_t agg = options_.aggsortrev ? nr_aggs - 1 - i : i;
    if (!is_printed[agg]) {
      left.push_back(static_cast<int>(agg));
    }
  }
  return left;
}

}  // namespace dt::output
