# SPDX-License-Identifier: MIT
# The SDK: docs/writing-a-provider.md, followed to the letter in a fresh guest, outside the tree, against what
# `cmake --install` puts into /usr/local; and the parts of the SDK that the page only names.
# Limit: 400 s
. "$DTRACE_SUITES/check.bash"
. "$DTRACE_SUITES/dtest.bash"
unload_dtrace

top=$(cd "$DTRACE_SUITES/../../.." && pwd)
page=$top/docs/writing-a-provider.md
follow=$top/test/tools/follow-page
release=$(uname -r)

# The installed command finds its own modules, with a PATH that is everybody's.
unset DTRACE_MODULE_DIR
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
if [ ! -e "/usr/src/linux-headers-$release" ]; then
  headers=$("$top/test/vm/kernel" --guest-dir "$DTRACE_BUILD_DIR/guest" --headers "$release")
  [ -n "$headers" ] && ln -sfn "$headers" "/lib/modules/$release/build"
fi

# The page's first command is given in the source folder.
mkdir source && ln -s "$DTRACE_BUILD_DIR" source/build
{
  echo 'command -v sudo > /dev/null || sudo() { "$@"; }'
  "$follow" "$page"
} > page.sh
started=$SECONDS
(cd source && bash ../page.sh) > page.all 2>&1
status=$?
grep -v '^-- Installing' page.all > page.out
check_equal "every command of the page works" 0 "$status"
[ "$status" -eq 0 ] || tail -n 30 page.out
printf '   the page took %d s\n' $((SECONDS - started))
check_output "the new probe is listed" 'pulse +beat' cat page.out
check_output "the plugin shows a hit" ':beat beat 1, [0-9]+ of [0-9]+ MiB free' cat page.out
check_output "D sees the structure" $'\n[0-9]+ MiB free\n' cat page.out
check_output "--json carries the plugin's fields" '"args":\{"beat":1,"free":[0-9]+,"total":[0-9]+\}' cat page.out
check_output "only the modules needed were loaded" '^dtrace$' \
  sh -c "ls /sys/module | grep '^dtrace' | tr '\n' ' ' | sed 's/ $//'"
check_equal "nothing of it stays behind" "" \
  "$(ls /lib/modules/"$release"/extra /usr/local/lib/dtrace/plugins /etc/dtrace/providers.d 2> /dev/null | grep pulse)"

# The template is what the page shows.
check "dtrace-new-provider makes a provider" dtrace-new-provider pulse
for file in pulse.c plugin.cpp pulse.yaml CMakeLists.txt; do
  check_equal "the page shows the template's $file" "$("$follow" "$page" --file "$file")" "$(cat pulse/$file)"
done
check_fails "a folder that exists is left alone" 'pulse exists' dtrace-new-provider pulse
check_fails "a name that is none is refused" "cannot be the name" dtrace-new-provider 'a b'
check_fails "a name that ends in a digit is refused" "not ending in a digit" dtrace-new-provider beat1

# A name with -, and messages of the Makefile fragment; test/tools/dkms-check builds with it.
check "a name with - is possible" dtrace-new-provider my-pulse other
check_output "it is _ in C and in the module's name" 'my_pulse_enable.*"my-pulse"' sh -c "tr -d '\n' < other/my-pulse.c"
printf 'obj-m := dtrace_my_pulse.o\ninclude /usr/local/share/dtrace/sdk/provider.mk\n' > other/Makefile
check_fails "provider.mk says that the core is missing" "DTrace's modules are not there for kernel 5.0.0" \
  make -C other KVER=5.0.0 KDIR="$(ls -d /usr/src/linux-headers-*-amd64 | head -n 1)"
check_fails "provider.mk says that headers are missing" 'No headers of kernel 5.0.0: install' make -C other KVER=5.0.0

# Not installed: by path, in the user's own folder.
module=$PWD/source/pulse/build/modules/$release/dtrace_pulse.ko
mkdir -p ~/.config/dtrace/providers.d
sed "s#^module: .*#module: $module#; s#^plugin: .*#plugin: $PWD/source/pulse/build/pulse.so#" pulse/pulse.yaml \
  > ~/.config/dtrace/providers.d/pulse.yaml
check_output "a module is loaded from where it was built" 'pulse +beat' dtrace -l -P pulse
check_output "and traces, decoded by a plugin from there" 'beat 1, [0-9]+ of' \
  dtrace -n pulse:::beat -n 'pulse:::beat /args[0] == 2/ { exit(0); }'
# Disarming comes shortly after the consumer has gone.
for _ in 1 2 3 4 5 6 7 8 9 10; do rmmod dtrace_pulse 2> /dev/null && break; sleep 0.5; done
check_equal "it can be unloaded" "" "$(ls /sys/module | grep pulse)"

# Built against another core.
python3 - "$module" << 'PYTHON'
import re, sys
module = open(sys.argv[1], "rb").read()
# An entry of __versions: the checksum in eight bytes, then the name.
changed = re.sub(rb"(?s).{8}(dtrace_fire\0{40})", lambda found: b"\x12\x34\x56\x78" + bytes(4) + found[1], module)
assert changed != module
open(sys.argv[1], "wb").write(changed)
PYTHON
check_fails "one that was built against another core is refused with the remedy" 'does not fit the modules that it needs' \
  dtrace -n pulse:::beat
rm ~/.config/dtrace/providers.d/pulse.yaml

# Away again, so that later suites find nothing of it.
unload_dtrace
xargs rm -f < source/build/install_manifest.txt
check_equal "what cmake --install installs can be taken away by its list" "" \
  "$(find /usr/local -type f -path '*dtrace*')"
