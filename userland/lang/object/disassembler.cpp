// SPDX-License-Identifier: MIT
// Programs as text. External interface: disassembler.hpp.
#include "lang/object/disassembler.hpp"

#include <fmt/format.h>
#include <linux/bpf.h>

#include "dtrace/dif.h"
#include "dtrace/uapi.h"

namespace dt::lang::object {

namespace {

const char* subr_word(int subr) {
  switch (subr) {
#define X(name, id, sig) \
  case id:               \
    return #name;
    DTRACE_SUBR_LIST(X)
#undef X
    default:
      return nullptr;
  }
}

std::string filter_text(uint32_t filter) {
  static constexpr std::string_view kWords[] = {"pid ==", "pid !=", "tid ==", "tid !="};
  uint32_t kind = DTRACE_FILTER_KIND(filter);
  return kind ? fmt::format(", filter {} {}", kWords[kind - 1], filter & DTRACE_FILTER_MAXID) : "";
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) {
      out += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

const char* size_letter(uint8_t opcode) {
  switch (BPF_SIZE(opcode)) {
    case BPF_B:
      return "b";
    case BPF_H:
      return "h";
    case BPF_W:
      return "w";
    default:
      return "dw";
  }
}

std::string alu_text(const Insn& insn) {
  bool is_64 = BPF_CLASS(insn.opcode) == BPF_ALU64;
  const char* width = is_64 ? "64" : "32";
  std::string operand = BPF_SRC(insn.opcode) == BPF_X ? fmt::format("r{}", int{insn.src_reg})
                                                      : fmt::format("{}", insn.imm);
  const char* word = nullptr;
  switch (BPF_OP(insn.opcode)) {
    case BPF_ADD:
      word = "add";
      break;
    case BPF_SUB:
      word = "sub";
      break;
    case BPF_MUL:
      word = "mul";
      break;
    case BPF_DIV:
      word = "div";
      break;
    case BPF_OR:
      word = "or";
      break;
    case BPF_AND:
      word = "and";
      break;
    case BPF_LSH:
      word = "lsh";
      break;
    case BPF_RSH:
      word = "rsh";
      break;
    case BPF_MOD:
      word = "mod";
      break;
    case BPF_XOR:
      word = "xor";
      break;
    case BPF_MOV:
      word = "mov";
      break;
    case BPF_ARSH:
      word = "arsh";
      break;
    case BPF_NEG:
      return fmt::format("neg{} r{}", width, int{insn.dst_reg});
    case BPF_END:
      return fmt::format("{}{} r{}", BPF_SRC(insn.opcode) == BPF_TO_BE ? "be" : "le", insn.imm,
                         int{insn.dst_reg});
    default:
      return fmt::format("alu_{:#x}", insn.opcode);
  }
  return fmt::format("{}{} r{}, {}", word, width, int{insn.dst_reg}, operand);
}

std::string jump_text(const Insn& insn, size_t index) {
  size_t target = index + 1 + static_cast<size_t>(int64_t{insn.offset});
  const char* word = nullptr;
  switch (BPF_OP(insn.opcode)) {
    case BPF_JA:
      return fmt::format("ja {}", target);
    case BPF_EXIT:
      return "exit";
    case BPF_CALL:
      return fmt::format("call {}", subr_name(insn.imm));
    case BPF_JEQ:
      word = "jeq";
      break;
    case BPF_JNE:
      word = "jne";
      break;
    case BPF_JGT:
      word = "jgt";
      break;
    case BPF_JGE:
      word = "jge";
      break;
    case BPF_JLT:
      word = "jlt";
      break;
    case BPF_JLE:
      word = "jle";
      break;
    case BPF_JSGT:
      word = "jsgt";
      break;
    case BPF_JSGE:
      word = "jsge";
      break;
    case BPF_JSLT:
      word = "jslt";
      break;
    case BPF_JSLE:
      word = "jsle";
      break;
    case BPF_JSET:
      word = "jset";
      break;
    default:
      return fmt::format("jmp_{:#x}", insn.opcode);
  }
  if (BPF_SRC(insn.opcode) == BPF_X) {
    return fmt::format("{} r{}, r{}, {}", word, int{insn.dst_reg}, int{insn.src_reg}, target);
  }
  return fmt::format("{} r{}, {}, {}", word, int{insn.dst_reg}, insn.imm, target);
}

std::string insn_text(const Clause& clause, size_t index, const Program& program) {
  const Insn& insn = clause.insns[index];
  switch (BPF_CLASS(insn.opcode)) {
    case BPF_ALU:
    case BPF_ALU64:
      return alu_text(insn);
    case BPF_JMP:
      return jump_text(insn, index);
    case BPF_LD: {
      if (insn.src_reg == DTRACE_PSEUDO_STRTAB) {
        auto at = static_cast<uint32_t>(insn.imm);
        const char* text = at < program.strtab.size() ? program.strtab.c_str() + at : "";
        return fmt::format("lddw r{}, {}", int{insn.dst_reg}, quoted(text));
      }
      uint64_t high =
          index + 1 < clause.insns.size() ? static_cast<uint32_t>(clause.insns[index + 1].imm) : 0;
      return fmt::format("lddw r{}, {:#x}", int{insn.dst_reg},
                         high << 32 | static_cast<uint32_t>(insn.imm));
    }
    case BPF_LDX:
      return fmt::format("ldx{} r{}, [r{}{:+}]", size_letter(insn.opcode), int{insn.dst_reg},
                         int{insn.src_reg}, insn.offset);
    case BPF_STX:
      return fmt::format("stx{} [r{}{:+}], r{}", size_letter(insn.opcode), int{insn.dst_reg},
                         insn.offset, int{insn.src_reg});
    case BPF_ST:
      return fmt::format("st{} [r{}{:+}], {}", size_letter(insn.opcode), int{insn.dst_reg},
                         insn.offset, insn.imm);
    default:
      return fmt::format("insn_{:#x}", insn.opcode);
  }
}

const char* field_word(FieldKind kind) {
  switch (kind) {
    case FieldKind::Int:
      return "int";
    case FieldKind::Float:
      return "float";
    case FieldKind::String:
      return "string";
    case FieldKind::Bytes:
      return "bytes";
    case FieldKind::Stack:
      return "stack";
    case FieldKind::Ustack:
      return "ustack";
    case FieldKind::Sym:
      return "sym";
    case FieldKind::Mod:
      return "mod";
    case FieldKind::Func:
      return "func";
    case FieldKind::Usym:
      return "usym";
    case FieldKind::Umod:
      return "umod";
    case FieldKind::Uaddr:
      return "uaddr";
    case FieldKind::Missing:
      return "missing";
  }
  return "?";
}

std::string fields_text(const std::vector<Field>& fields) {
  std::string text;
  for (const Field& field : fields) {
    text += fmt::format("{}{} {}+{}{}", text.empty() ? "" : ", ", field_word(field.kind),
                        field.offset, field.size, field.type ? " " + field.type->name : "");
  }
  return text;
}

const char* var_word(uint32_t kind) {
  switch (kind) {
    case DTRACE_VAR_GLOBAL:
      return "global";
    case DTRACE_VAR_THREAD:
      return "self";
    case DTRACE_VAR_ASSOC:
      return "array";
    default:
      return "self array";
  }
}

}  // namespace

std::string subr_name(int subr) {
  const char* word = subr_word(subr);
  return word ? word : fmt::format("subr_{}", subr);
}

std::string disassemble(const Clause& clause, const Program& program) {
  std::string text;
  for (size_t i = 0; i < clause.insns.size(); i++) {
    text += fmt::format("{:4}: {}\n", i, insn_text(clause, i, program));
    if (clause.insns[i].opcode == (BPF_LD | BPF_DW | BPF_IMM)) {
      i++;
    }
  }
  return text;
}

std::string describe(const Program& program) {
  std::string text = fmt::format("frame {} bytes, this-> {} bytes at {}\n", program.frame_size,
                                 program.local_size, program.local_offset);
  for (size_t i = 0; i < program.vars.size(); i++) {
    const Variable& var = program.vars[i];
    text += fmt::format("variable {}: {} {}, {} bytes{}", i, var_word(var.kind), var.name, var.size,
                        var.flags & DTRACE_VAR_BYREF ? " by reference" : "");
    text += var.shape ? fmt::format(", key shape {}\n", var.shape) : "\n";
  }
  for (size_t i = 0; i < program.aggs.size(); i++) {
    const Aggregation& agg = program.aggs[i];
    text += fmt::format("aggregation {}: @{}, function {}, {} bytes, key shape {}\n", i, agg.name,
                        agg.func, agg.data_size, agg.shape);
  }
  for (size_t i = 1; i < program.shapes.size(); i++) {
    text += fmt::format("key shape {}: {}\n", i, fields_text(program.shapes[i].comps));
  }
  for (size_t i = 0; i < program.clauses.size(); i++) {
    const Clause& clause = program.clauses[i];
    text += fmt::format(
        "\nclause {} ({}): record {}+{}{}{}{}\n", i, clause.location, clause.rec_offset,
        clause.rec_size, clause.flags & DTRACE_PROG_RECORD ? "" : ", not emitted",
        clause.flags & DTRACE_PROG_DESTRUCTIVE ? ", destructive" : "", filter_text(clause.filter));
    for (const Bind& bind : program.binds) {
      if (bind.clause == static_cast<int>(i)) {
        text += fmt::format("  on {}:{}:{}:{}\n", bind.pattern.prov, bind.pattern.mod,
                            bind.pattern.func, bind.pattern.name);
      }
    }
    for (size_t n = 0; n < clause.actions.size(); n++) {
      const Action& action = clause.actions[n];
      text += fmt::format("  action {}: {}", n + 1, action.name);
      if (!action.format.empty()) {
        text += " " + quoted(action.format);
      }
      if (!action.args.empty()) {
        text += " (" + fields_text(action.args) + ")";
      }
      if (action.condition != kNoCondition) {
        text += fmt::format(" if byte {}", action.condition);
      }
      text += "\n";
    }
    text += disassemble(clause, program);
  }
  return text;
}

}  // namespace dt::lang::object
