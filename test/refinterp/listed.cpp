// SPDX-License-Identifier: MIT
// Requests that aim at one thing each.
#include "builder.hpp"
#include "generator.hpp"

namespace dt::refinterp {
namespace {

constexpr int kSlot = 64;
constexpr int kArea = 128, kAreaSize = 64;
constexpr int kFrame = 512;

// A program that leaves a number at kSlot and a text at kArea.
class Listed {
 public:
  Listed() {
    request_.frame_size = kFrame;
    for (int at = kSlot; at < kArea + kAreaSize; at += 8)
      b.add(BPF_ST | BPF_MEM | BPF_DW, 7, 0, at, 0);
  }
  void text(int reg, const std::string& value) { b.set_text(reg, add_text(request_, value)); }
  void area() {
    b.set_frame(1, kArea);
    b.set(2, kAreaSize);
  }
  void keep() { b.store_frame(kSlot, 0); }
  // Ends the program; more may follow on the same probe.
  void end(uint32_t result = 1) {
    b.leave(result);
    Program prog;
    prog.insns = b.take();
    prog.rec_offset = kSlot;
    prog.rec_size = kArea + kAreaSize - kSlot;
    request_.progs.push_back(std::move(prog));
    b = Builder();
  }
  Request& request() { return request_; }
  Builder b;

 private:
  Request request_;
};

using List = std::vector<ListedRequest>;

void add_arithmetic(List& list) {
  const struct {
    int subr;
    int64_t a, b;
  } cases[] = {
      {DTRACE_SUBR_SDIV, INT64_MIN, -1}, {DTRACE_SUBR_SMOD, INT64_MIN, -1},
      {DTRACE_SUBR_SDIV, -7, 2},         {DTRACE_SUBR_SMOD, -7, 2},
      {DTRACE_SUBR_UDIV, -7, 2},         {DTRACE_SUBR_UMOD, -7, 10},
      {DTRACE_SUBR_SDIV, 1, 0},          {DTRACE_SUBR_UDIV, 1, 0},
      {DTRACE_SUBR_SMOD, 1, 0},          {DTRACE_SUBR_UMOD, 0, 0},
  };
  for (const auto& c : cases) {
    Listed l;
    l.b.set(1, static_cast<uint64_t>(c.a));
    l.b.set(2, static_cast<uint64_t>(c.b));
    l.b.call(c.subr, 3);
    l.keep();
    l.end();
    list.push_back({"division " + std::to_string(c.subr) + " of " + std::to_string(c.a) + " by " +
                        std::to_string(c.b),
                    std::move(l.request())});
  }
}

// Subroutines from one text to another.
void add_text_to_text(List& list) {
  const int subrs[] = {DTRACE_SUBR_STRCPY,   DTRACE_SUBR_TOLOWER, DTRACE_SUBR_TOUPPER,
                       DTRACE_SUBR_BASENAME, DTRACE_SUBR_DIRNAME, DTRACE_SUBR_CLEANPATH};
  const char* const texts[] = {"",
                               ".",
                               "..",
                               "/",
                               "//",
                               "///",
                               "/.",
                               "/..",
                               "./",
                               "../",
                               "a",
                               "a/",
                               "a//",
                               "/a",
                               "//a",
                               "/a/",
                               "a/b",
                               "/a/b",
                               "/a/b/",
                               "/a//b//",
                               "a/.",
                               "a/..",
                               "a/../..",
                               "/a/../..",
                               "a/../b",
                               "/a/./b/../c",
                               "../../a",
                               "./a",
                               "././a/",
                               "a/b/../../././c///d/e",
                               "MiXeD 123 [`{@",
                               "/a/b/.../c",
                               "..a/b",
                               "a..",
                               "/usr/share/../lib/./x/"};
  for (const int subr : subrs) {
    for (const char* text : texts) {
      Listed l;
      l.area();
      l.text(3, text);
      l.b.call(subr);
      l.end();
      list.push_back({"text subroutine " + std::to_string(subr) + " of \"" + text + "\"",
                      std::move(l.request())});
    }
  }
}

void add_substr(List& list) {
  for (int start = -8; start <= 8; start++) {
    for (int length = -8; length <= 9; length++) {
      Listed l;
      l.area();
      l.text(3, "abcde");
      l.b.set(4, static_cast<uint64_t>(static_cast<int64_t>(start)));
      l.b.set(5, length == 9 ? INT64_MAX : static_cast<uint64_t>(static_cast<int64_t>(length)));
      l.b.call(DTRACE_SUBR_SUBSTR);
      l.end();
      list.push_back(
          {"substr(\"abcde\", " + std::to_string(start) + ", " + std::to_string(length) + ")",
           std::move(l.request())});
    }
  }
}

void add_index(List& list) {
  const char* const texts[] = {"foobarbaz", "foofoofoo", "", "foo"};
  const char* const whats[] = {"foo", "baz", "bazz", ""};
  const int64_t starts[] = {INT32_MIN, -400, -1, 0, 1, 3, 8, 9, 10, 400};
  for (const int subr : {DTRACE_SUBR_INDEX, DTRACE_SUBR_RINDEX})
    for (const char* text : texts)
      for (const char* what : whats)
        for (const int64_t start : starts) {
          Listed l;
          l.text(1, text);
          l.text(2, what);
          l.b.set(3, static_cast<uint64_t>(start));
          l.b.call(subr);
          l.keep();
          l.end();
          list.push_back({(subr == DTRACE_SUBR_INDEX ? "index(" : "rindex(") + std::string(text) +
                              ", " + what + ", " + std::to_string(start) + ")",
                          std::move(l.request())});
        }
}

void add_numbers(List& list) {
  const int64_t values[] = {0, 1, -1, 8, 255, 123456789, -123456789, INT64_MAX, INT64_MIN};
  for (const int64_t value : values)
    for (const uint64_t base : {2, 8, 10, 16, 36, 1, 37}) {
      Listed l;
      l.area();
      l.b.set(3, static_cast<uint64_t>(value));
      l.b.set(4, base);
      l.b.call(DTRACE_SUBR_LLTOSTR);
      l.end();
      list.push_back({"lltostr(" + std::to_string(value) + ", " + std::to_string(base) + ")",
                      std::move(l.request())});
    }
  const char* const texts[] = {"",
                               "0",
                               "-0",
                               "12",
                               " \t+12x",
                               "-12",
                               "0x1f",
                               "0x",
                               "0xg",
                               "077",
                               "zz",
                               "9223372036854775807",
                               "-9223372036854775808",
                               "--1",
                               "+ 1"};
  for (const char* text : texts)
    for (const uint64_t base : {0, 8, 10, 16, 36, 1, 40}) {
      Listed l;
      l.text(1, text);
      l.b.set(2, base);
      l.b.call(DTRACE_SUBR_STRTOLL);
      l.keep();
      l.end();
      list.push_back({"strtoll(\"" + std::string(text) + "\", " + std::to_string(base) + ")",
                      std::move(l.request())});
    }
}

void add_network(List& list) {
  const std::string addresses[] = {
      std::string(16, '\0'),
      std::string(15, '\0') + '\1',
      std::string("\xfe\x80\0\0\0\0\0\0\x02\x14\x4f\xff\xfe\x0b\x76\xc8", 16),
      std::string("\x10\x80\0\0\0\0\0\0\0\0\x08\x08\0\x0c\x41\x7a", 16),
      std::string(12, '\0') + std::string("\x7f\0\0\1", 4),
      std::string(10, '\0') + std::string("\xff\xff\x7f\0\0\1", 6),
      std::string(10, '\0') + std::string("\xff\xfe\x7f\0\0\1", 6),
      std::string(16, '\xff'),
      std::string("\0\1\0\0\0\1\0\0\0\0\0\1\0\0\0\0", 16),
      std::string("\x20\1\0\0\0\0\0\1\0\0\0\0\0\0\0\1", 16),
      std::string("\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0", 16)};
  for (const std::string& address : addresses) {
    const auto add = [&](int subr, uint64_t kind) {
      Listed l;
      l.area();
      const int reg = subr == DTRACE_SUBR_INET_NTOA || subr == DTRACE_SUBR_INET_NTOA6 ? 3 : 4;
      if (reg == 4)
        l.b.set(3, kind);
      l.text(reg, address + std::string(8, '\0'));
      l.b.call(subr);
      l.end();
      list.push_back({"address " + std::to_string(subr) + ", kind " + std::to_string(kind),
                      std::move(l.request())});
    };
    add(DTRACE_SUBR_INET_NTOA, 0);
    add(DTRACE_SUBR_INET_NTOA6, 0);
    add(DTRACE_SUBR_INET_NTOP, 2);
    add(DTRACE_SUBR_INET_NTOP, 10);
    add(DTRACE_SUBR_INET_NTOP, 1);
    add(DTRACE_SUBR_LINK_NTOP, 1);
    add(DTRACE_SUBR_LINK_NTOP, 32);
    add(DTRACE_SUBR_LINK_NTOP, 6);
  }
}

void add_json(List& list) {
  const char* const text =
      R"({ "title": "x", "empty": "", "n": -1.5e3, "t": true, "o": {"k": [10, 20, {"z": null}]},)"
      R"( "esc": "a\"b\\", "a": [], "m": [[1], [2, 3]], "title2": 7 })";
  for (const char* selector :
       {"title",  "empty",    "n",      "t",      "o",         "o.k",  "o.k[0]",  "o.k[1]",
        "o.k[2]", "o.k[2].z", "o.k[3]", "esc",    "a",         "a[0]", "m[1][0]", "m[1][1]",
        "m[0]",   "title2",   "titl",   "title3", "o.x",       "n.x",  "t[0]",    "o..k",
        "m[",     "m[]",      "m[x]",   "[0]",    "o.k[2].z.y"}) {
    Listed l;
    l.area();
    l.text(3, text);
    l.text(4, selector);
    l.b.call(DTRACE_SUBR_JSON);
    // The address or 0: keep only which.
    const size_t jump = l.b.open(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 0);
    l.b.set(0, 1);
    l.b.close(jump);
    l.keep();
    l.end();
    list.push_back({std::string("json ") + selector, std::move(l.request())});
  }
}

// strtok() over several clauses of one firing.
void add_tokens(List& list) {
  for (const char* text : {",,,Carrots,,Barley,Oatmeal,,,Beans,", "", ",", "one", "a,b"}) {
    Listed l;
    for (int clause = 0; clause < 5; clause++) {
      if (clause)
        for (int at = kSlot; at < kArea + kAreaSize; at += 8)
          l.b.add(BPF_ST | BPF_MEM | BPF_DW, 7, 0, at, 0);
      l.area();
      clause ? l.b.set(3, 0) : l.text(3, text);
      l.text(4, ",");
      l.b.call(DTRACE_SUBR_STRTOK);
      l.end();
    }
    list.push_back({"strtok of \"" + std::string(text) + "\"", std::move(l.request())});
  }
  // Each call with other delimiters: what is left begins right behind the token's end.
  for (const char* text : {"a,b;c,d", ",,a;;b,,", ",;,", "k=v;l=w", "a,,b", ""}) {
    Listed l;
    const char* const delimiters[] = {",", ";", "=,", "", ";"};
    for (int clause = 0; clause < 5; clause++) {
      l.area();
      clause ? l.b.set(3, 0) : l.text(3, text);
      l.text(4, delimiters[clause]);
      l.b.call(DTRACE_SUBR_STRTOK);
      l.end();
    }
    list.push_back({"strtok with changing delimiters of \"" + std::string(text) + "\"",
                    std::move(l.request())});
  }
}

// Values around every boundary, for each aggregating function.
void add_aggregations(List& list) {
  const auto agg = [](uint32_t func, uint32_t words, int64_t p0, int64_t p1, int64_t p2,
                      int64_t p3) {
    dtrace_agg out = {};
    out.func = func;
    out.data_size = words * 8;
    out.param[0] = p0;
    out.param[1] = p1;
    out.param[2] = p2;
    out.param[3] = p3;
    return out;
  };
  const dtrace_agg aggs[] = {
      agg(DTRACE_AGG_COUNT, 1, 0, 0, 0, 0), agg(DTRACE_AGG_SUM, 1, 0, 0, 0, 0),
      agg(DTRACE_AGG_MIN, 1, 0, 0, 0, 0), agg(DTRACE_AGG_MAX, 1, 0, 0, 0, 0),
      agg(DTRACE_AGG_AVG, 2, 0, 0, 0, 0), agg(DTRACE_AGG_STDDEV, 4, 0, 0, 0, 0),
      agg(DTRACE_AGG_QUANTIZE, 127, 0, 0, 0, 0), agg(DTRACE_AGG_LQUANTIZE, 12, -50, 50, 10, 0),
      agg(DTRACE_AGG_LQUANTIZE, 12, -55, 50, 10, 0),
      agg(DTRACE_AGG_LQUANTIZE, 4, INT64_MIN, INT64_MAX, INT64_MAX, 0),
      // factor, low, high, steps: side = (high - low + 1) * (steps - steps / factor) + 1
      agg(DTRACE_AGG_LLQUANTIZE, 2 * 109 + 1, 10, 0, 5, 20),
      agg(DTRACE_AGG_LLQUANTIZE, 2 * 28 + 1, 10, 2, 4, 10),
      agg(DTRACE_AGG_LLQUANTIZE, 2 * 63 + 1, 2, 0, 61, 2)};
  std::vector<int64_t> values = {0, INT64_MIN, INT64_MIN + 1, INT64_MAX, INT64_MAX - 1};
  for (int bit = 0; bit < 63; bit += 3)
    for (const int64_t delta : {-1, 0, 1})
      for (const int64_t sign : {1, -1})
        values.push_back(sign * ((int64_t{1} << bit) + delta));
  for (const int64_t value :
       {-60, -55, -51, -50, -49,  -45,  9,    10,    49,    50,     51,     99,
        100, 101, 105, 999, 1000, 1001, 9999, 10000, 99999, 100000, 999999, 1000000})
    values.push_back(value);
  for (size_t i = 0; i < std::size(aggs); i++) {
    Listed l;
    l.request().aggs.push_back(aggs[i]);
    for (const int64_t value : values) {
      l.b.set(1, 0);
      l.b.set_frame(2, kArea);
      l.b.set(3, 0);
      l.b.set(4, static_cast<uint64_t>(value));
      l.b.set(5, 1);
      l.b.call(DTRACE_SUBR_AGG);
    }
    l.end();
    list.push_back({"aggregation " + std::to_string(i), std::move(l.request())});
  }
}

// A fault discards the record, keeps side effects, and later clauses run.
void add_faults(List& list) {
  Listed l;
  l.request().vars.push_back({DTRACE_VAR_GLOBAL, 0, 8, 0, 5});
  l.b.set(1, 0);
  l.b.set(2, 77);
  l.b.call(DTRACE_SUBR_GVAR_ST, 1);
  l.b.set(1, 16);
  l.b.set(2, 8);
  l.b.call(DTRACE_SUBR_LOAD, 2);
  l.keep();
  l.b.set(1, 0);
  l.b.set(2, 99);
  l.b.call(DTRACE_SUBR_GVAR_ST, 3);
  l.end();
  l.b.set(1, 0);
  l.b.call(DTRACE_SUBR_GVAR_LD, 1);
  l.keep();
  l.end();
  list.push_back({"fault in the middle", std::move(l.request())});
}

// Faults between guards are contained, one by one; a fault before them is not.
void add_guards(List& list) {
  for (const bool is_faulty_before : {false, true}) {
    Listed l;
    auto load = [&](uint64_t address, int action) {
      l.b.set(1, address);
      l.b.set(2, 8);
      l.b.call(DTRACE_SUBR_LOAD, action);
    };
    auto guard = [&](uint64_t begins) {
      l.b.set(1, begins);
      l.b.call(DTRACE_SUBR_GUARD, 1);
    };
    if (is_faulty_before)
      load(16, 1);
    guard(1);
    load(24, 2);
    guard(0);
    l.b.store_frame(kSlot, 0);
    guard(0);
    l.b.store_frame(kSlot + 8, 0);
    load(32, 3);
    guard(0);
    l.b.store_frame(kSlot + 16, 0);
    l.end();
    // The next clause has no guard of its own: asking changes nothing.
    load(40, 1);
    guard(0);
    l.end();
    list.push_back({is_faulty_before ? "guards behind a fault" : "faults between guards",
                    std::move(l.request())});
  }
}

}  // namespace

std::vector<ListedRequest> listed_requests() {
  List list;
  add_arithmetic(list);
  add_text_to_text(list);
  add_substr(list);
  add_index(list);
  add_numbers(list);
  add_network(list);
  add_json(list);
  add_tokens(list);
  add_aggregations(list);
  add_faults(list);
  add_guards(list);
  return list;
}

}  // namespace dt::refinterp
