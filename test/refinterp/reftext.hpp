// SPDX-License-Identifier: MIT
// The meaning of the text subroutines, as functions of values. Where libc or the C++ library has
// the function, it is the reference.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace dt::refinterp {

std::string ref_substr(const std::string& text, int64_t start, int64_t length);
std::string ref_lltostr(uint64_t value, unsigned base);
uint64_t ref_strtoll(const std::string& text, int base);
std::string ref_map_case(std::string text, char first, char last);
std::string ref_basename(const std::string& path);
std::string ref_dirname(const std::string& path);
std::string ref_cleanpath(const std::string& path);
std::string ref_inet4(const uint8_t* address);
// shows_ipv4: ::a.b.c.d and ::ffff:a.b.c.d without their prefix.
std::string ref_inet6(const uint8_t* address, bool shows_ipv4);
std::string ref_link(const uint8_t* address, unsigned size);
std::optional<std::string> ref_json(const std::string& text, const std::string& selector);

}  // namespace dt::refinterp
