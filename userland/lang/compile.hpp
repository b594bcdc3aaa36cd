// SPDX-License-Identifier: MIT
// The compiler's external interface: D text in, object::Program out. compile.cpp holds the one
// ordered list of passes. Used by the CLI, by sessions and by tests.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lang/ast.hpp"
#include "lang/captures.hpp"
#include "lang/diagnostic.hpp"
#include "lang/object/program.hpp"
#include "lang/probe_source.hpp"
#include "lang/source.hpp"
#include "lang/types/type.hpp"

namespace dt::lang {

// Values of $1.. and of the named macro variables ($pid, $target...).
struct MacroValues {
  std::vector<std::string> args;             // $0 is args[0]: the script's name
  std::map<std::string, std::string> named;  // "pid" -> "123"; integers or text
  bool default_args = false;                 // option defaultargs: a missing $n is 0 or ""
};

// Options that change what the compiler does. Sizes in bytes.
struct CompileOptions {
  uint32_t strsize = 256;  // characters; a NUL comes on top
  uint32_t stackframes = 20;
  uint32_t ustackframes = 100;
  uint32_t jstackframes = 50;
  uint32_t jstackstrsize = 512;
  uint64_t scratchsize = 256 * 1024;
  bool allow_zero_matches = false;  // -Z, option zdefs
  bool destructive = false;         // -w
  bool empty_ok = false;            // option empty: a program without clauses is fine
  bool knodefs = false, unodefs = false;
  bool decode = false;           // clauses without a body show their arguments decoded
  bool is_quiet = false;         // option quiet: unless the program is quiet,
  bool decodes_quietly = false;  // or they do even then
  bool pspec = false;            // option pspec: what could be either is a probe description
  bool argref = false;           // option argref: unused macro arguments are fine
  std::string min_stability;     // option amin, "name/data/class", empty = none
  std::string version;           // option version
  // Called for each "#pragma D option name[=value]" as it is met; false = unknown or bad value
  // (message set).
  std::function<bool(const std::string& name, const std::string& value, std::string* message)>
      set_option;
};

// One D text to compile: -s file, -n clause and so on.
struct SourceText {
  std::string name;
  std::string text;
  // -P -m -f -i -n: text is "probe-description [predicate] [action]"; the description is completed
  // on the left (n) or right (P, m, f). 0 = a whole D program.
  char probe_form = 0;
};

struct CompileInput {
  std::vector<SourceText> texts;
  std::vector<SourceText> libraries;  // D libraries: only what the program uses is compiled
  MacroValues macros;
  CompileOptions options;
  ProbeSource* probes = nullptr;
  SymbolSource* symbols = nullptr;
  types::TypeTable* types = nullptr;
  CaptureSource* captures = nullptr;  // who decodes arguments; null = nobody
};

struct CompileOutput {
  SourceManager sources;
  Diagnostics diagnostics;
  // input.options with the program's own "#pragma D option" lines applied, from sema on: the sizes
  // to use.
  CompileOptions options;
  ast::Program tree;        // after sema, for -S dumps and tests
  object::Program program;  // valid if !diagnostics.has_errors()
};

std::unique_ptr<CompileOutput> compile(const CompileInput& input);

}  // namespace dt::lang
