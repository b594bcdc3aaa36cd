// SPDX-License-Identifier: MIT
// Reader of kernel type information (BTF), on libbpf. Converts one type at a time: a struct's
// members come when somebody resolves it. Entry points are the members of Btf (btf.hpp).
#include "lang/types/btf.hpp"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <unordered_map>

#include "lang/types/btf_unit.hpp"

namespace dt::lang::types {

namespace {

constexpr uint32_t kNone = Unit::kNone;

bool is_image(std::string_view module) {
  return module.empty() || module == "vmlinux" || module == "genunix" || module == "unix" ||
         module == "kernel";
}

// C's usual spelling of an integer type that compilers write as "long unsigned int" and the like.
std::string usual_name(std::string_view name) {
  int nr_long = 0;
  bool is_short = false, is_unsigned = false, is_signed = false, is_char = false;
  size_t at = 0;
  while (at < name.size()) {
    size_t end = std::min(name.find(' ', at), name.size());
    std::string_view word = name.substr(at, end - at);
    if (word == "long") {
      nr_long++;
    } else if (word == "short") {
      is_short = true;
    } else if (word == "unsigned") {
      is_unsigned = true;
    } else if (word == "signed") {
      is_signed = true;
    } else if (word == "char") {
      is_char = true;
    } else if (word != "int") {
      return std::string(name);
    }
    at = end + 1;
  }
  std::string usual = is_unsigned ? "unsigned " : is_char && is_signed ? "signed " : "";
  return usual + (is_char        ? "char"
                  : is_short     ? "short"
                  : nr_long == 2 ? "long long"
                  : nr_long == 1 ? "long"
                                 : "int");
}

uint32_t tag_btf_kind(TypeKind kind) {
  return kind == TypeKind::Struct ? BTF_KIND_STRUCT : BTF_KIND_UNION;
}

bool is_tag_of_kind(const btf_type* t, TypeKind kind) {
  uint32_t btf_kind = BTF_INFO_KIND(t->info);
  if (kind == TypeKind::Enum) {
    return (btf_kind == BTF_KIND_ENUM || btf_kind == BTF_KIND_ENUM64) && BTF_INFO_VLEN(t->info) > 0;
  }
  return btf_kind == tag_btf_kind(kind);
}

bool has_negative(const btf_type* t) {
  if (BTF_INFO_KIND(t->info) != BTF_KIND_ENUM) {
    return true;
  }
  const struct btf_enum* values = btf_enum(t);
  return std::any_of(values, values + BTF_INFO_VLEN(t->info),
                     [](const struct btf_enum& e) { return e.val < 0; });
}

int quiet(enum libbpf_print_level, const char*, va_list) { return 0; }

}  // namespace

struct Btf::Impl {
  std::string dir;
  std::string problem;
  TypeTable* table = nullptr;
  bool is_tried = false;
  std::unique_ptr<Unit> image;
  std::unordered_map<std::string, std::unique_ptr<Unit>> modules;  // null: has none
  // Units in the order of their opening: what completer_id refers to is (unit, id).
  struct Pending {
    Unit* unit;
    uint32_t id;
  };
  std::vector<Pending> pending;
  TypeCompleter* completer = nullptr;

  Unit* open_image() {
    if (is_tried) {
      return image.get();
    }
    is_tried = true;
    libbpf_set_print(quiet);
    std::string path = dir + "/vmlinux";
    struct btf* btf = btf__parse(path.c_str(), nullptr);
    if (!btf) {
      problem = "no kernel type information: cannot read " + path + ": " + std::strerror(errno);
      return nullptr;
    }
    image = std::make_unique<Unit>();
    image->btf = btf;
    image->end_id = btf__type_cnt(btf);
    image->find_strings(0);
    image->index_names();
    return image.get();
  }

  Unit* open_module(std::string_view module) {
    if (is_image(module) || module.find('/') != std::string_view::npos || !open_image()) {
      return nullptr;
    }
    auto [it, is_new] = modules.try_emplace(std::string(module));
    if (!is_new) {
      return it->second.get();
    }
    std::string path = dir + "/" + it->first;
    if (access(path.c_str(), R_OK) != 0) {
      return nullptr;
    }
    struct btf* btf = btf__parse_split(path.c_str(), image->btf);
    if (!btf) {
      problem = "cannot read " + path + ": " + std::strerror(errno);
      return nullptr;
    }
    auto unit = std::make_unique<Unit>();
    unit->btf = btf;
    unit->first_id = image->end_id;
    unit->end_id = btf__type_cnt(btf);
    unit->find_strings(static_cast<uint32_t>(image->strings.size()));
    unit->index_names();
    it->second = std::move(unit);
    return it->second.get();
  }

  struct Found {
    Unit* unit = nullptr;
    uint32_t id = kNone;
    explicit operator bool() const { return unit != nullptr; }
  };

  template <typename Accept>
  Found find(std::string_view module, std::string_view name, Accept accept) {
    if (name.empty() || name.find('\0') != std::string_view::npos || !open_image()) {
      return {};
    }
    uint32_t image_off = image->find_string(name);
    if (Unit* unit = open_module(module)) {
      uint32_t off = image_off != kNone ? image_off : unit->find_string(name);
      if (off != kNone) {
        if (uint32_t id = unit->find_id(off, accept); id != kNone) {
          return {unit, id};
        }
      }
    }
    if (image_off != kNone) {
      if (uint32_t id = image->find_id(image_off, accept); id != kNone) {
        return {image.get(), id};
      }
    }
    return {};
  }

  // A tag that the image does not have, in whichever module: the first by name.
  template <typename Accept>
  Found find_in_modules(std::string_view name, Accept accept) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(dir, error)) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    for (const std::string& module : names) {
      if (Found found = find(module, name, accept)) {
        return found;
      }
    }
    return {};
  }

  const Type* convert(Unit* unit, uint32_t id);
  const Type* convert_int(const btf_type* t, std::string_view name);
  const Type* convert_proto(Unit* unit, const btf_type* t);
  Type* shell(Unit* unit, uint32_t id, TypeKind kind, std::string_view name);
  void fill_members(Unit* unit, const btf_type* t, Type& type);
  void fill_enumerators(Unit* unit, const btf_type* t, Type& type);
};

const Type* Btf::Impl::convert_int(const btf_type* t, std::string_view name) {
  uint32_t info = *reinterpret_cast<const uint32_t*>(t + 1);
  uint32_t encoding = BTF_INT_ENCODING(info);
  const Type* basic = table->basic(usual_name(name));
  if (basic && basic->size == t->size) {
    return basic;
  }
  Type* type = table->make(TypeKind::Int);
  type->name = name;
  type->size = t->size;
  type->align = t->size;
  type->is_signed = encoding & BTF_INT_SIGNED;
  type->is_bool = encoding & BTF_INT_BOOL;
  type->is_char = encoding & BTF_INT_CHAR;
  return type;
}

const Type* Btf::Impl::convert_proto(Unit* unit, const btf_type* t) {
  std::vector<Param> params;
  bool is_variadic = false;
  const btf_param* param = btf_params(t);
  for (uint32_t i = 0; i < BTF_INFO_VLEN(t->info); i++, param++) {
    if (!param->type) {
      is_variadic = true;
      break;
    }
    params.push_back({btf__name_by_offset(unit->btf, param->name_off), convert(unit, param->type)});
  }
  return table->function(convert(unit, t->type), std::move(params), is_variadic);
}

// A type whose inside is filled in later.
Type* Btf::Impl::shell(Unit* unit, uint32_t id, TypeKind kind, std::string_view name) {
  Type* type = table->make(kind);
  type->name = name;
  type->completer = completer;
  type->completer_id = static_cast<uint32_t>(pending.size());
  pending.push_back({unit, id});
  return type;
}

const Type* Btf::Impl::convert(Unit* unit, uint32_t id) {
  if (id == 0) {
    return table->void_type();
  }
  if (id < unit->first_id) {
    unit = image.get();
  }
  if (auto it = unit->converted.find(id); it != unit->converted.end()) {
    return it->second;
  }
  const btf_type* t = btf__type_by_id(unit->btf, id);
  if (!t) {
    return table->void_type();
  }
  std::string_view name = btf__name_by_offset(unit->btf, t->name_off);
  const Type* result = nullptr;
  switch (BTF_INFO_KIND(t->info)) {
    case BTF_KIND_INT:
      result = convert_int(t, name);
      break;
    case BTF_KIND_FLOAT: {
      const Type* basic = table->basic(name);
      result = basic ? basic : table->basic("double");
      break;
    }
    case BTF_KIND_PTR:
      result = table->pointer_to(convert(unit, t->type));
      break;
    case BTF_KIND_ARRAY: {
      const auto* array = btf_array(t);
      const Type* element = convert(unit, array->type);
      result = table->array_of(element, array->nelems);
      break;
    }
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION: {
      Type* type = shell(unit, id, btf_is_union(t) ? TypeKind::Union : TypeKind::Struct, name);
      type->size = t->size;
      result = type;
      break;
    }
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64: {
      if (BTF_INFO_VLEN(t->info) == 0 && !name.empty()) {
        Type* type = shell(unit, id, TypeKind::Forward, name);
        type->forward_of = TypeKind::Enum;
        type->is_complete = false;
        result = type;
        break;
      }
      Type* type = shell(unit, id, TypeKind::Enum, name);
      type->size = t->size;
      type->align = t->size;
      // An enum counts as int; only one that its file packed into less may be unsigned.
      type->is_signed = t->size >= 4 || has_negative(t);
      result = type;
      break;
    }
    case BTF_KIND_FWD: {
      Type* type = shell(unit, id, TypeKind::Forward, name);
      type->forward_of = BTF_INFO_KFLAG(t->info) ? TypeKind::Union : TypeKind::Struct;
      type->is_complete = false;
      result = type;
      break;
    }
    case BTF_KIND_TYPEDEF: {
      const Type* target = convert(unit, t->type);
      Type* type = table->make(TypeKind::Typedef);
      type->name = name;
      type->target = target;
      type->size = target->size;
      type->align = target->align;
      result = type;
      break;
    }
    case BTF_KIND_CONST:
    case BTF_KIND_VOLATILE:
    case BTF_KIND_RESTRICT:
    case BTF_KIND_TYPE_TAG:
    case BTF_KIND_FUNC:
    case BTF_KIND_VAR:
      result = convert(unit, t->type);
      break;
    case BTF_KIND_FUNC_PROTO:
      result = convert_proto(unit, t);
      break;
    default:
      result = table->void_type();
      break;
  }
  unit->converted[id] = result;
  return result;
}

void Btf::Impl::fill_members(Unit* unit, const btf_type* t, Type& type) {
  uint32_t nr = BTF_INFO_VLEN(t->info);
  type.members.reserve(nr);
  for (uint32_t i = 0; i < nr; i++) {
    const btf_member* m = btf_members(t) + i;
    Member member;
    member.name = btf__name_by_offset(unit->btf, m->name_off);
    member.type = convert(unit, m->type);
    member.bit_offset = btf_member_bit_offset(t, i);
    member.bit_size = btf_member_bitfield_size(t, i);
    // The alignment is the strictest one that all members and the size agree with: packed structs
    // have less.
    uint32_t align = member.bit_size ? 1 : resolve(member.type)->align;
    if (align && type.size % align == 0 && member.bit_offset % (uint64_t{align} * 8) == 0) {
      type.align = std::max(type.align, align);
    }
    type.members.push_back(std::move(member));
  }
}

void Btf::Impl::fill_enumerators(Unit* unit, const btf_type* t, Type& type) {
  uint32_t nr = BTF_INFO_VLEN(t->info);
  type.enumerators.reserve(nr);
  bool is_wide = BTF_INFO_KIND(t->info) == BTF_KIND_ENUM64;
  for (uint32_t i = 0; i < nr; i++) {
    if (is_wide) {
      const auto* e = btf_enum64(t) + i;
      type.enumerators.push_back(
          {btf__name_by_offset(unit->btf, e->name_off), static_cast<int64_t>(btf_enum64_value(e))});
    } else {
      const auto* e = btf_enum(t) + i;
      type.enumerators.push_back({btf__name_by_offset(unit->btf, e->name_off), e->val});
    }
  }
}

Btf::Btf(std::string dir) : impl_(std::make_unique<Impl>()) {
  impl_->dir = std::move(dir);
  impl_->completer = this;
}

Btf::~Btf() {
  impl_->modules.clear();  // split units refer to the image's
}

bool Btf::is_available() const { return access((impl_->dir + "/vmlinux").c_str(), R_OK) == 0; }
bool Btf::is_open() const { return impl_->image != nullptr; }
const std::string& Btf::problem() const { return impl_->problem; }

void Btf::complete(Type& type) {
  auto [unit, id] = impl_->pending[type.completer_id];
  const btf_type* t = btf__type_by_id(unit->btf, id);
  if (type.kind == TypeKind::Enum) {
    impl_->fill_enumerators(unit, t, type);
    return;
  }
  if (type.kind != TypeKind::Forward) {
    impl_->fill_members(unit, t, type);
    return;
  }
  // Declared here, perhaps defined in the image (a module's forward) or in the unit itself.
  TypeKind kind = type.forward_of;
  uint32_t definition =
      unit->find_id(t->name_off, [kind](const btf_type* d) { return is_tag_of_kind(d, kind); });
  if (definition == kNone && unit != impl_->image.get()) {
    unit = impl_->image.get();
    definition =
        unit->find_id(t->name_off, [kind](const btf_type* d) { return is_tag_of_kind(d, kind); });
  }
  if (definition == kNone) {
    return;
  }
  const Type* whole = resolve(impl_->convert(unit, definition));
  std::string name = type.name;
  type = *whole;
  type.name = name;
}

const Type* Btf::find_typedef(TypeTable& table, std::string_view module, std::string_view name) {
  impl_->table = &table;
  auto found = impl_->find(
      module, name, [](const btf_type* t) { return BTF_INFO_KIND(t->info) == BTF_KIND_TYPEDEF; });
  return found ? impl_->convert(found.unit, found.id) : nullptr;
}

const Type* Btf::find_tag(TypeTable& table, std::string_view module, TypeKind tag_kind,
                          std::string_view name) {
  impl_->table = &table;
  auto accept = [tag_kind](const btf_type* t) { return is_tag_of_kind(t, tag_kind); };
  auto found = impl_->find(module, name, accept);
  if (!found && is_image(module) && impl_->image) {
    found = impl_->find_in_modules(name, accept);
  }
  return found ? impl_->convert(found.unit, found.id) : nullptr;
}

std::optional<int64_t> Btf::find_enumerator(TypeTable& table, std::string_view name,
                                            const Type** enum_type) {
  impl_->table = &table;
  if (!impl_->open_image()) {
    return std::nullopt;
  }
  Unit* unit = impl_->image.get();
  uint32_t off = unit->find_string(name);
  if (off == kNone) {
    return std::nullopt;
  }
  for (uint32_t id : unit->enum_ids) {
    const btf_type* t = btf__type_by_id(unit->btf, id);
    uint32_t nr = BTF_INFO_VLEN(t->info);
    bool is_wide = BTF_INFO_KIND(t->info) == BTF_KIND_ENUM64;
    for (uint32_t i = 0; i < nr; i++) {
      uint32_t name_off = is_wide ? btf_enum64(t)[i].name_off : btf_enum(t)[i].name_off;
      if (name_off != off) {
        continue;
      }
      if (enum_type) {
        *enum_type = impl_->convert(unit, id);
      }
      return is_wide ? static_cast<int64_t>(btf_enum64_value(&btf_enum64(t)[i]))
                     : int64_t{btf_enum(t)[i].val};
    }
  }
  return std::nullopt;
}

const Type* Btf::function(TypeTable& table, std::string_view module, std::string_view name) {
  impl_->table = &table;
  auto found = impl_->find(
      module, name, [](const btf_type* t) { return BTF_INFO_KIND(t->info) == BTF_KIND_FUNC; });
  return found ? impl_->convert(found.unit, found.id) : nullptr;
}

std::vector<const Type*> Btf::prototypes(TypeTable& table, std::string_view module,
                                         std::string_view name) {
  impl_->table = &table;
  std::vector<const Type*> found;
  if (name.empty() || !impl_->open_image()) {
    return found;
  }
  Unit* image = impl_->image.get();
  Unit* unit = is_image(module) ? image : impl_->open_module(module);
  if (!unit) {
    return found;
  }
  for (uint32_t id : unit->function_ids(name, *image)) {
    const Type* type = impl_->convert(unit, id);
    bool is_known = std::any_of(found.begin(), found.end(),
                                [&](const Type* other) { return same_type(other, type); });
    if (!is_known) {
      found.push_back(type);
    }
  }
  return found;
}

bool Btf::describes(std::string_view module) {
  return impl_->open_image() && (is_image(module) || impl_->open_module(module));
}

const Type* Btf::variable(TypeTable& table, std::string_view module, std::string_view name) {
  impl_->table = &table;
  auto found = impl_->find(
      module, name, [](const btf_type* t) { return BTF_INFO_KIND(t->info) == BTF_KIND_VAR; });
  return found ? impl_->convert(found.unit, found.id) : nullptr;
}

}  // namespace dt::lang::types
