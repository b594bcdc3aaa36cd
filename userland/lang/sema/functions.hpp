// SPDX-License-Identifier: MIT
// The table of everything that is called like a function in D: subroutines, actions and aggregating
// functions. Sema checks calls against it; codegen looks at the ids. ast::Call::func is an index
// into functions().
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace dt::lang::sema {

enum class FuncKind {
  Subroutine,   // gives a value, usable in any expression
  Action,       // only as a statement; records data or has an effect
  StackLike,    // action as a statement, value (Dynamic type) in keys, printf and trace: stack(),
                // sym()...
  Aggregating,  // only as the right side of @a[...] = f(...)
};

enum class FuncId {
  // Aggregating functions
  Avg,
  Count,
  Llquantize,
  Lquantize,
  Max,
  Min,
  Quantize,
  Stddev,
  Sum,
  // Actions
  Breakpoint,
  Chill,
  Clear,
  Commit,
  Copyout,
  Copyoutstr,
  Denormalize,
  Discard,
  Exit,
  Freopen,
  Ftruncate,
  Normalize,
  Panic,
  Pcap,
  Print,
  Printa,
  Printf,
  Raise,
  Setopt,
  Speculate,
  Stop,
  System,
  Trace,
  TraceArgs,
  Tracemem,
  Trunc,
  // StackLike
  Func,
  Jstack,
  Mod,
  Stack,
  Sym,
  Uaddr,
  Ufunc,
  Umod,
  Ustack,
  Usym,
  // Subroutines
  Alloca,
  Basename,
  Bcopy,
  Cleanpath,
  Copyin,
  Copyinstr,
  Copyinto,
  DPath,
  Dirname,
  Getmajor,
  Getminor,
  Htonl,
  Htonll,
  Htons,
  Index,
  InetNtoa,
  InetNtoa6,
  InetNtop,
  Json,
  LinkNtop,
  Lltostr,
  MutexOwned,
  MutexOwner,
  MutexTypeAdaptive,
  MutexTypeSpin,
  Ntohl,
  Ntohll,
  Ntohs,
  Progenyof,
  Rand,
  Rindex,
  RwIswriter,
  RwReadHeld,
  RwWriteHeld,
  Speculation,
  Strchr,
  Strjoin,
  Strlen,
  Strrchr,
  Strstr,
  Strtok,
  Strtoll,
  Substr,
  Tolower,
  Toupper,
};

// One argument as the table writes it; a letter each in Function::proto:
//   i  integer (int, enum)             c  integer constant
//   u  user address or kernel address: integer or pointer
//   p  pointer (integer accepted too)  s  string: string, char * or char array
//   d  writable scratch: pointer       a  scalar to aggregate
//   @  aggregation                     .  anything (the action has its own checks)
struct Function {
  std::string_view name;
  FuncKind kind;
  FuncId id;
  int min_args;
  int max_args;            // -1 = any number
  std::string_view proto;  // letters above; arguments past its end are like its last letter
  std::string_view
      result;    // C type as text ("int", "void *", "string"); "" = void; "dynamic" = Dynamic type
  int subr = 0;  // enum dtrace_subr that does the work; 0 = compiled otherwise (htonl, actions...)
  int aggfunc = 0;              // enum dtrace_aggfunc for Aggregating
  bool is_destructive = false;  // needs -w
  bool records_data = false;    // leaves data in the record: matters for speculate() and commit()
};

const std::vector<Function>& functions();
// Index into functions(), -1 = no such function.
int find_function(std::string_view name);

}  // namespace dt::lang::sema
