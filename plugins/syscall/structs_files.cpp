// SPDX-License-Identifier: MIT
// Structures of calls on files, and of waiting for them.
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <ctime>

#include <fmt/format.h>

#include "names.hpp"
#include "structs.hpp"

namespace dt::plugins::syscall {

namespace {

constexpr size_t kStatSize = 144;
constexpr size_t kStatxSize = 256;

Shown show_stat(const Bytes& b) {
  StructOut out;
  const uint32_t mode = b.u32(24);
  out.add("st_mode", show_file_mode(mode));
  if (S_ISCHR(mode) || S_ISBLK(mode)) {
    out.add("st_rdev", show_device(b.u64(40)));
  } else {
    out.add("st_size", signed_number(b.s64(48)));
  }
  Shown shown = out.take();
  // The line is cut as in strace; JSON has it all.
  shown.text.insert(shown.text.size() - 1, ", ...");
  shown.json["st_dev"] = b.u64(0);
  shown.json["st_ino"] = b.u64(8);
  shown.json["st_nlink"] = b.u64(16);
  shown.json["st_uid"] = b.u32(28);
  shown.json["st_gid"] = b.u32(32);
  shown.json["st_blksize"] = b.u64(56);
  shown.json["st_blocks"] = b.u64(64);
  shown.json["st_atime"] = b.s64(72);
  shown.json["st_mtime"] = b.s64(88);
  shown.json["st_ctime"] = b.s64(104);
  return shown;
}

Shown show_statx(const Bytes& b) {
  StructOut out;
  out.add("stx_mask", show_names("statx_mask", b.u32(0)));
  out.add("stx_attributes", show_names("statx_attributes", b.u64(8), 8));
  const uint32_t mode = b.u16(28);
  out.add("stx_mode", show_file_mode(mode));
  if (S_ISCHR(mode) || S_ISBLK(mode)) {
    out.add("stx_rdev_major", unsigned_number(b.u32(0x80)));
    out.add("stx_rdev_minor", unsigned_number(b.u32(0x84)));
  }
  out.add("stx_size", unsigned_number(b.u64(0x28)));
  Shown shown = out.take();
  shown.text.insert(shown.text.size() - 1, ", ...");
  shown.json["stx_nlink"] = b.u32(0x10);
  shown.json["stx_uid"] = b.u32(0x14);
  shown.json["stx_gid"] = b.u32(0x18);
  shown.json["stx_ino"] = b.u64(0x20);
  shown.json["stx_blocks"] = b.u64(0x30);
  return shown;
}

Shown show_statfs(const Bytes& b) {
  StructOut out;
  out.add("f_type", show_names("fs_magic", b.u64(0)));
  out.add("f_bsize", signed_number(b.s64(8)));
  out.add("f_blocks", unsigned_number(b.u64(16)));
  out.add("f_bfree", unsigned_number(b.u64(24)));
  out.add("f_bavail", unsigned_number(b.u64(32)));
  out.add("f_files", unsigned_number(b.u64(40)));
  out.add("f_ffree", unsigned_number(b.u64(48)));
  const Shown id = list_of({hex_number(b.u32(56)), hex_number(b.u32(60))}, false);
  out.add("f_fsid", {"{val=" + id.text + "}", id.json});
  out.add("f_namelen", signed_number(b.s64(64)));
  out.add("f_frsize", signed_number(b.s64(72)));
  out.add("f_flags", show_names("statfs_flags", b.u64(80), 8));
  return out.take();
}

Shown show_open_how(const Bytes& b) {
  StructOut out;
  const uint64_t flags = b.u64(0);
  out.add("flags", show_names("open_flags", flags, 8));
  if (b.u64(8) != 0 || (flags & 0100) != 0) {
    out.add("mode", octal_number(b.u64(8)));
  }
  out.add("resolve", show_names("resolve_flags", b.u64(16), 8));
  return out.take();
}

StructOut flock_of(const Bytes& b) {
  StructOut out;
  out.add("l_type", show_names("lock_type", b.u16(0), 2));
  out.add("l_whence", show_names("whence", b.u16(2), 2));
  out.add("l_start", signed_number(b.s64(8)));
  out.add("l_len", signed_number(b.s64(16)));
  return out;
}

Shown show_flock(const Bytes& b) {
  StructOut out = flock_of(b);
  out.add("l_pid", signed_number(b.s32(24)));
  return out.take();
}

Shown show_flock_set(const Bytes& b) { return flock_of(b).take(); }

Shown show_pollfd(const Bytes& b) {
  StructOut out;
  out.add("fd", signed_number(b.s32(0)));
  if (b.s32(0) >= 0) {
    out.add("events", show_names("poll_events", b.u16(4), 2));
  }
  return out.take();
}

Shown show_epoll_event(const Bytes& b) {
  StructOut out, data;
  out.add("events", show_names("epoll_events", b.u32(0)));
  data.add("u32", unsigned_number(b.u32(4)));
  data.add("u64", unsigned_number(b.u64(4)));
  out.add("data", data.take());
  return out.take();
}

Shown show_iovec(const Bytes& b) {
  StructOut out;
  out.add("iov_base", address(b.u64(0)));
  out.add("iov_len", unsigned_number(b.u64(8)));
  return out.take();
}

Shown show_mount_attr(const Bytes& b) {
  StructOut out;
  out.add("attr_set", show_names("mount_attrs", b.u64(0), 8));
  out.add("attr_clr", show_names("mount_attrs", b.u64(8), 8));
  out.add("propagation", show_names("mount_flags", b.u64(16), 8));
  out.add("userns_fd", unsigned_number(b.u64(24)));
  return out.take();
}

Shown show_landlock(const Bytes& b) {
  StructOut out;
  out.add("handled_access_fs", show_names("landlock_access", b.u64(0), 8));
  return out.take();
}

Shown show_uring_params(const Bytes& b) {
  StructOut out;
  out.add("flags", show_names("io_uring_setup_flags", b.u32(8)));
  out.add("sq_thread_cpu", unsigned_number(b.u32(12)));
  out.add("sq_thread_idle", unsigned_number(b.u32(16)));
  out.add("sq_entries", unsigned_number(b.u32(0)));
  out.add("cq_entries", unsigned_number(b.u32(4)));
  out.cut();
  return out.take();
}

Shown show_winsize(const Bytes& b) {
  StructOut out;
  out.add("ws_row", unsigned_number(b.u16(0)));
  out.add("ws_col", unsigned_number(b.u16(2)));
  out.add("ws_xpixel", unsigned_number(b.u16(4)));
  out.add("ws_ypixel", unsigned_number(b.u16(6)));
  return out.take();
}

constexpr StructKind kStructs[] = {
    {"stat", kStatSize, show_stat},
    {"statx", kStatxSize, show_statx, true},
    {"statfs", 120, show_statfs},
    {"open_how", 24, show_open_how, true},
    {"flock", 32, show_flock},
    {"flock_set", 32, show_flock_set},
    {"pollfd", 8, show_pollfd, true},
    {"epoll_event", 12, show_epoll_event, true},
    {"iovec_plain", 16, show_iovec},
    {"mount_attr", 32, show_mount_attr, true},
    {"landlock_ruleset", 8, show_landlock, true},
    {"io_uring_params", 120, show_uring_params, true},
    {"winsize", 8, show_winsize, true},
};

}  // namespace

Shown show_file_mode(uint32_t mode) {
  const Shown type = show_names("file_type", mode & S_IFMT);
  const std::string bits = octal_number(mode & 07777).text;
  if ((mode & S_IFMT) == 0) {
    return {bits, mode};
  }
  return {type.text + "|" + bits, mode};
}

Shown show_device(uint64_t device) {
  return {fmt::format("makedev({}, {})", hex_number(major(device)).text,
                      hex_number(minor(device)).text),
          device};
}

Shown show_bits(const Bytes& bytes, size_t nr_bits) {
  Shown out{"[", Json::array()};
  for (size_t i = 0; i < nr_bits; i++) {
    if (bytes.u8(i / 8) >> (i % 8) & 1) {
      out.text += fmt::format("{}{}", out.text.size() > 1 ? " " : "", i);
      out.json.push_back(i);
    }
  }
  out.text += "]";
  return out;
}

Shown show_poll_result(const Bytes& b) {
  if (b.u16(6) == 0) {
    return {};
  }
  StructOut out;
  out.add("fd", signed_number(b.s32(0)));
  out.add("revents", show_names("poll_events", b.u16(6), 2));
  return out.take();
}

std::span<const StructKind> structs_of_files() { return kStructs; }

}  // namespace dt::plugins::syscall
