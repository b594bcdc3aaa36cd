# SPDX-License-Identifier: MIT
"""Scripted TCP connections; prints what the program itself, getsockopt(TCP_INFO) and ss know of them, as JSON lines.

talk.py all ADDRESS...      connect, refuse, accept, transfer, half close, reset to addresses of this host
talk.py listen ADDRESS PORT connections to be served, each until its other end closes
talk.py connect ADDRESS PORT [LOCAL_ADDRESS LOCAL_PORT]
talk.py send ADDRESS PORT BYTES  sends so many bytes to `listen` and closes
talk.py cross LOCAL LOCAL_PORT ADDRESS PORT  connects at an agreed moment (file `go`): both ends at once
"""
import json, os, socket, struct, subprocess, sys, time

TCP_INFO = "BBBBBBBBIIIIIIIIIIIIIIIIIIIIIIIIQQQQ"


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def say(what, **facts):
    print(json.dumps({"what": what, "pid": os.getpid(), **facts}), flush=True)


def ends(sock):
    plain = lambda name: [name[0].removeprefix("::ffff:"), name[1]]
    return {"local": plain(sock.getsockname()), "remote": plain(sock.getpeername())}


def listener(address, port=0):
    sock = socket.socket(family(address))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((address, port))
    sock.listen(64)
    return sock


def tcp_info(sock):
    raw = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, struct.calcsize(TCP_INFO))
    v = struct.unpack(TCP_INFO, raw)
    return {"state": v[0], "snd_ws": v[6] & 15, "rcv_ws": v[6] >> 4, "rto_us": v[8], "mss": v[10],
            "rtt_us": v[23], "rttvar_us": v[24], "ssthresh": v[25], "cwnd": v[26],
            "bytes_acked": v[34], "bytes_received": v[35]}


def ss(sock):
    """What ss says of this end."""
    port, peer = sock.getsockname()[1], sock.getpeername()[1]
    out = subprocess.run(["ss", "-tineHO", "sport", "=", f":{port}", "and", "dport", "=", f":{peer}"],
                         capture_output=True, text=True).stdout
    facts = {}
    for word in out.split():
        key, _, value = word.partition(":")
        if key in ("sk", "wscale", "rto", "rtt", "mss", "cwnd", "ssthresh", "bytes_acked", "bytes_received"):
            facts[key] = value
    return facts


def known(sock, who):
    """A quiet moment: what the next segment sent must show. Nagle and delayed ACKs are over."""
    time.sleep(0.3)
    facts = {"info": tcp_info(sock), "ss": ss(sock)}
    say("known", who=who, **ends(sock), **facts)


def refused(address):
    sock = socket.socket(family(address))
    sock.bind((address, 0))
    local = list(sock.getsockname()[:2])
    try:
        sock.connect((address, 9))
    except ConnectionRefusedError:
        say("refused", local=[local[0].removeprefix("::ffff:"), local[1]],
            remote=[address.removeprefix("::ffff:"), 9])


def both(listening, address):
    client = socket.socket(family(address))
    client.connect((address, listening.getsockname()[1]))
    server, _ = listening.accept()
    say("connected", **ends(client))
    return client, server


def take(sock, size):
    while size > 0:
        got = len(sock.recv(65536))
        if not got:
            raise SystemExit("closed too early")
        size -= got


def all_kinds(addresses):
    for address in addresses:
        listening = listener("::" if address.startswith("::ffff:") else address)
        client, server = both(listening, address)
        for size in (1, 100, 3000, 200000):
            client.sendall(b"x" * size)
            take(server, size)
            server.sendall(b"y" * size)
            take(client, size)
        known(client, "client")
        client.sendall(b"a")
        take(server, 1)
        known(server, "server")
        server.sendall(b"b")
        take(client, 1)
        # half close: our direction ends, theirs goes on
        end = ends(client)
        client.shutdown(socket.SHUT_WR)
        server.recv(1)
        server.sendall(b"z" * 70)
        take(client, 70)
        server.close()
        client.recv(1)
        say("closed", **end, how="client first")
        client.close()
        # the server closes first, with nothing to read: its end goes through TIME_WAIT
        client, server = both(listening, address)
        end = ends(client)
        server.close()
        client.recv(1)
        client.close()
        say("closed", **end, how="server first")
        # reset
        client, server = both(listening, address)
        end = ends(client)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        try:
            server.recv(1)
        except ConnectionResetError:
            pass
        server.close()
        say("reset", **end)
        refused(address)
        listening.close()
    time.sleep(0.3)


def listen(address, port):
    listening = listener(address, port)
    say("listening")
    open("listening", "w").close()
    while True:
        sock, _ = listening.accept()
        say("accepted", **ends(sock))
        try:
            while sock.recv(1 << 20):
                pass
        except ConnectionResetError:
            pass
        sock.close()


def connect(address, port, local=None, local_port=0):
    sock = socket.socket(family(address))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if local:
        sock.bind((local, local_port))
    sock.connect((address, port))
    say("connected", **ends(sock))
    return sock


def cross(local, local_port, address, port):
    sock = socket.socket(family(address))
    sock.bind((local, local_port))
    open(f"ready.{local_port}", "w").close()
    while not os.path.exists("go"):
        pass
    sock.settimeout(20)
    sock.connect((address, port))
    say("connected", **ends(sock))
    time.sleep(0.5)
    sock.close()


def main(args):
    what, rest = args[0], [int(a) if a.isdigit() else a for a in args[1:]]
    say("begin", netns=os.stat("/proc/self/ns/net").st_ino)
    if what == "all":
        all_kinds(rest)
    elif what == "listen":
        listen(*rest)
    elif what == "connect":
        sock = connect(*rest)
        sock.close()
    elif what == "send":
        sock = connect(*rest[:2])
        sock.sendall(b"s" * rest[2])
        sock.shutdown(socket.SHUT_WR)
        sock.recv(1)
        say("sent", **tcp_info(sock))
    elif what == "cross":
        cross(*rest)


main(sys.argv[1:])
