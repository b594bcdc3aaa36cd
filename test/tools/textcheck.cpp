// SPDX-License-Identifier: MIT
// textcheck: our instruction decoder (kcore/patch/insn.h) against Zydis, over all of a kernel's
// text.
//
//   textcheck                    the running kernel: /proc/kcore, function by function as
//   /proc/kallsyms has them textcheck raw FILE           a dump of code, from its first byte to its
//   last textcheck time FILE          how long dtk_insn_length() takes for it
//
// Compared are the length (by dtk_insn_length() and by dtk_insn_decode()), the place and size of
// displacement and immediate, and the mnemonic; wanted_name() says which Zydis name means which of
// ours. Prints counts and the first disagreements; exit status 1 if there is any, 2 if it cannot be
// done.
#include <Zydis/Zydis.h>
#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

extern "C" {
#include "patch/insn.h"
}

namespace {

using Bytes = std::vector<std::uint8_t>;

// Zydis spells some mnemonics otherwise.
const std::map<std::string_view, std::string_view> kSpelling = {
    {"jb", "jb"},
    {"jnb", "jae"},
    {"jz", "je"},
    {"jnz", "jne"},
    {"jnbe", "ja"},
    {"jnl", "jge"},
    {"jnle", "jg"},
    {"setnb", "setae"},
    {"setz", "sete"},
    {"setnz", "setne"},
    {"setnbe", "seta"},
    {"setnl", "setge"},
    {"setnle", "setg"},
    {"cmovnb", "cmovae"},
    {"cmovz", "cmove"},
    {"cmovnz", "cmovne"},
    {"cmovnbe", "cmova"},
    {"cmovnl", "cmovge"},
    {"cmovnle", "cmovg"},
    {"pushfq", "pushf"},
    {"popfq", "popf"},
    {"pushfd", "pushf"},
    {"popfd", "popf"},
    {"sal", "shl"},
    {"prefetchnta", "prefetchnta"},
};

// On general registers or memory alone, though they came with vector extensions.
const std::set<std::string_view> kScalar = {
    "prefetchnta", "prefetcht0", "prefetcht1", "prefetcht2", "prefetch", "prefetchw",
    "prefetchwt1", "ldmxcsr",    "stmxcsr",    "lfence",     "mfence",   "sfence",
    "movnti",      "emms",       "femms",      "pause",      "fxsave",   "fxrstor",
    "fxsave64",    "fxrstor64",  "crc32",      "popcnt",     "fwait",    "nop",
};

// In kernels of today, but not in this Zydis.
const std::set<std::string_view> kNewerThanZydis = {"lkgs",      "wrmsrns", "wrmsrlist",
                                                    "rdmsrlist", "erets",   "eretu"};

bool starts_with(std::string_view text, std::string_view head) {
  return text.substr(0, head.size()) == head;
}

// "" if the extension works on general registers.
std::string_view family(ZydisISAExt extension) {
  const std::string_view name = ZydisISAExtGetString(extension);
  if (name == "X87") {
    return "fpu";
  }
  if (name == "XOP" || name == "TBM" || name == "LWP") {
    return "xop";
  }
  for (const std::string_view head :
       {"AVX",       "SSE",        "SSSE3",      "MMX", "FMA",  "F16C",     "AES",
        "PCLMULQDQ", "VPCLMULQDQ", "VAES",       "SHA", "GFNI", "AMD3DNOW", "AMX",
        "KEYLOCKER", "3DNOW",      "PENTIUMMMX", "SM4", "SM3",  "KNC"}) {
    if (starts_with(name, head)) {
      return "simd";
    }
  }
  return "";
}

// The documented mapping from what Zydis says.
std::string wanted_name(const ZydisDecodedInstruction& insn) {
  std::string_view name = ZydisMnemonicGetString(insn.mnemonic);
  const bool is_one_byte = insn.encoding == ZYDIS_INSTRUCTION_ENCODING_LEGACY &&
                           insn.opcode_map == ZYDIS_OPCODE_MAP_DEFAULT;
  if (is_one_byte && insn.opcode >= 0xd8 && insn.opcode <= 0xdf) {
    return "fpu";
  }
  if (!kScalar.contains(name)) {
    const std::string_view all = family(insn.meta.isa_ext);
    if (!all.empty()) {
      return all == "xop" && insn.encoding == ZYDIS_INSTRUCTION_ENCODING_VEX ? "simd"
                                                                             : std::string(all);
    }
  }
  if (starts_with(ZydisISAExtGetString(insn.meta.isa_ext), "PADLOCK")) {
    return "padlock";
  }
  const bool is_far = insn.meta.branch_type == ZYDIS_BRANCH_TYPE_FAR;
  const bool is_indirect = is_one_byte && insn.opcode == 0xff;
  std::string result;
  if (insn.attributes & ZYDIS_ATTRIB_HAS_LOCK) {
    result = "lock_";
  }
  if (insn.attributes & ZYDIS_ATTRIB_HAS_REP) {
    result += "rep_";
  } else if (insn.attributes & ZYDIS_ATTRIB_HAS_REPE) {
    result += "repe_";
  } else if (insn.attributes & ZYDIS_ATTRIB_HAS_REPNE) {
    // For instructions that compare nothing it is rep in another coat.
    const bool compares = (insn.opcode & 0xf6) == 0xa6;
    result += compares ? "repne_" : "rep_";
  }
  if (name == "call") {
    name = is_far ? "lcall" : is_indirect ? "calli" : "call";
  } else if (name == "jmp") {
    name = is_far ? "ljmp" : is_indirect ? "jmpi" : "jmp";
  } else if (name == "ret" && is_far) {
    name = "lret";
  } else if (const auto found = kSpelling.find(name); found != kSpelling.end()) {
    name = found->second;
  }
  return result + std::string(name);
}

class Checker {
 public:
  // Tolerant: see is_taken_as_it_comes().
  explicit Checker(bool is_tolerant = false) : is_tolerant_(is_tolerant) {
    ZydisDecoderInit(&decoder_, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
  }

  // Compares one instruction; where names the place. Returns its length, 0 = none for both.
  unsigned check(const std::uint8_t* bytes, std::size_t avail, std::uint64_t address) {
    ZydisDecodedInstruction theirs;
    dtk_insn ours;
    const bool they_can = ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(
        &decoder_, nullptr, bytes, std::min<std::size_t>(avail, 15), &theirs));
    const bool we_can = dtk_insn_decode(&ours, bytes, static_cast<__u32>(avail)) == 0;
    const unsigned fast = dtk_insn_length(bytes, static_cast<__u32>(avail));
    if (fast != (we_can ? ours.length : 0)) {
      differ("fast length", address, bytes, avail, std::to_string(we_can ? ours.length : 0),
             std::to_string(fast));
    }
    if (!they_can || !we_can) {
      if (we_can && !they_can && kNewerThanZydis.contains(name(ours, bytes))) {
        ++newer_;
      } else if (we_can && !they_can && is_tolerant_ && is_taken_as_it_comes(ours, bytes)) {
        ++neither_;
      } else if (they_can && is_knights_corner(theirs)) {
        ++neither_;
      } else if (they_can != we_can) {
        differ("decodable", address, bytes, avail, they_can ? wanted_name(theirs) : "no",
               we_can ? name(ours, bytes) : "no");
      } else {
        ++neither_;
      }
      return they_can ? theirs.length : we_can ? ours.length : 0;
    }
    ++instructions_;
    if (is_knights_corner(theirs)) {
      return theirs.length;
    }
    if (theirs.length != ours.length) {
      differ("length", address, bytes, avail, std::to_string(theirs.length),
             std::to_string(ours.length));
      return theirs.length;
    }
    if (theirs.raw.disp.size / 8 != ours.disp_size && theirs.raw.disp.size / 8 != ours.imm_size) {
      differ("displacement", address, bytes, avail, std::to_string(theirs.raw.disp.size / 8),
             std::to_string(ours.disp_size));
    }
    if (ours.disp_size && theirs.raw.disp.offset != ours.disp_at) {
      differ("displacement's place", address, bytes, avail, std::to_string(theirs.raw.disp.offset),
             std::to_string(ours.disp_at));
    }
    if (theirs.raw.imm[0].size && theirs.raw.imm[0].offset != ours.imm_at) {
      differ("immediate's place", address, bytes, avail, std::to_string(theirs.raw.imm[0].offset),
             std::to_string(ours.imm_at));
    }
    compare_names(theirs, ours, bytes, avail, address);
    return theirs.length;
  }

  void restart() { ++functions_; }

  // Prints the counts. Returns the exit status.
  int finish() const {
    std::printf("functions: %zu\ninstructions: %zu\n", functions_, instructions_);
    std::printf("newer than Zydis: %zu\nno instruction for both: %zu\n", newer_, neither_);
    std::printf("disagreements: %zu\n", differences_);
    return differences_ || !instructions_ ? 1 : 0;
  }

 private:
  static std::string name(const dtk_insn& insn, const std::uint8_t* bytes) {
    char text[DTK_INSN_NAME_MAX];
    dtk_insn_name(&insn, bytes, text, sizeof(text));
    return text;
  }

  void compare_names(const ZydisDecodedInstruction& theirs, const dtk_insn& ours,
                     const std::uint8_t* bytes, std::size_t avail, std::uint64_t address) {
    char text[DTK_INSN_NAME_MAX];
    dtk_insn_name(&ours, bytes, text, sizeof(text));
    const std::uint64_t attributes =
        theirs.attributes & (ZYDIS_ATTRIB_HAS_LOCK | ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE |
                             ZYDIS_ATTRIB_HAS_REPNE);
    const bool is_one_byte = theirs.opcode_map == ZYDIS_OPCODE_MAP_DEFAULT;
    const Key key{attributes, static_cast<unsigned>(theirs.mnemonic),
                  static_cast<unsigned>(theirs.meta.isa_ext) << 8 |
                      static_cast<unsigned>(theirs.meta.branch_type) << 1 |
                      static_cast<unsigned>(is_one_byte),
                  is_one_byte ? theirs.opcode : 0u};
    auto found = names_.find(key);
    if (found == names_.end()) {
      found = names_.emplace(key, wanted_name(theirs)).first;
    }
    std::string_view wanted = found->second;
    // Zydis does not tell these apart.
    if (theirs.mnemonic == ZYDIS_MNEMONIC_VMMCALL && ours.pp >= 0xf2) {
      wanted = "vmgexit";
    } else if (theirs.mnemonic == ZYDIS_MNEMONIC_WBINVD && ours.pp == 0xf3) {
      wanted = "wbnoinvd";
    }
    if (wanted != text) {
      differ("name", address, bytes, avail, std::string(wanted), text);
    }
  }

  void differ(const char* what, std::uint64_t address, const std::uint8_t* bytes, std::size_t avail,
              const std::string& wanted, const std::string& found) {
    if (++differences_ > 50) {
      return;
    }
    std::printf("%016" PRIx64 " %s: Zydis %s, ours %s:", address, what, wanted.c_str(),
                found.c_str());
    for (std::size_t i = 0; i < std::min<std::size_t>(avail, 15); ++i) {
      std::printf(" %02x", bytes[i]);
    }
    std::printf("\n");
  }

  using Key = std::array<std::uint64_t, 4>;

  // A processor that no Linux of today runs on reused VEX and EVEX.
  static bool is_knights_corner(const ZydisDecodedInstruction& insn) {
    return starts_with(ZydisISAExtGetString(insn.meta.isa_ext), "KNC") ||
           insn.encoding == ZYDIS_INSTRUCTION_ENCODING_MVEX;
  }

  // What we do not check: vector prefixes, x87, prefixes that 0f 01 must not have; and what Zydis
  // does not know yet.
  static bool is_taken_as_it_comes(const dtk_insn& insn, const std::uint8_t* bytes) {
    const std::string text = name(insn, bytes);
    return insn.encoding != DTK_INSN_LEGACY || text == "simd" || text == "fpu" ||
           text == "padlock" || starts_with(text, "bnd") ||
           (insn.map == DTK_INSN_MAP_0F && insn.opcode == 0x01);
  }

  bool is_tolerant_;
  ZydisDecoder decoder_{};
  std::map<Key, std::string> names_;
  std::size_t functions_ = 0;
  std::size_t instructions_ = 0;
  std::size_t newer_ = 0;
  std::size_t neither_ = 0;
  std::size_t differences_ = 0;
};

// /proc/kcore by virtual address.
class Kcore {
 public:
  explicit Kcore(const char* path) : fd_(open(path, O_RDONLY | O_CLOEXEC)) {
    Elf64_Ehdr head{};
    if (fd_ < 0 || pread(fd_, &head, sizeof(head), 0) != sizeof(head)) {
      return;
    }
    segments_.resize(head.e_phnum);
    const auto size = static_cast<ssize_t>(segments_.size() * sizeof(Elf64_Phdr));
    if (pread(fd_, segments_.data(), static_cast<std::size_t>(size),
              static_cast<off_t>(head.e_phoff)) != size) {
      segments_.clear();
    }
  }
  Kcore(const Kcore&) = delete;
  Kcore& operator=(const Kcore&) = delete;
  ~Kcore() {
    if (fd_ >= 0) {
      close(fd_);
    }
  }

  bool is_open() const { return !segments_.empty(); }

  bool read(std::uint64_t address, Bytes& out) const {
    for (const Elf64_Phdr& segment : segments_) {
      if (segment.p_type != PT_LOAD || address < segment.p_vaddr ||
          address + out.size() > segment.p_vaddr + segment.p_memsz) {
        continue;
      }
      const std::uint64_t at = segment.p_offset + (address - segment.p_vaddr);
      return pread(fd_, out.data(), out.size(), static_cast<off_t>(at)) ==
             static_cast<ssize_t>(out.size());
    }
    return false;
  }

 private:
  int fd_;
  std::vector<Elf64_Phdr> segments_;
};

struct Function {
  std::uint64_t address;
  std::uint64_t end;
};

// Text symbols; each ends where the next symbol of any kind begins. Text that was freed after boot
// is left out.
std::vector<Function> functions(const char* path) {
  std::ifstream file(path);
  std::vector<std::pair<std::uint64_t, bool>> symbols;
  std::map<std::string, std::uint64_t> marks;
  std::string line;
  while (std::getline(file, line)) {
    char* rest = nullptr;
    const std::uint64_t address = std::strtoull(line.c_str(), &rest, 16);
    if (!address || std::strlen(rest) < 4) {
      continue;
    }
    const std::string_view name(rest + 3);
    if (name == "_sinittext" || name == "_einittext" || name == "__init_begin" ||
        name == "__init_end" || name == "_etext") {
      marks[std::string(name)] = address;
    }
    symbols.emplace_back(address, std::strchr("tTwW", rest[1]) != nullptr);
  }
  std::sort(symbols.begin(), symbols.end());
  std::vector<Function> found;
  for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
    const auto [address, is_text] = symbols[i];
    std::uint64_t end = symbols[i + 1].first;
    const bool is_init = address >= marks["__init_begin"] && address < marks["__init_end"];
    if (!is_text || is_init || end <= address || end - address > (1u << 20)) {
      continue;
    }
    found.push_back({address, end});
  }
  return found;
}

int check_live() {
  const Kcore kcore("/proc/kcore");
  if (!kcore.is_open()) {
    std::fprintf(stderr, "textcheck: /proc/kcore cannot be read: %s\n", std::strerror(errno));
    return 2;
  }
  const std::vector<Function> all = functions("/proc/kallsyms");
  if (all.empty()) {
    std::fprintf(stderr, "textcheck: /proc/kallsyms shows no addresses\n");
    return 2;
  }
  constexpr std::uint64_t kWindow = 1u << 20;
  // Symbols of text may name data, and init text that is gone: forms that exist nowhere do not
  // count.
  Checker checker(true);
  Bytes window;
  std::uint64_t base = 0;
  std::size_t unreadable = 0;
  for (const Function& function : all) {
    if (function.address < base || function.end + 16 > base + window.size()) {
      // As much as is there: functions of modules lie in pages of their own.
      base = function.address;
      window.resize(kWindow);
      if (!kcore.read(base, window)) {
        window.resize(((function.end + 4095) & ~std::uint64_t{4095}) - base);
        if (!kcore.read(base, window)) {
          window.clear();
          ++unreadable;
          continue;
        }
      }
    }
    checker.restart();
    for (std::uint64_t at = function.address; at < function.end;) {
      const unsigned length =
          checker.check(window.data() + (at - base), base + window.size() - at, at);
      if (!length) {
        break;
      }
      at += length;
    }
  }
  std::printf("unreadable: %zu\n", unreadable);
  return checker.finish();
}

Bytes read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

int check_raw(const char* path) {
  const Bytes code = read_file(path);
  Checker checker;
  for (std::size_t at = 0; at < code.size();) {
    at += std::max(1u, checker.check(code.data() + at, code.size() - at, at));
  }
  return checker.finish();
}

int check_random(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Checker checker(true);
  std::array<std::uint8_t, 16> code;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::uint8_t& byte : code) {
      byte = static_cast<std::uint8_t>(random());
    }
    if (i & 1) {
      code[random() & 3] = 0x0f;
    }
    checker.check(code.data(), code.size(), i);
  }
  return checker.finish();
}

int time_raw(const char* path) {
  Bytes code = read_file(path);
  const std::size_t size = code.size();
  code.resize(size + 16);
  const auto started = std::chrono::steady_clock::now();
  std::size_t count = 0;
  for (std::size_t at = 0; at < size; ++count) {
    at += std::max(1u, dtk_insn_length(code.data() + at, 16));
  }
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - started;
  std::printf("%zu instructions, %.1f ns each\n", count, took.count() / static_cast<double>(count));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (argc == 1) {
    return check_live();
  }
  if (argc == 3 && mode == "raw") {
    return check_raw(argv[2]);
  }
  if (argc == 4 && mode == "random") {
    return check_random(std::strtoull(argv[2], nullptr, 0), std::strtoull(argv[3], nullptr, 0));
  }
  if (argc == 3 && mode == "time") {
    return time_raw(argv[2]);
  }
  std::fprintf(stderr, "usage: textcheck [raw FILE | time FILE]\n");
  return 2;
}
