"""Where the time of one scan goes: `python -m benchmarks.profile_scan FOLDER`."""

from __future__ import annotations

import argparse
import cProfile
import io
import os
import pstats
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

IMPORTS = 15
"""Slowest imports that are listed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the phases of a scan in one process: start of Python, imports, then functions by their own time."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile_scan", description=__doc__)
    parser.add_argument("folder", nargs="?", default=".", help="what is scanned [default: .]")
    parser.add_argument("--top", type=int, default=30, metavar="N", help="functions [default: 30]")
    parser.add_argument("--sort", choices=("tottime", "cumulative", "ncalls"), default="tottime")
    parser.add_argument("--dump", metavar="FILE", help="also keep the profile for other viewers")
    options = parser.parse_args(arguments)
    print(f"python -c pass: {_timed('pass'):.0f} ms")
    print(f"import of the command line: {_timed('import ecolint.cli.app'):.0f} ms, Python's start included")
    print(_slowest_imports(options.folder))
    profile, status, seconds = _scan(options.folder)
    print(f"scan in one process, profiled: {seconds * 1000:.0f} ms, exit status {status}")
    text = io.StringIO()
    stats = pstats.Stats(profile, stream=text)
    stats.strip_dirs().sort_stats(options.sort).print_stats(options.top)
    print(text.getvalue())
    if options.dump:
        profile.dump_stats(options.dump)
    return 0


def _timed(program: str) -> float:
    """Fastest of five runs, in milliseconds."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", program], check=True)
        times.append(time.perf_counter() - started)
    return min(times) * 1000


def _slowest_imports(folder: str) -> str:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "ecolint", "scan", "--no-cache", "-j", "1", folder],
        capture_output=True,
        check=False,
        text=True,
    )
    rows = []
    for line in done.stderr.splitlines():
        own, _, rest = line.removeprefix("import time:").partition("|")
        if line.startswith("import time:") and own.strip().isdigit():
            rows.append((int(own), rest.partition("|")[2].strip()))
    slowest = sorted(rows, reverse=True)[:IMPORTS]
    lines = [f"{own / 1000:8.1f} ms  {name}" for own, name in slowest]
    return "\n".join([f"{len(rows)} modules imported; those whose own code takes longest:", *lines])


def _scan(folder: str) -> tuple[cProfile.Profile, int, float]:
    from ecolint.cli.app import run

    profile = cProfile.Profile()
    started = time.perf_counter()
    status = profile.runcall(
        run, ["scan", "--no-cache", "-j", "1", "--quiet", "--exit-zero", "--output", os.devnull, folder]
    )
    return profile, status, time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
