"""Coverage-guided fuzzing: `python -m tests.fuzz.run TARGET… [--seconds N] [--jobs N] [--corpus FOLDER] [--crashers FOLDER]`.

`all` stands for every target. Each is fuzzed in a process of its own, beginning with the files of the corpus
folder that it can use, the seeds in its module and what `--keep` holds from runs before. An input that breaks an
invariant is written to the crashers' folder, one for each place at which it shows, and the run goes on; it ends
with status 1 if there were any. Needs the extra `fuzz`.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import re
import subprocess
import sys
import tempfile
import traceback
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

CRASHERS = Path(__file__).parent / "crashers"
MAX_LENGTH = 8_192
SECONDS_OF_ONE = 30
MEMORY_MB = 3_000


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("targets", nargs="+", metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--jobs", type=int, default=1, help="targets that are fuzzed at a time")
    parser.add_argument("--corpus", type=Path, default=Path("tests/fixtures"))
    parser.add_argument("--crashers", type=Path, default=CRASHERS)
    parser.add_argument("--keep", type=Path, help="folder in which the inputs that reached new code are kept")
    parser.add_argument("--in-this-process", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.in_this_process:
        return fuzz(options.targets[0], options.seconds, options.corpus, options.crashers, options.keep)
    from tests.fuzz.targets import targets

    names = list(targets()) if options.targets == ["all"] else options.targets
    if unknown := [name for name in names if name not in targets()]:
        parser.error(f"unknown target {unknown[0]!r}; there are {', '.join(targets())}")
    with ThreadPoolExecutor(options.jobs) as workers:
        return max(list(workers.map(partial(_apart, options=options), names)))


def _apart(name: str, options: argparse.Namespace) -> int:
    """Fuzz one target in another process and print one line about it."""
    words = [
        sys.executable,
        "-m",
        "tests.fuzz.run",
        name,
        "--in-this-process",
        f"--seconds={options.seconds}",
    ]
    words += [f"--corpus={options.corpus}", f"--crashers={options.crashers}"]
    words += [f"--keep={options.keep}"] if options.keep else []
    broken = options.crashers / _folder_name(name)
    broken.mkdir(parents=True, exist_ok=True)
    before = _kept(options.crashers, name)
    done = subprocess.run(words, capture_output=True, text=True, errors="replace", check=False)
    new = _kept(options.crashers, name) - before
    with contextlib.suppress(OSError):
        broken.rmdir()
    runs = re.findall(r"number_of_executed_units: (\d+)", done.stderr) or re.findall(
        r"^#(\d+)", done.stderr, re.M
    )
    coverage = re.findall(r"ft: (\d+)", done.stderr)
    state = "ok" if done.returncode == 0 and not new else f"{len(new)} new crashers, status {done.returncode}"
    print(
        f"{name:22} {runs[-1] if runs else '?':>9} runs, features {coverage[-1] if coverage else '?':>6}: {state}",
        flush=True,
    )
    for path in sorted(new):
        print(f"    {path}", flush=True)
    if done.returncode and not new:
        print(done.stderr[-2_000:], flush=True)
    return 1 if new or done.returncode else 0


def _kept(folder: Path, name: str) -> set[Path]:
    return set((folder / _folder_name(name)).glob("*"))


def _folder_name(name: str) -> str:
    return name.replace(":", "-")


def fuzz(name: str, seconds: int, corpus: Path, crashers: Path, keep: Path | None) -> int:
    """Fuzz one target in this process, which libFuzzer ends."""
    import atheris

    with atheris.instrument_imports(include=["ecolint"]):
        from tests.fuzz import targets as module

        target = module.targets()[name]
        for seed in target.seeds():
            target.run(seed)
            break
    from tests.fuzz.dictionary import as_libfuzzer

    module.FIXTURES = corpus.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        seeds = Path(scratch) / "seeds"
        seeds.mkdir()
        for number, seed in enumerate(target.seeds()):
            if len(seed) <= MAX_LENGTH:
                (seeds / str(number)).write_bytes(seed)
        dictionary = Path(scratch) / "words.dict"
        dictionary.write_text(as_libfuzzer(), encoding="ascii")
        kept = keep / _folder_name(name) if keep else Path(scratch) / "kept"
        kept.mkdir(parents=True, exist_ok=True)
        broken = crashers / _folder_name(name)
        seen: set[str] = set()

        def one(data: bytes) -> None:
            try:
                target.run(data)
            except Exception as error:
                place = _place(error)
                if place not in seen:
                    seen.add(place)
                    (broken / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
                    print(f"BROKEN {place}", file=sys.stderr, flush=True)

        arguments = [
            sys.argv[0], str(kept), str(seeds), f"-dict={dictionary}", f"-max_total_time={seconds}", f"-max_len={MAX_LENGTH}",
            f"-timeout={SECONDS_OF_ONE}", f"-rss_limit_mb={MEMORY_MB}", "-print_final_stats=1", f"-artifact_prefix={broken}/",
        ]  # fmt: skip
        atheris.Setup(arguments, one)
        atheris.Fuzz()
    return 0


def _place(error: BaseException) -> str:
    """Kind of an error and the places of this project at which it rose."""
    frames = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    return f"{type(error).__name__} {re.sub(r'[0-9]+', 'N', str(error))[:60]} {' '.join(frames[-2:])}"


if __name__ == "__main__":
    sys.exit(main())
