// SPDX-License-Identifier: MIT
// TypeTable: owns the types of one compilation, knows C's basic types and D's built-in typedefs,
// and asks BTF for everything else. find_by_text() is in cdecl.cpp, layout() in layout.cpp.
#include <deque>
#include <unordered_map>

#include "lang/types/btf.hpp"
#include "lang/types/type.hpp"

namespace dt::lang::types {

namespace {

struct BasicType {
  const char* name;
  TypeKind kind;
  uint32_t size;
  bool is_signed;
  bool is_char;
  bool is_bool;
};

constexpr BasicType kBasicTypes[] = {
    {"char", TypeKind::Int, 1, true, true, false},
    {"signed char", TypeKind::Int, 1, true, true, false},
    {"unsigned char", TypeKind::Int, 1, false, true, false},
    {"_Bool", TypeKind::Int, 1, false, false, true},
    {"short", TypeKind::Int, 2, true, false, false},
    {"unsigned short", TypeKind::Int, 2, false, false, false},
    {"int", TypeKind::Int, 4, true, false, false},
    {"unsigned int", TypeKind::Int, 4, false, false, false},
    {"long", TypeKind::Int, 8, true, false, false},
    {"unsigned long", TypeKind::Int, 8, false, false, false},
    {"long long", TypeKind::Int, 8, true, false, false},
    {"unsigned long long", TypeKind::Int, 8, false, false, false},
    {"__int128", TypeKind::Int, 16, true, false, false},
    {"unsigned __int128", TypeKind::Int, 16, false, false, false},
    {"float", TypeKind::Float, 4, true, false, false},
    {"double", TypeKind::Float, 8, true, false, false},
    {"long double", TypeKind::Float, 16, true, false, false},
};

// D's own names, those of the kernel that scripts use most (so that they cost no BTF), and the
// classic ones that Linux lacks. Widths are the kernel's, where both have the name.
constexpr struct {
  const char* name;
  const char* basic;
} kTypedefs[] = {
    {"int8_t", "signed char"},
    {"int16_t", "short"},
    {"int32_t", "int"},
    {"int64_t", "long"},
    {"uint8_t", "unsigned char"},
    {"uint16_t", "unsigned short"},
    {"uint32_t", "unsigned int"},
    {"uint64_t", "unsigned long"},
    {"intptr_t", "long"},
    {"uintptr_t", "unsigned long"},
    {"ptrdiff_t", "long"},
    {"intmax_t", "long"},
    {"uintmax_t", "unsigned long"},
    {"size_t", "unsigned long"},
    {"ssize_t", "long"},
    {"uchar_t", "unsigned char"},
    {"ushort_t", "unsigned short"},
    {"uint_t", "unsigned int"},
    {"ulong_t", "unsigned long"},
    {"longlong_t", "long long"},
    {"u_longlong_t", "unsigned long long"},
    {"u_char", "unsigned char"},
    {"u_short", "unsigned short"},
    {"u_int", "unsigned int"},
    {"u_long", "unsigned long"},
    {"unchar", "unsigned char"},
    {"ushort", "unsigned short"},
    {"uint", "unsigned int"},
    {"ulong", "unsigned long"},
    {"bool", "_Bool"},
    {"s8", "signed char"},
    {"s16", "short"},
    {"s32", "int"},
    {"s64", "long long"},
    {"u8", "unsigned char"},
    {"u16", "unsigned short"},
    {"u32", "unsigned int"},
    {"u64", "unsigned long long"},
    {"__s8", "signed char"},
    {"__s16", "short"},
    {"__s32", "int"},
    {"__s64", "long long"},
    {"__u8", "unsigned char"},
    {"__u16", "unsigned short"},
    {"__u32", "unsigned int"},
    {"__u64", "unsigned long long"},
    {"__be16", "unsigned short"},
    {"__be32", "unsigned int"},
    {"__be64", "unsigned long long"},
    {"pid_t", "int"},
    {"uid_t", "unsigned int"},
    {"gid_t", "unsigned int"},
    {"id_t", "int"},
    {"taskid_t", "int"},
    {"projid_t", "int"},
    {"poolid_t", "int"},
    {"zoneid_t", "int"},
    {"ctid_t", "int"},
    {"lwpid_t", "unsigned int"},
    {"processorid_t", "int"},
    {"psetid_t", "int"},
    {"lgrp_id_t", "int"},
    {"chipid_t", "int"},
    {"cpuid_t", "int"},
    {"dev_t", "unsigned int"},
    {"ino_t", "unsigned long"},
    {"mode_t", "unsigned int"},
    {"umode_t", "unsigned short"},
    {"nlink_t", "unsigned int"},
    {"off_t", "long"},
    {"loff_t", "long long"},
    {"offset_t", "long long"},
    {"time_t", "long"},
    {"clock_t", "long"},
    {"hrtime_t", "long long"},
    {"sector_t", "unsigned long long"},
    {"gfp_t", "unsigned int"},
    {"pc_t", "unsigned long"},
    {"socklen_t", "unsigned int"},
    {"ipaddr_t", "unsigned int"},
    {"in_addr_t", "unsigned int"},
    {"in_port_t", "unsigned short"},
};

struct TagKey {
  TypeKind kind;
  std::string name;
  bool operator==(const TagKey&) const = default;
};
struct TagKeyHash {
  size_t operator()(const TagKey& key) const {
    return std::hash<std::string>()(key.name) * 31 + static_cast<size_t>(key.kind);
  }
};
struct ArrayKey {
  const Type* target;
  uint64_t nr_elems;
  bool operator==(const ArrayKey&) const = default;
};
struct ArrayKeyHash {
  size_t operator()(const ArrayKey& key) const {
    return std::hash<const Type*>()(key.target) ^ (key.nr_elems * 0x9e3779b97f4a7c15ull);
  }
};

bool is_image(std::string_view module) {
  return module.empty() || module == "vmlinux" || module == "genunix" || module == "unix";
}

}  // namespace

struct TypeTable::Impl {
  std::deque<Type> types;
  std::unordered_map<std::string, const Type*> basics;
  std::unordered_map<std::string, const Type*> builtin_typedefs;
  std::unordered_map<std::string, const Type*> own_typedefs;
  std::unordered_map<TagKey, const Type*, TagKeyHash> own_tags;
  std::unordered_map<const Type*, const Type*> pointers;
  std::unordered_map<ArrayKey, const Type*, ArrayKeyHash> arrays;
  struct OwnEnumerator {
    int64_t value;
    const Type* type;
  };
  std::unordered_map<std::string, OwnEnumerator> enumerators;
};

TypeTable::TypeTable() : impl_(std::make_unique<Impl>()) {
  auto single = [this](TypeKind kind, const char* name) {
    Type* type = make(kind);
    type->name = name;
    return type;
  };
  void_ = single(TypeKind::Void, "void");
  string_ = single(TypeKind::String, "string");
  dynamic_ = single(TypeKind::Dynamic, "<DYN>");
  for (const BasicType& basic : kBasicTypes) {
    Type* type = single(basic.kind, basic.name);
    type->size = basic.size;
    type->align = basic.size;
    type->is_signed = basic.is_signed;
    type->is_char = basic.is_char;
    type->is_bool = basic.is_bool;
    impl_->basics.emplace(basic.name, type);
  }
  auto built_in = [this](const char* name, const Type* target) {
    Type* type = make(TypeKind::Typedef);
    type->name = name;
    type->target = target;
    type->size = target->size;
    type->align = target->align;
    impl_->builtin_typedefs.emplace(name, type);
  };
  for (const auto& entry : kTypedefs) {
    built_in(entry.name, basic(entry.basic));
  }
  built_in("caddr_t", pointer_to(basic("char")));
  int64_t_ = impl_->builtin_typedefs.at("int64_t");
  uint64_t_ = impl_->builtin_typedefs.at("uint64_t");
}

TypeTable::~TypeTable() = default;

const Type* TypeTable::basic(std::string_view name) const {
  auto it = impl_->basics.find(std::string(name));
  return it == impl_->basics.end() ? nullptr : it->second;
}

const Type* TypeTable::int_type(unsigned size_bytes, bool is_signed) const {
  switch (size_bytes) {
    case 1:
      return basic(is_signed ? "signed char" : "unsigned char");
    case 2:
      return basic(is_signed ? "short" : "unsigned short");
    case 4:
      return basic(is_signed ? "int" : "unsigned int");
    case 8:
      return basic(is_signed ? "long" : "unsigned long");
    default:
      return nullptr;
  }
}

const Type* TypeTable::find_own_typedef(std::string_view name) const {
  auto it = impl_->own_typedefs.find(std::string(name));
  return it == impl_->own_typedefs.end() ? nullptr : it->second;
}

const Type* TypeTable::find_typedef(std::string_view name) { return find_typedef_in({}, name); }

const Type* TypeTable::find_typedef_in(std::string_view module, std::string_view name) {
  std::string key(name);
  if (is_image(module)) {
    if (const Type* own = find_own_typedef(name)) {
      return own;
    }
    if (auto it = impl_->builtin_typedefs.find(key); it != impl_->builtin_typedefs.end()) {
      return it->second;
    }
    module = {};
  }
  return btf_ ? btf_->find_typedef(*this, module, name) : nullptr;
}

const Type* TypeTable::find_own_tag(TypeKind tag_kind, std::string_view name) const {
  auto it = impl_->own_tags.find(TagKey{tag_kind, std::string(name)});
  return it == impl_->own_tags.end() ? nullptr : it->second;
}

const Type* TypeTable::find_tag(TypeKind tag_kind, std::string_view name) {
  return find_tag_in({}, tag_kind, name);
}

const Type* TypeTable::find_tag_in(std::string_view module, TypeKind tag_kind,
                                   std::string_view name) {
  if (is_image(module)) {
    const Type* own = find_own_tag(tag_kind, name);
    if (own && own->kind != TypeKind::Forward) {
      return own;
    }
    const Type* kernel = btf_ ? btf_->find_tag(*this, {}, tag_kind, name) : nullptr;
    return kernel ? kernel : own;
  }
  return btf_ ? btf_->find_tag(*this, module, tag_kind, name) : nullptr;
}

std::optional<int64_t> TypeTable::find_enumerator(std::string_view name, const Type** enum_type) {
  if (auto it = impl_->enumerators.find(std::string(name)); it != impl_->enumerators.end()) {
    if (enum_type) {
      *enum_type = it->second.type;
    }
    return it->second.value;
  }
  return btf_ ? btf_->find_enumerator(*this, name, enum_type) : std::nullopt;
}

bool TypeTable::is_type_name(std::string_view name) { return find_typedef(name) != nullptr; }

const Type* TypeTable::pointer_to(const Type* target) {
  const Type*& slot = impl_->pointers[target];
  if (!slot) {
    Type* type = make(TypeKind::Pointer);
    type->target = target;
    type->size = 8;
    type->align = 8;
    slot = type;
  }
  return slot;
}

const Type* TypeTable::array_of(const Type* target, uint64_t nr_elems) {
  const Type*& slot = impl_->arrays[ArrayKey{target, nr_elems}];
  if (!slot) {
    Type* type = make(TypeKind::Array);
    type->target = target;
    type->nr_elems = nr_elems;
    const Type* element = resolve(target);
    type->size = element->size * nr_elems;
    type->align = element->align;
    slot = type;
  }
  return slot;
}

const Type* TypeTable::function(const Type* ret, std::vector<Param> params, bool is_variadic) {
  Type* type = make(TypeKind::Function);
  type->target = ret;
  type->params = std::move(params);
  type->is_variadic = is_variadic;
  return type;
}

const Type* TypeTable::add_typedef(std::string name, const Type* target) {
  Type* type = make(TypeKind::Typedef);
  type->name = name;
  type->target = target;
  type->size = target->size;
  type->align = target->align;
  type->is_complete = target->is_complete;
  impl_->own_typedefs[std::move(name)] = type;
  return type;
}

Type* TypeTable::new_tag(TypeKind kind, std::string tag, TypeKind forward_of) {
  bool is_forward = kind == TypeKind::Forward;
  if (!tag.empty()) {
    // Only this table makes the nodes, none of them is a const object.
    auto* known = const_cast<Type*>(find_own_tag(is_forward ? forward_of : kind, tag));
    if (known && (is_forward || known->kind == TypeKind::Forward)) {
      if (!is_forward) {
        known->kind = kind;
      }
      return known;
    }
  }
  Type* type = make(kind);
  type->name = tag;
  type->is_complete = false;
  type->forward_of = forward_of;
  if (kind == TypeKind::Enum) {
    type->size = 4;
    type->align = 4;
    type->is_signed = true;
  }
  if (!tag.empty()) {
    register_tag(is_forward ? forward_of : kind, std::move(tag), type);
  }
  return type;
}

Type* TypeTable::make(TypeKind kind) {
  Type& type = impl_->types.emplace_back();
  type.kind = kind;
  return &type;
}

void TypeTable::register_tag(TypeKind tag_kind, std::string name, const Type* type) {
  impl_->own_tags[TagKey{tag_kind, std::move(name)}] = type;
}

void TypeTable::register_enumerators(const Type* enum_type) {
  for (const Enumerator& enumerator : enum_type->enumerators) {
    impl_->enumerators[enumerator.name] = {enumerator.value, enum_type};
  }
}

}  // namespace dt::lang::types
