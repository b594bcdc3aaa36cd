// SPDX-License-Identifier: MIT
/*
 * Provider @NAME@: the probe @NAME@:::beat fires ten times a second while somebody has it enabled.
 * args[0] counts the beats, args[1] is a struct sysinfo with the memory that is left.
 */
#include <linux/mm.h>
#include <linux/workqueue.h>
#include <dtrace/provider.h>

static struct dtrace_provider_handle *handle;
static struct dtrace_probe *beat;
static struct sysinfo info;
static u64 nr_beats;

static void on_time(struct work_struct *work)
{
	struct dtrace_firing firing = DTRACE_FIRING_INIT;

	si_meminfo(&info);
	firing.arg[0] = ++nr_beats;
	firing.arg[1] = (unsigned long)&info;
	dtrace_fire(beat, &firing);
	schedule_delayed_work(to_delayed_work(work), HZ / 10);
}
static DECLARE_DELAYED_WORK(pacemaker, on_time);

static int @ID@_enable(void *arg, struct dtrace_probe *const *probes, unsigned int nr)
{
	nr_beats = 0;
	schedule_delayed_work(&pacemaker, HZ / 10);
	return 0;
}

static void @ID@_disable(void *arg, struct dtrace_probe *const *probes, unsigned int nr)
{
	cancel_delayed_work_sync(&pacemaker);
}

static int @ID@_argdesc(void *arg, struct dtrace_probe *probe, struct dtrace_argdesc *desc)
{
	static const char *const types[] = { "uint64_t", "struct sysinfo *" };

	desc->nr_args = ARRAY_SIZE(types);
	if (desc->index >= desc->nr_args)
		return -ENOENT;
	desc->mapping = desc->index;
	strscpy(desc->native, types[desc->index], sizeof(desc->native));
	return 0;
}

static const struct dtrace_provider_ops @ID@_ops = {
	DTRACE_PROVIDER_OPS,
	.enable = @ID@_enable,
	.disable = @ID@_disable,
	.argdesc = @ID@_argdesc,
};

static const struct dtrace_provider @ID@ = { .name = "@NAME@", .ops = &@ID@_ops };

static int __init @ID@_init(void)
{
	handle = dtrace_provider_register(&@ID@);
	if (IS_ERR(handle))
		return PTR_ERR(handle);
	beat = dtrace_probe_create(handle, "", "", "beat", 0, NULL);
	if (IS_ERR(beat)) {
		dtrace_provider_unregister(handle);
		return PTR_ERR(beat);
	}
	return 0;
}

static void __exit @ID@_exit(void)
{
	dtrace_provider_unregister(handle);
}

module_init(@ID@_init);
module_exit(@ID@_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("DTrace provider @NAME@");
