// SPDX-License-Identifier: MIT
// Requests for comparison: random valid ones from a seed, and the listed ones that aim at single
// subroutines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "request.hpp"

namespace dt::refinterp {

// The same seed gives the same request on every machine.
Request random_request(uint64_t seed);

struct ListedRequest {
  std::string name;
  Request request;
};
std::vector<ListedRequest> listed_requests();

}  // namespace dt::refinterp
