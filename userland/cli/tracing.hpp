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

namespace dt::cli {

class Tracing {
 public:
  Tracing();
  Result<void> open();

  consumer::ModuleLoader& modules() { return modules_; }
  consumer::Device& device() { return *device_; }
  consumer::DeviceProbeSource& probes() { return *probes_; }
  consumer::KernelSymbols& kernel_symbols() { return kernel_symbols_; }

 private:
  consumer::ModuleLoader modules_;
  std::unique_ptr<consumer::Device> device_;
  std::optional<consumer::DeviceProbeSource> probes_;
  consumer::KernelSymbols kernel_symbols_;
};

// The known providers.
std::vector<consumer::ProviderEntry> read_catalog();

}  // namespace dt::cli
