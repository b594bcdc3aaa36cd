// SPDX-License-Identifier: MIT
#include <cstdio>

#include "request.hpp"

namespace dt::refinterp {
namespace {

template <typename... Args>
std::string say(const char* format, Args... args) {
  char text[512];
  std::snprintf(text, sizeof(text), format, args...);
  return text;
}

// Addresses of own memory differ between the sides; small values and user addresses do not.
bool is_comparable(const Fault& fault) {
  return fault.code != DTRACE_FLT_BADADDR || fault.value < 65536;
}

std::string first_byte(const char* what, size_t index, const std::vector<uint8_t>& expected,
                       const std::vector<uint8_t>& found) {
  if (expected.size() != found.size())
    return say("%s %zu: %zu bytes, expected %zu", what, index, found.size(), expected.size());
  for (size_t i = 0; i < expected.size(); i++)
    if (expected[i] != found[i])
      return say("%s %zu, byte %zu: %#x, expected %#x", what, index, i, found[i], expected[i]);
  return "";
}

std::string record_difference(size_t i, const Record& e, const Record& f) {
  if (e.prog != f.prog || e.flags != f.flags)
    return say(
        "record %zu: of program %u with flags %u (fault %u at %#x), expected %u with %u "
        "(fault %u at %#x)",
        i, f.prog, f.flags, f.fault.code, f.fault.site, e.prog, e.flags, e.fault.code,
        e.fault.site);
  if (e.flags & DTRACE_REC_ERROR) {
    if (e.fault.code != f.fault.code || e.fault.site != f.fault.site)
      return say("record %zu: program %u, fault %u at %#x, expected %u at %#x", i, f.prog,
                 f.fault.code, f.fault.site, e.fault.code, e.fault.site);
    if (is_comparable(e.fault) && e.fault.value != f.fault.value)
      return say("record %zu: program %u, fault %u at %#x with value %#llx, expected %#llx", i,
                 f.prog, f.fault.code, f.fault.site, static_cast<unsigned long long>(f.fault.value),
                 static_cast<unsigned long long>(e.fault.value));
    return "";
  }
  const std::string bytes = first_byte("record", i, e.payload, f.payload);
  return bytes.empty() ? "" : say("program %u: ", f.prog) + bytes;
}

}  // namespace

std::string difference(const Outcome& e, const Outcome& f) {
  for (size_t i = 0; i < e.records.size() && i < f.records.size(); i++) {
    const std::string text = record_difference(i, e.records[i], f.records[i]);
    if (!text.empty())
      return text;
  }
  if (e.records.size() != f.records.size())
    return say("%zu records, expected %zu", f.records.size(), e.records.size());
  for (size_t i = 0; i < e.aggs.size() && i < f.aggs.size(); i++) {
    const AggElement& x = e.aggs[i];
    const AggElement& y = f.aggs[i];
    if (x.agg != y.agg || x.shape != y.shape)
      return say("element %zu: aggregation %u shape %u, expected %u shape %u", i, y.agg, y.shape,
                 x.agg, x.shape);
    std::string text = first_byte("key of element", i, x.key, y.key);
    if (text.empty())
      text = first_byte("data of element", i, x.data, y.data);
    if (!text.empty())
      return say("aggregation %u: ", y.agg) + text;
  }
  if (e.aggs.size() != f.aggs.size())
    return say("%zu aggregation elements, expected %zu", f.aggs.size(), e.aggs.size());
  const struct {
    const char* name;
    uint64_t expected, found;
  } numbers[] = {
      {"spec_drops", e.spec_drops, f.spec_drops},
      {"spec_unavail", e.spec_unavail, f.spec_unavail},
      {"spec_busy", e.spec_busy, f.spec_busy},
      {"firings", e.firings, f.firings},
      {"has_exit", e.has_exit, f.has_exit},
      {"exit_status", static_cast<uint64_t>(e.exit_status), static_cast<uint64_t>(f.exit_status)},
  };
  for (const auto& n : numbers)
    if (n.expected != n.found)
      return say("%s: %lld, expected %lld", n.name, static_cast<long long>(n.found),
                 static_cast<long long>(n.expected));
  return "";
}

}  // namespace dt::refinterp
