// SPDX-License-Identifier: MIT
#include "cli/arguments.hpp"

#include <fmt/core.h>
#include <getopt.h>

#include <cstring>

namespace dt::cli {

namespace {

constexpr const char* kShort = "+:3:6:aAb:B:c:CD:ef:FGhHi:I:lL:m:n:o:p:P:qs:SU:vVwx:X:Z";

enum LongOption { kJson = 1000, kGuest, kHelp, kVersion };

constexpr option kLong[] = {
    {"json", no_argument, nullptr, kJson},
    {"guest", no_argument, nullptr, kGuest},
    {"help", no_argument, nullptr, kHelp},
    {"version", no_argument, nullptr, kVersion},
    {nullptr, 0, nullptr, 0},
};

// "name=value", "name value" is not split here: -x name[=value].
std::pair<std::string, std::string> split_option(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos) {
    return {text, ""};
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

class Parser {
 public:
  Result<Arguments> parse(int argc, char** argv) {
    optind = 1;
    opterr = 0;
    while (optind < argc) {
      int letter;
      while ((letter = ::getopt_long(argc, argv, kShort, kLong, nullptr)) != -1) {
        if (Result<void> handled = handle(letter, argv); !handled) {
          return handled.error();
        }
        if (out_.mode == Mode::Guest) {
          collect_guest_arguments(argc, argv);
          return out_;
        }
      }
      // Options may follow operands, as they always could.
      if (optind < argc) {
        out_.operands.emplace_back(argv[optind++]);
      }
    }
    if (!is_mode_set_ && out_.is_check_only) {
      out_.mode = Mode::CheckOnly;
    }
    return out_;
  }

 private:
  Result<void> set_mode(Mode mode) {
    if (is_mode_set_ && out_.mode != mode) {
      return Error{"only one of the [-AGhlV] options can be specified at a time", EINVAL};
    }
    is_mode_set_ = true;
    out_.mode = mode;
    return {};
  }

  void set_option(const char* name, std::string value = {}) {
    out_.options.emplace_back(name, std::move(value));
  }

  Result<void> handle(int letter, char** argv) {
    switch (letter) {
      case '3':
        if (std::strcmp(optarg, "2") != 0) {
          return Error{fmt::format("illegal option -- 3{}", optarg), EINVAL};
        }
        return {};
      case '6':
        if (std::strcmp(optarg, "4") != 0) {
          return Error{fmt::format("illegal option -- 6{}", optarg), EINVAL};
        }
        return {};
      case 'a':
      case 'A':
        return set_mode(Mode::Anonymous);
      case 'b':
        set_option("bufsize", optarg);
        return {};
      case 'B':
        set_option("bufpolicy", optarg);
        return {};
      case 'c':
        out_.commands.emplace_back(optarg);
        return {};
      case 'C':
        out_.is_preprocessed = true;
        return {};
      case 'D':
        set_option("define", optarg);
        return {};
      case 'e':
        out_.is_check_only = true;
        return {};
      case 'P':
      case 'm':
      case 'f':
      case 'n':
      case 'i':
      case 's':
        out_.programs.push_back(ProgramArgument{static_cast<char>(letter), optarg});
        return {};
      case 'F':
        set_option("flowindent");
        return {};
      case 'G':
        return set_mode(Mode::Link);
      case 'h':
        return set_mode(Mode::Header);
      case 'H':
        set_option("cpphdrs");
        return {};
      case 'I':
        set_option("incdir", optarg);
        return {};
      case 'l':
        return set_mode(Mode::List);
      case 'L':
        set_option("libdir", optarg);
        return {};
      case 'o':
        out_.output = optarg;
        return {};
      case 'p':
        out_.pids.emplace_back(optarg);
        return {};
      case 'q':
        set_option("quiet");
        return {};
      case 'S':
        out_.is_disassembly = true;
        return {};
      case 'U':
        set_option("undef", optarg);
        return {};
      case 'v':
        out_.is_verbose = true;
        return {};
      case 'V':
      case kVersion:
        return set_mode(Mode::Version);
      case 'w':
        set_option("destructive");
        return {};
      case 'x': {
        auto [name, value] = split_option(optarg);
        out_.options.emplace_back(std::move(name), std::move(value));
        return {};
      }
      case 'X':
        set_option("stdc", optarg);
        return {};
      case 'Z':
        set_option("zdefs");
        return {};
      case kJson:
        out_.is_json = true;
        return {};
      case kGuest:
        out_.mode = Mode::Guest;
        return {};
      case kHelp:
        return set_mode(Mode::Help);
      case ':':
        return Error{fmt::format("option requires an argument -- '{}'", static_cast<char>(optopt)),
                     EINVAL};
      default:
        if (optopt != 0 && optopt < 256) {
          return Error{fmt::format("illegal option -- {}", static_cast<char>(optopt)), EINVAL};
        }
        return Error{fmt::format("unknown option {}", argv[optind - 1]), EINVAL};
    }
  }

  // Everything but --guest itself.
  void collect_guest_arguments(int argc, char** argv) {
    bool is_found = false;
    for (int i = 1; i < argc; i++) {
      if (!is_found && std::strcmp(argv[i], "--guest") == 0) {
        is_found = true;
        continue;
      }
      out_.guest_arguments.emplace_back(argv[i]);
    }
  }

  Arguments out_;
  bool is_mode_set_ = false;
};

}  // namespace

Result<Arguments> parse_arguments(int argc, char** argv) { return Parser().parse(argc, argv); }

std::string usage_text() {
  return "Usage: dtrace [-32|-64] [-aACeFGhHlqSvVwZ] [-b bufsz] [-c cmd] [-D name[=def]]\n"
         "\t[-I path] [-L path] [-o output] [-p pid] [-s script] [-U name]\n"
         "\t[-x opt[=val]] [-X a|c|s|t] [--json] [--guest]\n"
         "\n"
         "\t[-P provider [[ predicate ] action ]]\n"
         "\t[-m [ provider: ] module [[ predicate ] action ]]\n"
         "\t[-f [[ provider: ] module: ] func [[ predicate ] action ]]\n"
         "\t[-n [[[ provider: ] module: ] func: ] name [[ predicate ] action ]]\n"
         "\t[-i probe-id [[ predicate ] action ]] [ args ... ]\n"
         "\n"
         "\tpredicate -> '/' D-expression '/'\n"
         "\t   action -> '{' D-statements '}'\n"
         "\n"
         "\t-b  set trace buffer size\n"
         "\t-B  set trace buffer policy: switch, fill or ring\n"
         "\t-c  run specified command and exit upon its completion\n"
         "\t-C  run cpp(1) preprocessor on script files\n"
         "\t-D  define symbol when invoking preprocessor\n"
         "\t-e  exit after compiling request but prior to enabling probes\n"
         "\t-f  enable or list probes matching the specified function name\n"
         "\t-F  coalesce trace output by function\n"
         "\t-H  print included files when invoking preprocessor\n"
         "\t-i  enable or list probes matching the specified probe id\n"
         "\t-I  add include directory to preprocessor search path\n"
         "\t-l  list probes matching specified criteria\n"
         "\t-L  add library directory to library search path\n"
         "\t-m  enable or list probes matching the specified module name\n"
         "\t-n  enable or list probes matching the specified probe name\n"
         "\t-o  set output file\n"
         "\t-p  grab specified process-ID and trace it\n"
         "\t-P  enable or list probes matching the specified provider name\n"
         "\t-q  set quiet mode (only output explicitly traced data)\n"
         "\t-s  enable or list probes according to the specified D script\n"
         "\t-S  print D compiler intermediate code\n"
         "\t-U  undefine symbol when invoking preprocessor\n"
         "\t-v  set verbose mode (report stability attributes, arguments)\n"
         "\t-V  report the version of the command and of the D language\n"
         "\t-w  permit destructive actions\n"
         "\t-x  enable or modify compiler and tracing options\n"
         "\t-X  specify ISO C conformance settings for preprocessor\n"
         "\t-Z  permit probe descriptions that match zero probes\n"
         "\t--json   print every record, aggregation, drop and error as a JSON object a line\n"
         "\t--guest  run in a throw-away virtual machine instead of on this kernel\n";
}

}  // namespace dt::cli
