# SPDX-License-Identifier: MIT
"""Compares what dtrace printed (members.d) with what the program (talk.py) and tcpdump saw.

judge.py TRACE TALK PCAP: prints "ok <claim>" and "not ok <claim>" lines.
"""
import collections, json, socket, struct, sys

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
WRAP = 1 << 32


def check(claim, wrong):
    """wrong: a list of what contradicts it."""
    for line in wrong[:5]:
        print("   ", line)
    print("not ok" if wrong else "ok", claim)


def read_trace(path):
    hits = []
    for line in open(path):
        if not line.startswith("probe="):
            continue
        hit = dict(word.split("=", 1) for word in line.split())
        for key in hit:
            if key not in ("pkt", "addr", "sock") and hit[key].lstrip("-").isdigit():
                hit[key] = int(hit[key])
        hits.append(hit)
    return hits


def read_pcap(path):
    """Segments of a capture, as tcpdump -w writes it: Ethernet frames."""
    data = open(path, "rb").read()
    at, segments = 24, []
    while at < len(data):
        size = struct.unpack_from("<I", data, at + 8)[0]
        frame = data[at + 16:at + 16 + size]
        at += 16 + size
        kind, = struct.unpack_from(">H", frame, 12)
        if kind == 0x0800:
            version, start = 4, 14 + (frame[14] & 15) * 4
            length = struct.unpack_from(">H", frame, 16)[0] - (start - 14)
            source, target = (socket.inet_ntop(socket.AF_INET, frame[n:n + 4]) for n in (26, 30))
        elif kind == 0x86dd:
            version, start = 6, 54
            length, = struct.unpack_from(">H", frame, 18)
            source, target = (socket.inet_ntop(socket.AF_INET6, frame[n:n + 16]) for n in (22, 38))
        else:
            continue
        sport, dport, seq, ack, hdr, flags, win, total, urgent = struct.unpack_from(">HHIIBBHHH", frame, start)
        segments.append({"ver": version, "plen": length, "from": source, "to": target, "sport": sport,
                         "dport": dport, "seq": seq, "ack": ack, "hdr": (hdr >> 4) * 4, "flags": flags,
                         "win": win, "urg": urgent, "sum": total})
    return segments


WIRE = ("ver", "plen", "from", "to", "sport", "dport", "seq", "ack", "hdr", "flags", "win", "urg")


def key(hit):
    return tuple(hit[name] for name in WIRE)


def flow(hit):
    return hit["from"], hit["sport"], hit["to"], hit["dport"]


def difference(a, b):
    a, b = collections.Counter(map(key, a)), collections.Counter(map(key, b))
    return [f"only the first: {k} x{n}" for k, n in (a - b).items()] + \
           [f"only the second: {k} x{n}" for k, n in (b - a).items()]


def segments(hits, pcap):
    sent = [h for h in hits if h["probe"] == "send"]
    received = [h for h in hits if h["probe"] == "receive"]
    check(f"send saw the {len(pcap)} segments that tcpdump saw, field by field", difference(sent, pcap) or
          ([] if pcap else ["nothing captured"]))
    check("receive saw the same", difference(received, pcap))
    first = {flow(s): s["seq"] for s in pcap if s["flags"] & SYN}
    back = lambda f: (f[2], f[3], f[0], f[1])
    wrong = []
    for h in sent + received:
        out = flow(h) if h["probe"] == "send" else back(flow(h))
        if (h["laddr"], h["lport"], h["raddr"], h["rport"]) != out:
            wrong.append(f"ends: {h}")
    check("local and remote ends are those of the segment", wrong)
    wrong = []
    for h in sent + received:
        out = flow(h) if h["probe"] == "send" else back(flow(h))
        if h["state"] in ("state-listen", "state-closed") and not h["cid"] or h["sock"] == "0":
            continue
        if h["state"] not in ("state-listen", "state-time-wait") and h["iss"] != first.get(out):
            wrong.append(f"iss {first.get(out)}: {h}")
        if h["state"] not in ("state-listen", "state-syn-sent", "state-time-wait") and \
           h["irs"] != first.get(back(out)) and h["irs"] != 0:
            wrong.append(f"irs {first.get(back(out))}: {h}")
    check("iss and irs are the sequence numbers of the SYNs", wrong)
    wrong = [str(h) for h in sent + received if h["th"] not in (0, h["sport"])]
    check("tcp_hdr points to the header", wrong)
    plain = [h for h in sent if h["sock"] != "0" and h["state"] == "state-established" and not h["again"]]
    wrong = [str(h) for h in plain if h["seq"] != h["snxt"] or h["ack"] != h["rnxt"]]
    check("seq is snxt and ack is rnxt of who sends", wrong)
    wrong = [str(h) for h in sent + received if h["sock"] != "0" and
             h["state"] not in ("state-listen", "state-time-wait") and
             ((h["snxt"] - h["suna"]) % WRAP > 1 << 30 or (h["rnxt"] - h["rack"]) % WRAP > 1 << 30)]
    check("suna is not beyond snxt, rack not beyond rnxt", wrong)
    wrong = []
    for h in plain:
        if not h["flags"] & SYN and h["win"] != min(65535, h["rwnd"] >> h["rws"]):
            wrong.append(str(h))
    check("the window in the header is rwnd, scaled", wrong)
    cids = collections.defaultdict(set)
    for h in sent + received:
        if h["cid"] and h["state"] != "state-listen":
            cids[h["cid"]].add((h["laddr"], h["lport"], h["raddr"], h["rport"]))
    check("a connection has one number of its own", [f"{c}: {e}" for c, e in cids.items() if len(e) != 1])


def members(hits, talk):
    netns = {t["pid"]: t["netns"] for t in talk if t["what"] == "begin"}
    pids = set(netns)
    owned = [h for h in hits if h["cid"]]
    check("cs_pid is the process that owns the connection", [str(h) for h in owned if h["pid"] not in pids])
    check("cs_zoneid is the network namespace",
          [str(h) for h in owned if h["pid"] in netns and h["zone"] != netns[h["pid"]]])
    knowns = [t for t in talk if t["what"] == "known"]
    wrong = [] if knowns else ["nothing to compare"]
    for t in knowns:
        ends = (*t["local"], *t["remote"])
        info, ss = t["info"], t["ss"]
        letter = 1 + info["bytes_acked"] - (t["who"] == "client")
        mine = [h for h in hits if h["probe"] == "send" and flow(h) == ends and h["plen"] - h["hdr"] == 1 and
                (h["seq"] - h["iss"]) % WRAP == letter]
        if len(mine) != 1:
            wrong.append(f"{len(mine)} segments for {t}")
            continue
        h = mine[0]
        expected = {
            "cwnd": info["cwnd"] * info["mss"], "mss": info["mss"], "rto": info["rto_us"] // 1000,
            "sws": info["snd_ws"], "rws": info["rcv_ws"], "rtt": info["rtt_us"] // 1000,
            "rttsd": info["rttvar_us"] // 1000, "suna": (h["iss"] + letter) % WRAP,
            "ssthresh": 0x7fffffff if info["ssthresh"] >= 0x7fffffff else info["ssthresh"] * info["mss"],
            "rnxt": (h["irs"] + 1 + info["bytes_received"]) % WRAP, "pid": t["pid"], "again": 0,
            "active": int(t["who"] == "client"), "cid": int(ss["sk"], 16), "state": "state-established"}
        wrong += [f"{name}: dtrace {h[name]}, TCP_INFO or ss {value}: {t}" for name, value in expected.items()
                  if h[name] != value]
        said = {"cwnd": int(ss["cwnd"]) * int(ss["mss"]), "mss": int(ss["mss"]), "rto": int(float(ss["rto"])),
                "rtt": int(float(ss["rtt"].split("/")[0]))}
        wrong += [f"{name}: dtrace {h[name]}, ss {value}" for name, value in said.items() if h[name] != value]
    check(f"members of tcpsinfo_t are what TCP_INFO and ss -ti say ({len(knowns)} times)", wrong)


def connections(hits, talk):
    connected = [tuple(t["local"] + t["remote"]) for t in talk if t["what"] == "connected"]
    refused = [tuple(t["local"] + t["remote"]) for t in talk if t["what"] == "refused"]
    mine = lambda h: (h["laddr"], h["lport"], h["raddr"], h["rport"])
    theirs = lambda h: (h["raddr"], h["rport"], h["laddr"], h["lport"])

    def same(name, found, expected):
        a, b = collections.Counter(found), collections.Counter(expected)
        check(name, [f"dtrace only: {k}" for k in (a - b)] + [f"program only: {k}" for k in (b - a)] +
              ([] if expected else ["nothing to compare"]))
    by = collections.defaultdict(list)
    for h in hits:
        by[h["probe"]].append(h)
    same("connect-request: each connect once", map(mine, by["connect-request"]), connected + refused)
    same("connect-established: each connection once", map(mine, by["connect-established"]), connected)
    same("accept-established: each connection once", map(theirs, by["accept-established"]), connected)
    same("connect-refused: each refused one once", map(mine, by["connect-refused"]), refused)
    same("accept-refused: each refused one once", map(theirs, by["accept-refused"]), refused)
    flags = {"connect-request": SYN, "connect-established": SYN | ACK, "connect-refused": RST | ACK,
             "accept-established": ACK, "accept-refused": RST | ACK}
    for probe, wanted in flags.items():
        wrong = [str(h) for h in by[probe] if h["flags"] != wanted or
                 h["state"] != ("state-established" if "est" in probe and "req" not in probe else h["state"])]
        check(f"{probe} shows the segment it should", wrong)
    wrong = [str(h) for h in by["connect-established"] + by["connect-request"] + by["connect-refused"]
             if h["active"] != 1] + [str(h) for h in by["accept-established"] if h["active"]]
    check("tcps_active tells who connects", wrong)


GRAPH = {
    "state-closed": {"state-listen", "state-syn-sent"},
    "state-listen": {"state-closed", "state-syn-received"},
    "state-syn-sent": {"state-closed", "state-established", "state-syn-received"},
    "state-syn-received": {"state-established", "state-closed", "state-fin-wait-1"},
    "state-established": {"state-fin-wait-1", "state-close-wait", "state-closed"},
    "state-fin-wait-1": {"state-fin-wait-2", "state-closing", "state-time-wait", "state-closed"},
    "state-fin-wait-2": {"state-time-wait", "state-closed"},
    "state-closing": {"state-time-wait", "state-closed"},
    "state-close-wait": {"state-last-ack", "state-closed"},
    "state-last-ack": {"state-closed"},
    "state-time-wait": {"state-closed"},
}


def states(hits, talk):
    changes = [h for h in hits if h["probe"] == "state-change"]
    wrong = [str(h) for h in changes if h["state"] not in GRAPH.get(h["old"], ())]
    check(f"each of {len(changes)} changes of state is one of TCP's", wrong)
    check("changes of state have no segment", [str(h) for h in changes if h["none"] != 1])
    last, wrong, story = {}, [], collections.defaultdict(list)
    for h in changes:
        if h["cid"] in last and last[h["cid"]] != h["old"]:
            wrong.append(f"after {last[h['cid']]}: {h}")
        last[h["cid"]] = h["state"]
        story[h["laddr"], h["lport"], h["raddr"], h["rport"]].append(h["state"])
    check("each begins with the state in which the last one ended", wrong)
    names = lambda *words: ["state-" + word for word in words]
    stories = {
        ("closed", "client first"): (names("syn-sent", "established", "fin-wait-1", "fin-wait-2", "time-wait"),
                                     names("syn-received", "established", "close-wait", "last-ack", "closed")),
        ("closed", "server first"): (names("syn-sent", "established", "close-wait", "last-ack", "closed"),
                                     names("syn-received", "established", "fin-wait-1", "fin-wait-2", "time-wait")),
        ("reset", None): (names("syn-sent", "established", "closed"), names("syn-received", "established", "closed")),
        ("refused", None): (names("syn-sent", "closed"), []),
    }
    wrong = []
    for t in talk:
        told = stories.get((t["what"], t.get("how")))
        if not told:
            continue
        ours = story[(*t["local"], *t["remote"])]
        theirs = story[(*t["remote"], *t["local"])]
        if (ours, theirs) != told:
            wrong.append(f"{t}: {ours} {theirs}")
    check("the states of each connection are those of its story", wrong)


def main(trace, talk, pcap):
    hits = read_trace(trace)
    talk = [json.loads(line) for line in open(talk) if line.startswith("{")]
    segments(hits, read_pcap(pcap))
    members(hits, talk)
    connections(hits, talk)
    states(hits, talk)


main(*sys.argv[1:4])
