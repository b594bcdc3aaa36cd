// SPDX-License-Identifier: MIT
#include "consumer/enable.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "consumer/probes.hpp"

namespace dt::consumer {

using lang::object::FieldKind;
using lang::object::Program;

namespace {

constexpr size_t kLogSize = 4096;
constexpr uint64_t kMostStrsize = 1u << 20;
constexpr uint64_t kLeastStrsize = 8;  // the core's; shorter strings are cut by the program itself

// The arrays that a request points to; they must live until the ioctl returns.
struct RequestArrays {
  std::vector<dtrace_prog> progs;
  std::vector<dtrace_bind> binds;
  std::vector<std::vector<dtrace_key_comp>> comps;
  std::vector<dtrace_key_shape> shapes;
  std::vector<dtrace_var> vars;
  std::vector<dtrace_agg> aggs;
  std::vector<char> log;
};

template <typename T>
uint64_t address_of(const std::vector<T>& array) {
  return reinterpret_cast<uintptr_t>(array.data());
}

constexpr uint32_t round_up_to_word(uint32_t bytes) { return (bytes + 7) & ~7u; }

void fill_arrays(const Program& program, RequestArrays* arrays) {
  for (const auto& clause : program.clauses) {
    dtrace_prog prog{};
    prog.insns = address_of(clause.insns);
    prog.nr_insns = static_cast<uint32_t>(clause.insns.size());
    prog.flags = clause.flags;
    prog.rec_offset = clause.rec_offset;
    prog.rec_size = clause.rec_size;
    prog.filter = clause.filter;
    arrays->progs.push_back(prog);
  }
  for (const auto& bind : program.binds) {
    dtrace_bind to{};
    to.pattern = to_probedesc(bind.pattern);
    to.prog = static_cast<uint32_t>(bind.clause);
    to.flags =
        (bind.is_optional ? DTRACE_BIND_OPTIONAL : 0) | (bind.is_later ? DTRACE_BIND_LATER : 0);
    arrays->binds.push_back(to);
  }
  arrays->comps.reserve(program.shapes.size());
  for (const auto& shape : program.shapes) {
    auto& comps = arrays->comps.emplace_back();
    for (const auto& field : shape.comps) {
      dtrace_key_comp comp{};
      comp.kind = field.kind == FieldKind::String ? DTRACE_KEY_STRING : DTRACE_KEY_BYTES;
      comp.offset = field.offset;
      comp.size = round_up_to_word(field.size);
      comps.push_back(comp);
    }
    dtrace_key_shape to{};
    to.size = shape.size;
    to.nr_comps = static_cast<uint32_t>(comps.size());
    to.comps = comps.empty() ? 0 : address_of(comps);
    arrays->shapes.push_back(to);
  }
  for (const auto& variable : program.vars) {
    dtrace_var to{};
    to.kind = variable.kind;
    to.flags = variable.flags;
    to.size = variable.size;
    to.shape = variable.shape;
    to.init = variable.init;
    arrays->vars.push_back(to);
  }
  for (const auto& agg : program.aggs) {
    dtrace_agg to{};
    to.func = agg.func;
    to.data_size = agg.data_size;
    std::copy(std::begin(agg.param), std::end(agg.param), to.param);
    arrays->aggs.push_back(to);
  }
  arrays->log.assign(kLogSize, '\0');
}

// What the kernel's function tracer refuses, and what cannot be done safely without it, looks alike
// to the core.
std::string function_tracer_hint() {
  std::ifstream file("/proc/sys/kernel/ftrace_enabled");
  int enabled = 1;
  file >> enabled;
  return file && enabled == 0
             ? "\nhint: the kernel's function tracer is off: sysctl kernel.ftrace_enabled=1"
             : "";
}

std::string refusal(const dtrace_enable& request, const RequestArrays& arrays,
                    const Program& program, const Error& error) {
  std::string reason(arrays.log.data(), strnlen(arrays.log.data(), arrays.log.size()));
  while (!reason.empty() && (reason.back() == '\n' || reason.back() == ' ')) {
    reason.pop_back();
  }
  if (reason.empty()) {
    return error.message;
  }
  std::string text = "could not enable tracing: " + reason;
  if (request.bad_prog < program.clauses.size()) {
    text += fmt::format(" (clause {} at {}", request.bad_prog,
                        program.clauses[request.bad_prog].location);
    if (request.bad_insn != UINT32_MAX) {
      text += fmt::format(", instruction {}", request.bad_insn);
    }
    text += ")";
  }
  return text + function_tracer_hint();
}

// A record counts with the eight bytes of the classic header, so that sizes that scripts chose stay
// right; the core rounds a buffer up to whole pages.
constexpr uint64_t kClassicHeader = 8;

bool fits_buffers(const Program& program, const Options& options) {
  for (const auto& clause : program.clauses) {
    if ((clause.flags & DTRACE_PROG_RECORD) == 0) {
      continue;
    }
    uint64_t used = 0;
    for (const auto& action : clause.actions) {
      for (const auto& field : action.args) {
        used = std::max<uint64_t>(used, uint64_t{field.offset} + field.size);
      }
    }
    if (options.bufsize < kClassicHeader + used) {
      return false;
    }
  }
  return std::all_of(program.aggs.begin(), program.aggs.end(), [&](const auto& agg) {
    return options.aggsize >= kClassicHeader + program.shapes[agg.shape].size + agg.data_size;
  });
}

void note_reduced(const char* name, uint64_t wanted, uint64_t granted,
                  std::vector<std::string>* notes) {
  if (granted < wanted) {
    notes->push_back(fmt::format("{} lowered to {}", name, size_text(granted)));
  }
}

}  // namespace

std::string size_text(uint64_t bytes) {
  constexpr char kSuffixes[] = {'t', 'g', 'm', 'k'};
  for (unsigned i = 0; i < 4; i++) {
    const unsigned shift = 40 - 10 * i;
    if (bytes >= (uint64_t{1} << shift) && bytes % (uint64_t{1} << shift) == 0) {
      return fmt::format("{}{}", bytes >> shift, kSuffixes[i]);
    }
  }
  return fmt::format("{}", bytes);
}

dtrace_options to_core_options(const Options& options) {
  dtrace_options to{};
  to.bufsize = options.bufsize;
  to.aggsize = options.aggsize;
  to.dynvarsize = options.dynvarsize;
  to.specsize = options.specsize;
  to.scratchsize = options.scratchsize;
  // The option counts characters, the core bytes with the NUL.
  to.strsize = static_cast<uint32_t>(std::clamp(options.strsize + 1, kLeastStrsize, kMostStrsize));
  to.nspec = static_cast<uint32_t>(options.nspec);
  switch (options.bufpolicy) {
    case BufferPolicy::Switch:
      to.bufpolicy = DTRACE_BUFPOLICY_SWITCH;
      break;
    case BufferPolicy::Fill:
      to.bufpolicy = DTRACE_BUFPOLICY_FILL;
      break;
    case BufferPolicy::Ring:
      to.bufpolicy = DTRACE_BUFPOLICY_RING;
      break;
  }
  to.bufresize_manual = options.is_resize_manual ? 1 : 0;
  to.cpu = options.cpu < 0 ? DTRACE_ALL_CPUS : static_cast<uint32_t>(options.cpu);
  to.destructive = options.destructive ? 1 : 0;
  to.cleanrate_hz =
      options.cleanrate_ns == 0
          ? 0
          : static_cast<uint32_t>(std::max<uint64_t>(1, kSecondNs / options.cleanrate_ns));
  to.profalign = options.profalign ? 1 : 0;
  to.firebudget_us = static_cast<uint32_t>(options.firebudget_ns / 1000);
  return to;
}

Result<Enabled> enable(Channel& channel, const Program& program, const Options& options) {
  if (program.is_destructive && !options.destructive) {
    return Error{"could not enable tracing: Destructive actions not allowed", EPERM};
  }
  if (!fits_buffers(program, options)) {
    return Error{"could not enable tracing: Enabling exceeds size of buffer", ENOSPC};
  }
  RequestArrays arrays;
  fill_arrays(program, &arrays);
  dtrace_enable request{};
  request.size = sizeof(request);
  request.opt = to_core_options(options);
  if (program.aggs.empty()) {
    request.opt.aggsize = 0;
  }
  request.progs = address_of(arrays.progs);
  request.binds = address_of(arrays.binds);
  request.shapes = address_of(arrays.shapes);
  request.vars = arrays.vars.empty() ? 0 : address_of(arrays.vars);
  request.aggs = arrays.aggs.empty() ? 0 : address_of(arrays.aggs);
  request.strtab = program.strtab.empty() ? 0 : reinterpret_cast<uintptr_t>(program.strtab.data());
  request.nr_progs = static_cast<uint32_t>(arrays.progs.size());
  request.nr_binds = static_cast<uint32_t>(arrays.binds.size());
  request.nr_shapes = static_cast<uint32_t>(arrays.shapes.size());
  request.nr_vars = static_cast<uint32_t>(arrays.vars.size());
  request.nr_aggs = static_cast<uint32_t>(arrays.aggs.size());
  request.strtab_size = static_cast<uint32_t>(program.strtab.size());
  request.frame_size = program.frame_size;
  request.local_offset = program.local_offset;
  request.local_size = program.local_size;
  request.log_size = kLogSize;
  request.log = address_of(arrays.log);
  request.bad_prog = request.bad_insn = request.bad_bind = UINT32_MAX;
  if (Result<void> done = channel.enable(&request); !done) {
    return Error{refusal(request, arrays, program, done.error()), done.error().errno_value};
  }
  Enabled enabled;
  enabled.options = request.opt;
  enabled.nr_ecbs = request.nr_ecbs;
  note_reduced("buffer size", options.bufsize, request.opt.bufsize, &enabled.notes);
  if (!program.aggs.empty()) {
    note_reduced("aggregation size", options.aggsize, request.opt.aggsize, &enabled.notes);
  }
  return enabled;
}

}  // namespace dt::consumer
