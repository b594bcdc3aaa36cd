// SPDX-License-Identifier: MIT
// argument_types(): see captures.hpp.
#include "dtrace/uapi.h"
#include "lang/captures.hpp"
#include "lang/types/btf.hpp"

namespace dt::lang {

namespace {

ArgumentType described(const types::Type* type, std::string name) {
  const types::Type* resolved = types::resolve(type);
  return {types::to_string(type), std::move(name), static_cast<uint32_t>(resolved->size),
          types::is_integer(resolved) && resolved->is_signed};
}

ArgumentTypes from_prototype(const ProbeInfo& probe, types::TypeTable& types) {
  ArgumentTypes out;
  types::Btf* btf = types.btf();
  if (btf == nullptr || !btf->describes("")) {
    return out;
  }
  const auto found = btf->prototypes(types, probe.mod, probe.func);
  if (found.size() != 1) {
    return out;
  }
  const types::Type* prototype = types::resolve(found[0]);
  if ((probe.flags & DTRACE_PROBE_RETURN_BTF) == 0) {
    for (const types::Param& param : prototype->params) {
      out.args.push_back(described(param.type, param.name));
    }
    return out;
  }
  out.args.push_back(described(types.int_t(), ""));  // where the function returns
  if (types::resolve(prototype->target)->kind != types::TypeKind::Void) {
    out.args.push_back(described(prototype->target, ""));
    out.result = out.args.back().type;
  }
  return out;
}

}  // namespace

ArgumentTypes argument_types(const ProbeInfo& probe, ProbeSource& probes, types::TypeTable& types) {
  if ((probe.flags & (DTRACE_PROBE_ARGS_BTF | DTRACE_PROBE_RETURN_BTF)) != 0) {
    return from_prototype(probe, types);
  }
  ArgumentTypes out;
  const auto args = probes.args(probe);
  if (!args) {
    return out;
  }
  for (const ProbeArg& arg : args.value()) {
    const std::string& text = arg.xlate.empty() ? arg.native : arg.xlate;
    // Kernel types are not looked up for this: opening the kernel's type information takes longer
    // than most programs.
    const types::Type* known = types.basic(text);
    if (known == nullptr && !text.empty() && text.back() == '*') {
      known = types.pointer_to(types.void_type());
    } else if (known == nullptr) {
      known = types.find_own_typedef(text);
    }
    ArgumentType one;
    if (known != nullptr) {
      one = described(known, "");
    }
    one.type = text;
    out.args.push_back(std::move(one));
  }
  return out;
}

}  // namespace dt::lang
