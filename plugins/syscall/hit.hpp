// SPDX-License-Identifier: MIT
// One firing: the recorded values by their places in the plan, and a call's parameters shown from
// them. Entry points: Hit, show_param(). What could not be read is shown as its address, as is what
// a failed call has not written.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "dtrace_plugin.h"
#include "plan.hpp"
#include "shown.hpp"

namespace dt::plugins::syscall {

// How the call was made: arg6.
enum class Abi { X64 = 0, Ia32 = 1, X32 = 2 };

class Hit {
 public:
  Hit(const Plan& plan, const dtrace_plugin_event& event, const Options& options)
      : plan_(plan), event_(event), options_(options) {}

  const Plan& plan() const { return plan_; }
  const Options& options() const { return options_; }
  bool is_entry() const { return plan_.side == Side::Entry; }
  Abi abi() const;
  int64_t result() const;
  // 0, or a positive error number; the kernel's own restart codes as they are.
  int error() const;

  uint64_t time() const { return event_.time; }
  // Something that the call points to could not be read.
  bool is_incomplete() const { return is_incomplete_; }
  void set_incomplete() const { is_incomplete_ = true; }

  // An integer; 0 if it is missing.
  uint64_t number(size_t index) const;
  // Recorded memory; empty optional: it could not be read.
  std::optional<Bytes> memory(size_t index) const;
  std::optional<std::string_view> text(size_t index) const;

 private:
  const dtrace_plugin_value* at(size_t index) const;

  const Plan& plan_;
  const dtrace_plugin_event& event_;
  const Options& options_;
  mutable bool is_incomplete_ = false;
};

// Parameters and where their values are: those of the call, or of the variant that the values
// select.
struct Params {
  const std::vector<Param>* params;
  const std::vector<ParamPlan>* plans;
  std::string_view result;
};

Params select_params(const Hit& hit);

// Parameter `index`; its register cut to 32 bits for a 32-bit program.
uint64_t raw_value(const Hit& hit, const Params& of, size_t index);
Shown show_param(const Hit& hit, const Params& of, size_t index);
bool is_hidden(const Hit& hit, const Params& of, size_t index);

// The call has succeeded and written something that the line shows.
bool has_results(const Hit& hit);

// A descriptor with what it names: 3</etc/passwd>; {"fd":3,"path":"/etc/passwd"}.
Shown show_file(int64_t fd, std::optional<std::string_view> path);

}  // namespace dt::plugins::syscall
