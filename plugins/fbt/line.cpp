// SPDX-License-Identifier: MIT
// Arguments with their names; results with the place that they come from. See line.hpp.
#include "line.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

#include "value.hpp"

namespace dt::plugins::fbt {

namespace {

const dtrace_plugin_value& value_at(const dtrace_plugin_event& event, size_t index) {
  static const dtrace_plugin_value missing = {DTRACE_VALUE_FAULT, 0, 0, nullptr, 0, 0};
  if (index >= event.nr_values) {
    return missing;
  }
  const auto* base = reinterpret_cast<const unsigned char*>(event.values);
  return *reinterpret_cast<const dtrace_plugin_value*>(base + index * event.value_size);
}

uint64_t number_at(const dtrace_plugin_event& event, size_t index) {
  const dtrace_plugin_value& value = value_at(event, index);
  return value.kind == DTRACE_VALUE_INTEGER ? value.integer : 0;
}

// What a pointer leads to, where it was recorded: text alone, a structure behind its address.
Shown with_detail(const dtrace_plugin_host* host, const dtrace_plugin_event& event,
                  const ArgPlan& arg, std::string_view type, Shown shown) {
  if (arg.detail == kNone) {
    return shown;
  }
  const dtrace_plugin_value& detail = value_at(event, arg.detail);
  if (detail.kind == DTRACE_VALUE_STRING) {
    const std::string_view text(static_cast<const char*>(detail.bytes), detail.size);
    return {quoted(text, false), std::string(text)};
  }
  if (detail.kind == DTRACE_VALUE_BYTES) {
    const std::string text = type_text(host, pointed_struct(type), detail.bytes, detail.size);
    if (!text.empty()) {
      return {fmt::format("{} {}", shown.text, text),
              Json{{"address", shown.json}, {"value", text}}};
    }
  }
  return shown;
}

struct Argument {
  std::string name;
  Shown value;
};

Argument argument(const dtrace_plugin_host* host, const dtrace_plugin_event& event,
                  const Plan& plan, size_t index) {
  const ArgPlan& place = plan.args[index];
  const dtrace_plugin_value& value = value_at(event, place.value);
  if (plan.is_raw || index >= event.probe->nr_args) {
    const std::string text = fmt::format("{:#x}", number_at(event, place.value));
    return {fmt::format("arg{}", index), {text, text}};
  }
  const dtrace_plugin_arg& arg = arg_at(*event.probe, index);
  Shown shown = show_value(host, arg.type, arg.name, arg.size, arg.is_signed != 0, value);
  const std::string name = *arg.name ? arg.name : fmt::format("arg{}", index);
  return {name, with_detail(host, event, place, arg.type, std::move(shown))};
}

// A jump that leaves the function is its return, but there is no value yet: the function that it
// goes to, or "".
std::string tail_call(const dtrace_plugin_host* host, const dtrace_plugin_event& event,
                      const Plan& plan) {
  constexpr unsigned char kJump = 0xe9;
  constexpr size_t kLength = 5;
  const uint64_t place = number_at(event, plan.place);
  unsigned char code[kLength] = {};
  if (place == 0 || !host->kernel_text ||
      host->kernel_text(host, place, code, sizeof(code)) != kLength || code[0] != kJump) {
    return "";
  }
  int32_t distance;
  std::memcpy(&distance, code + 1, sizeof(distance));
  const std::string symbol =
      symbol_of(host, place + kLength + static_cast<uint64_t>(static_cast<int64_t>(distance)));
  return symbol.find("x86_return_thunk") == std::string::npos ? symbol : "";
}

Shown result(const dtrace_plugin_host* host, const dtrace_plugin_event& event, const Plan& plan) {
  const dtrace_plugin_probe& probe = *event.probe;
  const dtrace_plugin_value& value = value_at(event, plan.result.value);
  if (plan.is_raw || probe.nr_args < 2) {
    const std::string text = fmt::format("{:#x}", number_at(event, plan.result.value));
    return {text, text};
  }
  const dtrace_plugin_arg& type = arg_at(probe, 1);
  Shown shown = show_result(host, type.type, type.size, type.is_signed != 0, value);
  return with_detail(host, event, plan.result, type.type, std::move(shown));
}

}  // namespace

std::string hit_line(const dtrace_plugin_host* host, const dtrace_plugin_event& event,
                     const Plan& plan) {
  const char* function = event.probe->function;
  if (!plan.is_return) {
    std::string text;
    for (size_t i = 0; i < plan.args.size(); i++) {
      const Argument arg = argument(host, event, plan, i);
      text += fmt::format("{}{}={}", text.empty() ? "" : ", ", arg.name, arg.value.text);
    }
    return fmt::format("{}({})", function, text);
  }
  const std::string from = fmt::format("{}+{:#x}", function, number_at(event, plan.offset));
  const std::string target = tail_call(host, event, plan);
  if (!target.empty()) {
    return fmt::format("goes on in {}, from {}", target, from);
  }
  if (plan.result.value == kNone) {
    return fmt::format("returns from {}", from);
  }
  return fmt::format("= {} from {}", result(host, event, plan).text, from);
}

std::string hit_fields(const dtrace_plugin_host* host, const dtrace_plugin_event& event,
                       const Plan& plan) {
  Json out = Json::object();
  if (!plan.is_return) {
    for (size_t i = 0; i < plan.args.size(); i++) {
      Argument arg = argument(host, event, plan, i);
      out[arg.name] = std::move(arg.value.json);
    }
    return out.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  out["offset"] = number_at(event, plan.offset);
  const std::string target = tail_call(host, event, plan);
  if (!target.empty()) {
    out["tail_call"] = target;
  } else if (plan.result.value != kNone) {
    out["result"] = result(host, event, plan).json;
    const auto number = static_cast<int64_t>(number_at(event, plan.result.value));
    const std::string error = error_name(number);
    if (!error.empty() && out["result"].is_number_integer() && out["result"] == number) {
      out["errno"] = error;
    }
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace dt::plugins::fbt
