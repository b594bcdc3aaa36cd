// SPDX-License-Identifier: MIT
// Types and declarators, and the declarations of variables, types and tags. See parser.hpp.
#include "lang/parser.hpp"

namespace dt::lang {

using ast::DeclLayer;
using ast::StorageClass;
using ast::TypeSpec;

// "mod`name" in two.
static void split_scope(const std::string& text, std::string& module, std::string& name) {
  const size_t mark = text.rfind('`');
  module = mark == std::string::npos ? "" : text.substr(0, mark);
  name = mark == std::string::npos ? text : text.substr(mark + 1);
}

bool Parser::starts_type(const Token& token) {
  switch (token.kind) {
    case Tok::KwAuto:
    case Tok::KwChar:
    case Tok::KwConst:
    case Tok::KwDouble:
    case Tok::KwEnum:
    case Tok::KwExtern:
    case Tok::KwFloat:
    case Tok::KwInt:
    case Tok::KwLong:
    case Tok::KwRegister:
    case Tok::KwRestrict:
    case Tok::KwShort:
    case Tok::KwSigned:
    case Tok::KwStatic:
    case Tok::KwString:
    case Tok::KwStruct:
    case Tok::KwTypedef:
    case Tok::KwUnion:
    case Tok::KwUnsigned:
    case Tok::KwUserland:
    case Tok::KwVoid:
    case Tok::KwVolatile:
    case Tok::KwBool:
      return true;
    case Tok::Ident: {
      if (context_.typedefs.count(token.text) != 0) {
        return true;
      }
      // A text such as mod`type is looked up by the part after the mark.
      return context_.is_type_name && token.text.back() != '`' && context_.is_type_name(token.text);
    }
    default:
      return false;
  }
}

// One word of a specifier. false: the next token is none.
bool Parser::take_type_word(TypeSpec& spec, bool& has_base) {
  const auto storage = [&](StorageClass storage_class) {
    spec.storage = storage_class;
    ++spec.nr_storage;
    take();
    return true;
  };
  const auto count = [&](int& counter) {
    ++counter;
    has_base = true;
    take();
    return true;
  };
  switch (peek().kind) {
    case Tok::KwAuto:
      return storage(StorageClass::Auto);
    case Tok::KwRegister:
      return storage(StorageClass::Register);
    case Tok::KwStatic:
      return storage(StorageClass::Static);
    case Tok::KwExtern:
      return storage(StorageClass::Extern);
    case Tok::KwTypedef:
      return storage(StorageClass::Typedef);
    case Tok::KwSelf:
      return storage(StorageClass::Self);
    case Tok::KwThis:
      return storage(StorageClass::This);
    case Tok::KwConst:
      spec.is_const = true;
      take();
      return true;
    case Tok::KwVolatile:
      spec.is_volatile = true;
      take();
      return true;
    case Tok::KwRestrict:
      spec.is_restrict = true;
      take();
      return true;
    case Tok::KwLong:
      return count(spec.nr_long);
    case Tok::KwShort:
      return count(spec.nr_short);
    case Tok::KwSigned:
      return count(spec.nr_signed);
    case Tok::KwUnsigned:
      return count(spec.nr_unsigned);
    case Tok::KwInt:
      return count(spec.nr_int);
    case Tok::KwChar:
      return count(spec.nr_char);
    case Tok::KwVoid:
      return count(spec.nr_void);
    case Tok::KwFloat:
      return count(spec.nr_float);
    case Tok::KwDouble:
      return count(spec.nr_double);
    case Tok::KwBool:
      return count(spec.nr_bool);
    case Tok::KwUserland:
      spec.base = TypeSpec::Base::Userland;
      take();
      return true;
    case Tok::KwString:
      spec.base = TypeSpec::Base::String;
      has_base = true;
      take();
      return true;
    case Tok::Ident:
      if (has_base || !starts_type(peek())) {
        return false;
      }
      spec.base = TypeSpec::Base::Name;
      split_scope(peek().text, spec.module, spec.name);
      has_base = true;
      take();
      return true;
    default:
      return false;
  }
}

std::shared_ptr<TypeSpec> Parser::parse_specifiers() {
  auto spec = std::make_shared<TypeSpec>();
  const SourceRange begin = peek().range;
  bool has_base = false;
  bool has_tag_or_name = false;
  while (true) {
    const bool is_tag = at(Tok::KwStruct) || at(Tok::KwUnion) || at(Tok::KwEnum);
    if ((is_tag || at(Tok::KwString)) && has_tag_or_name) {
      context_.diagnostics.error(Tag::D_DECL_COMBO, peek().range,
                                 "a second type, " + shown(peek()) + ", in one declaration",
                                 "is a \";\" missing before it?");
      return nullptr;
    }
    if (is_tag) {
      if (!parse_tagged(*spec)) {
        return nullptr;
      }
      has_base = has_tag_or_name = true;
    } else if (take_type_word(*spec, has_base)) {
      has_tag_or_name = has_tag_or_name || spec->base != TypeSpec::Base::Builtin;
    } else {
      break;
    }
  }
  spec->range = from(begin);
  const bool is_empty = !has_base && spec->nr_storage == 0 && !spec->is_const &&
                        !spec->is_volatile && !spec->is_restrict;
  if (is_empty) {
    error_here(at(Tok::Ident) ? "unknown type name " + shown(peek())
                              : "expected a type, found " + shown(peek()));
    return nullptr;
  }
  return spec;
}

// struct, union or enum with tag, body or both.
bool Parser::parse_tagged(TypeSpec& spec) {
  const Token word = take();
  spec.base = word.kind == Tok::KwStruct  ? TypeSpec::Base::Struct
              : word.kind == Tok::KwUnion ? TypeSpec::Base::Union
                                          : TypeSpec::Base::Enum;
  if (at(Tok::Ident)) {
    split_scope(take().text, spec.module, spec.name);
  } else if (is_keyword(peek().kind) && peek(1).kind == Tok::LBrace) {
    spec.name = take().text;
  }
  if (!at(Tok::LBrace)) {
    if (spec.name.empty()) {
      error_here("expected a tag or \"{\" after \"" + word.text + "\", found " + shown(peek()));
      return false;
    }
    return true;
  }
  take();
  spec.is_definition = true;
  if (depth_ > 100) {
    error_here("types are nested too deeply");
    return false;
  }
  ++depth_;
  const bool is_good = word.kind == Tok::KwEnum ? parse_enumerators(spec) : parse_members(spec);
  --depth_;
  return is_good;
}

bool Parser::parse_members(TypeSpec& spec) {
  while (!at(Tok::RBrace)) {
    if (at(Tok::End)) {
      error_here("expected \"}\" to close the type, found end of input");
      return false;
    }
    const SourceRange begin = peek().range;
    std::shared_ptr<TypeSpec> member_spec = parse_specifiers();
    if (member_spec == nullptr) {
      return false;
    }
    bool is_first = true;
    while (is_first || accept(Tok::Comma)) {
      Declarator declarator;
      ast::MemberDecl member;
      const bool has_declarator = !at(Tok::Semicolon) && !at(Tok::Colon);
      if (has_declarator && !parse_declarator(declarator, true)) {
        return false;
      }
      declarator.range = from(begin);
      member.name = declarator.name;
      if (accept(Tok::Colon)) {
        nr_nodes_ = 0;
        member.bit_width = parse_conditional();
        if (member.bit_width == nullptr) {
          return false;
        }
      }
      member.range = from(begin);
      member.type = make_type(member_spec, declarator);
      spec.members.push_back(std::move(member));
      is_first = false;
    }
    if (!expect(Tok::Semicolon, "after the member")) {
      return false;
    }
  }
  take();
  return true;
}

bool Parser::parse_enumerators(TypeSpec& spec) {
  do {
    if (at(Tok::RBrace) && !spec.enumerators.empty()) {
      break;  // a comma after the last one
    }
    ast::EnumeratorDecl enumerator;
    enumerator.range = peek().range;
    if (!at(Tok::Ident)) {
      error_here("expected an enumerator's name, found " + shown(peek()));
      return false;
    }
    enumerator.name = take().text;
    if (accept(Tok::Assign)) {
      nr_nodes_ = 0;
      enumerator.value = parse_conditional();
      if (enumerator.value == nullptr) {
        return false;
      }
    }
    enumerator.range = from(enumerator.range);
    spec.enumerators.push_back(std::move(enumerator));
  } while (accept(Tok::Comma));
  return expect(Tok::RBrace, "to close the enum");
}

// Pointers bind last: int *a[3] is an array of pointers, so the layers of the inner part come
// first.
bool Parser::parse_declarator(Declarator& out, bool may_be_abstract) {
  if (depth_ > 100) {
    error_here("the declaration is nested too deeply");
    return false;
  }
  out.range = peek().range;
  std::vector<DeclLayer> pointers;
  while (at(Tok::Star)) {
    DeclLayer layer;
    layer.kind = DeclLayer::Kind::Pointer;
    layer.range = take().range;
    while (at(Tok::KwConst) || at(Tok::KwVolatile) || at(Tok::KwRestrict)) {
      take();
    }
    pointers.push_back(std::move(layer));
    if (pointers.size() > 64) {
      error_here("too many levels of pointers");
      return false;
    }
  }
  if (!parse_direct_declarator(out, may_be_abstract)) {
    return false;
  }
  for (DeclLayer& layer : pointers) {
    out.layers.push_back(std::move(layer));
  }
  out.range = from(out.range);
  return true;
}

bool Parser::parse_direct_declarator(Declarator& out, bool may_be_abstract) {
  // "(" begins a nested declarator, or for an abstract one the parameters of a function.
  const Tok after = at(Tok::LParen) ? peek(1).kind : Tok::End;
  const bool is_nested =
      at(Tok::LParen) && (after == Tok::Star || after == Tok::LParen || after == Tok::LBracket ||
                          (after == Tok::Ident && !starts_type(peek(1))));
  std::vector<DeclLayer> inner;
  if (is_nested) {
    take();
    ++depth_;
    Declarator nested;
    const bool is_good = parse_declarator(nested, may_be_abstract);
    --depth_;
    if (!is_good || !expect(Tok::RParen, "to close \"(\"")) {
      return false;
    }
    out.name = nested.name;
    out.name_range = nested.name_range;
    inner = std::move(nested.layers);
  } else if (at(Tok::Ident)) {
    const Token name = take();
    out.name = name.text;
    out.name_range = name.range;
    if (name.text.find('`') != std::string::npos) {
      context_.diagnostics.error(
          Tag::D_DECL_SCOPE, name.range,
          "the scoping operator ` may not be used in a declared name (" + name.text + ")");
    }
  } else if (is_reserved(peek().kind) || at(Tok::KwProbe) || at(Tok::KwProvider) ||
             at(Tok::KwTranslator) || at(Tok::KwXlate)) {
    // Members of C structures have such names.
    if (!may_be_abstract) {
      error_here("expected a name, found the reserved word " + shown(peek()));
      return false;
    }
    out.name_range = peek().range;
    out.name = take().text;
  } else if (!may_be_abstract) {
    error_here("expected a name, found " + shown(peek()));
    return false;
  }
  out.layers = std::move(inner);
  return parse_suffixes(out.layers);
}

bool Parser::parse_suffixes(std::vector<DeclLayer>& layers) {
  while (at(Tok::LBracket) || at(Tok::LParen)) {
    DeclLayer layer;
    const Token open = take();
    if (open.kind == Tok::LParen) {
      layer.kind = DeclLayer::Kind::Function;
      if (!parse_params(Tok::RParen, layer)) {
        return false;
      }
    } else if (at(Tok::Ellipsis) || starts_type(peek())) {
      layer.kind = DeclLayer::Kind::Assoc;
      if (!parse_params(Tok::RBracket, layer)) {
        return false;
      }
    } else {
      layer.kind = DeclLayer::Kind::Array;
      if (!at(Tok::RBracket)) {
        nr_nodes_ = 0;
        layer.size = parse_conditional();
        if (layer.size == nullptr) {
          return false;
        }
      }
      if (!expect(Tok::RBracket, "after the array's size")) {
        return false;
      }
    }
    layer.range = from(open.range);
    layers.push_back(std::move(layer));
    if (layers.size() > 64) {
      error_here("too many dimensions");
      return false;
    }
  }
  return true;
}

bool Parser::parse_param(ast::ParamDecl& param) {
  const SourceRange begin = peek().range;
  if (depth_ > 100) {
    error_here("the declaration is nested too deeply");
    return false;
  }
  std::shared_ptr<TypeSpec> spec = parse_specifiers();
  Declarator declarator;
  ++depth_;
  const bool is_good = spec != nullptr && parse_declarator(declarator, true);
  --depth_;
  if (!is_good) {
    return false;
  }
  declarator.range = from(begin);
  param.range = declarator.range;
  param.name = declarator.name;
  param.type = make_type(std::move(spec), declarator);
  return true;
}

bool Parser::parse_params(Tok close, DeclLayer& layer) {
  if (accept(close)) {
    return true;
  }
  do {
    if (accept(Tok::Ellipsis)) {
      layer.is_variadic = true;
      break;
    }
    ast::ParamDecl param;
    if (!parse_param(param)) {
      return false;
    }
    layer.params.push_back(std::move(param));
  } while (accept(Tok::Comma));
  if (layer.params.size() == 1 && !layer.is_variadic) {
    const ast::ParamDecl& only = layer.params[0];
    layer.has_void_only =
        only.name.empty() && only.type->layers.empty() && only.type->spec->nr_void == 1;
  }
  return expect(close, "after the parameters");
}

std::unique_ptr<ast::TypeName> Parser::make_type(std::shared_ptr<TypeSpec> spec,
                                                 Declarator& declarator) {
  auto type = std::make_unique<ast::TypeName>();
  type->range = declarator.range;
  type->spec = std::move(spec);
  type->layers = std::move(declarator.layers);
  return type;
}

std::unique_ptr<ast::TypeName> Parser::parse_type_name() {
  ast::ParamDecl param;
  if (!parse_param(param)) {
    return nullptr;
  }
  if (!param.name.empty()) {
    context_.diagnostics.error(Tag::D_SYNTAX, param.range,
                               "unexpected name \"" + param.name + "\" in a type");
    return nullptr;
  }
  return std::move(param.type);
}

void Parser::parse_declaration() {
  const SourceRange begin = peek().range;
  std::shared_ptr<TypeSpec> spec = parse_specifiers();
  if (spec == nullptr) {
    skip_item();
    return;
  }
  bool is_first = true;
  while (is_first || accept(Tok::Comma)) {
    is_first = false;
    auto decl = std::make_unique<ast::Decl>();
    Declarator declarator;
    declarator.range = spec->range;
    if (!at(Tok::Semicolon) && !parse_declarator(declarator, false)) {
      skip_item();
      return;
    }
    decl->name = declarator.name;
    declarator.range = from(begin);
    decl->range = declarator.range;
    decl->type = make_type(spec, declarator);
    if (spec->storage == StorageClass::Typedef && !decl->name.empty()) {
      context_.typedefs.insert(decl->name);
    }
    ast::Item item{};
    item.kind = ast::Item::Kind::Decl;
    item.decl = std::move(decl);
    add_item(std::move(item));
  }
  if (at(Tok::Assign)) {
    error_here("a declaration has no initial value in D",
               "assign in a BEGIN clause, or use \"inline\" for a constant");
    skip_item();
    return;
  }
  if (!expect(Tok::Semicolon, "after the declaration")) {
    skip_item();
  }
}

}  // namespace dt::lang
