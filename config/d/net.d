/* SPDX-License-Identifier: MIT */
/*
 * Address families, link types for link_ntop() and pcap(), the classic name of an IPv6 address.
 */
typedef struct in6_addr in6_addr_t;

inline int AF_UNSPEC = 0;
inline int AF_LOCAL = 1;
inline int AF_UNIX = 1;
inline int AF_INET = 2;
inline int AF_AX25 = 3;
inline int AF_IPX = 4;
inline int AF_APPLETALK = 5;
inline int AF_NETROM = 6;
inline int AF_BRIDGE = 7;
inline int AF_ATMPVC = 8;
inline int AF_X25 = 9;
inline int AF_INET6 = 10;
inline int AF_ROSE = 11;
inline int AF_DECnet = 12;
inline int AF_NETBEUI = 13;
inline int AF_SECURITY = 14;
inline int AF_KEY = 15;
inline int AF_NETLINK = 16;
inline int AF_ROUTE = 16;
inline int AF_PACKET = 17;
inline int AF_ASH = 18;
inline int AF_ECONET = 19;
inline int AF_ATMSVC = 20;
inline int AF_RDS = 21;
inline int AF_SNA = 22;
inline int AF_IRDA = 23;
inline int AF_PPPOX = 24;
inline int AF_WANPIPE = 25;
inline int AF_LLC = 26;
inline int AF_CAN = 29;
inline int AF_TIPC = 30;
inline int AF_ALG = 38;
inline int AF_VSOCK = 40;
inline int AF_QIPCRTR = 42;

inline int ARPHRD_ETHER = 1;
inline int ARPHRD_INFINIBAND = 32;
inline int ARPHRD_LOOPBACK = 772;

inline int PCAP_NULL = 0;
inline int PCAP_ETHERNET = 1;
inline int PCAP_PPP = 9;
inline int PCAP_IP = 12;
inline int PCAP_WIFI = 105;
inline int PCAP_INFINIBAND = 247;

inline int IPPROTO_IP = 0;
inline int IPPROTO_ICMP = 1;
inline int IPPROTO_IGMP = 2;
inline int IPPROTO_TCP = 6;
inline int IPPROTO_UDP = 17;
inline int IPPROTO_IPV6 = 41;
inline int IPPROTO_ICMPV6 = 58;
inline int SOCK_STREAM = 1;
inline int SOCK_DGRAM = 2;
inline int SOCK_RAW = 3;
inline int SOCK_SEQPACKET = 5;
