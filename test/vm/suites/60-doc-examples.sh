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

# One command a file: lines inside ``` blocks; a line that is indented continues the one before.
awk '/^```/ { code = !code; next }
  code && /^dtrace / { n++ }
  code && (/^dtrace / || (n && /^ /)) { print > ("command." FILENAME_part(FILENAME) "." n) }
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
