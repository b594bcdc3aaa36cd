// SPDX-License-Identifier: MIT
// The table of functions that a plugin gets: HostTable, one for each plugin.
#pragma once

#include <dtrace_plugin.h>

#include <map>
#include <string>

#include "plughost/services.hpp"

namespace dt::plughost {

class HostTable {
 public:
  HostTable(Services& services, std::string provider, std::map<std::string, std::string> options);
  HostTable(const HostTable&) = delete;
  HostTable& operator=(const HostTable&) = delete;

  const dtrace_plugin_host* abi() const { return &abi_.table; }

  Services& services() const { return services_; }
  // The value of an option; nullopt = not set.
  std::optional<std::string> option(const std::string& key) const;

 private:
  struct Abi {
    dtrace_plugin_host table;  // first: plugins hand its address back
    const HostTable* self;
  };
  friend const HostTable& table_of(const dtrace_plugin_host* host);

  Abi abi_{};
  Services& services_;
  std::string provider_;
  std::map<std::string, std::string> options_;
};

}  // namespace dt::plughost
