// SPDX-License-Identifier: MIT
// Names of socket families, types, protocols and message flags.
#include <linux/net.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "names.hpp"

namespace dt::plugins::syscall {

namespace {

constexpr Name kFamilies[] = {
    DT_NAME(AF_UNSPEC),  DT_NAME(AF_UNIX),      DT_NAME(AF_INET),      DT_NAME(AF_AX25),
    DT_NAME(AF_IPX),     DT_NAME(AF_APPLETALK), DT_NAME(AF_NETROM),    DT_NAME(AF_BRIDGE),
    DT_NAME(AF_ATMPVC),  DT_NAME(AF_X25),       DT_NAME(AF_INET6),     DT_NAME(AF_ROSE),
    DT_NAME(AF_NETBEUI), DT_NAME(AF_SECURITY),  DT_NAME(AF_KEY),       DT_NAME(AF_NETLINK),
    DT_NAME(AF_PACKET),  DT_NAME(AF_ASH),       DT_NAME(AF_ECONET),    DT_NAME(AF_ATMSVC),
    DT_NAME(AF_RDS),     DT_NAME(AF_SNA),       DT_NAME(AF_IRDA),      DT_NAME(AF_PPPOX),
    DT_NAME(AF_WANPIPE), DT_NAME(AF_LLC),       DT_NAME(AF_IB),        DT_NAME(AF_MPLS),
    DT_NAME(AF_CAN),     DT_NAME(AF_TIPC),      DT_NAME(AF_BLUETOOTH), DT_NAME(AF_IUCV),
    DT_NAME(AF_RXRPC),   DT_NAME(AF_ISDN),      DT_NAME(AF_PHONET),    DT_NAME(AF_IEEE802154),
    DT_NAME(AF_CAIF),    DT_NAME(AF_ALG),       DT_NAME(AF_NFC),       DT_NAME(AF_VSOCK),
    DT_NAME(AF_KCM),     DT_NAME(AF_QIPCRTR),   DT_NAME(AF_SMC),       DT_NAME(AF_XDP)};
constexpr Name kTypes[] = {DT_NAME(SOCK_STREAM), DT_NAME(SOCK_DGRAM),     DT_NAME(SOCK_RAW),
                           DT_NAME(SOCK_RDM),    DT_NAME(SOCK_SEQPACKET), DT_NAME(SOCK_DCCP),
                           DT_NAME(SOCK_PACKET)};
constexpr Names kTypeNames{"socket_type_base", "SOCK_", NamesKind::Enum, kTypes};
constexpr Name kTypeFlags[] = {DT_NAME(SOCK_CLOEXEC), DT_NAME(SOCK_NONBLOCK)};
constexpr Name kInet[] = {
    DT_NAME(IPPROTO_IP),      DT_NAME(IPPROTO_ICMP),     DT_NAME(IPPROTO_IGMP),
    DT_NAME(IPPROTO_IPIP),    DT_NAME(IPPROTO_TCP),      DT_NAME(IPPROTO_EGP),
    DT_NAME(IPPROTO_PUP),     DT_NAME(IPPROTO_UDP),      DT_NAME(IPPROTO_IDP),
    DT_NAME(IPPROTO_TP),      DT_NAME(IPPROTO_DCCP),     DT_NAME(IPPROTO_IPV6),
    DT_NAME(IPPROTO_ROUTING), DT_NAME(IPPROTO_FRAGMENT), DT_NAME(IPPROTO_RSVP),
    DT_NAME(IPPROTO_GRE),     DT_NAME(IPPROTO_ESP),      DT_NAME(IPPROTO_AH),
    DT_NAME(IPPROTO_ICMPV6),  DT_NAME(IPPROTO_NONE),     DT_NAME(IPPROTO_DSTOPTS),
    DT_NAME(IPPROTO_MTP),     DT_NAME(IPPROTO_PIM),      DT_NAME(IPPROTO_COMP),
    DT_NAME(IPPROTO_SCTP),    DT_NAME(IPPROTO_MH),       DT_NAME(IPPROTO_UDPLITE),
    DT_NAME(IPPROTO_MPLS),    DT_NAME(IPPROTO_RAW),      {262, "IPPROTO_MPTCP"}};
constexpr Name kNetlink[] = {
    DT_NAME(NETLINK_ROUTE),     DT_NAME(NETLINK_USERSOCK),  DT_NAME(NETLINK_SOCK_DIAG),
    DT_NAME(NETLINK_NFLOG),     DT_NAME(NETLINK_XFRM),      DT_NAME(NETLINK_SELINUX),
    DT_NAME(NETLINK_ISCSI),     DT_NAME(NETLINK_AUDIT),     DT_NAME(NETLINK_FIB_LOOKUP),
    DT_NAME(NETLINK_CONNECTOR), DT_NAME(NETLINK_NETFILTER), DT_NAME(NETLINK_KOBJECT_UEVENT),
    DT_NAME(NETLINK_GENERIC),   DT_NAME(NETLINK_CRYPTO)};
constexpr Name kMsg[] = {DT_NAME(MSG_OOB),      DT_NAME(MSG_PEEK),       DT_NAME(MSG_DONTROUTE),
                         DT_NAME(MSG_CTRUNC),   DT_NAME(MSG_PROXY),      DT_NAME(MSG_TRUNC),
                         DT_NAME(MSG_DONTWAIT), DT_NAME(MSG_EOR),        DT_NAME(MSG_WAITALL),
                         DT_NAME(MSG_FIN),      DT_NAME(MSG_SYN),        DT_NAME(MSG_CONFIRM),
                         DT_NAME(MSG_RST),      DT_NAME(MSG_ERRQUEUE),   DT_NAME(MSG_NOSIGNAL),
                         DT_NAME(MSG_MORE),     DT_NAME(MSG_WAITFORONE), DT_NAME(MSG_BATCH),
                         DT_NAME(MSG_ZEROCOPY), DT_NAME(MSG_FASTOPEN),   DT_NAME(MSG_CMSG_CLOEXEC)};
constexpr Name kShutdown[] = {DT_NAME(SHUT_RD), DT_NAME(SHUT_WR), DT_NAME(SHUT_RDWR)};
constexpr Name kSocketcall[] = {
    DT_NAME(SYS_SOCKET),      DT_NAME(SYS_BIND),       DT_NAME(SYS_CONNECT),
    DT_NAME(SYS_LISTEN),      DT_NAME(SYS_ACCEPT),     DT_NAME(SYS_GETSOCKNAME),
    DT_NAME(SYS_GETPEERNAME), DT_NAME(SYS_SOCKETPAIR), DT_NAME(SYS_SEND),
    DT_NAME(SYS_RECV),        DT_NAME(SYS_SENDTO),     DT_NAME(SYS_RECVFROM),
    DT_NAME(SYS_SHUTDOWN),    DT_NAME(SYS_SETSOCKOPT), DT_NAME(SYS_GETSOCKOPT),
    DT_NAME(SYS_SENDMSG),     DT_NAME(SYS_RECVMSG),    DT_NAME(SYS_ACCEPT4),
    DT_NAME(SYS_RECVMMSG),    DT_NAME(SYS_SENDMMSG)};

constexpr auto kFlags = NamesKind::Flags;
constexpr auto kEnum = NamesKind::Enum;
constexpr Names kTables[] = {
    {"socket_domain", "AF_", kEnum, kFamilies},
    {"socket_type", "SOCK_", kFlags, kTypeFlags, 0xf, &kTypeNames},
    {"socket_flags", "SOCK_", kFlags, kTypeFlags},
    {"inet_protocol", "IPPROTO_", kEnum, kInet},
    {"netlink_protocol", "NETLINK_", kEnum, kNetlink},
    {"msg_flags", "MSG_", kFlags, kMsg},
    {"shutdown_how", "SHUT_", kEnum, kShutdown},
    {"socketcall", "SYS_", kEnum, kSocketcall},
};

}  // namespace

std::span<const Names> names_of_sockets() { return kTables; }

}  // namespace dt::plugins::syscall
