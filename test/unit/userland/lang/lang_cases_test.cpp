// SPDX-License-Identifier: MIT
// The D programs of test/lang, compiled without a kernel: each err.TAG.*.d must give TAG first, at
// its "at:" place; each tst.*.d that needs no kernel type must compile. And the tags: every one
// that the compiler can report has such a program and a line in docs/errors.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "consumer/options.hpp"
#include "lang/compile.hpp"
#include "lang/types/btf.hpp"
#include "tools/fake_probes.hpp"

namespace dt::lang {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = DT_TEST_SOURCE_DIR;

std::string read_file(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<fs::path> d_files(const fs::path& folder, const std::string& prefix) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".d" &&
        entry.path().filename().string().rfind(prefix, 0) == 0) {
      found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

// "args", "operands", "at"... of the first comment.
std::map<std::string, std::string> header(const std::string& text) {
  std::map<std::string, std::string> out;
  std::istringstream lines(text.substr(0, text.find("*/")));
  std::string line;
  while (std::getline(lines, line)) {
    for (const char* name : {"args", "operands", "at", "trigger"}) {
      const std::string key = std::string(" * ") + name + ": ";
      if (line.rfind(key, 0) == 0) {
        out[name] = line.substr(key.size());
      }
    }
  }
  return out;
}

std::vector<std::string> split(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  std::string word;
  while (stream >> word) {
    words.push_back(word);
  }
  return words;
}

struct Setting {
  test::FakeProbes probes;
  test::FakeSymbols symbols;
  types::Btf btf;
  types::TypeTable types;
  consumer::Options options;
};

std::unique_ptr<CompileOutput> compile_file(const fs::path& path, Setting& setting) {
  const std::string text = read_file(path);
  auto lines = header(text);
  CompileInput input;
  input.macros.args.push_back(path.filename());
  for (const std::string& operand : split(lines["operands"])) {
    input.macros.args.push_back(operand);
  }
  for (const char* name : {"pid", "ppid", "uid", "euid", "gid", "egid", "sid", "pgid", "target"}) {
    input.macros.named[name] = "1";
  }
  for (const std::string& word : split(lines["args"])) {
    input.options.destructive = input.options.destructive || word == "-w" || word == "-qw";
    input.options.allow_zero_matches = input.options.allow_zero_matches || word == "-Z";
    if (word.rfind("strsize=", 0) == 0) {
      input.options.strsize = static_cast<uint32_t>(std::stoul(word.substr(8)));
    }
  }
  input.options.set_option = [&setting](const std::string& name, const std::string& value,
                                        std::string* message) {
    const Result<void> set =
        consumer::set_option(&setting.options, name, value, consumer::OptionSource::Pragma);
    *message = set ? "" : set.error().message;
    return set.has_value();
  };
  for (const fs::path& library : d_files(kSource / "config" / "d", "")) {
    input.libraries.push_back({library, read_file(library), 0});
  }
  input.texts.push_back({path.filename(), text, 0});
  setting.types.set_btf(&setting.btf);
  input.types = &setting.types;
  input.probes = &setting.probes;
  input.symbols = &setting.symbols;
  return compile(input);
}

std::string rendered(const CompileOutput& output) {
  std::string out;
  for (const Diagnostic& diagnostic : output.diagnostics.all()) {
    out += render(diagnostic, output.sources);
  }
  return out;
}

// Programs that name things of the kernel compile only where its types and symbols are readable.
bool needs_kernel(const std::string& text) {
  for (const char* word : {"`", "curthread", "curpsinfo", "curlwpsinfo", "curcpu", "struct file",
                           "args[", "task_struct", "fds[", "list_head", "proc:::", "sched:::"}) {
    if (text.find(word) != std::string::npos) {
      return true;
    }
  }
  return false;
}

class LangCase : public testing::TestWithParam<fs::path> {};

TEST_P(LangCase, HasTheExpectedVerdict) {
  const fs::path path = GetParam();
  const std::string text = read_file(path);
  auto lines = header(text);
  if (lines["args"].find("-C") != std::string::npos) {
    GTEST_SKIP() << "needs the preprocessor";
  }
  Setting setting;
  const auto output = compile_file(path, setting);
  const std::string name = path.filename();
  if (name.rfind("err.", 0) != 0) {
    if (output->diagnostics.has_errors() && needs_kernel(text)) {
      GTEST_SKIP() << "needs the kernel's types";
    }
    EXPECT_FALSE(output->diagnostics.has_errors()) << rendered(*output);
    return;
  }
  const std::string tag = name.substr(4, name.find('.', 4) - 4);
  const auto& all = output->diagnostics.all();
  const auto first = std::find_if(all.begin(), all.end(), [](const Diagnostic& diagnostic) {
    return diagnostic.severity == Severity::Error;
  });
  if (first == all.end() || tag_name(first->tag) != tag) {
    const bool is_missing = first != all.end() && first->tag == Tag::D_IDENT_UNDEF;
    if (needs_kernel(text) && (is_missing || !setting.btf.is_available())) {
      GTEST_SKIP() << "needs the kernel's types";
    }
    FAIL() << "wanted " << tag << ", found:\n" << rendered(*output);
  }
  if (!lines["at"].empty()) {
    const Place place = output->sources.place(first->range.begin);
    EXPECT_EQ(std::to_string(place.line) + ":" + std::to_string(place.column), lines["at"])
        << rendered(*output);
  }
}

std::string case_name(const testing::TestParamInfo<fs::path>& info) {
  std::string name =
      info.param.parent_path().filename().string() + "_" + info.param.filename().stem().string();
  std::replace_if(
      name.begin(), name.end(),
      [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Errors, LangCase,
                         testing::ValuesIn(d_files(kSource / "test" / "lang", "err.")), case_name);
INSTANTIATE_TEST_SUITE_P(Programs, LangCase,
                         testing::ValuesIn(d_files(kSource / "test" / "lang", "tst.")), case_name);

// Tags that exist because classic DTrace has them and that nothing of this compiler reports; and
// those that need a provider which is broken or describes no arguments, so that no program can
// bring them about.
const std::set<std::string> kNoProgram = {
    "D_ARGS_XLATOR",     "D_ARGS_NONE",        "D_DECL_DYNOBJ",     "D_ASRELO",
    "D_ID_OFLOW",        "D_OP_IDENT",         "D_PRAGMA_SCOPE",    "D_IDENT_AMBIG",
    "D_SYM_BADREF",      "D_SYM_MODEL",        "D_VAR_UNSUP",       "D_DECL_IDENT",
    "D_STACK_PROTO",     "D_USTACK_PROTO",     "D_QUANT_PROTO",     "D_PROC_OFF",
    "D_PROC_ALIGN",      "D_PROC_NAME",        "D_PROC_GRAB",       "D_PROC_DYN",
    "D_PROC_LIB",        "D_PROC_FUNC",        "D_PROC_CREATEFAIL", "D_PROC_NODEV",
    "D_PROC_BADPID",     "D_PROC_BADPROV",     "D_PROC_USDT",       "D_CLEAR_PROTO",
    "D_NORMALIZE_PROTO", "D_NORMALIZE_SCALAR", "D_PCAP_ADDR",       "D_PCAP_PROTO",
    "D_PCAP_SIZE"};

struct TagText {
  const char* name;
  const char* meaning;
};
const TagText kTags[] = {
#define DT_TAG(name, meaning) {#name, meaning},
#include "lang/diag_tags.def"
#undef DT_TAG
};

TEST(Tags, EachHasAProgram) {
  std::set<std::string> tested;
  for (const fs::path& path : d_files(kSource / "test" / "lang", "err.")) {
    const std::string name = path.filename();
    tested.insert(name.substr(4, name.find('.', 4) - 4));
  }
  std::set<std::string> known;
  for (const TagText& tag : kTags) {
    known.insert(tag.name);
    EXPECT_TRUE(tested.count(tag.name) != 0 || kNoProgram.count(tag.name) != 0)
        << tag.name << " has no program test/lang/*/err." << tag.name << ".*.d";
  }
  for (const std::string& tag : tested) {
    EXPECT_TRUE(known.count(tag) != 0) << tag << " is not in diag_tags.def";
  }
}

TEST(Tags, EachIsInTheDocumentation) {
  const std::string text = read_file(kSource / "docs" / "errors.md");
  for (const TagText& tag : kTags) {
    const std::string line = "| `" + std::string(tag.name) + "` | " + tag.meaning + " |";
    EXPECT_NE(text.find(line), std::string::npos) << "docs/errors.md lacks: " << line;
  }
}

}  // namespace
}  // namespace dt::lang
