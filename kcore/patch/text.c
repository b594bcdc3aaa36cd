// SPDX-License-Identifier: GPL-2.0-only
/*
 * The functions of the kernel and of its modules. Entry points: dtrace_text_*(), dtrace_images_walk(),
 * dtrace_func_find() for providers, dtk_text_*() for the engine. Context: process.
 *
 * Locks, outermost first: notify_lock (one module at a time; clients are called under it), the core's locks,
 * text.lock (the list of images), dtk_patch.lock.
 */
#include <linux/bsearch.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include "compat/symbols.h"
#include "ksym.h"
#include "site.h"

#define MAX_SIZE	(1u << 20)

static struct {
	struct mutex notify_lock;
	struct rw_semaphore lock;
	struct list_head images;
	struct dtrace_text_client *client[DTRACE_IMAGE_CLIENTS];
} text;

/* ---- building an image ---- */

struct builder {
	struct dtrace_image *image;
	u32 cap;
	u32 names_len;
	u32 names_cap;
	bool is_failed;
};

static bool grow(void **mem, u32 *cap, u32 need, u32 elem)
{
	u32 more = max(need, *cap ? *cap * 2 : 4096u);
	void *grown;

	if (need <= *cap)
		return true;
	grown = kvmalloc_array(more, elem, GFP_KERNEL);
	if (!grown)
		return false;
	if (*mem)
		memcpy(grown, *mem, (size_t)*cap * elem);
	kvfree(*mem);
	*mem = grown;
	*cap = more;
	return true;
}

static u8 name_flags(const char *name)
{
	const char *dot = strchr(name, '.');

	if (!dot)
		return 0;
	return strstr(dot, ".cold") ? DTRACE_FUNC_CLONE | DTRACE_FUNC_COLD : DTRACE_FUNC_CLONE;
}

static void add_func(struct builder *b, const char *name, unsigned long addr, u32 size)
{
	struct dtrace_image *image = b->image;
	size_t len = strlen(name) + 1;

	if (!grow((void **)&image->func, &b->cap, image->nr + 1, sizeof(*image->func)) ||
	    !grow((void **)&image->names, &b->names_cap, b->names_len + len, 1)) {
		b->is_failed = true;
		return;
	}
	memcpy(image->names + b->names_len, name, len);
	image->func[image->nr++] = (struct dtrace_func){
		.addr = addr,
		.size = size,
		.name = b->names_len,
		.flags = name_flags(name),
	};
	b->names_len += len;
}

static int compare_funcs(const void *a, const void *b)
{
	const struct dtrace_func *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

/* Of several names for one address the plainest stands for it. */
static u32 plainness(const struct dtrace_image *image, const struct dtrace_func *func)
{
	const char *name = dtrace_func_name(image, func);
	u32 under = 0;

	while (name[under] == '_')
		under++;
	return under * 256 + strlen(name) + (func->flags & DTRACE_FUNC_CLONE ? 65536 : 0);
}

static void finish_func(struct dtrace_image *image, u32 first, u32 nr, unsigned long next)
{
	struct dtrace_func *func = &image->func[first];
	unsigned long size = func->size, entry = 0;
	u32 best = first, i;

	if (!size)
		size = min(next - func->addr, (unsigned long)MAX_SIZE);
	/* A symbol's size is what its author says. */
	size = min(size, image->end - func->addr);
	if (size)
		entry = dtk_k_ftrace_location_range(func->addr,
						    func->addr + min(size, (unsigned long)DTK_ENTRY_REACH) - 1);
	for (i = first; i < first + nr; i++) {
		image->func[i].size = size;
		if (entry) {
			image->func[i].entry = entry - func->addr;
			image->func[i].flags |= DTRACE_FUNC_TRACEABLE;
		}
		if (plainness(image, &image->func[i]) < plainness(image, &image->func[best]))
			best = i;
	}
	for (i = first; i < first + nr; i++) {
		if (i != best)
			image->func[i].flags |= DTRACE_FUNC_ALIAS;
	}
}

static void finish(struct dtrace_image *image)
{
	u32 i, nr;

	for (i = 1; i < image->nr && image->func[i - 1].addr <= image->func[i].addr; i++)
		;
	if (i < image->nr)
		sort(image->func, image->nr, sizeof(*image->func), compare_funcs, NULL);
	while (image->nr && image->func[image->nr - 1].addr >= image->end)
		image->nr--;
	for (i = 0; i < image->nr; i += nr) {
		for (nr = 1; i + nr < image->nr && image->func[i + nr].addr == image->func[i].addr; nr++)
			;
		finish_func(image, i, nr, i + nr < image->nr ? image->func[i + nr].addr : image->end);
		if (!(i & 0xfff))
			cond_resched();
	}
}

static void image_free(struct dtrace_image *image)
{
	kvfree(image->func);
	kvfree(image->names);
	kfree(image);
}

static struct dtrace_image *image_alloc(struct module *mod, const char *name)
{
	struct dtrace_image *image = kzalloc(sizeof(*image), GFP_KERNEL);

	if (!image)
		return NULL;
	image->mod = mod;
	strscpy(image->name, name, sizeof(image->name));
	return image;
}

/* ---- the kernel ---- */

static int on_symbol(void *arg, const char *name, unsigned long addr)
{
	struct builder *b = arg;

	dtk_ksym_offer(name, addr);
	/* They come in the order of their addresses: init text is behind _etext. */
	if (dtk_ksym._stext && addr >= dtk_ksym._stext && (!dtk_ksym._etext || addr < dtk_ksym._etext))
		add_func(b, name, addr, 0);
	return b->is_failed ? -ENOMEM : 0;
}

DTC_KALLSYMS_CALLBACK(on_kallsyms, on_symbol)

static struct dtrace_image *build_kernel(void)
{
	struct dtrace_image *image = image_alloc(NULL, "vmlinux");
	struct builder b = { .image = image };
	int err;

	if (!image)
		return ERR_PTR(-ENOMEM);
	err = dtk_k_kallsyms_on_each_symbol(on_kallsyms, &b);
	if (!err)
		err = dtk_ksym_check();
	if (err) {
		image_free(image);
		return ERR_PTR(err);
	}
	image->begin = dtk_ksym._stext;
	image->end = dtk_ksym._etext;
	finish(image);
	return image;
}

/* ---- modules ---- */

static struct dtrace_image *build_module(struct module *mod)
{
	struct dtrace_image *image = image_alloc(mod, mod->name);
	struct builder b = { .image = image };
	const struct mod_kallsyms *syms;
	unsigned int i;

	if (!image)
		return NULL;
	dtc_module_text(mod, &image->begin, &image->end);
	/* Nobody can unload it now: it is coming, or module_mutex is held. */
	syms = rcu_dereference_raw(mod->kallsyms);
	for (i = 1; syms && i < syms->num_symtab && !b.is_failed; i++) {
		const Elf_Sym *sym = &syms->symtab[i];
		const char *name = syms->strtab + sym->st_name;

		if (!dtrace_image_has(image, sym->st_value, sym->st_value + 1) || !name[0] || !sym->st_size)
			continue;
		add_func(&b, name, sym->st_value, sym->st_size);
	}
	if (b.is_failed) {
		image_free(image);
		return NULL;
	}
	finish(image);
	return image;
}

static void image_add(struct dtrace_image *image)
{
	down_write(&text.lock);
	list_add_tail(&image->link, &text.images);
	dtk_reserved_stale();
	up_write(&text.lock);
}

/* Context: notify_lock held, so none comes or goes. */
static struct dtrace_image *image_of(const struct module *mod)
{
	struct dtrace_image *image;

	lockdep_assert_held(&text.notify_lock);
	list_for_each_entry(image, &text.images, link) {
		if (image->mod == mod)
			return image;
	}
	return NULL;
}

/* Whoever is making probes for the image has finished when this returns, and nobody begins any more. */
static struct dtrace_image *image_begin_going(const struct module *mod)
{
	struct dtrace_image *image = image_of(mod);

	if (!image)
		return NULL;
	down_write(&text.lock);
	image->is_going = true;
	up_write(&text.lock);
	return image;
}

static void module_coming(struct module *mod)
{
	struct dtrace_image *image = build_module(mod);
	u32 i;

	if (!image) {
		pr_warn("dtrace_patch: no memory for the functions of module %s\n", mod->name);
		return;
	}
	image_add(image);
	for (i = 0; i < DTRACE_IMAGE_CLIENTS; i++) {
		if (text.client[i])
			text.client[i]->coming(image);
	}
}

static void module_going(struct module *mod)
{
	struct dtrace_image *image = image_begin_going(mod);
	u32 i;

	if (!image)
		return;
	for (i = 0; i < DTRACE_IMAGE_CLIENTS; i++) {
		if (text.client[i])
			text.client[i]->going(image);
	}
	down_write(&text.lock);
	mutex_lock(&dtk_patch.lock);
	list_del(&image->link);
	dtk_sites_forget(image->begin, image->end);
	dtk_reserved_stale();
	mutex_unlock(&dtk_patch.lock);
	up_write(&text.lock);
	image_free(image);
}

static int on_module(struct notifier_block *nb, unsigned long event, void *data)
{
	mutex_lock(&text.notify_lock);
	switch (event) {
	case MODULE_STATE_COMING:
	case MODULE_STATE_LIVE:
		/* One that was on its way when the engine was loaded is first heard of here. */
		if (!image_of(data))
			module_coming(data);
		break;
	case MODULE_STATE_GOING:
		module_going(data);
		break;
	}
	mutex_unlock(&text.notify_lock);
	return NOTIFY_OK;
}

/* After the function tracer's and kprobes' when a module comes, which is what the order of registering gives. */
static struct notifier_block module_block = {
	.notifier_call = on_module,
};

/*
 * Modules that the notifier has not heard of: those that are there, and this one. One that is still coming is not
 * complete; the notifier hears of it.
 */
static void add_loaded_modules(void)
{
	struct list_head *modules = (struct list_head *)dtk_ksym.modules;
	struct mutex *module_mutex = (struct mutex *)dtk_ksym.module_mutex;
	struct module *mod;

	if (!modules || !module_mutex)
		return;
	mutex_lock(module_mutex);
	list_for_each_entry(mod, modules, list) {
		struct dtrace_image *image;

		if ((mod->state != MODULE_STATE_LIVE && mod != THIS_MODULE) || image_of(mod))
			continue;
		image = build_module(mod);
		if (image)
			image_add(image);
	}
	mutex_unlock(module_mutex);
}

/* ---- entry points ---- */

int dtk_text_init(void)
{
	struct dtrace_image *kernel;
	int err;

	mutex_init(&text.notify_lock);
	init_rwsem(&text.lock);
	INIT_LIST_HEAD(&text.images);
	err = dtk_ksym_bootstrap();
	if (err)
		return err;
	kernel = build_kernel();
	if (IS_ERR(kernel))
		return PTR_ERR(kernel);
	image_add(kernel);
	return 0;
}

int dtk_text_watch(void)
{
	int err = register_module_notifier(&module_block);

	if (err)
		return err;
	mutex_lock(&text.notify_lock);
	add_loaded_modules();
	mutex_unlock(&text.notify_lock);
	return 0;
}

void dtk_text_mute(void)
{
	unregister_module_notifier(&module_block);
}

void dtk_text_exit(void)
{
	struct dtrace_image *image, *next;

	list_for_each_entry_safe(image, next, &text.images, link)
		image_free(image);
}

int dtrace_text_register(struct dtrace_text_client *client)
{
	struct dtrace_image *image;
	u32 i;

	mutex_lock(&text.notify_lock);
	for (i = 0; i < DTRACE_IMAGE_CLIENTS && text.client[i]; i++)
		;
	if (i < DTRACE_IMAGE_CLIENTS) {
		client->slot = i;
		list_for_each_entry(image, &text.images, link)
			client->coming(image);
		text.client[i] = client;
	}
	mutex_unlock(&text.notify_lock);
	return i < DTRACE_IMAGE_CLIENTS ? 0 : -ENOSPC;
}
EXPORT_SYMBOL_GPL(dtrace_text_register);

void dtrace_text_unregister(struct dtrace_text_client *client, void (*last)(void))
{
	mutex_lock(&text.notify_lock);
	last();
	text.client[client->slot] = NULL;
	mutex_unlock(&text.notify_lock);
}
EXPORT_SYMBOL_GPL(dtrace_text_unregister);

void dtrace_text_lock(void)
{
	down_write(&text.lock);
}
EXPORT_SYMBOL_GPL(dtrace_text_lock);

int dtrace_text_lock_killable(void)
{
	if (!down_write_killable(&text.lock))
		return 0;
	if (dtrace_op_pause())
		return -EINTR;
	/* Killed, but it is somebody else's request that is being worked on. */
	down_write(&text.lock);
	return 0;
}
EXPORT_SYMBOL_GPL(dtrace_text_lock_killable);

void dtrace_text_unlock(void)
{
	up_write(&text.lock);
}
EXPORT_SYMBOL_GPL(dtrace_text_unlock);

void dtrace_text_lock_shared(void)
{
	down_read(&text.lock);
}
EXPORT_SYMBOL_GPL(dtrace_text_lock_shared);

void dtrace_text_unlock_shared(void)
{
	up_read(&text.lock);
}
EXPORT_SYMBOL_GPL(dtrace_text_unlock_shared);

const void *dtrace_kernel_btf(size_t *size)
{
	if (!dtk_ksym.__start_BTF || !dtk_ksym.__stop_BTF)
		return NULL;
	*size = dtk_ksym.__stop_BTF - dtk_ksym.__start_BTF;
	return (const void *)dtk_ksym.__start_BTF;
}
EXPORT_SYMBOL_GPL(dtrace_kernel_btf);

int dtrace_images_walk_locked(int (*fn)(struct dtrace_image *image, void *arg), void *arg)
{
	struct dtrace_image *image;
	int result;

	list_for_each_entry(image, &text.images, link) {
		result = fn(image, arg);
		if (result)
			return result;
	}
	return 0;
}
EXPORT_SYMBOL_GPL(dtrace_images_walk_locked);

int dtrace_images_walk(int (*fn)(struct dtrace_image *image, void *arg), void *arg)
{
	int result;

	down_write(&text.lock);
	result = dtrace_images_walk_locked(fn, arg);
	up_write(&text.lock);
	return result;
}
EXPORT_SYMBOL_GPL(dtrace_images_walk);

struct dtrace_image *dtk_image_of_text(unsigned long begin, unsigned long end)
{
	struct dtrace_image *image;

	list_for_each_entry(image, &text.images, link) {
		if (dtrace_image_has(image, begin, end))
			return image;
	}
	return NULL;
}

static int compare_addr(const void *key, const void *elem)
{
	const struct dtrace_func *func = elem;
	unsigned long addr = (unsigned long)key;

	if (addr < func->addr)
		return -1;
	return addr >= func->addr + max(func->size, 1u);
}

/* Context: text.lock held, shared is enough, or the image cannot go. */
struct dtrace_func *dtk_func_find(unsigned long addr, struct dtrace_image **found)
{
	struct dtrace_image *image;
	struct dtrace_func *func;

	list_for_each_entry(image, &text.images, link) {
		if (!image->nr || addr < image->func[0].addr ||
		    addr >= image->func[image->nr - 1].addr + image->func[image->nr - 1].size)
			continue;
		func = bsearch((void *)addr, image->func, image->nr, sizeof(*func), compare_addr);
		if (!func)
			continue;
		*found = image;
		while (func > image->func && func[-1].addr == func->addr)
			func--;
		while (func->flags & DTRACE_FUNC_ALIAS)
			func++;
		return func;
	}
	return NULL;
}

const struct dtrace_func *dtrace_func_find(unsigned long addr, struct dtrace_image **image)
{
	const struct dtrace_func *func;

	down_read(&text.lock);
	func = dtk_func_find(addr, image);
	up_read(&text.lock);
	return func;
}
EXPORT_SYMBOL_GPL(dtrace_func_find);
