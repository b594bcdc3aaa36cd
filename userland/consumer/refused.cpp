// SPDX-License-Identifier: MIT
#include "consumer/refused.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include "consumer/probes.hpp"

namespace dt::consumer {

namespace {

constexpr size_t kMostNames = 3;

struct Symbol {
  uint64_t address = 0;
  char type = '?';
  std::string module;  // "vmlinux" = the image

  bool is_text() const { return type == 't' || type == 'T' || type == 'w' || type == 'W'; }
};

std::string read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

template <typename Visit>
void for_each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    visit(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// What /proc/kallsyms says about one name.
class Symbols {
 public:
  Symbols(const std::string& text, const std::string& module, const std::string& wanted)
      : module_(module), wanted_(wanted) {
    for_each_line(text, [&](std::string_view line) { look_at(line); });
    std::sort(near_.begin(), near_.end());
    near_.erase(std::unique(near_.begin(), near_.end()), near_.end());
  }

  bool is_readable() const { return nr_ > 0; }
  bool has_module() const { return has_module_; }
  const std::vector<Symbol>& found() const { return found_; }
  const std::vector<std::string>& variants() const { return variants_; }

  std::vector<std::string> near_names() const {
    std::vector<std::string> names;
    for (size_t i = 0; i < near_.size() && i < kMostNames; i++) {
      names.push_back(near_[i].second);
    }
    return names;
  }

  bool is_between(uint64_t address, const char* begin, const char* end) const {
    const auto from = bounds_.find(begin);
    const auto to = bounds_.find(end);
    return from != bounds_.end() && to != bounds_.end() && address >= from->second &&
           address < to->second;
  }

 private:
  void look_at(std::string_view line) {
    Symbol symbol;
    const auto [stop, error] =
        std::from_chars(line.data(), line.data() + line.size(), symbol.address, 16);
    const auto digits = static_cast<size_t>(stop - line.data());
    if (error != std::errc() || line.size() < digits + 4) {
      return;
    }
    nr_++;
    symbol.type = line[digits + 1];
    std::string_view name = line.substr(digits + 3);
    symbol.module = "vmlinux";
    if (const size_t tab = name.find('\t'); tab != std::string_view::npos) {
      std::string_view module = name.substr(tab + 1);
      name = name.substr(0, tab);
      if (module.size() > 2 && module.front() == '[') {
        symbol.module = module.substr(1, module.size() - 2);
      }
    }
    has_module_ = has_module_ || module_.empty() || symbol.module == module_;
    for (const char* bound : {"__noinstr_text_start", "__noinstr_text_end", "__entry_text_start",
                              "__entry_text_end", "__init_begin", "__init_end"}) {
      if (name == bound) {
        bounds_[bound] = symbol.address;
      }
    }
    if (name == wanted_) {
      found_.push_back(symbol);
      return;
    }
    if (!symbol.is_text() || (!module_.empty() && symbol.module != module_)) {
      return;
    }
    const bool is_variant = name.size() > wanted_.size() + 1 && name[wanted_.size()] == '.' &&
                            name.compare(0, wanted_.size(), wanted_) == 0;
    if (is_variant && variants_.size() < kMostNames) {
      variants_.emplace_back(name);
    }
    // As in "did you mean" for other names: a third of the letters, at least two.
    const size_t most = std::max<size_t>(2, wanted_.size() / 6);
    const size_t difference =
        name.size() > wanted_.size() ? name.size() - wanted_.size() : wanted_.size() - name.size();
    if (difference > most || nr_missing(name) > most) {
      return;
    }
    if (const size_t distance = edit_distance(wanted_, std::string(name)); distance <= most) {
      near_.emplace_back(distance, name);
    }
  }

  // Letters of `name` that the wanted name does not have at all: a cheap lower bound of the edits.
  size_t nr_missing(std::string_view name) const {
    size_t nr = 0;
    for (const char c : name) {
      nr += wanted_.find(c) == std::string::npos ? 1 : 0;
    }
    return nr;
  }

  const std::string& module_;
  const std::string& wanted_;
  size_t nr_ = 0;
  bool has_module_ = false;
  std::vector<Symbol> found_;
  std::vector<std::string> variants_;
  std::vector<std::pair<size_t, std::string>> near_;
  std::map<std::string, uint64_t> bounds_;
};

// Is this the first (or, after a tab, the last) word of some line?
bool list_names(const std::string& text, const std::string& function) {
  bool is_named = false;
  for_each_line(text, [&](std::string_view line) {
    const std::string_view first = line.substr(0, line.find_first_of(" \t"));
    const size_t tab = line.find('\t');
    const std::string_view second =
        tab == std::string_view::npos ? std::string_view() : line.substr(tab + 1);
    is_named = is_named || first == function || second == function;
  });
  return is_named;
}

std::string explain_missing(const Symbols& symbols, const std::string& module,
                            const std::string& function, const KernelLists& lists) {
  if (!module.empty() && module != "vmlinux" && !symbols.has_module()) {
    const bool is_there = ::access((lists.modules + "/" + module).c_str(), F_OK) == 0;
    return is_there ? fmt::format("module {} has no symbols", module)
                    : fmt::format("module {} is not loaded", module);
  }
  if (!symbols.variants().empty()) {
    return fmt::format("the compiler left only variants of {}: did you mean {}?", function,
                       fmt::join(symbols.variants(), ", "));
  }
  const std::string reason =
      fmt::format("the kernel has no symbol {} (functions that were inlined have none)", function);
  const auto near = symbols.near_names();
  return near.empty() ? reason : reason + fmt::format("; did you mean {}?", fmt::join(near, ", "));
}

std::string explain_present(const Symbols& symbols, const Symbol& symbol,
                            const std::string& function, const KernelLists& lists) {
  if (!symbol.is_text()) {
    return fmt::format("{} is data, not a function: read it as `{}", function, function);
  }
  if (symbols.is_between(symbol.address, "__noinstr_text_start", "__noinstr_text_end") ||
      symbols.is_between(symbol.address, "__entry_text_start", "__entry_text_end")) {
    return fmt::format(
        "{} is noinstr: it runs while the kernel enters or leaves an exception, where no probe may "
        "fire",
        function);
  }
  if (symbols.is_between(symbol.address, "__init_begin", "__init_end")) {
    return fmt::format("{} is code for booting only, which is gone", function);
  }
  if (list_names(read_whole(lists.blacklist), function)) {
    return fmt::format(
        "{} is on the kernel's blacklist of functions that handle traps themselves "
        "(/sys/kernel/debug/kprobes/blacklist)",
        function);
  }
  std::string hooked = read_whole(lists.hooked);
  if (hooked.empty()) {
    hooked = read_whole(lists.hooked_debugfs);
  }
  if (!hooked.empty() && !list_names(hooked, function)) {
    return fmt::format(
        "{} was built without a tracing hook: it is notrace, or assembly (not in "
        "/sys/kernel/tracing/available_filter_functions)",
        function);
  }
  return {};
}

}  // namespace

std::string explain_function(const std::string& module, const std::string& function,
                             const KernelLists& lists) {
  const std::string text = read_whole(lists.symbols);
  const Symbols symbols(text, module, function);
  if (!symbols.is_readable()) {
    return {};
  }
  const Symbol* best = nullptr;
  const Symbol* elsewhere = nullptr;
  for (const Symbol& symbol : symbols.found()) {
    if (!module.empty() && symbol.module != module) {
      elsewhere = &symbol;
    } else if (best == nullptr || (symbol.is_text() && !best->is_text())) {
      best = &symbol;
    }
  }
  if (best != nullptr) {
    return explain_present(symbols, *best, function, lists);
  }
  if (elsewhere != nullptr) {
    return fmt::format("{} is in {}", function,
                       elsewhere->module == "vmlinux" ? "vmlinux, the kernel's image"
                                                      : "module " + elsewhere->module);
  }
  return explain_missing(symbols, module, function, lists);
}

}  // namespace dt::consumer
