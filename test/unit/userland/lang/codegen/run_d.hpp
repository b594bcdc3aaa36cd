// SPDX-License-Identifier: MIT
// Compiles D text and runs its BEGIN clauses in the reference interpreter; what the consumer would
// see comes back as text. Used by the tests of codegen.
#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "lang/compile.hpp"
#include "lang/object/disassembler.hpp"
#include "refinterp/interp.hpp"

namespace dt::test {

struct Ran {
  std::string errors;  // diagnostics; "" = it compiled
  std::string
      records;  // "1 | -3 "abc" | ..." one part per recording action; "fault 4 action 2" for faults
  std::string aggs;  // "key,key=value ..." in index and key order
  int exit_status = -1;
};

namespace run_d_detail {

using namespace lang;

// Everything that a clause names exists.
class AnyProbe : public ProbeSource {
 public:
  Result<std::vector<ProbeInfo>> match(const ProbePattern& pattern, size_t) override {
    return std::vector<ProbeInfo>{{1, 0, pattern.prov, pattern.mod, pattern.func, pattern.name}};
  }
  Result<std::vector<ProbeArg>> args(const ProbeInfo&) override {
    return std::vector<ProbeArg>{{0, "int", ""}, {1, "char *", ""}, {2, "unsigned short", ""}};
  }
  Suggestion suggest(const ProbePattern&) override { return {}; }
};

struct Compiled {
  types::TypeTable types;
  AnyProbe probes;
  CompileInput input;
  std::unique_ptr<CompileOutput> output;
  std::string errors;
};

inline std::unique_ptr<Compiled> compile_text(const std::string& text,
                                              ProbeSource* probes = nullptr,
                                              types::Btf* btf = nullptr) {
  auto it = std::make_unique<Compiled>();
  it->input.texts.push_back({"t.d", text, 0});
  it->input.probes = probes ? probes : &it->probes;
  it->types.set_btf(btf);
  it->input.types = &it->types;
  it->input.options.destructive = true;
  it->output = compile(it->input);
  for (const Diagnostic& d : it->output->diagnostics.all()) {
    if (d.severity == Severity::Error) {
      it->errors += render(d, it->output->sources) + "\n";
    }
  }
  return it;
}

inline refinterp::Request request_of(const object::Program& program, uint32_t strsize) {
  refinterp::Request request;
  request.progs.clear();
  for (const object::Clause& clause : program.clauses) {
    refinterp::Program prog;
    prog.insns.resize(clause.insns.size());
    std::memcpy(prog.insns.data(), clause.insns.data(), clause.insns.size() * sizeof(bpf_insn));
    prog.flags = clause.flags;
    prog.rec_offset = clause.rec_offset;
    prog.rec_size = clause.rec_size;
    request.progs.push_back(std::move(prog));
  }
  request.shapes.clear();
  for (const object::KeyShape& shape : program.shapes) {
    refinterp::Shape out;
    out.size = shape.size;
    for (const object::Field& comp : shape.comps) {
      uint32_t kind = comp.kind == object::FieldKind::String ? DTRACE_KEY_STRING : DTRACE_KEY_BYTES;
      out.comps.push_back({kind, comp.offset, comp.size, 0});
    }
    request.shapes.push_back(std::move(out));
  }
  for (const object::Variable& var : program.vars) {
    request.vars.push_back({var.kind, var.flags, var.size, var.shape, var.init});
  }
  for (const object::Aggregation& agg : program.aggs) {
    dtrace_agg out = {};
    out.func = agg.func;
    out.data_size = agg.data_size;
    std::memcpy(out.param, agg.param, sizeof(out.param));
    request.aggs.push_back(out);
  }
  request.strtab = program.strtab;
  request.frame_size = program.frame_size;
  request.local_offset = program.local_offset;
  request.local_size = program.local_size;
  request.strsize = strsize;
  return request;
}

inline std::string field_text(const object::Field& field, const uint8_t* base) {
  const uint8_t* at = base + field.offset;
  if (field.kind == object::FieldKind::String) {
    auto* text = reinterpret_cast<const char*>(at);
    return "\"" + std::string(text, strnlen(text, field.size)) + "\"";
  }
  if (field.kind == object::FieldKind::Int) {
    uint64_t value = 0;
    std::memcpy(&value, at, field.size);
    if (!field.is_signed) {
      return std::to_string(value);
    }
    unsigned shift = 64 - 8 * field.size;
    return std::to_string(static_cast<int64_t>(value << shift) >> shift);
  }
  std::string hex = "<";
  for (uint32_t i = 0; i < field.size; i++) {
    static const char digits[] = "0123456789abcdef";
    hex += {digits[at[i] >> 4], digits[at[i] & 15]};
  }
  return hex + ">";
}

inline std::string record_text(const object::Clause& clause, const refinterp::Record& record) {
  if (record.flags & DTRACE_REC_ERROR) {
    return "fault " + std::to_string(record.fault.code) + " action " +
           std::to_string(record.fault.site >> 16);
  }
  std::string text;
  for (const object::Action& action : clause.actions) {
    bool is_silent = action.args.empty() && action.kind != object::ActionKind::Default &&
                     action.kind != object::ActionKind::Printf;
    if (is_silent || action.kind == object::ActionKind::Exit ||
        (action.condition != object::kNoCondition && !record.payload[action.condition])) {
      continue;
    }
    std::string args;
    for (const object::Field& field : action.args) {
      args += (args.empty() ? "" : " ") + field_text(field, record.payload.data());
    }
    text += (text.empty() ? "" : " | ") + (args.empty() ? action.name : args);
  }
  return text;
}

}  // namespace run_d_detail

// BEGIN fires once, with these surroundings.
inline Ran run_d(const std::string& text, const refinterp::Surroundings& around = {},
                 lang::ProbeSource* probes = nullptr, lang::types::Btf* btf = nullptr) {
  using namespace run_d_detail;
  Ran ran;
  auto compiled = compile_text(text, probes, btf);
  ran.errors = compiled->errors;
  if (!ran.errors.empty()) {
    return ran;
  }
  const object::Program& program = compiled->output->program;
  refinterp::Interp interp(request_of(program, compiled->output->options.strsize + 1));
  refinterp::Outcome outcome = interp.fire(around);
  for (const refinterp::Record& record : outcome.records) {
    std::string part = record_text(program.clauses[record.prog], record);
    ran.records += (ran.records.empty() || part.empty() ? "" : " | ") + part;
  }
  for (const refinterp::AggElement& element : outcome.aggs) {
    std::string key;
    for (const object::Field& comp : program.shapes[element.shape].comps) {
      key += (key.empty() ? "" : ",") + field_text(comp, element.key.data());
    }
    int64_t first = 0;
    std::memcpy(&first, element.data.data(), 8);
    ran.aggs += (ran.aggs.empty() ? "" : " ") + key + "=" + std::to_string(first);
  }
  if (outcome.has_exit) {
    ran.exit_status = outcome.exit_status;
  }
  return ran;
}

// The program as text (object::describe), or the diagnostics.
inline std::string compile_to_text(const std::string& text) {
  using namespace run_d_detail;
  auto compiled = compile_text(text);
  return compiled->errors.empty() ? object::describe(compiled->output->program) : compiled->errors;
}

}  // namespace dt::test
