// SPDX-License-Identifier: MIT
#include "session/provider_catalog.hpp"

#include <dirent.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <memory>

namespace dt::session {

namespace {

std::vector<std::string> yaml_files(const std::string& folder) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(folder.c_str()), ::closedir);
  while (dir) {
    const dirent* entry = ::readdir(dir.get());
    if (entry == nullptr) {
      break;
    }
    const std::string name = entry->d_name;
    if (name.size() > 5 && name.compare(name.size() - 5, 5, ".yaml") == 0) {
      names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

ProviderFile read_file(const std::string& path, const std::string& default_name) {
  const YAML::Node root = YAML::LoadFile(path);
  ProviderFile provider;
  provider.name = root["name"]       ? root["name"].as<std::string>()
                  : root["provider"] ? root["provider"].as<std::string>()
                                     : default_name;
  provider.module = root["module"] ? root["module"].as<std::string>() : "dtrace_" + provider.name;
  if (root["description"]) {
    provider.description = root["description"].as<std::string>();
  }
  if (const YAML::Node names = root["names"]; names && names.IsSequence()) {
    for (const YAML::Node& name : names) {
      provider.probe_names.push_back(name.as<std::string>());
    }
  }
  if (root["needs_function"]) {
    provider.needs_function = root["needs_function"].as<bool>();
  }
  return provider;
}

}  // namespace

std::vector<ProviderFile> read_provider_files(const std::vector<std::string>& folders,
                                              std::vector<std::string>* problems) {
  std::map<std::string, ProviderFile> providers;
  for (const std::string& folder : folders) {
    for (const std::string& file : yaml_files(folder)) {
      const std::string path = folder + "/" + file;
      try {
        ProviderFile provider = read_file(path, file.substr(0, file.size() - 5));
        std::string name = provider.name;
        providers[std::move(name)] = std::move(provider);
      } catch (const YAML::Exception& error) {
        problems->push_back(path + ": " + error.what());
      }
    }
  }
  std::vector<ProviderFile> list;
  for (auto& [name, provider] : providers) {
    list.push_back(std::move(provider));
  }
  return list;
}

}  // namespace dt::session
