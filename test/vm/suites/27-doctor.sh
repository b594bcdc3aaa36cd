# SPDX-License-Identifier: MIT
# dtrace doctor: a line for everything, problems have a remedy, the exit status says whether there are any.
. "$DTRACE_SUITES/check.bash"

capture dtrace doctor
report=$seen status=$seen_status
for what in kernel root modules lockdown 'secure boot' 'kernel types' dtrace 'provider profile' 'provider syscall'; do
  check_output "doctor says ok about: $what" "ok +$what " printf '%s\n' "$report"
done
check_equal "the exit status tells of problems" "$(grep -q '^problem ' <<< "$report" && echo 1 || echo 0)" "$status"
check_equal "every line has a verdict" 0 "$(grep -vcE '^(ok|problem) +[^ ]' <<< "$report")"
check_output "features are reported" '(ok +features|problem +feature) ' printf '%s\n' "$report"

check_fails "another user is told to use sudo" 'problem +root +no, user 65534: run dtrace with sudo' \
  setpriv --reuid 65534 --clear-groups "$(command -v dtrace)" doctor

# A module for another kernel is noticed without being loaded.
mkdir other
sed "s/vermagic=$(uname -r)/vermagic=$(uname -r | tr 0-9 9)/" \
  "$DTRACE_BUILD_DIR/modules/$(uname -r)/dtrace.ko" > other/dtrace.ko
check_fails "modules for another kernel are a problem" 'problem +modules +other/dtrace.ko is for kernel 9' \
  env DTRACE_MODULE_DIR=other dtrace doctor
