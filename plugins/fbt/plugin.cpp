// SPDX-License-Identifier: MIT
// The fbt plugin: kernel functions with their arguments by the kernel's own types. Owns the table
// of the plugin ABI and the plans of the probes seen so far.
#include "dtrace_plugin.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>

#include "line.hpp"
#include "plan.hpp"

namespace dt::plugins::fbt {

namespace {

size_t write_out(std::string_view text, char* out, size_t cap) {
  if (cap > 0) {
    const size_t length = std::min(text.size(), cap - 1);
    std::memcpy(out, text.data(), length);
    out[length] = '\0';
  }
  return text.size();
}

bool is_side(std::string_view name) { return name == "entry" || name == "return"; }

const Options& options_of(const dtrace_plugin_host* host) {
  static const Options options = [host] {
    Options read;
    char text[16] = "";
    if (host->option) {
      const size_t length = host->option(host, "structs", text, sizeof(text));
      read.shows_structs = length == 1 && text[0] == '1';
    }
    return read;
  }();
  return options;
}

const Plan& plan_of(const dtrace_plugin_host* host, const dtrace_plugin_probe& probe) {
  static std::unordered_map<uint32_t, Plan> plans;
  auto it = plans.find(probe.id);
  if (it == plans.end()) {
    it = plans.emplace(probe.id, make_plan(probe, options_of(host))).first;
  }
  return it->second;
}

size_t captures(const dtrace_plugin_host* host, const dtrace_plugin_probe* probe, char* out,
                size_t cap) {
  try {
    if (!is_side(probe->name)) {
      return DTRACE_PLUGIN_PASS;
    }
    std::string text;
    for (const std::string& expression : make_plan(*probe, options_of(host)).expressions) {
      text += expression + "\n";
    }
    return write_out(text, out, cap);
  } catch (...) {
    return DTRACE_PLUGIN_PASS;
  }
}

// A probe that was recorded as one of many has its registers instead of its arguments.
Plan registers_only(dtrace_plugin_probe probe) {
  probe.id = 0;
  return make_plan(probe, {});
}

template <typename Write>
size_t write_event(const dtrace_plugin_host* host, const dtrace_plugin_event* event, char* out,
                   size_t cap, Write write) {
  try {
    if (!is_side(event->probe->name)) {
      return DTRACE_PLUGIN_PASS;
    }
    const Plan& plan = plan_of(host, *event->probe);
    if (plan.expressions.size() == event->nr_values) {
      return write_out(write(host, *event, plan), out, cap);
    }
    const Plan registers = registers_only(*event->probe);
    return registers.expressions.size() == event->nr_values
               ? write_out(write(host, *event, registers), out, cap)
               : DTRACE_PLUGIN_PASS;
  } catch (...) {
    return DTRACE_PLUGIN_PASS;
  }
}

size_t format(const dtrace_plugin_host* host, const dtrace_plugin_event* event, char* out,
              size_t cap) {
  return write_event(host, event, out, cap, hit_line);
}

size_t fields(const dtrace_plugin_host* host, const dtrace_plugin_event* event, char* out,
              size_t cap) {
  return write_event(host, event, out, cap, hit_fields);
}

constexpr struct dtrace_plugin kPlugin = {
    DTRACE_PLUGIN_ABI, sizeof(struct dtrace_plugin), "fbt", "fbt", "1.0", captures, format, fields,
    nullptr,
};

}  // namespace

}  // namespace dt::plugins::fbt

extern "C" const struct dtrace_plugin* dtrace_plugin(const struct dtrace_plugin_host* /*host*/) {
  return &dt::plugins::fbt::kPlugin;
}
