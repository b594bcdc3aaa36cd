// SPDX-License-Identifier: MIT
// dcheck: compiles D without a kernel and says what the compiler thinks of it.
//   dcheck [-v] [-x option[=value]]... [-L folder] [-n clause | -s file]... [arguments]
// Prints OK or the tags of the errors in order; -v prints the messages as well. Exit status 1 after
// errors.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "lang/compile.hpp"
#include "lang/types/btf.hpp"
#include "tools/fake_probes.hpp"

namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void set_option(dt::lang::CompileOptions& options, dt::lang::MacroValues& macros,
                const std::string& text) {
  const size_t mark = text.find('=');
  const std::string name = text.substr(0, mark);
  const std::string value = mark == std::string::npos ? "" : text.substr(mark + 1);
  if (name == "strsize") {
    options.strsize = static_cast<uint32_t>(std::stoul(value));
  } else if (name == "zdefs") {
    options.allow_zero_matches = true;
  } else if (name == "destructive") {
    options.destructive = true;
  } else if (name == "empty") {
    options.empty_ok = true;
  } else if (name == "argref") {
    options.argref = true;
  } else if (name == "defaultargs") {
    macros.default_args = true;
  } else if (name == "amin") {
    options.min_stability = value;
  } else if (name == "version") {
    options.version = value;
  }
}

}  // namespace

int main(int argc, char** argv) {
  using namespace dt;
  lang::CompileInput input;
  bool is_verbose = false;
  input.macros.args.push_back("dcheck");
  for (const char* name : {"pid", "ppid", "uid", "euid", "gid", "egid", "sid", "pgid", "target"}) {
    input.macros.named[name] = "1";
  }
  int option = 0;
  while ((option = getopt(argc, argv, "+vx:L:n:s:")) != -1) {
    switch (option) {
      case 'v':
        is_verbose = true;
        break;
      case 'x':
        set_option(input.options, input.macros, optarg);
        break;
      case 'L': {
        std::vector<std::string> paths;
        for (const auto& entry : std::filesystem::directory_iterator(optarg)) {
          if (entry.path().extension() == ".d") {
            paths.push_back(entry.path());
          }
        }
        std::sort(paths.begin(), paths.end());
        for (const std::string& path : paths) {
          input.libraries.push_back({path, read_file(path), 0});
        }
        break;
      }
      case 'n':
        input.texts.push_back({"<dcheck -n>", optarg, 'n'});
        break;
      case 's':
        input.macros.args[0] = optarg;
        input.texts.push_back({optarg, read_file(optarg), 0});
        break;
      default:
        return 2;
    }
  }
  for (int i = optind; i < argc; ++i) {
    input.macros.args.push_back(argv[i]);
  }
  test::FakeProbes probes;
  test::FakeSymbols symbols;
  lang::types::Btf btf;
  lang::types::TypeTable types;
  types.set_btf(&btf);
  input.probes = &probes;
  input.symbols = &symbols;
  input.types = &types;
  const auto output = lang::compile(input);
  std::string tags;
  for (const lang::Diagnostic& diagnostic : output->diagnostics.all()) {
    if (is_verbose) {
      std::fputs(lang::render(diagnostic, output->sources).c_str(), stderr);
    }
    if (diagnostic.severity == lang::Severity::Error) {
      tags += (tags.empty() ? "" : " ") + std::string(lang::tag_name(diagnostic.tag));
    }
  }
  std::puts(tags.empty() ? "OK" : tags.c_str());
  return tags.empty() ? 0 : 1;
}
