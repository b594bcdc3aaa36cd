# SPDX-License-Identifier: MIT
# Limit: 180 s
# Our instruction decoder against Zydis over the whole live kernel text, function by function: lengths, places of
# displacements and immediates, names.
. "$DTRACE_SUITES/check.bash"

textcheck=$DTRACE_BUILD_DIR/test/tools/textcheck
started=$SECONDS
check_output "every instruction of the kernel decodes as Zydis decodes it" 'disagreements: 0' "$textcheck"
took=$((SECONDS - started))
printf '%s\n' "$seen"
check_between "all functions were looked at" 30000 200000 "$(sed -n 's/^functions: //p' <<< "$seen")"
check_between "all instructions were looked at" 2000000 20000000 "$(sed -n 's/^instructions: //p' <<< "$seen")"
check_between "it takes less than 40 s" 0 39 "$took"
