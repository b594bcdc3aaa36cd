// SPDX-License-Identifier: MIT
#include "consumer/footprint.hpp"

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

namespace dt::consumer {

namespace {

// Of one loaded object, what comes unchanged from its file: the parts that were never writable.
int release_object(dl_phdr_info* object, size_t, void*) {
  const auto page_size = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  for (size_t i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr)& part = object->dlpi_phdr[i];
    if (part.p_type != PT_LOAD || (part.p_flags & PF_W) != 0) {
      continue;
    }
    const uintptr_t begin = (object->dlpi_addr + part.p_vaddr) & ~(page_size - 1);
    const uintptr_t end = object->dlpi_addr + part.p_vaddr + part.p_memsz;
    // Advice: what the kernel does not want to take (the vDSO) stays.
    (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void release_program_pages() { ::dl_iterate_phdr(release_object, nullptr); }

}  // namespace dt::consumer
