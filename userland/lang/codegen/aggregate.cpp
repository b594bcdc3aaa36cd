// SPDX-License-Identifier: MIT
// Aggregations: the key tuple in the frame, then one call.
#include "lang/codegen/clause_gen.hpp"

#include "dtrace/dif.h"

namespace dt::lang::codegen {

using namespace ast;
using object::Field;
using sema::FuncId;

namespace {

// Which argument is the weight of one value; -1 = the function has none.
int weight_arg(FuncId id) {
  switch (id) {
    case FuncId::Quantize:
      return 1;
    case FuncId::Lquantize:
      return 4;
    case FuncId::Llquantize:
      return 5;
    default:
      return -1;
  }
}

}  // namespace

uint32_t ClauseGen::agg_index(const AggRef& ref) {
  return ref.agg ? static_cast<uint32_t>(tables_.aggregation(*ref.agg, 0)) : 0;
}

void ClauseGen::aggregate(const Assign& assign) {
  const auto& ref = as<AggRef>(*assign.lhs);
  const sema::Function* function = function_of(*assign.rhs);
  begin_action(function ? std::string(function->name) : "aggregation");
  if (!function || !ref.agg) {
    return;
  }
  const auto& call_expr = as<Call>(*assign.rhs);
  std::vector<Field> fields;
  uint32_t size = 0;
  for (size_t i = 0; i < ref.keys.size(); i++) {
    const types::Type* type = i < ref.agg->keys.size() ? ref.agg->keys[i].type : ref.keys[i]->type;
    fields.push_back(key_field(*ref.keys[i], type));
    fields.back().offset = size;
    size += fields.back().size;
  }
  uint32_t shape = tables_.shape(fields);
  int index = tables_.aggregation(*ref.agg, shape);
  Arg key = Arg::constant(0);
  if (!fields.empty()) {
    uint32_t area = temp(size);
    key = Arg::frame(area);
    for (size_t i = 0; i < fields.size(); i++) {
      const types::Type* type =
          i < ref.agg->keys.size() ? ref.agg->keys[i].type : ref.keys[i]->type;
      write_key(*ref.keys[i], fields[i], type, area);
    }
  }
  int weight = weight_arg(function->id);
  bool has_weight = weight >= 0 && static_cast<size_t>(weight) < call_expr.args.size();
  call(DTRACE_SUBR_AGG,
       {Arg::constant(index), key, Arg::constant(shape),
        call_expr.args.empty() ? Arg::constant(1) : Arg::value(*call_expr.args[0]),
        has_weight ? Arg::value(*call_expr.args[static_cast<size_t>(weight)]) : Arg::constant(1)});
}

}  // namespace dt::lang::codegen
