# SPDX-License-Identifier: MIT
# Every dtrace command that docs/providers-*.md shows runs without an error. One that does not end by itself is
# interrupted as a user would.
. "$DTRACE_SUITES/check.bash"

docs=$DTRACE_SUITES/../../../docs
cat > program.c <<'END'
int main(void) {
  for (volatile long i = 0; i < 20000000; i++)
    ;
}
END
gcc -O1 -g -o program program.c

# One command a file: in ``` blocks, lines that begin with dtrace, or with a prompt where output follows; a command goes on
# while a quote is open. ```text blocks show what need not run, or runs on one build of a kernel only.
awk '/^```/ { block = block ? 0 : /text/ ? 2 : 1; open = 0; next }
  block == 1 && !open && sub(/^(# )?dtrace /, "dtrace ") { n++; open = 1; quotes = 0 }
  open { print > ("command." FILENAME_part(FILENAME) "." n); quotes += gsub(/\047/, ""); open = quotes % 2 }
  function FILENAME_part(f) { sub(/.*\//, "", f); return f }' "$docs"/providers-*.md

for file in command.*; do
  name=$(head -n 1 "$file")
  capture timeout -s INT -k 10 4 bash "$file"
  if { [ "$seen_status" -eq 0 ] || [ "$seen_status" -eq 124 ]; } && ! grep -q '^dtrace: .*\(fail\|error\|invalid\)' <<< "$seen"; then
    pass "${name:0:80}"
  else
    fail "${name:0:80}" "status $seen_status: $(head -n 12 <<< "$seen")"
  fi
done
