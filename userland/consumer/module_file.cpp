// SPDX-License-Identifier: MIT
#include "consumer/module_file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <gelf.h>
#include <libelf.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

namespace dt::consumer {

namespace {

// The bytes of .modinfo; empty if there is none. They live as long as the Elf.
std::string_view find_modinfo(Elf* elf) {
  size_t names = 0;
  if (elf_getshdrstrndx(elf, &names) != 0) {
    return {};
  }
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr) {
      continue;
    }
    const char* name = elf_strptr(elf, names, header.sh_name);
    if (name == nullptr || std::strcmp(name, ".modinfo") != 0) {
      continue;
    }
    const Elf_Data* data = elf_rawdata(section, nullptr);
    if (data == nullptr || data->d_buf == nullptr) {
      return {};
    }
    return {static_cast<const char*>(data->d_buf), data->d_size};
  }
  return {};
}

std::vector<std::string> split_names(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    if (comma > 0) {
      names.emplace_back(list.substr(0, comma));
    }
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return names;
}

// What the kernel looks for at the end of the file.
bool has_signature(int fd) {
  constexpr std::string_view kMark = "~Module signature appended~\n";
  char tail[kMark.size()];
  const off_t size = ::lseek(fd, 0, SEEK_END);
  return size > static_cast<off_t>(kMark.size()) &&
         ::pread(fd, tail, sizeof(tail), size - static_cast<off_t>(sizeof(tail))) ==
             static_cast<ssize_t>(sizeof(tail)) &&
         std::string_view(tail, sizeof(tail)) == kMark;
}

}  // namespace

Result<ModuleFile> read_module_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    const int saved = errno;
    return Error{fmt::format("cannot read {}: {}", path, std::strerror(saved)), saved};
  }
  elf_version(EV_CURRENT);
  std::unique_ptr<Elf, int (*)(Elf*)> elf(elf_begin(fd, ELF_C_READ, nullptr), elf_end);
  const std::string_view info =
      elf && elf_kind(elf.get()) == ELF_K_ELF ? find_modinfo(elf.get()) : std::string_view();
  ModuleFile file;
  // "key=value" strings, each with its NUL.
  for (size_t at = 0; at < info.size();) {
    const size_t end = std::min(info.find('\0', at), info.size());
    const std::string_view entry = info.substr(at, end - at);
    at = end + 1;
    const size_t equals = entry.find('=');
    if (equals == std::string_view::npos) {
      continue;
    }
    const std::string_view key = entry.substr(0, equals);
    const std::string_view value = entry.substr(equals + 1);
    if (key == "name") {
      file.name = value;
    } else if (key == "depends") {
      file.depends = split_names(value);
    } else if (key == "srcversion") {
      file.source = value;
    } else if (key == "vermagic") {
      file.release = value.substr(0, value.find(' '));
    }
  }
  const bool is_module = !info.empty();
  file.is_signed = has_signature(fd);
  elf.reset();
  ::close(fd);
  if (!is_module) {
    return Error{fmt::format("{} is not a kernel module", path), ENOEXEC};
  }
  return file;
}

}  // namespace dt::consumer
