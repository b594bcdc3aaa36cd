// SPDX-License-Identifier: MIT
// The JSON Schemas in config/schema say the same as the tables that the command goes by, and all
// shipped sessions and providers are valid.
#include "session/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "session/loader.hpp"
#include "session/parameter.hpp"
#include "session/provider_catalog.hpp"
#include "session/session_catalog.hpp"
#include "session/yaml_file.hpp"

namespace dt::session {
namespace {

const std::string kConfig = std::string(DT_TEST_SOURCE_DIR) + "/config";

// The forms that a property of the schema allows.
unsigned forms_of(const YAML::Node& property, const YAML::Node& root) {
  if (property["$ref"]) {
    const std::string name = property["$ref"].as<std::string>();
    return forms_of(root["$defs"][name.substr(name.rfind('/') + 1)], root);
  }
  std::vector<std::string> types;
  if (property["type"].IsSequence()) {
    types = property["type"].as<std::vector<std::string>>();
  } else {
    types = {property["type"].as<std::string>()};
  }
  unsigned forms = 0;
  for (const std::string& type : types) {
    forms |= static_cast<unsigned>(type == "array"    ? Form::List
                                   : type == "object" ? Form::Map
                                                      : Form::Scalar);
  }
  return forms;
}

void expect_same(const YAML::Node& object, std::span<const KeyRule> rules, const YAML::Node& root) {
  EXPECT_FALSE(object["additionalProperties"].as<bool>());
  std::vector<std::string> required;
  if (object["required"]) {
    required = object["required"].as<std::vector<std::string>>();
  }
  EXPECT_EQ(object["properties"].size(), rules.size());
  for (const KeyRule& rule : rules) {
    const YAML::Node property = object["properties"][rule.name];
    ASSERT_TRUE(property) << rule.name;
    EXPECT_EQ(forms_of(property, root), rule.forms) << rule.name;
    const bool is_required =
        std::find(required.begin(), required.end(), rule.name) != required.end();
    EXPECT_EQ(is_required, rule.is_required) << rule.name;
  }
}

TEST(Schema, OfSessionsSaysWhatTheCommandChecks) {
  const YAML::Node root = YAML::LoadFile(kConfig + "/schema/session.yaml");
  expect_same(root, rules_of(Object::Session), root);
  const std::pair<const char*, Object> kDefinitions[] = {
      {"parameter", Object::Parameter}, {"target", Object::Target},      {"probe", Object::Probe},
      {"stop", Object::Stop},           {"stop_when", Object::StopWhen}, {"output", Object::Output},
      {"rotate", Object::Rotate}};
  for (const auto& [name, object] : kDefinitions) {
    SCOPED_TRACE(name);
    expect_same(root["$defs"][name], rules_of(object), root);
  }
  EXPECT_EQ(root["$defs"]["parameter"]["properties"]["type"]["enum"].as<std::vector<std::string>>(),
            type_names());
  const auto formats = output_formats();
  EXPECT_EQ(root["$defs"]["output"]["properties"]["format"]["enum"].as<std::vector<std::string>>(),
            std::vector<std::string>(formats.begin(), formats.end()));
}

TEST(Schema, OfProvidersSaysWhatTheCommandChecks) {
  const YAML::Node root = YAML::LoadFile(kConfig + "/schema/provider.yaml");
  expect_same(root, rules_of(Object::Provider), root);
}

TEST(Shipped, SessionsAreValid) {
  const auto files = list_sessions({kConfig + "/sessions"});
  EXPECT_GE(files.size(), 10u);
  for (const SessionFile& file : files) {
    Problems problems;
    const auto source = read_source(file.path);
    ASSERT_TRUE(source);
    const Session session = load_session(*source, {}, &problems);
    EXPECT_EQ(problems.text(), "") << file.path;
    EXPECT_EQ(session.name, file.name);
    EXPECT_FALSE(session.program.empty());
    EXPECT_FALSE(session.is_destructive);
    for (const Parameter& parameter : session.parameters) {
      EXPECT_NE(parameter.description, "") << file.path << " " << parameter.name;
    }
  }
}

TEST(Shipped, ProvidersAreValid) {
  std::vector<std::string> problems;
  const auto providers = read_provider_files({kConfig + "/providers.d"}, &problems);
  EXPECT_THAT(problems, ::testing::IsEmpty());
  EXPECT_GE(providers.size(), 5u);
}

class ProviderFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/providers.XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    folder_ = name;
  }
  void TearDown() override {
    for (const std::string& file : files_) {
      ::unlink(file.c_str());
    }
    ::rmdir(folder_.c_str());
  }
  void write(const std::string& name, const std::string& text) {
    files_.push_back(folder_ + "/" + name);
    std::ofstream(files_.back()) << text;
  }
  // What is wrong with one file, "" = nothing.
  std::string problem(const std::string& text) {
    write("x.yaml", text);
    std::vector<std::string> problems;
    providers_ = read_provider_files({folder_}, &problems);
    return problems.empty() ? "" : problems.front();
  }

  std::string folder_;
  std::vector<std::string> files_;
  std::vector<ProviderFile> providers_;
};

TEST_F(ProviderFiles, DefaultsComeFromTheFilesName) {
  EXPECT_EQ(problem("description: d\n"), "");
  ASSERT_EQ(providers_.size(), 1u);
  EXPECT_EQ(providers_[0].name, "x");
  EXPECT_EQ(providers_[0].module, "dtrace_x");
  EXPECT_EQ(providers_[0].plugin, "");
}

TEST_F(ProviderFiles, PathsAreRelativeToTheFile) {
  EXPECT_EQ(problem("module: build/my.ko\nplugin: ./my.so\nplugin_options: {a: b}\n"
                    "arguments: {\"*\": [int, \"struct s * : t *\"]}\n"),
            "");
  ASSERT_EQ(providers_.size(), 1u);
  EXPECT_EQ(providers_[0].module, folder_ + "/build/my.ko");
  EXPECT_EQ(providers_[0].plugin, "./my.so");
  EXPECT_EQ(providers_[0].plugin_options.at("a"), "b");
  ASSERT_EQ(providers_[0].arguments.size(), 1u);
  EXPECT_EQ(providers_[0].arguments[0].types[1].shown, "t *");
}

TEST_F(ProviderFiles, MistakesHaveTheirPlaces) {
  const std::pair<const char*, const char*> kCases[] = {
      {"modul: x\n", "x.yaml:1:1: error: a provider file has no key 'modul'"},
      {"name: 'a b'\n", "x.yaml:1:7: error: 'a b' cannot be a provider's name"},
      {"name: x\nmodule: x.ko\n", "x.yaml:2:9: error: 'module': expected a name without .ko"},
      {"plugin: a/b\n", "x.yaml:1:9: error: 'plugin': expected a name, or the path of a .so file"},
      {"names: entry\n", "x.yaml:1:8: error: 'names' is text, expected a list"},
      {"names: [[a]]\n", "x.yaml:1:9: error: a probe name is a list"},
      {"needs_function: perhaps\n", "x.yaml:1:17: error: 'needs_function': expected true or false"},
      {"[1]\n", "x.yaml:1:1: error: the file is a list"},
      {"a: [\n", "x.yaml:2:1: error: this is not YAML"},
      {"plugin_options: {a: [b]}\n", "x.yaml:1:21: error: option 'a' is a list"},
      {"arguments: {a: b}\n", "x.yaml:1:16: error: the arguments of 'a' are text"},
  };
  for (const auto& [text, expected] : kCases) {
    EXPECT_THAT(problem(text), ::testing::HasSubstr(expected)) << text;
    EXPECT_THAT(providers_, ::testing::IsEmpty());
  }
}

TEST_F(ProviderFiles, LaterFoldersWin) {
  write("syscall.yaml", "description: another\n");
  std::vector<std::string> problems;
  const auto providers = read_provider_files({kConfig + "/providers.d", folder_}, &problems);
  for (const ProviderFile& provider : providers) {
    if (provider.name == "syscall") {
      EXPECT_EQ(provider.description, "another");
      EXPECT_EQ(provider.path, folder_ + "/syscall.yaml");
    }
  }
}

}  // namespace
}  // namespace dt::session
