// SPDX-License-Identifier: MIT
// Registers, stack slots, frame temporaries and calls of subroutines.
#include <algorithm>

#include "lang/codegen/clause_gen.hpp"

#include "dtrace/dif.h"

namespace dt::lang::codegen {

namespace {

constexpr int kNrStackSlots = DTRACE_DIF_STACK / 8;
constexpr Reg kScratchOrder[] = {Reg::R0, Reg::R1, Reg::R2, Reg::R3,
                                 Reg::R4, Reg::R5, Reg::R8, Reg::R9};

// Frame accesses with a 16-bit offset from r7.
bool is_near(uint32_t offset) { return offset <= 32760; }

Reg arg_reg(size_t n) { return static_cast<Reg>(static_cast<size_t>(Reg::R1) + n); }

}  // namespace

Reg ClauseGen::free_reg(Reg except) const {
  for (Reg reg : kScratchOrder) {
    if (reg != except && !is_busy(reg)) {
      return reg;
    }
  }
  return Reg::R0;  // never: see nr_free()
}

int ClauseGen::nr_free(Reg except) const {
  return static_cast<int>(std::count_if(std::begin(kScratchOrder), std::end(kScratchOrder),
                                        [&](Reg reg) { return reg != except && !is_busy(reg); }));
}

Reg ClauseGen::free_saved_reg() const {
  for (Reg reg : {Reg::R8, Reg::R9}) {
    if (!is_busy(reg)) {
      return reg;
    }
  }
  return Reg::None;
}

int ClauseGen::new_slot() {
  for (size_t i = 0; i < slots_.size(); i++) {
    if (!slots_[i]) {
      slots_[i] = true;
      return static_cast<int>(i);
    }
  }
  slots_.push_back(true);
  if (slots_.size() > kNrStackSlots) {
    frame_slots_.push_back(temp(8));
  }
  return static_cast<int>(slots_.size()) - 1;
}

void ClauseGen::slot_store(int slot, Reg from) {
  if (slot < kNrStackSlots) {
    as_.store(Reg::R10, static_cast<int16_t>(-8 * (slot + 1)), from, 8);
  } else {
    frame_store(frame_slots_[static_cast<size_t>(slot - kNrStackSlots)], from, 8);
  }
}

void ClauseGen::slot_load(int slot, Reg into) {
  if (slot < kNrStackSlots) {
    as_.load(into, Reg::R10, static_cast<int16_t>(-8 * (slot + 1)), 8);
  } else {
    frame_load(into, frame_slots_[static_cast<size_t>(slot - kNrStackSlots)], 8);
  }
}

ClauseGen::Kept ClauseGen::keep(Reg from) {
  Kept kept;
  kept.reg = from == Reg::R8 || from == Reg::R9 ? from : free_saved_reg();
  if (kept.reg != Reg::None) {
    as_.mov(kept.reg, from);
    set_busy(kept.reg);
  } else {
    kept.slot = new_slot();
    slot_store(kept.slot, from);
  }
  return kept;
}

// Evaluates into a place that survives calls.
ClauseGen::Kept ClauseGen::keep_value(const ast::Expr& expr, const types::Type* as) {
  Reg saved = free_saved_reg();
  // An expression that ends in a call has its result in r0; what computes on after it had better do
  // so in place.
  Reg want = saved == Reg::None ? Reg::R0 : saved;
  eval_as(expr, as, want);
  return keep(want);
}

void ClauseGen::use(const Kept& kept, Reg into) {
  if (kept.reg != Reg::None) {
    as_.mov(into, kept.reg);
  } else {
    slot_load(kept.slot, into);
  }
}

void ClauseGen::release(const Kept& kept) {
  if (kept.reg != Reg::None) {
    set_free(kept.reg);
  } else if (kept.slot >= 0) {
    slots_[static_cast<size_t>(kept.slot)] = false;
  }
}

uint32_t ClauseGen::temp(uint64_t size) {
  uint64_t end = std::min<uint64_t>(temp_next_ + round_up8(std::max<uint64_t>(size, 8)),
                                    uint64_t{DTRACE_FRAME_MAX} * 2);
  uint32_t at = temp_next_;
  temp_next_ = static_cast<uint32_t>(end);
  layout_.temp_size = std::max(layout_.temp_size, temp_next_);
  return wanted_.temp_base + at;
}

void ClauseGen::frame_address(Reg dst, uint32_t offset) {
  as_.mov(dst, Reg::R7);
  if (offset) {
    as_.alu_imm(Alu::Add, dst, static_cast<int32_t>(offset));
  }
}

void ClauseGen::frame_load(Reg dst, uint32_t offset, unsigned size) {
  if (is_near(offset)) {
    as_.load(dst, Reg::R7, static_cast<int16_t>(offset), size);
    return;
  }
  frame_address(dst, offset);
  as_.load(dst, dst, 0, size);
}

void ClauseGen::frame_store(uint32_t offset, Reg src, unsigned size) {
  if (is_near(offset)) {
    as_.store(Reg::R7, static_cast<int16_t>(offset), src, size);
    return;
  }
  Reg base = free_reg(src);
  frame_address(base, offset);
  as_.store(base, 0, src, size);
}

void ClauseGen::frame_store_imm(uint32_t offset, int32_t imm, unsigned size) {
  if (is_near(offset)) {
    as_.store_imm(Reg::R7, static_cast<int16_t>(offset), imm, size);
    return;
  }
  Reg base = free_reg(Reg::None);
  frame_address(base, offset);
  as_.store_imm(base, 0, imm, size);
}

// ---- Calls ----

ClauseGen::Arg ClauseGen::Arg::constant(int64_t value) {
  Arg arg;
  arg.number = value;
  return arg;
}

ClauseGen::Arg ClauseGen::Arg::frame(uint32_t offset) {
  Arg arg;
  arg.kind = Kind::Frame;
  arg.number = offset;
  return arg;
}

ClauseGen::Arg ClauseGen::Arg::value(const ast::Expr& expr, const types::Type* as) {
  Arg arg;
  arg.kind = Kind::Value;
  arg.expr = &expr;
  arg.as = as;
  return arg;
}

ClauseGen::Arg ClauseGen::Arg::from(const Kept& kept) {
  Arg arg;
  arg.kind = Kind::Kept;
  arg.kept = kept;
  return arg;
}

// Subroutines that never record a fault need no site.
bool ClauseGen::may_fault(int subr) {
  switch (subr) {
    case DTRACE_SUBR_GUARD:
    case DTRACE_SUBR_BUILTIN:
    case DTRACE_SUBR_RAND:
    case DTRACE_SUBR_PROGENYOF:
    case DTRACE_SUBR_GVAR_LD:
    case DTRACE_SUBR_GVAR_ST:
    case DTRACE_SUBR_GVAR_REF:
    case DTRACE_SUBR_TVAR_LD:
    case DTRACE_SUBR_TVAR_ST:
    case DTRACE_SUBR_TVAR_REF:
    case DTRACE_SUBR_TVAR_FREE:
    case DTRACE_SUBR_AVAR_LD:
    case DTRACE_SUBR_AVAR_ST:
    case DTRACE_SUBR_AVAR_REF:
    case DTRACE_SUBR_AVAR_FREE:
    case DTRACE_SUBR_TAVAR_LD:
    case DTRACE_SUBR_TAVAR_ST:
    case DTRACE_SUBR_TAVAR_REF:
    case DTRACE_SUBR_TAVAR_FREE:
    case DTRACE_SUBR_AGG:
    case DTRACE_SUBR_EXIT:
    case DTRACE_SUBR_SPECULATION:
    case DTRACE_SUBR_SPECULATE:
    case DTRACE_SUBR_COMMIT:
    case DTRACE_SUBR_DISCARD:
    case DTRACE_SUBR_STACK:
      return false;
    default:
      return true;
  }
}

// A string whose address the core or the compiler made: reading it cannot fault.
bool ClauseGen::is_own_string(const ast::Expr& expr) {
  if (!expr.type || !types::is_string(expr.type)) {
    return types::is_integer(expr.type);
  }
  switch (expr.kind) {
    case ast::ExprKind::StringLit:
      return true;
    case ast::ExprKind::Ident: {
      const ast::Variable* var = ast::as<ast::Ident>(expr).var;
      return var && (var->scope == ast::VarScope::Builtin || var->scope == ast::VarScope::Global ||
                     var->scope == ast::VarScope::Thread || var->scope == ast::VarScope::Local);
    }
    case ast::ExprKind::Cond:
      return is_own_string(*ast::as<ast::Cond>(expr).then_expr) &&
             is_own_string(*ast::as<ast::Cond>(expr).else_expr);
    default:
      return false;
  }
}

// A call that cannot fault with these arguments.
bool ClauseGen::is_safe_call(int subr, const std::vector<Arg>& args) {
  switch (subr) {
    case DTRACE_SUBR_STRCPY:
    case DTRACE_SUBR_STRCMP:
    case DTRACE_SUBR_STRLEN:
    case DTRACE_SUBR_STRJOIN:
    case DTRACE_SUBR_SUBSTR:
    case DTRACE_SUBR_INDEX:
    case DTRACE_SUBR_RINDEX:
    case DTRACE_SUBR_STRSTR:
      return std::all_of(args.begin(), args.end(), [](const Arg& arg) {
        return arg.kind == Arg::Kind::Const || arg.kind == Arg::Kind::Frame ||
               (arg.expr && is_own_string(*arg.expr));
      });
    default:
      return false;
  }
}

void ClauseGen::finish_call(int subr, bool is_safe) {
  if (may_fault(subr) && !is_safe) {
    auto insn = static_cast<unsigned>(as_.position()) + 1;
    as_.store_imm(Reg::R7, DTRACE_FRAME_SITE,
                  static_cast<int32_t>(DTRACE_SITE(action_ & 0xffff, insn)), 4);
  }
  as_.call(subr);
}

void ClauseGen::call(int subr, std::initializer_list<Arg> list) {
  std::vector<Arg> args(list);
  // Those that call come first, each kept but the last; then the others, straight into their
  // registers; then constants, so that the verifier still knows them at the call.
  int last_calling = -1;
  for (size_t i = 0; i < args.size(); i++) {
    if (args[i].kind == Arg::Kind::Value && !args[i].expr->const_value && calls(*args[i].expr)) {
      last_calling = static_cast<int>(i);
    }
  }
  std::vector<bool> is_done(args.size(), false);
  for (size_t i = 0; i < args.size(); i++) {
    Arg& arg = args[i];
    if (arg.kind != Arg::Kind::Value || arg.expr->const_value || !calls(*arg.expr)) {
      continue;
    }
    if (static_cast<int>(i) == last_calling) {
      eval_as(*arg.expr, arg.as, arg_reg(i));
      set_busy(arg_reg(i));
      is_done[i] = true;
    } else {
      arg.kept = keep_value(*arg.expr, arg.as);
      arg.kind = Arg::Kind::Kept;
    }
  }
  for (size_t i = 0; i < args.size(); i++) {
    if (!is_done[i] && args[i].kind == Arg::Kind::Value && !args[i].expr->const_value) {
      eval_as(*args[i].expr, args[i].as, arg_reg(i));
      set_busy(arg_reg(i));
      is_done[i] = true;
    }
  }
  for (size_t i = 0; i < args.size(); i++) {
    const Arg& arg = args[i];
    if (is_done[i]) {
      continue;
    }
    switch (arg.kind) {
      case Arg::Kind::Const:
        as_.mov_imm(arg_reg(i), arg.number);
        break;
      case Arg::Kind::Frame:
        frame_address(arg_reg(i), static_cast<uint32_t>(arg.number));
        break;
      case Arg::Kind::Value:
        eval_as(*arg.expr, arg.as, arg_reg(i));
        break;
      case Arg::Kind::Kept:
        set_busy(arg_reg(i));
        use(arg.kept, arg_reg(i));
        if (!arg.stays) {
          release(arg.kept);
        }
        break;
    }
    set_busy(arg_reg(i));
  }
  finish_call(subr, is_safe_call(subr, args));
  for (size_t i = 0; i < args.size(); i++) {
    set_free(arg_reg(i));
  }
}

}  // namespace dt::lang::codegen
