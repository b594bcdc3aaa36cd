// SPDX-License-Identifier: MIT
// Format strings of printf(), system(), freopen() and printa(): syntax, and arguments against
// conversions.
#include "lang/sema/formats.hpp"

#include "lang/sema/checker.hpp"

namespace dt::lang::sema {

using namespace ast;
using types::resolve;

bool parse_format(std::string_view text, std::vector<Conversion>* out, std::string* problem) {
  size_t at = 0;
  auto bad = [&](std::string why) {
    *problem = std::move(why);
    return false;
  };
  while (at < text.size()) {
    if (text[at] != '%') {
      at++;
      continue;
    }
    Conversion conv;
    size_t begin = at++;
    std::string number = std::to_string(out->size() + 1);
    bool has_flags = false;
    auto digits = [&] {
      size_t from = at;
      while (at < text.size() && isdigit(static_cast<unsigned char>(text[at])))
        at++;
      return at > from;
    };
    auto is_positional = [&] { return at < text.size() && text[at] == '$'; };
    while (at < text.size() && std::string_view("-+ #0'?@").find(text[at]) != text.npos) {
      has_flags = true;
      conv.is_agg = conv.is_agg || text[at] == '@';
      at++;
    }
    if (at < text.size() && text[at] == '*') {
      at++;
      conv.has_width_arg = has_flags = true;
      digits();
    } else if (digits()) {
      has_flags = true;
    }
    if (is_positional())
      return bad("conversion " + number + " names its argument's position, which D does not have");
    if (at < text.size() && text[at] == '.') {
      at++;
      has_flags = true;
      if (at < text.size() && text[at] == '*') {
        at++;
        conv.has_precision_arg = true;
      }
      digits();
      if (is_positional())
        return bad("conversion " + number +
                   " names its argument's position, which D does not have");
    }
    while (at < text.size() && (text[at] == '@' || text[at] == '?')) {
      conv.is_agg = conv.is_agg || text[at] == '@';
      has_flags = true;
      at++;
    }
    while (at < text.size() && std::string_view("hlLqjw").find(text[at]) != text.npos) {
      conv.size += text[at];
      at++;
    }
    if (at >= text.size())
      return bad("the format ends inside conversion " + number);
    conv.letter = text[at++];
    conv.text = std::string(text.substr(begin, at - begin));
    if (conv.letter == '%') {
      if (has_flags || !conv.size.empty())
        return bad("conversion " + number + ", %%, takes no flags");
      continue;
    }
    bool is_known = std::string_view("aAcCdeEfgGiIkopPsSTuxXYy").find(conv.letter) != text.npos;
    bool is_size_known = conv.size.empty() || conv.size == "h" || conv.size == "hh" ||
                         conv.size == "l" || conv.size == "ll" || conv.size == "L" ||
                         conv.size == "w" || conv.size == "q" || conv.size == "j";
    if (!is_known || !is_size_known)
      return bad("conversion " + number + " is unknown: " + conv.text);
    out->push_back(std::move(conv));
  }
  return true;
}

namespace {

const StringLit* literal(const Expr& expr) {
  return expr.kind == ExprKind::StringLit ? &as<StringLit>(expr) : nullptr;
}

bool is_stack(const Expr& expr) {
  if (expr.kind != ExprKind::Call)
    return false;
  FuncId id = functions()[as<Call>(expr).func].id;
  return id == FuncId::Stack || id == FuncId::Ustack || id == FuncId::Jstack;
}

// Does a value of this type suit the conversion? dynamic: stack(), sym() and the like.
bool suits(const Conversion& conv, const Type* type, bool is_dynamic_stack, bool is_dynamic_sym) {
  const Type* t = resolve(type);
  bool is_int = types::is_integer(t);
  bool is_address =
      t->kind == TypeKind::Pointer || t->kind == TypeKind::Array || t->kind == TypeKind::Function;
  bool is_dynamic = is_dynamic_stack || is_dynamic_sym;
  switch (conv.letter) {
    case 'o':
    case 'u':
    case 'x':
    case 'X':
      return is_int || t->kind == TypeKind::Pointer;
    case 'd':
    case 'i':
    case 'c':
    case 'C':
    case 'Y':
    case 'T':
      return is_int;
    case 's':
    case 'S':
      return t->kind == TypeKind::String || types::is_char_array(t) || is_dynamic_sym;
    case 'k':
      return is_dynamic_stack;
    case 'a':
    case 'A':
      return is_int || is_address || is_dynamic;
    case 'p':
      return is_int || is_address || is_dynamic_sym;
    case 'I':
    case 'P':
    case 'y':
      return is_int || is_address || t->kind == TypeKind::String;
    case 'e':
    case 'E':
    case 'f':
    case 'g':
    case 'G':
      return t->kind == TypeKind::Float;
    default:
      return false;
  }
}

}  // namespace

bool Checker::printf_args(Call& call, const Function& func) {
  const StringLit* format = literal(*call.args[0]);
  if (!format)
    return fail(Tag::D_PRINTF_ARG_FMT, call.args[0]->range,
                "the format of " + call.name + "() must be a string constant",
                "write " + call.name + "(\"%s\", ...)");
  std::vector<Conversion> convs;
  std::string problem;
  if (!parse_format(format->value, &convs, &problem))
    return fail(Tag::D_SYNTAX, call.args[0]->range, "malformed format: " + problem);
  if (format->value.empty() && func.id == FuncId::Printf && is_stmt_)
    return fail(Tag::D_PRINTF_FMT_EMPTY, call.args[0]->range, "the format of printf() is empty");
  if (func.id == FuncId::Freopen && format->value == ".")
    return fail(Tag::D_FREOPEN_INVALID, call.args[0]->range, "freopen() cannot open \".\"",
                "freopen(\"\") goes back to the standard output");
  size_t next = 1;
  for (size_t i = 0; i < convs.size(); i++) {
    const Conversion& conv = convs[i];
    std::string which = "conversion " + std::to_string(i + 1) + " (" + conv.text + ")";
    if (conv.is_agg)
      return fail(Tag::D_PRINTF_AGG_CONV, call.args[0]->range,
                  which + " shows an aggregation, which only printa() can do");
    for (bool is_given : {conv.has_width_arg, conv.has_precision_arg}) {
      if (!is_given)
        continue;
      if (next >= call.args.size())
        return fail(Tag::D_PRINTF_DYN_PROTO, call.range, which + " lacks the argument for its *");
      const Expr& arg = *call.args[next++];
      if (!is_arith(arg))
        return fail(Tag::D_PRINTF_DYN_TYPE, arg.range,
                    "the * of " + which + " needs an integer, this is " + shown(arg));
    }
    if (next >= call.args.size())
      return fail(Tag::D_PRINTF_ARG_PROTO, call.range, which + " has no argument");
    ExprPtr& arg = call.args[next++];
    bool is_call = arg->kind == ExprKind::Call && is_dynamic(*arg);
    bool is_other_dynamic = is_dynamic(*arg) && !is_call;
    bool is_good = !is_other_dynamic &&
                   suits(conv, arg->type, is_call && is_stack(*arg), is_call && !is_stack(*arg));
    if (is_good)
      continue;
    std::string hint;
    if (!is_dynamic(*arg) && conv.letter == 's') {
      if (types::is_pointer(arg->type))
        hint = "stringof() makes a string of a kernel address, copyinstr() of a user address";
      else if (types::is_integer(arg->type))
        hint = "%d shows an integer";
    } else if (!is_dynamic(*arg) && types::is_pointer(arg->type)) {
      hint = "%p shows a pointer";
    } else if (arg->kind == ExprKind::AggRef) {
      hint = "printa() shows aggregations";
    }
    return fail(Tag::D_PRINTF_ARG_TYPE, arg->range,
                which + " does not suit its argument, this is " + shown(*arg), std::move(hint));
  }
  if (next < call.args.size())
    return fail(Tag::D_PRINTF_ARG_EXTRA, call.args[next]->range,
                "the format has conversions for " + std::to_string(next - 1) + " arguments only");
  return true;
}

bool Checker::same_keys(const Aggregation& a, const Aggregation& b, SourceRange range) {
  std::string names = "@" + a.name + " and @" + b.name;
  if (a.keys.size() != b.keys.size())
    return fail(Tag::D_PRINTA_AGGKEY, range,
                "printa() of aggregations with different keys: " + names + " have " +
                    std::to_string(a.keys.size()) + " and " + std::to_string(b.keys.size()));
  for (size_t i = 0; i < a.keys.size(); i++) {
    const Type* l = resolve(a.keys[i].type);
    const Type* r = resolve(b.keys[i].type);
    bool both_strings = (l->kind == TypeKind::String || types::is_char_array(l)) &&
                        (r->kind == TypeKind::String || types::is_char_array(r));
    bool fits = types::same_type(l, r) || (types::is_integer(l) && types::is_integer(r)) ||
                both_strings || (l->kind == TypeKind::Pointer && r->kind == TypeKind::Pointer);
    if (!fits)
      return fail(Tag::D_PRINTA_AGGPROTO, range,
                  "printa() of aggregations with different keys: key " + std::to_string(i + 1) +
                      " of " + names + " is " + types::to_string(a.keys[i].type) + " and " +
                      types::to_string(b.keys[i].type));
  }
  return true;
}

bool Checker::printa_args(Call& call, const Function& func) {
  size_t first = 0;
  const StringLit* format = nullptr;
  const Expr& head = *call.args[0];
  if (!is_dynamic(head) && types::is_string(head.type)) {
    format = literal(head);
    if (!format)
      return fail(Tag::D_PRINTF_ARG_FMT, head.range,
                  "the format of printa() must be a string constant");
    first = 1;
  }
  if (first >= call.args.size())
    return fail(Tag::D_PRINTA_PROTO, call.range, "printa() needs an aggregation after its format");
  Aggregation* lead = nullptr;
  for (size_t i = first; i < call.args.size(); i++) {
    Aggregation* agg =
        agg_argument(*call.args[i], Tag::D_PRINTA_AGGARG, Tag::D_PRINTA_AGGBAD, func);
    if (!agg)
      return false;
    if (agg->func == 0)
      continue;
    if (lead && !same_keys(*lead, *agg, call.args[i]->range))
      return false;
    if (!lead)
      lead = agg;
  }
  if (!format)
    return true;
  std::vector<Conversion> convs;
  std::string problem;
  if (!parse_format(format->value, &convs, &problem))
    return fail(Tag::D_SYNTAX, head.range, "malformed format: " + problem);
  if (format->value.empty())
    return fail(Tag::D_PRINTF_FMT_EMPTY, head.range, "the format of printa() is empty");
  if (!lead)
    return true;
  size_t key = 0;
  for (size_t i = 0; i < convs.size(); i++) {
    const Conversion& conv = convs[i];
    std::string which = "conversion " + std::to_string(i + 1) + " (" + conv.text + ")";
    // A * takes a key.
    for (bool is_given : {conv.has_width_arg, conv.has_precision_arg}) {
      if (!is_given)
        continue;
      if (key >= lead->keys.size())
        return fail(Tag::D_PRINTF_DYN_PROTO, head.range, which + " lacks the key for its *");
      if (!types::is_integer(lead->keys[key].type))
        return fail(Tag::D_PRINTF_DYN_TYPE, head.range, "the * of " + which + " needs an integer");
      key++;
    }
    if (conv.is_agg)
      continue;
    if (key >= lead->keys.size())
      return fail(
          Tag::D_PRINTF_ARG_PROTO, head.range,
          which + " has no key, @" + lead->name + " has " + std::to_string(lead->keys.size()));
    const Expr* expr = key < lead->key_exprs.size() ? lead->key_exprs[key] : nullptr;
    bool is_call = expr && expr->kind == ExprKind::Call && is_dynamic(*expr);
    const Type* type = lead->keys[key].type;
    if (!suits(conv, type, is_call && is_stack(*expr), is_call && !is_stack(*expr)))
      return fail(Tag::D_PRINTF_ARG_TYPE, head.range,
                  which + " does not suit key " + std::to_string(key + 1) + " of @" + lead->name +
                      ", which is " +
                      (is_call ? as<Call>(*expr).name + "()" : types::to_string(type)));
    key++;
  }
  return true;
}

}  // namespace dt::lang::sema
