// SPDX-License-Identifier: MIT
// libFuzzer: any text through the loader of sessions, with every parameter set to a part of the
// input; what comes out is put through the lexer and parser, and every problem is rendered. The
// same text is read as a provider's file by the same means.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "lang/parser.hpp"
#include "session/expand.hpp"
#include "session/loader.hpp"
#include "session/schema.hpp"
#include "session/yaml_file.hpp"

namespace {

using namespace dt;

// A quoted value is one string to the lexer, whatever it was.
void check_quoting(const std::string& value) {
  const std::string quoted = session::d_string(value);
  for (size_t i = 1; i + 1 < quoted.size(); i++) {
    if (quoted[i] == '"') {
      std::abort();
    }
    i += quoted[i] == '\\' ? 1 : 0;
  }
}

void parse_program(const session::Session& session) {
  const lang::MacroValues values{{"s"}, {{"pid", "7"}, {"target", "9"}}};
  lang::SourceManager sources;
  lang::Diagnostics diagnostics;
  lang::MacroTable macros(values);
  std::set<std::string, std::less<>> typedefs;
  lang::ast::Program program;
  const auto is_type = [](std::string_view) { return false; };
  const lang::ParseContext context{sources, diagnostics, macros, is_type, typedefs};
  lang::parse(context, sources.add("s", session.program.text()), 0, program);
  for (const lang::Diagnostic& diagnostic : diagnostics.all()) {
    const session::Origin at = session.program.origin(diagnostic.range.begin.offset);
    if (at.file != nullptr && at.offset > at.file->text.size()) {
      std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const size_t split = data[0] % 16;
  const std::string all(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string value = all.substr(0, split);
  auto file = std::make_shared<const session::SourceFile>(
      session::SourceFile{"/nonexistent/s.yaml", all.substr(value.size())});
  check_quoting(value);

  session::Problems problems;
  const session::Session summary = session::load_summary(file, &problems);
  session::LoadRequest request;
  for (const session::Parameter& parameter : summary.parameters) {
    request.settings.emplace_back(parameter.name, value);
  }
  const session::Session session = session::load_session(file, request, &problems);
  size_t nr_bytes = problems.text().size();
  if (!problems.has_errors()) {
    parse_program(session);
  }
  session::Problems other;
  if (const auto yaml = session::YamlFile::parse(file, &other); yaml && yaml->root().is_map()) {
    nr_bytes +=
        yaml->entries(yaml->root(), session::rules_of(session::Object::Provider), "a file", &other)
            .size();
    nr_bytes += other.text().size();
  }
  return nr_bytes == SIZE_MAX ? 1 : 0;
}
