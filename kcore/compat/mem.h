/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compatibility: which kernel addresses are ordinary memory, and loads from them that may fault.
 *
 * Included by os.h; the shim has its own versions. Context of everything here: any, NMI included, interrupts off.
 */
#ifndef _DTK_COMPAT_MEM_H
#define _DTK_COMPAT_MEM_H

#include <linux/mm.h>
#include <linux/uaccess.h>
#include <asm/page.h>
#include <asm/pgtable.h>

#define DTC_PAGE_LEFT(addr) (PAGE_SIZE - ((addr) & (PAGE_SIZE - 1)))

/*
 * The slow part of dtc_ram_window(): a look into the kernel's page tables. Device memory is mapped uncached, or
 * has no struct page. Freeing a kernel page table waits for an IPI, so the tables stay while interrupts are off.
 */
static noinline notrace __maybe_unused u64 dtc_ram_window_walk(u64 addr)
{
	unsigned int level;
	pte_t *pte;

	if ((s64)addr >> __VIRTUAL_MASK_SHIFT != -1)
		return 0;
	pte = lookup_address(addr, &level);
	if (!pte || !(pte_flags(*pte) & _PAGE_PRESENT))
		return 0;
	if (pte_flags(*pte) & (_PAGE_PWT | _PAGE_PCD))
		return 0;
	if (level == PG_LEVEL_4K && !pfn_valid(pte_pfn(*pte)))
		return 0;
	return DTC_PAGE_LEFT(addr);
}

/*
 * How many bytes from addr on may be read with dtc_load(): 0 = none (user space, device memory, a hole in the
 * address space). Bytes inside may still fault.
 */
static __always_inline u64 dtc_ram_window(u64 addr)
{
	if (likely(addr - PAGE_OFFSET < (u64)high_memory - PAGE_OFFSET))
		return (u64)high_memory - addr;
	if (addr - __START_KERNEL_map < MODULES_END - __START_KERNEL_map)
		return MODULES_END - addr;
	return dtc_ram_window_walk(addr);
}

/* *dst = *(type *)src, or go to label. src lies in a window of dtc_ram_window(). */
#define dtc_load(dst, src, type, label) __get_kernel_nofault(dst, src, type, label)

/*
 * User memory: bytes of user space that could not be copied; never sleeps, never makes pages resident.
 */
static __always_inline unsigned long dtc_copy_from_user(void *dst, u64 addr, unsigned long size)
{
	unsigned long left;

	if (!access_ok((const void __user *)addr, size))
		return size;
	pagefault_disable();
	left = __copy_from_user_inatomic(dst, (const void __user *)addr, size);
	pagefault_enable();
	return left;
}

static __always_inline unsigned long dtc_copy_to_user(u64 addr, const void *src, unsigned long size)
{
	unsigned long left;

	if (!access_ok((void __user *)addr, size))
		return size;
	pagefault_disable();
	left = __copy_to_user_inatomic((void __user *)addr, src, size);
	pagefault_enable();
	return left;
}

/* Has current user memory of its own that can be looked at now? An NMI may come in the middle of a switch of it. */
static __always_inline bool dtc_has_user_memory(void)
{
	return current->mm && !(current->flags & PF_KTHREAD) && !in_nmi();
}

#endif /* _DTK_COMPAT_MEM_H */
