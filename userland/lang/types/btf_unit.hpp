// SPDX-License-Identifier: MIT
// One file of kernel type information: the image's, or a module's on top of it, with its index of
// names. Used by btf.cpp only.
#pragma once

#include <bpf/btf.h>

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lang/types/type.hpp"

namespace dt::lang::types {

struct Unit {
  static constexpr uint32_t kNone = 0xffffffff;

  struct btf* btf = nullptr;
  uint32_t first_id = 1;  // ids below belong to the image
  uint32_t end_id = 1;
  // Chained hash from name offset to type ids, in ascending order of ids.
  std::vector<uint32_t> heads;
  std::vector<uint32_t> next;
  std::vector<uint32_t> enum_ids;
  std::string_view strings;  // this unit's own string section
  uint32_t strings_base = 0;
  std::unordered_map<uint32_t, const Type*> converted;
  // Functions by name, once many were asked for: a search of the strings takes longer than a hash.
  std::unordered_multimap<std::string_view, uint32_t> functions;
  uint32_t nr_searches = 0;

  Unit() = default;
  ~Unit() { btf__free(btf); }
  Unit(const Unit&) = delete;
  Unit& operator=(const Unit&) = delete;

  void index_names();
  // The string section in this unit's own raw data. base_length: bytes of the image's strings.
  void find_strings(uint32_t base_length);
  // Offset of a whole string in this unit's section. Deduplicated BTF has each string once.
  uint32_t find_string(std::string_view name) const;
  // Type ids of the functions of this name. image: the unit below, which may have the string.
  std::vector<uint32_t> function_ids(std::string_view name, const Unit& image);

  uint32_t slot(uint32_t name_off) const {
    return (name_off * 2654435761u) & static_cast<uint32_t>(heads.size() - 1);
  }

  template <typename Accept>
  uint32_t find_id(uint32_t name_off, Accept accept) const {
    for (uint32_t id = heads[slot(name_off)]; id != kNone; id = next[id - first_id]) {
      const btf_type* t = btf__type_by_id(btf, id);
      if (t->name_off == name_off && accept(t)) {
        return id;
      }
    }
    return kNone;
  }
};

}  // namespace dt::lang::types
