// SPDX-License-Identifier: MIT
// Edit distance with neighbouring letters swapped counting as one mistake.
#include "lang/sema/near.hpp"

#include <algorithm>

namespace dt::lang::sema {

namespace {

size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); i++) {
    for (size_t j = 0; j <= b.size(); j++) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      size_t change = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, change});
      bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (is_swap)
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::string nearest(std::string_view wanted, const std::vector<std::string>& known) {
  constexpr size_t kLongest = 64;
  if (wanted.size() > kLongest)
    return "";
  size_t best = wanted.size() / 3 + 1;
  std::string found;
  for (const std::string& name : known) {
    bool is_far = name.size() > wanted.size() + best || wanted.size() > name.size() + best;
    if (is_far)
      continue;
    size_t d = distance(wanted, name);
    if (d < best) {
      best = d;
      found = name;
    }
  }
  return found;
}

std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& known) {
  std::string name = nearest(wanted, known);
  return name.empty() ? "" : "did you mean " + name + "?";
}

}  // namespace dt::lang::sema
