"""The wheel and the source distribution: the same bytes from the same sources, whole, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.conftest import INT8

HERE = Path(__file__).parents[2]
EPOCH = "1700000000"
pytestmark = pytest.mark.package


def build(source: Path, folder: Path, **variables: str) -> tuple[Path, Path]:
    """Source distribution and wheel, both built from the sources."""
    for kind in ("--sdist", "--wheel"):
        subprocess.run(
            [sys.executable, "-m", "build", "--no-isolation", kind, "--outdir", str(folder), str(source)],
            check=True,
            capture_output=True,
            env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH, **variables},
        )
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return build(HERE, tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def unpacked(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(built[0]) as packed:
        packed.extractall(folder, filter="data")
    (source,) = folder.iterdir()
    return source


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def tracked() -> set[str]:
    """Files of the checkout that are not ignored; of an unpacked source distribution all."""
    if not (HERE / ".git").exists():
        pytest.skip("no checkout")
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    said = subprocess.run(words, cwd=HERE, capture_output=True, check=True).stdout.decode()
    return {path for path in said.split("\0") if path and (HERE / path).is_file()}


def test_built_again_elsewhere_it_is_the_same(
    built: tuple[Path, Path], unpacked: Path, tmp_path: Path
) -> None:
    again = build(unpacked, tmp_path / "again", TZ="Asia/Tokyo", PYTHONHASHSEED="7", LC_ALL="C")
    assert [path.name for path in again] == [path.name for path in built]
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in built]


def test_checks_of_the_index(built: tuple[Path, Path]) -> None:
    for words in (["twine", "check", "--strict", *built], ["check_wheel_contents", built[1]]):
        done = subprocess.run(
            [sys.executable, "-m", *map(str, words)], cwd=HERE, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_source_distribution_holds_what_git_does_but_no_more(unpacked: Path) -> None:
    kept = files_below(unpacked) - {"PKG-INFO"}
    assert kept <= tracked()
    assert {path for path in tracked() - kept if not path.startswith(".")} == set()


def test_wheel_holds_the_package_and_its_licences(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[1]) as wheel:
        names = set(wheel.namelist())
    about = next(name.partition("/")[0] for name in names if ".dist-info/" in name)
    assert {name for name in names if not name.startswith(about)} == {
        path for path in tracked() if path.startswith("ecolint/")
    } - {"ecolint/evidence/data/LICENSE.md"}
    assert {"LICENSE", "ecolint/evidence/data/LICENSE.md"} == {
        name.removeprefix(f"{about}/licenses/") for name in names if "/licenses/" in name
    }


def test_the_wheel_alone_scans(built: tuple[Path, Path], tmp_path: Path) -> None:
    with zipfile.ZipFile(built[1]) as wheel:
        wheel.extractall(tmp_path / "site")
    (tmp_path / "app.py").write_text(INT8)
    done = subprocess.run(
        [sys.executable, "-m", "ecolint", "scan", "--isolated", "app.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "ECO001" in done.stdout
    where = subprocess.run(
        [sys.executable, "-c", "import ecolint; print(ecolint.__file__)"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert where.startswith(str(tmp_path / "site"))
