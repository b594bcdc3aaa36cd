// SPDX-License-Identifier: MIT
// Random valid requests. Numbers live in slots of the frame, strings in areas of it, addresses on
// the BPF stack: so that no address ever gets into a record, where the two sides would differ.
#include "generator.hpp"

#include <array>
#include <random>

#include "builder.hpp"

namespace dt::refinterp {
namespace {

constexpr int kLocals = 64, kNrLocals = 8;
constexpr int kNumbers = 128, kNrNumbers = 16;
constexpr int kTexts = 256, kNrTexts = 6, kTextSize = 64;
constexpr int kKey = 640, kKeySize = 128;
constexpr int kRecord = 768, kRecordSize = kNrNumbers * 8 + kNrTexts * kTextSize;
constexpr int kFrameSize = kRecord + kRecordSize;
constexpr int kNrAddresses = 6;  // on the stack: results that are addresses of text
constexpr int kNrBlocks = 3;     // on the stack: addresses of alloca() memory
constexpr int kBlockSize = 32;

enum Variable : uint32_t {
  kGlobalA,
  kGlobalB,
  kGlobalText,
  kSelfA,
  kSelfB,
  kSelfText,
  kArrayA,
  kArrayText,
  kPairArray,
  kSelfArray,
  kSelfArrayText
};

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  Request make() {
    request_.frame_size = kFrameSize;
    request_.local_offset = kLocals;
    request_.local_size = kNrLocals * 8;
    request_.strsize = pick({8u, 16u, 24u, 64u, 256u});
    request_.nspec = pick({1u, 2u, 4u});
    request_.specsize = pick({1024u, 32768u});
    add_shapes();
    add_variables();
    add_aggregations();
    add_texts();
    const size_t nr = 1 + below(6);
    for (size_t i = 0; i < nr; i++)
      add_program();
    return std::move(request_);
  }

 private:
  uint32_t below(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }
  bool is_chance(uint32_t percent) { return below(100) < percent; }
  template <typename T>
  T pick(std::initializer_list<T> values) {
    return *(values.begin() + below(static_cast<uint32_t>(values.size())));
  }
  uint64_t number() {
    switch (below(5)) {
      case 0:
        return below(10);
      case 1:
        return static_cast<uint64_t>(-static_cast<int64_t>(below(10)));
      case 2:
        return uint64_t{1} << below(64);
      case 3:
        return random_();
      default:
        return static_cast<uint64_t>(static_cast<int64_t>(below(2000)) - 1000);
    }
  }

  // ---- the request around the programs ----

  void add_shapes() {
    const auto comp = [](uint32_t kind, uint32_t offset, uint32_t size) {
      return dtrace_key_comp{kind, offset, size, 0};
    };
    request_.shapes.push_back({8, {comp(DTRACE_KEY_BYTES, 0, 8)}});
    request_.shapes.push_back({64, {comp(DTRACE_KEY_STRING, 0, 64)}});
    request_.shapes.push_back({72, {comp(DTRACE_KEY_BYTES, 0, 8), comp(DTRACE_KEY_STRING, 8, 64)}});
    request_.shapes.push_back({24, {comp(DTRACE_KEY_BYTES, 0, 16), comp(DTRACE_KEY_BYTES, 16, 8)}});
  }
  void add_variable(uint32_t kind, bool is_text, uint32_t shape) {
    dtrace_var var = {};
    var.kind = kind;
    var.flags = is_text ? DTRACE_VAR_BYREF : 0;
    var.size = is_text ? kTextSize : 8;
    var.shape = shape;
    var.init = !is_text && kind == DTRACE_VAR_GLOBAL ? number() : 0;
    request_.vars.push_back(var);
  }
  void add_variables() {  // in the order of enum Variable
    add_variable(DTRACE_VAR_GLOBAL, false, 0);
    add_variable(DTRACE_VAR_GLOBAL, false, 0);
    add_variable(DTRACE_VAR_GLOBAL, true, 0);
    add_variable(DTRACE_VAR_THREAD, false, 0);
    add_variable(DTRACE_VAR_THREAD, false, 0);
    add_variable(DTRACE_VAR_THREAD, true, 0);
    add_variable(DTRACE_VAR_ASSOC, false, 2);
    add_variable(DTRACE_VAR_ASSOC, true, 1);
    add_variable(DTRACE_VAR_ASSOC, false, 3);
    add_variable(DTRACE_VAR_TASSOC, false, 1);
    add_variable(DTRACE_VAR_TASSOC, true, 3);
  }
  void add_aggregation(uint32_t func, uint32_t nr_words, std::array<int64_t, 5> param = {}) {
    dtrace_agg agg = {};
    agg.func = func;
    agg.data_size = nr_words * 8;
    std::copy(param.begin(), param.end(), agg.param);
    request_.aggs.push_back(agg);
  }
  void add_aggregations() {
    add_aggregation(DTRACE_AGG_COUNT, 1);
    add_aggregation(DTRACE_AGG_SUM, 1);
    add_aggregation(DTRACE_AGG_MIN, 1);
    add_aggregation(DTRACE_AGG_MAX, 1);
    add_aggregation(DTRACE_AGG_AVG, 2);
    add_aggregation(DTRACE_AGG_STDDEV, 4);
    add_aggregation(DTRACE_AGG_QUANTIZE, DTRACE_QUANTIZE_NBUCKETS);
    const int64_t step = 1 + below(50);
    const int64_t base = static_cast<int64_t>(below(200)) - 100;
    const int64_t levels = 1 + below(20);
    add_aggregation(DTRACE_AGG_LQUANTIZE, static_cast<uint32_t>(levels) + 2,
                    {base, base + levels * step, step, 0, 0});
    const int64_t factor = pick({2, 3, 10});
    const int64_t low = below(3), high = low + below(4);
    const int64_t steps = factor * (1 + below(4));
    const int64_t side = (high - low + 1) * (steps - steps / factor) + 1;
    add_aggregation(DTRACE_AGG_LLQUANTIZE, static_cast<uint32_t>(2 * side + 1),
                    {factor, low, high, steps, 0});
  }
  void add_texts() {
    static const char* const kFixed[] = {
        "",
        "a",
        "foo",
        "foobarbaz",
        "/",
        "//",
        "/usr/lib/../bin/./gcc/",
        "../x/..",
        "a,b;;c,",
        "0x1fg",
        "-12345678901234567890",
        "  42",
        "Hello, World",
        "9223372036854775808",
        "aaa",
        R"({"a": 1, "b": [true, {"c": "x\"y"}, null], "d": {"e": [[1, 2], 3.5e3]}})",
        "b[1].c",
        "d.e[0][1]",
        "a",
        "b",
        "d",
        "b[7]",
        "nothing.here",
        "[0]",
        "a rather long text that does not fit most areas of this generator at all"};
    for (const char* text : kFixed)
      texts_.push_back(add_text(request_, text));
    for (int i = 0; i < 8; i++) {
      std::string text;
      for (uint32_t n = below(40); n; n--)
        text += is_chance(70) ? "abc/.,"[below(6)] : static_cast<char>(1 + below(255));
      texts_.push_back(add_text(request_, text));
    }
    // Addresses of binary data (network addresses) are read beyond a text's end.
    request_.strtab += std::string(64, '\0');
  }

  // ---- pieces of a program ----

  int number_at(uint32_t i) { return kNumbers + 8 * static_cast<int>(i); }
  int any_number() { return number_at(below(kNrNumbers)); }
  int any_text() { return kTexts + kTextSize * static_cast<int>(below(kNrTexts)); }
  static int address_at(uint32_t i) { return -8 * (1 + static_cast<int>(i)); }
  static int block_at(uint32_t i) { return -8 * (1 + kNrAddresses + static_cast<int>(i)); }

  // A number into a register: a slot, a constant, an argument, a local.
  void give_number(int reg) {
    switch (below(4)) {
      case 0:
        b().set(reg, number());
        break;
      case 1:
        b().add(BPF_LDX | BPF_MEM | BPF_DW, reg, 6, DTRACE_CTX_ARG(below(10)), 0);
        break;
      default:
        b().load_frame(reg, any_number());
        break;
    }
  }
  void give_small(int reg) {
    b().set(reg, static_cast<uint64_t>(static_cast<int64_t>(below(40)) - 20));
  }
  // The address of a text; sometimes 0, rarely a bad one.
  void give_text(int reg) {
    const uint32_t kind = below(100);
    if (kind < 50)
      b().set_text(reg, texts_[below(static_cast<uint32_t>(texts_.size()))]);
    else if (kind < 80)
      b().set_frame(reg, static_cast<uint32_t>(any_text()));
    else if (kind < 96)
      b().load_stack(reg, address_at(below(kNrAddresses)));
    else if (kind < 99)
      b().set(reg, 0);
    else
      b().set(reg, 1 + below(4095));
  }
  void give_area() {  // r1, r2
    b().set_frame(1, static_cast<uint32_t>(any_text()));
    b().set(2, pick({64u, 64u, 64u, 32u, 9u, 8u, 3u, 2u}));
  }
  void take_number() { b().store_frame(any_number(), 0); }
  void take_address() { b().store_stack(address_at(below(kNrAddresses)), 0); }

  // A key of a shape at kKey.
  void give_key(uint32_t shape) {
    const bool has_text = shape == 2 || shape == 3;
    if (has_text) {
      b().set_frame(1, kKey + (shape == 3 ? 8 : 0));
      b().set(2, 64);
      give_text(3);
      b().call(DTRACE_SUBR_STRCPY, action_);
    }
    const int words = shape == 4 ? 3 : shape == 2 ? 0 : 1;
    for (int i = 0; i < words; i++) {
      if (is_chance(70))
        b().set(1, below(3));
      else
        give_number(1);
      b().store_frame(kKey + 8 * i, 1);
    }
  }

  // ---- operations ----

  void arithmetic() {
    static const int kOps[] = {BPF_ADD, BPF_SUB, BPF_MUL,  BPF_OR,  BPF_AND, BPF_XOR,
                               BPF_LSH, BPF_RSH, BPF_ARSH, BPF_NEG, BPF_MOV};
    const int op = kOps[below(11)];
    const int width = is_chance(60) ? BPF_ALU64 : BPF_ALU;
    give_number(8);
    if (op == BPF_NEG) {
      b().add(width | BPF_NEG, 8, 0, 0, 0);
    } else if (is_chance(50)) {
      give_number(9);
      b().add(width | op | BPF_X, 8, 9, 0, 0);
    } else {
      const bool is_shift = op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH;
      const int32_t imm = is_shift ? static_cast<int32_t>(below(width == BPF_ALU ? 32 : 64))
                                   : static_cast<int32_t>(number());
      b().add(width | op | BPF_K, 8, 0, 0, imm);
    }
    if (is_chance(15))
      b().add(BPF_ALU | BPF_END | pick({BPF_TO_BE, BPF_TO_LE}), 8, 0, 0, pick({16, 32, 64}));
    if (is_chance(10))
      b().add(pick({BPF_ALU64, BPF_ALU}) | pick({BPF_DIV, BPF_MOD}) | BPF_K, 8, 0, 0,
              static_cast<int32_t>(1 + below(1000)));
    b().store_frame(any_number(), 8);
  }
  void narrow_access() {
    const int width = pick({BPF_B, BPF_H, BPF_W});
    const int bytes = width == BPF_B ? 1 : width == BPF_H ? 2 : 4;
    const int offset = any_number() + bytes * static_cast<int>(below(8 / bytes));
    if (is_chance(50)) {
      b().add(BPF_LDX | BPF_MEM | width, 8, 7, offset, 0);
      b().store_frame(any_number(), 8);
    } else {
      give_number(8);
      b().add(BPF_STX | BPF_MEM | width, 7, 8, offset, 0);
    }
  }
  void local_variable() {
    const int local = kLocals + 8 * static_cast<int>(below(kNrLocals));
    if (is_chance(50)) {
      give_number(8);
      b().store_frame(local, 8);
    } else {
      b().load_frame(8, local);
      b().store_frame(any_number(), 8);
    }
  }
  void division() {
    give_number(1);
    if (is_chance(90)) {
      b().set(2, pick({1ull, 2ull, 7ull, 1000ull, ~0ull, ~6ull}));
    } else {
      give_number(2);
    }
    b().call(pick({DTRACE_SUBR_SDIV, DTRACE_SUBR_UDIV, DTRACE_SUBR_SMOD, DTRACE_SUBR_UMOD}),
             action_);
    take_number();
    if (is_chance(20))
      guard();
  }
  void guard() {
    b().set(1, below(2));
    b().call(DTRACE_SUBR_GUARD, action_);
    take_number();
  }
  void make_text() {
    const int subr = pick<int>({DTRACE_SUBR_STRCPY, DTRACE_SUBR_STRCPY, DTRACE_SUBR_STRJOIN,
                                DTRACE_SUBR_SUBSTR, DTRACE_SUBR_STRTOK, DTRACE_SUBR_LLTOSTR,
                                DTRACE_SUBR_TOLOWER, DTRACE_SUBR_TOUPPER, DTRACE_SUBR_BASENAME,
                                DTRACE_SUBR_DIRNAME, DTRACE_SUBR_CLEANPATH, DTRACE_SUBR_JSON});
    // A cut JSON text is one the reference does not accept at all.
    if (subr == DTRACE_SUBR_JSON && request_.strsize < 256)
      return;
    give_area();
    // cleanpath() works in its area, which must have room for the whole text.
    if (subr == DTRACE_SUBR_CLEANPATH)
      b().set(2, 64);
    if (subr == DTRACE_SUBR_CLEANPATH && request_.strsize > 64)
      return;
    give_text(3);
    // The second text of strjoin() may not lie in the area of the result, so it is a constant.
    if (subr == DTRACE_SUBR_STRJOIN || subr == DTRACE_SUBR_STRTOK || subr == DTRACE_SUBR_JSON)
      b().set_text(4, texts_[below(static_cast<uint32_t>(texts_.size()))]);
    if (subr == DTRACE_SUBR_STRTOK && is_chance(50))
      b().set(3, 0);
    if (subr == DTRACE_SUBR_JSON)
      b().set_text(3, texts_[15]);
    if (subr == DTRACE_SUBR_SUBSTR) {
      give_small(4);
      is_chance(30) ? b().set(5, INT64_MAX) : give_small(5);
    }
    if (subr == DTRACE_SUBR_LLTOSTR) {
      give_number(3);
      b().set(4, pick({10u, 10u, 16u, 8u, 2u, 36u, is_chance(5) ? 37u : 3u}));
    }
    b().call(subr, action_);
    take_address();
  }
  void network_text() {
    give_area();
    b().set_text(3, texts_[below(static_cast<uint32_t>(texts_.size()))]);
    const int subr = pick<int>({DTRACE_SUBR_INET_NTOA, DTRACE_SUBR_INET_NTOA6,
                                DTRACE_SUBR_INET_NTOP, DTRACE_SUBR_LINK_NTOP});
    if (subr == DTRACE_SUBR_INET_NTOP || subr == DTRACE_SUBR_LINK_NTOP) {
      b().add(BPF_ALU64 | BPF_MOV | BPF_X, 4, 3, 0, 0);
      b().set(3, subr == DTRACE_SUBR_INET_NTOP ? pick({2u, 10u, 10u, 3u}) : pick({1u, 32u, 2u}));
    }
    b().call(subr, action_);
    take_address();
  }
  void look_at_text() {
    const int subr = pick<int>({DTRACE_SUBR_STRLEN, DTRACE_SUBR_STRCMP, DTRACE_SUBR_INDEX,
                                DTRACE_SUBR_RINDEX, DTRACE_SUBR_STRTOLL});
    give_text(1);
    if (subr == DTRACE_SUBR_STRTOLL)
      b().set(2, pick({10u, 0u, 16u, 8u, 36u, 2u, is_chance(5) ? 1u : 10u}));
    else
      give_valid_text(2);
    if (subr == DTRACE_SUBR_INDEX || subr == DTRACE_SUBR_RINDEX)
      is_chance(40) ? b().set(3, static_cast<uint64_t>(int64_t{INT32_MIN})) : give_small(3);
    b().call(subr, action_);
    take_number();
  }
  void give_valid_text(int reg) {
    if (is_chance(50))
      b().set_text(reg, texts_[below(static_cast<uint32_t>(texts_.size()))]);
    else
      b().set_frame(reg, static_cast<uint32_t>(any_text()));
  }
  void find_in_text() {
    const int subr = pick<int>({DTRACE_SUBR_STRCHR, DTRACE_SUBR_STRRCHR, DTRACE_SUBR_STRSTR});
    give_text(1);
    if (subr == DTRACE_SUBR_STRSTR)
      give_valid_text(2);
    else
      b().set(2, static_cast<uint64_t>("abo/,"[below(6)]));
    b().call(subr, action_);
    take_address();
  }
  void load_memory() {
    if (is_chance(15)) {
      b().set(1, below(2) ? below(4096) : 0x8000000000000000ull + below(4096));
    } else if (is_chance(50)) {
      b().set_text(1, texts_[below(static_cast<uint32_t>(texts_.size()))]);
    } else {
      b().set_frame(1, static_cast<uint32_t>(number_at(below(kNrNumbers - 1))) + below(8));
    }
    b().set(2, pick({1u, 2u, 4u, 8u, 0x11u, 0x12u, 0x14u, 0x18u}));
    b().call(DTRACE_SUBR_LOAD, action_);
    take_number();
  }
  void move_memory() {
    switch (below(3)) {
      case 0:
        b().set_frame(1, static_cast<uint32_t>(number_at(below(8))) + below(8));
        b().set(2, 1 + below(40));
        b().set_text(3, texts_[below(static_cast<uint32_t>(texts_.size()))]);
        b().call(DTRACE_SUBR_FETCH, action_);
        break;
      case 1:
        b().set_text(1, texts_[below(static_cast<uint32_t>(texts_.size()))]);
        b().set_frame(2, static_cast<uint32_t>(number_at(below(8))) + below(8));
        b().set(3, below(33));
        b().call(DTRACE_SUBR_COPY, action_);
        break;
      default:
        is_chance(85) ? b().set_frame(1, static_cast<uint32_t>(number_at(below(15))) + below(8))
                      : b().set_text(1, texts_[0]);
        give_number(2);
        b().set(3, pick({1u, 2u, 4u, 8u}));
        b().call(DTRACE_SUBR_STORE, action_);
        break;
    }
  }
  void scratch() {
    const int block = block_at(below(kNrBlocks));
    switch (below(3)) {
      case 0:
        b().set(1, is_chance(95) ? kBlockSize : 1u << 20);
        b().call(DTRACE_SUBR_ALLOCA, action_);
        b().store_stack(block, 0);
        break;
      case 1:
        b().load_stack(1, block);
        b().add(BPF_ALU64 | BPF_ADD | BPF_K, 1, 0, 0, static_cast<int32_t>(below(kBlockSize - 7)));
        give_number(2);
        b().set(3, pick({1u, 2u, 4u, 8u}));
        b().call(DTRACE_SUBR_STORE, action_);
        break;
      default:
        b().load_stack(1, block);
        b().add(BPF_ALU64 | BPF_ADD | BPF_K, 1, 0, 0, static_cast<int32_t>(below(kBlockSize - 7)));
        b().set(2, pick({1u, 2u, 4u, 8u, 0x12u}));
        b().call(DTRACE_SUBR_LOAD, action_);
        take_number();
        break;
    }
  }
  // Load, store or free a value; kinds differ in whether a key follows the variable.
  void value_variable() {
    const uint32_t var =
        pick<uint32_t>({kGlobalA, kGlobalB, kSelfA, kSelfB, kArrayA, kPairArray, kSelfArray});
    const uint32_t kind = request_.vars[var].kind;
    const uint32_t shape = request_.vars[var].shape;
    const bool is_keyed = shape != 0;
    const int first = kind == DTRACE_VAR_GLOBAL   ? DTRACE_SUBR_GVAR_LD
                      : kind == DTRACE_VAR_THREAD ? DTRACE_SUBR_TVAR_LD
                      : kind == DTRACE_VAR_ASSOC  ? DTRACE_SUBR_AVAR_LD
                                                  : DTRACE_SUBR_TAVAR_LD;
    if (is_keyed)
      give_key(shape);
    const uint32_t op = below(kind == DTRACE_VAR_GLOBAL ? 2 : 5);
    b().set(1, var);
    if (is_keyed) {
      b().set_frame(2, kKey);
      b().set(3, shape);
    }
    if (op == 1 || op == 3) {
      const int reg = is_keyed ? 4 : 2;
      is_chance(20) ? b().set(reg, 0) : give_number(reg);
      b().call(first + 1, action_);
    } else if (op == 4) {
      b().call(first + 3, action_);
    } else {
      b().call(first, action_);
    }
    take_number();
  }
  void text_variable() {
    const uint32_t var = pick<uint32_t>({kGlobalText, kSelfText, kArrayText, kSelfArrayText});
    const uint32_t kind = request_.vars[var].kind;
    const uint32_t shape = request_.vars[var].shape;
    const bool is_keyed = shape != 0;
    const int ref = kind == DTRACE_VAR_GLOBAL   ? DTRACE_SUBR_GVAR_REF
                    : kind == DTRACE_VAR_THREAD ? DTRACE_SUBR_TVAR_REF
                    : kind == DTRACE_VAR_ASSOC  ? DTRACE_SUBR_AVAR_REF
                                                : DTRACE_SUBR_TAVAR_REF;
    const bool stores = is_chance(50);
    if (is_keyed)
      give_key(shape);
    b().set(1, var);
    if (is_keyed) {
      b().set_frame(2, kKey);
      b().set(3, shape);
    }
    if (kind != DTRACE_VAR_GLOBAL && is_chance(15)) {
      b().call(ref + 1, action_);
      return;
    }
    if (kind != DTRACE_VAR_GLOBAL)
      b().set(is_keyed ? 4 : 2, stores);
    b().call(ref, action_);
    if (!stores) {
      take_address();
      return;
    }
    b().add(BPF_ALU64 | BPF_MOV | BPF_X, 1, 0, 0, 0);
    give_text(2);
    b().set(3, is_chance(90) ? kTextSize : kTextSize / 2);
    b().call(DTRACE_SUBR_STRPUT, action_);
  }
  void aggregation() {
    const uint32_t agg = below(static_cast<uint32_t>(request_.aggs.size()));
    const uint32_t shape = below(5);
    if (shape)
      give_key(shape);
    b().set(1, agg);
    b().set_frame(2, kKey);
    b().set(3, shape);
    give_number(4);
    b().set(5, request_.aggs[agg].func >= DTRACE_AGG_QUANTIZE ? 1 + below(3) : 1);
    b().call(DTRACE_SUBR_AGG, action_);
  }
  void speculation() {
    const uint32_t op = below(4);
    if (op == 0) {
      b().call(DTRACE_SUBR_SPECULATION, action_);
      b().store_frame(number_at(kNrNumbers - 1), 0);
      return;
    }
    is_chance(70) ? b().load_frame(1, number_at(kNrNumbers - 1)) : b().set(1, below(4));
    b().call(op == 1   ? DTRACE_SUBR_SPECULATE
             : op == 2 ? DTRACE_SUBR_COMMIT
                       : DTRACE_SUBR_DISCARD,
             action_);
  }
  void built_in() {
    const uint32_t which =
        pick<uint32_t>({DTRACE_BUILTIN_PID, DTRACE_BUILTIN_TID, DTRACE_BUILTIN_UID,
                        DTRACE_BUILTIN_GID, DTRACE_BUILTIN_EXECNAME, DTRACE_BUILTIN_PROBEPROV,
                        DTRACE_BUILTIN_PROBEMOD, DTRACE_BUILTIN_PROBEFUNC, DTRACE_BUILTIN_PROBENAME,
                        DTRACE_BUILTIN_IPL, DTRACE_BUILTIN_ERRNO});
    if (is_chance(20)) {
      b().set(1, DTRACE_BUILTIN_ARGS);
      b().set(2, below(12));
      b().call(DTRACE_SUBR_BUILTIN_IDX, action_);
      take_number();
      return;
    }
    b().set(1, which);
    b().call(DTRACE_SUBR_BUILTIN, action_);
    const bool is_text = which == DTRACE_BUILTIN_EXECNAME ||
                         (which >= DTRACE_BUILTIN_PROBEPROV && which <= DTRACE_BUILTIN_PROBENAME);
    is_text ? take_address() : take_number();
  }
  void branch(int depth) {
    static const int kOps[] = {BPF_JEQ,  BPF_JNE,  BPF_JGT,  BPF_JGE,  BPF_JLT, BPF_JLE,
                               BPF_JSGT, BPF_JSGE, BPF_JSLT, BPF_JSLE, BPF_JSET};
    const int class_of = is_chance(75) ? BPF_JMP : BPF_JMP32;
    give_number(8);
    size_t jump;
    if (is_chance(50)) {
      give_number(9);
      jump = b().open(class_of | kOps[below(11)] | BPF_X, 8, 9, 0);
    } else {
      jump = b().open(class_of | kOps[below(11)] | BPF_K, 8, 0, static_cast<int32_t>(number()));
    }
    for (uint32_t n = 1 + below(4); n; n--)
      operation(depth + 1);
    if (is_chance(40)) {
      const size_t over = b().open(BPF_JMP | BPF_JA, 0, 0, 0);
      b().close(jump);
      for (uint32_t n = 1 + below(4); n; n--)
        operation(depth + 1);
      b().close(over);
    } else {
      b().close(jump);
    }
  }
  void operation(int depth) {
    switch (below(22)) {
      case 0:
      case 1:
      case 2:
        arithmetic();
        break;
      case 3:
        narrow_access();
        break;
      case 4:
        local_variable();
        break;
      case 5:
        division();
        break;
      case 6:
      case 7:
      case 8:
        make_text();
        break;
      case 9:
        network_text();
        break;
      case 10:
        look_at_text();
        break;
      case 11:
        find_in_text();
        break;
      case 12:
        load_memory();
        break;
      case 13:
        move_memory();
        break;
      case 14:
        scratch();
        break;
      case 15:
      case 16:
        value_variable();
        break;
      case 17:
        text_variable();
        break;
      case 18:
        aggregation();
        break;
      case 19:
        speculation();
        break;
      case 20:
        built_in();
        break;
      default:
        if (depth < 4)
          branch(depth);
        break;
    }
  }

  void add_program() {
    builder_ = Builder();
    action_ = 0;
    // Frame areas keep what earlier clauses left in them: begin with zeros.
    for (int at = kNumbers; at < kFrameSize; at += 8)
      b().add(BPF_ST | BPF_MEM | BPF_DW, 7, 0, at, 0);
    for (uint32_t i = 0; i < kNrAddresses + kNrBlocks; i++)
      b().add(BPF_ST | BPF_MEM | BPF_DW, 10, 0, address_at(i), 0);
    if (is_chance(15)) {
      give_number(8);
      const size_t jump = b().open(BPF_JMP | BPF_JSGT | BPF_K, 8, 0, -500);
      b().leave(0);
      b().close(jump);
    }
    for (uint32_t n = 3 + below(25); n; n--) {
      action_ = 1 + below(9);
      operation(0);
    }
    if (is_chance(5)) {
      give_number(1);
      b().call(DTRACE_SUBR_EXIT, action_);
    }
    for (int i = 0; i < kNrNumbers; i++) {
      b().load_frame(8, number_at(static_cast<uint32_t>(i)));
      b().store_frame(kRecord + 8 * i, 8);
    }
    for (int i = 0; i < kNrTexts; i++) {
      b().set_frame(1, static_cast<uint32_t>(kRecord + 8 * kNrNumbers + kTextSize * i));
      b().set(2, kTextSize);
      b().set_frame(3, static_cast<uint32_t>(kTexts + kTextSize * i));
      b().call(DTRACE_SUBR_STRCPY, 10);
    }
    b().leave(1);
    Program prog;
    prog.insns = builder_.take();
    prog.rec_offset = kRecord;
    prog.rec_size = kRecordSize;
    request_.progs.push_back(std::move(prog));
  }

  Builder& b() { return builder_; }

  std::mt19937_64 random_;
  Request request_;
  std::vector<uint32_t> texts_;
  Builder builder_;
  uint32_t action_ = 0;
};

}  // namespace

Request random_request(uint64_t seed) { return Generator(seed).make(); }

}  // namespace dt::refinterp
