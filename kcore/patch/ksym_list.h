/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel functions and objects that are not exported, with what is lost without them. FUNC: called through a
 * stub of ksym_call.S named dtk_k_<name>; its prototype is the kernel's own declaration (ksym.h). DATA:
 * dtk_ksym.<name> is its address. "" = nothing works without it; "-" = other kernels lack it and
 * nothing is lost.
 */
KSYM_FUNC(kallsyms_on_each_symbol, "")
KSYM_FUNC(ftrace_location_range, "")
KSYM_FUNC(get_kprobe, "breakpoints and return probes")
KSYM_FUNC(recover_probed_instruction, "breakpoints and return probes")
KSYM_FUNC(wait_for_kprobe_optimizer, "breakpoints and return probes")
KSYM_DATA(arch_prepare_kprobe, "breakpoints and return probes")
#ifdef CONFIG_OPTPROBES
KSYM_DATA(arch_prepare_optimized_kprobe, "breakpoints and return probes")
KSYM_DATA(__recover_optprobed_insn, "breakpoints and return probes")
#endif
#ifdef CONFIG_OPTPROBES
KSYM_DATA(unoptimizing_list, "-")
#endif
KSYM_FUNC(text_poke_queue, "-")
KSYM_FUNC(smp_text_poke_batch_add, "-")
KSYM_FUNC(search_exception_tables, "probes on instructions")
KSYM_FUNC(execmem_alloc, "-")
KSYM_FUNC(execmem_free, "-")
KSYM_FUNC(set_memory_rox, "-")
KSYM_FUNC(module_alloc, "-")
KSYM_FUNC(module_memfree, "-")
KSYM_FUNC(set_memory_x, "-")
KSYM_FUNC(alternatives_text_reserved, "probes on instructions with a lock prefix")
KSYM_DATA(_stext, "")
KSYM_DATA(_etext, "")
KSYM_DATA(text_mutex, "breakpoints and return probes")
KSYM_DATA(modules, "functions of modules that were loaded before")
KSYM_DATA(module_mutex, "functions of modules that were loaded before")
KSYM_DATA(kprobe_blacklist, "breakpoints and return probes")
KSYM_DATA(kprobe_mutex, "breakpoints and return probes")
KSYM_DATA(kprobe_table, "-")
KSYM_DATA(die_chain, "breakpoints and return probes")
KSYM_DATA(__start___jump_table, "breakpoints and return probes")
KSYM_DATA(__stop___jump_table, "breakpoints and return probes")
KSYM_DATA(__start_static_call_sites, "breakpoints and return probes")
KSYM_DATA(__stop_static_call_sites, "breakpoints and return probes")
KSYM_DATA(__x86_return_thunk, "-")
KSYM_DATA(its_return_thunk, "-")
KSYM_DATA(retbleed_return_thunk, "-")
KSYM_DATA(srso_return_thunk, "-")
KSYM_DATA(srso_alias_return_thunk, "-")
KSYM_DATA(call_depth_return_thunk, "-")
KSYM_DATA(__x86_indirect_thunk_array, "-")
KSYM_DATA(__x86_indirect_its_thunk_array, "-")
KSYM_DATA(__start_BTF, "knowing how many arguments a function has")
KSYM_DATA(__stop_BTF, "knowing how many arguments a function has")
