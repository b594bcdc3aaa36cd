// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control device /dev/dtrace: open, release, the ioctl table, and the ioctls that ask about
 * probes or set a consumer up. Data and status are in ctl_read.c. Entry points: the file
 * operations. Context: process; one ioctl at a time on one descriptor (dtk_state.lock).
 *
 * An ioctl copies its argument in, works on the copy, and copies it out, so a program that changes
 * it meanwhile gains nothing.
 */
#include <linux/miscdevice.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/utsname.h>
#include <generated/utsrelease.h>
#include "access.h"
#include "ctl.h"
#include "match.h"
#include "state.h"

#define CORE_VERSION	"0.1.0"
#define MAX_MATCH	65536u
#define MATCH_PART	512u		/* probes that are described under the lock at a time */
#define MAX_PROVIDERS	4096u

static void __user *user_ptr(u64 address)
{
	return (void __user *)(unsigned long)address;
}

/* ---- open and release ---- */

static int ctl_open(struct inode *inode, struct file *file)
{
	struct dtk_state *state;
	int err = dtk_access_caller();

	if (err)
		return err;
	state = dtk_state_create();
	if (IS_ERR(state))
		return PTR_ERR(state);
	state->is_admins = dtk_access_is_admin();
	file->private_data = state;
	return 0;
}

static int ctl_release(struct inode *inode, struct file *file)
{
	dtk_state_close(file->private_data);
	return 0;
}

/* ---- ioctls ---- */

static int ctl_version(struct dtk_state *state, void __user *arg)
{
	struct dtrace_version version;
	bool is_same;

	if (copy_from_user(&version, arg, sizeof(version)))
		return -EFAULT;
	is_same = version.uapi == DTRACE_UAPI_VERSION && version.dif == DTRACE_DIF_VERSION;
	memset(&version, 0, sizeof(version));
	version.uapi = DTRACE_UAPI_VERSION;
	version.dif = DTRACE_DIF_VERSION;
	version.nr_cpus = nr_cpu_ids;
	strscpy(version.core, CORE_VERSION, sizeof(version.core));
	strscpy(version.release, UTS_RELEASE, sizeof(version.release));
	if (copy_to_user(arg, &version, sizeof(version)))
		return -EFAULT;
	if (!is_same)
		return -EPROTO;
	state->has_version = true;
	return 0;
}

static int ctl_providers(struct dtk_state *state, void __user *arg)
{
	struct dtrace_providers request;
	struct dtrace_provider_info *infos;
	u32 room, nr;
	int err = 0;

	if (copy_from_user(&request, arg, sizeof(request)))
		return -EFAULT;
	if (request.reserved)
		return -EINVAL;
	room = min(request.nr, MAX_PROVIDERS);
	infos = kvcalloc(max(room, 1u), sizeof(*infos), DTK_GFP);
	if (!infos)
		return -ENOMEM;
	nr = dtk_provider_list(infos, room);
	if (copy_to_user(user_ptr(request.infos), infos, min(nr, room) * sizeof(*infos)))
		err = -EFAULT;
	kvfree(infos);
	request.nr = nr;
	if (!err && copy_to_user(arg, &request, sizeof(request)))
		err = -EFAULT;
	return err;
}

static bool desc_is_valid(const struct dtrace_probedesc *desc)
{
	return !desc->flags && strnlen(desc->prov, sizeof(desc->prov)) < sizeof(desc->prov) &&
	       strnlen(desc->mod, sizeof(desc->mod)) < sizeof(desc->mod) &&
	       strnlen(desc->func, sizeof(desc->func)) < sizeof(desc->func) &&
	       strnlen(desc->name, sizeof(desc->name)) < sizeof(desc->name);
}

/*
 * Describes probes from match->next_id on, at most room, and moves it to the first one that is left, 0 = none.
 * Return: how many, or a negative errno.
 */
static int describe_some(struct dtrace_match *match, struct dtrace_probedesc *descs, u32 room)
{
	struct dtk_probe_vec vec = { 0 };
	u32 i, nr = 0;
	int err;

	if (mutex_lock_killable(&dtk_core.registry_lock))
		return -EINTR;
	/* One more than there is room for tells where to go on. */
	err = dtk_match_collect(&dtk_core.reg, &match->pattern, match->next_id, U32_MAX, room + 1, &vec);
	if (!err) {
		nr = min(room, vec.nr);
		for (i = 0; i < nr; i++)
			dtk_probe_describe(vec.probe[i], &descs[i]);
		match->next_id = vec.nr > nr ? vec.probe[nr]->id : 0;
	}
	mutex_unlock(&dtk_core.registry_lock);
	dtk_probe_vec_free(&vec);
	return err ?: (int)nr;
}

/*
 * No lock of the core is held while something is copied out: a page of the user's may take for ever to come, from
 * userfaultfd or a file system in user space. Sets match->nr and match->next_id.
 */
static int copy_matches(struct dtrace_match *match)
{
	struct dtrace_probedesc __user *to = user_ptr(match->descs);
	u32 room = match->nr, part = min(room, MATCH_PART);
	struct dtrace_probedesc *descs;
	int nr = 0;

	descs = kvmalloc_array(max(part, 1u), sizeof(*descs), GFP_KERNEL);
	if (!descs)
		return -ENOMEM;
	match->next_id = match->start_id;
	match->nr = 0;
	do {
		nr = describe_some(match, descs, min(room - match->nr, part));
		if (nr > 0 && copy_to_user(&to[match->nr], descs, nr * sizeof(*descs)))
			nr = -EFAULT;
		if (nr < 0)
			break;
		match->nr += nr;
		cond_resched();
	} while (match->next_id && match->nr < room && !fatal_signal_pending(current));
	kvfree(descs);
	return min(nr, 0);
}

static int ctl_match(struct dtk_state *state, void __user *arg)
{
	struct dtrace_match *match;
	int err, provide_err = 0;

	match = memdup_user(arg, sizeof(*match));
	if (IS_ERR(match))
		return PTR_ERR(match);
	err = -EINVAL;
	if (match->reserved || !desc_is_valid(&match->pattern))
		goto out;
	match->nr = min(match->nr, MAX_MATCH);
	if (!match->start_id && !match->pattern.id) {
		err = dtk_op_lock(state);
		if (err)
			goto out;
		dtk_op_phase(DTRACE_PHASE_PROVIDE);
		provide_err = dtk_provider_provide(&match->pattern);
		dtk_op_unlock();
	}
	err = copy_matches(match);
	if (!err && !match->nr && !match->next_id)
		err = provide_err;
	if (!err && copy_to_user(arg, match, sizeof(*match)))
		err = -EFAULT;
out:
	kfree(match);
	return err;
}

/* Raw arguments only: what a provider without the argdesc op means. */
static int describe_raw(struct dtrace_argdesc *desc)
{
	desc->nr_args = 0;
	return -ENOENT;
}

static int ctl_argdesc(struct dtk_state *state, void __user *arg)
{
	struct dtrace_argdesc desc;
	struct dtrace_probe *probe;
	u32 id, index;
	int err;

	if (copy_from_user(&desc, arg, sizeof(desc)))
		return -EFAULT;
	id = desc.probe_id;
	index = desc.index;
	memset(&desc, 0, sizeof(desc));
	desc.probe_id = id;
	desc.index = index;
	desc.mapping = index;
	/* ops_lock keeps the probe and its provider. */
	err = dtk_op_lock(state);
	if (err)
		return err;
	mutex_lock(&dtk_core.registry_lock);
	probe = dtk_probe_by_id(&dtk_core.reg, id);
	mutex_unlock(&dtk_core.registry_lock);
	if (!probe) {
		err = -ESRCH;
	} else if (!probe->prov->ops.argdesc) {
		err = describe_raw(&desc);
	} else {
		dtk_op_begin();
		err = dtk_op_result(probe->prov, "argdesc",
				    probe->prov->ops.argdesc(probe->prov->arg, probe, &desc));
		dtk_op_end();
	}
	dtk_op_unlock();
	desc.native[sizeof(desc.native) - 1] = '\0';
	desc.xlate[sizeof(desc.xlate) - 1] = '\0';
	if ((!err || err == -ENOENT) && copy_to_user(arg, &desc, sizeof(desc)))
		return -EFAULT;
	return err;
}

/* The request is in the kernel and looks sane: programs, storage, probes. */
static int enable_request(struct dtk_state *state, struct dtk_request *req, struct dtk_log *log,
			  u32 *nr_ecbs)
{
	int err;

	state->req = req;
	err = dtk_progs_load(&state->progs, req, log);
	dtk_request_drop_insns(req);
	if (!err)
		err = dtk_state_store(state, log);
	if (!err)
		err = dtk_enabling_create(state, log, nr_ecbs);
	if (err) {
		dtk_state_unstore(state);
		state->req = NULL;
	}
	return err;
}

static int copy_log(const struct dtrace_enable *enable, const struct dtk_log *log)
{
	if (!log->buf)
		return 0;
	return copy_to_user(user_ptr(enable->log), log->buf, log->len + 1) ? -EFAULT : 0;
}

static int ctl_enable(struct dtk_state *state, void __user *arg)
{
	struct dtk_log log = { .bad_prog = ~0u, .bad_insn = ~0u, .bad_bind = ~0u };
	struct dtrace_enable enable;
	struct dtk_request *req;
	int err;

	if (copy_from_user(&enable, arg, sizeof(enable)))
		return -EFAULT;
	if (state->req || state->activity != DTK_INACTIVE)
		return -EBUSY;
	log.size = min(enable.log_size, DTK_MAX_LOG);
	if (log.size) {
		log.buf = kvzalloc(log.size, DTK_GFP);
		if (!log.buf)
			return -ENOMEM;
	}
	enable.nr_ecbs = 0;
	req = dtk_request_copy(&enable, &log);
	if (IS_ERR(req)) {
		err = PTR_ERR(req);
	} else {
		err = dtk_access_request(req, state->is_admins, &log);
		if (!err)
			err = enable_request(state, req, &log, &enable.nr_ecbs);
		enable.opt = req->opt;
		if (err)
			dtk_request_free(req);
	}
	if (err)
		dtk_trace(DTK_TRACE_REFUSE, state->number, -err);
	enable.bad_prog = log.bad_prog;
	enable.bad_insn = log.bad_insn;
	enable.bad_bind = log.bad_bind;
	if (copy_log(&enable, &log) || copy_to_user(arg, &enable, sizeof(enable)))
		err = err ? err : -EFAULT;
	kvfree(log.buf);
	return err;
}

static int ctl_go(struct dtk_state *state, void __user *arg)
{
	struct dtrace_go go = { 0 };
	int err = dtk_state_go(state, &go.cpu);

	if (!err && copy_to_user(arg, &go, sizeof(go)))
		err = -EFAULT;
	return err;
}

static int ctl_stop(struct dtk_state *state, void __user *arg)
{
	struct dtrace_go go = { 0 };
	int err = dtk_state_stop(state, &go.cpu);

	if (!err && copy_to_user(arg, &go, sizeof(go)))
		err = -EFAULT;
	return err;
}

/* Beside another thread's ioctl that takes its time: without state->lock. */
static int ctl_progress(struct dtk_state *state, void __user *arg)
{
	struct dtrace_progress progress;

	dtk_op_tell(state, &progress);
	return copy_to_user(arg, &progress, sizeof(progress)) ? -EFAULT : 0;
}

/* Programs know processes by their numbers in the initial namespace, people by those in their own. */
static int ctl_pid(struct dtk_state *state, void __user *arg)
{
	struct dtrace_pid request;
	struct pid *pid;

	if (copy_from_user(&request, arg, sizeof(request)))
		return -EFAULT;
	if (request.to_local > 1)
		return -EINVAL;
	rcu_read_lock();
	pid = request.to_local ? find_pid_ns(request.pid, &init_pid_ns) : find_vpid(request.pid);
	request.pid = request.to_local ? pid_vnr(pid) : pid_nr(pid);
	rcu_read_unlock();
	if (!request.pid)
		return -ESRCH;
	return copy_to_user(arg, &request, sizeof(request)) ? -EFAULT : 0;
}

struct ctl_ioctl {
	unsigned int cmd;
	int (*call)(struct dtk_state *state, void __user *arg);
};

static const struct ctl_ioctl ioctls[] = {
	{ DTRACE_IOC_VERSION, ctl_version },	 { DTRACE_IOC_PROVIDERS, ctl_providers },
	{ DTRACE_IOC_MATCH, ctl_match },	 { DTRACE_IOC_ARGDESC, ctl_argdesc },
	{ DTRACE_IOC_ENABLE, ctl_enable },	 { DTRACE_IOC_EPID, dtk_ctl_epid },
	{ DTRACE_IOC_GO, ctl_go },		 { DTRACE_IOC_STOP, ctl_stop },
	{ DTRACE_IOC_SWITCH, dtk_ctl_switch },	 { DTRACE_IOC_STATUS, dtk_ctl_status },
	{ DTRACE_IOC_PID, ctl_pid },
};

static long ctl_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct dtk_state *state = file->private_data;
	u32 i;
	int err;

	err = dtk_access_file(file);
	if (err)
		return err;
	if (cmd == DTRACE_IOC_PROGRESS)
		return ctl_progress(state, (void __user *)arg);
	for (i = 0; i < ARRAY_SIZE(ioctls); i++) {
		if (ioctls[i].cmd == cmd)
			break;
	}
	if (i == ARRAY_SIZE(ioctls))
		return -ENOTTY;
	if (mutex_lock_interruptible(&state->lock))
		return -ERESTARTSYS;
	WRITE_ONCE(state->alive_ns, ktime_get_mono_fast_ns());
	if (!state->has_version && cmd != DTRACE_IOC_VERSION)
		err = -EPROTO;
	else
		err = ioctls[i].call(state, (void __user *)arg);
	mutex_unlock(&state->lock);
	return err;
}

static const struct file_operations ctl_fops = {
	.owner = THIS_MODULE,
	.open = ctl_open,
	.release = ctl_release,
	.unlocked_ioctl = ctl_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.poll = dtk_ctl_poll,
	.mmap = dtk_ctl_mmap,
	.llseek = noop_llseek,
};

static struct miscdevice ctl_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "dtrace",
	.fops = &ctl_fops,
	.mode = 0600,
};

int dtk_ctl_init(void)
{
	return misc_register(&ctl_device);
}

void dtk_ctl_exit(void)
{
	misc_deregister(&ctl_device);
}
