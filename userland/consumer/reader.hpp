// SPDX-License-Identifier: MIT
// Reader: takes the principal buffers of all CPUs and hands their records on, merged by time (or
// CPU by CPU). A record later than the moment up to which every CPU's data is in hand waits for the
// next pass, so that the merged order is true across passes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "consumer/channel.hpp"
#include "consumer/options.hpp"

namespace dt::consumer {

// One record as the core wrote it. Valid only while the visitor runs.
struct RawRecord {
  uint32_t cpu = 0;
  const dtrace_rec* header = nullptr;
  std::span<const std::byte> payload;
};

struct CpuLoss {
  uint32_t cpu = 0;
  uint64_t drops = 0;
  uint64_t errors = 0;
};

class Reader {
 public:
  using Visitor = std::function<void(const RawRecord&)>;

  // half_size: bytes of one half, as granted. only_cpu: -1 = all.
  Reader(Channel& channel, uint64_t half_size, BufferPolicy policy, bool is_merged,
         int64_t only_cpu);

  // Takes what there is and visits it. is_final: nothing will follow, hold nothing back. Losses
  // since the last pass are appended to *losses. Error: the first one; what the other CPUs have was
  // visited.
  Result<void> pass(bool is_final, const Visitor& visit, std::vector<CpuLoss>* losses);
  // From here on only END's records are visited, in this pass too; the others are not looked at,
  // because somebody waits, but counted: the core says how many there are. Policy switch.
  void visit_only_end() { is_only_end_ = true; }
  uint64_t nr_skipped() const { return nr_skipped_; }
  // Records that were there and could not be found.
  uint64_t nr_unreadable() const { return nr_unreadable_; }
  // fill: some CPU stopped recording.
  bool is_full() const { return is_full_; }

 private:
  // The records of one CPU, one after the other, where they lie: those held back, then those of
  // this pass (of a ring that has wrapped: two pieces).
  struct Cpu {
    uint32_t id = 0;
    Mapping map;
    bool is_gone = false;  // the core has no such CPU
    std::vector<std::byte> held;
    std::vector<std::byte> next_held;
    std::array<std::span<const std::byte>, 3> pieces;
    size_t nr_pieces = 0;
    size_t piece = 0;
    size_t at = 0;                     // in the piece
    const dtrace_rec* head = nullptr;  // the next one, nullptr = no more
    uint64_t nr_left = 0;              // not visited yet; of a ring: unknown
    size_t end_at = 0;                 // where END's records begin in the last piece

    void add_piece(std::span<const std::byte> bytes) { pieces[nr_pieces++] = bytes; }
    void find_head();
    void next();
    void skip_to_end();
    RawRecord record() const;
  };

  Result<void> take(Cpu& cpu, uint64_t* time, std::vector<CpuLoss>* losses);
  Result<void> map(Cpu& cpu);
  void visit_in_order(uint64_t until, const Visitor& visit);
  void hold_rest();
  void visit(Cpu& cpu, const Visitor& visit);
  void visit_end(const Visitor& visit);
  void count_unreadable();

  Channel& channel_;
  uint64_t half_size_;
  BufferPolicy policy_;
  bool is_merged_;
  bool is_full_ = false;
  bool is_only_end_ = false;
  uint64_t nr_skipped_ = 0;
  uint64_t nr_unreadable_ = 0;
  std::vector<Cpu> cpus_;
};

}  // namespace dt::consumer
