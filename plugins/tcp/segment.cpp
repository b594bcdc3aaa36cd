// SPDX-License-Identifier: MIT
#include "segment.hpp"

#include <cstring>

namespace dt::plugins::tcp {

namespace {

constexpr const char* kConnection =
    "args[3]->tcps_laddr\n"
    "args[3]->tcps_lport\n"
    "args[3]->tcps_raddr\n"
    "args[3]->tcps_rport\n"
    "args[3]->tcps_state\n"
    "args[1]->cs_cid\n"
    "args[1]->cs_pid\n";

constexpr const char* kSegment =
    "args[4]->tcp_sport\n"
    "args[2]->ip_saddr\n"
    "args[3]->tcps_iss\n"
    "args[3]->tcps_irs\n"
    "args[4]->tcp_seq\n"
    "args[4]->tcp_ack\n"
    "args[4]->tcp_flags\n"
    "args[4]->tcp_window\n"
    "args[2]->ip_plength - args[4]->tcp_offset\n"
    "args[3]->tcps_retransmit\n";

constexpr const char* kStateChange = "args[5]->tcps_state\n";

// The values of an event, in the order of its captures.
class Values {
 public:
  explicit Values(const dtrace_plugin_event& event) : event_(event) {}

  template <typename T>
  void integer(T& to) {
    const dtrace_plugin_value* value = next();
    if (value && value->kind == DTRACE_VALUE_INTEGER)
      to = static_cast<T>(value->integer);
    else
      is_complete_ = false;
  }
  void text(std::string& to) {
    const dtrace_plugin_value* value = next();
    if (value && value->kind == DTRACE_VALUE_STRING)
      to.assign(static_cast<const char*>(value->bytes), value->size);
    else
      is_complete_ = false;
  }
  bool is_complete() const { return is_complete_; }

 private:
  const dtrace_plugin_value* next() {
    if (at_ >= event_.nr_values)
      return nullptr;
    const auto* bytes = reinterpret_cast<const char*>(event_.values);
    return reinterpret_cast<const dtrace_plugin_value*>(bytes + size_t{event_.value_size} * at_++);
  }

  const dtrace_plugin_event& event_;
  uint32_t at_ = 0;
  bool is_complete_ = true;
};

bool is_segment_probe(const std::string& name) {
  for (const char* known : {"connect-request", "connect-established", "connect-refused",
                            "accept-established", "accept-refused", "send", "receive"}) {
    if (name == known)
      return true;
  }
  return false;
}

}  // namespace

std::string captures(const std::string& probe_name) {
  if (probe_name == "state-change")
    return std::string(kConnection) + kStateChange;
  return is_segment_probe(probe_name) ? std::string(kConnection) + kSegment : std::string();
}

std::optional<Hit> read_hit(const dtrace_plugin_event& event) {
  Hit hit;
  Values values(event);
  values.text(hit.local.address);
  values.integer(hit.local.port);
  values.text(hit.remote.address);
  values.integer(hit.remote.port);
  values.integer(hit.state);
  values.integer(hit.cid);
  values.integer(hit.pid);
  hit.is_state_change = std::strcmp(event.probe->name, "state-change") == 0;
  if (hit.is_state_change) {
    values.integer(hit.old_state);
  } else {
    Endpoint source;
    values.integer(source.port);
    values.text(source.address);
    values.integer(hit.iss);
    values.integer(hit.irs);
    values.integer(hit.seq);
    values.integer(hit.ack);
    values.integer(hit.flags);
    values.integer(hit.window);
    values.integer(hit.length);
    values.integer(hit.is_retransmit);
    hit.is_sent = source.is_equal(hit.local);
    // A connection to itself: both ends look the same, and either direction will do.
  }
  if (!values.is_complete())
    return std::nullopt;
  return hit;
}

const char* state_name(int32_t state) {
  static constexpr const char* kNames[] = {
      "state-idle",         "state-established", "state-syn-sent",  "state-syn-received",
      "state-fin-wait-1",   "state-fin-wait-2",  "state-time-wait", "state-closed",
      "state-close-wait",   "state-last-ack",    "state-listen",    "state-closing",
      "state-syn-received", "state-bound"};
  constexpr int32_t kCount = sizeof(kNames) / sizeof(kNames[0]);
  return state >= 0 && state < kCount ? kNames[state] : "<unknown>";
}

}  // namespace dt::plugins::tcp
