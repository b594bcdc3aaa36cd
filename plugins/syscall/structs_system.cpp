// SPDX-License-Identifier: MIT
// Structures of sockets and of the machine as a whole; looking up any structure.
#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "names.hpp"
#include "structs.hpp"

namespace dt::plugins::syscall {

namespace {

Shown show_utsname(const Bytes& b) {
  constexpr size_t kField = 65;
  constexpr const char* kNames[] = {"sysname", "nodename", "release",
                                    "version", "machine",  "domainname"};
  StructOut out;
  out.add(kNames[0], quoted(b.part(0, kField).text(), false));
  out.add(kNames[1], quoted(b.part(kField, kField).text(), false));
  Shown shown = out.take();
  shown.text.insert(shown.text.size() - 1, ", ...");
  for (size_t i = 2; i < std::size(kNames); i++) {
    shown.json[kNames[i]] = quoted(b.part(i * kField, kField).text(), false).json;
  }
  return shown;
}

Shown show_sysinfo(const Bytes& b) {
  StructOut out;
  out.add("uptime", signed_number(b.s64(0)));
  out.add("loads", list_of({unsigned_number(b.u64(8)), unsigned_number(b.u64(16)),
                            unsigned_number(b.u64(24))},
                           false));
  constexpr const char* kNames[] = {"totalram",  "freeram",   "sharedram",
                                    "bufferram", "totalswap", "freeswap"};
  for (size_t i = 0; i < std::size(kNames); i++) {
    out.add(kNames[i], unsigned_number(b.u64(32 + 8 * i)));
  }
  out.add("procs", unsigned_number(b.u16(80)));
  out.add("totalhigh", unsigned_number(b.u64(88)));
  out.add("freehigh", unsigned_number(b.u64(96)));
  out.add("mem_unit", unsigned_number(b.u32(104)));
  return out.take();
}

Shown show_perf_attr(const Bytes& b) {
  StructOut out;
  out.add("type", show_names("perf_type", b.u32(0)));
  out.add("size", hex_number(b.u32(4)));
  out.add("config", hex_number(b.u64(8)));
  const bool is_frequency = b.u64(40) >> 10 & 1;
  out.add(is_frequency ? "sample_freq" : "sample_period", unsigned_number(b.u64(16)));
  out.add("sample_type", hex_number(b.u64(24)));
  out.add("read_format", hex_number(b.u64(32)));
  out.cut();
  return out.take();
}

// The path of a Unix socket; an abstract one begins with a NUL, shown as @.
Shown unix_path(const Bytes& path) {
  if (path.u8(0) == 0 && path.size() > 1) {
    Shown shown = quoted(path.from(1).characters(), false);
    shown.text = "@" + shown.text;
    shown.json = shown.json.is_string() ? Json("@" + shown.json.get<std::string>()) : shown.json;
    return shown;
  }
  return quoted(path.text(), false);
}

Shown quoted_call(const char* function, const char* text) {
  return {fmt::format("{}(\"{}\")", function, text), text};
}

Shown port_of(const Bytes& b) {
  const uint16_t port = ntohs(b.u16(2));
  return {fmt::format("htons({})", port), port};
}

constexpr StructKind kStructs[] = {
    {"utsname", 390, show_utsname, true},
    {"sysinfo", 112, show_sysinfo},
    {"perf_event_attr", 64, show_perf_attr, true},
};

}  // namespace

Shown show_sockaddr(const Bytes& bytes, size_t size) {
  const Bytes b = bytes.part(0, size);
  StructOut out;
  const uint16_t family = b.u16(0);
  out.add("sa_family", show_names("socket_domain", family));
  switch (family) {
    case AF_INET: {
      char text[INET_ADDRSTRLEN] = "";
      const uint32_t ip = b.u32(4);
      inet_ntop(AF_INET, &ip, text, sizeof(text));
      out.add("sin_port", port_of(b));
      out.add("sin_addr", quoted_call("inet_addr", text));
      break;
    }
    case AF_INET6: {
      char text[INET6_ADDRSTRLEN] = "";
      unsigned char ip[16];
      for (size_t i = 0; i < sizeof(ip); i++) {
        ip[i] = b.u8(8 + i);
      }
      inet_ntop(AF_INET6, ip, text, sizeof(text));
      out.add("sin6_port", port_of(b));
      const uint32_t flow = ntohl(b.u32(4));
      out.add("sin6_flowinfo", {fmt::format("htonl({})", flow), flow});
      out.add_unnamed("sin6_addr",
                      {fmt::format("inet_pton(AF_INET6, \"{}\", &sin6_addr)", text), text});
      out.add("sin6_scope_id", unsigned_number(b.u32(24)));
      break;
    }
    case AF_UNIX:
      if (b.size() > 2) {
        out.add("sun_path", unix_path(b.from(2)));
      }
      break;
    case AF_NETLINK:
      out.add("nl_pid", signed_number(b.s32(4)));
      out.add("nl_groups", {fmt::format("{:08x}", b.u32(8)), b.u32(8)});
      break;
    case AF_PACKET:
      out.add("sll_protocol", {fmt::format("htons({:#x})", ntohs(b.u16(2))), ntohs(b.u16(2))});
      out.add("sll_ifindex", signed_number(b.s32(4)));
      out.add("sll_hatype", unsigned_number(b.u16(8)));
      out.add("sll_pkttype", unsigned_number(b.u8(10)));
      break;
    default:
      if (b.size() > 2) {
        out.add("sa_data", quoted(b.from(2).characters(), false));
      }
      break;
  }
  return out.take();
}

Shown show_control(const Bytes& bytes, size_t size) {
  constexpr size_t kHead = 16;
  std::vector<Shown> items;
  const size_t known = std::min(size, bytes.size());
  size_t at = 0;
  while (at + kHead <= known) {
    const uint64_t length = bytes.u64(at);
    if (length < kHead) {
      break;
    }
    StructOut out;
    out.add("cmsg_len", unsigned_number(length));
    out.add("cmsg_level", show_names("sockopt_level", bytes.u32(at + 8)));
    const bool is_socket = bytes.u32(at + 8) == SOL_SOCKET;
    const uint32_t type = bytes.u32(at + 12);
    if (is_socket && type == SCM_RIGHTS) {
      out.add("cmsg_type", word("SCM_RIGHTS"));
      std::vector<Shown> files;
      for (size_t i = kHead; i + 4 <= length && at + i + 4 <= known; i += 4) {
        files.push_back(signed_number(bytes.s32(at + i)));
      }
      out.add("cmsg_data", list_of(files, at + length > known));
    } else if (is_socket && type == SCM_CREDENTIALS) {
      out.add("cmsg_type", word("SCM_CREDENTIALS"));
      StructOut who;
      who.add("pid", signed_number(bytes.s32(at + kHead)));
      who.add("uid", unsigned_number(bytes.u32(at + kHead + 4)));
      who.add("gid", unsigned_number(bytes.u32(at + kHead + 8)));
      out.add("cmsg_data", who.take());
    } else {
      out.add("cmsg_type", hex_number(type));
    }
    items.push_back(out.take());
    at += (length + 7) / 8 * 8;
  }
  return list_of(items, size > known);
}

const StructKind* find_struct(std::string_view id) {
  static const auto index = [] {
    std::unordered_map<std::string_view, const StructKind*> map;
    for (std::span<const StructKind> kinds :
         {structs_of_files(), structs_of_processes(), structs_of_time(), structs_of_system()}) {
      for (const StructKind& kind : kinds) {
        map[kind.id] = &kind;
      }
    }
    return map;
  }();
  auto it = index.find(id);
  return it == index.end() ? nullptr : it->second;
}

std::span<const StructKind> structs_of_system() { return kStructs; }

}  // namespace dt::plugins::syscall
