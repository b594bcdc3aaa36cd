# SPDX-License-Identifier: MIT
# The command line: every flag does what DTrace users know, and the exit status says how it went.
. "$DTRACE_SUITES/check.bash"

reader="$DTRACE_PROGRAMS/reader"

check_output "-V tells the version" 'dtrace: .*[0-9]+\.[0-9]+' dtrace -V
check_output "-l lists with a heading" 'ID +PROVIDER +MODULE +FUNCTION NAME' dtrace -l -n 'dtrace:::BEGIN'
check_output "-l without pattern lists every provider" 'profile.*syscall|syscall.*profile' dtrace -l
check_output "-l -P chooses a provider" 'syscall.*read.*entry' dtrace -l -P syscall
check_output "-l -f chooses a function" 'syscall .* read +entry' dtrace -l -f read
check_output "-l -m chooses a module" 'syscall' dtrace -l -m vmlinux
id=$(dtrace -l -n syscall::read:entry | awk 'END { print $1 }')
check_output "-l -i chooses by id" "$id +syscall .*read +entry" dtrace -l -i "$id"
check_output "-i traces by id" 'syscall' \
  dtrace -q -i "$id { printf(\"%s\", probeprov); exit(0); }" -c "$reader 2"
check_output "-P traces a provider" '^[1-9]' dtrace -q -P syscall'{ @ = count(); }' -c "$reader 2" \
  -n 'END { printa("%@d\n", @); }'
check_output "-f traces a function" 'entry|return' \
  dtrace -q -f 'read { printf("%s\n", probename); exit(0); }' -c "$reader 2"
check_output "without -q the matched probes are told" "description 'BEGIN' matched 1 probe" \
  dtrace -n 'BEGIN { exit(0); }'
check_output "the default columns are CPU, ID and FUNCTION:NAME" 'CPU +ID +FUNCTION:NAME' \
  dtrace -n 'BEGIN { exit(0); }'
check_equal "-q prints what the program prints, nothing else" 'x' \
  "$(dtrace -q -n 'BEGIN { printf("x"); exit(0); }' 2>&1)"
check_status "exit() sets the status" 7 dtrace -q -n 'BEGIN { exit(7); }'

printf '#pragma D option quiet\nBEGIN { printf("%%d %%s\\n", $1, $$2); exit(0); }\n' > macro.d
check_output "-s runs a script with macro arguments" '^5 word' dtrace -s macro.d 5 word
printf '#!/usr/bin/env -S dtrace -qs\nBEGIN { printf("script %%s\\n", $$1); exit(0); }\n' > self.d
chmod +x self.d
check_output "a script can name dtrace as its interpreter" 'script arg' ./self.d arg
check_output "-o writes to a file" '^$' dtrace -q -o out.txt -n 'BEGIN { printf("in a file\n"); exit(0); }'
check_equal "which holds the output" 'in a file' "$(cat out.txt)"
check_output "-o appends" '^$' dtrace -q -o out.txt -n 'BEGIN { printf("again\n"); exit(0); }'
check_equal "to what was there" '2' "$(grep -c . out.txt)"
printf '#define ANSWER 42\n#include <extra.h>\nBEGIN { trace(ANSWER + EXTRA + FROM_LINE); exit(0); }\n' > cpp.d
mkdir -p inc && echo '#define EXTRA 100' > inc/extra.h
check_output "-C, -D and -I run the preprocessor" '1142' \
  dtrace -q -C -DFROM_LINE=1000 -I"$PWD/inc" -s cpp.d
check_fails "-U undefines" 'FROM_LINE|failed' \
  dtrace -q -C -DFROM_LINE=1000 -UFROM_LINE -I"$PWD/inc" -s cpp.d
check_output "-S shows the compiled program" 'r[0-9]|mov|exit' dtrace -S -e -n 'BEGIN { exit(0); }'
check_output "-e stops after compiling" '^$' dtrace -q -e -n 'BEGIN { printf("never"); }'
check_output "-w allows destructive actions" 'from the shell' \
  dtrace -q -w -n 'BEGIN { system("echo from the shell"); exit(0); }'
check_output "-b and -x set options" 'ok' dtrace -q -b 64k -x strsize=64 -x switchrate=10hz \
  -n 'BEGIN { printf("ok"); exit(0); }'
check_output "-v shows what a probe's arguments are" 'Argument|Attributes|Stability' \
  dtrace -l -v -n syscall::read:entry
check_output "-F indents the flow" '-> *read|=> *read' \
  dtrace -F -n 'syscall::read:entry, syscall::read:return /pid == $target/ { }' -c "$reader 3"
check_output "-c sets \$target" '^1$' \
  dtrace -q -n 'syscall::read:entry /pid == $target && arg2 == 1/ { printf("1\n"); exit(0); }' -c "$reader 3"
check_output "-x aggsortkey sorts by key" '1.*2.*3' dtrace -q -x aggsortkey -n \
  'BEGIN { @[3] = sum(1); @[1] = sum(3); @[2] = sum(2); exit(0); }'
check_output "several -n make one program" 'ab' dtrace -q -n 'BEGIN { printf("a"); }' \
  -n 'BEGIN { printf("b"); exit(0); }'

json=$(dtrace --json -n 'BEGIN { printf("%d %s", 1, "two"); @a["k"] = count(); exit(0); }' 2> /dev/null)
check "--json prints one object a line" python3 -c '
import json, sys
lines = [json.loads(line) for line in sys.argv[1].splitlines() if line.strip()]
assert lines and all(isinstance(line, dict) for line in lines), lines' "$json"
check_output "--json has the record and the aggregation" 'two' printf '%s' "$json"

check_output "the ring buffer keeps the last records" 'last 999' \
  dtrace -q -x bufpolicy=ring -x bufsize=16k \
  -n 'syscall::read:entry /pid == $target && arg2 == 1/ { printf("last %d\n", n++); }' -c "$reader 1000"
check_output "the fill buffer keeps the first" 'first 0' \
  dtrace -q -x bufpolicy=fill -x bufsize=16k \
  -n 'syscall::read:entry /pid == $target && arg2 == 1/ { printf("first %d\n", n++); }' -c "$reader 2000"
check_output "speculations are committed" 'kept' dtrace -q -n '
  BEGIN { self->s = speculation(); }
  BEGIN { speculate(self->s); printf("kept\n"); }
  BEGIN { commit(self->s); } BEGIN { exit(0); }'
check_equal "or discarded" '' "$(dtrace -q -n '
  BEGIN { self->s = speculation(); }
  BEGIN { speculate(self->s); printf("dropped\n"); }
  BEGIN { discard(self->s); } tick-300ms { exit(0); }' 2> /dev/null | tr -d '\n')"
check_output "lost records are reported" '[0-9]+ drops on CPU' \
  dtrace -q -x bufsize=4k -x switchrate=1s \
  -n 'syscall::read:entry /pid == $target/ { printf("%200d\n", arg2); }' -c "$reader 5000"

# Names that others choose: on a terminal they show, and do nothing; a shell gets them as one word.
hostile=$(printf 'x\033[31m\007')
cp "$(command -v sleep)" "$hostile"
cat > terminal.py << 'P'
import os, pty, subprocess, sys

parent, child = pty.openpty()
process = subprocess.Popen(["dtrace", "-q", "-n", sys.argv[1], "-c", "./" + sys.argv[2] + " 0.1"], stdout=child,
                           stderr=subprocess.DEVNULL)
os.close(child)
seen = b""
while True:
    try:
        more = os.read(parent, 4096)
    except OSError:
        break
    if not more:
        break
    seen += more
process.wait()
print(seen.replace(b"\r\n", b"\n"))
P
printed='syscall::*nanosleep:entry /pid == $target/ { printf("\033[1m%s|", execname); trace(execname); @[execname] = count();
  @b[execname] = count(); } END { printa("%s %@d\n", @b); }'
check_output "control characters of data do nothing on a terminal, those of the program do" \
  '\\x1b\[1mx\\\\033\[31m\\\\007\|x\\\\033\[31m\\\\007' python3 terminal.py "$printed" "$hostile"
check_equal "nor those of keys" 1 "$(grep -o 'x1b' <<< "$seen" | wc -l)"
check_output "a file gets the bytes" $'\033\\[1mx\033\\[31m\007' \
  dtrace -q -n "$printed" -c "./$hostile 0.1"
name="it's; touch owned; \$(touch owned) \`touch owned\` \"x\""
touch "$name"
echo 'exec cat ./*owned*' > opener
check_output "%#s is one word for the shell" "here: ./it's; touch owned; .*x" \
  dtrace -q -w -n 'syscall::openat:entry /pid == $target && strstr(copyinstr(arg1), "owned") != NULL/ {
    system("ls %#s | sed \"s/^/here: /\"", copyinstr(arg1)); }' -c 'sh opener'
check "and nothing in it is run" test ! -e owned
check_output "%@Y and %@T show times" '20[0-9][0-9] [A-Z].* [A-Z][a-z][a-z], [0-9]' \
  dtrace -q -n 'BEGIN { @ = max(walltimestamp); printa("%@Y %@T\n", @); exit(0); }'
