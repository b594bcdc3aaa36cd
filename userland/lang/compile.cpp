// SPDX-License-Identifier: MIT
// compile(): the one ordered list of passes, from D texts to a program. See compile.hpp.
#include "lang/compile.hpp"

#include "lang/codegen/codegen.hpp"
#include "lang/library_text.hpp"
#include "lang/macro.hpp"
#include "lang/parser.hpp"
#include "lang/sema/sema.hpp"
#include "lang/sema/stability.hpp"
#include "lang/trace_args.hpp"

namespace dt::lang {

namespace {

class Pipeline {
 public:
  Pipeline(const CompileInput& input, CompileOutput& output)
      : input_(input), output_(output), macros_(input.macros) {}
  void run();

 private:
  void index_libraries();
  void parse_texts();
  void expand_traced_args();
  void parse_libraries();
  void add_argument_types(WordSet& words);
  void check_pragmas();
  void check_empty();
  void check_unused_arguments();
  ParseContext parse_context();
  bool has_errors() const { return output_.diagnostics.has_errors(); }

  const CompileInput& input_;
  CompileOutput& output_;
  MacroTable macros_;
  std::set<std::string, std::less<>> typedefs_;
  std::vector<LibraryText> libraries_;
  std::vector<const SourceText*> library_texts_;  // of libraries_
  std::vector<FileId> files_;
  TracedArgs traced_;
};

ParseContext Pipeline::parse_context() {
  return ParseContext{output_.sources,
                      output_.diagnostics,
                      macros_,
                      [this](std::string_view name) {
                        return input_.types != nullptr && input_.types->is_type_name(name);
                      },
                      typedefs_,
                      input_.options.pspec};
}

// The names of the libraries' types must be known before the program is parsed; nothing else is.
void Pipeline::index_libraries() {
  for (const SourceText& text : input_.libraries) {
    libraries_.emplace_back(text.text);
    library_texts_.push_back(&text);
    typedefs_.insert(libraries_.back().typedefs().begin(), libraries_.back().typedefs().end());
  }
}

void Pipeline::parse_texts() {
  const ParseContext context = parse_context();
  for (const SourceText& text : input_.texts) {
    files_.push_back(output_.sources.add(text.name, text.text));
    parse(context, files_.back(), text.probe_form, output_.tree);
  }
}

void Pipeline::expand_traced_args() {
  traced_ = expand_trace_args(output_.tree, input_, parse_context());
  for (const SourceText& text : traced_.libraries) {
    libraries_.emplace_back(text.text);
    library_texts_.push_back(&text);
  }
}

// args[] may have types of the libraries that the program does not name.
void Pipeline::add_argument_types(WordSet& words) {
  if (input_.probes == nullptr) {
    return;
  }
  for (const ast::Item& item : output_.tree.items) {
    if (item.kind != ast::Item::Kind::Clause) {
      continue;
    }
    for (const ast::ProbeSpec& spec : item.clause->probes) {
      const auto probes =
          input_.probes->match({spec.prov, spec.mod, spec.func, spec.name, spec.id}, 1);
      if (!probes || probes.value().empty()) {
        continue;
      }
      const auto args = input_.probes->args(probes.value().front());
      if (!args) {
        continue;
      }
      for (const ProbeArg& arg : args.value()) {
        add_words(arg.native, words);
        add_words(arg.xlate, words);
      }
    }
  }
}

void Pipeline::parse_libraries() {
  if (libraries_.empty()) {
    return;
  }
  WordSet wanted;
  for (const FileId file : files_) {
    add_words(output_.sources.text(file), wanted);
  }
  for (const std::string& text : traced_.texts) {
    add_words(text, wanted);
  }
  if (wanted.count("args") != 0) {
    add_argument_types(wanted);
  }
  bool any = true;
  while (any) {
    any = false;
    for (LibraryText& library : libraries_) {
      any = library.select(wanted) || any;
    }
  }
  ast::Program tree;
  const ParseContext context = parse_context();
  for (size_t i = 0; i < libraries_.size(); ++i) {
    if (libraries_[i].has_selected()) {
      const FileId file =
          output_.sources.add(library_texts_[i]->name, libraries_[i].selected_text());
      parse(context, file, 0, tree);
    }
  }
  output_.tree.from_libraries = std::move(tree.items);
}

// After syntax errors sema does not run; what is wrong with the # lines is said all the same.
void Pipeline::check_pragmas() {
  for (const ast::Item& item : output_.tree.items) {
    if (item.kind != ast::Item::Kind::Pragma) {
      continue;
    }
    const ast::Pragma& pragma = *item.pragma;
    if (pragma.keyword == "attributes" && pragma.words.size() > 1 &&
        !sema::parse_attributes(pragma.words[0])) {
      output_.diagnostics.error(Tag::D_PRAGMA_INVAL, pragma.range,
                                "invalid attributes \"" + pragma.words[0] + "\"",
                                "attributes are name/data/class, such as Stable/Stable/Common");
    }
  }
}

void Pipeline::check_empty() {
  for (const ast::Item& item : output_.tree.items) {
    if (item.kind == ast::Item::Kind::Clause) {
      return;
    }
  }
  if (!input_.options.empty_ok && !files_.empty()) {
    const auto size = static_cast<uint32_t>(output_.sources.text(files_.back()).size());
    const SourceLoc end{files_.back(), size};
    output_.diagnostics.error(Tag::D_EMPTY, {end, end}, "the program has no clause",
                              "a clause is: probe /predicate/ { actions }");
  }
}

void Pipeline::check_unused_arguments() {
  if (input_.options.argref || files_.empty()) {
    return;
  }
  for (const ast::Item& item : output_.tree.items) {
    if (item.kind == ast::Item::Kind::Pragma && item.pragma->keyword == "option" &&
        !item.pragma->words.empty() && item.pragma->words[0] == "argref") {
      return;
    }
  }
  for (const size_t index : macros_.unused_args()) {
    const SourceLoc begin{files_.front(), 0};
    output_.diagnostics.error(Tag::D_MACRO_UNUSED, {begin, begin},
                              "extraneous argument \"" + input_.macros.args[index] +
                                  "\": nothing uses $" + std::to_string(index),
                              "option argref allows unused arguments");
  }
}

void Pipeline::run() {
  index_libraries();
  parse_texts();
  if (has_errors()) {
    check_pragmas();
    return;
  }
  expand_traced_args();
  parse_libraries();
  if (has_errors()) {
    return;
  }
  sema::analyze(output_.tree, input_, output_);
  if (!has_errors()) {
    check_empty();
    check_unused_arguments();
  }
  if (!has_errors()) {
    codegen::generate(output_.tree, input_, output_);
  }
}

}  // namespace

std::unique_ptr<CompileOutput> compile(const CompileInput& input) {
  auto output = std::make_unique<CompileOutput>();
  Pipeline(input, *output).run();
  return output;
}

}  // namespace dt::lang
