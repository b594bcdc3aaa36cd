// SPDX-License-Identifier: MIT
#include "consumer/reader.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace dt::consumer {

// The end of a piece, or a header that cannot be right, ends it.
void Reader::Cpu::find_head() {
  for (; piece < nr_pieces; piece++, at = 0) {
    const std::span<const std::byte> bytes = pieces[piece];
    if (at + sizeof(dtrace_rec) > bytes.size()) {
      continue;
    }
    const auto* header = reinterpret_cast<const dtrace_rec*>(bytes.data() + at);
    if (header->size >= sizeof(dtrace_rec) && header->size % 8 == 0 &&
        header->size <= bytes.size() - at) {
      head = header;
      return;
    }
  }
  head = nullptr;
}

void Reader::Cpu::next() {
  at += head->size;
  find_head();
}

RawRecord Reader::Cpu::record() const {
  return RawRecord{id, head,
                   pieces[piece].subspan(at + sizeof(dtrace_rec), head->size - sizeof(dtrace_rec))};
}

Reader::Reader(Channel& channel, uint64_t half_size, BufferPolicy policy, bool is_merged,
               int64_t only_cpu)
    : channel_(channel), half_size_(half_size), policy_(policy), is_merged_(is_merged) {
  for (uint32_t id = 0; id < channel.nr_cpus(); id++) {
    if (only_cpu < 0 || static_cast<uint32_t>(only_cpu) == id) {
      cpus_.emplace_back();
      cpus_.back().id = id;
    }
  }
}

Result<void> Reader::map(Cpu& cpu) {
  auto mapping = channel_.map(cpu.id, DTRACE_BUF_PRINCIPAL, 2 * half_size_);
  if (!mapping) {
    return mapping.error();
  }
  cpu.map = *mapping;
  return {};
}

Result<void> Reader::take(Cpu& cpu, uint64_t* time, std::vector<CpuLoss>* losses) {
  auto taken = channel_.switch_buffer(cpu.id, DTRACE_BUF_PRINCIPAL);
  if (!taken) {
    if (taken.error().errno_value == ENODEV || taken.error().errno_value == ENXIO ||
        taken.error().errno_value == ENOENT) {
      cpu.is_gone = true;
      return {};
    }
    return taken.error();
  }
  *time = taken->time;
  is_full_ = is_full_ || taken->is_full != 0;
  if (taken->drops != 0 || taken->errors != 0) {
    losses->push_back(CpuLoss{cpu.id, taken->drops, taken->errors});
  }
  if (taken->used == 0 && !taken->is_wrapped) {
    return {};
  }
  if (cpu.map.data == nullptr) {
    if (Result<void> mapped = map(cpu); !mapped) {
      return mapped.error();
    }
  }
  const std::span<const std::byte> all(cpu.map.data, cpu.map.size);
  if (taken->offset > all.size() || taken->used > all.size() - taken->offset) {
    return Error{"the core described a buffer outside of its mapping", EPROTO};
  }
  if (policy_ == BufferPolicy::Ring && taken->is_wrapped) {
    const uint64_t end = std::min<uint64_t>(taken->offset + half_size_, all.size());
    if (taken->wrap_offset < end) {
      cpu.add_piece(all.subspan(taken->wrap_offset, end - taken->wrap_offset));
    }
  }
  cpu.add_piece(all.subspan(taken->offset, taken->used));
  cpu.nr_left += taken->nr_records;
  cpu.end_at = std::clamp<uint64_t>(taken->end_offset, taken->offset, taken->offset + taken->used) -
               taken->offset;
  return {};
}

Result<void> Reader::pass(bool is_final, const Visitor& visit, std::vector<CpuLoss>* losses) {
  uint64_t until = UINT64_MAX;
  Result<void> all;
  for (Cpu& cpu : cpus_) {
    cpu.nr_pieces = cpu.piece = cpu.at = 0;
    cpu.add_piece(cpu.held);
    cpu.end_at = cpu.held.size();
    uint64_t time = UINT64_MAX;
    // One CPU that cannot be read does not cost the others.
    if (Result<void> taken = cpu.is_gone ? Result<void>() : take(cpu, &time, losses);
        !taken && all) {
      all = taken;
    }
    cpu.find_head();
    until = std::min(until, time);
  }
  visit_in_order(is_final || !is_merged_ ? UINT64_MAX : until, visit);
  if (is_only_end_) {
    visit_end(visit);
  }
  hold_rest();
  count_unreadable();
  return all;
}

// What a buffer holds more than was visited: a header that cannot be right ends its reading. How
// many a ring holds is not known.
void Reader::count_unreadable() {
  for (Cpu& cpu : cpus_) {
    if (cpu.held.empty() && policy_ != BufferPolicy::Ring) {
      nr_unreadable_ += std::exchange(cpu.nr_left, 0);
    }
  }
}

void Reader::visit(Cpu& cpu, const Visitor& visitor) {
  visitor(cpu.record());
  cpu.next();
  cpu.nr_left -= cpu.nr_left != 0;
}

// Until the visitor wants no more.
void Reader::visit_in_order(uint64_t until, const Visitor& visitor) {
  while (!is_only_end_) {
    Cpu* first = nullptr;
    for (Cpu& cpu : cpus_) {
      if (cpu.head == nullptr) {
        continue;
      }
      if (first == nullptr || cpu.head->time < first->head->time) {
        first = &cpu;
      }
      if (!is_merged_) {
        break;
      }
    }
    if (first == nullptr || first->head->time > until) {
      return;
    }
    visit(*first, visitor);
  }
}

// Leaves everything up to END's records.
void Reader::Cpu::skip_to_end() {
  if (nr_pieces == 0) {
    head = nullptr;
    return;
  }
  piece = nr_pieces - 1;
  at = end_at;
  find_head();
}

void Reader::visit_end(const Visitor& visitor) {
  for (Cpu& cpu : cpus_) {
    for (cpu.skip_to_end(); cpu.head != nullptr;) {
      visit(cpu, visitor);
    }
    nr_skipped_ += std::exchange(cpu.nr_left, 0);
  }
}

void Reader::hold_rest() {
  for (Cpu& cpu : cpus_) {
    cpu.next_held.clear();
    for (; cpu.head != nullptr; cpu.next()) {
      const auto* bytes = reinterpret_cast<const std::byte*>(cpu.head);
      cpu.next_held.insert(cpu.next_held.end(), bytes, bytes + cpu.head->size);
    }
    cpu.held.swap(cpu.next_held);
  }
}

}  // namespace dt::consumer
