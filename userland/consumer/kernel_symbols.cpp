// SPDX-License-Identifier: MIT
#include "consumer/kernel_symbols.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace dt::consumer {

namespace {

// Addresses further than this behind the nearest symbol belong to nobody.
constexpr uint64_t kFarthest = 4u << 20;
constexpr uint64_t kKernelHalf = uint64_t{1} << 63;

struct Line {
  uint64_t address = 0;
  char type = '?';
  std::string_view name;
  std::string_view module;  // "" = the image
};

// "ffffffff81000000 T _text" or "... t name\t[module]". Returns the position after the line.
size_t parse_line(std::string_view text, size_t at, Line* line) {
  const size_t end = std::min(text.find('\n', at), text.size());
  std::string_view rest = text.substr(at, end - at);
  line->address = 0;
  const auto [stop, error] =
      std::from_chars(rest.data(), rest.data() + rest.size(), line->address, 16);
  const auto digits = static_cast<size_t>(stop - rest.data());
  line->name = line->module = {};
  if (error == std::errc() && rest.size() > digits + 3) {
    line->type = rest[digits + 1];
    rest.remove_prefix(digits + 3);
    const size_t tab = rest.find('\t');
    line->name = rest.substr(0, tab);
    if (tab != std::string_view::npos) {
      const size_t open = rest.find('[', tab);
      const size_t close = rest.find(']', tab);
      if (open != std::string_view::npos && close != std::string_view::npos && open < close) {
        line->module = rest.substr(open + 1, close - open - 1);
      }
    }
  }
  return end + 1;
}

}  // namespace

void KernelSymbols::read() {
  if (is_read_) {
    return;
  }
  is_read_ = true;
  const int fd = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return;
  }
  constexpr size_t kStep = 1u << 20;
  size_t used = 0;
  for (;;) {
    text_.resize(used + kStep);
    const ssize_t got = ::read(fd, text_.data() + used, kStep);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      break;
    }
    used += static_cast<size_t>(got);
  }
  text_.resize(used);
  ::close(fd);
}

void KernelSymbols::index() {
  if (is_indexed_) {
    return;
  }
  is_indexed_ = true;
  read();
  entries_.reserve(text_.size() / 45);
  for (size_t at = 0; at < text_.size();) {
    Line line;
    at = parse_line(text_, at, &line);
    if (line.address < kKernelHalf || line.name.empty()) {
      continue;
    }
    entries_.push_back(Entry{line.address, static_cast<uint32_t>(line.name.data() - text_.data()),
                             static_cast<uint16_t>(line.name.size()),
                             static_cast<uint16_t>(line.module.size()),
                             line.type >= 'A' && line.type <= 'Z'});
  }
  // Of several names for one address the global one is first, then the one that was first in the
  // file.
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return a.address != b.address ? a.address < b.address : a.is_global && !b.is_global;
  });
  const auto last =
      std::unique(entries_.begin(), entries_.end(),
                  [](const Entry& a, const Entry& b) { return a.address == b.address; });
  entries_.erase(last, entries_.end());
}

std::string_view KernelSymbols::module_of(const Entry& entry) const {
  if (entry.module_size == 0) {
    return "vmlinux";
  }
  // "name\t[module]"
  return {text_.data() + entry.name + entry.name_size + 2, entry.module_size};
}

std::optional<lang::KernelSymbol> KernelSymbols::find(const std::string& module,
                                                      const std::string& name) {
  read();
  const bool wants_image = module == "vmlinux" || module == "kernel";
  std::string_view text = text_;
  size_t at = 0;
  for (;;) {
    const size_t hit = text.find(name, at);
    if (hit == std::string_view::npos || name.empty()) {
      return std::nullopt;
    }
    at = hit + 1;
    const size_t end = hit + name.size();
    if (hit == 0 || text[hit - 1] != ' ' ||
        (end < text.size() && text[end] != '\n' && text[end] != '\t')) {
      continue;
    }
    const size_t newline = text.rfind('\n', hit);
    Line line;
    parse_line(text, newline == std::string_view::npos ? 0 : newline + 1, &line);
    if (line.name != name || line.address == 0) {
      continue;
    }
    if (module.empty() || (wants_image && line.module.empty()) || line.module == module) {
      return lang::KernelSymbol{line.address,
                                line.module.empty() ? "vmlinux" : std::string(line.module), name};
    }
  }
}

std::optional<KernelSymbols::At> KernelSymbols::at(uint64_t address) {
  if (address < kKernelHalf) {
    return std::nullopt;
  }
  index();
  auto after = std::upper_bound(entries_.begin(), entries_.end(), address,
                                [](uint64_t a, const Entry& entry) { return a < entry.address; });
  if (after == entries_.begin()) {
    return std::nullopt;
  }
  const Entry& entry = *--after;
  if (address - entry.address > kFarthest) {
    return std::nullopt;
  }
  return At{module_of(entry), name_of(entry), address - entry.address};
}

}  // namespace dt::consumer
