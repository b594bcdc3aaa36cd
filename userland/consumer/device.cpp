// SPDX-License-Identifier: MIT
#include "consumer/device.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "consumer/modules.hpp"
#include "dtrace/dif.h"

namespace dt::consumer {

namespace {

// ioctl that is not given up for a signal.
int request(int fd, unsigned long number, void* argument) {
  int rc;
  do {
    rc = ::ioctl(fd, number, argument);
  } while (rc < 0 && errno == EINTR);
  return rc;
}

}  // namespace

std::string explain_open_failure(int errno_value) {
  switch (errno_value) {
    case EACCES:
    case EPERM:
      return "you need to be root to use " DTRACE_DEVICE "; run dtrace with sudo";
    case ENOENT:
    case ENODEV:
    case ENXIO:
      return "the kernel module dtrace is not loaded; run 'modprobe dtrace', or build the modules "
             "for "
             "this kernel and point DTRACE_MODULE_DIR at them";
    case EBUSY:
      return "the kernel module dtrace is being unloaded; try again";
    default:
      return fmt::format("cannot open " DTRACE_DEVICE ": {}", std::strerror(errno_value));
  }
}

std::string explain_version_mismatch(const dtrace_version& core) {
  return fmt::format(
      "the loaded dtrace.ko speaks version {}.{} of the interface and this dtrace speaks {}.{}; "
      "unload "
      "it with 'rmmod dtrace' and load the one that came with this dtrace",
      core.uapi, core.dif, DTRACE_UAPI_VERSION, DTRACE_DIF_VERSION);
}

Result<std::unique_ptr<Device>> Device::open(ModuleLoader* modules) {
  int fd = ::open(DTRACE_DEVICE, O_RDWR | O_CLOEXEC);
  if (fd < 0 && modules != nullptr && (errno == ENOENT || errno == ENODEV || errno == ENXIO)) {
    if (::geteuid() != 0) {
      return Error{explain_open_failure(EACCES), EACCES};
    }
    if (Result<void> loaded = modules->load("dtrace"); !loaded) {
      return loaded.error();
    }
    // udev or devtmpfs makes the node; it may take a moment.
    for (int tries = 0; tries < 50; tries++) {
      fd = ::open(DTRACE_DEVICE, O_RDWR | O_CLOEXEC);
      if (fd >= 0 || errno != ENOENT) {
        break;
      }
      ::usleep(10000);
    }
  }
  if (fd < 0) {
    return Error{explain_open_failure(errno), errno};
  }
  dtrace_version version{};
  version.uapi = DTRACE_UAPI_VERSION;
  version.dif = DTRACE_DIF_VERSION;
  const int rc = request(fd, DTRACE_IOC_VERSION, &version);
  if (rc < 0 || version.uapi != DTRACE_UAPI_VERSION || version.dif != DTRACE_DIF_VERSION) {
    const int saved = rc < 0 ? errno : EPROTO;
    ::close(fd);
    if (saved == EPROTO || version.uapi != DTRACE_UAPI_VERSION ||
        version.dif != DTRACE_DIF_VERSION) {
      return Error{explain_version_mismatch(version), EPROTO};
    }
    return error_from_errno("cannot agree on a version with dtrace.ko", saved);
  }
  return std::unique_ptr<Device>(new Device(fd, version));
}

Device::~Device() {
  for (const auto& [address, size] : maps_) {
    ::munmap(address, size);
  }
  ::close(fd_);
}

Result<std::vector<dtrace_provider_info>> Device::providers() {
  std::vector<dtrace_provider_info> infos(16);
  for (;;) {
    dtrace_providers request_block{};
    request_block.infos = reinterpret_cast<uintptr_t>(infos.data());
    request_block.nr = static_cast<uint32_t>(infos.size());
    if (request(fd_, DTRACE_IOC_PROVIDERS, &request_block) < 0) {
      return error_from_errno("cannot list providers", errno);
    }
    const bool is_complete = request_block.nr <= infos.size();
    infos.resize(request_block.nr);
    if (is_complete) {
      return infos;
    }
  }
}

Result<std::vector<dtrace_probedesc>> Device::match(const dtrace_probedesc& pattern,
                                                    uint32_t start_id, uint32_t room,
                                                    uint32_t* next_id) {
  std::vector<dtrace_probedesc> descs(room);
  dtrace_match block{};
  block.pattern = pattern;
  block.start_id = start_id;
  block.nr = room;
  block.descs = reinterpret_cast<uintptr_t>(descs.data());
  if (request(fd_, DTRACE_IOC_MATCH, &block) < 0) {
    if (errno == E2BIG) {
      return Error{
          "it stands for more probes than the provider makes at once; name fewer functions or "
          "narrower names",
          E2BIG};
    }
    return error_from_errno("cannot match probes", errno);
  }
  *next_id = block.next_id;
  descs.resize(block.nr);
  return descs;
}

Result<dtrace_argdesc> Device::argdesc(uint32_t probe_id, uint32_t index) {
  dtrace_argdesc block{};
  block.probe_id = probe_id;
  block.index = index;
  if (request(fd_, DTRACE_IOC_ARGDESC, &block) < 0) {
    return error_from_errno("cannot describe probe arguments", errno);
  }
  return block;
}

Result<void> Device::enable(dtrace_enable* block) {
  if (request(fd_, DTRACE_IOC_ENABLE, block) < 0) {
    return error_from_errno("could not enable tracing", errno);
  }
  return {};
}

Result<dtrace_epid> Device::epid(uint32_t epid) {
  dtrace_epid block{};
  block.epid = epid;
  if (request(fd_, DTRACE_IOC_EPID, &block) < 0) {
    return error_from_errno("cannot describe an enabled probe", errno);
  }
  return block;
}

Result<uint32_t> Device::go() {
  dtrace_go block{};
  if (request(fd_, DTRACE_IOC_GO, &block) < 0) {
    return error_from_errno("could not start tracing", errno);
  }
  return block.cpu;
}

Result<uint32_t> Device::stop() {
  dtrace_go block{};
  if (request(fd_, DTRACE_IOC_STOP, &block) < 0) {
    return error_from_errno("could not stop tracing", errno);
  }
  return block.cpu;
}

Result<dtrace_switch> Device::switch_buffer(uint32_t cpu, uint32_t kind) {
  dtrace_switch block{};
  block.cpu = cpu;
  block.kind = kind;
  if (request(fd_, DTRACE_IOC_SWITCH, &block) < 0) {
    return error_from_errno("cannot take a trace buffer", errno);
  }
  return block;
}

Result<dtrace_status> Device::status() {
  dtrace_status block{};
  if (request(fd_, DTRACE_IOC_STATUS, &block) < 0) {
    return error_from_errno("cannot get the status of tracing", errno);
  }
  return block;
}

int32_t Device::other_pid(int32_t pid, bool to_local) {
  dtrace_pid block{};
  block.pid = pid;
  block.to_local = to_local ? 1 : 0;
  return request(fd_, DTRACE_IOC_PID, &block) < 0 ? 0 : block.pid;
}

Result<Mapping> Device::map(uint32_t cpu, uint32_t kind, size_t size_bytes) {
  void* address = ::mmap(nullptr, size_bytes, PROT_READ, MAP_SHARED, fd_,
                         static_cast<off_t>(DTRACE_MMAP_OFFSET(cpu, kind)));
  if (address == MAP_FAILED) {
    return error_from_errno("cannot map a trace buffer", errno);
  }
  maps_.emplace_back(address, size_bytes);
  return Mapping{static_cast<const std::byte*>(address), size_bytes};
}

}  // namespace dt::consumer
