# SPDX-License-Identifier: MIT
# Sourced by stress tests that want a busy kernel: compiling, files, the network, many short processes. They run in the
# background from load_start until a file "stop" appears in the current folder.

load_compile() {
  printf '#include <stdio.h>\nint main(void) { puts("x"); return 0; }\n' > load.c
  while [ ! -e stop ]; do gcc -O1 -o load load.c; done
}
load_files() {
  while [ ! -e stop ]; do
    dd if=/dev/zero of=file bs=4k count=500 conv=fsync 2> /dev/null
    cat file > /dev/null
    rm file
  done
}
load_network() {
  python3 - << 'P'
import os, socket, threading
server = socket.create_server(("127.0.0.1", 0))
def serve():
    while True:
        peer, _ = server.accept()
        with peer:
            while peer.recv(4096):
                pass
threading.Thread(target=serve, daemon=True).start()
while not os.path.exists("stop"):
    with socket.create_connection(server.getsockname()) as client:
        for _ in range(50):
            client.sendall(b"x" * 1000)
P
}
load_forks() { while [ ! -e stop ]; do for _ in 1 2 3 4 5 6 7 8; do /bin/true & done; wait; done; }
load_start() {
  local what
  ip link set lo up 2> /dev/null
  for what in compile files network forks; do load_$what > /dev/null 2>&1 & done
}

# What the kernel has complained of so far.
# Hostile programs die of their own requests; that the kernel stops telling each of them is no complaint.
warnings() {
  dmesg --level warn,err,crit,alert,emerg |
    grep -vE 'taint|hrtimer: interrupt took|show_signal_msg: [0-9]+ callbacks suppressed' | wc -l
}
