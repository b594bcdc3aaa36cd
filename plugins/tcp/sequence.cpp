// SPDX-License-Identifier: MIT
#include "sequence.hpp"

namespace dt::plugins::tcp {

namespace {

std::string key(const Endpoint& from, const Endpoint& to) {
  return from.address + '/' + std::to_string(from.port) + '>' + to.address + '/' +
         std::to_string(to.port);
}

}  // namespace

void Sequences::learn(const Endpoint& from, const Endpoint& to, uint32_t first) {
  if (first_.size() >= kMaxDirections)
    first_.clear();
  first_[key(from, to)] = first;
}

std::optional<uint32_t> Sequences::first(const Endpoint& from, const Endpoint& to) const {
  auto found = first_.find(key(from, to));
  if (found == first_.end())
    return std::nullopt;
  return found->second;
}

Sequences::Relative Sequences::relative(const Hit& hit) {
  // A listener has none; what it gets is the first segment of another connection.
  if (hit.iss)
    learn(hit.local, hit.remote, hit.iss);
  if (hit.irs)
    learn(hit.remote, hit.local, hit.irs);
  if (hit.flags & kSyn)
    learn(hit.source(), hit.destination(), hit.seq);
  // A reset that refuses a SYN acknowledges just that.
  if ((hit.flags & (kRst | kAck)) == (kRst | kAck) && hit.seq == 0 &&
      !first(hit.destination(), hit.source()))
    learn(hit.destination(), hit.source(), hit.ack - 1);
  Relative result;
  auto ours = first(hit.source(), hit.destination());
  auto theirs = first(hit.destination(), hit.source());
  // A reset that answers a SYN has no number of its own.
  const bool has_seq = ours.has_value() || hit.seq == 0;
  const bool has_ack = theirs.has_value() || !(hit.flags & kAck);
  result.is_relative = has_seq && has_ack;
  result.seq = result.is_relative && hit.seq ? hit.seq - ours.value_or(0) : hit.seq;
  if (hit.flags & kAck)
    result.ack = result.is_relative ? hit.ack - *theirs : hit.ack;
  return result;
}

}  // namespace dt::plugins::tcp
