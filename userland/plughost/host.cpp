// SPDX-License-Identifier: MIT
#include "plughost/host.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <set>

#include "plughost/host_table.hpp"

namespace dt::plughost {

ProbeView::ProbeView(uint32_t id, std::string provider, std::string module, std::string function,
                     std::string name, std::vector<Argument> args, std::string result)
    : texts_{std::move(provider), std::move(module), std::move(function), std::move(name),
             std::move(result)},
      args_(std::move(args)) {
  for (const Argument& arg : args_) {
    abi_args_.push_back({arg.type.c_str(), arg.name.c_str(), arg.size, arg.is_signed ? 1u : 0u});
  }
  probe_.struct_size = sizeof(probe_);
  probe_.id = id;
  probe_.provider = texts_[0].c_str();
  probe_.module = texts_[1].c_str();
  probe_.function = texts_[2].c_str();
  probe_.name = texts_[3].c_str();
  probe_.args = abi_args_.data();
  probe_.nr_args = static_cast<uint32_t>(abi_args_.size());
  probe_.arg_size = sizeof(dtrace_plugin_arg);
  probe_.result = texts_[4].c_str();
}

struct PluginHost::Entry {
  enum class State { New, Works, Broken } state = State::New;
  PluginFile file;
  std::string path;
  std::unique_ptr<HostTable> table;
  std::unique_ptr<Plugin> plugin;
  std::string d_library;
  bool has_library = false;
  std::set<std::string> reported;  // expressions
};

PluginHost::PluginHost(Services& services, std::function<std::vector<PluginFile>()> catalog,
                       std::function<void(const std::string&)> warn)
    : services_(services), read_catalog_(std::move(catalog)), warn_(std::move(warn)) {}

PluginHost::~PluginHost() = default;

PluginHost::Entry* PluginHost::entry(const std::string& provider) {
  if (last_ != nullptr && last_->file.provider == provider) {
    return last_;
  }
  if (provider == "dtrace") {
    return nullptr;  // the core's own probes have no arguments: the catalog is not read for them
  }
  if (!is_catalog_read_) {
    is_catalog_read_ = true;
    for (PluginFile& file : read_catalog_()) {
      auto one = std::make_unique<Entry>();
      std::string key = file.provider;
      one->file = std::move(file);
      entries_.insert_or_assign(std::move(key), std::move(one));
    }
  }
  const auto found = entries_.find(provider);
  if (found == entries_.end()) {
    return nullptr;
  }
  last_ = found->second.get();
  return last_;
}

bool PluginHost::has_plugin(const std::string& provider) { return entry(provider) != nullptr; }

bool PluginHost::works(const std::string& provider) {
  Entry* at = entry(provider);
  return at != nullptr && working(*at) != nullptr;
}

Result<void> PluginHost::load(Entry& entry) {
  for (const std::string& path : entry.file.paths) {
    if (::access(path.c_str(), F_OK) == 0) {
      entry.path = path;
      break;
    }
  }
  if (entry.path.empty()) {
    std::string all;
    for (const std::string& path : entry.file.paths) {
      all += (all.empty() ? "" : " and no ") + path;
    }
    return Error{"there is no " + (all.empty() ? entry.file.name : all), ENOENT};
  }
  entry.table =
      std::make_unique<HostTable>(services_, entry.file.provider, std::move(entry.file.options));
  auto plugin = Plugin::load(entry.path, entry.file.provider, entry.table->abi());
  if (!plugin) {
    return plugin.error();
  }
  entry.plugin = std::move(*plugin);
  return {};
}

void PluginHost::give_up(const std::string& provider, const std::string& why) {
  Entry* at = entry(provider);
  if (at == nullptr || at->state == Entry::State::Broken) {
    return;
  }
  at->state = Entry::State::Broken;
  const std::string where = at->path.empty() ? "" : " (" + at->path + ")";
  warn_(fmt::format("plugin {}{} does not work: {}; arguments of {} probes are shown raw",
                    at->file.name, where, why, provider));
}

Plugin* PluginHost::working(Entry& entry) {
  if (entry.state == Entry::State::New) {
    if (Result<void> loaded = load(entry); !loaded) {
      give_up(entry.file.provider, loaded.error().message);
      return nullptr;
    }
    entry.state = Entry::State::Works;
  }
  return entry.state == Entry::State::Works ? entry.plugin.get() : nullptr;
}

template <typename Ask>
PluginAnswer PluginHost::ask(const std::string& provider, Ask ask) {
  Entry* at = entry(provider);
  if (at == nullptr) {
    return {};
  }
  Plugin* plugin = working(*at);
  if (plugin == nullptr) {
    return {PluginAnswer::Kind::Broken, {}};
  }
  Result<PluginText> answer = ask(*plugin);
  if (!answer) {
    give_up(provider, answer.error().message);
    return {PluginAnswer::Kind::Broken, {}};
  }
  if (!*answer) {
    return {};
  }
  return {PluginAnswer::Kind::Text, **answer};
}

PluginAnswer PluginHost::captures(const ProbeView& probe) {
  return ask(probe.provider(), [&](Plugin& plugin) { return plugin.captures(probe.abi()); });
}

namespace {

dtrace_plugin_event event_of(const ProbeView& probe, uint32_t cpu, uint64_t time,
                             const std::vector<dtrace_plugin_value>& values) {
  dtrace_plugin_event event{};
  event.struct_size = sizeof(event);
  event.cpu = cpu;
  event.time = time;
  event.probe = &probe.abi();
  event.values = values.data();
  event.nr_values = static_cast<uint32_t>(values.size());
  event.value_size = sizeof(dtrace_plugin_value);
  return event;
}

}  // namespace

PluginAnswer PluginHost::format(const ProbeView& probe, uint32_t cpu, uint64_t time,
                                const std::vector<dtrace_plugin_value>& values) {
  const dtrace_plugin_event event = event_of(probe, cpu, time, values);
  return ask(probe.provider(), [&](Plugin& plugin) { return plugin.format(event); });
}

PluginAnswer PluginHost::fields(const ProbeView& probe, uint32_t cpu, uint64_t time,
                                const std::vector<dtrace_plugin_value>& values) {
  const dtrace_plugin_event event = event_of(probe, cpu, time, values);
  return ask(probe.provider(), [&](Plugin& plugin) { return plugin.fields(event); });
}

std::string_view PluginHost::d_library(const std::string& provider) {
  Entry* at = entry(provider);
  Plugin* plugin = at != nullptr ? working(*at) : nullptr;
  if (plugin == nullptr) {
    return {};
  }
  if (!at->has_library) {
    at->has_library = true;
    Result<std::string> text = plugin->d_library();
    if (!text) {
      give_up(provider, text.error().message);
      return {};
    }
    at->d_library = std::move(*text);
  }
  return at->d_library;
}

void PluginHost::report_expression(const std::string& provider, const std::string& expression,
                                   const std::string& message) {
  Entry* at = entry(provider);
  if (at != nullptr && at->reported.insert(expression).second) {
    warn_(fmt::format("plugin {}: cannot record {}: {}", at->file.name, expression, message));
  }
}

Result<std::string> PluginHost::check(const std::string& provider) {
  Entry* at = entry(provider);
  if (at == nullptr) {
    return Error{"provider " + provider + " has no plugin", ENOENT};
  }
  if (at->state == Entry::State::New) {
    if (Result<void> loaded = load(*at); !loaded) {
      return loaded.error();
    }
    at->state = Entry::State::Works;
  }
  if (at->plugin == nullptr) {
    return Error{"it does not work", EFAULT};
  }
  return at->plugin->version();
}

}  // namespace dt::plughost
