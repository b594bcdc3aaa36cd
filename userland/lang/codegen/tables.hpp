// SPDX-License-Identifier: MIT
// Tables of the program that all clauses share: strings, key shapes, variables, aggregations, and
// where the clause-local variables lie. Entries are made at their first use, so unused variables
// cost nothing.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "lang/ast.hpp"
#include "lang/compile.hpp"
#include "lang/object/program.hpp"

namespace dt::lang::codegen {

inline uint64_t round_up8(uint64_t value) { return (value + 7) & ~uint64_t{7}; }

class Tables {
 public:
  Tables(const CompileInput& input, const CompileOptions& options, object::Program& program);

  uint32_t string(const std::string& text);
  // Index of a global or thread variable, or of an array.
  int variable(const ast::Variable& var);
  int aggregation(const ast::Aggregation& agg, uint32_t shape);
  uint32_t shape(const std::vector<object::Field>& comps);
  // The key shape of an array's declared or first-use key types.
  uint32_t shape_of_keys(const std::vector<ast::KeyComp>& keys);
  // Frame offset of a clause-local variable.
  uint32_t local(const ast::Variable& var);
  // Ends the local area; locals may not be added after it.
  void place_locals(const ast::Program& tree);
  uint32_t locals_end() const { return locals_end_; }

  // Bytes that a value takes when it is stored by reference: strings, structs, arrays.
  uint64_t storage_size(const types::Type* type) const;
  // Bytes of a string's storage: option strsize counts characters, the NUL comes on top.
  uint32_t strsize() const { return strsize_; }
  const CompileOptions& options() const { return options_; }
  const CompileInput& input() const { return input_; }
  object::Program& program() { return program_; }

 private:
  const CompileInput& input_;
  const CompileOptions& options_;
  object::Program& program_;
  uint32_t strsize_;
  uint32_t locals_end_;
  std::unordered_map<std::string, uint32_t> strings_;
  std::unordered_map<const ast::Variable*, int> variables_;
  std::unordered_map<const ast::Aggregation*, int> aggs_;
  std::unordered_map<const ast::Variable*, uint32_t> locals_;
  std::map<std::vector<std::pair<uint32_t, uint32_t>>, uint32_t> shapes_;  // (kind, size)...
};

// Is a value of this type its address (strings, structs, unions, arrays, functions)?
bool is_by_ref(const types::Type* type);

// How a field of a record or key shows a value of this type. size: bytes it takes there.
object::Field field_for(const types::Type* type, uint32_t size);

// The self-contained description of a type for print() and trace().
std::shared_ptr<const object::ShownType> shown_type(const types::Type* type);

}  // namespace dt::lang::codegen
