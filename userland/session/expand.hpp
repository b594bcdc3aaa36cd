// SPDX-License-Identifier: MIT
// Puts parameters into text: ${name}. What a value becomes depends on where it stands, so that no
// value can be anything but a value: in D a number or a quoted string, in a probe description a
// name, in a command one word. $${ stands for a plain ${.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "session/mapped_text.hpp"
#include "session/parameter.hpp"

namespace dt::session {

enum class Place {
  Program,      // a whole D program: descriptions, predicates and bodies are told apart
  Expression,   // a predicate, actions
  Description,  // names of probes
  Word,         // a command line
  Plain,        // any other text
};

class Expander {
 public:
  Expander(const std::vector<Parameter>& parameters, Problems* problems)
      : parameters_(parameters), problems_(problems) {}

  // ${target}: the condition that holds for what is to be traced, as D.
  void set_target(std::string condition) { target_ = std::move(condition); }

  MappedText expand(const MappedText& text, Place place);

 private:
  struct Scan;
  void replace(Scan* scan, size_t begin, size_t end, Place place);
  std::string value_text(const Parameter& parameter, Place place, Origin at, size_t length);

  const std::vector<Parameter>& parameters_;
  Problems* problems_;
  std::string target_ = "1";
};

// A string of D: quoted, with everything special escaped.
std::string d_string(const std::string& text);
// One word of a command line (-c, target.command).
std::string command_word(const std::string& text);

}  // namespace dt::session
