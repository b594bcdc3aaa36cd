# SPDX-License-Identifier: MIT
# The Debian packages of build/packages: installed, upgraded, removed and purged with dpkg, traced with in between; and
# the DKMS package with what test/tools/dkms-check has built.
# Limit: 300 s
. "$DTRACE_SUITES/check.bash"
. "$DTRACE_SUITES/dtest.bash"
unload_dtrace

unset DTRACE_MODULE_DIR
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export DEBIAN_FRONTEND=noninteractive
packages=$DTRACE_BUILD_DIR/packages
release=$(uname -r)
if ! ls "$packages"/dtrace-linux_*.deb > /dev/null 2>&1; then
  echo "skip the packages: ninja packages has not made them"
  exit 0
fi
if ! dpkg-deb -c "$packages"/dtrace-linux-modules_*.deb | grep "/modules/$release/dtrace.ko" > /dev/null; then
  echo "skip the packages: they have no modules for $release"
  exit 0
fi
version=$(basename "$packages"/dtrace-linux_*.deb | sed -E 's/.*_(.*)_.*/\1/')

# dpkg, without the triggers of other packages: an index of all manual pages takes minutes here.
dpkg() { command dpkg --no-triggers "$@"; }
# What there is of everything that the packages hold, and where they or DKMS could leave more.
files() {
  {
    for package in ./*.deb; do dpkg-deb --fsys-tarfile "$package" | tar t; done | grep -v '/$' | sort -u |
      (cd / && xargs ls -d 2> /dev/null)
    find /etc/dtrace /usr/lib/dtrace /usr/share/dtrace /usr/share/doc/dtrace* /usr/src/dtrace* /var/lib/dkms \
      /lib/modules/"$release"/updates /lib/modules/"$release"/extra -not -name 'mok.*' 2> /dev/null
  } | sort -u
}
loaded() { ls /sys/module | grep '^dtrace' | tr '\n' ' ' | sed 's/ $//'; }
traces() {
  dtrace -qn 'BEGIN { printf("traced by %s\n", execname); exit(0); }' &&
    dtrace -qn 'syscall::openat:entry { printf("a file was opened"); exit(0); }' -c 'cat /dev/null'
}
# A package of a higher version: the same files, under its name.
newer() {
  local work=$1.dir name
  dpkg-deb -R "$1" "$work"
  sed -i "s/^Version: .*/Version: $2/" "$work/DEBIAN/control"
  if [ -d "$work/usr/src/dtrace-$version" ]; then
    mv "$work/usr/src/dtrace-$version" "$work/usr/src/dtrace-$2"
    sed -i "s/$version/$2/g" "$work/usr/src/dtrace-$2/dkms.conf" "$work/DEBIAN/postinst" "$work/DEBIAN/prerm"
    (cd "$work" && find usr -type f -print0 | xargs -0 md5sum) > md5sums && mv md5sums "$work/DEBIAN/md5sums"
  fi
  name=$(dpkg-deb -f "$1" Package)_$2.deb
  dpkg-deb -Znone -b "$work" "$name" > /dev/null && rm -rf "$work"
}

cp "$packages"/*.deb .
files > before
check "the packages install" dpkg -i ./dtrace-linux_*.deb ./dtrace-linux-sdk_*.deb ./dtrace-linux-modules_*.deb
check_equal "dpkg finds every file as it was packed" "" "$(dpkg -V dtrace-linux dtrace-linux-sdk dtrace-linux-modules)"
check_equal "nothing is loaded by installing" "" "$(loaded)"
check_equal "the command is there" /usr/sbin/dtrace "$(command -v dtrace)"
check_output "it traces" 'traced by .*a file was opened' traces
check_equal "with the modules it needs" "dtrace dtrace_syscall" "$(loaded)"
check_output "from where they are installed" "modules +/usr/lib/dtrace/modules/$release" dtrace doctor
check_output "D libraries are found" 'ENOENT is 2' dtrace -qn 'BEGIN { printf("ENOENT is %d", ENOENT); exit(0); }'
check "there is a manual page" test -s /usr/share/man/man8/dtrace.8
check_output "the dependencies are those of the libraries" 'libbpf.*libc6|libc6.*libbpf' dpkg-query -W -f='${Depends}' dtrace-linux

# Upgrade, with the old modules loaded.
newer ./dtrace-linux_*.deb 9.0.0
newer ./dtrace-linux-modules_*_amd64.deb 9.0.0
check "a higher version installs" dpkg -i dtrace-linux_9.0.0.deb dtrace-linux-modules_9.0.0.deb
check_equal "it has taken the place of the other" "9.0.0 9.0.0" \
  "$(dpkg-query -W -f='${Version} ' dtrace-linux dtrace-linux-modules | sed 's/ $//')"
check_equal "modules that nobody uses are unloaded by an upgrade" "" "$(loaded)"
check_output "and traces" 'traced by .*a file was opened' traces

# Upgrade and removal while it traces: what is in use stays.
dtrace -qn 'BEGIN { printf("begun\n"); } tick-1s { printf("tick\n"); }' > out 2>&1 &
pid=$!
for _ in $(seq 50); do grep -q begun out && break; sleep 0.2; done
check_output "removal while it is in use goes through" 'in use and stays loaded' \
  dpkg -r dtrace-linux dtrace-linux-sdk dtrace-linux-modules
sleep 1.5
check_output "the running command goes on" tick cat out
kill -TERM $pid; wait $pid
check "and its modules can be unloaded afterwards" sh -c 'sleep 1; rmmod dtrace_profile dtrace'
check "purging" dpkg -P dtrace-linux dtrace-linux-sdk dtrace-linux-modules
files > after
check_equal "nothing stays behind" "" "$(diff before after)"

# DKMS: the package adds the source; what was built on the host stands in for a build of minutes.
tree=$DTRACE_BUILD_DIR/dkms/tree/dtrace/$version/$release
if ! command -v dkms > /dev/null || [ ! -d "$tree" ]; then
  echo "skip DKMS: test/tools/dkms-check has not built the modules for $release"
  exit 0
fi
# DKMS and depmod look through all modules of the kernel, again and again: there are only ours here.
mount -t tmpfs tmpfs "/lib/modules/$release" && touch /lib/modules/"$release"/modules.{order,builtin}
touch /etc/dkms/no-autoinstall
rm -f before && files > before
check "the DKMS package installs" dpkg -i ./dtrace-linux_"$version"_*.deb ./dtrace-linux-dkms_*.deb
check_fails "the two packages of modules exclude each other" 'conflict' dpkg -i ./dtrace-linux-modules_"$version"_*.deb
check "DKMS takes the source" dkms add -m dtrace -v "$version"
mkdir -p "/var/lib/dkms/dtrace/$version" && cp -a "$tree" "/var/lib/dkms/dtrace/$version/"
check_output "DKMS knows the modules" "dtrace/$version.* built" dkms status
check "DKMS installs them" dkms install -m dtrace -v "$version" -k "$release"
check_output "the command finds them there" "modules +/lib/modules/$release/updates/dkms" dtrace doctor
check_output "and traces with them" 'traced by .*a file was opened' traces
check_output "they are signed with the machine's key" 'sig_id: +PKCS#7' modinfo dtrace
newer ./dtrace-linux-dkms_"$version"_*.deb 9.0.0
check "a higher version of the source installs" dpkg -i dtrace-linux-dkms_9.0.0.deb
check_equal "the lower one is gone" "" "$(dkms status | grep "dtrace/$version"; ls -d /usr/src/dtrace-"$version" 2> /dev/null)"
check "the DKMS package is purged" dpkg -P dtrace-linux-dkms dtrace-linux
files > after
check_equal "nothing of it stays behind" "" "$(diff before after)"
check_equal "no module stays loaded" "" "$(loaded)"
umount "/lib/modules/$release"
