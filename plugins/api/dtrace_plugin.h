/* SPDX-License-Identifier: MIT */
/*
 * Plugin ABI: what a shared object needs to show the arguments of a provider's probes as a person would read
 * them. docs/plugins.md is the guide. One symbol is looked up: `dtrace_plugin` (DTRACE_PLUGIN_SYMBOL), a function
 * that returns the table; everything else hangs off it.
 *
 * How a hit becomes text: before tracing, the compiler asks captures() what to record for a probe - D expressions, so
 * that strings and structures are copied while the probe is being processed. For each hit, format() gets the values
 * of these expressions and writes one line; fields() writes the same as a JSON object.
 *
 * Rules for every function: C types only; called by one thread at a time; no exception may leave it; it keeps no
 * pointer that it was given. Text goes to `out`, at most `cap` bytes with the NUL that ends it; the return value
 * is the length needed without the NUL, so a value >= cap means "again with more room". DTRACE_PLUGIN_PASS means
 * "I have nothing to say": the host does what it does without a plugin.
 *
 * Tables and structures only grow at their ends; every one of them begins with or contains its size. A function
 * that lies behind struct_size of the other side does not exist there; a pointer that is NULL is not offered.
 */
#ifndef DTRACE_PLUGIN_H
#define DTRACE_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DTRACE_PLUGIN_ABI	1u
#define DTRACE_PLUGIN_SYMBOL	"dtrace_plugin"
#define DTRACE_PLUGIN_PASS	((size_t)-1)

#if defined(__GNUC__)
#define DTRACE_PLUGIN_EXPORT	__attribute__((visibility("default")))
#else
#define DTRACE_PLUGIN_EXPORT
#endif

/* One typed argument of a probe: args[index]. */
struct dtrace_plugin_arg {
	const char *type;	/* its D type as text: "struct file *", "int", "pktinfo_t *" */
	const char *name;	/* the parameter's name, or "" if it is not known */
	uint32_t size;		/* bytes of the type, 0 if not known */
	uint32_t is_signed;	/* 1: a signed integer type */
};

/*
 * A probe. A part that is "" stands for any (captures() is asked for a whole description when it matches more
 * probes than the host wants to look at one by one, and for those that may appear later).
 */
struct dtrace_plugin_probe {
	uint32_t struct_size;
	uint32_t id;		/* 0 for a description */
	const char *provider;
	const char *module;
	const char *function;
	const char *name;
	const struct dtrace_plugin_arg *args;	/* typed arguments, nr_args of them; 0 = not known */
	uint32_t nr_args;
	uint32_t arg_size;	/* sizeof(struct dtrace_plugin_arg) of the host: the stride of args */
	const char *result;	/* return probes: type of the value, "" if not known or void */
};

enum dtrace_plugin_kind {
	DTRACE_VALUE_INTEGER = 1,	/* integer: `integer`, extended to 64 bits as its type says */
	DTRACE_VALUE_STRING = 2,	/* bytes: text; `size` is its length without the NUL, which is there */
	DTRACE_VALUE_BYTES = 3,		/* bytes: a structure or an array of `size` bytes */
	DTRACE_VALUE_STACK = 4,		/* bytes: an array of 64-bit program counters */
	DTRACE_VALUE_FAULT = 5,		/* nothing: the expression was not recorded */
};

/* What one capture recorded, in the order of captures(). */
struct dtrace_plugin_value {
	uint32_t kind;		/* enum dtrace_plugin_kind */
	uint32_t size;		/* bytes */
	uint64_t integer;
	const void *bytes;
	uint32_t is_signed;
	uint32_t reserved;
};

/* One hit. */
struct dtrace_plugin_event {
	uint32_t struct_size;
	uint32_t cpu;
	uint64_t time;		/* nanoseconds, the clock of the D variable timestamp */
	const struct dtrace_plugin_probe *probe;
	const struct dtrace_plugin_value *values;
	uint32_t nr_values;
	uint32_t value_size;	/* sizeof(struct dtrace_plugin_value) of the host: the stride of values */
};

/* What the host offers. Every function may be called from every function of the plugin; pass `host` itself. */
struct dtrace_plugin_host {
	uint32_t abi_version;
	uint32_t struct_size;
	/* "module`function+0x12" of a kernel address. */
	size_t (*kernel_symbol)(const struct dtrace_plugin_host *host, uint64_t address, char *out,
				size_t cap);
	/* "libc.so.6`read+0x12" of an address in a process. */
	size_t (*user_symbol)(const struct dtrace_plugin_host *host, uint32_t pid, uint64_t address,
			      char *out, size_t cap);
	/*
	 * A value of a kernel type as text: "{ .tv_sec = 1, ... }". `type` as D writes it; `bytes` holds the value
	 * itself, or the first `size` bytes of it. DTRACE_PLUGIN_PASS if the type is not known.
	 */
	size_t (*type_text)(const struct dtrace_plugin_host *host, const char *type, const void *bytes,
			    size_t size, char *out, size_t cap);
	/* Bytes of the kernel's text as they were without probes. Return: bytes copied, 0 if not available. */
	size_t (*kernel_text)(const struct dtrace_plugin_host *host, uint64_t address, void *out, size_t size);
	/* What an open file descriptor of a process names ("/etc/passwd", "socket:[123]"); PASS if that is gone. */
	size_t (*fd_path)(const struct dtrace_plugin_host *host, uint32_t pid, int32_t fd, char *out, size_t cap);
	/*
	 * Option `-x plugin.<provider>.<key>=value`, or a value of section plugin_options in the provider's YAML file;
	 * PASS if it is not set.
	 */
	size_t (*option)(const struct dtrace_plugin_host *host, const char *key, char *out, size_t cap);
};

/* The table. Returned once; stays as it is until the end of the program. */
struct dtrace_plugin {
	uint32_t abi_version;	/* DTRACE_PLUGIN_ABI of the build */
	uint32_t struct_size;	/* sizeof(struct dtrace_plugin) of the build */
	const char *name;
	const char *provider;	/* whose probes it shows: "syscall" */
	const char *version;	/* of the plugin, for listings */

	/*
	 * What to record for a probe: D expressions, one a line. "" = nothing. Each is compiled as if it stood in a
	 * clause for this probe, and may change nothing. One that does not compile there is recorded as
	 * DTRACE_VALUE_FAULT and reported once; so is one that faults at run time, without a report.
	 */
	size_t (*captures)(const struct dtrace_plugin_host *host, const struct dtrace_plugin_probe *probe, char *out,
			   size_t cap);
	/* One line without its end. */
	size_t (*format)(const struct dtrace_plugin_host *host, const struct dtrace_plugin_event *event, char *out,
			 size_t cap);
	/* A JSON object: {"path":"/etc/passwd","flags":["O_RDONLY"]}. */
	size_t (*fields)(const struct dtrace_plugin_host *host, const struct dtrace_plugin_event *event, char *out,
			 size_t cap);
	/* D text with the provider's types, constants and translators, NUL-terminated; used lazily. NULL = none. */
	const char *(*d_library)(void);
};

/* The one exported function. `host` lives as long as the plugin. NULL = the plugin cannot work here. */
typedef const struct dtrace_plugin *(*dtrace_plugin_entry)(const struct dtrace_plugin_host *host);
DTRACE_PLUGIN_EXPORT const struct dtrace_plugin *dtrace_plugin(const struct dtrace_plugin_host *host);

#ifdef __cplusplus
}
#endif

#endif /* DTRACE_PLUGIN_H */
