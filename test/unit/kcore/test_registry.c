// SPDX-License-Identifier: MIT
/*
 * Providers, probes and matching at scale: ids, names, duplicates, exact and glob look-ups over 100,000 probes,
 * failing allocations, unregistering. Links the real registry files and core.c.
 */
#include "core.h"
#include "core_fixture.h"
#include "match.h"
#include "shim/check.h"

static struct module owner = { .name = "dtrace_test" };
static u32 nr_destroyed;

static void on_destroy(void *arg, struct dtrace_probe *probe, void *priv)
{
	nr_destroyed++;
}

static const struct dtrace_provider_ops ops = { DTRACE_PROVIDER_OPS, .destroy = on_destroy };

static struct dtrace_provider_handle *add_provider(const char *name)
{
	struct dtrace_provider prov = { .name = name, .ops = &ops };

	return __dtrace_provider_register(&prov, &owner, DTRACE_PROVIDER_ABI);
}

static u32 count(const char *prov, const char *mod, const char *func, const char *name)
{
	struct dtrace_probedesc desc = { 0 };
	struct dtk_probe_vec vec = { 0 };
	u32 nr, i;

	strscpy(desc.prov, prov, sizeof(desc.prov));
	strscpy(desc.mod, mod, sizeof(desc.mod));
	strscpy(desc.func, func, sizeof(desc.func));
	strscpy(desc.name, name, sizeof(desc.name));
	mutex_lock(&dtk_core.registry_lock);
	if (dtk_match_collect(&dtk_core.reg, &desc, 0, U32_MAX, U32_MAX, &vec))
		shim_warn("match failed", __FILE__, __LINE__);
	mutex_unlock(&dtk_core.registry_lock);
	for (i = 1; i < vec.nr; i++) {
		if (vec.probe[i - 1]->id >= vec.probe[i]->id)
			shim_warn("ids out of order", __FILE__, __LINE__);
	}
	nr = vec.nr;
	dtk_probe_vec_free(&vec);
	return nr;
}

static void registering(void)
{
	struct dtrace_provider bad = { .name = "ok", .ops = &ops };
	struct dtrace_provider_ops small = { .size = 8 };
	struct {
		struct dtrace_provider_ops ops;
		u64 newer;
	} large = { .ops.size = sizeof(large), .newer = 1 };
	struct dtrace_provider_handle *handle = add_provider("reg");

	CHECK(!IS_ERR(handle), "a provider registers");
	CHECK_EQ(PTR_ERR(add_provider("reg")), -EEXIST, "its name is taken then");
	CHECK_EQ(PTR_ERR(add_provider("")), -EINVAL, "an empty name is refused");
	CHECK_EQ(PTR_ERR(add_provider("fbt2")), -EINVAL, "a name that ends in a digit is refused");
	CHECK_EQ(PTR_ERR(add_provider("a:b")), -EINVAL, "a name with a colon is refused");
	CHECK_EQ(PTR_ERR(__dtrace_provider_register(&bad, &owner, 99)), -EPROTO,
		 "another ABI is refused");
	bad.ops = &small;
	CHECK_EQ(PTR_ERR(__dtrace_provider_register(&bad, &owner, DTRACE_PROVIDER_ABI)), -EINVAL,
		 "an ops table that is too small is refused");
	bad.ops = NULL;
	CHECK_EQ(PTR_ERR(__dtrace_provider_register(&bad, &owner, DTRACE_PROVIDER_ABI)), -EINVAL,
		 "no ops table is refused");
	CHECK_EQ(PTR_ERR(__dtrace_provider_register(NULL, &owner, DTRACE_PROVIDER_ABI)), -EINVAL,
		 "no provider is refused");
	bad.ops = &large.ops;
	CHECK_EQ(PTR_ERR(__dtrace_provider_register(&bad, &owner, DTRACE_PROVIDER_ABI)), -EPROTO,
		 "a newer op that is used is refused");
	large.newer = 0;
	CHECK_EQ(PTR_ERR_OR_ZERO(__dtrace_provider_register(&bad, &owner, DTRACE_PROVIDER_ABI)), 0,
		 "a newer table is taken if it is not");
	dtk_provider_owner_gone(&owner);
	small.size = offsetofend(struct dtrace_provider_ops, disable);
	bad.ops = &small;
	handle = __dtrace_provider_register(&bad, &owner, DTRACE_PROVIDER_ABI);
	CHECK(!IS_ERR(handle) && !handle->ops.argdesc, "the table of the first ABI is taken");
	dtrace_provider_unregister(handle);
	handle = add_provider("reg");
	CHECK_EQ(dtrace_provider_unregister(handle), 0, "it unregisters");
	handle = add_provider("reg");
	CHECK(!IS_ERR(handle), "its name is free again");
	dtrace_provider_unregister(handle);
}

static struct dtrace_provider_handle *busy;
static int results[5];

static int ill_enable(void *arg, struct dtrace_probe *const *probes, unsigned int nr)
{
	struct dtrace_provider prov = { .name = "inner", .ops = &ops };

	results[0] = PTR_ERR(__dtrace_provider_register(&prov, &owner, DTRACE_PROVIDER_ABI));
	results[1] = dtrace_provider_unregister(busy);
	dtrace_probe_destroy(busy, probes, nr);
	dtrace_provider_changed(busy);
	results[2] = PTR_ERR_OR_ZERO(dtrace_probe_create(busy, "", "", "inner", 0, NULL));
	return 1;
}

/* What nobody should do, and what comes of it. */
static void misuse(void)
{
	static const struct dtrace_provider_ops ill = { DTRACE_PROVIDER_OPS, .enable = ill_enable };
	struct dtrace_provider prov = { .name = "ill", .ops = &ill };
	struct dtrace_provider_handle *handle = add_provider("gone");
	struct dtrace_probe *probe;

	CHECK_EQ(dtrace_provider_unregister(handle), 0, "a provider leaves");
	CHECK_EQ(dtrace_provider_unregister(handle), -ENOENT, "it cannot leave twice");
	CHECK_EQ(PTR_ERR(dtrace_probe_create(handle, "", "", "p", 0, NULL)), -ENODEV,
		 "and has no probes any more");
	CHECK(!dtrace_probe_lookup(handle, "", "", "p"), "none is found");
	dtrace_probe_destroy(handle, NULL, 0);
	CHECK_EQ(dtrace_provider_unregister(NULL), -ENOENT, "no handle is none");
	CHECK_EQ(PTR_ERR(dtrace_probe_create(NULL, "", "", "p", 0, NULL)), -EINVAL, "for probes too");
	dtrace_provider_changed(NULL);

	busy = __dtrace_provider_register(&prov, &owner, DTRACE_PROVIDER_ABI);
	probe = dtrace_probe_create(busy, "", "", "p", 0, NULL);
	CHECK(!IS_ERR(probe), "a probe");
	CHECK_EQ(PTR_ERR(dtrace_probe_create(busy, "", "a:b", "p", 0, NULL)), -EINVAL, "no colon in a name");
	CHECK_EQ(PTR_ERR(dtrace_probe_create(busy, "", "", "a b", 0, NULL)), -EINVAL, "no blank in a name");
	CHECK_EQ(PTR_ERR(dtrace_probe_create(busy, NULL, "", "p", 0, NULL)), -EINVAL, "NULL is no name");
	mutex_lock(&dtk_core.ops_lock);
	CHECK_EQ(dtk_provider_arm(&probe, 1, NULL), -EINVAL, "an op returns no errno: the request fails");
	mutex_unlock(&dtk_core.ops_lock);
	CHECK_EQ(owner.refs, 0, "and holds no module");
	CHECK_EQ(results[0], -EDEADLK, "an op cannot register");
	CHECK_EQ(results[1], -EDEADLK, "nor unregister");
	CHECK_EQ(results[2], 0, "but create");
	CHECK(dtrace_probe_lookup(busy, "", "", "p") == probe, "its probe was not destroyed by an op");

	dtk_provider_owner_gone(NULL);
	CHECK_EQ(count("ill", "", "", ""), 2, "nothing happens when other modules go");
	dtk_provider_owner_gone(&owner);
	CHECK_EQ(count("ill", "", "", ""), 0, "a module that goes takes its providers with it");
}

static void naming(void)
{
	struct dtrace_provider_handle *handle = add_provider("nam");
	char longest[300];
	struct dtrace_probe *probe, *again;

	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	probe = dtrace_probe_create(handle, "m", "f", "n", 0, &owner);
	CHECK(!IS_ERR(probe) && dtrace_probe_priv(probe) == &owner, "a probe is created");
	CHECK(dtrace_probe_lookup(handle, "m", "f", "n") == probe, "and found");
	CHECK(!dtrace_probe_lookup(handle, "m", "f", "x"), "another name is not");
	CHECK_EQ(PTR_ERR(dtrace_probe_create(handle, "m", "f", "n", 0, NULL)), -EEXIST,
		 "twice is refused");
	CHECK_EQ(PTR_ERR(dtrace_probe_create(handle, "m", longest, "n", 0, NULL)), -ENAMETOOLONG,
		 "a name that is too long is refused");
	longest[DTRACE_FUNCNAMELEN - 1] = '\0';
	again = dtrace_probe_create(handle, "m", longest, "n", 0, NULL);
	CHECK(!IS_ERR(again) && again->id > probe->id, "the longest name is not");
	nr_destroyed = 0;
	dtrace_probe_destroy(handle, &probe, 1);
	CHECK_EQ(nr_destroyed, 1, "destroying one calls the provider");
	CHECK(!dtrace_probe_lookup(handle, "m", "f", "n"), "and it is gone");
	CHECK(!count("nam", "", "f", ""), "also for patterns");
	dtrace_provider_unregister(handle);
	CHECK_EQ(nr_destroyed, 2, "unregistering destroys the rest");
}

static void scaling(void)
{
	struct dtrace_provider_handle *a = add_provider("big"), *b = add_provider("other");
	u32 i, failed = 0;
	char func[32];

	for (i = 0; i < 50000; i++) {
		snprintf(func, sizeof(func), "func_%u", i);
		failed += IS_ERR(dtrace_probe_create(a, "vmlinux", func, "entry", 0, NULL));
		failed += IS_ERR(dtrace_probe_create(a, "vmlinux", func, "return", 0, NULL));
	}
	for (i = 0; i < 100; i++) {
		snprintf(func, sizeof(func), "func_%u", i);
		failed += IS_ERR(dtrace_probe_create(b, i % 2 ? "ext4" : "", func, "entry", 0, NULL));
	}
	CHECK_EQ(failed, 0, "100,100 probes are created");
	CHECK_EQ(count("", "", "", ""), 100103, "all match the empty pattern");
	CHECK_EQ(count("*", "*", "*", "*"), 100103, "and stars");
	CHECK_EQ(count("big", "", "", ""), 100000, "one provider");
	CHECK_EQ(count("b*", "", "", ""), 100000, "a provider by glob");
	CHECK_EQ(count("", "", "func_77", ""), 3, "one function");
	CHECK_EQ(count("big", "", "func_77", "entry"), 1, "one probe");
	CHECK_EQ(count("", "vm*", "func_1234?", ""), 20, "a function by glob");
	CHECK_EQ(count("", "ext4", "", "entry"), 50, "a module");
	CHECK_EQ(count("", "", "", "[er]e*"), 50000, "a name by set: return");
	CHECK_EQ(count("", "", "", "nowhere"), 0, "a name nobody has");
	CHECK_EQ(count("", "", "", "BEGIN"), 1, "BEGIN");
	CHECK_EQ(dtrace_provider_unregister(a), 0, "50,000 functions go away");
	CHECK_EQ(count("", "", "", ""), 103, "the others stay");
	CHECK_EQ(dtk_core.reg.nr_names, 4 + 1 + 100 + 1, "names nobody uses go away too");
	dtrace_provider_unregister(b);
}

static void paging(void)
{
	struct dtrace_provider_handle *handle = add_provider("page");
	struct dtrace_probedesc desc = { .prov = "page" };
	u32 i, start = 0, seen = 0, rounds = 0;
	char name[16];

	for (i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		dtrace_probe_create(handle, "", "", name, 0, NULL);
	}
	for (;;) {
		struct dtk_probe_vec vec = { 0 };

		mutex_lock(&dtk_core.registry_lock);
		dtk_match_collect(&dtk_core.reg, &desc, start, U32_MAX, 101, &vec);
		mutex_unlock(&dtk_core.registry_lock);
		seen += min(vec.nr, 100u);
		rounds++;
		start = vec.nr > 100 ? vec.probe[100]->id : 0;
		dtk_probe_vec_free(&vec);
		if (!start)
			break;
	}
	CHECK(seen == 1000 && rounds == 10, "1,000 probes come in ten pages, each once");
	dtrace_provider_unregister(handle);
}

/* Every allocation fails once; nothing may leak or be left half made. */
static void failing(void)
{
	struct dtrace_provider_handle *handle = add_provider("fail");
	u32 n, made = 0;
	char name[16];

	for (n = 1; n < 12; n++) {
		struct dtrace_probe *probe;

		snprintf(name, sizeof(name), "n%u", n);
		shim.fail_at = n % 6 + 1;
		probe = dtrace_probe_create(handle, name, name, "x", 0, NULL);
		if (!IS_ERR(probe))
			made++;
		else if (PTR_ERR(probe) != -ENOMEM)
			shim_warn("unexpected error", __FILE__, __LINE__);
		shim.fail_at = 0;
	}
	CHECK_EQ(count("fail", "", "", ""), made, "only complete probes are there after failures");
	dtrace_provider_unregister(handle);
}

int main(void)
{
	CHECK_EQ(dtk_core_init(), 0, "the core comes up");
	registering();
	misuse();
	naming();
	scaling();
	paging();
	failing();
	CHECK_EQ(count("", "", "", ""), 3, "BEGIN, END and ERROR remain");
	dtk_core_exit();
	CHECK_EQ(shim.nr_live, 0, "no memory is left behind");
	CHECK_EQ(shim.nr_warnings, 0, "no warnings");
	return check_result();
}
