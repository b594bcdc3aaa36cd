// SPDX-License-Identifier: MIT
// The consumer's symbolisers behind the interface that output asks.
#pragma once

#include "consumer/kernel_symbols.hpp"
#include "consumer/options.hpp"
#include "consumer/user_symbols.hpp"
#include "output/symbols.hpp"

namespace dt::cli {

class ConsumerSymbolizer final : public output::Symbolizer {
 public:
  ConsumerSymbolizer(consumer::KernelSymbols& kernel, const consumer::Options& options)
      : kernel_(kernel), options_(options) {}

  std::optional<output::Symbol> kernel(uint64_t address) override {
    const auto found = kernel_.at(address);
    if (!found) {
      return std::nullopt;
    }
    return output::Symbol{std::string(found->module), std::string(found->name), found->offset};
  }

  std::optional<output::Symbol> user(uint64_t pid, uint64_t address) override {
    auto found = user_.at(pid, address);
    if (!found) {
      return std::nullopt;
    }
    if (options_.noresolve) {
      return output::Symbol{std::move(found->module), {}, 0};
    }
    return output::Symbol{std::move(found->module), std::move(found->name), found->offset};
  }

  consumer::UserSymbols& user_symbols() { return user_; }

 private:
  consumer::KernelSymbols& kernel_;
  const consumer::Options& options_;
  consumer::UserSymbols user_;
};

}  // namespace dt::cli
