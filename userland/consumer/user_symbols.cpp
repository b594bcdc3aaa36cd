// SPDX-License-Identifier: MIT
#include "consumer/user_symbols.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <gelf.h>
#include <libelf.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

namespace dt::consumer {

namespace {

// A symbol without a size covers at most this much.
constexpr uint64_t kUnsizedReach = 1u << 20;

std::string base_name(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string hex(const unsigned char* bytes, size_t size) {
  std::string text;
  for (size_t i = 0; i < size; i++) {
    text += fmt::format("{:02x}", bytes[i]);
  }
  return text;
}

std::string build_id_in(Elf_Data* data) {
  GElf_Nhdr note;
  size_t name = 0, description = 0;
  for (size_t at = 0; (at = gelf_getnote(data, at, &note, &name, &description)) > 0;) {
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4) {
      return hex(static_cast<const unsigned char*>(data->d_buf) + description, note.n_descsz);
    }
  }
  return {};
}

}  // namespace

ElfSymbols::ElfSymbols(const std::string& path) {
  elf_version(EV_CURRENT);
  read(path, false);
  if (!build_id_.empty() && build_id_.size() > 2) {
    read(fmt::format("/usr/lib/debug/.build-id/{}/{}.debug", build_id_.substr(0, 2),
                     build_id_.substr(2)),
         true);
  }
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return a.address != b.address ? a.address < b.address : a.is_global && !b.is_global;
  });
  const auto last =
      std::unique(entries_.begin(), entries_.end(),
                  [](const Entry& a, const Entry& b) { return a.address == b.address; });
  entries_.erase(last, entries_.end());
}

void ElfSymbols::read(const std::string& path, bool is_debug_file) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return;
  }
  Elf* elf = elf_begin(fd, ELF_C_READ_MMAP, nullptr);
  if (elf == nullptr || elf_kind(elf) != ELF_K_ELF) {
    elf_end(elf);
    ::close(fd);
    return;
  }
  size_t nr_headers = 0;
  if (!is_debug_file && elf_getphdrnum(elf, &nr_headers) == 0) {
    for (size_t i = 0; i < nr_headers; i++) {
      GElf_Phdr header;
      if (gelf_getphdr(elf, static_cast<int>(i), &header) != nullptr && header.p_type == PT_LOAD) {
        segments_.push_back(Segment{header.p_offset, header.p_filesz, header.p_vaddr});
      }
    }
  }
  bool has_table = false;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr) {
      continue;
    }
    if (!is_debug_file && header.sh_type == SHT_NOTE && build_id_.empty()) {
      if (Elf_Data* data = elf_getdata(section, nullptr); data != nullptr) {
        build_id_ = build_id_in(data);
      }
      continue;
    }
    if ((header.sh_type != SHT_SYMTAB && header.sh_type != SHT_DYNSYM) || header.sh_entsize == 0) {
      continue;
    }
    has_table |= header.sh_type == SHT_SYMTAB;
    Elf_Data* data = elf_getdata(section, nullptr);
    if (data == nullptr) {
      continue;
    }
    const size_t nr_symbols = header.sh_size / header.sh_entsize;
    for (size_t i = 0; i < nr_symbols; i++) {
      GElf_Sym symbol;
      if (gelf_getsym(data, static_cast<int>(i), &symbol) == nullptr) {
        break;
      }
      const int type = GELF_ST_TYPE(symbol.st_info);
      if ((type != STT_FUNC && type != STT_GNU_IFUNC && type != STT_NOTYPE) ||
          symbol.st_shndx == SHN_UNDEF || symbol.st_value == 0) {
        continue;
      }
      const char* name = elf_strptr(elf, header.sh_link, symbol.st_name);
      if (name == nullptr || *name == '\0') {
        continue;
      }
      entries_.push_back(Entry{symbol.st_value, symbol.st_size,
                               static_cast<uint32_t>(names_.size()),
                               GELF_ST_BIND(symbol.st_info) == STB_GLOBAL && type != STT_NOTYPE});
      names_ += name;
      names_ += '\0';
    }
  }
  if (has_table) {
    build_id_.clear();  // no need for a debug file
  }
  elf_end(elf);
  ::close(fd);
}

std::optional<uint64_t> ElfSymbols::address_of(uint64_t file_offset) const {
  for (const Segment& segment : segments_) {
    if (file_offset >= segment.offset && file_offset - segment.offset < segment.size) {
      return segment.address + (file_offset - segment.offset);
    }
  }
  return std::nullopt;
}

std::optional<ElfSymbols::At> ElfSymbols::at(uint64_t virtual_address) const {
  auto after = std::upper_bound(entries_.begin(), entries_.end(), virtual_address,
                                [](uint64_t a, const Entry& entry) { return a < entry.address; });
  if (after == entries_.begin()) {
    return std::nullopt;
  }
  const Entry& entry = *--after;
  const uint64_t offset = virtual_address - entry.address;
  if (offset >= (entry.size == 0 ? kUnsizedReach : entry.size)) {
    return std::nullopt;
  }
  return At{names_.c_str() + entry.name, offset};
}

bool UserSymbols::read_maps(uint64_t local, std::vector<Map>* maps) {
  std::ifstream file(fmt::format("/proc/{}/maps", local));
  std::string line;
  std::vector<Map> found;
  while (std::getline(file, line)) {
    unsigned long start = 0, end = 0, offset = 0;
    char permissions[8] = "";
    int path_at = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx %7s %lx %*s %*s %n", &start, &end, permissions, &offset,
                    &path_at) < 4) {
      continue;
    }
    std::string path = path_at > 0 ? line.substr(static_cast<size_t>(path_at)) : std::string();
    if (const size_t deleted = path.rfind(" (deleted)"); deleted != std::string::npos) {
      path.resize(deleted);
    }
    if (!path.empty() && permissions[2] == 'x') {
      found.push_back(Map{start, end, offset, std::move(path)});
    }
  }
  // A process that is exiting has an empty file of maps: what was known stays.
  if (found.empty()) {
    return false;
  }
  *maps = std::move(found);
  return true;
}

UserSymbols::Process& UserSymbols::process(uint64_t pid) {
  Process& process = processes_[pid];
  if (process.generation != generation_) {
    process.generation = generation_;
    read_maps(local_(pid), &process.maps);
  }
  return process;
}

const ElfSymbols& UserSymbols::elf(uint64_t pid, const std::string& path) {
  auto& file = files_[path];
  if (!file) {
    const std::string seen_by_process = fmt::format("/proc/{}/root{}", local_(pid), path);
    file = std::make_unique<ElfSymbols>(
        ::access(seen_by_process.c_str(), R_OK) == 0 ? seen_by_process : path);
  }
  return *file;
}

void UserSymbols::grab(uint64_t pid) {
  Process& process = processes_[pid];
  read_maps(local_(pid), &process.maps);
  process.generation = generation_;
}

std::optional<UserSymbols::At> UserSymbols::at(uint64_t pid, uint64_t address) {
  for (const Map& map : process(pid).maps) {
    if (address < map.start || address >= map.end) {
      continue;
    }
    At found{base_name(map.path), {}, 0};
    if (map.path[0] != '/') {
      return found;
    }
    const ElfSymbols& symbols = elf(pid, map.path);
    if (auto virtual_address = symbols.address_of(address - map.start + map.offset)) {
      if (auto symbol = symbols.at(*virtual_address)) {
        found.name = symbol->name;
        found.offset = symbol->offset;
      }
    }
    return found;
  }
  return std::nullopt;
}

}  // namespace dt::consumer
