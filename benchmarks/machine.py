"""What machine this is, and whether it has time for us."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

SPIN = "for i in range(6_000_000): pass"
QUIET = 1.1
"""Up to this ratio of the spin test the machine counts as quiet."""


def describe() -> dict[str, str]:
    """Processor, cores, memory, kernel, Python's build."""
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{pages / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def spin() -> float:
    """How much longer a loop takes when every core runs one than the fastest one alone: 1 on an idle machine."""
    alone = min(_spin(1) for _ in range(3))
    return _spin(os.cpu_count() or 1) / alone


def _spin(count: int) -> float:
    started = time.perf_counter()
    running = [subprocess.Popen([sys.executable, "-S", "-c", SPIN]) for _ in range(count)]
    for process in running:
        process.wait()
    return time.perf_counter() - started


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or "unknown"
    names = (line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name"))
    return next(names, "unknown")
