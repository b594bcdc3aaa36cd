// SPDX-License-Identifier: MIT
// Compiles D text without a kernel for the tests of sema: the tags of its mistakes, the types of
// its expressions. Probes: BEGIN, END, ERROR and the few of TestProbes below.
#pragma once

#include <fnmatch.h>

#include <memory>
#include <string>

#include "lang/compile.hpp"

namespace dt::test {

class TestProbes : public lang::ProbeSource {
 public:
  Result<std::vector<lang::ProbeInfo>> match(const lang::ProbePattern& pattern,
                                             size_t limit) override {
    static const lang::ProbeInfo kProbes[] = {
        {1, 0, "dtrace", "", "", "BEGIN"},       {2, 0, "dtrace", "", "", "END"},
        {3, 0, "dtrace", "", "", "ERROR"},       {4, 0, "t", "m", "read", "entry"},
        {5, 0, "t", "m", "write", "entry"},      {6, 0, "t", "m", "read", "return"},
        {7, 0, "t", "m", "translated", "entry"},
    };
    auto fits = [](const std::string& glob, const std::string& text) {
      return glob.empty() || fnmatch(glob.c_str(), text.c_str(), 0) == 0;
    };
    std::vector<lang::ProbeInfo> out;
    for (const lang::ProbeInfo& probe : kProbes) {
      bool is_match = fits(pattern.prov, probe.prov) && fits(pattern.mod, probe.mod) &&
                      fits(pattern.func, probe.func) && fits(pattern.name, probe.name);
      if (is_match && out.size() < limit)
        out.push_back(probe);
    }
    return out;
  }
  Result<std::vector<lang::ProbeArg>> args(const lang::ProbeInfo& probe) override {
    if (probe.prov != "t")
      return std::vector<lang::ProbeArg>{};
    if (probe.func == "translated")
      return std::vector<lang::ProbeArg>{{0, "int", "struct shown *"}, {1, "int", "struct none *"}};
    if (probe.name == "return")
      return std::vector<lang::ProbeArg>{{1, "long", ""}};
    return std::vector<lang::ProbeArg>{{0, "int", ""}, {2, "char *", ""}};
  }
  Suggestion suggest(const lang::ProbePattern& pattern) override {
    bool has_provider = pattern.prov.empty() || pattern.prov == "t" || pattern.prov == "dtrace";
    return {has_provider ? 3 : 0, {"t:m:read:entry"}, ""};
  }
};

class TestSymbols : public lang::SymbolSource {
 public:
  std::optional<lang::KernelSymbol> find(const std::string&, const std::string& name) override {
    if (name == "missing")
      return std::nullopt;
    return lang::KernelSymbol{0xffffffff81000000, "vmlinux", name};
  }
};

struct Checked {
  lang::types::TypeTable types;
  TestProbes probes;
  TestSymbols symbols;
  lang::CompileInput input;
  std::unique_ptr<lang::CompileOutput> output;

  // "OK", or the tags in order: "D_OP_INT D_OP_PTR".
  std::string tags() const {
    std::string out;
    for (const lang::Diagnostic& d : output->diagnostics.all()) {
      if (d.severity == lang::Severity::Error)
        out += (out.empty() ? "" : " ") + std::string(lang::tag_name(d.tag));
    }
    return out.empty() ? "OK" : out;
  }
};

inline std::unique_ptr<Checked> check_d(const std::string& text, const std::string& library = "") {
  auto it = std::make_unique<Checked>();
  it->input.texts.push_back({"t.d", text, 0});
  if (!library.empty())
    it->input.libraries.push_back({"lib.d", library, 0});
  it->input.probes = &it->probes;
  it->input.symbols = &it->symbols;
  it->input.types = &it->types;
  it->input.options.destructive = true;
  it->output = lang::compile(it->input);
  return it;
}

// A whole program.
inline std::string tags_of(const std::string& text, const std::string& library = "") {
  return check_d(text, library)->tags();
}

// Statements in BEGIN, after declarations.
inline std::string tags_in(const std::string& statements, const std::string& declarations = "") {
  return tags_of(declarations + "\nBEGIN { " + statements + " }");
}

// The type of an expression: "int", "char *"; with its value if it is constant: "int 3". Tags if it
// is wrong.
inline std::string type_of(const std::string& expr, const std::string& declarations = "") {
  auto checked = check_d(declarations + "\nBEGIN { trace(" + expr + "); }");
  if (checked->tags() != "OK")
    return checked->tags();
  using namespace lang::ast;
  for (const Item& item : checked->output->tree.items) {
    if (item.kind != Item::Kind::Clause)
      continue;
    const auto& stmt = static_cast<const ExprStmt&>(*item.clause->body->stmts.back());
    const Expr& value = *as<Call>(*stmt.expr).args[0];
    std::string out = lang::types::to_string(value.type);
    if (value.const_value)
      out += " " + std::to_string(*value.const_value);
    return out;
  }
  return "no clause";
}

}  // namespace dt::test
