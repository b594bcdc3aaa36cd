// SPDX-License-Identifier: MIT
// What every mode that talks to the kernel needs: the module loader, the device, probes and kernel
// symbols.
#pragma once

#include <memory>
#include <optional>

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

  consumer::Device& device() { return *device_; }
  consumer::DeviceProbeSource& probes() { return *probes_; }
  consumer::KernelSymbols& kernel_symbols() { return kernel_symbols_; }

 private:
  consumer::ModuleLoader modules_;
  std::unique_ptr<consumer::Device> device_;
  std::optional<consumer::DeviceProbeSource> probes_;
  consumer::KernelSymbols kernel_symbols_;
};

}  // namespace dt::cli
