// SPDX-License-Identifier: MIT
#include "cli/tracing.hpp"

#include "cli/messages.hpp"
#include "cli/paths.hpp"
#include "session/provider_catalog.hpp"

namespace dt::cli {

std::vector<consumer::ProviderEntry> read_catalog() {
  std::vector<std::string> problems;
  std::vector<consumer::ProviderEntry> entries;
  for (session::ProviderFile& file :
       session::read_provider_files(config_dirs("providers.d"), &problems)) {
    entries.push_back(consumer::ProviderEntry{std::move(file.name), std::move(file.module),
                                              std::move(file.probe_names),
                                              std::move(file.description), file.needs_function});
  }
  for (const std::string& problem : problems) {
    warn("ignoring provider file " + problem);
  }
  return entries;
}

Tracing::Tracing() : modules_(executable_dir()) {}

Result<void> Tracing::open() {
  auto device = consumer::Device::open(&modules_);
  if (!device) {
    return device.error();
  }
  device_ = std::move(*device);
  probes_.emplace(*device_, &modules_, read_catalog);
  return {};
}

}  // namespace dt::cli
