"""The trees that are scanned, and how each is made from packages on PyPI."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import sampling
from benchmarks.packages import environment, pip

OLD = 1_700_000_000
"""Modification time of every file, in seconds since 1970, so that no cache takes one for just written."""
PYTHON = "3.11"
"""Version whose wheels are taken, whatever runs the benchmarks."""

PINS = {
    "django": "django==5.2.19",
    "sympy": "sympy==1.14.0",
    "scikit-learn": "scikit-learn==1.9.1",
    "pandas": "pandas==3.1.1",
    "botocore": "botocore==1.44.8",
    "transformers": "transformers==5.24.0",
    "langchain-community": "langchain-community==0.4.2",
    "sglang": "sglang==0.5.23",
    "axolotl": "axolotl==0.19.0",
}
FEW = ("django", "sympy", "scikit-learn", "pandas", "botocore")
MANY = ("transformers", "langchain-community", "sglang")


@dataclass(frozen=True, slots=True)
class Corpus:
    """A tree by name. `kind` is what it stands for: few, many or full of candidates, or a size."""

    name: str
    kind: str
    make: Callable[[Path, Path], None]
    """Fills an empty folder; the work folder is handed in second."""
    git: bool = True


def build(corpus: Corpus, work: Path) -> Path:
    """Folder of the corpus, made where it is not there yet."""
    folder = work / "corpora" / corpus.name
    if folder.exists():
        return folder
    making = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    corpus.make(making, work)
    _age(making)
    if corpus.git:
        _commit(making)
    making.rename(folder)
    return folder


def installed(*names: str) -> Callable[[Path, Path], None]:
    """A maker of a site-packages folder with these packages, without what they depend on."""

    def make(folder: Path, work: Path) -> None:
        wheels = ("--only-binary", ":all:", "--python-version", PYTHON, "--target", str(folder))
        python = environment(work / "tools" / "pip")
        pip(python, "install", "--no-deps", "--no-compile", *wheels, *(PINS[name] for name in names))

    return make


def source_of(name: str) -> Callable[[Path, Path], None]:
    """A maker of the unpacked source distribution of a package. pip asks its build backend for the metadata."""

    def make(folder: Path, work: Path) -> None:
        archives = work / "archives" / name
        python = environment(work / "tools" / "pip")
        pip(python, "download", "--no-deps", "--no-binary", ":all:", "--dest", str(archives), PINS[name])
        (archive,) = archives.glob("*.tar.gz")
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")

    return make


def copy_of(source: Path) -> Callable[[Path, Path], None]:
    """A maker of a copy of what is in a folder, its git data left out."""

    def make(folder: Path, work: Path) -> None:
        shutil.copytree(
            source, folder, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".git")
        )

    return make


def sampled(sources: tuple[str, ...], count: int) -> Callable[[Path, Path], None]:
    """A maker of a tree of `count` files, taken from other corpora."""

    def make(folder: Path, work: Path) -> None:
        pools = {name: build(BY_NAME[name], work) for name in sources}
        paths = [f"{name}/{path}" for name, pool in pools.items() for path in files_of(pool)]
        for source, target in sampling.sample(paths, count):
            name, _, path = source.partition("/")
            place = folder / target
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(pools[name] / path, place)

    return make


def files_of(folder: Path) -> list[str]:
    """Paths of the regular files of a tree, `/`-separated, sorted, git's own left out."""
    found = []
    for above, folders, names in os.walk(folder):
        if ".git" in folders:
            folders.remove(".git")
        place = Path(above).relative_to(folder)
        found += [(place / name).as_posix() for name in names if not (Path(above) / name).is_symlink()]
    return sorted(found)


def _age(folder: Path) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (OLD, OLD), follow_symlinks=False)


def _commit(folder: Path) -> None:
    git = ["git", "-c", "user.name=benchmarks", "-c", "user.email=benchmarks@localhost", "-c", "gc.auto=0"]
    for words in (["init", "-q"], ["add", "--all"], ["commit", "-q", "--no-verify", "-m", "corpus"]):
        subprocess.run([*git, *words], cwd=folder, check=True, stdout=subprocess.DEVNULL)


SIZES = {"1k": 1_000, "10k": 10_000, "80k": 80_000}
CORPORA = (
    Corpus("few", "few", installed(*FEW)),
    *(Corpus(name, "few", installed(name)) for name in FEW),
    Corpus("many", "many", installed(*MANY)),
    *(Corpus(name, "many", installed(name)) for name in MANY),
    Corpus("axolotl", "full", source_of("axolotl")),
    Corpus("few-without-git", "few", installed(*FEW), git=False),
    Corpus("many-without-git", "many", installed(*MANY), git=False),
    *(Corpus(f"size-{name}", "size", sampled(("few",), count)) for name, count in SIZES.items()),
    *(
        Corpus(f"mixed-{name}", "mixed size", sampled(("few", "many", "axolotl"), count))
        for name, count in SIZES.items()
    ),
)
BY_NAME = {corpus.name: corpus for corpus in CORPORA}
QUICK = ("few", "many", "axolotl", "size-1k", "size-10k")
