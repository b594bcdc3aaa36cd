// SPDX-License-Identifier: MIT
// What the process keeps mapped while it traces.
#pragma once

namespace dt::consumer {

// Takes the pages of program text and constants out of this process's page tables; those that are
// still needed come back, from memory, when they are touched. Compiling touches megabytes of
// libraries that tracing never looks at again. When the process ends the kernel undoes each page on
// its own, some two dozen function calls: with every function traced that is felt at the prompt.
void release_program_pages();

}  // namespace dt::consumer
