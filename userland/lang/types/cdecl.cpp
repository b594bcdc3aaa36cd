// SPDX-License-Identifier: MIT
// C types written as text: "struct file *", "unsigned int", "int (*)[3]", "mod`struct x". For probe
// arguments, pragmas and tests; the program's own text goes through the parser. Entry point:
// TypeTable::find_by_text().
#include <array>
#include <cctype>
#include <string>
#include <vector>

#include "lang/types/type.hpp"

namespace dt::lang::types {

namespace {

struct Layer {
  TypeKind kind = TypeKind::Pointer;  // Pointer, Array or Function
  uint64_t nr_elems = 0;
  std::vector<Param> params;
  bool is_variadic = false;
};

// Counts of the words of a basic type, in whatever order they came.
struct BasicWords {
  int nr_long = 0, nr_short = 0, nr_signed = 0, nr_unsigned = 0, nr_base = 0;
  std::string base;  // "char", "int", "float", "double", "_Bool", "void", "__int128" or ""
  bool any() const { return nr_long || nr_short || nr_signed || nr_unsigned || nr_base; }
};

class TextParser {
 public:
  TextParser(TypeTable& table, std::string_view text) : table_(table), text_(text) {}

  const Type* parse_all() {
    const Type* type = parse_type(nullptr);
    skip_space();
    return at_ == text_.size() ? type : nullptr;
  }

 private:
  static constexpr int kMaxDepth = 64;

  void skip_space() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) {
      at_++;
    }
  }
  char peek() {
    skip_space();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (peek() != c) {
      return false;
    }
    at_++;
    return true;
  }
  static bool is_word_char(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
  }
  std::string_view peek_word() {
    skip_space();
    size_t end = at_;
    while (end < text_.size() && is_word_char(text_[end])) {
      end++;
    }
    return text_.substr(at_, end - at_);
  }

  bool take_basic_word(std::string_view word, BasicWords& words) {
    if (word == "long") {
      words.nr_long++;
    } else if (word == "short") {
      words.nr_short++;
    } else if (word == "signed") {
      words.nr_signed++;
    } else if (word == "unsigned") {
      words.nr_unsigned++;
    } else if (word == "char" || word == "int" || word == "float" || word == "double" ||
               word == "_Bool" || word == "void" || word == "__int128") {
      words.nr_base++;
      words.base = word;
    } else {
      return false;
    }
    return true;
  }

  const Type* basic_type(const BasicWords& w) {
    if (w.nr_base > 1 || w.nr_long > 2 || w.nr_short > 1 || w.nr_signed + w.nr_unsigned > 1 ||
        (w.nr_long && w.nr_short)) {
      return nullptr;
    }
    bool has_width = w.nr_long || w.nr_short;
    bool has_sign = w.nr_signed || w.nr_unsigned;
    if (w.base == "void" || w.base == "float" || w.base == "_Bool") {
      if (has_width || has_sign) {
        return nullptr;
      }
      return w.base == "void" ? table_.void_type() : table_.basic(w.base);
    }
    if (w.base == "double") {
      return has_sign || w.nr_short || w.nr_long > 1
                 ? nullptr
                 : table_.basic(w.nr_long ? "long double" : "double");
    }
    if (w.base == "char") {
      if (has_width) {
        return nullptr;
      }
      return table_.basic(w.nr_signed ? "signed char" : w.nr_unsigned ? "unsigned char" : "char");
    }
    std::string name = w.nr_unsigned ? "unsigned " : "";
    if (w.base == "__int128") {
      return has_width ? nullptr : table_.basic(name + "__int128");
    }
    name += w.nr_short ? "short" : w.nr_long == 2 ? "long long" : w.nr_long ? "long" : "int";
    return table_.basic(name);
  }

  // Specifier words up to the declarator. nullptr: no such type.
  const Type* parse_specifier() {
    BasicWords words;
    const Type* named = nullptr;
    std::string module;
    while (true) {
      std::string_view word = peek_word();
      if (word.empty()) {
        break;
      }
      size_t after = at_ + word.size();
      if (after < text_.size() && text_[after] == '`') {
        module = word;
        at_ = after + 1;
        continue;
      }
      if (word == "const" || word == "volatile" || word == "restrict" || word == "__restrict") {
        at_ = after;
        continue;
      }
      if (take_basic_word(word, words)) {
        at_ = after;
        continue;
      }
      if (named || words.any()) {
        break;  // a parameter's or declarator's name
      }
      at_ = after;
      if (word == "struct" || word == "union" || word == "enum") {
        TypeKind kind = word == "struct"  ? TypeKind::Struct
                        : word == "union" ? TypeKind::Union
                                          : TypeKind::Enum;
        std::string_view tag = peek_word();
        at_ += tag.size();
        named = tag.empty() ? nullptr : table_.find_tag_in(module, kind, tag);
      } else if (word == "string") {
        named = table_.string_type();
      } else {
        named = table_.find_typedef_in(module, word);
      }
      if (!named) {
        return nullptr;
      }
    }
    if (named) {
      return words.any() ? nullptr : named;
    }
    return words.any() ? basic_type(words) : nullptr;
  }

  bool parse_params(Layer& layer) {
    if (take(')')) {
      return true;
    }
    do {
      if (peek() == '.') {
        if (text_.substr(at_, 3) != "...") {
          return false;
        }
        at_ += 3;
        layer.is_variadic = true;
        break;
      }
      Param param;
      param.type = parse_type(&param.name);
      if (!param.type) {
        return false;
      }
      layer.params.push_back(std::move(param));
    } while (take(','));
    if (layer.params.size() == 1 && layer.params[0].type->kind == TypeKind::Void &&
        layer.params[0].name.empty()) {
      layer.params.clear();
    }
    return take(')');
  }

  // Layers around the (perhaps missing) name, innermost first.
  bool parse_declarator(std::vector<Layer>& layers, std::string* name) {
    if (++depth_ > kMaxDepth) {
      return false;
    }
    int nr_pointers = 0;
    while (true) {
      std::string_view word = peek_word();
      if (word == "const" || word == "volatile" || word == "restrict" || word == "__restrict") {
        at_ += word.size();
      } else if (take('*')) {
        nr_pointers++;
      } else {
        break;
      }
    }
    if (peek() == '(' && is_nested_declarator()) {
      at_++;
      if (!parse_declarator(layers, name) || !take(')')) {
        return false;
      }
    } else if (std::string_view word = peek_word(); !word.empty()) {
      if (!name || std::isdigit(static_cast<unsigned char>(word[0]))) {
        return false;
      }
      *name = word;
      at_ += word.size();
    }
    while (true) {
      Layer layer;
      if (take('[')) {
        layer.kind = TypeKind::Array;
        std::string_view digits = peek_word();
        at_ += digits.size();
        for (char c : digits) {
          if (c < '0' || c > '9' || layer.nr_elems > (1ull << 40)) {
            return false;
          }
          layer.nr_elems = layer.nr_elems * 10 + static_cast<uint64_t>(c - '0');
        }
        if (!take(']')) {
          return false;
        }
      } else if (take('(')) {
        layer.kind = TypeKind::Function;
        if (!parse_params(layer)) {
          return false;
        }
      } else {
        break;
      }
      layers.push_back(std::move(layer));
    }
    for (int i = 0; i < nr_pointers; i++) {
      layers.push_back(Layer{});
    }
    depth_--;
    return true;
  }

  // "(" opens a nested declarator if a declarator follows, else it opens parameters.
  bool is_nested_declarator() {
    size_t look = at_ + 1;
    while (look < text_.size() && std::isspace(static_cast<unsigned char>(text_[look]))) {
      look++;
    }
    return look < text_.size() && (text_[look] == '*' || text_[look] == '(' || text_[look] == '[');
  }

  const Type* parse_type(std::string* name) {
    const Type* type = parse_specifier();
    std::vector<Layer> layers;
    if (!type || !parse_declarator(layers, name)) {
      return nullptr;
    }
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
      switch (layer->kind) {
        case TypeKind::Array:
          type = table_.array_of(type, layer->nr_elems);
          break;
        case TypeKind::Function:
          type = table_.function(type, std::move(layer->params), layer->is_variadic);
          break;
        default:
          type = table_.pointer_to(type);
          break;
      }
    }
    return type;
  }

  TypeTable& table_;
  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

const Type* TypeTable::find_by_text(std::string_view text) {
  return TextParser(*this, text).parse_all();
}

}  // namespace dt::lang::types
