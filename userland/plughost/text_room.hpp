// SPDX-License-Identifier: MIT
// Memory that plugins write text to. It ends at a page that nobody may touch: a plugin that writes
// more than it was told crashes there, instead of damaging the command's memory.
#pragma once

#include <cstddef>

namespace dt::plughost {

class TextRoom {
 public:
  explicit TextRoom(size_t size);
  ~TextRoom();
  TextRoom(const TextRoom&) = delete;
  TextRoom& operator=(const TextRoom&) = delete;

  char* data() { return data_; }
  size_t size() const { return size_; }
  // Makes it at least this large; what it held is gone. false: no memory.
  bool grow(size_t size);

 private:
  void release();

  char* mapping_ = nullptr;
  size_t mapping_size_ = 0;
  char* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace dt::plughost
