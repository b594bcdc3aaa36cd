// SPDX-License-Identifier: MIT
#include "cli/arguments.hpp"

#include <fmt/core.h>
#include <getopt.h>

#include <cstring>

namespace dt::cli {

namespace {

constexpr const char* kShort = "+:3:6:aAb:B:c:CD:ef:FGhHi:I:lL:m:n:o:p:P:qs:SU:vVwx:X:Z";

enum LongOption { kJson = 1000, kGuest, kHelp, kVersion, kSession, kSet, kCheck, kExplain };

constexpr option kLong[] = {
    {"json", no_argument, nullptr, kJson},
    {"guest", no_argument, nullptr, kGuest},
    {"session", required_argument, nullptr, kSession},
    {"set", required_argument, nullptr, kSet},
    {"check", no_argument, nullptr, kCheck},
    {"explain", no_argument, nullptr, kExplain},
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
      // Options may follow operands, as they always could, unless "--" says otherwise.
      const bool has_ended = optind > 1 && std::strcmp(argv[optind - 1], "--") == 0;
      do {
        if (optind < argc) {
          out_.operands.emplace_back(argv[optind++]);
        }
      } while (has_ended && optind < argc);
    }
    if (!is_mode_set_ && out_.is_check_only) {
      out_.mode = Mode::CheckOnly;
    }
    if (out_.operands == std::vector<std::string>{"doctor"} && out_.programs.empty() &&
        out_.session.empty() && !is_mode_set_) {
      out_.mode = Mode::Doctor;
    }
    if (out_.programs.empty() && out_.session.empty() && out_.operands.size() == 1 &&
        !is_mode_set_) {
      if (out_.operands[0] == "sessions" || out_.operands[0] == "providers") {
        out_.mode = out_.operands[0] == "sessions" ? Mode::Sessions : Mode::Providers;
        return out_;
      }
    }
    if (Result<void> checked = check_session(); !checked) {
      return checked.error();
    }
    return out_;
  }

 private:
  // What goes together with --session, and what only with it.
  Result<void> check_session() {
    if (out_.session.empty()) {
      const char* alone = !out_.settings.empty()  ? "--set"
                          : out_.is_session_check ? "--check"
                          : out_.is_explained     ? "--explain"
                                                  : nullptr;
      if (alone != nullptr) {
        return Error{fmt::format("{} needs --session", alone), EINVAL};
      }
      return {};
    }
    if (out_.is_session_check && out_.is_explained) {
      return Error{"--check and --explain cannot be combined", EINVAL};
    }
    if (!out_.programs.empty()) {
      return Error{fmt::format("--session cannot be combined with -{}", out_.programs[0].form),
                   EINVAL};
    }
    if (is_mode_set_ && out_.mode != Mode::Trace) {
      return out_.mode == Mode::List
                 ? Error{"--session cannot be combined with -l; --explain shows what it matches",
                         EINVAL}
                 : Error{"--session can be combined with none of the [-AGhV] options", EINVAL};
    }
    if (out_.is_preprocessed) {
      return Error{"--session cannot be combined with -C", EINVAL};
    }
    out_.mode = Mode::Session;
    return {};
  }

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
      case kSession:
        if (!out_.session.empty() || *optarg == '\0') {
          return Error{*optarg == '\0' ? "--session needs the name or the file of a session"
                                       : "--session can be given only once",
                       EINVAL};
        }
        out_.session = optarg;
        return {};
      case kSet: {
        const char* equals = std::strchr(optarg, '=');
        if (equals == nullptr || equals == optarg) {
          return Error{fmt::format("--set {}: expected NAME=VALUE", optarg), EINVAL};
        }
        out_.settings.push_back(split_option(optarg));
        return {};
      }
      case kCheck:
        out_.is_session_check = true;
        return {};
      case kExplain:
        out_.is_explained = true;
        return {};
      case kGuest:
        out_.mode = Mode::Guest;
        return {};
      case kHelp:
        return set_mode(Mode::Help);
      case ':':
        if (optopt >= kJson) {
          return Error{fmt::format("option requires an argument -- {}", argv[optind - 1]), EINVAL};
        }
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
  return "Usage: dtrace [options] {-n | -P | -m | -f | -i} PROBE [ARGS...]\n"
         "       dtrace [options] -s SCRIPT.d [ARGS...]\n"
         "       dtrace -l [-n PROBE | -P PROVIDER ...] [-v]\n"
         "       dtrace --session NAME|FILE [--set PARAMETER=VALUE...] [--check | --explain]\n"
         "       dtrace sessions | providers | doctor\n"
         "\n"
         "What to trace (several may be given; all but -s take PROBE [/PREDICATE/] [{ACTIONS}])\n"
         "  -n [[[PROVIDER:]MODULE:]FUNCTION:]NAME   probes by name, globs allowed\n"
         "  -f [[PROVIDER:]MODULE:]FUNCTION          all probes of a function\n"
         "  -m [PROVIDER:]MODULE                     all probes of a module\n"
         "  -P PROVIDER                              all probes of a provider\n"
         "  -i ID                                    one probe by its number in -l\n"
         "  -s FILE                                  a D program\n"
         "  --session NAME|FILE                      a session, with its options and outputs\n"
         "  --set NAME=VALUE                         a parameter of the session\n"
         "  -c COMMAND     start COMMAND ($target), stop tracing when it ends\n"
         "  -p PID         trace while the process PID ($target) lives\n"
         "How\n"
         "  -b SIZE        size of each CPU's buffer (k, m, g)\n"
         "  -B POLICY      buffer policy: switch, fill or ring\n"
         "  -w             allow destructive actions\n"
         "  -x NAME[=VAL]  set an option\n"
         "  -Z             a description that matches no probe is no error\n"
         "Output\n"
         "  -o FILE        append to FILE instead of standard output\n"
         "  -q             only what the program prints itself\n"
         "  -F             indent by function entry and return\n"
         "  --json         every record, aggregation, drop and error as one JSON object a line\n"
         "Instead of tracing\n"
         "  -l             list probes; with -v also their argument types\n"
         "  -e             compile, then stop\n"
         "  -S             show the compiled clauses\n"
         "  -v             report stability and arguments\n"
         "  -V             versions of the command and of the language\n"
         "  --check        check the session without a kernel, and print its D program\n"
         "  --explain      say which probes the session would enable, and why others not\n"
         "  sessions       list the sessions that --session finds\n"
         "  providers      list the providers, their modules and plugins, and their state\n"
         "  doctor         check what tracing needs, and say how to mend what is missing\n"
         "Compiling\n"
         "  -C             run the C preprocessor first; -D, -U, -I and -H are passed to it\n"
         "  -L DIR         one more folder of D libraries\n"
         "  -X a|c|s|t     how strictly the preprocessor keeps to ISO C\n"
         "\n"
         "  --guest        all of this in a throw-away virtual machine, not on this kernel\n";
}

}  // namespace dt::cli
