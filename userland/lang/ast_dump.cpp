// SPDX-License-Identifier: MIT
// Syntax trees as text. See ast_dump.hpp.
#include "lang/ast_dump.hpp"

namespace dt::lang::ast {

namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte >= 0x7f) {
      constexpr char kHex[] = "0123456789abcdef";
      out += std::string("\\x") + kHex[byte >> 4] + kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string dump(const ExprPtr& expr) { return expr == nullptr ? "?" : dump(*expr); }

std::string list(const std::vector<ExprPtr>& exprs) {
  std::string out;
  for (const ExprPtr& expr : exprs) {
    out += " " + dump(expr);
  }
  return out;
}

std::string params_text(const std::vector<ParamDecl>& params, bool is_variadic) {
  std::string out;
  for (const ParamDecl& param : params) {
    out += out.empty() ? "" : ", ";
    out += dump(*param.type) + (param.name.empty() ? "" : " " + param.name);
  }
  if (is_variadic) {
    out += out.empty() ? "..." : ", ...";
  }
  return out;
}

void repeat(std::string& out, int count, std::string_view word) {
  for (int i = 0; i < count; ++i) {
    out += out.empty() ? "" : " ";
    out += word;
  }
}

std::string spec_text(const TypeSpec& spec) {
  std::string out;
  constexpr std::string_view kStorage[] = {"",       "auto",    "register", "static",
                                           "extern", "typedef", "self",     "this"};
  repeat(out, spec.nr_storage > 0 ? 1 : 0, kStorage[static_cast<size_t>(spec.storage)]);
  repeat(out, spec.is_const ? 1 : 0, "const");
  repeat(out, spec.is_volatile ? 1 : 0, "volatile");
  repeat(out, spec.is_restrict ? 1 : 0, "restrict");
  repeat(out, spec.nr_unsigned, "unsigned");
  repeat(out, spec.nr_signed, "signed");
  repeat(out, spec.nr_long, "long");
  repeat(out, spec.nr_short, "short");
  repeat(out, spec.nr_char, "char");
  repeat(out, spec.nr_int, "int");
  repeat(out, spec.nr_void, "void");
  repeat(out, spec.nr_float, "float");
  repeat(out, spec.nr_double, "double");
  repeat(out, spec.nr_bool, "_Bool");
  const std::string name = spec.module.empty() ? spec.name : spec.module + "`" + spec.name;
  switch (spec.base) {
    case TypeSpec::Base::Builtin:
      return out;
    case TypeSpec::Base::String:
      repeat(out, 1, "string");
      return out;
    case TypeSpec::Base::Userland:
      repeat(out, 1, "userland");
      return out;
    case TypeSpec::Base::Name:
      repeat(out, 1, name);
      return out;
    case TypeSpec::Base::Struct:
      repeat(out, 1, "struct");
      break;
    case TypeSpec::Base::Union:
      repeat(out, 1, "union");
      break;
    case TypeSpec::Base::Enum:
      repeat(out, 1, "enum");
      break;
  }
  if (!name.empty()) {
    out += " " + name;
  }
  if (!spec.is_definition) {
    return out;
  }
  out += " {";
  for (const MemberDecl& member : spec.members) {
    out += " " + dump(*member.type) + (member.name.empty() ? "" : " " + member.name) +
           (member.bit_width == nullptr ? "" : " : " + dump(member.bit_width)) + ";";
  }
  for (const EnumeratorDecl& enumerator : spec.enumerators) {
    out += " " + enumerator.name +
           (enumerator.value == nullptr ? "" : " = " + dump(enumerator.value)) + ",";
  }
  return out + " }";
}

}  // namespace

std::string_view op_text(BinaryOp op) {
  constexpr std::string_view kTexts[] = {"*",  "/",  "%",  "+", "-", "<<", ">>", "<",  "<=", ">",
                                         ">=", "==", "!=", "&", "^", "|",  "&&", "^^", "||"};
  return kTexts[static_cast<size_t>(op)];
}

std::string_view op_text(UnaryOp op) {
  constexpr std::string_view kTexts[] = {"+", "-", "~", "!", "*", "&"};
  return kTexts[static_cast<size_t>(op)];
}

// Layers are written from the name outwards: "[3] * int" is an array of 3 pointers to int.
std::string dump(const TypeName& type) {
  std::string out;
  for (const DeclLayer& layer : type.layers) {
    switch (layer.kind) {
      case DeclLayer::Kind::Pointer:
        out += "* ";
        break;
      case DeclLayer::Kind::Array:
        out += "[" + (layer.size == nullptr ? "" : dump(*layer.size)) + "] ";
        break;
      case DeclLayer::Kind::Assoc:
        out += "assoc[" + params_text(layer.params, layer.is_variadic) + "] ";
        break;
      case DeclLayer::Kind::Function:
        out += "func(" + params_text(layer.params, layer.is_variadic) + ") ";
        break;
    }
  }
  return out + spec_text(*type.spec);
}

std::string dump(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::IntLit: {
      const auto& lit = as<IntLit>(expr);
      return std::to_string(lit.value) + (lit.is_unsigned ? "u" : "") +
             std::string(static_cast<size_t>(lit.nr_long), 'l');
    }
    case ExprKind::StringLit:
      return quoted(as<StringLit>(expr).value);
    case ExprKind::FloatLit:
      return as<FloatLit>(expr).text;
    case ExprKind::Ident: {
      const auto& ident = as<Ident>(expr);
      const std::string_view scope = ident.scope == Ident::Scope::Self   ? "self->"
                                     : ident.scope == Ident::Scope::This ? "this->"
                                                                         : "";
      return std::string(scope) + ident.name;
    }
    case ExprKind::KernelSym:
      return as<KernelSym>(expr).module + "`" + as<KernelSym>(expr).name;
    case ExprKind::AggRef: {
      const auto& agg = as<AggRef>(expr);
      return agg.has_keys ? "(@" + agg.name + list(agg.keys) + ")" : "@" + agg.name;
    }
    case ExprKind::Unary:
      return "(" + std::string(op_text(as<Unary>(expr).op)) + " " + dump(as<Unary>(expr).operand) +
             ")";
    case ExprKind::Binary: {
      const auto& binary = as<Binary>(expr);
      return "(" + std::string(op_text(binary.op)) + " " + dump(binary.lhs) + " " +
             dump(binary.rhs) + ")";
    }
    case ExprKind::Assign: {
      const auto& assign = as<Assign>(expr);
      return "(" + (assign.op ? std::string(op_text(*assign.op)) : "") + "= " + dump(assign.lhs) +
             " " + dump(assign.rhs) + ")";
    }
    case ExprKind::IncDec: {
      const auto& inc = as<IncDec>(expr);
      const std::string op = inc.is_inc ? "++" : "--";
      return inc.is_prefix ? "(" + op + " " + dump(inc.operand) + ")"
                           : "(" + dump(inc.operand) + " " + op + ")";
    }
    case ExprKind::Cond: {
      const auto& cond = as<Cond>(expr);
      return "(? " + dump(cond.cond) + " " + dump(cond.then_expr) + " " + dump(cond.else_expr) +
             ")";
    }
    case ExprKind::Comma:
      return "(, " + dump(as<Comma>(expr).lhs) + " " + dump(as<Comma>(expr).rhs) + ")";
    case ExprKind::Cast:
      return "(cast {" + dump(*as<Cast>(expr).target) + "} " + dump(as<Cast>(expr).operand) + ")";
    case ExprKind::Call:
      return "(call " + dump(as<Call>(expr).callee) + list(as<Call>(expr).args) + ")";
    case ExprKind::Index:
      return "([] " + dump(as<Index>(expr).base) + list(as<Index>(expr).indices) + ")";
    case ExprKind::Member: {
      const auto& member = as<Member>(expr);
      return "(" + std::string(member.is_arrow ? "->" : ".") + " " + dump(member.base) + " " +
             member.name + ")";
    }
    case ExprKind::SizeofType:
      return "(sizeof {" + dump(*as<SizeofType>(expr).target) + "})";
    case ExprKind::SizeofExpr:
      return "(sizeof " + dump(as<SizeofExpr>(expr).operand) + ")";
    case ExprKind::Offsetof:
      return "(offsetof {" + dump(*as<Offsetof>(expr).target) + "} " + as<Offsetof>(expr).member +
             ")";
    case ExprKind::Xlate:
      return "(xlate {" + dump(*as<Xlate>(expr).target) + "} " + dump(as<Xlate>(expr).operand) +
             ")";
    case ExprKind::Stringof:
      return "(stringof " + dump(as<Stringof>(expr).operand) + ")";
    default:
      return "?";
  }
}

std::string dump(const Stmt& stmt) {
  switch (stmt.kind) {
    case StmtKind::Empty:
      return ";";
    case StmtKind::Expr:
      return dump(static_cast<const ExprStmt&>(stmt).expr) + ";";
    case StmtKind::If: {
      const auto& branch = static_cast<const IfStmt&>(stmt);
      return "if " + dump(branch.cond) + " " + dump(*branch.then_stmt) +
             (branch.else_stmt == nullptr ? "" : " else " + dump(*branch.else_stmt));
    }
    case StmtKind::Block: {
      std::string out = "{";
      for (const StmtPtr& inner : static_cast<const BlockStmt&>(stmt).stmts) {
        out += " " + dump(*inner);
      }
      return out + " }";
    }
  }
  return "?";
}

std::string dump(const Item& item) {
  switch (item.kind) {
    case Item::Kind::Clause: {
      std::string out = "clause";
      for (const ProbeSpec& probe : item.clause->probes) {
        out += " ";
        out += probe.id != 0 ? "#" + std::to_string(probe.id)
                             : probe.prov + ":" + probe.mod + ":" + probe.func + ":" + probe.name;
      }
      if (item.clause->predicate != nullptr) {
        out += " /" + dump(*item.clause->predicate) + "/";
      }
      return item.clause->body == nullptr ? out : out + " " + dump(*item.clause->body);
    }
    case Item::Kind::Decl:
      return "decl " + (item.decl->name.empty() ? "-" : item.decl->name) + ": " +
             dump(*item.decl->type);
    case Item::Kind::Inline:
      return "inline " + item.inline_decl->name + ": " + dump(*item.inline_decl->type) + " = " +
             dump(item.inline_decl->value);
    case Item::Kind::Translator: {
      std::string out = "translator " + dump(*item.translator->output) + " < " +
                        dump(*item.translator->input) + " " + item.translator->param + " > {";
      for (const TranslatorMember& member : item.translator->members) {
        out += " " + member.name + " = " + dump(member.value) + ";";
      }
      return out + " }";
    }
    case Item::Kind::Provider: {
      std::string out = "provider " + item.provider->name + " {";
      for (const ProviderProbeDecl& probe : item.provider->probes) {
        out += " probe " + probe.name + "(" + params_text(probe.params, false) + ")";
        out +=
            probe.out_params.empty() ? ";" : " : (" + params_text(probe.out_params, false) + ");";
      }
      return out + " }";
    }
    case Item::Kind::Pragma: {
      std::string out = "pragma " + item.pragma->keyword;
      for (const std::string& word : item.pragma->words) {
        out += " " + word;
      }
      return out;
    }
  }
  return "?";
}

std::string dump(const Program& program) {
  std::string out;
  for (const Item& item : program.items) {
    out += dump(item) + "\n";
  }
  return out;
}

}  // namespace dt::lang::ast
