// SPDX-License-Identifier: MIT
// The D expressions for each kind of parameter. At entry an argument is argN. At return the
// provider gives the result only; the registers of the interrupted program still hold the arguments
// (a call changes rax, rcx and r11 alone), and they are others for 32-bit programs.
#include "plan.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scalars.hpp"
#include "structs.hpp"

namespace dt::plugins::syscall {

namespace {

constexpr const char* kRegisters64[] = {"R_RDI", "R_RSI", "R_RDX", "R_R10", "R_R8", "R_R9"};
constexpr const char* kRegisters32[] = {"R_RBX", "R_RCX", "R_RDX", "R_RSI", "R_RDI", "R_RBP"};
constexpr size_t kMaxParams = 6;

std::string argument(size_t index, Side side) {
  if (side == Side::Entry) {
    return fmt::format("arg{}", index);
  }
  index = std::min(index, kMaxParams - 1);
  return fmt::format("(arg6 == 1 ? (uint64_t)(uint32_t)uregs[{}] : uregs[{}])", kRegisters32[index],
                     kRegisters64[index]);
}

std::string bytes_at(const std::string& at, size_t size) {
  return fmt::format("*(uint8_t (*)[{0}])copyin({1}, {0})", size, at);
}

// As many bytes as `length` says, `most` at most: no more is touched than belongs to the call.
std::string bytes_at(const std::string& at, size_t most, const std::string& length) {
  return fmt::format("*(uint8_t (*)[{0}])copyin({1}, (uint64_t)({2}) < {0} ? {2} : {0})", most, at,
                     length);
}

std::string load64(const std::string& at, size_t offset) {
  return fmt::format("*(uint64_t *)copyin({} + {}, 8)", at, offset);
}

std::string load32(const std::string& at, size_t offset) {
  return fmt::format("*(uint32_t *)copyin({} + {}, 4)", at, offset);
}

std::string file_of(const std::string& fd) { return fmt::format("fds[(int){}].fi_pathname", fd); }

class Planner {
 public:
  Planner(Plan& plan, const Options& options) : plan_(plan), options_(options) {}

  size_t add(const std::string& expression) {
    auto it = std::find(plan_.expressions.begin(), plan_.expressions.end(), expression);
    if (it != plan_.expressions.end()) {
      return static_cast<size_t>(it - plan_.expressions.begin());
    }
    plan_.expressions.push_back(expression);
    return plan_.expressions.size() - 1;
  }

  std::vector<ParamPlan> add_params(const std::vector<Param>& params) {
    params_ = &params;
    std::vector<ParamPlan> plans;
    for (size_t i = 0; i < params.size() && i < kMaxParams; i++) {
      ParamPlan plan;
      plan.value = add(argument(i, plan_.side));
      const bool is_input = params[i].direction != Direction::Out;
      if (plan_.side == Side::Return || is_input) {
        for (const std::string& expression : memory_of(params[i], argument(i, plan_.side))) {
          plan.memory.push_back(add(expression));
        }
      }
      plans.push_back(std::move(plan));
    }
    return plans;
  }

 private:
  std::string reference(const Reference& ref) const {
    switch (ref.kind) {
      case Reference::Kind::Parameter: {
        const ScalarKind* kind = find_scalar((*params_)[ref.param].kind);
        const char* type = kind && kind->width == 4 ? "uint32_t" : "uint64_t";
        return fmt::format("({}){}", type, argument(ref.param, plan_.side));
      }
      case Reference::Kind::PointedTo:
        return load32(argument(ref.param, plan_.side), 0);
      case Reference::Kind::Result:
        return "(arg1 > 0 ? arg1 : 0)";
      default:
        return fmt::format("{}", ref.number);
    }
  }

  std::vector<std::string> memory_of(const Param& param, const std::string& at) const;
  std::vector<std::string> array_of(const Param& param, const std::string& at) const;
  std::vector<std::string> iovec_of(const Param& param, const std::string& at) const;
  std::vector<std::string> msghdr_of(const std::string& at) const;
  void add_iovec_data(std::vector<std::string>& out, const std::string& at, size_t count) const;

  Plan& plan_;
  const Options& options_;
  const std::vector<Param>* params_ = nullptr;
};

// Arrays and pointers to one: of structures or of numbers.
std::vector<std::string> Planner::array_of(const Param& param, const std::string& at) const {
  size_t width = 8;
  if (const StructKind* kind = find_struct(param.kind)) {
    width = kind->size;
  } else if (const ScalarKind* scalar = find_scalar(param.kind)) {
    width = scalar->width;
  }
  if (!param.is_array) {
    return {bytes_at(at, width)};
  }
  if (param.count.kind == Reference::Kind::Number) {
    std::vector<std::string> out = {bytes_at(at, width * param.count.number)};
    for (size_t i = 0; param.kind == "fd" && options_.shows_files && i < param.count.number; i++) {
      out.push_back(file_of(load32(at, i * width)));
    }
    return out;
  }
  return {
      bytes_at(at, width * kMaxElements, fmt::format("({} * {})", reference(param.count), width))};
}

void Planner::add_iovec_data(std::vector<std::string>& out, const std::string& at,
                             size_t count) const {
  for (size_t i = 0; i < count; i++) {
    out.push_back(bytes_at(load64(at, 16 * i), options_.limit, load64(at, 16 * i + 8)));
  }
}

std::vector<std::string> Planner::iovec_of(const Param& param, const std::string& at) const {
  std::vector<std::string> out = {
      bytes_at(at, 16 * kMaxIovec, fmt::format("({} * 16)", reference(param.count)))};
  add_iovec_data(out, at, kMaxIovec);
  return out;
}

std::vector<std::string> Planner::msghdr_of(const std::string& at) const {
  const std::string vec = load64(at, 16);
  std::vector<std::string> out = {
      bytes_at(at, kMsghdrSize),
      bytes_at(load64(at, 0), kMaxSockaddr, load32(at, 8)),
      bytes_at(load64(at, 32), kMaxControl, load64(at, 40)),
      bytes_at(vec, 16 * kMaxMsgIovec, fmt::format("({} * 16)", load64(at, 24))),
  };
  add_iovec_data(out, vec, kMaxMsgIovec);
  return out;
}

std::vector<std::string> Planner::memory_of(const Param& param, const std::string& at) const {
  const std::string_view kind = param.kind;
  if (param.is_pointer || (param.is_array && kind != "iovec" && kind != "fd_set")) {
    if (kind == "sigset_argpack") {
      return {bytes_at(at, 16), bytes_at(load64(at, 0), 8)};
    }
    return array_of(param, at);
  }
  if (kind == "fd" || kind == "dirfd") {
    if (!options_.shows_files) {
      return {};
    }
    if (kind == "dirfd") {
      return {fmt::format("(int){} == -100 ? d_path(&curthread->fs->pwd) : {}", at, file_of(at))};
    }
    return {file_of(at)};
  }
  if (kind == "path") {
    return {fmt::format("copyinstr({}, {})", at, kPathSize)};
  }
  if (kind == "str" || kind == "mount_data") {
    return {fmt::format("copyinstr({}, {})", at, options_.limit + 2)};
  }
  if (kind == "buf" || kind == "sockopt_value") {
    return {bytes_at(at, options_.limit, reference(param.of))};
  }
  if (kind == "msgbuf") {
    return {bytes_at(at, options_.limit + 8, fmt::format("({} + 8)", reference(param.of)))};
  }
  if (kind == "sockaddr") {
    return {bytes_at(at, kMaxSockaddr, reference(param.of))};
  }
  if (kind == "sigset") {
    return {bytes_at(at, 8)};
  }
  if (kind == "fd_set") {
    return {
        bytes_at(at, kMaxBitBytes, fmt::format("(({} + 63) / 64 * 8)", reference(param.count)))};
  }
  if (kind == "cpu_set") {
    return {bytes_at(at, kMaxBitBytes, reference(param.of))};
  }
  if (kind == "iovec") {
    return iovec_of(param, at);
  }
  if (kind == "msghdr") {
    return msghdr_of(at);
  }
  if (kind == "argv") {
    std::vector<std::string> out;
    for (size_t i = 0; i <= kMaxArgv; i++) {
      out.push_back(load64(at, 8 * i));
    }
    for (size_t i = 0; i < kMaxArgv; i++) {
      out.push_back(fmt::format("copyinstr({}, {})", load64(at, 8 * i), options_.limit + 2));
    }
    return out;
  }
  return {};
}

}  // namespace

Plan make_plan(const Call& call, Side side, const Options& options) {
  Plan plan;
  plan.call = &call;
  plan.side = side;
  plan.is_full =
      side == Side::Entry || call.has_output || options.returns != Options::Return::Short;
  Planner planner(plan, options);
  plan.abi = planner.add("arg6");
  plan.thread = planner.add("tid");
  if (side == Side::Return) {
    plan.result = planner.add("arg1");
    bool gives_file = call.result == "fd";
    for (const Variant& variant : call.variants) {
      gives_file = gives_file || variant.result == "fd";
    }
    if (gives_file && options.shows_files) {
      plan.result_file = planner.add(file_of("arg1"));
    }
  }
  // A variant is chosen by an argument, so that one is needed even where no parameter is shown.
  if (plan.is_full) {
    plan.params = planner.add_params(call.params);
    for (const Variant& variant : call.variants) {
      plan.variants.push_back(planner.add_params(variant.params));
    }
  } else if (!call.variants.empty()) {
    for (size_t i = 0; i < call.params.size(); i++) {
      plan.params.push_back({planner.add(argument(i, side)), {}});
    }
  }
  return plan;
}

Plan generic_plan(Side side) {
  Plan plan;
  plan.side = side;
  plan.is_full = side == Side::Entry;
  plan.expressions = {fmt::format("{}", kGenericMark), "arg6", "tid"};
  plan.abi = 1;
  plan.thread = 2;
  if (side == Side::Return) {
    plan.result = 3;
    plan.expressions.emplace_back("arg1");
    return plan;
  }
  for (size_t i = 0; i < kMaxParams; i++) {
    plan.params.push_back({plan.expressions.size(), {}});
    plan.expressions.push_back(argument(i, side));
  }
  return plan;
}

}  // namespace dt::plugins::syscall
