// SPDX-License-Identifier: MIT
#include "plughost/text_room.hpp"

#include <sys/mman.h>
#include <unistd.h>

namespace dt::plughost {

TextRoom::TextRoom(size_t size) { grow(size); }

TextRoom::~TextRoom() { release(); }

void TextRoom::release() {
  if (mapping_ != nullptr) {
    ::munmap(mapping_, mapping_size_);
  }
  mapping_ = nullptr;
  data_ = nullptr;
  size_ = 0;
}

bool TextRoom::grow(size_t size) {
  if (data_ != nullptr && size <= size_) {
    return true;
  }
  release();
  const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  const size_t room = (size + page - 1) / page * page;
  void* mapping =
      ::mmap(nullptr, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) {
    return false;
  }
  mapping_ = static_cast<char*>(mapping);
  mapping_size_ = room + page;
  ::mprotect(mapping_ + room, page, PROT_NONE);
  data_ = mapping_;
  size_ = room;
  return true;
}

}  // namespace dt::plughost
