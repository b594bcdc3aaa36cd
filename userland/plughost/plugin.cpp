// SPDX-License-Identifier: MIT
#include "plughost/plugin.hpp"

#include <dlfcn.h>
#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>

#include "plughost/guard.hpp"

namespace dt::plughost {

namespace {

constexpr size_t kFirstRoom = 16 * 1024;
constexpr size_t kMostRoom = 1024 * 1024;
constexpr int kMostTries = 4;
// The table of the first plugins: it may only be longer.
constexpr uint32_t kLeastTable = offsetof(struct dtrace_plugin, d_library) + sizeof(void*);

// The file stays loaded until the process ends: after a crash nothing of it may run again, its
// destructors included.
constexpr auto kLoadMode =
    static_cast<boost::dll::load_mode::type>(boost::dll::load_mode::rtld_now | RTLD_NODELETE);

Error broken(std::string why) { return Error{std::move(why), EFAULT}; }

// Text of the plugin's own memory, read while a crash is survivable.
struct Copy {
  const char* from;
  char* to;
  size_t room;
};

void copy_text(void* argument) {
  auto* copy = static_cast<Copy*>(argument);
  size_t length = 0;
  while (copy->from != nullptr && length + 1 < copy->room && copy->from[length] != '\0') {
    copy->to[length] = copy->from[length];
    length++;
  }
  copy->to[length] = '\0';
}

}  // namespace

struct Plugin::Library {
  boost::dll::shared_library file;
};

Plugin::Plugin(const dtrace_plugin_host* host)
    : host_(host), library_(std::make_unique<Library>()), room_(kFirstRoom) {}

Plugin::~Plugin() = default;

Result<std::unique_ptr<Plugin>> Plugin::load(const std::string& path, const std::string& provider,
                                             const dtrace_plugin_host* host) {
  std::unique_ptr<Plugin> plugin(new Plugin(host));
  if (Result<void> opened = plugin->open(path, provider); !opened) {
    return opened.error();
  }
  return plugin;
}

Result<void> Plugin::open(const std::string& path, const std::string& provider) {
  struct Load {
    boost::dll::shared_library* file;
    const char* path;
    boost::dll::fs::error_code error;
  } load{&library_->file, path.c_str(), {}};
  // Code of the file runs while it is loaded.
  std::string failure = run_guarded(
      [](void* argument) {
        auto* to = static_cast<Load*>(argument);
        to->file->load(to->path, to->error, kLoadMode);
      },
      &load);
  if (!failure.empty()) {
    return broken("it " + failure + " while being loaded");
  }
  if (load.error || !library_->file.is_loaded()) {
    return broken("it cannot be loaded: " + load.error.message());
  }
  if (!library_->file.has(DTRACE_PLUGIN_SYMBOL)) {
    return broken(fmt::format("it has no function {}()", DTRACE_PLUGIN_SYMBOL));
  }
  struct Start {
    dtrace_plugin_entry entry;
    const dtrace_plugin_host* host;
    struct dtrace_plugin* table;
    const void* found;
    uint32_t abi_version, struct_size;
  } start{};
  start.entry =
      &library_->file.get<std::remove_pointer_t<dtrace_plugin_entry>>(DTRACE_PLUGIN_SYMBOL);
  start.host = host_;
  start.table = &table_;
  failure = run_guarded(
      [](void* argument) {
        auto* to = static_cast<Start*>(argument);
        const struct dtrace_plugin* table = to->entry(to->host);
        to->found = table;
        if (table == nullptr) {
          return;
        }
        to->abi_version = table->abi_version;
        to->struct_size = table->struct_size;
        if (table->abi_version == DTRACE_PLUGIN_ABI && table->struct_size >= kLeastTable) {
          std::memcpy(to->table, table, std::min<size_t>(table->struct_size, sizeof(*table)));
        }
      },
      &start);
  if (!failure.empty()) {
    return broken(fmt::format("its {}() {}", DTRACE_PLUGIN_SYMBOL, failure));
  }
  if (start.found == nullptr) {
    return broken("it says that it cannot work here");
  }
  if (start.abi_version != DTRACE_PLUGIN_ABI) {
    return broken(fmt::format("it is built for version {} of the plugin interface, this is {}",
                              start.abi_version, DTRACE_PLUGIN_ABI));
  }
  if (start.struct_size < kLeastTable) {
    return broken(fmt::format("its table has {} bytes, at least {} are needed", start.struct_size,
                              kLeastTable));
  }
  char text[128];
  std::string of_provider;
  for (const auto& [from, to] :
       {std::pair{table_.name, &name_}, std::pair{table_.provider, &of_provider},
        std::pair{table_.version, &version_}}) {
    Copy copy{from, text, sizeof(text)};
    if (failure = run_guarded(copy_text, &copy); !failure.empty()) {
      return broken("its table holds bad pointers");
    }
    *to = text;
  }
  if (of_provider != provider) {
    return broken(fmt::format("it is for provider {}, not for {}",
                              of_provider.empty() ? "(none)" : of_provider, provider));
  }
  return {};
}

template <typename Function, typename Subject>
Result<PluginText> Plugin::ask(const char* what, Function function, const Subject& subject) {
  if (function == nullptr) {
    return PluginText();
  }
  struct Call {
    Function function;
    const dtrace_plugin_host* host;
    const Subject* subject;
    char* out;
    size_t cap;
    size_t length;
  } call{function, host_, &subject, nullptr, 0, 0};
  for (int attempt = 0; attempt < kMostTries; attempt++) {
    call.out = room_.data();
    call.cap = room_.size();
    call.out[0] = '\0';
    std::string failure = run_guarded(
        [](void* argument) {
          auto* to = static_cast<Call*>(argument);
          to->length = to->function(to->host, to->subject, to->out, to->cap);
        },
        &call);
    if (!failure.empty()) {
      return broken(fmt::format("its {}() {}", what, failure));
    }
    if (call.length == DTRACE_PLUGIN_PASS) {
      return PluginText();
    }
    if (call.length < call.cap) {
      return PluginText(std::string_view(call.out, ::strnlen(call.out, call.length)));
    }
    if (call.length >= kMostRoom) {
      return broken(
          fmt::format("its {}() wants {} bytes, more than {}", what, call.length, kMostRoom));
    }
    if (!room_.grow(call.length + 1)) {
      return broken("there is no memory for its text");
    }
  }
  return broken(fmt::format("its {}() wants more room every time", what));
}

Result<PluginText> Plugin::captures(const dtrace_plugin_probe& probe) {
  return ask("captures", table_.captures, probe);
}

Result<PluginText> Plugin::format(const dtrace_plugin_event& event) {
  return ask("format", table_.format, event);
}

Result<PluginText> Plugin::fields(const dtrace_plugin_event& event) {
  return ask("fields", table_.fields, event);
}

Result<std::string> Plugin::d_library() {
  if (table_.d_library == nullptr) {
    return std::string();
  }
  struct Call {
    const char* (*function)(void);
    const char* text;
    size_t length;
  } call{table_.d_library, nullptr, 0};
  std::string failure = run_guarded(
      [](void* argument) {
        auto* to = static_cast<Call*>(argument);
        to->text = to->function();
        to->length = to->text != nullptr ? ::strnlen(to->text, kMostRoom) : 0;
      },
      &call);
  if (!failure.empty()) {
    return broken("its d_library() " + failure);
  }
  return std::string(call.text != nullptr ? call.text : "", call.length);
}

}  // namespace dt::plughost
