// SPDX-License-Identifier: MIT
#include "reftext.hpp"

#include <arpa/inet.h>
#include <libgen.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <vector>

namespace dt::refinterp {

std::string ref_substr(const std::string& text, int64_t start, int64_t length) {
  const auto size = static_cast<__int128>(text.size());
  __int128 begin = start;
  if (begin < 0)
    begin += size;
  __int128 end = length >= 0 ? begin + length : size + length;
  if (begin < 0 && length < 0)
    return "";
  begin = std::max<__int128>(begin, 0);
  end = std::min(end, size);
  return begin < end ? text.substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin))
                     : "";
}

std::string ref_lltostr(uint64_t value, unsigned base) {
  const bool is_negative = base == 10 && static_cast<int64_t>(value) < 0;
  const bool is_zero = value == 0;
  if (is_negative)
    value = 0 - value;
  std::string digits;
  do {
    digits.insert(digits.begin(), "0123456789abcdefghijklmnopqrstuvwxyz"[value % base]);
    value /= base;
  } while (value);
  if (base == 16)
    digits = "0x" + digits;
  if (base == 8 && !is_zero)
    digits = "0" + digits;
  return is_negative ? "-" + digits : digits;
}

// strtoull() gives up at 64 bits, ours wraps; so digits are added up by hand.
uint64_t ref_strtoll(const std::string& text, int base) {
  size_t at = text.find_first_not_of(" \t\n\v\f\r");
  if (at == std::string::npos)
    return 0;
  bool is_negative = false;
  if (text[at] == '-' || text[at] == '+')
    is_negative = text[at++] == '-';
  const auto digit = [&](size_t i) {
    if (i >= text.size())
      return 99;
    const char c = text[i];
    if (c >= '0' && c <= '9')
      return c - '0';
    if (c >= 'a' && c <= 'z')
      return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z')
      return c - 'A' + 10;
    return 99;
  };
  const bool has_prefix = text.compare(at, 2, "0x") == 0 || text.compare(at, 2, "0X") == 0;
  if ((base == 0 || base == 16) && has_prefix && digit(at + 2) < 16) {
    base = 16;
    at += 2;
  } else if (base == 0) {
    base = text.compare(at, 1, "0") == 0 ? 8 : 10;
  }
  uint64_t value = 0;
  for (; digit(at) < base; at++)
    value = value * static_cast<uint64_t>(base) + digit(at);
  return is_negative ? 0 - value : value;
}

std::string ref_map_case(std::string text, char first, char last) {
  for (char& c : text)
    if (c >= first && c <= last)
      c = static_cast<char>(c ^ 0x20);
  return text;
}

std::string ref_basename(const std::string& path) {
  std::vector<char> copy(path.c_str(), path.c_str() + path.size() + 1);
  return ::basename(copy.data());
}

std::string ref_dirname(const std::string& path) {
  std::vector<char> copy(path.c_str(), path.c_str() + path.size() + 1);
  const std::string result = ::dirname(copy.data());
  return result == "//" ? "/" : result;  // a special case that POSIX allows and D does not know
}

std::string ref_cleanpath(const std::string& path) {
  if (path.empty())
    return "";
  const bool is_absolute = path[0] == '/';
  std::vector<std::string> parts;
  for (size_t at = 0; at <= path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    const std::string part = path.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".")
      continue;
    if (part != "..")
      parts.push_back(part);
    else if (!parts.empty() && parts.back() != "..")
      parts.pop_back();
    else if (!is_absolute)
      parts.push_back(part);
  }
  std::string result;
  for (const std::string& part : parts)
    result += (result.empty() ? "" : "/") + part;
  if (is_absolute)
    return "/" + result;
  return result.empty() ? "." : result;
}

std::string ref_inet4(const uint8_t* address) {
  char text[INET_ADDRSTRLEN];
  return inet_ntop(AF_INET, address, text, sizeof(text));
}

std::string ref_inet6(const uint8_t* address, bool shows_ipv4) {
  char text[INET6_ADDRSTRLEN];
  const std::string result = inet_ntop(AF_INET6, address, text, sizeof(text));
  // glibc writes an IPv4 address after :: and ::ffff: where it should.
  const size_t colon = result.rfind(':');
  return shows_ipv4 && result.find('.') != std::string::npos ? result.substr(colon + 1) : result;
}

std::string ref_link(const uint8_t* address, unsigned size) {
  std::string result;
  char text[4];
  for (unsigned i = 0; i < size; i++) {
    std::snprintf(text, sizeof(text), "%02x", address[i]);
    result += (i ? ":" : "") + std::string(text);
  }
  return result;
}

namespace {

// The text of a value that begins at or behind at; the tests' JSON is well-formed or not accepted
// at all.
std::string value_text(const std::string& text, size_t at) {
  at = text.find_first_not_of(" \t\n\r", at);
  size_t end = at;
  int depth = 0;
  do {
    if (text[end] == '"') {
      for (end++; text[end] != '"'; end++)
        if (text[end] == '\\')
          end++;
      end++;
    } else if (text[end] == '{' || text[end] == '[') {
      depth++;
      end++;
    } else if (text[end] == '}' || text[end] == ']') {
      depth--;
      end++;
    } else if (depth) {
      end++;
    } else {
      end = std::min(text.find_first_of(" \t\n\r,:]}", end), text.size());
    }
  } while (depth);
  return text.substr(at, end - at);
}

}  // namespace

// Follows the selector with nlohmann's parser, then compares by what the found text parses to: the
// core gives the text as it stands. So the text is found by walking the same way once more over raw
// members.
std::optional<std::string> ref_json(const std::string& text, const std::string& selector) {
  const auto whole = nlohmann::ordered_json::parse(text, nullptr, false);
  if (whole.is_discarded())
    return std::nullopt;
  const nlohmann::ordered_json* node = &whole;
  std::string here = value_text(text, 0);
  for (size_t at = 0; at < selector.size();) {
    if (selector[at] == '[') {
      const size_t end = selector.find(']', at);
      const size_t digits = selector.find_first_not_of("0123456789", at + 1);
      if (end == std::string::npos || end == at + 1 || digits != end)
        return std::nullopt;
      const size_t index = std::strtoul(selector.c_str() + at + 1, nullptr, 10);
      at = end + 1;
      if (!node->is_array() || index >= node->size())
        return std::nullopt;
      size_t from = 1;
      for (size_t i = 0; i < index; i++) {
        const size_t begin = here.find_first_not_of(" \t\n\r", from);
        from = here.find(',', begin + value_text(here, begin).size()) + 1;
      }
      here = value_text(here, from);
      node = &(*node)[index];
    } else {
      if (selector[at] == '.' && at)
        at++;
      const size_t end = std::min(selector.find_first_of(".[", at), selector.size());
      if (end == at)
        return std::nullopt;
      const std::string name = selector.substr(at, end - at);
      at = end;
      if (!node->is_object() || !node->contains(name))
        return std::nullopt;
      size_t from = 1;
      for (;;) {
        const size_t begin = here.find('"', from);
        const std::string key = value_text(here, begin);
        const size_t colon = here.find(':', begin + key.size());
        const std::string value = value_text(here, colon + 1);
        const size_t value_at = here.find_first_not_of(" \t\n\r", colon + 1);
        if (key == '"' + name + '"') {
          here = value;
          break;
        }
        from = value_at + value.size();
      }
      node = &(*node)[name];
    }
  }
  if (here.size() >= 2 && here[0] == '"')
    here = here.substr(1, here.size() - 2);
  return here;
}

}  // namespace dt::refinterp
