// SPDX-License-Identifier: MIT
// String subroutines of the reference interpreter, on std::string.
#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "interp.hpp"
#include "reftext.hpp"

namespace dt::refinterp {

uint64_t Interp::token(const uint64_t a[5]) {
  if (a[2]) {
    if (!has_token_copy_)
      allocate_scratch(request_.strsize);
    has_token_copy_ = true;
    tokens_ = "";  // what is left if the text cannot be read
    token_at_ = 0;
    tokens_ = text(a[2]);
  }
  if (!tokens_)
    return 0;
  const std::string delimiters = text(a[3]);
  const size_t begin = tokens_->find_first_not_of(delimiters, token_at_);
  if (begin == std::string::npos) {
    token_at_ = tokens_->size();
    return 0;
  }
  const size_t end = std::min(tokens_->find_first_of(delimiters, begin), tokens_->size());
  token_at_ = std::min(end + 1, tokens_->size());
  return give_text(a[0], a[1], tokens_->substr(begin, end - begin));
}

uint64_t Interp::search_subr(int32_t subr, const uint64_t a[5], bool& is_known) {
  const auto number = [](size_t at) {
    return at == std::string::npos ? ~uint64_t{0} : static_cast<uint64_t>(at);
  };
  const auto place = [&](size_t at) { return at == std::string::npos ? 0 : a[0] + at; };
  const char c = static_cast<char>(a[1]);

  switch (subr) {
    case DTRACE_SUBR_STRLEN:
      return text(a[0]).size();
    case DTRACE_SUBR_STRCMP: {
      const std::string x = text(a[0]);
      const std::string y = text(a[1]);
      size_t at = 0;
      while (at < x.size() && at < y.size() && x[at] == y[at])
        at++;
      return static_cast<uint64_t>(static_cast<int64_t>(static_cast<uint8_t>(x.c_str()[at])) -
                                   static_cast<uint8_t>(y.c_str()[at]));
    }
    case DTRACE_SUBR_STRCHR: {
      if (!a[0])
        return 0;
      const std::string s = text(a[0]);
      return c ? place(s.find(c)) : a[0] + s.size();
    }
    case DTRACE_SUBR_STRRCHR: {
      if (!a[0])
        return 0;
      const std::string s = text(a[0]);
      return c ? place(s.rfind(c)) : a[0] + s.size();
    }
    case DTRACE_SUBR_STRSTR: {
      if (!a[0])
        return 0;
      const std::string s = text(a[0]);
      return place(s.find(text(a[1])));
    }
    case DTRACE_SUBR_INDEX: {
      const std::string s = text(a[0]);
      const std::string what = text(a[1]);
      const auto start = static_cast<int64_t>(a[2]);
      const auto size = static_cast<int64_t>(s.size());
      return number(s.find(what, std::clamp<int64_t>(start, 0, size)));
    }
    case DTRACE_SUBR_RINDEX: {
      const std::string s = text(a[0]);
      const std::string what = text(a[1]);
      const auto start = static_cast<int64_t>(a[2]);
      if (start == INT32_MIN)
        return number(s.rfind(what));
      if (start < 0)
        return what.empty() ? 0 : ~uint64_t{0};
      return number(s.rfind(what, std::min<uint64_t>(start, s.size())));
    }
    case DTRACE_SUBR_STRTOLL: {
      if (a[1] == 1 || a[1] > 36)
        raise(DTRACE_FLT_ILLOP, a[1]);
      return ref_strtoll(text(a[0]), static_cast<int>(a[1]));
    }
    default:
      is_known = false;
      return 0;
  }
}

uint64_t Interp::text_subr(int32_t subr, const uint64_t a[5], bool& is_known) {
  const auto give = [&](const std::string& value) { return give_text(a[0], a[1], value); };
  const auto bytes = [&](uint64_t address, size_t size) {
    check_readable(address, size);
    return reinterpret_cast<const uint8_t*>(address);
  };

  switch (subr) {
    case DTRACE_SUBR_STRCPY:
      return give(text(a[2]));
    case DTRACE_SUBR_STRPUT:
      if (!a[0] || !a[2])
        return a[0];
      check_writable(a[0], a[2]);
      put_text(a[0], a[2], text(a[1]));
      return a[0];
    case DTRACE_SUBR_STRJOIN: {
      // Each of the two is a D string by itself; the second is not looked at when there is no room
      // for it.
      const std::string first = text(a[2]);
      const uint64_t room = std::min<uint64_t>(a[1], request_.strsize) - 1;
      return give(first.size() < room ? first + text(a[3]) : first);
    }
    case DTRACE_SUBR_SUBSTR:
      return give(ref_substr(text(a[2]), static_cast<int64_t>(a[3]), static_cast<int64_t>(a[4])));
    case DTRACE_SUBR_STRTOK:
      return token(a);
    case DTRACE_SUBR_LLTOSTR:
      if (a[3] < 2 || a[3] > 36)
        raise(DTRACE_FLT_ILLOP, a[3]);
      return give(ref_lltostr(a[2], static_cast<unsigned>(a[3])));
    case DTRACE_SUBR_TOLOWER:
      return give(ref_map_case(text(a[2]), 'A', 'Z'));
    case DTRACE_SUBR_TOUPPER:
      return give(ref_map_case(text(a[2]), 'a', 'z'));
    case DTRACE_SUBR_BASENAME:
      return give(ref_basename(text(a[2])));
    case DTRACE_SUBR_DIRNAME:
      return give(ref_dirname(text(a[2])));
    case DTRACE_SUBR_CLEANPATH:
      return give(ref_cleanpath(text(a[2])));
    case DTRACE_SUBR_INET_NTOA:
      return give(ref_inet4(bytes(a[2], 4)));
    case DTRACE_SUBR_INET_NTOA6:
      return give(ref_inet6(bytes(a[2], 16), true));
    case DTRACE_SUBR_INET_NTOP:
      if (a[2] == 2)
        return give(ref_inet4(bytes(a[3], 4)));
      if (a[2] == 10)
        return give(ref_inet6(bytes(a[3], 16), false));
      raise(DTRACE_FLT_ILLOP, a[2]);
    case DTRACE_SUBR_LINK_NTOP:
      if (a[2] == 1)
        return give(ref_link(bytes(a[3], 6), 6));
      if (a[2] == 32)
        return give(ref_link(bytes(a[3], 20), 20));
      raise(DTRACE_FLT_ILLOP, a[2]);
    case DTRACE_SUBR_JSON: {
      const auto found = ref_json(text(a[2]), text(a[3]));
      return found ? give(*found) : 0;
    }
    default:
      is_known = false;
      return 0;
  }
}

}  // namespace dt::refinterp
