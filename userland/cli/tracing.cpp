// SPDX-License-Identifier: MIT
#include "cli/tracing.hpp"

#include "cli/messages.hpp"
#include "cli/paths.hpp"

namespace dt::cli {

std::vector<session::ProviderFile> read_provider_catalog() {
  std::vector<std::string> problems;
  std::vector<session::ProviderFile> files =
      session::read_provider_files(config_dirs("providers.d"), &problems);
  for (const std::string& problem : problems) {
    warn("ignoring provider file " + problem);
  }
  return files;
}

namespace {

std::vector<consumer::ProviderEntry> provider_entries(
    const std::vector<session::ProviderFile>& files) {
  std::vector<consumer::ProviderEntry> entries;
  for (const session::ProviderFile& file : files) {
    entries.push_back(consumer::ProviderEntry{file.name, file.module, file.probe_names,
                                              file.description, file.needs_function});
  }
  return entries;
}

}  // namespace

std::vector<consumer::ProviderEntry> read_catalog() {
  return provider_entries(read_provider_catalog());
}

std::vector<std::string> plugin_paths(const session::ProviderFile& provider) {
  const std::string& name = provider.plugin;
  if (name.empty()) {
    return {};
  }
  if (name.find('/') != std::string::npos) {
    return {name[0] == '/' ? name : provider.folder + "/" + name};
  }
  const std::string here = executable_dir();
  const std::string prefix = here.substr(0, here.rfind('/'));
  return {prefix + "/plugins/" + name + ".so", prefix + "/lib/dtrace/plugins/" + name + ".so"};
}

const std::vector<session::ProviderFile>& Tracing::catalog() {
  if (!catalog_) {
    catalog_ = read_provider_catalog();
  }
  return *catalog_;
}

Tracing::Tracing() : modules_(executable_dir()) {}

Result<void> Tracing::open() {
  auto device = consumer::Device::open(&modules_);
  if (!device) {
    return device.error();
  }
  device_ = std::move(*device);
  probes_.emplace(*device_, &modules_, [this] { return provider_entries(catalog()); });
  return {};
}

}  // namespace dt::cli
