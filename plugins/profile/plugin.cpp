// SPDX-License-Identifier: MIT
// The profile plugin: where a sample found the CPU, in the kernel or in a program. tick-N has no
// arguments worth a line. Owns the table of the plugin ABI.
#include "dtrace_plugin.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace dt::plugins::profile {

namespace {

using Json = nlohmann::ordered_json;

// Program counters of kernel and program, one of which is 0; how late; whose.
constexpr const char* kCaptures = "arg0\narg1\narg2\npid\nexecname\n";
constexpr size_t kNrCaptures = 5;

struct Sample {
  uint64_t kernel = 0;
  uint64_t user = 0;
  uint64_t late = 0;  // nanoseconds
  uint32_t pid = 0;
  std::string program;
};

size_t write_out(std::string_view text, char* out, size_t cap) {
  if (cap > 0) {
    const size_t length = std::min(text.size(), cap - 1);
    std::memcpy(out, text.data(), length);
    out[length] = '\0';
  }
  return text.size();
}

bool is_profile(std::string_view name) { return name.starts_with("profile-"); }

bool read_sample(const dtrace_plugin_event& event, Sample& sample) {
  if (!is_profile(event.probe->name) || event.nr_values != kNrCaptures) {
    return false;
  }
  std::array<const dtrace_plugin_value*, kNrCaptures> values;
  const auto* base = reinterpret_cast<const unsigned char*>(event.values);
  for (size_t i = 0; i < kNrCaptures; i++) {
    values[i] = reinterpret_cast<const dtrace_plugin_value*>(base + i * event.value_size);
  }
  sample.kernel = values[0]->integer;
  sample.user = values[1]->integer;
  sample.late = values[2]->integer;
  sample.pid = static_cast<uint32_t>(values[3]->integer);
  if (values[4]->kind == DTRACE_VALUE_STRING) {
    sample.program.assign(static_cast<const char*>(values[4]->bytes), values[4]->size);
  }
  return true;
}

std::string symbol(const dtrace_plugin_host* host, const Sample& sample) {
  std::array<char, 512> text;
  size_t length = DTRACE_PLUGIN_PASS;
  if (sample.kernel != 0 && host->kernel_symbol) {
    length = host->kernel_symbol(host, sample.kernel, text.data(), text.size());
  } else if (sample.kernel == 0 && host->user_symbol) {
    length = host->user_symbol(host, sample.pid, sample.user, text.data(), text.size());
  }
  return length < text.size() ? std::string(text.data(), length) : "";
}

std::string line(const dtrace_plugin_host* host, const Sample& sample) {
  const uint64_t address = sample.kernel != 0 ? sample.kernel : sample.user;
  const std::string name = symbol(host, sample);
  return fmt::format("{} {}  {}", sample.kernel != 0 ? "kernel" : "user  ",
                     name.empty() ? fmt::format("{:#x}", address) : name,
                     fmt::format("{}[{}]", sample.program, sample.pid));
}

std::string object(const dtrace_plugin_host* host, const Sample& sample) {
  Json out = Json::object();
  out["mode"] = sample.kernel != 0 ? "kernel" : "user";
  out["address"] = fmt::format("{:#x}", sample.kernel != 0 ? sample.kernel : sample.user);
  const std::string name = symbol(host, sample);
  if (!name.empty()) {
    out["symbol"] = name;
  }
  out["pid"] = sample.pid;
  out["execname"] = sample.program;
  out["late_ns"] = sample.late;
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

size_t captures(const dtrace_plugin_host* /*host*/, const dtrace_plugin_probe* probe, char* out,
                size_t cap) {
  const std::string_view name = probe->name;
  // A description of any probe may be of profile-N.
  return write_out(name.starts_with("tick-") ? "" : kCaptures, out, cap);
}

size_t format(const dtrace_plugin_host* host, const dtrace_plugin_event* event, char* out,
              size_t cap) {
  try {
    Sample sample;
    return write_out(read_sample(*event, sample) ? line(host, sample) : "", out, cap);
  } catch (...) {
    return DTRACE_PLUGIN_PASS;
  }
}

size_t fields(const dtrace_plugin_host* host, const dtrace_plugin_event* event, char* out,
              size_t cap) {
  try {
    Sample sample;
    return write_out(read_sample(*event, sample) ? object(host, sample) : "{}", out, cap);
  } catch (...) {
    return DTRACE_PLUGIN_PASS;
  }
}

constexpr struct dtrace_plugin kPlugin = {
    DTRACE_PLUGIN_ABI,
    sizeof(struct dtrace_plugin),
    "profile",
    "profile",
    "1.0",
    captures,
    format,
    fields,
    nullptr,
};

}  // namespace

}  // namespace dt::plugins::profile

extern "C" const struct dtrace_plugin* dtrace_plugin(const struct dtrace_plugin_host* /*host*/) {
  return &dt::plugins::profile::kPlugin;
}
