// SPDX-License-Identifier: MIT
// One loaded plugin: Plugin. Its file is opened with Boost.DLL, its table checked, and every call
// into it guarded. An Error of any function means that the plugin is not to be called again.
#pragma once

#include <dtrace_plugin.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "plughost/text_room.hpp"

namespace dt::plughost {

// nullopt: the plugin has nothing to say. The text is valid until the next call of the same plugin.
using PluginText = std::optional<std::string_view>;

class Plugin {
 public:
  // host lives as long as the plugin.
  static Result<std::unique_ptr<Plugin>> load(const std::string& path, const std::string& provider,
                                              const dtrace_plugin_host* host);
  ~Plugin();
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  const std::string& name() const { return name_; }
  const std::string& version() const { return version_; }
  Result<PluginText> captures(const dtrace_plugin_probe& probe);
  Result<PluginText> format(const dtrace_plugin_event& event);
  Result<PluginText> fields(const dtrace_plugin_event& event);
  Result<std::string> d_library();

 private:
  struct Library;  // Boost's
  explicit Plugin(const dtrace_plugin_host* host);
  Result<void> open(const std::string& path, const std::string& provider);

  template <typename Function, typename Subject>
  Result<PluginText> ask(const char* what, Function function, const Subject& subject);

  const dtrace_plugin_host* host_;
  std::unique_ptr<Library> library_;
  struct dtrace_plugin table_ {};  // what the plugin has of it, the rest is NULL
  std::string name_, version_;
  TextRoom room_;
};

}  // namespace dt::plughost
