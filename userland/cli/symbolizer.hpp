// SPDX-License-Identifier: MIT
// The consumer's symbolisers behind the interface that output asks.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "consumer/channel.hpp"
#include "consumer/kernel_symbols.hpp"
#include "consumer/options.hpp"
#include "consumer/user_symbols.hpp"
#include "output/decoded_args.hpp"
#include "output/symbols.hpp"

namespace dt::cli {

class ConsumerSymbolizer final : public output::Symbolizer {
 public:
  ConsumerSymbolizer(consumer::KernelSymbols& kernel, consumer::Channel& channel,
                     const consumer::Options& options)
      : kernel_(kernel), options_(options), user_([&channel](uint64_t pid) {
          return static_cast<uint64_t>(channel.local_pid(static_cast<int32_t>(pid)));
        }) {}

  std::optional<output::Symbol> kernel(uint64_t address) override;
  std::optional<output::Symbol> user(uint64_t pid, uint64_t address) override;
  // One address for all that show the same: see AggregationTable::Canonicalizer.
  uint64_t canonical(lang::object::FieldKind kind, uint64_t pid, uint64_t address);

  consumer::UserSymbols& user_symbols() { return user_; }

  // Who decodes the arguments of probes; every output shows what this one says. May be null.
  void set_decoder(output::ArgsDecoder* decoder) { decoder_ = decoder; }
  output::ArgsDecoder* decoder() const { return decoder_; }

 private:
  consumer::KernelSymbols& kernel_;
  const consumer::Options& options_;
  consumer::UserSymbols user_;
  output::ArgsDecoder* decoder_ = nullptr;
  std::map<std::pair<uint64_t, std::string>, uint64_t> first_of_module_;
};

}  // namespace dt::cli
