// SPDX-License-Identifier: MIT
// #pragma D lines: option, attributes, binding, depends_on, error.
#include <cstdlib>

#include "lang/sema/builtins.hpp"
#include "lang/sema/checker.hpp"

namespace dt::lang::sema {

using namespace ast;

namespace {

// "64k" -> 65536.
std::optional<uint64_t> parse_size(const std::string& text) {
  if (text.empty() || !isdigit(static_cast<unsigned char>(text[0])))
    return std::nullopt;
  char* end = nullptr;
  uint64_t value = strtoull(text.c_str(), &end, 0);
  std::string unit = end;
  static const std::string kUnits = "kmgt";
  if (unit.empty())
    return value;
  size_t power = kUnits.find(static_cast<char>(tolower(static_cast<unsigned char>(unit[0]))));
  bool has_b = unit.size() == 2 && tolower(static_cast<unsigned char>(unit[1])) == 'b';
  if (power == std::string::npos || (unit.size() > 1 && !has_b))
    return std::nullopt;
  return value << (10 * (power + 1));
}

std::string without_quotes(const std::string& text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    return text.substr(1, text.size() - 2);
  return text;
}

}  // namespace

void Checker::pragma(Pragma& p, bool is_library) {
  if (p.keyword == "option") {
    pragma_option(p);
  } else if (p.keyword == "attributes") {
    pragma_attributes(p, is_library);
  } else if (p.keyword == "depends_on") {
    pragma_depends(p, is_library);
  } else if (p.keyword == "binding") {
    bool is_good = p.words.size() == 2;
    std::string version = is_good ? without_quotes(p.words[0]) : "";
    if (!is_good || version.empty() || !isdigit(static_cast<unsigned char>(version[0])))
      fail(Tag::D_PRAGMA_MALFORM, p.range, "malformed #pragma D binding",
           "it is #pragma D binding \"1.0\" name");
  } else if (p.keyword == "error" || p.keyword == "line") {
    std::string text;
    for (const std::string& word : p.words)
      text += (text.empty() ? "" : " ") + without_quotes(word);
    fail(p.keyword == "error" ? Tag::D_PRAGERR : Tag::D_PRAGMA_INVAL, p.range, "#error: " + text);
  } else if (p.keyword.empty()) {
    fail(Tag::D_PRAGMA_MALFORM, p.range, "#pragma D needs a keyword",
         "option, attributes, binding, depends_on or error");
  } else {
    fail(Tag::D_PRAGMA_INVAL, p.range, "#pragma D " + p.keyword + " does not exist",
         "option, attributes, binding, depends_on and error do");
  }
}

// #pragma D option name[=value]
void Checker::pragma_option(Pragma& p) {
  if (p.words.empty()) {
    fail(Tag::D_PRAGMA_MALFORM, p.range, "malformed #pragma D option",
         "it is #pragma D option name=value");
    return;
  }
  std::string text;
  for (const std::string& word : p.words)
    text += word;
  size_t eq = text.find('=');
  std::string name = text.substr(0, eq);
  std::string value = eq == std::string::npos ? "" : without_quotes(text.substr(eq + 1));
  if (name.empty() || (p.words.size() > 1 && eq == std::string::npos)) {
    fail(Tag::D_PRAGMA_MALFORM, p.range, "malformed #pragma D option",
         "it is #pragma D option name=value");
    return;
  }
  std::string message;
  if (input_.options.set_option && !input_.options.set_option(name, value, &message)) {
    fail(Tag::D_PRAGMA_OPTSET, p.range,
         "cannot set option " + name + (value.empty() ? "" : " to " + value) +
             (message.empty() ? "" : ": " + message));
    return;
  }
  apply_option(name, value);
  output_.program.options.emplace_back(name, value);
}

// What the compiler itself has to know.
void Checker::apply_option(const std::string& name, const std::string& value) {
  auto number = [&](auto& option) {
    if (auto size = parse_size(value))
      option = static_cast<std::remove_reference_t<decltype(option)>>(*size);
  };
  if (name == "strsize")
    number(options_.strsize);
  else if (name == "stackframes")
    number(options_.stackframes);
  else if (name == "ustackframes")
    number(options_.ustackframes);
  else if (name == "jstackframes")
    number(options_.jstackframes);
  else if (name == "jstackstrsize")
    number(options_.jstackstrsize);
  else if (name == "scratchsize")
    number(options_.scratchsize);
  else if (name == "zdefs")
    options_.allow_zero_matches = true;
  else if (name == "destructive")
    options_.destructive = true;
  else if (name == "empty")
    options_.empty_ok = true;
  else if (name == "knodefs")
    options_.knodefs = true;
  else if (name == "unodefs")
    options_.unodefs = true;
  else if (name == "version")
    options_.version = value;
  else if (name == "amin")
    min_stability_ = parse_attributes(value);
}

// #pragma D attributes name/data/class identifier, or: provider NAME PART
void Checker::pragma_attributes(Pragma& p, bool is_library) {
  bool is_provider = p.words.size() == 4 && p.words[1] == "provider";
  bool is_translator = p.words.size() == 4 && p.words[1] == "translator";
  if (p.words.size() < 2) {
    fail(Tag::D_PRAGMA_MALFORM, p.range, "malformed #pragma D attributes",
         "it is #pragma D attributes name/data/class identifier");
    return;
  }
  auto attributes = parse_attributes(p.words[0]);
  if (!attributes) {
    fail(Tag::D_PRAGMA_INVAL, p.range, "\"" + p.words[0] + "\" are not valid attributes",
         "attributes are name/data/class, such as Stable/Stable/Common");
    return;
  }
  if (is_provider) {
    if (!providers_.count(p.words[2]))
      attributes_["provider " + p.words[2] + " " + p.words[3]] = *attributes;
    return;
  }
  if (is_translator)
    return;
  std::string name = p.words.back();
  if (!name.empty() && name.back() == ';')
    name.pop_back();
  if (p.words.size() > 2) {
    fail(Tag::D_PRAGMA_MALFORM, p.range, "malformed #pragma D attributes",
         "it is #pragma D attributes name/data/class identifier");
    return;
  }
  if (is_library) {
    attributes_[name] = *attributes;
    return;
  }
  if (auto it = inlines_.find(name); it != inlines_.end()) {
    it->second.attributes = *attributes;
    return;
  }
  bool is_variable = globals_.count(name) || find_builtin(name) >= 0;
  if (is_variable) {
    attributes_[name] = *attributes;
    return;
  }
  bool is_other = functions_.count(name) || function_index(name) >= 0;
  if (is_other)
    fail(Tag::D_PRAGMA_UNUSED, p.range, "#pragma D attributes has no effect on " + name);
  else
    attributes_[name] = *attributes;
}

// #pragma D depends_on library|provider|module NAME: for libraries only.
void Checker::pragma_depends(Pragma& p, bool is_library) {
  bool is_good = p.words.size() == 2 &&
                 (p.words[0] == "library" || p.words[0] == "provider" || p.words[0] == "module");
  if (!is_good) {
    fail(Tag::D_PRAGMA_MALFORM, p.range, "malformed #pragma D depends_on",
         "it is #pragma D depends_on library name");
    return;
  }
  if (!is_library && p.words[0] == "library")
    fail(Tag::D_PRAGMA_DEPEND, p.range, "a program may not depend on a library by itself",
         "libraries are used when their names are");
}

// Option amin: nothing less stable may be used.
void Checker::use_attributes(const Attributes& attributes, SourceRange range,
                             const std::string& what) {
  if (!min_stability_)
    return;
  Attributes own = attributes;
  if (auto it = attributes_.find(what); it != attributes_.end())
    own = it->second;
  if (is_weaker(own, *min_stability_))
    fail(Tag::D_ATTR_MIN, range,
         what + " is " + to_string(own) + ", less stable than the required " +
             to_string(*min_stability_));
}

}  // namespace dt::lang::sema
