// SPDX-License-Identifier: MIT
// The functions that plugins call. No exception may cross into a plugin, and what a plugin passes
// is believed no further than C can.
#include "plughost/host_table.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstring>

namespace dt::plughost {

const HostTable& table_of(const dtrace_plugin_host* host) {
  return *reinterpret_cast<const HostTable::Abi*>(host)->self;
}

namespace {

size_t hand_over(const std::optional<std::string>& text, char* out, size_t cap) {
  if (!text) {
    return DTRACE_PLUGIN_PASS;
  }
  if (out != nullptr && cap != 0) {
    const size_t length = std::min(text->size(), cap - 1);
    std::memcpy(out, text->data(), length);
    out[length] = '\0';
  }
  return text->size();
}

// Ours does not throw but for want of memory.
template <typename Ask>
size_t answer(char* out, size_t cap, const Ask& ask) {
  try {
    return hand_over(ask(), out, cap);
  } catch (...) {
    return DTRACE_PLUGIN_PASS;
  }
}

size_t kernel_symbol(const dtrace_plugin_host* host, uint64_t address, char* out, size_t cap) {
  return answer(out, cap, [&] { return table_of(host).services().kernel_symbol(address); });
}

size_t user_symbol(const dtrace_plugin_host* host, uint32_t pid, uint64_t address, char* out,
                   size_t cap) {
  return answer(out, cap, [&] { return table_of(host).services().user_symbol(pid, address); });
}

size_t type_text(const dtrace_plugin_host* host, const char* type, const void* bytes, size_t size,
                 char* out, size_t cap) {
  return answer(out, cap, [&]() -> std::optional<std::string> {
    if (type == nullptr || bytes == nullptr) {
      return std::nullopt;
    }
    return table_of(host).services().type_text(type, {static_cast<const std::byte*>(bytes), size});
  });
}

size_t kernel_text(const dtrace_plugin_host* host, uint64_t address, void* out, size_t size) {
  try {
    return table_of(host).services().kernel_text(address, {static_cast<std::byte*>(out), size});
  } catch (...) {
    return 0;
  }
}

size_t fd_path(const dtrace_plugin_host* host, uint32_t pid, int32_t fd, char* out, size_t cap) {
  if (pid > INT32_MAX || fd < 0) {
    return DTRACE_PLUGIN_PASS;
  }
  char link[64];
  std::snprintf(link, sizeof(link), "/proc/%u/fd/%d", table_of(host).services().local_pid(pid), fd);
  char target[PATH_MAX];
  const ssize_t length = ::readlink(link, target, sizeof(target));
  if (length < 0) {
    return DTRACE_PLUGIN_PASS;
  }
  return answer(out, cap, [&] {
    return std::optional<std::string>(std::string(target, static_cast<size_t>(length)));
  });
}

size_t option(const dtrace_plugin_host* host, const char* key, char* out, size_t cap) {
  return answer(out, cap, [&]() -> std::optional<std::string> {
    return key == nullptr ? std::nullopt : table_of(host).option(key);
  });
}

}  // namespace

HostTable::HostTable(Services& services, std::string provider,
                     std::map<std::string, std::string> options)
    : services_(services), provider_(std::move(provider)), options_(std::move(options)) {
  abi_.self = this;
  dtrace_plugin_host& table = abi_.table;
  table.abi_version = DTRACE_PLUGIN_ABI;
  table.struct_size = sizeof(dtrace_plugin_host);
  table.kernel_symbol = &dt::plughost::kernel_symbol;
  table.user_symbol = &dt::plughost::user_symbol;
  table.type_text = &dt::plughost::type_text;
  table.kernel_text = &dt::plughost::kernel_text;
  table.fd_path = &dt::plughost::fd_path;
  table.option = &dt::plughost::option;
}

std::optional<std::string> HostTable::option(const std::string& key) const {
  if (auto set = services_.option(provider_, key)) {
    return set;
  }
  const auto found = options_.find(key);
  return found == options_.end() ? std::nullopt : std::optional<std::string>(found->second);
}

}  // namespace dt::plughost
