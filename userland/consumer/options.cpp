// SPDX-License-Identifier: MIT
#include "consumer/options.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <sstream>

#include "dtrace/uapi.h"

namespace dt::consumer {

namespace {

constexpr std::string_view kPluginPrefix = "plugin.";
constexpr const char* kBadName = "Invalid option name";
constexpr const char* kBadValue = "Invalid value for specified option";
constexpr const char* kBadContext = "Option cannot be used from within a D program";
constexpr const char* kBadVersion = "Requested version is not supported by compiler";
constexpr const char* kBadVersionText = "Version string is not well formed";

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

Error bad_value() { return Error{kBadValue, EINVAL}; }

enum Phase : unsigned {
  kAnywhere = 0,
  kNotInProgram = 1,  // command line only: needed before a program is read
  kNotAtRunTime = 2,  // not by setopt()
};

using Setter = Result<void> (*)(Options*, const std::string&);

struct OptionRow {
  const char* name;
  unsigned phase;
  Setter set;
};

template <bool Options::*Member>
Result<void> set_flag(Options* options, const std::string& value) {
  auto flag = parse_flag(value);
  if (!flag) {
    return flag.error();
  }
  options->*Member = *flag;
  return {};
}

template <uint64_t Options::*Member>
Result<void> set_size(Options* options, const std::string& value) {
  auto size = parse_size(value);
  if (!size) {
    return size.error();
  }
  options->*Member = *size;
  return {};
}

template <uint64_t Options::*Member>
Result<void> set_number(Options* options, const std::string& value) {
  uint64_t number = 0;
  const char* end = value.data() + value.size();
  const auto [rest, error] = std::from_chars(value.data(), end, number, 10);
  if (error != std::errc() || rest != end || value.empty() || number > INT32_MAX) {
    return bad_value();
  }
  options->*Member = number;
  return {};
}

template <uint64_t Options::*Member>
Result<void> set_rate(Options* options, const std::string& value) {
  auto rate = parse_rate(value);
  if (!rate) {
    return rate.error();
  }
  options->*Member = *rate;
  return {};
}

template <std::string Options::*Member>
Result<void> set_text(Options* options, const std::string& value) {
  if (value.empty()) {
    return bad_value();
  }
  options->*Member = value;
  return {};
}

Result<void> set_strsize(Options* options, const std::string& value) {
  auto size = parse_size(value);
  if (!size) {
    return size.error();
  }
  if (*size == 0 || *size > (1u << 20)) {
    return Error{"strsize must be between 1 byte and 1 megabyte", EINVAL};
  }
  options->strsize = *size;
  return {};
}

Result<void> set_firebudget(Options* options, const std::string& value) {
  // A time: what a number without a unit would mean here is anybody's guess.
  auto time = value.size() > 1 && value.back() == 's' ? parse_rate(value) : Result<uint64_t>(0);
  if (!time || *time < 10'000 || *time > uint64_t{DTRACE_MAX_FIREBUDGET_US} * 1000) {
    return Error{"firebudget must be a time between 10us and 10ms", EINVAL};
  }
  options->firebudget_ns = *time;
  return {};
}

Result<void> set_policy(Options* options, const std::string& value) {
  if (value == "switch") {
    options->bufpolicy = BufferPolicy::Switch;
  } else if (value == "fill") {
    options->bufpolicy = BufferPolicy::Fill;
  } else if (value == "ring") {
    options->bufpolicy = BufferPolicy::Ring;
  } else {
    return bad_value();
  }
  return {};
}

Result<void> set_resize(Options* options, const std::string& value) {
  if (value != "auto" && value != "manual") {
    return bad_value();
  }
  options->is_resize_manual = value == "manual";
  return {};
}

Result<void> set_cpu(Options* options, const std::string& value) {
  int64_t number = 0;
  const char* end = value.data() + value.size();
  const auto [rest, error] = std::from_chars(value.data(), end, number, 10);
  if (error != std::errc() || rest != end || number < 0) {
    return bad_value();
  }
  options->cpu = number;
  return {};
}

Result<void> set_stdc(Options* options, const std::string& value) {
  if (value.size() != 1 || std::string_view("acst").find(value[0]) == std::string_view::npos) {
    return bad_value();
  }
  options->stdc = value[0];
  return {};
}

Result<void> set_evaltime(Options* options, const std::string& value) {
  if (value == "exec") {
    options->evaltime = EvalTime::Exec;
  } else if (value == "preinit") {
    options->evaltime = EvalTime::PreInit;
  } else if (value == "postinit") {
    options->evaltime = EvalTime::PostInit;
  } else if (value == "main") {
    options->evaltime = EvalTime::Main;
  } else {
    return bad_value();
  }
  return {};
}

Result<void> set_linkmode(Options* options, const std::string& value) {
  if (value != "kernel" && value != "static" && value != "dynamic") {
    return bad_value();
  }
  options->linkmode = value;
  return {};
}

Result<void> set_version(Options* options, const std::string& value) {
  int parts[3] = {0, 0, 0};
  int nr_parts = 0;
  const char* at = value.data();
  const char* end = at + value.size();
  while (at < end && nr_parts < 3) {
    const auto [rest, error] = std::from_chars(at, end, parts[nr_parts], 10);
    if (error != std::errc()) {
      return Error{kBadVersionText, EINVAL};
    }
    nr_parts++;
    at = rest;
    if (at < end) {
      if (*at != '.' || ++at == end) {
        return Error{kBadVersionText, EINVAL};
      }
    }
  }
  if (at != end || nr_parts < 2 || parts[1] > 0xfff || parts[2] > 0xfff) {
    return Error{kBadVersionText, EINVAL};
  }
  if (parts[0] < 1 || parts[0] > 2 || (parts[0] == 2 && (parts[1] > 0 || parts[2] > 0))) {
    return Error{kBadVersion, EINVAL};
  }
  options->version = value;
  return {};
}

Result<void> set_decode(Options* options, const std::string& value) {
  const auto flag = parse_flag(value);
  if (!flag) {
    return flag.error();
  }
  options->decode = *flag;
  return {};
}

// plugin.<provider>.<key>: for the plugin to know.
Result<void> set_plugin_option(Options* options, const std::string& name,
                               const std::string& value) {
  const size_t dot = name.find('.', kPluginPrefix.size());
  if (dot == std::string::npos || dot == kPluginPrefix.size() || dot + 1 == name.size()) {
    return Error{kBadName, EINVAL};
  }
  options->plugin_options[name.substr(kPluginPrefix.size())] = value;
  return {};
}

Result<void> set_cppargs(Options* options, const std::string& value) {
  std::istringstream words(value);
  std::string word;
  while (words >> word) {
    options->cppargs.push_back(word);
  }
  return {};
}

template <char Letter>
Result<void> add_cpp_letter(Options* options, const std::string& value) {
  if (value.empty()) {
    return bad_value();
  }
  options->cppargs.push_back(std::string("-") + Letter + value);
  return {};
}

Result<void> add_libdir(Options* options, const std::string& value) {
  if (value.empty()) {
    return bad_value();
  }
  options->libdirs.push_back(value);
  return {};
}

// Accepted for the sake of old scripts; there is nothing here that it could change.
Result<void> accept(Options*, const std::string&) { return {}; }

constexpr OptionRow kRows[] = {
    {"aggpack", kAnywhere, set_flag<&Options::aggpack>},
    {"agghist", kAnywhere, set_flag<&Options::agghist>},
    {"aggpercpu", kAnywhere, accept},
    {"aggrate", kAnywhere, set_rate<&Options::aggrate_ns>},
    {"aggsize", kNotAtRunTime, set_size<&Options::aggsize>},
    {"aggsortkey", kAnywhere, set_flag<&Options::aggsortkey>},
    {"aggsortkeypos", kAnywhere, set_number<&Options::aggsortkeypos>},
    {"aggsortpos", kAnywhere, set_number<&Options::aggsortpos>},
    {"aggsortrev", kAnywhere, set_flag<&Options::aggsortrev>},
    {"aggzoom", kAnywhere, set_flag<&Options::aggzoom>},
    {"amin", kNotAtRunTime, set_text<&Options::amin>},
    {"argref", kNotAtRunTime, set_flag<&Options::argref>},
    {"bufpolicy", kNotAtRunTime, set_policy},
    {"bufresize", kNotAtRunTime, set_resize},
    {"bufsize", kNotAtRunTime, set_size<&Options::bufsize>},
    {"cleanrate", kNotAtRunTime, set_rate<&Options::cleanrate_ns>},
    {"core", kNotInProgram, accept},
    {"cpp", kNotInProgram, set_flag<&Options::cpp>},
    {"cppargs", kNotInProgram, set_cppargs},
    {"cpphdrs", kNotInProgram, set_flag<&Options::cpphdrs>},
    {"cpppath", kNotInProgram, set_text<&Options::cpppath>},
    {"cpu", kNotAtRunTime, set_cpu},
    {"ctfpath", kNotInProgram, accept},
    {"ctypes", kNotInProgram, accept},
    {"debug", kNotInProgram, accept},
    {"debugassert", kNotInProgram, accept},
    {"decode", kNotAtRunTime, set_decode},
    {"defaultargs", kNotAtRunTime, set_flag<&Options::defaultargs>},
    {"define", kNotInProgram, add_cpp_letter<'D'>},
    {"destructive", kNotAtRunTime, set_flag<&Options::destructive>},
    {"disasm", kNotInProgram, set_flag<&Options::disasm>},
    {"droptags", kNotInProgram, set_flag<&Options::droptags>},
    {"dtypes", kNotInProgram, accept},
    {"dynvarsize", kNotAtRunTime, set_size<&Options::dynvarsize>},
    {"empty", kNotAtRunTime, set_flag<&Options::empty>},
    {"errtags", kNotAtRunTime, set_flag<&Options::errtags>},
    {"evaltime", kNotAtRunTime, set_evaltime},
    {"firebudget", kNotAtRunTime, set_firebudget},
    {"flowindent", kAnywhere, set_flag<&Options::flowindent>},
    {"grabanon", kAnywhere, accept},
    {"incdir", kNotInProgram, add_cpp_letter<'I'>},
    {"iregs", kNotInProgram, accept},
    {"jstackframes", kNotAtRunTime, set_number<&Options::jstackframes>},
    {"jstackstrsize", kNotAtRunTime, set_size<&Options::jstackstrsize>},
    {"kdefs", kNotAtRunTime, accept},
    {"knodefs", kNotAtRunTime, set_flag<&Options::knodefs>},
    {"late", kNotInProgram, accept},
    {"lazyload", kNotInProgram, accept},
    {"ldpath", kNotInProgram, set_text<&Options::ldpath>},
    {"libdir", kNotInProgram, add_libdir},
    {"linkmode", kNotInProgram, set_linkmode},
    {"linktype", kNotInProgram, accept},
    {"lockmem", kNotInProgram, accept},
    {"maxframes", kNotAtRunTime, set_number<&Options::maxframes>},
    {"modpath", kNotInProgram, accept},
    {"nolibs", kNotInProgram, set_flag<&Options::nolibs>},
    {"noresolve", kAnywhere, set_flag<&Options::noresolve>},
    {"nspec", kNotAtRunTime, set_number<&Options::nspec>},
    {"pcapsize", kNotAtRunTime, accept},
    {"pgmax", kNotInProgram, accept},
    {"preallocate", kNotInProgram, accept},
    {"printsize", kAnywhere, set_size<&Options::printsize>},
    {"procfspath", kNotInProgram, accept},
    {"profalign", kNotAtRunTime, set_flag<&Options::profalign>},
    {"pspec", kNotAtRunTime, set_flag<&Options::pspec>},
    {"quiet", kAnywhere, set_flag<&Options::quiet>},
    {"quietresize", kAnywhere, set_flag<&Options::quietresize>},
    {"rawbytes", kAnywhere, set_flag<&Options::rawbytes>},
    {"scratchsize", kNotAtRunTime, set_size<&Options::scratchsize>},
    {"specsize", kNotAtRunTime, set_size<&Options::specsize>},
    {"stackframes", kNotAtRunTime, set_number<&Options::stackframes>},
    {"stackindent", kAnywhere, set_number<&Options::stackindent>},
    {"statusrate", kAnywhere, set_rate<&Options::statusrate_ns>},
    {"stdc", kNotInProgram, set_stdc},
    {"strip", kNotInProgram, set_flag<&Options::strip>},
    {"strsize", kNotAtRunTime, set_strsize},
    {"switchrate", kAnywhere, set_rate<&Options::switchrate_ns>},
    {"syslibdir", kNotInProgram, accept},
    {"sysslice", kNotInProgram, accept},
    {"temporal", kAnywhere, set_flag<&Options::temporal>},
    {"tree", kNotInProgram, set_flag<&Options::tree>},
    {"tregs", kNotInProgram, accept},
    {"udefs", kNotAtRunTime, accept},
    {"undef", kNotInProgram, add_cpp_letter<'U'>},
    {"unodefs", kNotAtRunTime, set_flag<&Options::unodefs>},
    {"uresolve", kNotInProgram, accept},
    {"useruprobe", kNotInProgram, accept},
    {"ustackframes", kNotAtRunTime, set_number<&Options::ustackframes>},
    {"verbose", kNotAtRunTime, set_flag<&Options::is_verbose>},
    {"version", kNotAtRunTime, set_version},
    {"zdefs", kNotAtRunTime, set_flag<&Options::zdefs>},
};

struct Suffix {
  const char* name;
  uint64_t ns;
};
constexpr Suffix kSuffixes[] = {
    {"ns", 1},
    {"nsec", 1},
    {"us", 1000},
    {"usec", 1000},
    {"ms", 1000000},
    {"msec", 1000000},
    {"s", kSecondNs},
    {"sec", kSecondNs},
    {"m", 60 * kSecondNs},
    {"min", 60 * kSecondNs},
    {"h", 3600 * kSecondNs},
    {"hour", 3600 * kSecondNs},
    {"d", 86400 * kSecondNs},
    {"day", 86400 * kSecondNs},
};

}  // namespace

Result<uint64_t> parse_size(std::string_view text) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, 10);
  if (error != std::errc() || end - rest > 1) {
    return bad_value();
  }
  unsigned shift = 0;
  if (rest != end) {
    switch (std::tolower(static_cast<unsigned char>(*rest))) {
      case 't':
        shift = 40;
        break;
      case 'g':
        shift = 30;
        break;
      case 'm':
        shift = 20;
        break;
      case 'k':
        shift = 10;
        break;
      default:
        return bad_value();
    }
  }
  if (number > (UINT64_MAX >> 1 >> shift)) {
    return bad_value();
  }
  return number << shift;
}

Result<uint64_t> parse_rate(std::string_view text) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, 10);
  if (error != std::errc()) {
    return bad_value();
  }
  const std::string suffix = lower(std::string_view(rest, static_cast<size_t>(end - rest)));
  if (suffix.empty() || suffix == "hz") {
    return number == 0 ? 0 : std::max<uint64_t>(1, kSecondNs / number);
  }
  for (const Suffix& known : kSuffixes) {
    if (suffix == known.name) {
      if (number > UINT64_MAX / 2 / known.ns) {
        return bad_value();
      }
      return number * known.ns;
    }
  }
  return bad_value();
}

Result<bool> parse_flag(std::string_view text) {
  const std::string word = lower(text);
  for (const char* yes : {"", "1", "on", "yes", "true", "set", "enable", "enabled"}) {
    if (word == yes) {
      return true;
    }
  }
  for (const char* no : {"0", "off", "no", "false", "unset", "disable", "disabled"}) {
    if (word == no) {
      return false;
    }
  }
  return bad_value();
}

std::vector<std::string> option_names() {
  std::vector<std::string> names;
  for (const OptionRow& row : kRows) {
    names.emplace_back(row.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<void> set_option(Options* options, const std::string& name, const std::string& value,
                        OptionSource source) {
  if (name.compare(0, kPluginPrefix.size(), kPluginPrefix) == 0) {
    return set_plugin_option(options, name, value);
  }
  const auto* row = std::find_if(std::begin(kRows), std::end(kRows),
                                 [&](const OptionRow& r) { return name == r.name; });
  if (row == std::end(kRows)) {
    return Error{kBadName, EINVAL};
  }
  if (source != OptionSource::CommandLine && row->phase == kNotInProgram) {
    return Error{kBadContext, EINVAL};
  }
  if (source == OptionSource::Setopt && row->phase != kAnywhere) {
    return Error{"Operation illegal when tracing is active", EBUSY};
  }
  return row->set(options, value);
}

}  // namespace dt::consumer
