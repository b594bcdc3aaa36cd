// SPDX-License-Identifier: MIT
// Stability attributes: parsing, comparing, and the classic values of what D itself provides.
#include "lang/sema/stability.hpp"

#include <algorithm>
#include <array>

namespace dt::lang::sema {

namespace {

constexpr std::array<std::string_view, 8> kStabilities = {
    "Internal", "Private", "Obsolete", "External", "Unstable", "Evolving", "Stable", "Standard"};
constexpr std::array<std::string_view, 6> kClasses = {"Unknown", "CPU", "Platform",
                                                      "Group",   "ISA", "Common"};

template <typename List>
int find(const List& list, std::string_view word) {
  auto same = [](char a, char b) {
    return tolower(static_cast<unsigned char>(a)) == tolower(static_cast<unsigned char>(b));
  };
  for (size_t i = 0; i < list.size(); i++) {
    if (std::equal(list[i].begin(), list[i].end(), word.begin(), word.end(), same))
      return static_cast<int>(i);
  }
  return -1;
}

}  // namespace

std::optional<Attributes> parse_attributes(std::string_view text) {
  size_t first = text.find('/');
  size_t second = first == text.npos ? text.npos : text.find('/', first + 1);
  if (second == text.npos || text.find('/', second + 1) != text.npos)
    return std::nullopt;
  int name = find(kStabilities, text.substr(0, first));
  int data = find(kStabilities, text.substr(first + 1, second - first - 1));
  int dependency = find(kClasses, text.substr(second + 1));
  if (name < 0 || data < 0 || dependency < 0)
    return std::nullopt;
  return Attributes{static_cast<Stability>(name), static_cast<Stability>(data),
                    static_cast<DependencyClass>(dependency)};
}

std::string to_string(const Attributes& a) {
  return std::string(kStabilities[static_cast<size_t>(a.name)]) + "/" +
         std::string(kStabilities[static_cast<size_t>(a.data)]) + "/" +
         std::string(kClasses[static_cast<size_t>(a.dependency)]);
}

Attributes weakest(const Attributes& a, const Attributes& b) {
  return {std::min(a.name, b.name), std::min(a.data, b.data), std::min(a.dependency, b.dependency)};
}

bool is_weaker(const Attributes& a, const Attributes& than) {
  return a.name < than.name || a.data < than.data || a.dependency < than.dependency;
}

Attributes provider_attributes(std::string_view provider) {
  constexpr Attributes kStable{};
  constexpr Attributes kEvolvingCommon{Stability::Evolving, Stability::Evolving,
                                       DependencyClass::Common};
  constexpr Attributes kEvolvingIsa{Stability::Evolving, Stability::Evolving, DependencyClass::Isa};
  constexpr Attributes kPrivate{Stability::Private, Stability::Private, DependencyClass::Unknown};
  if (provider == "dtrace" || provider.empty())
    return kStable;
  if (provider == "profile")
    return kEvolvingCommon;
  for (std::string_view name : {"proc", "sched", "io", "tcp", "udp", "ip", "syscall", "lockstat"}) {
    if (provider == name)
      return kEvolvingIsa;
  }
  return kPrivate;
}

Attributes name_attributes(std::string_view name) {
  if (name == "curthread" || name == "__curproc")
    return {Stability::Stable, Stability::Private, DependencyClass::Common};
  if (name.starts_with("mutex_") || name.starts_with("rw_"))
    return {Stability::Evolving, Stability::Evolving, DependencyClass::Common};
  return {};
}

}  // namespace dt::lang::sema
