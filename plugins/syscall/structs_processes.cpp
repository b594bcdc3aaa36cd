// SPDX-License-Identifier: MIT
// Structures of calls on processes: limits, usage, creation, scheduling, IPC.
#include <sys/wait.h>

#include <fmt/format.h>

#include "names.hpp"
#include "structs.hpp"

namespace dt::plugins::syscall {

namespace {

// A limit: multiples of 1024 are easier to read as such.
Shown show_limit(uint64_t value) {
  if (value == ~uint64_t{0}) {
    return {"RLIM64_INFINITY", nullptr};
  }
  if (value > 1024 && value % 1024 == 0) {
    return {fmt::format("{}*1024", value / 1024), value};
  }
  return unsigned_number(value);
}

Shown show_rlimit(const Bytes& b) {
  StructOut out;
  out.add("rlim_cur", show_limit(b.u64(0)));
  out.add("rlim_max", show_limit(b.u64(8)));
  return out.take();
}

Shown timeval_at(const Bytes& b, size_t offset) {
  StructOut out;
  out.add("tv_sec", signed_number(b.s64(offset)));
  out.add("tv_usec", signed_number(b.s64(offset + 8)));
  return out.take();
}

Shown show_rusage(const Bytes& b) {
  StructOut out;
  out.add("ru_utime", timeval_at(b, 0));
  out.add("ru_stime", timeval_at(b, 16));
  Shown shown = out.take();
  shown.text.insert(shown.text.size() - 1, ", ...");
  shown.json["ru_maxrss"] = b.s64(32);
  shown.json["ru_minflt"] = b.s64(64);
  shown.json["ru_majflt"] = b.s64(72);
  shown.json["ru_inblock"] = b.s64(88);
  shown.json["ru_oublock"] = b.s64(96);
  shown.json["ru_nvcsw"] = b.s64(128);
  shown.json["ru_nivcsw"] = b.s64(136);
  return shown;
}

Shown show_status(const Bytes& b) { return show_wait_status(b.s32(0)); }

Shown show_clone_args(const Bytes& b) {
  StructOut out;
  const uint64_t flags = b.u64(0);
  out.add("flags", show_names("clone_bits", flags, 8));
  if (flags & 0x1000) {
    out.add("pidfd", address(b.u64(8)));
  }
  if (flags & 0x1200000) {
    out.add("child_tid", address(b.u64(16)));
  }
  if (flags & 0x100000) {
    out.add("parent_tid", address(b.u64(24)));
  }
  out.add("exit_signal", signal_name(static_cast<int>(b.u64(32))));
  out.add("stack", address(b.u64(40)));
  out.add("stack_size", hex_number(b.u64(48)));
  if (flags & 0x80000) {
    out.add("tls", address(b.u64(56)));
  }
  return out.take();
}

Shown show_sched_param(const Bytes& b) { return list_of({signed_number(b.s32(0))}, false); }

Shown show_sched_attr(const Bytes& b) {
  StructOut out;
  out.add("size", unsigned_number(b.u32(0)));
  out.add("sched_policy", show_names("sched_policy", b.u32(4)));
  out.add("sched_flags", show_names("sched_attr_flags", b.u64(8), 8));
  out.add("sched_nice", signed_number(b.s32(16)));
  out.add("sched_priority", unsigned_number(b.u32(20)));
  out.add("sched_runtime", unsigned_number(b.u64(24)));
  out.add("sched_deadline", unsigned_number(b.u64(32)));
  out.add("sched_period", unsigned_number(b.u64(40)));
  return out.take();
}

Shown show_cap_header(const Bytes& b) {
  StructOut out;
  out.add("version", show_names("cap_version", b.u32(0)));
  out.add("pid", signed_number(b.s32(4)));
  return out.take();
}

// Two sets of 32 bits make one of 64.
Shown capability_set(uint64_t low, uint64_t high) {
  const uint64_t bits = low | high << 32;
  Shown out{"", Json::array()};
  const Names* names = find_names("capability");
  for (const Name& name : names->names) {
    if (bits >> name.value & 1) {
      out.text += out.text.empty() ? "" : "|";
      out.text += fmt::format("1<<{}", name.text);
      out.json.push_back(name.text);
    }
  }
  if (out.text.empty()) {
    out.text = "0";
  }
  return out;
}

Shown show_cap_data(const Bytes& b) {
  StructOut out;
  out.add("effective", capability_set(b.u32(0), b.u32(12)));
  out.add("permitted", capability_set(b.u32(4), b.u32(16)));
  out.add("inheritable", capability_set(b.u32(8), b.u32(20)));
  return out.take();
}

Shown show_sembuf(const Bytes& b) {
  StructOut out;
  out.add("sem_num", unsigned_number(b.u16(0)));
  out.add("sem_op", signed_number(b.signed_at(2, 2)));
  out.add("sem_flg", show_names("sem_op_flags", b.u16(4), 2));
  return out.take();
}

Shown show_mq_attr(const Bytes& b) {
  StructOut out;
  out.add("mq_flags", show_names("open_flags", b.u64(0), 8));
  out.add("mq_maxmsg", signed_number(b.s64(8)));
  out.add("mq_msgsize", signed_number(b.s64(16)));
  out.add("mq_curmsgs", signed_number(b.s64(24)));
  return out.take();
}

constexpr StructKind kStructs[] = {
    {"rlimit", 16, show_rlimit},
    {"rusage", 144, show_rusage},
    {"wait_status", 4, show_status, true},
    {"clone_args", 88, show_clone_args, true},
    {"sched_param", 4, show_sched_param, true},
    {"sched_attr", 48, show_sched_attr, true},
    {"cap_header", 8, show_cap_header, true},
    {"cap_data", 24, show_cap_data, true},
    {"sembuf", 6, show_sembuf, true},
    {"mq_attr", 64, show_mq_attr},
};

}  // namespace

Shown show_wait_status(int status) {
  Shown out;
  std::string text;
  out.json = Json::object();
  if (WIFEXITED(status)) {
    text = fmt::format("WIFEXITED(s) && WEXITSTATUS(s) == {}", WEXITSTATUS(status));
    out.json["exited"] = WEXITSTATUS(status);
  } else if (WIFSTOPPED(status)) {
    const std::string name = signal_name(WSTOPSIG(status)).text;
    text = fmt::format("WIFSTOPPED(s) && WSTOPSIG(s) == {}", name);
    out.json["stopped"] = name;
  } else if (WIFCONTINUED(status)) {
    text = "WIFCONTINUED(s)";
    out.json["continued"] = true;
  } else {
    const std::string name = signal_name(WTERMSIG(status)).text;
    text = fmt::format("WIFSIGNALED(s) && WTERMSIG(s) == {}{}", name,
                       WCOREDUMP(status) ? " && WCOREDUMP(s)" : "");
    out.json["killed"] = name;
    out.json["core"] = WCOREDUMP(status) != 0;
  }
  out.text = "[{" + text + "}]";
  return out;
}

std::span<const StructKind> structs_of_processes() { return kStructs; }

}  // namespace dt::plugins::syscall
