// SPDX-License-Identifier: MIT
// One file of kernel type information and its index of names; see btf_unit.hpp.
#include "lang/types/btf_unit.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace dt::lang::types {

void Unit::index_names() {
  uint32_t nr = end_id - first_id;
  size_t nr_heads = 1024;
  while (nr_heads < nr) {
    nr_heads *= 2;
  }
  heads.assign(nr_heads, kNone);
  next.assign(nr, kNone);
  for (uint32_t id = end_id; id-- > first_id;) {
    const btf_type* t = btf__type_by_id(btf, id);
    uint32_t kind = BTF_INFO_KIND(t->info);
    if (kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64) {
      enum_ids.push_back(id);
    }
    if (t->name_off) {
      uint32_t& head = heads[slot(t->name_off)];
      next[id - first_id] = head;
      head = id;
    }
  }
  std::reverse(enum_ids.begin(), enum_ids.end());
}

std::vector<uint32_t> Unit::function_ids(std::string_view name, const Unit& image) {
  constexpr uint32_t kManySearches = 64;
  std::vector<uint32_t> ids;
  if (nr_searches < kManySearches) {
    nr_searches++;
    uint32_t off = image.find_string(name);
    if (off == kNone && this != &image) {
      off = find_string(name);
    }
    for (uint32_t id = off == kNone ? kNone : heads[slot(off)]; id != kNone;
         id = next[id - first_id]) {
      const btf_type* t = btf__type_by_id(btf, id);
      if (t->name_off == off && BTF_INFO_KIND(t->info) == BTF_KIND_FUNC) {
        ids.push_back(id);
      }
    }
    return ids;
  }
  if (functions.empty()) {
    for (uint32_t id = first_id; id < end_id; id++) {
      const btf_type* t = btf__type_by_id(btf, id);
      if (BTF_INFO_KIND(t->info) == BTF_KIND_FUNC) {
        functions.emplace(btf__name_by_offset(btf, t->name_off), id);
      }
    }
  }
  auto [from, to] = functions.equal_range(name);
  for (; from != to; ++from) {
    ids.push_back(from->second);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

void Unit::find_strings(uint32_t base_length) {
  uint32_t size = 0;
  const auto* raw = static_cast<const char*>(btf__raw_data(btf, &size));
  strings_base = base_length;
  btf_header header;
  if (!raw || size < sizeof(header)) {
    return;
  }
  std::memcpy(&header, raw, sizeof(header));
  uint64_t start = uint64_t{header.hdr_len} + header.str_off;
  if (start + header.str_len <= size) {
    strings = std::string_view(raw + start, header.str_len);
  }
}

uint32_t Unit::find_string(std::string_view name) const {
  std::string needle;
  needle.reserve(name.size() + 2);
  bool is_split = strings_base != 0;
  needle.push_back('\0');
  needle.append(name);
  needle.push_back('\0');
  if (is_split && strings.substr(0, name.size() + 1) == std::string_view(needle).substr(1)) {
    return strings_base;
  }
  const void* hit = memmem(strings.data(), strings.size(), needle.data(), needle.size());
  if (!hit) {
    return kNone;
  }
  return strings_base + static_cast<uint32_t>(static_cast<const char*>(hit) - strings.data()) + 1;
}

}  // namespace dt::lang::types
