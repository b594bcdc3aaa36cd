// SPDX-License-Identifier: MIT
// A built plugin, asked as the plugin host would: values are given by the expressions that it wants
// recorded.
#pragma once

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dtrace_plugin.h"

namespace dt::test {

// An integer, text, or bytes; none: it could not be recorded.
using Value = std::variant<uint64_t, std::string, std::vector<unsigned char>>;

class LoadedPlugin {
 public:
  explicit LoadedPlugin(const std::string& name) {
    handle_ = dlopen((std::string(DT_PLUGINS) + "/" + name + ".so").c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle_) {
      ADD_FAILURE() << dlerror();
      return;
    }
    host_.abi_version = DTRACE_PLUGIN_ABI;
    host_.struct_size = sizeof(host_);
    host_.kernel_symbol = kernel_symbol;
    host_.user_symbol = [](const dtrace_plugin_host*, uint32_t, uint64_t, char* out, size_t cap) {
      return give("libc.so.6`read+0x12", out, cap);
    };
    host_.type_text = [](const dtrace_plugin_host*, const char*, const void*, size_t, char* out,
                         size_t cap) { return give("{ .x = 1 }", out, cap); };
    host_.kernel_text = kernel_text;
    host_.fd_path = [](const dtrace_plugin_host*, uint32_t, int32_t, char*, size_t) {
      return DTRACE_PLUGIN_PASS;
    };
    host_.option = [](const dtrace_plugin_host*, const char*, char*, size_t) {
      return DTRACE_PLUGIN_PASS;
    };
    auto entry = reinterpret_cast<dtrace_plugin_entry>(dlsym(handle_, DTRACE_PLUGIN_SYMBOL));
    plugin_ = entry ? entry(&host_) : nullptr;
  }

  bool works() const { return plugin_ && plugin_->abi_version == DTRACE_PLUGIN_ABI; }

  // The probe that follows: "openat:entry".
  void probe(const std::string& function, const std::string& name, uint32_t id = 7,
             std::vector<dtrace_plugin_arg> args = {}, const char* result = "") {
    function_ = function;
    name_ = name;
    args_ = std::move(args);
    probe_ = {sizeof(probe_),
              id,
              "p",
              "vmlinux",
              function_.c_str(),
              name_.c_str(),
              args_.data(),
              static_cast<uint32_t>(args_.size()),
              sizeof(dtrace_plugin_arg),
              result};
  }

  std::vector<std::string> captures() {
    std::vector<std::string> lines;
    std::string text(1 << 20, '\0');
    const size_t size = plugin_->captures(&host_, &probe_, text.data(), text.size());
    if (size == DTRACE_PLUGIN_PASS) {
      return lines;
    }
    text.resize(size);
    for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
      lines.push_back(text.substr(at, text.find('\n', at) - at));
    }
    return lines;
  }

  std::string format(const std::map<std::string, Value>& given) {
    return ask(given, plugin_->format);
  }
  std::string fields(const std::map<std::string, Value>& given) {
    return ask(given, plugin_->fields);
  }

  // Code at address 0x1000 on.
  static inline std::vector<unsigned char> code;
  // A symbol for every address, or none.
  static inline std::map<uint64_t, std::string> symbols;

 private:
  static size_t give(std::string_view text, char* out, size_t cap) {
    if (cap > 0) {
      const size_t length = std::min(text.size(), cap - 1);
      std::memcpy(out, text.data(), length);
      out[length] = '\0';
    }
    return text.size();
  }
  static size_t kernel_symbol(const dtrace_plugin_host*, uint64_t address, char* out, size_t cap) {
    auto it = symbols.find(address);
    return it == symbols.end() ? DTRACE_PLUGIN_PASS : give(it->second, out, cap);
  }
  static size_t kernel_text(const dtrace_plugin_host*, uint64_t address, void* out, size_t size) {
    if (address < 0x1000 || address >= 0x1000 + code.size()) {
      return 0;
    }
    const size_t length = std::min(size, code.size() - (address - 0x1000));
    std::memcpy(out, code.data() + (address - 0x1000), length);
    return length;
  }

  std::string ask(const std::map<std::string, Value>& given,
                  size_t (*function)(const dtrace_plugin_host*, const dtrace_plugin_event*, char*,
                                     size_t)) {
    std::vector<dtrace_plugin_value> values;
    for (const std::string& expression : captures()) {
      dtrace_plugin_value value{};
      value.kind = DTRACE_VALUE_FAULT;
      auto it = given.find(expression);
      if (it != given.end()) {
        fill(value, it->second);
      } else if (expression == "arg6" || expression == "tid" || expression[0] == 'a' ||
                 (expression[0] >= '0' && expression[0] <= '9')) {
        fill(value, expression[0] == 'a' || expression == "tid" ? 0 : std::stoull(expression));
      }
      values.push_back(value);
    }
    dtrace_plugin_event event = {sizeof(event),
                                 0,
                                 ++time_,
                                 &probe_,
                                 values.data(),
                                 static_cast<uint32_t>(values.size()),
                                 sizeof(dtrace_plugin_value)};
    std::string text(4096, '\0');
    const size_t size = function(&host_, &event, text.data(), text.size());
    if (size == DTRACE_PLUGIN_PASS) {
      return "PASS";
    }
    text.resize(size);
    return text;
  }

  static void fill(dtrace_plugin_value& value, const Value& given) {
    if (const auto* number = std::get_if<uint64_t>(&given)) {
      value.kind = DTRACE_VALUE_INTEGER;
      value.integer = *number;
      value.size = 8;
    } else if (const auto* text = std::get_if<std::string>(&given)) {
      value.kind = DTRACE_VALUE_STRING;
      value.bytes = text->c_str();
      value.size = static_cast<uint32_t>(text->size());
    } else {
      const auto& bytes = std::get<std::vector<unsigned char>>(given);
      value.kind = DTRACE_VALUE_BYTES;
      value.bytes = bytes.data();
      value.size = static_cast<uint32_t>(bytes.size());
    }
  }

  void* handle_ = nullptr;
  const struct dtrace_plugin* plugin_ = nullptr;
  dtrace_plugin_host host_{};
  std::string function_, name_;
  std::vector<dtrace_plugin_arg> args_;
  dtrace_plugin_probe probe_{};
  uint64_t time_ = 0;
};

}  // namespace dt::test
