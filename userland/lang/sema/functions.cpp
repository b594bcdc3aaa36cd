// SPDX-License-Identifier: MIT
// The function table and its lookup. To add a subroutine: one FuncId, one line here, its code in
// codegen, its test test/lang/subroutines/tst.<name>.d.
#include "lang/sema/functions.hpp"

#include <unordered_map>

#include "dtrace/dif.h"
#include "dtrace/uapi.h"

namespace dt::lang::sema {

namespace {

using Id = FuncId;
constexpr FuncKind kSubr = FuncKind::Subroutine;
constexpr FuncKind kAct = FuncKind::Action;
constexpr FuncKind kStk = FuncKind::StackLike;
constexpr FuncKind kAgg = FuncKind::Aggregating;

Function agg(std::string_view name, Id id, int min, int max, std::string_view proto, int aggfunc) {
  Function f{name, kAgg, id, min, max, proto, ""};
  f.aggfunc = aggfunc;
  return f;
}

// An action that puts data in the record.
Function rec(std::string_view name, Id id, int min, int max, std::string_view proto) {
  Function f{name, kAct, id, min, max, proto, ""};
  f.records_data = true;
  return f;
}

// An action that needs -w; it records nothing.
Function destr(std::string_view name, Id id, int min, int max, std::string_view proto, int subr) {
  Function f{name, kAct, id, min, max, proto, "", subr};
  f.is_destructive = true;
  return f;
}

Function stack_like(std::string_view name, Id id, int min, int max, std::string_view proto) {
  Function f{name, kStk, id, min, max, proto, "dynamic"};
  f.records_data = true;
  return f;
}

std::vector<Function> make_table() {
  Function system = rec("system", Id::System, 1, -1, ".");
  system.is_destructive = true;
  Function freopen = rec("freopen", Id::Freopen, 1, -1, ".");
  freopen.is_destructive = true;
  return {
      agg("avg", Id::Avg, 1, 1, "a", DTRACE_AGG_AVG),
      agg("count", Id::Count, 0, 0, "", DTRACE_AGG_COUNT),
      agg("llquantize", Id::Llquantize, 5, 6, "a....i", DTRACE_AGG_LLQUANTIZE),
      agg("lquantize", Id::Lquantize, 3, 5, "a...i", DTRACE_AGG_LQUANTIZE),
      agg("max", Id::Max, 1, 1, "a", DTRACE_AGG_MAX),
      agg("min", Id::Min, 1, 1, "a", DTRACE_AGG_MIN),
      agg("quantize", Id::Quantize, 1, 2, "ai", DTRACE_AGG_QUANTIZE),
      agg("stddev", Id::Stddev, 1, 1, "a", DTRACE_AGG_STDDEV),
      agg("sum", Id::Sum, 1, 1, "a", DTRACE_AGG_SUM),

      destr("breakpoint", Id::Breakpoint, 0, 0, "", DTRACE_SUBR_BREAKPOINT),
      destr("chill", Id::Chill, 1, 1, "i", DTRACE_SUBR_CHILL),
      rec("clear", Id::Clear, 1, 1, "."),
      {"commit", kAct, Id::Commit, 1, 1, "i", "", DTRACE_SUBR_COMMIT},
      destr("copyout", Id::Copyout, 3, 3, "pui", DTRACE_SUBR_COPYOUT),
      destr("copyoutstr", Id::Copyoutstr, 3, 3, "sui", DTRACE_SUBR_COPYOUTSTR),
      rec("denormalize", Id::Denormalize, 1, 1, "."),
      {"discard", kAct, Id::Discard, 1, 1, "i", "", DTRACE_SUBR_DISCARD},
      rec("exit", Id::Exit, 1, 1, "i"),
      freopen,
      rec("ftruncate", Id::Ftruncate, 0, 0, ""),
      rec("normalize", Id::Normalize, 2, 2, ".i"),
      destr("panic", Id::Panic, 0, 0, "", DTRACE_SUBR_PANIC),
      rec("pcap", Id::Pcap, 2, 2, "pi"),
      rec("print", Id::Print, 1, 1, "."),
      rec("printa", Id::Printa, 1, -1, "."),
      rec("printf", Id::Printf, 1, -1, "s."),
      destr("raise", Id::Raise, 1, 1, "i", DTRACE_SUBR_RAISE),
      rec("setopt", Id::Setopt, 1, 2, "ss"),
      {"speculate", kAct, Id::Speculate, 1, 1, "i", "", DTRACE_SUBR_SPECULATE},
      destr("stop", Id::Stop, 0, 0, "", DTRACE_SUBR_STOP),
      system,
      rec("trace", Id::Trace, 1, 1, "."),
      rec("trace(args)", Id::TraceArgs, 0, -1, "."),  // made by lang/trace_args.cpp
      rec("tracemem", Id::Tracemem, 2, 3, ".ii"),
      rec("trunc", Id::Trunc, 1, 2, ".i"),

      stack_like("func", Id::Func, 1, 1, "u"),
      stack_like("jstack", Id::Jstack, 0, 2, "cc"),
      stack_like("mod", Id::Mod, 1, 1, "u"),
      stack_like("stack", Id::Stack, 0, 1, "c"),
      stack_like("sym", Id::Sym, 1, 1, "u"),
      stack_like("uaddr", Id::Uaddr, 1, 1, "u"),
      stack_like("ufunc", Id::Ufunc, 1, 1, "u"),
      stack_like("umod", Id::Umod, 1, 1, "u"),
      stack_like("ustack", Id::Ustack, 0, 2, "cc"),
      stack_like("usym", Id::Usym, 1, 1, "u"),

      {"alloca", kSubr, Id::Alloca, 1, 1, "i", "void *", DTRACE_SUBR_ALLOCA},
      {"basename", kSubr, Id::Basename, 1, 1, "s", "string", DTRACE_SUBR_BASENAME},
      {"bcopy", kSubr, Id::Bcopy, 3, 3, "pdi", "", DTRACE_SUBR_COPY},
      {"cleanpath", kSubr, Id::Cleanpath, 1, 1, "s", "string", DTRACE_SUBR_CLEANPATH},
      {"copyin", kSubr, Id::Copyin, 2, 2, "ui", "void *", DTRACE_SUBR_COPYIN},
      {"copyinstr", kSubr, Id::Copyinstr, 1, 2, "ui", "string", DTRACE_SUBR_COPYINSTR},
      {"copyinto", kSubr, Id::Copyinto, 3, 3, "uid", "", DTRACE_SUBR_COPYINTO},
      {"d_path", kSubr, Id::DPath, 1, 1, "p", "string", DTRACE_SUBR_D_PATH},
      {"dirname", kSubr, Id::Dirname, 1, 1, "s", "string", DTRACE_SUBR_DIRNAME},
      {"getmajor", kSubr, Id::Getmajor, 1, 1, "i", "unsigned int"},
      {"getminor", kSubr, Id::Getminor, 1, 1, "i", "unsigned int"},
      {"htonl", kSubr, Id::Htonl, 1, 1, "i", "uint32_t"},
      {"htonll", kSubr, Id::Htonll, 1, 1, "i", "uint64_t"},
      {"htons", kSubr, Id::Htons, 1, 1, "i", "uint16_t"},
      {"index", kSubr, Id::Index, 2, 3, "ssi", "int", DTRACE_SUBR_INDEX},
      {"inet_ntoa", kSubr, Id::InetNtoa, 1, 1, "p", "string", DTRACE_SUBR_INET_NTOA},
      {"inet_ntoa6", kSubr, Id::InetNtoa6, 1, 2, "pc", "string", DTRACE_SUBR_INET_NTOA6},
      {"inet_ntop", kSubr, Id::InetNtop, 2, 2, "ip", "string", DTRACE_SUBR_INET_NTOP},
      {"json", kSubr, Id::Json, 2, 2, "ss", "string", DTRACE_SUBR_JSON},
      {"link_ntop", kSubr, Id::LinkNtop, 2, 2, "ip", "string", DTRACE_SUBR_LINK_NTOP},
      {"lltostr", kSubr, Id::Lltostr, 1, 2, "ii", "string", DTRACE_SUBR_LLTOSTR},
      {"mutex_owned", kSubr, Id::MutexOwned, 1, 1, "p", "int", DTRACE_SUBR_MUTEX_OWNED},
      {"mutex_owner", kSubr, Id::MutexOwner, 1, 1, "p", "struct task_struct *",
       DTRACE_SUBR_MUTEX_OWNER},
      {"mutex_type_adaptive", kSubr, Id::MutexTypeAdaptive, 1, 1, "p", "int",
       DTRACE_SUBR_MUTEX_TYPE_ADAPTIVE},
      {"mutex_type_spin", kSubr, Id::MutexTypeSpin, 1, 1, "p", "int", DTRACE_SUBR_MUTEX_TYPE_SPIN},
      {"ntohl", kSubr, Id::Ntohl, 1, 1, "i", "uint32_t"},
      {"ntohll", kSubr, Id::Ntohll, 1, 1, "i", "uint64_t"},
      {"ntohs", kSubr, Id::Ntohs, 1, 1, "i", "uint16_t"},
      {"progenyof", kSubr, Id::Progenyof, 1, 1, "i", "int", DTRACE_SUBR_PROGENYOF},
      {"rand", kSubr, Id::Rand, 0, 0, "", "int", DTRACE_SUBR_RAND},
      {"rindex", kSubr, Id::Rindex, 2, 3, "ssi", "int", DTRACE_SUBR_RINDEX},
      {"rw_iswriter", kSubr, Id::RwIswriter, 1, 1, "p", "int", DTRACE_SUBR_RW_ISWRITER},
      {"rw_read_held", kSubr, Id::RwReadHeld, 1, 1, "p", "int", DTRACE_SUBR_RW_READ_HELD},
      {"rw_write_held", kSubr, Id::RwWriteHeld, 1, 1, "p", "int", DTRACE_SUBR_RW_WRITE_HELD},
      {"speculation", kSubr, Id::Speculation, 0, 0, "", "int", DTRACE_SUBR_SPECULATION},
      {"strchr", kSubr, Id::Strchr, 2, 2, "si", "string", DTRACE_SUBR_STRCHR},
      {"strjoin", kSubr, Id::Strjoin, 2, 2, "ss", "string", DTRACE_SUBR_STRJOIN},
      {"strlen", kSubr, Id::Strlen, 1, 1, "s", "size_t", DTRACE_SUBR_STRLEN},
      {"strrchr", kSubr, Id::Strrchr, 2, 2, "si", "string", DTRACE_SUBR_STRRCHR},
      {"strstr", kSubr, Id::Strstr, 2, 2, "ss", "string", DTRACE_SUBR_STRSTR},
      {"strtok", kSubr, Id::Strtok, 2, 2, "ss", "string", DTRACE_SUBR_STRTOK},
      {"strtoll", kSubr, Id::Strtoll, 1, 2, "si", "int64_t", DTRACE_SUBR_STRTOLL},
      {"substr", kSubr, Id::Substr, 2, 3, "sii", "string", DTRACE_SUBR_SUBSTR},
      {"tolower", kSubr, Id::Tolower, 1, 1, "s", "string", DTRACE_SUBR_TOLOWER},
      {"toupper", kSubr, Id::Toupper, 1, 1, "s", "string", DTRACE_SUBR_TOUPPER},
  };
}

}  // namespace

const std::vector<Function>& functions() {
  static const std::vector<Function> table = make_table();
  return table;
}

int find_function(std::string_view name) {
  static const auto index = [] {
    std::unordered_map<std::string_view, int> map;
    for (size_t i = 0; i < functions().size(); i++)
      map[functions()[i].name] = static_cast<int>(i);
    return map;
  }();
  auto it = index.find(name);
  return it == index.end() ? -1 : it->second;
}

}  // namespace dt::lang::sema
