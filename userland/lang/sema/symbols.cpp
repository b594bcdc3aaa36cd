// SPDX-License-Identifier: MIT
// Kernel symbols: `name and module`name. Types come from BTF (functions, per-CPU variables) and,
// for ordinary variables, which BTF does not describe, from the table here.
#include <string_view>

#include "lang/sema/checker.hpp"
#include "lang/types/btf.hpp"

namespace dt::lang::sema {

using namespace ast;

namespace {

struct KnownSymbol {
  std::string_view name;
  std::string_view type;
};

// Declared so in every kernel that is supported.
constexpr KnownSymbol kKnown[] = {
    {"__per_cpu_offset", "unsigned long [8192]"},
    {"avenrun", "unsigned long [3]"},
    {"boot_command_line", "char [2048]"},
    {"cad_pid", "struct pid *"},
    {"console_drivers", "struct console *"},
    {"current_uts_ns", "struct uts_namespace"},
    {"high_memory", "void *"},
    {"init_cred", "struct cred"},
    {"init_mm", "struct mm_struct"},
    {"init_net", "struct net"},
    {"init_pid_ns", "struct pid_namespace"},
    {"init_task", "struct task_struct"},
    {"init_uts_ns", "struct uts_namespace"},
    {"init_user_ns", "struct user_namespace"},
    {"jiffies", "unsigned long"},
    {"jiffies_64", "unsigned long"},
    {"linux_banner", "char [256]"},
    {"linux_proc_banner", "char [256]"},
    {"loops_per_jiffy", "unsigned long"},
    {"major_names", "struct blk_major_name *[255]"},
    {"max_low_pfn", "unsigned long"},
    {"max_pfn", "unsigned long"},
    {"max_possible_pfn", "unsigned long"},
    {"min_low_pfn", "unsigned long"},
    {"modules", "struct list_head"},
    {"nr_cpu_ids", "unsigned int"},
    {"nr_threads", "int"},
    {"oops_in_progress", "int"},
    {"panic_on_oops", "int"},
    {"panic_on_warn", "int"},
    {"panic_timeout", "int"},
    {"pid_max", "int"},
    {"root_task_group", "struct task_group"},
    {"saved_command_line", "char *"},
    {"super_blocks", "struct list_head"},
    {"sysctl_sched_latency", "unsigned int"},
    {"tainted_mask", "unsigned long"},
    {"tcp_hashinfo", "struct inet_hashinfo"},
    {"threads_max", "int"},
    {"total_forks", "unsigned long"},
    {"tsc_khz", "unsigned int"},
    {"vm_swappiness", "int"},
};

std::string_view known_type(std::string_view name) {
  for (const KnownSymbol& known : kKnown) {
    if (known.name == name)
      return known.type;
  }
  // Tables of a file system's or driver's operations are named after their type.
  if (name.ends_with("_dir_operations") || name.ends_with("_file_operations"))
    return "struct file_operations";
  if (name.ends_with("_inode_operations"))
    return "struct inode_operations";
  return "";
}

}  // namespace

bool Checker::kernel_sym(KernelSym& sym, Use use) {
  std::string shown_name = sym.module + "`" + sym.name;
  if (input_.symbols) {
    auto found = input_.symbols->find(sym.module, sym.name);
    if (!found)
      return fail_once(shown_name, Tag::D_IDENT_UNDEF, sym.range,
                       "the kernel has no symbol " + shown_name,
                       "/proc/kallsyms lists the symbols; reading addresses takes root");
    sym.address = found->address;
    if (sym.module.empty() && found->module != "vmlinux")
      sym.module = found->module;
  }
  sym.is_lvalue = true;
  const Type* type = nullptr;
  if (std::string_view known = known_type(sym.name); !known.empty())
    type = find_by_text(std::string(known));
  if (!type && types_.btf()) {
    type = types_.btf()->function(types_, sym.module, sym.name);
    if (!type)
      type = types_.btf()->variable(types_, sym.module, sym.name);
  }
  use_attributes({Stability::Private, Stability::Private, DependencyClass::Unknown}, sym.range,
                 shown_name);
  if (!type) {
    if (use != Use::Shape)
      return fail(Tag::D_SYM_NOTYPES, sym.range, "the type of " + shown_name + " is not known",
                  "its address is: *(type *)&" + shown_name);
    type = types_.void_type();
  }
  sym.type = type;
  return true;
}

}  // namespace dt::lang::sema
