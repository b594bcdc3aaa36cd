// SPDX-License-Identifier: MIT
// What the compiler asks about decoded arguments: which D expressions to record for a probe, so
// that somebody can show its arguments afterwards. The command asks plugins; tests answer from
// tables.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lang/probe_source.hpp"
#include "lang/types/type.hpp"

namespace dt::lang {

// One typed argument of a probe: args[n].
struct ArgumentType {
  std::string type;  // as D writes it
  std::string name;  // of the parameter, "" = not known
  uint32_t size = 0;
  bool is_signed = false;
};

struct ArgumentTypes {
  std::vector<ArgumentType> args;  // empty = not known, or there are none
  std::string result;              // return probes: the value's type, "" = none or not known
};

// The typed arguments of a probe: kernel functions' from their prototypes, others' from the
// provider.
ArgumentTypes argument_types(const ProbeInfo& probe, ProbeSource& probes, types::TypeTable& types);

struct CaptureAnswer {
  enum class Kind {
    Expressions,  // `expressions` holds them, one a line; may be empty
    Pass,         // nothing to say about this probe
    Broken,       // whoever should know does not work: raw arguments
  } kind = Kind::Pass;
  std::string expressions;
};

class CaptureSource {
 public:
  virtual ~CaptureSource() = default;
  // Is somebody responsible for this provider's arguments? Cheap: nothing is loaded.
  virtual bool decodes(const std::string& provider) = 0;
  // Does it work, too? May load what decodes() only knows of, and says what is wrong.
  virtual bool works(const std::string& provider) = 0;
  // types is null for a whole description: id 0, parts that are "" stand for any.
  virtual CaptureAnswer captures(const ProbeInfo& probe, const ArgumentTypes* types) = 0;
  // D text that the provider's expressions may use, "" = none.
  virtual std::string_view d_library(const std::string& provider) = 0;
  // An expression that does not compile; called once for each expression.
  virtual void report(const std::string& provider, const std::string& expression,
                      const std::string& message) = 0;
};

}  // namespace dt::lang
