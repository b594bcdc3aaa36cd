// SPDX-License-Identifier: MIT
// The type model: C types as D sees them, plus D's own. Types are immutable once complete, owned by
// a TypeTable and compared with same_type() (typedefs and qualifiers looked through).
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace dt::lang::types {

enum class TypeKind {
  Void,
  Int,  // every integer type, bool and char included; enums are Enum
  Float,
  Pointer,  // target
  Array,    // target, nr_elems (0 = flexible or [] unknown)
  Struct,
  Union,
  Enum,
  Typedef,   // name, target
  Function,  // target = return type, params
  Forward,   // struct/union/enum tag that is declared but not defined: incomplete
  String,    // D's string: strsize bytes when stored
  Dynamic,   // result of an action or anything without a C type (stack(), a printf call...)
};

class Type;

// Fills in the members or enumerators of a type the first time somebody looks at them. Kernel types
// refer to each other without end; only those that a program touches are converted.
class TypeCompleter {
 public:
  virtual ~TypeCompleter() = default;
  virtual void complete(Type& type) = 0;
};

struct Member {
  std::string name;  // empty = anonymous struct or union: its members are found through it
  const Type* type = nullptr;
  uint64_t bit_offset = 0;
  uint32_t bit_size = 0;  // 0 = not a bit-field
};

struct Enumerator {
  std::string name;
  int64_t value = 0;
};

struct Param {
  std::string name;  // may be empty
  const Type* type = nullptr;
};

// Plain data; built only by TypeTable, BTF and declaration code. Always look at a type through
// resolve(): it also completes kernel structs, unions and enums on demand (size is right even
// before that).
class Type {
 public:
  TypeKind kind = TypeKind::Void;
  std::string name;  // "int", "unsigned long", tag of a struct, typedef's name; may be empty
  uint64_t size =
      0;  // bytes; 0 for void, functions, incomplete types. String: 0 here, strsize when stored
  uint32_t align = 1;
  bool is_signed = false;  // Int and Enum
  bool is_bool = false;
  bool is_char = false;  // plain/signed/unsigned char: an array of it may be used as a string
  bool is_complete = true;
  bool is_userland = false;                // address belongs to user space (reserved)
  TypeKind forward_of = TypeKind::Struct;  // Forward only
  const Type* target = nullptr;
  uint64_t nr_elems = 0;
  std::vector<Member> members;
  std::vector<Enumerator> enumerators;
  std::vector<Param> params;
  bool is_variadic = false;
  mutable TypeCompleter* completer =
      nullptr;                // not null: members, enumerators and align are still to come
  uint32_t completer_id = 0;  // the completer's own
};

// Looks through typedefs; what it returns is complete, if a definition exists.
const Type* resolve(const Type* type);
bool same_type(const Type* a, const Type* b);
// "struct file *", "int [3]", "int (*)(void)", as a person writes it.
std::string to_string(const Type* type);
// Member by name, descending into anonymous members; offset is from the start of the outer type.
struct FoundMember {
  const Member* member = nullptr;
  uint64_t bit_offset = 0;
};
std::optional<FoundMember> find_member(const Type* sou, std::string_view name);

inline bool is_integer(const Type* t) {
  t = resolve(t);
  return t->kind == TypeKind::Int || t->kind == TypeKind::Enum;
}
inline bool is_pointer(const Type* t) { return resolve(t)->kind == TypeKind::Pointer; }
inline bool is_string(const Type* t) { return resolve(t)->kind == TypeKind::String; }
inline bool is_sou(const Type* t) {
  return resolve(t)->kind == TypeKind::Struct || resolve(t)->kind == TypeKind::Union;
}
inline bool is_scalar(const Type* t) { return is_integer(t) || is_pointer(t); }
bool is_char_array(const Type* t);
bool is_char_pointer(const Type* t);

class Btf;

// Every type of one compilation. Lookup order for names: the program's own declarations, D's
// built-in typedefs (int8_t, uint_t, size_t, pid_t, ... as classic D has them), then kernel BTF
// (vmlinux, then the module named in "module`type"), converted lazily, type by type.
class TypeTable {
 public:
  TypeTable();
  ~TypeTable();
  TypeTable(const TypeTable&) = delete;
  TypeTable& operator=(const TypeTable&) = delete;

  // Kernel types; may be absent (tests, no BTF). The table does not own it.
  void set_btf(Btf* btf) { btf_ = btf; }
  Btf* btf() const { return btf_; }

  // Singletons.
  const Type* void_type() const { return void_; }
  const Type* string_type() const { return string_; }
  const Type* dynamic_type() const { return dynamic_; }
  const Type* int_type(unsigned size_bytes, bool is_signed) const;  // 1, 2, 4, 8
  const Type* int_t() const { return int_type(4, true); }
  // C's own integer and floating types by their usual name: "char", "signed char", "unsigned char",
  // "short", "unsigned short", "int", "unsigned int", "long", "unsigned long", "long long",
  // "unsigned long long", "_Bool",
  // "__int128", "unsigned __int128", "float", "double", "long double". nullptr for others.
  const Type* basic(std::string_view name) const;
  const Type* int64() const { return int64_t_; }    // typedef int64_t
  const Type* uint64() const { return uint64_t_; }  // typedef uint64_t

  // Lookups; nullptr when there is none. tag_kind: Struct, Union or Enum.
  const Type* find_typedef(std::string_view name);
  const Type* find_tag(TypeKind tag_kind, std::string_view name);
  // "struct foo *", "unsigned int", "file_t", "mod`struct x": a C type written as text (probe
  // arguments, pragmas). nullptr if it does not parse or does not exist.
  const Type* find_by_text(std::string_view text);
  // The same two with a module's types first (empty = vmlinux only).
  const Type* find_typedef_in(std::string_view module, std::string_view name);
  const Type* find_tag_in(std::string_view module, TypeKind tag_kind, std::string_view name);
  // Enumerator of any enum known so far (program, then BTF). The lookups that reach BTF open it on
  // first use, which costs time and memory: ask for a name only after everything else it could be
  // has been ruled out.
  std::optional<int64_t> find_enumerator(std::string_view name, const Type** enum_type = nullptr);
  bool is_type_name(std::string_view name);

  // Makers.
  const Type* pointer_to(const Type* target);
  const Type* array_of(const Type* target, uint64_t nr_elems);
  const Type* function(const Type* ret, std::vector<Param> params, bool is_variadic);
  const Type* add_typedef(std::string name, const Type* target);
  // A new tag of the program; an empty one is anonymous. kind Struct, Union or Enum: incomplete
  // until layout() (enums: until the caller sets is_complete), and if the program declared the tag
  // before without defining it, that very node, so that earlier pointers see the definition. kind
  // Forward: `forward_of` tells what it will be.
  Type* new_tag(TypeKind kind, std::string tag, TypeKind forward_of = TypeKind::Struct);
  // The program's own tag only, no BTF: to find redeclarations.
  const Type* find_own_tag(TypeKind tag_kind, std::string_view name) const;
  const Type* find_own_typedef(std::string_view name) const;  // without D's built-in ones
  // Lays out members in C's way (offsets, bit-fields, size, align) and marks the type complete.
  void layout(Type* sou);
  // A type node owned by the table, for BTF conversion.
  Type* make(TypeKind kind);
  void register_tag(TypeKind tag_kind, std::string name, const Type* type);
  void register_enumerators(const Type* enum_type);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  Btf* btf_ = nullptr;
  const Type* void_ = nullptr;
  const Type* string_ = nullptr;
  const Type* dynamic_ = nullptr;
  const Type* int64_t_ = nullptr;
  const Type* uint64_t_ = nullptr;
};

}  // namespace dt::lang::types
