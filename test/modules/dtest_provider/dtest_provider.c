// SPDX-License-Identifier: MIT
/*
 * A provider that misbehaves on demand. At load it tries everything that must be refused; the parameter `refusals` tells
 * what came of it, one "case errno" a line. Then it is a decent provider "dtest" with the probes hit, in-nmi and
 * nested. Writing to the parameter `order` makes it do something, `result` tells the errno:
 *   fire         dtest:::hit is hit; reading its arg6 causes an NMI that hits dtest:::nested
 *   nmi          dtest:::in-nmi is hit in an NMI
 *   unregister   the provider is unregistered
 *   create       a probe is created
 * Load with forget=1: module exit forgets to unregister. With fail=1: init fails as soon as a probe is enabled.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <asm/apic.h>
#include <asm/nmi.h>
#include <dtrace/provider.h>

static bool forget;
module_param(forget, bool, 0444);
MODULE_PARM_DESC(forget, "exit without unregistering");
static bool fail;
module_param(fail, bool, 0444);
MODULE_PARM_DESC(fail, "fail in init, with probes enabled");
static int result;
module_param(result, int, 0444);
MODULE_PARM_DESC(result, "errno of the last order");

static struct dtrace_provider_handle *handle;
static struct dtrace_probe *hit, *nested, *in_nmi_probe;
static struct dtrace_probe *nmi_fires;
static bool is_enabled, was_nmi;

/* ---- NMIs ---- */

static int on_nmi(unsigned int type, struct pt_regs *regs)
{
	struct dtrace_firing firing = DTRACE_FIRING_INIT;
	struct dtrace_probe *probe = READ_ONCE(nmi_fires);

	if (!probe)
		return NMI_DONE;
	WRITE_ONCE(nmi_fires, NULL);
	firing.arg[0] = in_nmi() != 0;
	firing.regs = regs;
	dtrace_fire(probe, &firing);
	WRITE_ONCE(was_nmi, true);
	return NMI_HANDLED;
}

/* An NMI on this CPU, now. Context: any with preemption off. */
static int nmi_here(struct dtrace_probe *probe)
{
	u32 left = 100 * 1000 * 1000;

	WRITE_ONCE(was_nmi, false);
	WRITE_ONCE(nmi_fires, probe);
	apic->send_IPI_mask(cpumask_of(raw_smp_processor_id()), NMI_VECTOR);
	while (!READ_ONCE(was_nmi) && --left)
		cpu_relax();
	return left ? 0 : -ETIMEDOUT;
}

/* ---- the decent provider ---- */

static int dtest_enable(void *arg, struct dtrace_probe *const *probes, unsigned int nr)
{
	WRITE_ONCE(is_enabled, true);
	return 0;
}

static void dtest_disable(void *arg, struct dtrace_probe *const *probes, unsigned int nr)
{
	WRITE_ONCE(is_enabled, false);
}

static u64 dtest_getarg(void *arg, struct dtrace_probe *probe, const struct dtrace_firing *firing, unsigned int n)
{
	return probe == hit && n == 6 ? nmi_here(nested) : 0;
}

static const struct dtrace_provider_ops ops = {
	DTRACE_PROVIDER_OPS,
	.enable = dtest_enable,
	.disable = dtest_disable,
	.getarg = dtest_getarg,
};
static const struct dtrace_provider dtest = { .name = "dtest", .ops = &ops };

/* ---- what must be refused ---- */

static char refusals[1024];
module_param_string(refusals, refusals, sizeof(refusals), 0444);

static void note(const char *what, long err)
{
	size_t used = strlen(refusals);

	snprintf(refusals + used, sizeof(refusals) - used, "%s %ld\n", what, err);
}

/* A provider that should not be taken. Taken or not, it is gone afterwards. */
static void try(const char *what, const struct dtrace_provider *prov, u32 abi)
{
	struct dtrace_provider_handle *taken = __dtrace_provider_register(prov, THIS_MODULE, abi);

	note(what, PTR_ERR_OR_ZERO(taken));
	if (!IS_ERR(taken))
		dtrace_provider_unregister(taken);
}

static void try_all(void)
{
	struct dtrace_provider bad = { .name = "dtest_bad", .ops = &ops };
	struct dtrace_provider_ops short_ops = ops;
	struct {
		struct dtrace_provider_ops ops;
		u64 newer;
	} long_ops = { .ops = ops, .newer = 1 };
	struct dtrace_provider_handle *gone;

	try("newer-abi", &bad, DTRACE_PROVIDER_ABI + 1);
	try("older-abi", &bad, DTRACE_PROVIDER_ABI - 1);
	try("no-provider", NULL, DTRACE_PROVIDER_ABI);
	bad.ops = NULL;
	try("no-ops", &bad, DTRACE_PROVIDER_ABI);
	short_ops.size = 0;
	bad.ops = &short_ops;
	try("no-size", &bad, DTRACE_PROVIDER_ABI);
	short_ops.size = offsetofend(struct dtrace_provider_ops, disable);
	try("first-table", &bad, DTRACE_PROVIDER_ABI);
	long_ops.ops.size = sizeof(long_ops);
	bad.ops = &long_ops.ops;
	try("newer-op", &bad, DTRACE_PROVIDER_ABI);
	long_ops.newer = 0;
	try("newer-table", &bad, DTRACE_PROVIDER_ABI);
	bad.ops = &ops;
	bad.name = NULL;
	try("no-name", &bad, DTRACE_PROVIDER_ABI);
	bad.name = "";
	try("empty-name", &bad, DTRACE_PROVIDER_ABI);
	bad.name = "bad name";
	try("bad-name", &bad, DTRACE_PROVIDER_ABI);
	bad.name = "pid123";
	try("digit-name", &bad, DTRACE_PROVIDER_ABI);
	bad.name = "dtrace";
	try("taken-name", &bad, DTRACE_PROVIDER_ABI);
	bad.name = "dtest_gone";
	gone = dtrace_provider_register(&bad);
	note("unregister", dtrace_provider_unregister(gone));
	note("unregister-again", dtrace_provider_unregister(gone));
	note("create-after", PTR_ERR_OR_ZERO(dtrace_probe_create(gone, "", "", "late", 0, NULL)));
}

/* ---- orders ---- */

static int fire(void)
{
	struct dtrace_firing firing = DTRACE_FIRING_INIT;

	preempt_disable();
	dtrace_fire(hit, &firing);
	preempt_enable();
	return 0;
}

static int nmi(void)
{
	int err;

	preempt_disable();
	err = nmi_here(in_nmi_probe);
	preempt_enable();
	return err;
}

static int unregister(void)
{
	int err = dtrace_provider_unregister(handle);

	if (!err)
		handle = NULL;
	return err;
}

static int create(void)
{
	return PTR_ERR_OR_ZERO(dtrace_probe_create(handle, "", "", "hit", 0, NULL));
}

static const struct {
	const char *name;
	int (*run)(void);
} orders[] = { { "fire", fire }, { "nmi", nmi }, { "unregister", unregister }, { "create", create } };

static int order_set(const char *text, const struct kernel_param *kp)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		if (sysfs_streq(text, orders[i].name)) {
			result = orders[i].run();
			return 0;
		}
	}
	return -EINVAL;
}
static const struct kernel_param_ops order_ops = { .set = order_set };
module_param_cb(order, &order_ops, NULL, 0200);

static int make_probes(void)
{
	hit = dtrace_probe_create(handle, "", "", "hit", 0, NULL);
	nested = dtrace_probe_create(handle, "", "", "nested", 0, NULL);
	in_nmi_probe = dtrace_probe_create(handle, "", "", "in-nmi", 0, NULL);
	return IS_ERR(hit) || IS_ERR(nested) || IS_ERR(in_nmi_probe) ? -ENOMEM : 0;
}

static int __init dtest_init(void)
{
	int err, i;

	try_all();
	handle = dtrace_provider_register(&dtest);
	if (IS_ERR(handle))
		return PTR_ERR(handle);
	err = make_probes();
	if (!err)
		err = register_nmi_handler(NMI_LOCAL, on_nmi, 0, "dtest");
	if (!err && fail) {
		for (i = 0; i < 100 && !READ_ONCE(is_enabled); i++)
			msleep(100);
		unregister_nmi_handler(NMI_LOCAL, "dtest");
		err = is_enabled ? -ENODEV : -ETIMEDOUT;
	}
	if (err)
		WARN_ON(dtrace_provider_unregister(handle));
	return err;
}

static void __exit dtest_exit(void)
{
	unregister_nmi_handler(NMI_LOCAL, "dtest");
	if (handle && !forget)
		WARN_ON(dtrace_provider_unregister(handle));
}

module_init(dtest_init);
module_exit(dtest_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Test of DTrace: a provider that misbehaves");
