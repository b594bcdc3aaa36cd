// SPDX-License-Identifier: MIT
// The texts of the tables made into calls, and looking them up by name. See calls.hpp.
#include "calls.hpp"

#include <charconv>
#include <memory>
#include <unordered_map>

#include "names.hpp"

namespace dt::plugins::syscall {

namespace {

// Other names of calls, as the provider understands them.
struct Alias {
  std::string_view alias;
  std::string_view name;
};

constexpr Alias kAliases[] = {
    {"newfstat", "fstat"},     {"newlstat", "lstat"},      {"newstat", "stat"},
    {"newuname", "uname"},     {"sendfile64", "sendfile"}, {"creat64", "creat"},
    {"fstatat", "newfstatat"}, {"lseek64", "lseek"},       {"mmap64", "mmap"},
    {"open64", "open"},        {"openat64", "openat"},     {"pread", "pread64"},
    {"pwrite", "pwrite64"},    {"exece", "execve"},        {"fork1", "fork"},
    {"rexit", "exit_group"},
};

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t end = text.find(' ');
    if (end != 0) {
      words.push_back(text.substr(0, end));
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return words;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) {
    return false;
  }
  text.remove_prefix(prefix.size());
  return true;
}

// Takes "(x)" or "[x]" from the end of a kind.
std::string_view take_last(std::string_view& kind, char open, char close) {
  if (!kind.ends_with(close)) {
    return {};
  }
  const size_t begin = kind.rfind(open);
  if (begin == std::string_view::npos) {
    return {};
  }
  std::string_view inner = kind.substr(begin + 1, kind.size() - begin - 2);
  kind = kind.substr(0, begin);
  return inner;
}

bool resolve(std::string_view text, const std::vector<Param>& params, Reference& out) {
  if (text.empty()) {
    return true;
  }
  if (text == "ret") {
    out.kind = Reference::Kind::Result;
    return true;
  }
  if (text[0] >= '0' && text[0] <= '9') {
    out.kind = Reference::Kind::Number;
    return std::from_chars(text.data(), text.data() + text.size(), out.number).ec == std::errc{};
  }
  out.kind = take(text, "*") ? Reference::Kind::PointedTo : Reference::Kind::Parameter;
  for (size_t i = 0; i < params.size(); i++) {
    if (params[i].name == text) {
      out.param = i;
      return true;
    }
  }
  return false;
}

Variant make_variant(const VariantText& text, const Call& call) {
  Variant variant;
  std::string error;
  variant.params = parse_params(text.params, error);
  variant.result = text.result;
  for (size_t i = 0; i < call.params.size(); i++) {
    if (call.params[i].name != text.selector) {
      continue;
    }
    variant.selector = i;
    std::string_view kind = call.params[i].kind;
    const Names* names = find_names(kind == "ioctl_cmd" ? "ioctl_names" : kind);
    for (std::string_view name : split(text.names)) {
      // The names of futex's operations with a clock are joined by |, which no word here is.
      const bool has_clock = name.ends_with("_CLOCK");
      if (has_clock) {
        name.remove_suffix(6);
      }
      for (const Name& candidate : names ? names->names : std::span<const Name>{}) {
        if (name == candidate.text) {
          variant.values.push_back(candidate.value | (has_clock ? 256 : 0));
        }
      }
    }
  }
  return variant;
}

bool has_output(const std::vector<Param>& params) {
  for (const Param& param : params) {
    if (param.direction != Direction::In) {
      return true;
    }
  }
  return false;
}

std::unique_ptr<Call> make_call(const CallText& text) {
  auto call = std::make_unique<Call>();
  std::string error;
  call->name = text.name;
  call->params = parse_params(text.params, error);
  call->result = text.result;
  call->has_output = has_output(call->params);
  for (const VariantText& variant : variants_of_calls()) {
    if (call->name == variant.call) {
      call->variants.push_back(make_variant(variant, *call));
      call->has_output = call->has_output || has_output(call->variants.back().params);
    }
  }
  return call;
}

}  // namespace

std::vector<CallText> all_call_texts() {
  std::vector<CallText> all;
  for (std::span<const CallText> calls :
       {calls_of_files(), calls_of_paths(), calls_of_processes(), calls_of_memory(),
        calls_of_network(), calls_of_time(), calls_of_system(), calls_of_ia32()}) {
    all.insert(all.end(), calls.begin(), calls.end());
  }
  return all;
}

std::vector<Param> parse_params(std::string_view text, std::string& error) {
  struct Pending {
    std::string_view count, of;
  };
  std::vector<Param> params;
  std::vector<Pending> pending;
  for (std::string_view word : split(text)) {
    Param param;
    const size_t colon = word.find(':');
    if (colon == std::string_view::npos) {
      error = "no kind: " + std::string(word);
      return params;
    }
    param.name = word.substr(0, colon);
    std::string_view kind = word.substr(colon + 1);
    if (take(kind, "<>")) {
      param.direction = Direction::InOut;
    } else if (take(kind, ">")) {
      param.direction = Direction::Out;
    }
    param.is_pointer = take(kind, "*");
    Pending refs;
    refs.of = take_last(kind, '(', ')');
    refs.count = take_last(kind, '[', ']');
    param.is_array = !refs.count.empty();
    param.kind = kind;
    params.push_back(param);
    pending.push_back(refs);
  }
  for (size_t i = 0; i < params.size(); i++) {
    if (!resolve(pending[i].count, params, params[i].count) ||
        !resolve(pending[i].of, params, params[i].of)) {
      error = "unknown reference in " + std::string(params[i].name);
    }
  }
  return params;
}

const Call* find_call(std::string_view name) {
  static std::unordered_map<std::string_view, std::unique_ptr<Call>> calls;
  static const auto texts = [] {
    std::unordered_map<std::string_view, CallText> index;
    for (const CallText& text : all_call_texts()) {
      index.emplace(text.name, text);
    }
    return index;
  }();
  auto text = texts.find(name);
  if (text == texts.end()) {
    for (const Alias& alias : kAliases) {
      if (alias.alias == name) {
        return find_call(alias.name);
      }
    }
    return nullptr;
  }
  std::unique_ptr<Call>& call = calls[text->second.name];
  if (!call) {
    call = make_call(text->second);
  }
  return call.get();
}

}  // namespace dt::plugins::syscall
