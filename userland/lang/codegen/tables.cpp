// SPDX-License-Identifier: MIT
// Tables of the program that all clauses share. External interface: class Tables.
#include "lang/codegen/tables.hpp"

#include <algorithm>

#include "dtrace/dif.h"
#include "dtrace/uapi.h"

namespace dt::lang::codegen {

using types::TypeKind;

bool is_by_ref(const types::Type* type) {
  switch (types::resolve(type)->kind) {
    case TypeKind::String:
    case TypeKind::Struct:
    case TypeKind::Union:
    case TypeKind::Array:
    case TypeKind::Function:
      return true;
    default:
      return false;
  }
}

Tables::Tables(const CompileInput& input, const CompileOptions& options, object::Program& program)
    : input_(input),
      options_(options),
      program_(program),
      strsize_(options.strsize + 1),
      locals_end_(DTRACE_FRAME_HDR) {
  program_.shapes.assign(1, object::KeyShape{});
  string("");  // offset 0, and the table is never empty
}

uint32_t Tables::string(const std::string& text) {
  // Strings are looked at up to their first NUL.
  std::string upto_nul = text.substr(0, text.find('\0'));
  auto [it, is_new] = strings_.try_emplace(upto_nul, program_.strtab.size());
  if (is_new) {
    program_.strtab += upto_nul;
    program_.strtab += '\0';
  }
  return it->second;
}

uint64_t Tables::storage_size(const types::Type* type) const {
  const types::Type* resolved = types::resolve(type);
  return resolved->kind == TypeKind::String ? strsize_ : resolved->size;
}

int Tables::variable(const ast::Variable& var) {
  auto it = variables_.find(&var);
  if (it != variables_.end()) {
    return it->second;
  }
  object::Variable out;
  bool is_thread = var.scope == ast::VarScope::Thread;
  out.kind = var.is_assoc ? (is_thread ? DTRACE_VAR_TASSOC : DTRACE_VAR_ASSOC)
                          : (is_thread ? DTRACE_VAR_THREAD : DTRACE_VAR_GLOBAL);
  if (is_by_ref(var.type)) {
    out.flags |= DTRACE_VAR_BYREF;
    out.size = static_cast<uint32_t>(std::max<uint64_t>(round_up8(storage_size(var.type)), 8));
  }
  if (var.is_assoc) {
    out.shape = shape_of_keys(var.keys);
  }
  out.name = (is_thread ? "self->" : "") + var.name;
  auto index = static_cast<int>(program_.vars.size());
  program_.vars.push_back(std::move(out));
  variables_[&var] = index;
  return index;
}

int Tables::aggregation(const ast::Aggregation& agg, uint32_t shape) {
  auto [it, is_new] = aggs_.try_emplace(&agg, static_cast<int>(program_.aggs.size()));
  if (is_new) {
    object::Aggregation out;
    out.name = agg.name;
    out.func = static_cast<uint32_t>(agg.func);
    std::copy(std::begin(agg.param), std::end(agg.param), std::begin(out.param));
    switch (agg.func) {
      case DTRACE_AGG_AVG:
        out.data_size = 16;
        break;
      case DTRACE_AGG_STDDEV:
        out.data_size = 32;
        break;
      case DTRACE_AGG_QUANTIZE:
        out.data_size = 8 * DTRACE_QUANTIZE_NBUCKETS;
        break;
      case DTRACE_AGG_LQUANTIZE: {
        // Unsigned: the range may be wider than an int64_t.
        uint64_t range = static_cast<uint64_t>(agg.param[1]) - static_cast<uint64_t>(agg.param[0]);
        uint64_t step = agg.param[2] > 0 ? static_cast<uint64_t>(agg.param[2]) : 1;
        out.data_size = static_cast<uint32_t>(8 * (range / step + 2));
        break;
      }
      case DTRACE_AGG_LLQUANTIZE: {
        int64_t factor = std::max<int64_t>(agg.param[0], 1);
        int64_t steps = agg.param[3];
        int64_t side = (agg.param[2] - agg.param[1] + 1) * (steps - steps / factor) + 1;
        out.data_size = static_cast<uint32_t>(8 * (2 * side + 1));
        break;
      }
      default:
        out.data_size = 8;
        break;
    }
    program_.aggs.push_back(std::move(out));
  }
  if (agg.func && shape) {
    program_.aggs[static_cast<size_t>(it->second)].shape = shape;
  }
  return it->second;
}

uint32_t Tables::shape(const std::vector<object::Field>& comps) {
  if (comps.empty()) {
    return 0;
  }
  std::vector<std::pair<uint32_t, uint32_t>> key;
  for (const object::Field& comp : comps) {
    // Signedness, pointers and types of the first use say how the key is printed; they do not split
    // shapes of equal form, but two different looks must not be mixed up.
    uint32_t look = static_cast<uint32_t>(comp.kind) << 8 | (comp.is_signed ? 1u : 0u) |
                    (comp.is_pointer ? 2u : 0u) | (comp.is_string_like ? 4u : 0u);
    key.emplace_back(look, comp.size);
    key.emplace_back(
        comp.strsize,
        comp.type ? static_cast<uint32_t>(std::hash<std::string>()(comp.type->name)) : 0u);
  }
  auto [it, is_new] = shapes_.try_emplace(std::move(key), program_.shapes.size());
  if (is_new) {
    object::KeyShape shape;
    shape.comps = comps;
    shape.size = comps.back().offset + comps.back().size;
    program_.shapes.push_back(std::move(shape));
  }
  return it->second;
}

uint32_t Tables::shape_of_keys(const std::vector<ast::KeyComp>& keys) {
  std::vector<object::Field> comps;
  uint32_t offset = 0;
  for (const ast::KeyComp& key : keys) {
    uint64_t size = is_by_ref(key.type) ? round_up8(storage_size(key.type)) : 8;
    object::Field field = field_for(key.type, static_cast<uint32_t>(size));
    field.offset = offset;
    offset += field.size;
    comps.push_back(std::move(field));
  }
  return shape(comps);
}

void Tables::place_locals(const ast::Program& tree) {
  for (const auto& var : tree.variables) {
    if (var->scope != ast::VarScope::Local) {
      continue;
    }
    locals_[var.get()] = locals_end_;
    // Scalars take a whole word, kept extended to 64 bits: nobody can take their address.
    uint64_t size = is_by_ref(var->type) ? round_up8(storage_size(var->type)) : 8;
    locals_end_ +=
        static_cast<uint32_t>(std::min<uint64_t>(std::max<uint64_t>(size, 8), DTRACE_FRAME_MAX));
  }
  program_.local_offset = DTRACE_FRAME_HDR;
  program_.local_size = locals_end_ - DTRACE_FRAME_HDR;
  program_.frame_size = std::max(program_.frame_size, locals_end_);
}

uint32_t Tables::local(const ast::Variable& var) {
  auto it = locals_.find(&var);
  return it == locals_.end() ? DTRACE_FRAME_HDR : it->second;
}

object::Field field_for(const types::Type* type, uint32_t size) {
  object::Field field;
  field.size = size;
  const types::Type* resolved = types::resolve(type);
  switch (resolved->kind) {
    case TypeKind::String:
      field.kind = object::FieldKind::String;
      return field;
    case TypeKind::Struct:
    case TypeKind::Union:
    case TypeKind::Array:
      field.kind = object::FieldKind::Bytes;
      field.is_string_like = types::is_char_array(type);
      break;
    case TypeKind::Float:
      field.kind = object::FieldKind::Float;
      break;
    case TypeKind::Pointer:
    case TypeKind::Function:
      field.is_pointer = true;
      break;
    default:
      field.is_signed = resolved->is_signed;
      break;
  }
  field.type = shown_type(type);
  return field;
}

}  // namespace dt::lang::codegen
