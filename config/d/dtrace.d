/* SPDX-License-Identifier: MIT */
/*
 * Names that belong to D itself: NULL, faults (arg4 of ERROR), registers (indices of uregs[], words of struct pt_regs
 * on x86-64) and contexts (the variable ipl).
 */
inline void *NULL = 0;

inline int DTRACEFLT_UNKNOWN = 0;
inline int DTRACEFLT_BADADDR = 1;
inline int DTRACEFLT_BADALIGN = 2;
inline int DTRACEFLT_ILLOP = 3;
inline int DTRACEFLT_DIVZERO = 4;
inline int DTRACEFLT_NOSCRATCH = 5;
inline int DTRACEFLT_KPRIV = 6;
inline int DTRACEFLT_UPRIV = 7;
inline int DTRACEFLT_TUPOFLOW = 8;
inline int DTRACEFLT_BADSTACK = 9;
inline int DTRACEFLT_BADSIZE = 10;
inline int DTRACEFLT_BADINDEX = 11;
inline int DTRACEFLT_BUDGET = 12;
inline int DTRACEFLT_LIBRARY = 1000;

inline int R_R15 = 0;
inline int R_R14 = 1;
inline int R_R13 = 2;
inline int R_R12 = 3;
inline int R_RBP = 4;
inline int R_RBX = 5;
inline int R_R11 = 6;
inline int R_R10 = 7;
inline int R_R9 = 8;
inline int R_R8 = 9;
inline int R_RAX = 10;
inline int R_RCX = 11;
inline int R_RDX = 12;
inline int R_RSI = 13;
inline int R_RDI = 14;
inline int R_TRAPNO = 15;
inline int R_RIP = 16;
inline int R_CS = 17;
inline int R_RFL = 18;
inline int R_RSP = 19;
inline int R_SS = 20;
inline int R_BP = 4;
inline int R_EBP = 4;
inline int R_FP = 4;
inline int R_BX = 5;
inline int R_EBX = 5;
inline int R_AX = 10;
inline int R_EAX = 10;
inline int R_R0 = 10;
inline int R_CX = 11;
inline int R_ECX = 11;
inline int R_DX = 12;
inline int R_EDX = 12;
inline int R_R1 = 12;
inline int R_SI = 13;
inline int R_ESI = 13;
inline int R_DI = 14;
inline int R_EDI = 14;
inline int R_ORIG_RAX = 15;
inline int R_ERR = 15;
inline int R_IP = 16;
inline int R_PC = 16;
inline int R_EIP = 16;
inline int R_EFL = 18;
inline int R_PS = 18;
inline int R_SP = 19;
inline int R_ESP = 19;
inline int R_UESP = 19;

inline int IPL_TASK = 0;
inline int IPL_SOFTIRQ = 1;
inline int IPL_HARDIRQ = 2;
inline int IPL_NMI = 3;
