// SPDX-License-Identifier: MIT
#include "session/provider_catalog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "session/parameter.hpp"
#include "session/schema.hpp"
#include "session/session_catalog.hpp"
#include "session/yaml_file.hpp"

namespace dt::session {

namespace {

bool is_name(const std::string& text, const char* also) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view(also).find(c) != std::string_view::npos;
  });
}

class ProviderReader {
 public:
  ProviderReader(const YamlFile& yaml, Problems* problems) : yaml_(yaml), problems_(*problems) {}

  ProviderFile read(const std::string& default_name) {
    ProviderFile provider;
    provider.path = yaml_.source().name;
    provider.folder = provider.path.substr(0, provider.path.rfind('/'));
    provider.name = default_name;
    if (!yaml_.root().is_map()) {
      problems_.add(yaml_.at(yaml_.root().offset), 1,
                    fmt::format("the file is {}, expected a map with name, module and plugin",
                                form_name(yaml_.root())));
      return provider;
    }
    const auto keys =
        yaml_.entries(yaml_.root(), rules_of(Object::Provider), "a provider file", &problems_);
    for (const YamlEntry& entry : keys) {
      take(entry, &provider);
    }
    if (find_entry(keys, "module") == nullptr) {
      provider.module = "dtrace_" + provider.name;
      std::replace(provider.module.begin(), provider.module.end(), '-', '_');
    }
    return provider;
  }

 private:
  void fail(const YamlValue& value, const std::string& message) {
    const size_t length = value.is_scalar() ? std::max<size_t>(1, value.node.Scalar().size()) : 1;
    problems_.add(yaml_.at(value.offset), length, message);
  }

  void take(const YamlEntry& entry, ProviderFile* provider) {
    const std::string text = yaml_.text(entry.value).trimmed().text();
    if (entry.key == "name") {
      if (!is_name(text, "_-")) {
        fail(entry.value, fmt::format("'{}' cannot be a provider's name", text));
      }
      provider->name = text;
    } else if (entry.key == "module") {
      provider->module = file_or_name(entry, text, *provider, ".ko");
    } else if (entry.key == "plugin") {
      file_or_name(entry, text, *provider, ".so");
      provider->plugin = text;
    } else if (entry.key == "description") {
      provider->description = text;
    } else if (entry.key == "names") {
      for (const YamlValue& name : yaml_.items(entry.value)) {
        if (!name.is_scalar() || name.node.Scalar().empty()) {
          fail(name, fmt::format("a probe name is {}, expected a glob", form_name(name)));
          continue;
        }
        provider->probe_names.push_back(name.node.Scalar());
      }
    } else if (entry.key == "plugin_options") {
      for (const YamlEntry& option :
           yaml_.entries(entry.value, {}, "'plugin_options'", &problems_)) {
        if (!option.value.is_scalar()) {
          fail(option.value, fmt::format("option '{}' is {}, expected a value", option.key,
                                         form_name(option.value)));
          continue;
        }
        provider->plugin_options[option.key] = option.value.node.Scalar();
      }
    } else if (entry.key == "arguments") {
      for (const YamlEntry& rule : yaml_.entries(entry.value, {}, "'arguments'", &problems_)) {
        provider->arguments.push_back(argument_rule(rule));
      }
    } else {
      auto flag = parse_bool(text);
      if (!flag) {
        fail(entry.value, fmt::format("'{}': {}", entry.key, flag.error().message));
        return;
      }
      (entry.key == "needs_function" ? provider->needs_function : provider->is_on_demand) = *flag;
    }
  }

  // "type", or "type : type that is shown".
  ArgumentRule argument_rule(const YamlEntry& entry) {
    ArgumentRule rule;
    rule.names = entry.key;
    if (!entry.value.is_list()) {
      fail(entry.value, fmt::format("the arguments of '{}' are {}, expected a list of types",
                                    entry.key, form_name(entry.value)));
      return rule;
    }
    for (const YamlValue& item : yaml_.items(entry.value)) {
      const std::string text = yaml_.text(item).trimmed().text();
      if (text.empty()) {
        fail(item, fmt::format("a type is {}, expected text", form_name(item)));
        continue;
      }
      const size_t colon = text.find(" : ");
      rule.types.push_back(colon == std::string::npos
                               ? ArgumentRule::Type{text, ""}
                               : ArgumentRule::Type{text.substr(0, colon), text.substr(colon + 3)});
    }
    return rule;
  }

  // A path relative to the YAML file becomes absolute where that is what the loader wants.
  std::string file_or_name(const YamlEntry& entry, const std::string& text,
                           const ProviderFile& provider, const std::string& ending) {
    const bool has_ending = text.size() > ending.size() &&
                            text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
    if (text.find('/') != std::string::npos) {
      if (!has_ending) {
        fail(entry.value,
             fmt::format("'{}': expected a name, or the path of a {} file", entry.key, ending));
      }
      return text[0] == '/' ? text : provider.folder + "/" + text;
    }
    if (!is_name(text, "_-") || has_ending) {
      fail(entry.value,
           has_ending
               ? fmt::format("'{}': expected a name without {}, or a path with a /", entry.key,
                             ending)
               : fmt::format("'{}': expected a name, or the path of a {} file", entry.key, ending));
    }
    return text;
  }

  const YamlFile& yaml_;
  Problems& problems_;
};

}  // namespace

std::vector<ProviderFile> read_provider_files(const std::vector<std::string>& folders,
                                              std::vector<std::string>* problems) {
  std::map<std::string, ProviderFile> providers;
  for (const std::string& folder : folders) {
    for (const std::string& file : yaml_files(folder)) {
      Problems found;
      auto source = read_source(folder + "/" + file);
      if (!source) {
        problems->push_back(source.error().message);
        continue;
      }
      const auto yaml = YamlFile::parse(*source, &found);
      ProviderFile provider;
      if (yaml) {
        provider = ProviderReader(*yaml, &found).read(file.substr(0, file.size() - 5));
      }
      if (found.has_errors()) {
        problems->push_back(found.text());
        continue;
      }
      std::string name = provider.name;
      providers[std::move(name)] = std::move(provider);
    }
  }
  std::vector<ProviderFile> list;
  for (auto& [name, provider] : providers) {
    list.push_back(std::move(provider));
  }
  return list;
}

}  // namespace dt::session
