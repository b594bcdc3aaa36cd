// SPDX-License-Identifier: MIT
// D libraries: their items are analysed when the program uses one of their names, never before, so
// that a library that does not fit this kernel costs only the programs that need it.
#include "lang/sema/checker.hpp"

namespace dt::lang::sema {

using namespace ast;

void Checker::index_libraries() {
  for (size_t i = 0; i < tree_.from_libraries.size(); i++) {
    Item& item = tree_.from_libraries[i];
    switch (item.kind) {
      case Item::Kind::Decl: {
        TypeSpec& spec = *item.decl->type->spec;
        if (spec.storage == StorageClass::Typedef && !item.decl->name.empty())
          lib_typedefs_[item.decl->name] = i;
        if (spec.is_definition && !spec.name.empty()) {
          TypeKind kind = spec.base == TypeSpec::Base::Struct  ? TypeKind::Struct
                          : spec.base == TypeSpec::Base::Union ? TypeKind::Union
                                                               : TypeKind::Enum;
          lib_tags_[{kind, spec.name}] = i;
        }
        for (const EnumeratorDecl& e : spec.enumerators)
          lib_enumerators_[e.name] = i;
        break;
      }
      case Item::Kind::Inline:
        lib_inlines_[item.inline_decl->name] = i;
        break;
      case Item::Kind::Translator: {
        Translator translator;
        translator.decl = item.translator.get();
        translator.is_library = true;
        translators_.push_back(translator);
        break;
      }
      case Item::Kind::Pragma:
        pragma(*item.pragma, true);
        break;
      case Item::Kind::Provider:
        provider_decl(*item.provider);
        break;
      case Item::Kind::Clause:
        fail(Tag::D_SYNTAX, item.clause->range, "a D library may not have clauses");
        break;
    }
  }
}

bool Checker::want_library_typedef(const std::string& name) {
  auto it = lib_typedefs_.find(name);
  if (it == lib_typedefs_.end() || !lib_done_.insert(it->second).second)
    return false;
  item(tree_.from_libraries[it->second], true);
  return true;
}

bool Checker::want_library_tag(TypeKind kind, const std::string& tag) {
  auto it = lib_tags_.find({kind, tag});
  if (it == lib_tags_.end() || !lib_done_.insert(it->second).second)
    return false;
  item(tree_.from_libraries[it->second], true);
  return true;
}

// Is it an enumerator of a library? Then its enum is declared afterwards.
bool Checker::want_library_enumerator(const std::string& name) {
  auto it = lib_enumerators_.find(name);
  if (it == lib_enumerators_.end())
    return false;
  if (lib_done_.insert(it->second).second)
    item(tree_.from_libraries[it->second], true);
  return true;
}

InlineDef* Checker::want_library_inline(const std::string& name) {
  auto it = lib_inlines_.find(name);
  if (it == lib_inlines_.end())
    return nullptr;
  if (lib_done_.insert(it->second).second)
    item(tree_.from_libraries[it->second], true);
  auto found = inlines_.find(name);
  return found == inlines_.end() ? nullptr : &found->second;
}

// module: "" = anywhere; "D" and "C" = the program's and the libraries' own types.
const Type* Checker::find_typedef(const std::string& module, const std::string& name) {
  bool is_own = module.empty() || module == "D" || module == "C";
  if (!is_own)
    return types_.find_typedef_in(module, name);
  if (const Type* own = types_.find_own_typedef(name))
    return own;
  want_library_typedef(name);
  return types_.find_typedef(name);
}

const Type* Checker::find_tag(TypeKind kind, const std::string& module, const std::string& tag) {
  bool is_own = module.empty() || module == "D" || module == "C";
  if (!is_own)
    return types_.find_tag_in(module, kind, tag);
  if (const Type* own = types_.find_own_tag(kind, tag))
    return own;
  want_library_tag(kind, tag);
  return types_.find_tag(kind, tag);
}

// A type of a table of ours or of a provider; its words may name types of libraries.
const Type* Checker::find_by_text(const std::string& text) {
  if (text == "string")
    return types_.string_type();
  if (text == "dynamic")
    return types_.dynamic_type();
  if (text.empty())
    return types_.void_type();
  size_t begin = 0;
  std::string before;
  while (begin < text.size()) {
    size_t end = begin;
    while (end < text.size() &&
           (isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_'))
      end++;
    if (end == begin) {
      begin++;
      continue;
    }
    std::string word = text.substr(begin, end - begin);
    if (before == "struct")
      want_library_tag(TypeKind::Struct, word);
    else if (before == "union")
      want_library_tag(TypeKind::Union, word);
    else
      want_library_typedef(word);
    before = word;
    begin = end;
  }
  return types_.find_by_text(text);
}

}  // namespace dt::lang::sema
