// SPDX-License-Identifier: MIT
#include "cli/decoder.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/messages.hpp"
#include "cli/paths.hpp"
#include "lang/codegen/tables.hpp"
#include "lang/library_text.hpp"
#include "output/type_line.hpp"
#include "output/value.hpp"

namespace dt::cli {

using lang::object::Action;
using lang::object::Field;
using lang::object::FieldKind;
using plughost::PluginAnswer;
using plughost::ProbeView;

namespace {

constexpr uint64_t kTextBegin = 0xffffffff80000000;  // offset 0 of /proc/dtrace/text
constexpr size_t kMostTypeText = 1024;               // characters of one value

std::unique_ptr<ProbeView> make_view(const lang::ProbeInfo& probe,
                                     const lang::ArgumentTypes& types) {
  std::vector<ProbeView::Argument> args;
  for (const lang::ArgumentType& arg : types.args) {
    args.push_back({arg.type, arg.name, arg.size, arg.is_signed});
  }
  return std::make_unique<ProbeView>(probe.id, probe.prov, probe.mod, probe.func, probe.name,
                                     std::move(args), types.result);
}

// How many words of a stack are there.
uint32_t stack_bytes(const output::ValueRef& value, size_t first) {
  size_t nr = 0;
  while (output::load_word(value, first + nr) != 0) {
    nr++;
  }
  return static_cast<uint32_t>(8 * nr);
}

dtrace_plugin_value value_of(const Field& field, std::span<const std::byte> payload) {
  dtrace_plugin_value out{};
  out.kind = DTRACE_VALUE_FAULT;
  if (!output::has_value(field, payload)) {
    return out;
  }
  const output::ValueRef value = output::value_in(field, payload);
  out.bytes = value.bytes.data();
  out.size = static_cast<uint32_t>(value.bytes.size());
  switch (field.kind) {
    case FieldKind::Int:
      out.kind = DTRACE_VALUE_INTEGER;
      out.integer = field.is_signed ? static_cast<uint64_t>(output::load_signed(value))
                                    : output::load_unsigned(value);
      out.is_signed = field.is_signed ? 1 : 0;
      break;
    case FieldKind::String:
      out.kind = DTRACE_VALUE_STRING;
      out.size = static_cast<uint32_t>(output::load_string(value).size());
      break;
    case FieldKind::Bytes:
    case FieldKind::Float:
      out.kind = DTRACE_VALUE_BYTES;
      break;
    case FieldKind::Stack:
      out.kind = DTRACE_VALUE_STACK;
      out.size = stack_bytes(value, 0);
      break;
    case FieldKind::Ustack:
      out.kind = DTRACE_VALUE_STACK;
      out.size = stack_bytes(value, 1);
      out.bytes = value.bytes.data() + std::min<size_t>(8, value.bytes.size());
      break;
    default:  // symbols: the address is the last word
      out.kind = DTRACE_VALUE_INTEGER;
      out.integer = output::load_word(value, value.bytes.size() / 8 - 1);
      out.size = 8;
      break;
  }
  return out;
}

// One line stays one line.
std::string as_line(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return line;
}

}  // namespace

Decoder::Decoder(Tracing& tracing, const consumer::Options& options)
    : tracing_(tracing),
      options_(options),
      host_(
          *this, [this] { return plugin_files(); }, [](const std::string& text) { warn(text); }) {
  renew_types();
}

// One Btf serves one table.
void Decoder::renew_types() {
  types_ = std::make_unique<lang::types::TypeTable>();
  btf_ = std::make_unique<lang::types::Btf>();
  types_->set_btf(btf_.get());
}

Decoder::~Decoder() {
  if (kernel_text_fd_ >= 0) {
    ::close(kernel_text_fd_);
  }
}

std::vector<plughost::PluginFile> Decoder::plugin_files() {
  std::vector<plughost::PluginFile> files;
  const std::string here = executable_dir();
  const std::string prefix = here.substr(0, here.rfind('/'));
  for (const session::ProviderFile& provider : tracing_.catalog()) {
    const std::string& name = provider.plugin;
    if (name.empty()) {
      continue;
    }
    plughost::PluginFile file;
    file.provider = provider.name;
    file.name = name;
    file.options = provider.plugin_options;
    if (name[0] == '/') {
      file.paths.push_back(name);
    } else if (name.find('/') != std::string::npos) {
      file.paths.push_back(provider.folder + "/" + name);
    } else {
      for (const char* folder : {"/plugins/", "/lib/dtrace/plugins/"}) {
        file.paths.push_back(prefix + folder + name + ".so");
      }
    }
    files.push_back(std::move(file));
  }
  return files;
}

// ---- For the compiler ----

bool Decoder::decodes(const std::string& provider) { return host_.has_plugin(provider); }

lang::CaptureAnswer Decoder::captures(const lang::ProbeInfo& probe,
                                      const lang::ArgumentTypes* types) {
  auto view = make_view(probe, types != nullptr ? *types : lang::ArgumentTypes{});
  const PluginAnswer answer = host_.captures(*view);
  if (probe.id != 0) {
    views_[probe.id] = std::move(view);
  }
  switch (answer.kind) {
    case PluginAnswer::Kind::Text:
      return {lang::CaptureAnswer::Kind::Expressions, std::string(answer.text)};
    case PluginAnswer::Kind::Pass:
      return {lang::CaptureAnswer::Kind::Pass, {}};
    case PluginAnswer::Kind::Broken:
      break;
  }
  return {lang::CaptureAnswer::Kind::Broken, {}};
}

bool Decoder::works(const std::string& provider) { return host_.works(provider); }

std::string_view Decoder::d_library(const std::string& provider) {
  with_library_.insert(provider);
  return host_.d_library(provider);
}

std::vector<lang::SourceText> Decoder::more_libraries(const std::vector<lang::SourceText>& texts) {
  std::vector<lang::SourceText> libraries;
  lang::WordSet words;
  for (const lang::SourceText& text : texts) {
    lang::add_words(text.text, words);
  }
  for (const session::ProviderFile& file : tracing_.catalog()) {
    const bool is_named = !file.plugin.empty() && words.count(file.name) != 0;
    if (!is_named || with_library_.count(file.name) != 0 || !host_.check(file.name)) {
      continue;
    }
    if (const std::string_view text = d_library(file.name); !text.empty()) {
      libraries.push_back({"library of plugin " + file.name, std::string(text), 0});
    }
  }
  if (!libraries.empty()) {
    views_.clear();
    renew_types();
  }
  return libraries;
}

void Decoder::report(const std::string& provider, const std::string& expression,
                     const std::string& message) {
  host_.report_expression(provider, expression, message);
}

// ---- For the outputs ----

const ProbeView& Decoder::view_of(const lang::ProbeInfo& probe) {
  std::unique_ptr<ProbeView>& view = views_[probe.id];
  if (!view) {
    view = make_view(probe, lang::argument_types(probe, tracing_.probes(), *types_));
  }
  return *view;
}

void Decoder::read_values(const Action& action, const consumer::TraceRecord& record) {
  values_.clear();
  for (const Field& field : action.args) {
    values_.push_back(value_of(field, record.payload));
  }
}

std::string Decoder::text(const Action& action, const consumer::TraceRecord& record) {
  if (!action.origin->is_raw) {
    read_values(action, record);
    const PluginAnswer answer =
        host_.format(view_of(*record.probe), record.cpu, record.time, values_);
    if (answer.kind == PluginAnswer::Kind::Text) {
      return as_line(answer.text);
    }
    if (answer.kind == PluginAnswer::Kind::Pass && action.origin->is_default) {
      return {};
    }
  }
  return output::raw_args_text(action, record);
}

std::string Decoder::fields(const Action& action, const consumer::TraceRecord& record) {
  if (!action.origin->is_raw) {
    read_values(action, record);
    const PluginAnswer answer =
        host_.fields(view_of(*record.probe), record.cpu, record.time, values_);
    if (answer.kind == PluginAnswer::Kind::Text) {
      const auto object = nlohmann::ordered_json::parse(answer.text, nullptr, false);
      if (object.is_object()) {
        return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
      }
      host_.give_up(record.probe->prov, "its fields() gave no JSON object");
    }
  }
  return output::raw_args_json(action, record);
}

// ---- For plugins ----

std::optional<std::string> Decoder::kernel_symbol(uint64_t address) {
  const auto found = tracing_.kernel_symbols().at(address);
  if (!found) {
    return std::nullopt;
  }
  const output::Symbol symbol{std::string(found->module), std::string(found->name), found->offset};
  return output::symbol_text(symbol, address, output::SymbolForm::Address);
}

std::optional<std::string> Decoder::user_symbol(uint32_t pid, uint64_t address) {
  const auto symbol = symbolizer_ != nullptr ? symbolizer_->user(pid, address) : std::nullopt;
  if (!symbol) {
    return std::nullopt;
  }
  return output::symbol_text(symbol, address, output::SymbolForm::Address);
}

const lang::object::ShownType* Decoder::shown_type(const std::string& name) {
  auto [at, is_new] = shown_types_.try_emplace(name);
  if (is_new) {
    if (const lang::types::Type* type = types_->find_by_text(name)) {
      at->second = lang::codegen::shown_type(type);
    }
  }
  return at->second.get();
}

std::optional<std::string> Decoder::type_text(const std::string& type,
                                              std::span<const std::byte> bytes) {
  const lang::object::ShownType* shown = shown_type(type);
  if (shown == nullptr || shown->size == 0) {
    return std::nullopt;
  }
  return output::type_line(*shown, bytes, kMostTypeText);
}

// The patch engine gives the bytes that it has replaced.
size_t Decoder::kernel_text(uint64_t address, std::span<std::byte> out) {
  if (kernel_text_fd_ == kNotOpened) {
    kernel_text_fd_ = ::open("/proc/dtrace/text", O_RDONLY | O_CLOEXEC);
  }
  if (kernel_text_fd_ < 0 || address < kTextBegin) {
    return 0;
  }
  const ssize_t nr =
      ::pread(kernel_text_fd_, out.data(), out.size(), static_cast<off_t>(address - kTextBegin));
  return nr > 0 ? static_cast<size_t>(nr) : 0;
}

uint32_t Decoder::local_pid(uint32_t pid) {
  return static_cast<uint32_t>(tracing_.device().local_pid(static_cast<int32_t>(pid)));
}

std::optional<std::string> Decoder::option(const std::string& provider, const std::string& key) {
  const auto found = options_.plugin_options.find(provider + "." + key);
  return found != options_.plugin_options.end() ? std::optional<std::string>(found->second)
                                                : std::nullopt;
}

}  // namespace dt::cli
