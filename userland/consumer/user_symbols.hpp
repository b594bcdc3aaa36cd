// SPDX-License-Identifier: MIT
// Symbols of processes: memory maps from /proc, symbol tables from ELF files. Maps are kept for
// each process, so that addresses still resolve after it has exited if it was seen before.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dt::consumer {

// Function symbols of one ELF file, by virtual address.
class ElfSymbols {
 public:
  // Falls back to the separate debug file of the same build id when there is no symbol table.
  explicit ElfSymbols(const std::string& path);

  struct At {
    std::string_view name;
    uint64_t offset = 0;
  };
  std::optional<At> at(uint64_t virtual_address) const;
  // Virtual address of a place in the file.
  std::optional<uint64_t> address_of(uint64_t file_offset) const;

 private:
  struct Entry {
    uint64_t address;
    uint64_t size;
    uint32_t name;
    bool is_global;
  };
  struct Segment {
    uint64_t offset, size, address;
  };
  void read(const std::string& path, bool is_debug_file);

  std::string names_;
  std::vector<Entry> entries_;
  std::vector<Segment> segments_;
  std::string build_id_;
};

class UserSymbols {
 public:
  // local: the number under which /proc shows a process, from the one in records; 0 = it does not.
  explicit UserSymbols(std::function<uint64_t(uint64_t pid)> local) : local_(std::move(local)) {}

  struct At {
    std::string module;  // file name without folders
    std::string name;    // empty = unknown
    uint64_t offset = 0;
  };
  std::optional<At> at(uint64_t pid, uint64_t address);

  // Reads a process's maps and files now, before it goes away.
  void grab(uint64_t pid);
  // Maps may have changed since the last lookup: look again where the process still lives.
  void expire() { generation_++; }

 private:
  struct Map {
    uint64_t start, end, offset;
    std::string path;
  };
  struct Process {
    uint64_t generation = 0;
    std::vector<Map> maps;
  };

  Process& process(uint64_t pid);
  static bool read_maps(uint64_t local, std::vector<Map>* maps);
  const ElfSymbols& elf(uint64_t pid, const std::string& path);

  std::function<uint64_t(uint64_t)> local_;
  uint64_t generation_ = 1;
  std::map<uint64_t, Process> processes_;
  std::map<std::string, std::unique_ptr<ElfSymbols>> files_;
};

}  // namespace dt::consumer
