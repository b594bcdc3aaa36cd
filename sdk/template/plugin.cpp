// SPDX-License-Identifier: MIT
// Shows a hit of @NAME@:::beat as one line: "beat 3, 812 of 976 MiB free".
#include <dtrace_plugin.h>

#include <cinttypes>
#include <cstdio>

namespace {

// Recorded with each hit: a D expression a line.
size_t captures(const dtrace_plugin_host*, const dtrace_plugin_probe*, char* out, size_t cap) {
  return std::snprintf(out, cap,
                       "args[0]\n"
                       "args[1]->freeram * args[1]->mem_unit\n"
                       "args[1]->totalram * args[1]->mem_unit\n");
}

uint64_t number(const dtrace_plugin_event* event, uint32_t index) {
  return index < event->nr_values && event->values[index].kind == DTRACE_VALUE_INTEGER
             ? event->values[index].integer
             : 0;
}

size_t format(const dtrace_plugin_host*, const dtrace_plugin_event* event, char* out, size_t cap) {
  return std::snprintf(out, cap, "beat %" PRIu64 ", %" PRIu64 " of %" PRIu64 " MiB free",
                       number(event, 0), number(event, 1) >> 20, number(event, 2) >> 20);
}

size_t fields(const dtrace_plugin_host*, const dtrace_plugin_event* event, char* out, size_t cap) {
  return std::snprintf(out, cap,
                       "{\"beat\":%" PRIu64 ",\"free\":%" PRIu64 ",\"total\":%" PRIu64 "}",
                       number(event, 0), number(event, 1), number(event, 2));
}

constexpr struct dtrace_plugin kPlugin = {
    .abi_version = DTRACE_PLUGIN_ABI,
    .struct_size = sizeof(struct dtrace_plugin),
    .name = "@NAME@",
    .provider = "@NAME@",
    .version = "1.0",
    .captures = captures,
    .format = format,
    .fields = fields,
    .d_library = nullptr,
};

}  // namespace

extern "C" const struct dtrace_plugin* dtrace_plugin(const dtrace_plugin_host*) { return &kPlugin; }
