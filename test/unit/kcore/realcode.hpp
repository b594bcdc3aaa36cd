// SPDX-License-Identifier: MIT
// Runs machine code for real: chosen registers and flags before it, all of them after it.
//
// Code, stack and data lie in one arena below 2 GiB, so that every addressing form can reach them.
// Code ends where an exit was put; the exit's address is the ip afterwards.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace dt::test {

constexpr std::uint64_t kFlagMask = 0xcd5;  // CF PF AF ZF SF DF OF: what programs may have any way

// Registers as instructions number them.
struct Registers {
  std::array<std::uint64_t, 16> reg{};
  std::uint64_t ip = 0;
  std::uint64_t flags = 0;

  bool operator==(const Registers&) const = default;
};

class RealCode {
 public:
  static constexpr std::size_t kExitSize = 27;     // bytes of code that an exit takes
  static constexpr std::size_t kCodeSize = 65536;  // from code() on
  static constexpr std::size_t kDataSize = 65536;  // from data() on

  RealCode();
  RealCode(const RealCode&) = delete;
  RealCode& operator=(const RealCode&) = delete;
  ~RealCode();

  std::uint64_t code() const { return code_; }
  std::uint64_t data() const { return data_; }
  std::uint64_t stack() const { return data_ + kDataSize / 2; }

  void write(std::uint64_t address, std::span<const std::uint8_t> bytes);
  void put_exit(std::uint64_t address);

  // Data and stack: taken out, put back.
  std::vector<std::uint8_t> memory() const;
  void set_memory(const std::vector<std::uint8_t>& bytes);

  // Runs from before.ip until an exit. Vector registers hold the same before every run.
  Registers run(const Registers& before);

  // xmm0 to xmm15 after the last run.
  std::vector<std::uint8_t> vectors() const;

 private:
  void* arena_;
  std::uint64_t code_;
  std::uint64_t data_;
  std::uint64_t fixed_;  // what exits use: saved rax, ip, where to go
};

}  // namespace dt::test
