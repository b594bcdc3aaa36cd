// SPDX-License-Identifier: MIT
// The built-in variables and their lookup. Types follow the classic guide (pid and tid are ints
// there, and scripts rely on it). curpsinfo, curlwpsinfo, curcpu, fds and others are inlines of
// config/d.
#include "lang/sema/builtins.hpp"

#include <unordered_map>

#include "dtrace/dif.h"

namespace dt::lang::sema {

const std::vector<Builtin>& builtins() {
  using enum BuiltinKind;
  static const std::vector<Builtin> table = {
      {"arg0", Arg, 0, "int64_t"},
      {"arg1", Arg, 1, "int64_t"},
      {"arg2", Arg, 2, "int64_t"},
      {"arg3", Arg, 3, "int64_t"},
      {"arg4", Arg, 4, "int64_t"},
      {"arg5", Arg, 5, "int64_t"},
      {"arg6", Arg, 6, "int64_t"},
      {"arg7", Arg, 7, "int64_t"},
      {"arg8", Arg, 8, "int64_t"},
      {"arg9", Arg, 9, "int64_t"},
      {"args", Args, DTRACE_BUILTIN_ARGS, ""},
      {"uregs", Uregs, DTRACE_BUILTIN_UREGS, "uint64_t"},
      {"caller", Value, DTRACE_BUILTIN_CALLER, "uintptr_t"},
      {"cpu", Value, DTRACE_BUILTIN_CPU, "int"},
      {"curthread", Value, DTRACE_BUILTIN_CURTHREAD, "struct task_struct *"},
      {"cwd", Value, DTRACE_BUILTIN_CWD, "string"},
      {"epid", Value, DTRACE_BUILTIN_EPID, "unsigned int"},
      {"errno", Value, DTRACE_BUILTIN_ERRNO, "int"},
      {"execname", Value, DTRACE_BUILTIN_EXECNAME, "string"},
      {"gid", Value, DTRACE_BUILTIN_GID, "gid_t"},
      {"id", Value, DTRACE_BUILTIN_ID, "unsigned int"},
      {"ipl", Value, DTRACE_BUILTIN_IPL, "unsigned int"},
      {"pid", Value, DTRACE_BUILTIN_PID, "pid_t"},
      {"ppid", Value, DTRACE_BUILTIN_PPID, "pid_t"},
      {"probefunc", Value, DTRACE_BUILTIN_PROBEFUNC, "string"},
      {"probemod", Value, DTRACE_BUILTIN_PROBEMOD, "string"},
      {"probename", Value, DTRACE_BUILTIN_PROBENAME, "string"},
      {"probeprov", Value, DTRACE_BUILTIN_PROBEPROV, "string"},
      {"root", Value, DTRACE_BUILTIN_ROOT, "string"},
      {"stackdepth", Value, DTRACE_BUILTIN_STACKDEPTH, "uint32_t"},
      {"tid", Value, DTRACE_BUILTIN_TID, "id_t"},
      {"timestamp", Value, DTRACE_BUILTIN_TIMESTAMP, "uint64_t"},
      {"ucaller", Value, DTRACE_BUILTIN_UCALLER, "uint64_t"},
      {"uid", Value, DTRACE_BUILTIN_UID, "uid_t"},
      {"ustackdepth", Value, DTRACE_BUILTIN_USTACKDEPTH, "uint32_t"},
      {"vtimestamp", Value, DTRACE_BUILTIN_VTIMESTAMP, "uint64_t"},
      {"walltimestamp", Value, DTRACE_BUILTIN_WALLTIMESTAMP, "int64_t"},
      {"zonename", Value, DTRACE_BUILTIN_ZONENAME, "string"},
      // Ours, for the translators of config/d: what would need a kernel lock to read through
      // pointers.
      {"__pgid", Value, DTRACE_BUILTIN_PGID, "pid_t"},
      {"__sid", Value, DTRACE_BUILTIN_SID, "pid_t"},
      {"__psargs", Value, DTRACE_BUILTIN_PSARGS, "string"},
      {"__starttime", Value, DTRACE_BUILTIN_STARTTIME, "uint64_t"},
      {"__prio", Value, DTRACE_BUILTIN_PRIO, "int"},
      {"__nice", Value, DTRACE_BUILTIN_NICE, "int"},
      {"__curproc", Value, DTRACE_BUILTIN_CURPROC, "struct task_struct *"},
  };
  return table;
}

int find_builtin(std::string_view name) {
  static const auto index = [] {
    std::unordered_map<std::string_view, int> map;
    for (size_t i = 0; i < builtins().size(); i++)
      map[builtins()[i].name] = static_cast<int>(i);
    return map;
  }();
  auto it = index.find(name);
  return it == index.end() ? -1 : it->second;
}

}  // namespace dt::lang::sema
