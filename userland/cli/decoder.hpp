// SPDX-License-Identifier: MIT
// Decoder: the plugins' two sides. The compiler asks it what to record (lang::CaptureSource), the
// outputs how to show it (output::ArgsDecoder), and plugins what they want to know about symbols
// and types (plughost::Services).
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "cli/symbolizer.hpp"
#include "cli/tracing.hpp"
#include "lang/captures.hpp"
#include "lang/compile.hpp"
#include "lang/types/btf.hpp"
#include "output/decoded_args.hpp"
#include "plughost/host.hpp"

namespace dt::cli {

class Decoder final : public lang::CaptureSource,
                      public output::ArgsDecoder,
                      private plughost::Services {
 public:
  Decoder(Tracing& tracing, const consumer::Options& options);
  ~Decoder() override;

  // The kernel's types, shared by the compiler and the plugins.
  lang::types::TypeTable& types() { return *types_; }
  // Who names user addresses; set before tracing starts.
  void set_symbolizer(ConsumerSymbolizer* symbolizer) { symbolizer_ = symbolizer; }

  // D libraries of plugins that the texts name the providers of and no compilation has used yet:
  // for a program that does not compile without. Forgets the types of the failed attempt.
  std::vector<lang::SourceText> more_libraries(const std::vector<lang::SourceText>& texts);

  bool decodes(const std::string& provider) override;
  bool works(const std::string& provider) override;
  lang::CaptureAnswer captures(const lang::ProbeInfo& probe,
                               const lang::ArgumentTypes* types) override;
  std::string_view d_library(const std::string& provider) override;
  void report(const std::string& provider, const std::string& expression,
              const std::string& message) override;

  std::string text(const lang::object::Action& action,
                   const consumer::TraceRecord& record) override;
  std::string fields(const lang::object::Action& action,
                     const consumer::TraceRecord& record) override;

 private:
  std::optional<std::string> kernel_symbol(uint64_t address) override;
  std::optional<std::string> user_symbol(uint32_t pid, uint64_t address) override;
  std::optional<std::string> type_text(const std::string& type,
                                       std::span<const std::byte> bytes) override;
  size_t kernel_text(uint64_t address, std::span<std::byte> out) override;
  uint32_t local_pid(uint32_t pid) override;
  std::optional<std::string> option(const std::string& provider, const std::string& key) override;

  void renew_types();
  std::vector<plughost::PluginFile> plugin_files();
  const lang::object::ShownType* shown_type(const std::string& name);
  const plughost::ProbeView& view_of(const lang::ProbeInfo& probe);
  void read_values(const lang::object::Action& action, const consumer::TraceRecord& record);

  static constexpr int kNotOpened = -2;

  Tracing& tracing_;
  int kernel_text_fd_ = kNotOpened;
  const consumer::Options& options_;
  std::unique_ptr<lang::types::Btf> btf_;
  std::unique_ptr<lang::types::TypeTable> types_;
  std::set<std::string> with_library_;  // providers whose plugins' libraries were used
  ConsumerSymbolizer* symbolizer_ = nullptr;
  plughost::PluginHost host_;
  std::unordered_map<uint32_t, std::unique_ptr<plughost::ProbeView>> views_;  // by probe id
  std::vector<dtrace_plugin_value> values_;  // of the record at hand
  std::map<std::string, std::shared_ptr<const lang::object::ShownType>> shown_types_;
};

}  // namespace dt::cli
