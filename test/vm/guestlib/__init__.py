# SPDX-License-Identifier: MIT
"""The parts of test/vm/run: kernel image, QEMU, the frame link, the session and the log's judge."""
