// SPDX-License-Identifier: MIT
#include "consumer/reader.hpp"

#include <algorithm>
#include <cerrno>

namespace dt::consumer {

void for_each_record(uint32_t cpu, std::span<const std::byte> bytes, const Reader::Visitor& visit) {
  size_t at = 0;
  while (at + sizeof(dtrace_rec) <= bytes.size()) {
    const auto* header = reinterpret_cast<const dtrace_rec*>(bytes.data() + at);
    if (header->size < sizeof(dtrace_rec) || header->size % 8 != 0 ||
        header->size > bytes.size() - at) {
      break;
    }
    visit(RawRecord{cpu, header,
                    bytes.subspan(at + sizeof(dtrace_rec), header->size - sizeof(dtrace_rec))});
    at += header->size;
  }
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

void Reader::parse(Cpu& cpu, std::span<const std::byte> bytes) {
  if (only_probe_ != 0) {
    size_t at = 0;
    while (at + sizeof(dtrace_rec) <= bytes.size()) {
      const auto* header = reinterpret_cast<const dtrace_rec*>(bytes.data() + at);
      if (header->size < sizeof(dtrace_rec) || header->size % 8 != 0 ||
          header->size > bytes.size() - at) {
        break;
      }
      if (header->probe_id == only_probe_) {
        cpu.records.push_back(
            RawRecord{cpu.id, header,
                      bytes.subspan(at + sizeof(dtrace_rec), header->size - sizeof(dtrace_rec))});
      } else {
        nr_skipped_++;
      }
      at += header->size;
    }
    return;
  }
  for_each_record(cpu.id, bytes, [&](const RawRecord& record) { cpu.records.push_back(record); });
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
      parse(cpu, all.subspan(taken->wrap_offset, end - taken->wrap_offset));
    }
  }
  parse(cpu, all.subspan(taken->offset, taken->used));
  return {};
}

Result<void> Reader::pass(bool is_final, const Visitor& visit, std::vector<CpuLoss>* losses) {
  uint64_t until = UINT64_MAX;
  for (Cpu& cpu : cpus_) {
    if (cpu.is_gone) {
      continue;
    }
    cpu.records.clear();
    cpu.at = 0;
    parse(cpu, cpu.held);
    uint64_t time = UINT64_MAX;
    if (Result<void> taken = take(cpu, &time, losses); !taken) {
      return taken.error();
    }
    until = std::min(until, time);
  }
  if (is_final) {
    until = UINT64_MAX;
  }
  if (is_merged_) {
    visit_merged(until, visit);
  } else {
    for (Cpu& cpu : cpus_) {
      const bool was_limited = only_probe_ != 0;
      for (; cpu.at < cpu.records.size(); cpu.at++) {
        if (!was_limited && only_probe_ != 0) {
          break;
        }
        visit(cpu.records[cpu.at]);
      }
    }
    skip_rest();
  }
  return {};
}

// END fires after everything else, so none of its records is among these.
void Reader::skip_rest() {
  for (Cpu& cpu : cpus_) {
    nr_skipped_ += cpu.records.size() - cpu.at;
    cpu.at = cpu.records.size();
    cpu.held.clear();
  }
}

void Reader::visit_merged(uint64_t until, const Visitor& visit) {
  const bool was_limited = only_probe_ != 0;
  for (;;) {
    Cpu* first = nullptr;
    if (!was_limited && only_probe_ != 0) {
      skip_rest();
      return;
    }
    for (Cpu& cpu : cpus_) {
      if (cpu.at < cpu.records.size() &&
          (first == nullptr ||
           cpu.records[cpu.at].header->time < first->records[first->at].header->time)) {
        first = &cpu;
      }
    }
    if (first == nullptr || first->records[first->at].header->time > until) {
      break;
    }
    visit(first->records[first->at]);
    first->at++;
  }
  for (Cpu& cpu : cpus_) {
    cpu.next_held.clear();
    for (; cpu.at < cpu.records.size(); cpu.at++) {
      const auto* bytes = reinterpret_cast<const std::byte*>(cpu.records[cpu.at].header);
      cpu.next_held.insert(cpu.next_held.end(), bytes, bytes + cpu.records[cpu.at].header->size);
    }
    cpu.held.swap(cpu.next_held);
  }
}

}  // namespace dt::consumer
