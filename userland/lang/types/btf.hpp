// SPDX-License-Identifier: MIT
// Kernel types: reads BTF of the running kernel and of its modules through libbpf and converts
// single types when they are asked for. Nothing is opened before the first lookup; names are found
// through an index that is built at that moment. One Btf serves one TypeTable. Errors (no BTF,
// unreadable) show as "not found"; problem() tells the reason for messages.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/types/type.hpp"

namespace dt::lang::types {

class Btf : public TypeCompleter {
 public:
  // dir: where the files "vmlinux" and one per module are.
  explicit Btf(std::string dir = "/sys/kernel/btf");
  ~Btf() override;
  Btf(const Btf&) = delete;
  Btf& operator=(const Btf&) = delete;

  // Is there BTF of the kernel at all? Looks at the file system only.
  bool is_available() const;
  // Was any BTF opened (tests: programs that need no kernel type must not).
  bool is_open() const;
  // Why the last lookup could not be tried ("" = it could): one sentence.
  const std::string& problem() const;

  // module: "" or "vmlinux" = the image, for tags then all loaded modules; else the module's own
  // types first, then the image's.
  const Type* find_typedef(TypeTable& table, std::string_view module, std::string_view name);
  const Type* find_tag(TypeTable& table, std::string_view module, TypeKind tag_kind,
                       std::string_view name);
  // Enumerator by name; its enum in *enum_type.
  std::optional<int64_t> find_enumerator(TypeTable& table, std::string_view name,
                                         const Type** enum_type);
  // Prototype of a kernel function: a Function type with named parameters. nullptr: not described.
  const Type* function(TypeTable& table, std::string_view module, std::string_view name);
  // Every prototype that functions of this name have in just this module ("vmlinux": the image):
  // static functions of several files may share a name. Fast for many names in a row.
  std::vector<const Type*> prototypes(TypeTable& table, std::string_view module,
                                      std::string_view name);
  // Is there type information of this module at all?
  bool describes(std::string_view module);
  // Type of a variable. BTF describes per-CPU variables only.
  const Type* variable(TypeTable& table, std::string_view module, std::string_view name);

  void complete(Type& type) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dt::lang::types
