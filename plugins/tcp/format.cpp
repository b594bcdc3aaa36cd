// SPDX-License-Identifier: MIT
#include "format.hpp"

namespace dt::plugins::tcp {

namespace {

struct FlagName {
  Flag flag;
  const char* name;
};
constexpr FlagName kFlags[] = {{kFin, "FIN"}, {kSyn, "SYN"}, {kRst, "RST"}, {kPsh, "PSH"},
                               {kAck, "ACK"}, {kUrg, "URG"}, {kEce, "ECE"}, {kCwr, "CWR"}};

std::string endpoint(const Endpoint& end) {
  const bool is_v6 = end.address.find(':') != std::string::npos;
  return (is_v6 ? '[' + end.address + ']' : end.address) + ':' + std::to_string(end.port);
}

std::string flags(uint8_t set, const char* before, const char* between, const char* after) {
  std::string out;
  for (const FlagName& flag : kFlags) {
    if (!(set & flag.flag))
      continue;
    if (!out.empty())
      out += between;
    out += before;
    out += flag.name;
    out += after;
  }
  return out;
}

// Addresses and names need no escapes.
std::string quoted(const std::string& value) { return '"' + value + '"'; }

std::string json_endpoint(const Endpoint& end) {
  return "{\"address\":" + quoted(end.address) + ",\"port\":" + std::to_string(end.port) + "}";
}

std::string json_owner(const Hit& hit) {
  return ",\"cid\":" + std::to_string(hit.cid) + ",\"pid\":" + std::to_string(hit.pid);
}

}  // namespace

std::string text(const Hit& hit, const Sequences::Relative& numbers) {
  if (hit.is_state_change)
    return endpoint(hit.local) + " - " + endpoint(hit.remote) + ' ' + state_name(hit.old_state) +
           " -> " + state_name(hit.state);
  std::string out = endpoint(hit.source()) + " -> " + endpoint(hit.destination()) + " [" +
                    flags(hit.flags, "", " ", "") + "] seq " + std::to_string(numbers.seq) +
                    " ack " + std::to_string(numbers.ack) + " win " + std::to_string(hit.window) +
                    " len " + std::to_string(hit.length);
  if (hit.is_retransmit)
    out += " retransmit";
  return out;
}

std::string json(const Hit& hit, const Sequences::Relative& numbers) {
  if (hit.is_state_change)
    return "{\"local\":" + json_endpoint(hit.local) + ",\"remote\":" + json_endpoint(hit.remote) +
           ",\"old_state\":" + quoted(state_name(hit.old_state)) +
           ",\"state\":" + quoted(state_name(hit.state)) + json_owner(hit) + "}";
  return "{\"source\":" + json_endpoint(hit.source()) +
         ",\"destination\":" + json_endpoint(hit.destination()) + ",\"flags\":[" +
         flags(hit.flags, "\"", ",", "\"") + "],\"seq\":" + std::to_string(hit.seq) +
         ",\"ack\":" + std::to_string(hit.ack) +
         ",\"relative_seq\":" + (numbers.is_relative ? std::to_string(numbers.seq) : "null") +
         ",\"relative_ack\":" + (numbers.is_relative ? std::to_string(numbers.ack) : "null") +
         ",\"window\":" + std::to_string(hit.window) + ",\"length\":" + std::to_string(hit.length) +
         ",\"retransmit\":" + (hit.is_retransmit ? "true" : "false") +
         ",\"sent\":" + (hit.is_sent ? "true" : "false") +
         ",\"state\":" + quoted(state_name(hit.state)) + json_owner(hit) + "}";
}

}  // namespace dt::plugins::tcp
