// SPDX-License-Identifier: MIT
// What programs may read and write, and D strings in memory.
#include <cstring>

#include "interp.hpp"

namespace dt::refinterp {

void Interp::add_region(const void* begin, uint64_t size, bool is_writable) {
  regions_.push_back({reinterpret_cast<uint64_t>(begin), size, is_writable});
}

const Interp::Region* Interp::region_of(uint64_t address, uint64_t size) const {
  for (const Region& region : regions_)
    if (address >= region.begin && address - region.begin < region.size &&
        size <= region.size - (address - region.begin))
      return &region;
  return nullptr;
}

void Interp::check_readable(uint64_t address, uint64_t size) {
  if (!region_of(address, size))
    raise(DTRACE_FLT_BADADDR, address);
}

// The frame behind its header and the scratch area that was handed out; by-reference variables.
void Interp::check_writable(uint64_t address, uint64_t size) {
  const auto frame = reinterpret_cast<uint64_t>(frame_.data());
  const uint64_t scratch = frame + request_.frame_size;
  const auto lies_in = [&](uint64_t begin, uint64_t end) {
    return address >= begin && address < end && size <= end - address;
  };
  if (lies_in(frame + DTRACE_FRAME_HDR, scratch) || lies_in(scratch, scratch + scratch_used_))
    return;
  const Region* region = region_of(address, size);
  if (!region || !region->is_writable)
    raise(DTRACE_FLT_BADADDR, address);
}

// A D string: up to its NUL, strsize - 1 bytes at most; address 0 is "".
std::string Interp::text(uint64_t address) {
  std::string result;
  if (!address)
    return result;
  while (result.size() < request_.strsize - 1) {
    check_readable(address + result.size(), 1);
    const char c = *reinterpret_cast<const char*>(address + result.size());
    if (!c)
      break;
    result += c;
  }
  return result;
}

// A result: cut to what fits and to strsize, NUL, zeros up to a multiple of 8 within the area.
uint64_t Interp::give_text(uint64_t area, uint64_t size, const std::string& value) {
  put_text(area, std::min<uint64_t>(size, request_.strsize), value);
  return area;
}

void Interp::put_text(uint64_t area, uint64_t capacity, const std::string& value) {
  auto* to = reinterpret_cast<char*>(area);
  size_t at = 0;
  for (; at < value.size() && at < capacity - 1 && at < request_.strsize - 1; at++)
    to[at] = value[at];
  do {
    to[at++] = '\0';
  } while (at < capacity && at % 8);
}

uint64_t Interp::allocate_scratch(uint64_t size) {
  const uint64_t rounded = (size + 7) & ~uint64_t{7};
  const uint64_t left = frame_.size() - request_.frame_size - scratch_used_;
  if (size > left || rounded > left)
    raise(DTRACE_FLT_NOSCRATCH, size);
  const auto address =
      reinterpret_cast<uint64_t>(frame_.data()) + request_.frame_size + scratch_used_;
  std::memset(reinterpret_cast<void*>(address), 0, rounded);
  scratch_used_ += rounded;
  return address;
}

uint64_t Interp::load(uint64_t address, uint64_t width) {
  const bool is_signed = width & DTRACE_LOAD_SIGNED;
  width &= ~uint64_t{DTRACE_LOAD_SIGNED};
  check_readable(address, width);
  uint64_t value = 0;
  std::memcpy(&value, reinterpret_cast<const void*>(address), width);
  const int unused = static_cast<int>(64 - 8 * width);
  if (is_signed && unused)
    value = static_cast<uint64_t>(static_cast<int64_t>(value << unused) >> unused);
  return value;
}

void Interp::store(uint64_t address, uint64_t value, uint64_t width) {
  check_writable(address, width);
  std::memcpy(reinterpret_cast<void*>(address), &value, width);
}

}  // namespace dt::refinterp
