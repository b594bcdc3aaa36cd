// SPDX-License-Identifier: MIT
// The end of a process that somebody waits for.
#pragma once

namespace dt::consumer {

// Ends the process without waiting until the kernel has taken its memory down and closed its files,
// the device among them: a helper that shares both ends a moment later and does that. Page by page
// and file by file it is some ten thousand function calls; while every function is traced that is
// felt at the prompt. Standard input, output and error are closed before. Only the calling thread
// may be left. Without memory for the helper the process simply ends.
[[noreturn]] void quick_exit(int status);

}  // namespace dt::consumer
