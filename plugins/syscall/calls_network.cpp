// SPDX-License-Identifier: MIT
// System calls on sockets. The language is that of calls.hpp.
#include "calls.hpp"

namespace dt::plugins::syscall {

namespace {

constexpr CallText kCalls[] = {
    {"socket", "family:socket_domain type:socket_type protocol:socket_protocol(family)", "fd"},
    {"socketpair",
     "family:socket_domain type:socket_type protocol:socket_protocol(family) usockvec:>fd[2]"},
    {"bind", "fd:fd umyaddr:sockaddr(addrlen) addrlen:int"},
    {"connect", "fd:fd uservaddr:sockaddr(addrlen) addrlen:int"},
    {"listen", "fd:fd backlog:int"},
    {"accept", "fd:fd upeer_sockaddr:>sockaddr(*upeer_addrlen) upeer_addrlen:<>uint[1]", "fd"},
    {"accept4",
     "fd:fd upeer_sockaddr:>sockaddr(*upeer_addrlen) upeer_addrlen:<>uint[1] flags:socket_flags",
     "fd"},
    {"getsockname", "fd:fd usockaddr:>sockaddr(*usockaddr_len) usockaddr_len:<>uint[1]"},
    {"getpeername", "fd:fd usockaddr:>sockaddr(*usockaddr_len) usockaddr_len:<>uint[1]"},
    {"sendto", "fd:fd buff:buf(len) len:size flags:msg_flags addr:sockaddr(addr_len) addr_len:int"},
    {"recvfrom",
     "fd:fd ubuf:>buf(ret) size:size flags:msg_flags addr:>sockaddr(*addr_len) addr_len:<>uint[1]"},
    {"sendmsg", "fd:fd msg:msghdr flags:msg_flags"},
    {"recvmsg", "fd:fd msg:>msghdr(ret) flags:msg_flags"},
    {"sendmmsg", "fd:fd mmsg:ptr vlen:uint flags:msg_flags"},
    {"recvmmsg", "fd:fd mmsg:ptr vlen:uint flags:msg_flags timeout:*timespec"},
    {"shutdown", "fd:fd how:shutdown_how"},
    {"setsockopt", "fd:fd level:sockopt_level optname:int optval:sockopt_value(optlen) optlen:int"},
    {"getsockopt",
     "fd:fd level:sockopt_level optname:int optval:>sockopt_value(*optlen) optlen:<>uint[1]"},
};

}  // namespace

std::span<const CallText> calls_of_network() { return kCalls; }

}  // namespace dt::plugins::syscall
