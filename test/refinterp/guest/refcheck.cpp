// SPDX-License-Identifier: MIT
// Compares the kernel's native code with the reference interpreter, in the guest:
//   refcheck listed          every listed request
//   refcheck random N [S]    N random requests from seed S on
//   refcheck bytes N         N programs of random bytes or with some bits turned: refused, or run
//   without harm
// Prints one line per kind and one per difference; exit status 1 if there was one.
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>

#include "refinterp/generator.hpp"
#include "refinterp/interp.hpp"
#include "refinterp/marshal.hpp"

namespace dt::refinterp {
namespace {

// An open /dev/dtrace.
class Consumer {
 public:
  Consumer() : fd_(open(DTRACE_DEVICE, O_RDWR | O_CLOEXEC)) {
    dtrace_version version = {};
    version.uapi = DTRACE_UAPI_VERSION;
    version.dif = DTRACE_DIF_VERSION;
    if (fd_ < 0 || ioctl(fd_, DTRACE_IOC_VERSION, &version)) {
      std::perror(DTRACE_DEVICE);
      std::exit(2);
    }
    nr_cpus_ = version.nr_cpus;
  }
  ~Consumer() { close(fd_); }
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  int control(unsigned long request, void* argument) {
    return ioctl(fd_, request, argument) ? errno : 0;
  }
  uint32_t nr_cpus() const { return nr_cpus_; }

  // Takes what one buffer holds.
  template <typename Take>
  void take(uint32_t cpu, uint32_t kind, uint64_t half, Take take) {
    dtrace_switch data = {};
    data.cpu = cpu;
    data.kind = kind;
    if (control(DTRACE_IOC_SWITCH, &data) || !data.used)
      return;
    const size_t bytes = 2 * half;
    void* map = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, fd_,
                     static_cast<off_t>(DTRACE_MMAP_OFFSET(cpu, kind)));
    if (map == MAP_FAILED) {
      std::perror("mmap");
      std::exit(2);
    }
    take(static_cast<const uint8_t*>(map) + data.offset, data.used);
    munmap(map, bytes);
  }

 private:
  int fd_;
  uint32_t nr_cpus_ = 0;
};

Surroundings here() {
  Surroundings s;
  s.pid = static_cast<uint64_t>(getpid());
  s.tid = static_cast<uint64_t>(gettid());
  s.uid = getuid();
  s.gid = getgid();
  s.execname = "refcheck";
  return s;
}

// The kernel's outcome, or why it refused. After a refusal the consumer can be used again.
std::string run_on(Consumer& consumer, const Request& request, Outcome& outcome) {
  Marshalled marshalled(request);
  dtrace_go go = {};
  dtrace_status status = {};
  if (const int err = consumer.control(DTRACE_IOC_ENABLE, &marshalled.enable()))
    return std::string("refused: ") + std::strerror(err) + ": " + marshalled.log();
  const dtrace_options& opt = marshalled.enable().opt;
  consumer.control(DTRACE_IOC_GO, &go);
  consumer.control(DTRACE_IOC_STATUS, &status);
  consumer.control(DTRACE_IOC_STOP, &go);
  for (uint32_t cpu = 0; cpu < consumer.nr_cpus(); cpu++) {
    consumer.take(cpu, DTRACE_BUF_PRINCIPAL, opt.bufsize,
                  [&](const uint8_t* data, uint64_t size) { parse_records(data, size, outcome); });
    consumer.take(cpu, DTRACE_BUF_AGG, opt.aggsize, [&](const uint8_t* data, uint64_t size) {
      parse_aggs(request, data, size, outcome);
    });
  }
  sort_aggs(outcome);
  outcome.spec_drops = status.spec_drops;
  outcome.spec_busy = status.spec_busy;
  outcome.spec_unavail = status.spec_unavail;
  outcome.firings = status.firings;
  outcome.has_exit = status.is_exiting;
  outcome.exit_status = static_cast<int32_t>(status.exit_status);
  return "";
}

std::string run_kernel(const Request& request, Outcome& outcome) {
  Consumer consumer;
  return run_on(consumer, request, outcome);
}

class Comparison {
 public:
  void add(const Request& request, const std::string& name) {
    Outcome found;
    std::string why = run_kernel(request, found);
    if (why.empty())
      why = difference(Interp(request).fire(here()), found);
    nr_++;
    if (why.empty())
      return;
    if (nr_different_++ < 20)
      std::printf("not ok %s: %s\n", name.c_str(), why.c_str());
  }
  int report(const char* what) const {
    std::printf("%s %llu %s requests agree with the reference interpreter, %llu differ\n",
                nr_different_ ? "not ok" : "ok",
                static_cast<unsigned long long>(nr_ - nr_different_), what,
                static_cast<unsigned long long>(nr_different_));
    return nr_different_ ? 1 : 0;
  }

 private:
  uint64_t nr_ = 0;
  uint64_t nr_different_ = 0;
};

// Half of them random bytes, half accepted programs with a few bits turned.
Program random_bytes(std::mt19937_64& random, const Program& from) {
  Program prog = from;
  if (random() % 2) {
    prog.insns.resize(4 + random() % 60);
    for (bpf_insn& insn : prog.insns) {
      const uint64_t bits = random();
      std::memcpy(&insn, &bits, sizeof(insn));
    }
    // Most would fail at the first instruction: give some a prologue and an exit.
    if (random() % 4) {
      std::copy_n(from.insns.begin(), 2, prog.insns.begin());
      prog.insns.back() = from.insns.back();
    }
    return prog;
  }
  for (size_t n = 1 + random() % 3; n; n--) {
    uint64_t bits;
    bpf_insn& insn = prog.insns[random() % prog.insns.size()];
    std::memcpy(&bits, &insn, sizeof(bits));
    bits ^= uint64_t{1} << random() % 64;
    std::memcpy(&insn, &bits, sizeof(insn));
  }
  return prog;
}

int run_bytes(uint64_t nr) {
  std::mt19937_64 random(20);
  auto consumer = std::make_unique<Consumer>();
  uint64_t nr_run = 0;
  for (uint64_t i = 0; i < nr; i++) {
    Request request = random_request(1 + i % 200);
    const Program from = request.progs[0];
    request.progs.assign(1, random_bytes(random, from));
    Outcome outcome;
    if (run_kernel(request, outcome).empty())
      nr_run++;
  }
  std::printf("ok %llu random programs: %llu refused, %llu run without harm\n",
              static_cast<unsigned long long>(nr), static_cast<unsigned long long>(nr - nr_run),
              static_cast<unsigned long long>(nr_run));
  return 0;
}

int main(int argc, char** argv) {
  const std::string kind = argc > 1 ? argv[1] : "";
  const uint64_t nr = argc > 2 ? std::strtoull(argv[2], nullptr, 0) : 1000;
  const uint64_t seed = argc > 3 ? std::strtoull(argv[3], nullptr, 0) : 1;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  sched_setaffinity(0, sizeof(one), &one);

  if (kind == "bytes")
    return run_bytes(nr);
  Comparison comparison;
  if (kind == "listed") {
    for (const ListedRequest& listed : listed_requests())
      comparison.add(listed.request, listed.name);
  } else if (kind == "random") {
    for (uint64_t i = 0; i < nr; i++)
      comparison.add(random_request(seed + i), "seed " + std::to_string(seed + i));
  } else {
    std::fprintf(stderr, "usage: refcheck listed | random N [SEED] | bytes N\n");
    return 2;
  }
  return comparison.report(kind.c_str());
}

}  // namespace
}  // namespace dt::refinterp

int main(int argc, char** argv) { return dt::refinterp::main(argc, argv); }
