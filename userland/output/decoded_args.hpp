// SPDX-License-Identifier: MIT
// Decoded arguments: what trace(args) and clauses without a body show. The plugins stand behind
// ArgsDecoder; what they do not decode is shown as it was recorded.
#pragma once

#include <string>

#include "consumer/tracer.hpp"
#include "lang/object/program.hpp"

namespace dt::output {

class ArgsDecoder {
 public:
  virtual ~ArgsDecoder() = default;
  // The arguments of an action of kind Args as one line: openat(AT_FDCWD, "/etc/passwd", O_RDONLY).
  // "" = nothing to show.
  virtual std::string text(const lang::object::Action& action,
                           const consumer::TraceRecord& record) = 0;
  // The same as a JSON object, "" = nothing to show.
  virtual std::string fields(const lang::object::Action& action,
                             const consumer::TraceRecord& record) = 0;
};

// What an action of kind Args shows; decoder may be null. For every form of output.
std::string args_text(ArgsDecoder* decoder, const lang::object::Action& action,
                      const consumer::TraceRecord& record);
std::string args_json(ArgsDecoder* decoder, const lang::object::Action& action,
                      const consumer::TraceRecord& record);

// arg0=0x3 arg1="text"... and the same as a JSON object: values by the expressions that gave them.
std::string raw_args_text(const lang::object::Action& action, const consumer::TraceRecord& record);
std::string raw_args_json(const lang::object::Action& action, const consumer::TraceRecord& record);

// Has this value of an Args action been recorded, in this record?
bool has_value(const lang::object::Field& field, std::span<const std::byte> payload);

}  // namespace dt::output
