// SPDX-License-Identifier: MIT
// A compiled program: all that the consumer and the output need to know of it. Made by codegen,
// never changed afterwards. Independent of the syntax tree and of the type table.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lang/probe_source.hpp"

namespace dt::lang::object {

// One instruction: the layout of struct bpf_insn.
struct Insn {
  uint8_t opcode = 0;
  uint8_t dst_reg : 4 = 0;
  uint8_t src_reg : 4 = 0;
  int16_t offset = 0;
  int32_t imm = 0;
};
static_assert(sizeof(Insn) == 8);

// A C type as needed to show a value (print(), trace of structs). Self-contained.
struct ShownType {
  enum class Kind {
    Void,
    Int,
    Float,
    Pointer,
    Array,
    Struct,
    Union,
    Enum,
    Function,
    String
  } kind = Kind::Void;
  std::string name;  // "struct file", "int", "char *"
  uint64_t size = 0;
  bool is_signed = false;
  bool is_char = false;
  bool is_bool = false;
  uint64_t nr_elems = 0;
  std::shared_ptr<const ShownType> target;
  struct ShownMember {
    std::string name;
    std::shared_ptr<const ShownType> type;
    uint64_t bit_offset = 0;
    uint32_t bit_size = 0;  // 0 = whole bytes
  };
  std::vector<ShownMember> members;
  std::vector<std::pair<std::string, int64_t>> enumerators;
};

// A value inside a record or a key.
enum class FieldKind {
  Int,     // size 1, 2, 4, 8; host order
  Float,   // size 4, 8, 16
  String,  // NUL-terminated within size
  Bytes,   // size raw bytes (structs, arrays, tracemem)
  Stack,   // size / 8 kernel pcs, zero ends
  Ustack,  // u64 tgid, then (size - 8) / 8 user pcs, zero ends
  Sym,
  Mod,
  Func,  // u64 kernel address
  Usym,
  Umod,
  Uaddr,    // u64 tgid, u64 user address
  Missing,  // nothing: the expression has no meaning for these probes
};
inline constexpr uint32_t kNoFault = 0xffffffff;

struct Field {
  FieldKind kind = FieldKind::Int;
  bool is_signed = false;
  bool is_pointer = false;      // Int that is an address: trace() shows hex
  bool is_string_like = false;  // Bytes that are a char array
  uint32_t offset = 0;  // bytes from the start of the record's payload (of the key for keys)
  uint32_t size = 0;
  uint32_t strsize = 0;                   // Ustack/jstack: bytes of strings asked for
  uint32_t fault = kNoFault;              // byte in the record that is nonzero if there is no value
  std::shared_ptr<const ShownType> type;  // where it is known
};

inline constexpr uint32_t kNoCondition = 0xffffffff;

enum class ActionKind {
  Default,   // the clause has no body: the probe line only
  Trace,     // trace(x): args[0]
  Args,      // trace(args): the values that decode the probe's arguments, see ArgsOrigin
  Printf,    // format, args
  Printa,    // format (may be empty), aggs
  Tracemem,  // args[0] Bytes; args[1] Int = run-time size if there
  Print,  // print(x): args[0] with type; value bytes are in the record, the address in args[1] if
          // there
  Stack,
  Ustack,  // args[0]
  Sym,
  Mod,
  Func,
  Usym,
  Umod,
  Uaddr,    // args[0]
  Exit,     // args[0] Int status
  System,   // format, args
  Freopen,  // format, args
  Setopt,   // format = option name, or it is empty and args[0] is the name; a value comes last
  Clear,
  Trunc,
  Normalize,
  Denormalize,  // aggs[0]; args[0] = count or factor
  Ftruncate,
  Pcap,  // args[0] Bytes packet, args[1] Int protocol / length
  Commit,
  Discard,
  Speculate,  // effect is in the kernel; here so that action numbers agree
  Effect,  // other action with an effect in the kernel only (raise, stop, panic, chill, breakpoint,
           // copyout...)
};

// ActionKind::Args: where its values come from.
struct ArgsOrigin {
  bool is_default = false;         // the clause has no body: a quiet run shows nothing
  bool is_raw = false;             // the untyped arguments: nobody decodes them
  std::vector<std::string> texts;  // the D expression of each value
};

struct Action {
  ActionKind kind = ActionKind::Default;
  // Byte in the record that is nonzero if the action ran (it is inside if/else); kNoCondition =
  // always.
  uint32_t condition = kNoCondition;
  std::string format;  // printf-like: text as written, escapes resolved
  std::vector<Field> args;
  std::vector<int> aggs;                     // indices into Program.aggs
  std::string name;                          // name as in D, for messages
  std::shared_ptr<const ArgsOrigin> origin;  // Args only
};

struct Clause {
  std::vector<Insn> insns;
  uint32_t flags = 0;  // DTRACE_PROG_*
  uint32_t rec_offset = 0;
  uint32_t rec_size = 0;
  uint32_t filter = 0;          // DTRACE_FILTER(): what the predicate begins with
  std::vector<Action> actions;  // action n of the program is actions[n - 1]
  std::string location;         // "file:line" for messages and disassembly
};

struct Bind {
  ProbePattern pattern;
  int clause = 0;
  bool is_optional = false;  // -Z or a pattern that may match later
  bool is_later = false;     // only probes that appear while tracing
};

struct KeyShape {
  uint32_t size = 0;
  std::vector<Field> comps;  // offset, size multiples of 8; String kinds are compared as strings
};

struct Variable {
  uint32_t kind = 0;   // DTRACE_VAR_*
  uint32_t flags = 0;  // DTRACE_VAR_BYREF
  uint32_t size = 8;
  uint32_t shape = 0;
  uint64_t init = 0;
  std::string name;
};

struct Aggregation {
  std::string name;   // without @
  uint32_t func = 0;  // enum dtrace_aggfunc
  uint32_t data_size = 0;
  int64_t param[5] = {0, 0, 0, 0, 0};
  uint32_t shape = 0;
};

struct Program {
  std::vector<Clause> clauses;
  std::vector<Bind> binds;
  std::vector<KeyShape> shapes;  // shapes[0] is the empty key
  std::vector<Variable> vars;
  std::vector<Aggregation> aggs;
  std::string strtab;
  uint32_t frame_size = 64;
  uint32_t local_offset = 64;
  uint32_t local_size = 0;
  bool is_destructive = false;
  // #pragma D option lines, in order: name, value ("" = none).
  std::vector<std::pair<std::string, std::string>> options;
};

}  // namespace dt::lang::object
