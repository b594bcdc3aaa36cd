// SPDX-License-Identifier: MIT
// A recorded value of a kernel type, as text and as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "dtrace_plugin.h"

namespace dt::plugins::fbt {

using Json = nlohmann::ordered_json;

struct Shown {
  std::string text;
  Json json;
};

// What a type is, by its text: "const char *", "enum zone_type", "loff_t".
enum class TypeKind { Bool, Enum, Pointer, FunctionPointer, Aggregate, Integer };
TypeKind kind_of(std::string_view type);

// A char * whose name says that it is text: the kernel's types do not tell it from a buffer.
bool is_text(std::string_view type, std::string_view name);

// "struct file *" -> "struct file": what can be shown whole; "" for other types.
std::string_view pointed_struct(std::string_view type);

// `name` is the parameter's: one that is called flags is shown in hexadecimal. `is_signed` and
// `size` are the type's; 0 if it is not known.
Shown show_value(const dtrace_plugin_host* host, std::string_view type, std::string_view name,
                 uint32_t size, bool is_signed, const dtrace_plugin_value& value);

// The same for what a function returned: errors by name, also those in pointers.
Shown show_result(const dtrace_plugin_host* host, std::string_view type, uint32_t size,
                  bool is_signed, const dtrace_plugin_value& value);

// "\"text\"" with escapes; "..." behind it if it is not all.
std::string quoted(std::string_view text, bool is_cut);

// The name of an error, "" if the value is none.
std::string error_name(int64_t value);

// Asks the host until its answer fits. "" = it has none.
std::string symbol_of(const dtrace_plugin_host* host, uint64_t address);
std::string type_text(const dtrace_plugin_host* host, std::string_view type, const void* bytes,
                      size_t size);

}  // namespace dt::plugins::fbt
