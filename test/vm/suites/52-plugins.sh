# SPDX-License-Identifier: MIT
# Plugins: arguments decoded by the default action, by trace(args) and in JSON; and plugins that are missing or
# misbehave, which cost one warning and no record.
# Limit: 240 s
. "$DTRACE_SUITES/check.bash"

reader="$DTRACE_PROGRAMS/reader"
plugins=$DTRACE_BUILD_DIR/plugins
# A path on the stack, which is there; a constant of a program may not have been touched before the call.
opens='head -c 1 /dev/zero'
reads='syscall::read:entry /pid == $target && arg2 == 1/'
lines() { printf '%s\n' "$seen" | grep -cE "$1"; }

# ---- what users see
check_output "a system call's arguments are decoded" 'openat:entry openat\(AT_FDCWD, "/dev/zero", O_RDONLY' \
  dtrace -n 'syscall::openat:entry /pid == $target/' -c "$opens"
check_equal "without a warning" 0 "$(lines 'does not work|cannot record')"
check_output "trace(args) stands beside other actions" \
  'openat\(AT_FDCWD, "/dev/zero", O_RDONLY[^)]*\)<head>' \
  dtrace -q -n 'syscall::openat:entry /pid == $target/ { trace(args); printf("<%s>\n", execname); }' -c "$opens"
check_output "and inside if" 'openat\(.*"/dev/zero"' dtrace -q -n \
  'syscall::openat:entry /pid == $target/ { if (arg2 >= 0) { trace(args); } else { trace(1); } }' -c "$opens"
capture dtrace -x decode=off -n 'syscall::openat:entry /pid == $target/' -c "$opens"
check_equal "-x decode=off shows the probe's line only" 0 "$(lines 'openat:entry .')"
capture env _DTRACE_TESTING=1 dtrace -n 'syscall::openat:entry /pid == $target/' -c "$opens"
check_equal "so does a test harness" 0 "$(lines 'openat\(')"
check_output "unless it asks" 'openat\(AT_FDCWD' \
  env _DTRACE_TESTING=1 dtrace -x decode -n 'syscall::openat:entry /pid == $target/' -c "$opens"
capture dtrace -n 'syscall::openat:entry /pid == $target/ { }' -c "$opens"
check_equal "a body without actions is not decoded" 0 "$(lines 'openat\(')"
capture dtrace -q -n 'syscall::openat:entry /pid == $target/' -c "$opens"
check_equal "a quiet run without actions prints nothing" 0 "$(lines openat)"
check_output "--json carries typed fields" '"args":\{[^}]*"/dev/zero"[^}]*\["O_RDONLY' \
  dtrace --json -n 'syscall::openat:entry /pid == $target/' -c "$opens"
check_output "a description's calls are shown each in its way" 'openat\(.*read\(.*exit_group\(0\)' \
  dtrace -n 'syscall:::entry /pid == $target/' -c "$reader 3"
check_equal "every read is there" 3 "$(lines 'read:entry read\([0-9]+.* 1\)')"
check_fails "args alone is an error with advice" 'D_IDENT_BADREF.*trace\(args\)' \
  dtrace -n 'BEGIN { x = args; }'

# ---- a pointer that leads nowhere
capture dtrace -n 'syscall::openat:entry /pid == $target/' -c 'python3 -c "
import ctypes
ctypes.CDLL(None).openat(-100, ctypes.c_void_p(16), 0)"'
check_equal "a bad pointer costs its own text only" 1 "$(lines 'openat\(AT_FDCWD, 0x10, O_RDONLY')"
check_equal "the record is there, and no error" 0 "$(lines 'error on enabled probe')"

# ---- a plugin of our own, which misbehaves as an option says
cat > plugin.c << 'END'
#include <dtrace_plugin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int nr;
__attribute__((constructor)) static void loaded(void) { fclose(fopen("/tmp/plugin-was-loaded", "w")); }
static size_t captures(const struct dtrace_plugin_host *h, const struct dtrace_plugin_probe *p, char *out, size_t cap)
{
  return snprintf(out, cap, "arg2\n(uint64_t)&vmlinux`vfs_read\nnonsense(1)\n*curthread");
}
static size_t format(const struct dtrace_plugin_host *h, const struct dtrace_plugin_event *e, char *out, size_t cap)
{
  const struct dtrace_plugin_value *v = e->values;
  char how[32] = "", text[256] = "", bytes[4096];
  unsigned sum = 0;
  size_t i, n;
  h->option(h, "how", how, sizeof(how));
  nr++;
  if (nr == 4 && !strcmp(how, "crash")) *(volatile int *)16 = 1;
  if (nr == 4 && !strcmp(how, "abort")) abort();
  if (nr >= 4 && !strcmp(how, "grow")) return cap * 2;
  n = h->kernel_text(h, v[1].integer, bytes, sizeof(bytes));
  for (i = 0; i < n; i++) sum = sum * 31 + (unsigned char)bytes[i];
  if (v[3].kind == DTRACE_VALUE_BYTES)
    h->type_text(h, "struct task_struct", v[3].bytes, v[3].size, text, sizeof(text));
  return snprintf(out, cap, "mine %lld text %zu %08x kind %u %s", (long long)v[0].integer, n, sum, v[2].kind, text);
}
static const struct dtrace_plugin table = {
  DTRACE_PLUGIN_ABI + ABI, sizeof(table), "mine", "syscall", "0", captures, format, 0, 0 };
const struct dtrace_plugin *dtrace_plugin(const struct dtrace_plugin_host *h) { return &table; }
END
build() { gcc -shared -fPIC "-DABI=$1" -I"$DTRACE_SUITES/../../../plugins/api" -o "$2" plugin.c; }
cp "$plugins/syscall.so" real.so
check "a plugin is built from the header alone" build 0 mine.so
build 1 newer.so
cp mine.so "$plugins/syscall.so"
rm -f /tmp/plugin-was-loaded
check "a program that shows no arguments" dtrace -q -n 'syscall::read:entry { @ = count(); }' -n 'BEGIN { exit(0); }'
check_equal "loads no plugin" "" "$(ls /tmp/plugin-was-loaded 2> /dev/null)"
check_output "one that does uses it" 'read:entry mine 1 text [1-9]' \
  dtrace -n "$reads" -n 'fbt::vfs_write:entry {}' -c "$reader 6"
check_equal "and loads it then" /tmp/plugin-was-loaded "$(ls /tmp/plugin-was-loaded 2> /dev/null)"
check_equal "an expression without meaning is reported once" 1 "$(lines 'plugin syscall: cannot record nonsense\(1\)')"
check_equal "and is no value" 6 "$(lines 'kind 5')"
check_equal "kernel types are shown" 6 "$(lines 'kind 5 \{ .*\.')"
alone=$(printf '%s\n' "$seen" | grep -om1 'text [0-9]* [0-9a-f]*')
check_output "kernel text is shown while everything in it has a probe" "$alone" \
  dtrace -n "$reads" -n 'fbt::vfs_read:{}' -n 'instr::vfs_read:{}' -c "$reader 2"

for how in crash abort grow; do
  capture dtrace -x "plugin.syscall.how=$how" -n "$reads" -c "$reader 9" \
    -n "$reads { @ = count(); } END { printa(\"counted %@d\", @); }"
  check_equal "$how in format(): one warning" 1 "$(lines 'plugin syscall .* does not work: its format\(\)')"
  check_equal "$how in format(): decoded before it" 3 "$(lines 'read:entry mine 1')"
  check_equal "$how in format(): raw from then on" 6 "$(lines 'read:entry arg2=1 ')"
  check_equal "$how in format(): the run goes on to its end" 1 "$(lines 'counted 9')"
  check_equal "$how in format(): exit status" 0 "$seen_status"
done

raw() {
  check_equal "$1: one warning" 1 "$(lines "does not work: $2")"
  check_equal "$1: every record, raw" 5 "$(lines 'read:entry arg0=3 arg1=0x[0-9a-f]* arg2=1')"
}
cp newer.so "$plugins/syscall.so"
capture dtrace -n "$reads" -c "$reader 5"
raw "another version of the interface" "it is built for version 2 .*, this is 1"
echo text > "$plugins/syscall.so"
capture dtrace -n "$reads" -c "$reader 5"
raw "a file that is no plugin" "it cannot be loaded"
rm -f "$plugins/syscall.so"
capture dtrace -n "$reads" -c "$reader 5"
raw "a plugin that is not there" "there is no .*/plugins/syscall.so"
check_output "--json goes on, too" '"args":\{"arg0":3,"arg1":[0-9]*,"arg2":1\}' dtrace --json -n "$reads" -c "$reader 5"
mkdir -p "$HOME/.config/dtrace/providers.d"
sed "s#^plugin:.*#plugin: $PWD/mine.so#" "$DTRACE_BUILD_DIR/config/providers.d/syscall.yaml" \
  > "$HOME/.config/dtrace/providers.d/syscall.yaml"
check_output "the provider's file may name a plugin by its path" 'read:entry mine 1' dtrace -n "$reads" -c "$reader 1"
rm -rf "$HOME/.config/dtrace"
cp real.so "$plugins/syscall.so"

# ---- probes that come later
. "$DTRACE_SUITES/dtest.bash"
dtest_load
dtrace -x switchrate=20hz -o late.txt -n 'fbt:dtest_calls::' > /dev/null 2>&1 &
dtrace_pid=$!
wait_until 20 grep -q 'entries [1-9]' /proc/dtrace/stats
echo leaf 1 > /proc/dtest
wait_until 10 grep -q ':entry' late.txt
rmmod dtest_calls && insmod "$dtest_modules/dtest_calls.ko"
sleep 1
before=$(grep -c ':entry' late.txt)
echo leaf 1 > /proc/dtest
wait_until 10 eval '[ "$(grep -c :entry late.txt)" -gt "$before" ]'
check_equal "a module that comes again is traced again" yes \
  "$([ "$(grep -c :entry late.txt)" -gt "$before" ] && echo yes)"
kill -TERM "$dtrace_pid"
wait "$dtrace_pid"
rmmod dtest_calls
