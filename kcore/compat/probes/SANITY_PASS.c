// SPDX-License-Identifier: GPL-2.0-only
/* Must pass: shows that probes are compiled at all and that exports are found. Any release.
 * Exports: register_kprobe
 */
#include <linux/kprobes.h>

int probe(struct kprobe *kp);
int probe(struct kprobe *kp)
{
	return register_kprobe(kp);
}
