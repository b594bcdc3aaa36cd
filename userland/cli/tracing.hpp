// SPDX-License-Identifier: MIT
// What every mode that talks to the kernel needs: the module loader, the device, probes and kernel
// symbols.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "consumer/device.hpp"
#include "consumer/kernel_symbols.hpp"
#include "consumer/modules.hpp"
#include "consumer/probes.hpp"
#include "session/provider_catalog.hpp"

namespace dt::cli {

class Tracing {
 public:
  Tracing();
  Result<void> open();

  consumer::ModuleLoader& modules() { return modules_; }
  consumer::Device& device() { return *device_; }
  consumer::DeviceProbeSource& probes() { return *probes_; }
  consumer::KernelSymbols& kernel_symbols() { return kernel_symbols_; }
  // The known providers, read when somebody asks first.
  const std::vector<session::ProviderFile>& catalog();

 private:
  consumer::ModuleLoader modules_;
  std::unique_ptr<consumer::Device> device_;
  std::optional<consumer::DeviceProbeSource> probes_;
  consumer::KernelSymbols kernel_symbols_;
  std::optional<std::vector<session::ProviderFile>> catalog_;
};

// The known providers, as their files say.
std::vector<session::ProviderFile> read_provider_catalog();
// The same as the consumer needs them.
std::vector<consumer::ProviderEntry> read_catalog();

// Where a provider's plugin may be, in the order in which it is looked for; empty = it has none.
std::vector<std::string> plugin_paths(const session::ProviderFile& provider);

}  // namespace dt::cli
