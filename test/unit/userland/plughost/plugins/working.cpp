// SPDX-License-Identifier: MIT
// A plugin for tests of the host. It works, unless the function of a probe names a way not to.
#include <dtrace_plugin.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

namespace {

size_t put(const std::string& text, char* out, size_t cap) {
  if (cap != 0) {
    const size_t length = text.size() < cap ? text.size() : cap - 1;
    std::memcpy(out, text.data(), length);
    out[length] = '\0';
  }
  return text.size();
}

volatile int g_zero = 0;
size_t g_wanted = 0;

volatile uintptr_t g_nowhere = 16;
int (*volatile g_next)(int) = nullptr;

int recurse(int depth) {
  volatile char room[4096];
  room[0] = static_cast<char>(depth);
  return g_next(depth + 1) + room[0];
}

// What the functions named so do instead of answering.
bool misbehave(const std::string& how, char* out, size_t cap, size_t* answer) {
  if (how == "throws") {
    throw std::runtime_error("out of ideas");
  }
  if (how == "throws_number") {
    throw 5;
  }
  if (how == "crashes") {
    *reinterpret_cast<volatile int*>(g_nowhere) = 1;
  } else if (how == "divides") {
    *answer = static_cast<size_t>(7 / g_zero);
    return true;
  } else if (how == "aborts") {
    std::abort();
  } else if (how == "recurses") {
    g_next = recurse;
    *answer = static_cast<size_t>(recurse(0));
    return true;
  } else if (how == "loops") {
    while (g_zero == 0) {
    }
  } else if (how == "overruns") {
    for (size_t i = 0; i < cap + 8192; i++) {
      static_cast<volatile char*>(out)[i] = 'x';
    }
  } else if (how == "grows") {
    g_wanted = cap * 2;
    *answer = g_wanted;
    return true;
  } else if (how == "wants_too_much") {
    *answer = size_t{1} << 40;
    return true;
  } else if (how == "is_long") {
    *answer = put(std::string(100000, 'y'), out, cap);
    return true;
  } else if (how == "passes") {
    *answer = DTRACE_PLUGIN_PASS;
    return true;
  }
  return false;
}

size_t captures(const dtrace_plugin_host*, const dtrace_plugin_probe* probe, char* out,
                size_t cap) {
  size_t answer = 0;
  if (std::strcmp(probe->name, "captures") == 0 && misbehave(probe->function, out, cap, &answer)) {
    return answer;
  }
  std::string text = "arg0";
  for (uint32_t i = 0; i < probe->nr_args; i++) {
    text += std::string("\n(") + probe->args[i].type + ")arg" + std::to_string(i);
  }
  return put(text, out, cap);
}

size_t format(const dtrace_plugin_host* host, const dtrace_plugin_event* event, char* out,
              size_t cap) {
  size_t answer = 0;
  if (misbehave(event->probe->function, out, cap, &answer)) {
    return answer;
  }
  std::string text = event->probe->function;
  char shown[64];
  for (uint32_t i = 0; i < event->nr_values; i++) {
    const dtrace_plugin_value& value = event->values[i];
    switch (value.kind) {
      case DTRACE_VALUE_INTEGER:
        text += " " + std::to_string(static_cast<long long>(value.integer));
        break;
      case DTRACE_VALUE_STRING:
        text += " " + std::string(static_cast<const char*>(value.bytes), value.size);
        break;
      case DTRACE_VALUE_FAULT:
        text += " ?";
        break;
      default:
        text += " bytes";
    }
  }
  if (host->kernel_symbol(host, 0x1000, shown, sizeof(shown)) != DTRACE_PLUGIN_PASS) {
    text += std::string(" ") + shown;
  }
  if (host->option(host, "colour", shown, sizeof(shown)) != DTRACE_PLUGIN_PASS) {
    text += std::string(" ") + shown;
  }
  return put(text, out, cap);
}

size_t fields(const dtrace_plugin_host*, const dtrace_plugin_event* event, char* out, size_t cap) {
  return put("{\"values\":" + std::to_string(event->nr_values) + "}", out, cap);
}

const char* d_library(void) { return "inline int FROM_PLUGIN = 7;\n"; }

const struct dtrace_plugin table = {DTRACE_PLUGIN_ABI, sizeof(table), "working", "test",   "1.2",
                                    captures,          format,        fields,    d_library};

}  // namespace

extern "C" DTRACE_PLUGIN_EXPORT const struct dtrace_plugin* dtrace_plugin(
    const struct dtrace_plugin_host*) {
  return &table;
}
