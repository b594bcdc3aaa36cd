// SPDX-License-Identifier: MIT
#include "cli/providers_list.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/decoder.hpp"
#include "cli/messages.hpp"
#include "cli/paths.hpp"
#include "cli/tracing.hpp"
#include "consumer/modules.hpp"

namespace dt::cli {

namespace {

using Json = nlohmann::ordered_json;

struct Row {
  const session::ProviderFile* file;
  std::string module_file;  // "" = modprobe has to know it
  bool is_loaded = false;
  std::string plugin_file;  // "" = not found
  std::optional<uint32_t> nr_probes;
};

// Of the providers that are registered now; empty if the core is not loaded or not accessible.
std::map<std::string, uint32_t> registered(const consumer::ModuleLoader& modules) {
  std::map<std::string, uint32_t> found;
  if (!modules.is_loaded("dtrace")) {
    return found;
  }
  auto device = consumer::Device::open(nullptr);
  if (!device) {
    warn(fmt::format("numbers of probes are not known: {}", device.error().message));
    return found;
  }
  if (auto infos = (*device)->providers()) {
    for (const dtrace_provider_info& info : *infos) {
      found[info.name] = info.nr_probes;
    }
  }
  return found;
}

std::string find_plugin(const session::ProviderFile& provider) {
  for (const std::string& path : plugin_paths(provider)) {
    if (::access(path.c_str(), R_OK) == 0) {
      return path;
    }
  }
  return {};
}

std::string module_state(const Row& row) {
  return row.is_loaded ? "loaded" : !row.module_file.empty() ? "found" : "no file";
}

std::string plugin_state(const Row& row) {
  return row.file->plugin.empty() ? "none" : row.plugin_file.empty() ? "no file" : "found";
}

void print_text(const std::vector<Row>& rows) {
  std::fputs(fmt::format("{:<12} {:<20} {:<8} {:<12} {:<8} {:>7}  {}\n", "PROVIDER", "MODULE",
                         "STATE", "PLUGIN", "STATE", "PROBES", "FILE")
                 .c_str(),
             stdout);
  for (const Row& row : rows) {
    const std::string module = row.file->module.substr(row.file->module.rfind('/') + 1);
    const std::string plugin = row.file->plugin.substr(row.file->plugin.rfind('/') + 1);
    std::fputs(fmt::format("{:<12} {:<20} {:<8} {:<12} {:<8} {:>7}  {}\n", row.file->name, module,
                           module_state(row), plugin.empty() ? "-" : plugin, plugin_state(row),
                           row.nr_probes ? std::to_string(*row.nr_probes) : "-", row.file->path)
                   .c_str(),
               stdout);
    if (!row.file->description.empty()) {
      std::fputs(fmt::format("{:<12} {}\n", "", row.file->description).c_str(), stdout);
    }
  }
}

void print_json(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    Json object = {{"name", row.file->name},         {"description", row.file->description},
                   {"file", row.file->path},         {"module", row.file->module},
                   {"module_file", row.module_file}, {"is_loaded", row.is_loaded},
                   {"plugin", row.file->plugin},     {"plugin_file", row.plugin_file}};
    if (row.nr_probes) {
      object["probes"] = *row.nr_probes;
    }
    const std::string line = object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    std::fputs(line.c_str(), stdout);
  }
}

}  // namespace

int run_providers_list(const Arguments& arguments) {
  const auto files = read_provider_catalog();
  if (files.empty()) {
    warn("no providers found");
    return kExitError;
  }
  const consumer::ModuleLoader modules(executable_dir());
  const auto probes = registered(modules);
  std::vector<Row> rows;
  for (const session::ProviderFile& file : files) {
    Row row{&file, modules.find_file(file.module), modules.is_loaded(file.module),
            find_plugin(file), std::nullopt};
    if (const auto found = probes.find(file.name); found != probes.end()) {
      row.nr_probes = found->second;
    }
    rows.push_back(std::move(row));
  }
  arguments.is_json ? print_json(rows) : print_text(rows);
  return std::fflush(stdout) == 0 ? 0 : kExitError;
}

}  // namespace dt::cli
