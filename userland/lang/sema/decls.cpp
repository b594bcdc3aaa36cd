// SPDX-License-Identifier: MIT
// Declarations: type specifiers and declarators to types, variables, typedefs, key types.
// Definitions of structs and enums are in struct_decls.cpp.
#include "lang/sema/builtins.hpp"
#include "lang/sema/checker.hpp"

namespace dt::lang::sema {

using namespace ast;
using types::resolve;

namespace {

constexpr uint64_t kMaxElems = INT32_MAX;

}  // namespace

// The words of C's arithmetic types, in any order.
const Type* Checker::builtin_spec(TypeSpec& s) {
  int nr_bases = s.nr_char + s.nr_void + s.nr_float + s.nr_double + s.nr_bool + (s.nr_int > 0);
  int nr_sign = s.nr_signed + s.nr_unsigned;
  auto bad = [&](Tag tag, std::string message) -> const Type* {
    fail(tag, s.range, std::move(message));
    return nullptr;
  };
  if (nr_bases > 1 || s.nr_int > 1 || nr_sign > 1 || s.nr_short > 1 || s.nr_long > 2)
    return bad(Tag::D_DECL_COMBO, "these type words do not combine");
  if (s.nr_void && (nr_sign || s.nr_long || s.nr_short))
    return bad(Tag::D_DECL_VOIDATTR, "void takes neither a sign nor a length");
  if (s.nr_char && (s.nr_long || s.nr_short))
    return bad(Tag::D_DECL_CHARATTR, "char takes no length");
  if ((s.nr_float || s.nr_double || s.nr_bool) && nr_sign)
    return bad(Tag::D_DECL_SIGNINT, "signed and unsigned need an integer type");
  if ((s.nr_float || s.nr_bool) && (s.nr_long || s.nr_short))
    return bad(Tag::D_DECL_LONGINT, "long and short need an integer type");
  if (s.nr_double && (s.nr_short || s.nr_long > 1))
    return bad(Tag::D_DECL_LONGINT, "double may only be long double");
  if (s.nr_long && s.nr_short)
    return bad(Tag::D_UNKNOWN, "there is no type that is both long and short");
  bool is_unsigned = s.nr_unsigned > 0;
  if (s.nr_void)
    return types_.void_type();
  if (s.nr_bool)
    return types_.basic("_Bool");
  if (s.nr_float)
    return types_.basic("float");
  if (s.nr_double)
    return types_.basic(s.nr_long ? "long double" : "double");
  if (s.nr_char)
    return types_.basic(is_unsigned ? "unsigned char" : s.nr_signed ? "signed char" : "char");
  if (s.nr_short)
    return types_.basic(is_unsigned ? "unsigned short" : "short");
  if (s.nr_long == 2)
    return types_.basic(is_unsigned ? "unsigned long long" : "long long");
  if (s.nr_long == 1)
    return types_.basic(is_unsigned ? "unsigned long" : "long");
  return types_.basic(is_unsigned ? "unsigned int" : "int");
}

const Type* Checker::spec_type(TypeSpec& s) {
  auto done = spec_types_.find(&s);
  if (done != spec_types_.end())
    return done->second;
  const Type* type = nullptr;
  bool is_builtin = s.base == TypeSpec::Base::Builtin || s.base == TypeSpec::Base::Userland;
  bool has_other_base =
      s.nr_char || s.nr_void || s.nr_float || s.nr_double || s.nr_bool || s.nr_int;
  if (s.nr_storage > 1) {
    fail(Tag::D_DECL_CLASS, s.range, "more than one storage class");
  } else if (s.storage == StorageClass::Auto || s.storage == StorageClass::Register ||
             s.storage == StorageClass::Static) {
    fail(Tag::D_DECL_BADCLASS, s.range, "D has no storage class auto, register or static",
         "use this-> for clause-local and self-> for thread-local variables");
  } else if (!is_builtin && has_other_base) {
    fail(Tag::D_DECL_COMBO, s.range, "these type words do not combine");
  } else if (!is_builtin && (s.nr_signed || s.nr_unsigned)) {
    fail(Tag::D_DECL_SIGNINT, s.range, "signed and unsigned need an integer type");
  } else if (!is_builtin && (s.nr_long || s.nr_short)) {
    fail(Tag::D_DECL_LONGINT, s.range, "long and short need an integer type");
  } else {
    switch (s.base) {
      case TypeSpec::Base::Builtin:
      case TypeSpec::Base::Userland:
        type = builtin_spec(s);
        break;
      case TypeSpec::Base::String:
        type = types_.string_type();
        break;
      case TypeSpec::Base::Struct:
        type = s.is_definition ? define_sou(s) : tag_type(s, TypeKind::Struct);
        break;
      case TypeSpec::Base::Union:
        type = s.is_definition ? define_sou(s) : tag_type(s, TypeKind::Union);
        break;
      case TypeSpec::Base::Enum:
        type = s.is_definition ? define_enum(s) : tag_type(s, TypeKind::Enum);
        break;
      case TypeSpec::Base::Name:
        type = find_typedef(s.module, s.name);
        if (!type)
          fail(Tag::D_TYPE_ERR, s.range,
               "there is no type " + (s.module.empty() ? "" : s.module + "`") + s.name,
               types_.btf() ? "" : "kernel types need BTF in /sys/kernel/btf");
        break;
    }
  }
  spec_types_[&s] = type;
  return type;
}

// "struct x" without a body: known, or declared as incomplete by this use.
const Type* Checker::tag_type(const TypeSpec& spec, TypeKind kind) {
  if (const Type* found = find_tag(kind, spec.module, spec.name))
    return found;
  if (!spec.module.empty() && spec.module != "D" && spec.module != "C") {
    fail(Tag::D_TYPE_ERR, spec.range, "module " + spec.module + " has no such type " + spec.name);
    return nullptr;
  }
  Type* forward = types_.new_tag(TypeKind::Forward, spec.name, kind);
  return forward;
}

// Applies the layers of a declarator from the outermost inwards, down to layer `from`.
const Type* Checker::layered(const Type* base, std::vector<DeclLayer>& layers, size_t from,
                             const std::string& name) {
  const Type* type = base;
  for (size_t i = layers.size(); i > from; i--) {
    DeclLayer& layer = layers[i - 1];
    switch (layer.kind) {
      case DeclLayer::Kind::Pointer:
        type = types_.pointer_to(type);
        break;
      case DeclLayer::Kind::Array: {
        if (!layer.size) {
          fail(Tag::D_DECL_ARRNULL, layer.range, "array " + name + " needs a size or key types");
          return nullptr;
        }
        if (!check(layer.size))
          return nullptr;
        if (!is_arith(*layer.size) || !layer.size->const_value) {
          fail(Tag::D_DECL_ARRSUB, layer.size->range,
               "the size of an array must be a positive integer constant");
          return nullptr;
        }
        bool is_signed = resolve(layer.size->type)->is_signed;
        int64_t n = *layer.size->const_value;
        if (is_signed && n <= 0) {
          fail(Tag::D_DECL_ARRSUB, layer.size->range,
               "the size of an array must be positive, this is " + std::to_string(n));
          return nullptr;
        }
        uint64_t elem = resolve(type)->size;
        if (static_cast<uint64_t>(n) > kMaxElems ||
            (elem > 0 && static_cast<uint64_t>(n) > kMaxElems / elem)) {
          fail(Tag::D_DECL_ARRBIG, layer.size->range, "this array is too big");
          return nullptr;
        }
        TypeKind kind = resolve(type)->kind;
        if (kind == TypeKind::Void) {
          fail(Tag::D_DECL_VOIDOBJ, layer.range, "an array cannot have elements of type void");
          return nullptr;
        }
        if (!is_complete(type)) {
          fail(Tag::D_DECL_INCOMPLETE, layer.range,
               "no definition of " + types::to_string(type) + " is known");
          return nullptr;
        }
        type = types_.array_of(type, static_cast<uint64_t>(n));
        break;
      }
      case DeclLayer::Kind::Assoc:
        fail(Tag::D_DECL_ARRSUB, layer.range, "key types are for variables only");
        return nullptr;
      case DeclLayer::Kind::Function: {
        std::vector<types::Param> list;
        if (!params(layer.params, false, layer.has_void_only, &list))
          return nullptr;
        type = types_.function(type, std::move(list), layer.is_variadic);
        break;
      }
    }
  }
  return type;
}

const Type* Checker::type_name(TypeName& name) {
  if (name.type)
    return name.type;
  const Type* base = spec_type(*name.spec);
  if (!base)
    return nullptr;
  name.type = layered(base, name.layers, 0, "");
  return name.type;
}

// Parameters of a function or key types of an associative array.
bool Checker::params(std::vector<ParamDecl>& list, bool is_assoc, bool has_void_only,
                     std::vector<types::Param>* out) {
  for (ParamDecl& param : list) {
    TypeSpec& spec = *param.type->spec;
    if (spec.nr_storage > 0)
      return fail(Tag::D_DECL_PARMCLASS, param.range,
                  "a parameter or key type takes no storage class");
    const Type* type = type_name(*param.type);
    if (!type)
      return false;
    TypeKind kind = resolve(type)->kind;
    if (kind == TypeKind::Void) {
      if (!param.name.empty())
        return fail(Tag::D_DECL_PROTO_NAME, param.range,
                    "a void parameter may not have a name: " + param.name);
      if (list.size() > 1)
        return fail(Tag::D_DECL_PROTO_VOID, param.range, "void must be the only parameter");
      if (is_assoc)
        return fail(Tag::D_DECL_PROTO_TYPE, param.range, "void cannot be a key type");
      if (has_void_only)
        return true;
    }
    if (is_assoc) {
      if (!param.name.empty())
        return fail(Tag::D_DECL_PROTO_FORM, param.range, "a key type takes no name: " + param.name);
      if (kind == TypeKind::Function || kind == TypeKind::Dynamic || kind == TypeKind::Float ||
          !is_complete(type))
        return fail(Tag::D_DECL_PROTO_TYPE, param.range,
                    types::to_string(type) + " cannot be a key type");
    } else if (kind == TypeKind::Dynamic) {
      return fail(Tag::D_DECL_PROTO_TYPE, param.range,
                  types::to_string(type) + " cannot be a parameter type");
    }
    if (out)
      out->push_back({param.name, type});
  }
  return true;
}

// A variable whose declaration has an error: its uses say nothing more.
void Checker::forget(const Decl& d) {
  StorageClass storage = d.type->spec->storage;
  std::string scope = storage == StorageClass::Self   ? "self->"
                      : storage == StorageClass::This ? "this->"
                                                      : "";
  reported_.insert(scope + d.name);
}

void Checker::decl(Decl& d) {
  TypeSpec& spec = *d.type->spec;
  const Type* base = spec_type(spec);
  if (!base)
    return forget(d);
  if (d.name.empty()) {
    bool declares_tag = spec.base == TypeSpec::Base::Struct || spec.base == TypeSpec::Base::Union ||
                        spec.base == TypeSpec::Base::Enum;
    if (!declares_tag)
      fail(Tag::D_DECL_USELESS, d.range, "this declares nothing");
    return;
  }
  if (d.name.find('`') != std::string::npos)
    return;  // the parser has complained
  if (spec.storage == StorageClass::Typedef) {
    const Type* type = layered(base, d.type->layers, 0, d.name);
    if (!type)
      return;
    d.type->type = type;
    if (const Type* old = types_.find_own_typedef(d.name)) {
      if (!types::same_type(old, type))
        fail(Tag::D_DECL_IDRED, d.range,
             "type " + d.name + " is declared again, as " + types::to_string(type) + " after " +
                 types::to_string(resolve(old)));
      return;
    }
    types_.add_typedef(d.name, type);
    return;
  }
  bool is_function = !d.type->layers.empty() && d.type->layers[0].kind == DeclLayer::Kind::Function;
  if (is_function) {
    const Type* type = layered(base, d.type->layers, 0, d.name);
    if (!type)
      return;
    if (globals_.count(d.name)) {
      fail(Tag::D_DECL_IDRED, d.range, "name " + d.name + " is declared again");
      return;
    }
    functions_[d.name] = type;
    return;
  }
  if (!declare_variable(d))
    forget(d);
}

bool Checker::declare_keys(Decl& d, DeclLayer& layer, Variable& var) {
  if (layer.is_variadic)
    return fail(Tag::D_DECL_PROTO_VARARGS, layer.range,
                "the key types of " + d.name + " may not be variable");
  std::vector<types::Param> list;
  if (!params(layer.params, true, false, &list))
    return false;
  var.is_assoc = true;
  for (const types::Param& param : list)
    var.keys.push_back({param.type});
  return true;
}

bool Checker::declare_variable(Decl& d) {
  TypeSpec& spec = *d.type->spec;
  std::vector<DeclLayer>& layers = d.type->layers;
  bool is_extern = spec.storage == StorageClass::Extern;
  if (is_extern && !layers.empty() && layers[0].kind == DeclLayer::Kind::Array && !layers[0].size)
    return true;  // defined elsewhere, with its size
  bool is_assoc = !layers.empty() && layers[0].kind == DeclLayer::Kind::Assoc;
  const Type* type = layered(spec_types_[&spec], layers, is_assoc ? 1 : 0, d.name);
  if (!type)
    return false;
  Variable made;
  VarScope scope = spec.storage == StorageClass::Self   ? VarScope::Thread
                   : spec.storage == StorageClass::This ? VarScope::Local
                                                        : VarScope::Global;
  if (is_assoc && scope == VarScope::Local)
    return fail(Tag::D_DECL_LOCASSC, d.range,
                "associative array " + d.name + " cannot be clause-local",
                "declare it self or global");
  if (is_assoc && !declare_keys(d, layers[0], made))
    return false;
  switch (resolve(type)->kind) {
    case TypeKind::Void:
      return fail(Tag::D_DECL_VOIDOBJ, d.range, "variable " + d.name + " cannot have type void");
    case TypeKind::Dynamic:
      return fail(Tag::D_DECL_DYNOBJ, d.range,
                  "variable " + d.name + " cannot have a dynamic type");
    default:
      break;
  }
  if (is_extern && !is_complete(type))
    return true;
  if (broken_types_.count(resolve(type)))
    return false;
  if (!is_complete(type))
    return fail(Tag::D_DECL_INCOMPLETE, d.range,
                "variable " + d.name + " has the incomplete type " + types::to_string(type));
  std::map<std::string, Variable*>& vars = scope == VarScope::Thread  ? threads_
                                           : scope == VarScope::Local ? locals_
                                                                      : globals_;
  if (auto it = vars.find(d.name); it != vars.end()) {
    Variable& old = *it->second;
    bool is_same = types::same_type(old.type, type) && old.is_assoc == is_assoc &&
                   old.keys.size() == made.keys.size();
    for (size_t i = 0; is_same && i < made.keys.size(); i++)
      is_same = types::same_type(old.keys[i].type, made.keys[i].type);
    if (!is_same)
      fail(Tag::D_DECL_IDRED, d.range,
           "name " + d.name + " is declared again, as " + types::to_string(type) + " after " +
               types::to_string(old.type));
    return true;
  }
  if (scope == VarScope::Global && name_is_taken(d.name)) {
    fail(Tag::D_DECL_IDRED, d.range, "name " + d.name + " is declared again");
    return true;
  }
  Variable* var = make_variable(scope, d.name, type, d.range);
  var->is_declared = true;
  var->is_assoc = is_assoc;
  var->keys = std::move(made.keys);
  return true;
}

}  // namespace dt::lang::sema
