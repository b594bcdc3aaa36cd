// SPDX-License-Identifier: MIT
#include "session/schema.hpp"

namespace dt::session {

namespace {

constexpr unsigned kScalar = static_cast<unsigned>(Form::Scalar);
constexpr unsigned kList = static_cast<unsigned>(Form::List);
constexpr unsigned kMap = static_cast<unsigned>(Form::Map);

constexpr KeyRule kSession[] = {
    {"name", kScalar, false, "a name: lower-case letters, digits and -"},
    {"description", kScalar, true, "one line of text"},
    {"providers", kList, false, "a list of providers"},
    {"parameters", kMap, false, "a map from names to parameters"},
    {"target", kMap, false, "a map with pid, command or execname"},
    {"options", kMap, false, "a map from options (of -x) to values"},
    {"probes", kList, false, "a list of probes"},
    {"program", kScalar, false, "a D program"},
    {"program_file", kScalar, false, "the name of a file with a D program"},
    {"duration", kScalar, false, "a duration such as 10s"},
    {"stop", kMap, false, "a map with events or when"},
    {"outputs", kList, false, "a list of outputs"},
    {"destructive", kScalar, false, "true or false"},
};

constexpr KeyRule kParameter[] = {
    {"type", kScalar, true, "one of int, string, bool, duration, size, choice"},
    {"default", kScalar, false, "a value of the parameter's type"},
    {"description", kScalar, false, "text"},
    {"min", kScalar, false, "a value of the parameter's type"},
    {"max", kScalar, false, "a value of the parameter's type"},
    {"max_length", kScalar, false, "a number of bytes"},
    {"values", kList | kMap, false, "a list of words, or a map from words to D text"},
};

constexpr KeyRule kTarget[] = {
    {"pid", kScalar, false, "a process id"},
    {"command", kScalar, false, "a command line"},
    {"execname", kScalar, false, "the name of a program"},
};

constexpr KeyRule kProbe[] = {
    {"probe", kScalar | kList, true, "a probe description, or a list of them"},
    {"predicate", kScalar, false, "a D expression"},
    {"actions", kScalar, false, "D statements"},
    {"any_process", kScalar, false, "true or false"},
};

constexpr KeyRule kStop[] = {
    {"events", kScalar, false, "a number of events"},
    {"when", kList, false, "a list of probes with predicates"},
};

constexpr KeyRule kStopWhen[] = {
    {"probe", kScalar | kList, true, "a probe description, or a list of them"},
    {"predicate", kScalar, false, "a D expression"},
};

constexpr KeyRule kOutput[] = {
    {"format", kScalar, false, "one of text, jsonlines, csv"},
    {"file", kScalar, false, "the name of a file, or stdout"},
    {"columns", kList, false, "a list of names"},
    {"rotate", kMap, false, "a map with size, time and keep"},
};

constexpr KeyRule kRotate[] = {
    {"size", kScalar, false, "a size such as 10m"},
    {"time", kScalar, false, "a duration such as 1h"},
    {"keep", kScalar, false, "a number of files"},
};

constexpr KeyRule kProvider[] = {
    {"name", kScalar, false, "the provider's name"},
    {"module", kScalar, false, "a kernel module: its name, or the path of its file"},
    {"plugin", kScalar, false, "a plugin: its name, or the path of its file"},
    {"description", kScalar, false, "one line of text"},
    {"names", kList, false, "a list of globs of probe names"},
    {"probes_on_demand", kScalar, false, "true or false"},
    {"needs_function", kScalar, false, "true or false"},
    {"plugin_options", kMap, false, "a map from names to values"},
    {"arguments", kMap, false, "a map from globs of probe names to lists of types"},
};

constexpr const char* kFormats[] = {"text", "jsonlines", "csv"};

}  // namespace

std::span<const KeyRule> rules_of(Object object) {
  switch (object) {
    case Object::Session:
      return kSession;
    case Object::Parameter:
      return kParameter;
    case Object::Target:
      return kTarget;
    case Object::Probe:
      return kProbe;
    case Object::Stop:
      return kStop;
    case Object::StopWhen:
      return kStopWhen;
    case Object::Output:
      return kOutput;
    case Object::Rotate:
      return kRotate;
    case Object::Provider:
      return kProvider;
  }
  return {};
}

std::span<const char* const> output_formats() { return kFormats; }

}  // namespace dt::session
