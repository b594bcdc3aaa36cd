// SPDX-License-Identifier: MIT
// PluginHost: which plugin is whose, loaded when it is first needed; what plugins may ask for; and
// that a plugin which does not work costs one warning. Start here.
#pragma once

#include <dtrace_plugin.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plughost/plugin.hpp"
#include "plughost/services.hpp"

namespace dt::plughost {

// A provider's plugin, as the provider's YAML file names it.
struct PluginFile {
  std::string provider;
  std::string name;                // as written there
  std::vector<std::string> paths;  // where it may be; the first one that exists is taken
  std::map<std::string, std::string> options;
};

// A probe as plugins see it. Keeps the texts that the ABI's structures point to.
class ProbeView {
 public:
  struct Argument {
    std::string type, name;
    uint32_t size = 0;
    bool is_signed = false;
  };
  ProbeView(uint32_t id, std::string provider, std::string module, std::string function,
            std::string name, std::vector<Argument> args, std::string result);
  ProbeView(const ProbeView&) = delete;
  ProbeView& operator=(const ProbeView&) = delete;

  const std::string& provider() const { return texts_[0]; }
  const dtrace_plugin_probe& abi() const { return probe_; }

 private:
  std::string texts_[5];
  std::vector<Argument> args_;
  std::vector<dtrace_plugin_arg> abi_args_;
  dtrace_plugin_probe probe_{};
};

struct PluginAnswer {
  enum class Kind { Text, Pass, Broken } kind = Kind::Pass;
  std::string_view text;  // until the next question
};

class PluginHost {
 public:
  // catalog: every known plugin, read when the first one is asked for. warn: gets each warning
  // once.
  PluginHost(Services& services, std::function<std::vector<PluginFile>()> catalog,
             std::function<void(const std::string&)> warn);
  ~PluginHost();
  PluginHost(const PluginHost&) = delete;
  PluginHost& operator=(const PluginHost&) = delete;

  // Does a provider's file name a plugin? Loads nothing.
  bool has_plugin(const std::string& provider);
  // Is there a plugin and does it load? Says what is wrong, once.
  bool works(const std::string& provider);
  // Broken: there is no such plugin or it does not work; it was said.
  PluginAnswer captures(const ProbeView& probe);
  PluginAnswer format(const ProbeView& probe, uint32_t cpu, uint64_t time,
                      const std::vector<dtrace_plugin_value>& values);
  PluginAnswer fields(const ProbeView& probe, uint32_t cpu, uint64_t time,
                      const std::vector<dtrace_plugin_value>& values);
  // D text of the provider's plugin, "" = none.
  std::string_view d_library(const std::string& provider);
  // An answer was not what it should be: the plugin is not asked again.
  void give_up(const std::string& provider, const std::string& why);
  // An expression of the plugin that does not compile: warns once for each.
  void report_expression(const std::string& provider, const std::string& expression,
                         const std::string& message);

  // For listings: version of a plugin that loads; else why it does not.
  Result<std::string> check(const std::string& provider);

 private:
  struct Entry;
  Entry* entry(const std::string& provider);
  Plugin* working(Entry& entry);
  Result<void> load(Entry& entry);
  template <typename Ask>
  PluginAnswer ask(const std::string& provider, Ask ask);

  Services& services_;
  std::function<std::vector<PluginFile>()> read_catalog_;
  std::function<void(const std::string&)> warn_;
  bool is_catalog_read_ = false;
  std::map<std::string, std::unique_ptr<Entry>, std::less<>> entries_;
  Entry* last_ = nullptr;  // the one asked last: mostly the next one, too
};

}  // namespace dt::plughost
