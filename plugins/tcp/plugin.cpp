// SPDX-License-Identifier: MIT
// Plugin of the tcp provider: a segment or a change of state as one line, endpoints first.
// Its D types and translators are in config/d/tcp.d: scripts need them with and without this.
#include <dtrace_plugin.h>

#include <cstring>
#include <optional>
#include <string>

#include "format.hpp"
#include "segment.hpp"
#include "sequence.hpp"

namespace {

using dt::plugins::tcp::Hit;
using dt::plugins::tcp::Sequences;

size_t give(const std::string& text, char* out, size_t cap) {
  if (cap > 0) {
    const size_t size = text.size() < cap ? text.size() : cap - 1;
    std::memcpy(out, text.data(), size);
    out[size] = '\0';
  }
  return text.size();
}

// One thread calls: the connections seen so far.
Sequences& sequences() {
  static Sequences seen;
  return seen;
}

using Show = std::string (*)(const Hit&, const Sequences::Relative&);

size_t show(const dtrace_plugin_event* event, char* out, size_t cap, Show text) {
  try {
    const std::optional<Hit> hit = dt::plugins::tcp::read_hit(*event);
    if (!hit)
      return DTRACE_PLUGIN_PASS;
    Sequences::Relative numbers;
    if (!hit->is_state_change)
      numbers = sequences().relative(*hit);
    return give(text(*hit, numbers), out, cap);
  } catch (...) {
    return DTRACE_PLUGIN_PASS;
  }
}

size_t captures(const dtrace_plugin_host*, const dtrace_plugin_probe* probe, char* out,
                size_t cap) {
  try {
    const std::string wanted = dt::plugins::tcp::captures(probe->name);
    return wanted.empty() ? DTRACE_PLUGIN_PASS : give(wanted, out, cap);
  } catch (...) {
    return DTRACE_PLUGIN_PASS;
  }
}

size_t format(const dtrace_plugin_host*, const dtrace_plugin_event* event, char* out, size_t cap) {
  return show(event, out, cap, dt::plugins::tcp::text);
}

size_t fields(const dtrace_plugin_host*, const dtrace_plugin_event* event, char* out, size_t cap) {
  return show(event, out, cap, dt::plugins::tcp::json);
}

const struct dtrace_plugin kPlugin = {
    .abi_version = DTRACE_PLUGIN_ABI,
    .struct_size = sizeof(struct dtrace_plugin),
    .name = "tcp",
    .provider = "tcp",
    .version = "1.0",
    .captures = captures,
    .format = format,
    .fields = fields,
    .d_library = nullptr,
};

}  // namespace

const struct dtrace_plugin* dtrace_plugin(const struct dtrace_plugin_host*) { return &kPlugin; }
