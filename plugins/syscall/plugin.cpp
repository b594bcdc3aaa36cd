// SPDX-License-Identifier: MIT
// The syscall plugin: system calls as a person would write them. Owns the table of the plugin ABI,
// the options and the plans of the probes seen so far. The work is in plan.cpp (what to record) and
// line.cpp (text, JSON).
#include "dtrace_plugin.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "line.hpp"
#include "names.hpp"
#include "plan.hpp"

namespace dt::plugins::syscall {

namespace {

size_t write_out(std::string_view text, char* out, size_t cap) {
  if (cap > 0) {
    const size_t length = std::min(text.size(), cap - 1);
    std::memcpy(out, text.data(), length);
    out[length] = '\0';
  }
  return text.size();
}

std::string read_option(const dtrace_plugin_host* host, const char* key) {
  char text[64] = "";
  if (!host || !host->option) {
    return "";
  }
  const size_t length = host->option(host, key, text, sizeof(text));
  return length < sizeof(text) ? std::string(text, length) : "";
}

Options read_options(const dtrace_plugin_host* host) {
  Options options;
  const std::string limit = read_option(host, "string");
  size_t value = 0;
  const auto parsed = std::from_chars(limit.data(), limit.data() + limit.size(), value);
  if (!limit.empty() && parsed.ec == std::errc{} && value > 0) {
    options.limit = std::min(value, kMaxLimit);
  }
  const std::string files = read_option(host, "fdpath");
  options.shows_files = files != "0" && files != "no";
  const std::string returns = read_option(host, "return");
  options.returns = returns == "full"    ? Options::Return::Full
                    : returns == "short" ? Options::Return::Short
                                         : Options::Return::Auto;
  return options;
}

// Plans by probe; both live as long as the program.
class Plans {
 public:
  static Plans& get(const dtrace_plugin_host* host) {
    static Plans plans(read_options(host));
    return plans;
  }

  const Options& options() const { return options_; }

  const Plan& find(std::string_view function, std::string_view name) {
    const Side side = name == "return" ? Side::Return : Side::Entry;
    auto it = plans_.find(std::pair(std::string(function), side));
    if (it == plans_.end()) {
      const Call* call = find_call(function);
      it = plans_
               .emplace(std::pair(std::string(function), side),
                        call ? make_plan(*call, side, options_) : generic_plan(side))
               .first;
    }
    return it->second;
  }

 private:
  explicit Plans(const Options& options) : options_(options) {}

  Options options_;
  std::map<std::pair<std::string, Side>, Plan> plans_;
};

// Which threads are in a call whose entry has been shown as a whole. The host may ask for a line
// twice, so a return is remembered by its time.
class ShownEntries {
 public:
  void enter(uint64_t thread, const Call* call, bool is_whole) {
    calls_[thread] = {call, is_whole, 0};
  }

  bool is_shown(uint64_t thread, const Call* call, uint64_t time) {
    auto it = calls_.find(thread);
    if (it == calls_.end() || it->second.call != call || !it->second.is_whole) {
      return false;
    }
    uint64_t& returned = it->second.returned;
    returned = returned == 0 ? time : returned;
    return returned == time;
  }

 private:
  struct Entered {
    const Call* call;
    bool is_whole;
    uint64_t returned;
  };
  std::unordered_map<uint64_t, Entered> calls_;
};

ShownEntries& shown_entries() {
  static ShownEntries entries;
  return entries;
}

std::string line_of(const Hit& hit, const dtrace_plugin_probe& probe) {
  const Plan& plan = hit.plan();
  const uint64_t thread = hit.number(plan.thread);
  if (hit.is_entry()) {
    std::string line = call_line(hit, probe.function, true);
    shown_entries().enter(thread, plan.call, !hit.is_incomplete());
    return line;
  }
  const bool is_whole = has_results(hit) || hit.options().returns == Options::Return::Full ||
                        !shown_entries().is_shown(thread, plan.call, hit.time());
  return call_line(hit, probe.function, is_whole);
}

bool is_side(std::string_view name) { return name == "entry" || name == "return"; }

size_t captures(const dtrace_plugin_host* host, const dtrace_plugin_probe* probe, char* out,
                size_t cap) {
  try {
    if (!is_side(probe->name)) {
      return DTRACE_PLUGIN_PASS;
    }
    std::string text;
    for (const std::string& expression :
         Plans::get(host).find(probe->function, probe->name).expressions) {
      text += expression + "\n";
    }
    return write_out(text, out, cap);
  } catch (...) {
    return DTRACE_PLUGIN_PASS;
  }
}

// The plan that the values were recorded by: the probe's, or the one of any probe.
template <typename Write>
size_t write_event(const dtrace_plugin_host* host, const dtrace_plugin_event* event, char* out,
                   size_t cap, Write write) {
  try {
    const dtrace_plugin_probe& probe = *event->probe;
    if (!is_side(probe.name)) {
      return DTRACE_PLUGIN_PASS;
    }
    Plans& plans = Plans::get(host);
    const bool is_generic = event->nr_values > 0 && event->values[0].integer == kGenericMark;
    const Plan* plan = &plans.find(is_generic ? "" : probe.function, probe.name);
    if (plan->expressions.size() != event->nr_values) {
      return DTRACE_PLUGIN_PASS;
    }
    const Hit hit(*plan, *event, plans.options());
    return write_out(write(hit, probe), out, cap);
  } catch (...) {
    return DTRACE_PLUGIN_PASS;
  }
}

size_t format(const dtrace_plugin_host* host, const dtrace_plugin_event* event, char* out,
              size_t cap) {
  return write_event(host, event, out, cap, [](const Hit& hit, const dtrace_plugin_probe& probe) {
    return line_of(hit, probe);
  });
}

size_t fields(const dtrace_plugin_host* host, const dtrace_plugin_event* event, char* out,
              size_t cap) {
  return write_event(host, event, out, cap,
                     [](const Hit& hit, const dtrace_plugin_probe&) { return call_fields(hit); });
}

constexpr struct dtrace_plugin kPlugin = {
    DTRACE_PLUGIN_ABI,
    sizeof(struct dtrace_plugin),
    "syscall",
    "syscall",
    "1.0",
    captures,
    format,
    fields,
    nullptr,
};

}  // namespace

}  // namespace dt::plugins::syscall

extern "C" const struct dtrace_plugin* dtrace_plugin(const struct dtrace_plugin_host* /*host*/) {
  return &dt::plugins::syscall::kPlugin;
}
