// SPDX-License-Identifier: MIT
// libFuzzer: any text through lexer, parser, tree dump and message rendering. The first byte
// chooses the command-line form of the text.
#include <cstddef>
#include <cstdint>
#include <string>

#include "lang/ast_dump.hpp"
#include "lang/library_text.hpp"
#include "lang/parser.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dt::lang;
  if (size == 0) {
    return 0;
  }
  constexpr char kForms[] = {0, 'P', 'm', 'f', 'i', 'n'};
  const char form = kForms[data[0] % sizeof(kForms)];
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const MacroValues values{{"s.d", "12", "read", "-5", "/bin/ls"}, {{"pid", "7"}, {"target", "9"}}};
  SourceManager sources;
  Diagnostics diagnostics;
  MacroTable macros(values);
  std::set<std::string, std::less<>> typedefs;
  ast::Program program;
  const auto is_type = [](std::string_view name) { return name == "pid_t"; };
  const ParseContext context{sources, diagnostics, macros, is_type, typedefs};
  parse(context, sources.add("fuzz.d", text), form, program);
  size_t nr_bytes = ast::dump(program).size();
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    nr_bytes += render(diagnostic, sources).size();
  }
  LibraryText library(text);
  WordSet words{"x", "pid_t"};
  while (library.select(words)) {
  }
  nr_bytes += library.selected_text().size();
  return nr_bytes == SIZE_MAX ? 1 : 0;
}
