"""Trees made of other trees' files are the same everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import corpora
from benchmarks.corpora import Corpus
from benchmarks.sampling import order, sample

PATHS = [f"pkg/{name}.py" for name in ("a", "b", "c", "d", "e")]


def test_order_depends_on_nothing_but_the_paths() -> None:
    assert order(PATHS) == order(PATHS[::-1])
    assert sorted(order(PATHS)) == PATHS
    assert order(PATHS) == ["pkg/d.py", "pkg/e.py", "pkg/a.py", "pkg/b.py", "pkg/c.py"]


def test_a_smaller_sample_is_the_beginning_of_a_larger_one() -> None:
    assert list(sample(PATHS, 12))[:3] == list(sample(PATHS, 3))


def test_files_are_taken_again_into_the_next_part() -> None:
    pairs = list(sample(PATHS, 12))
    assert len({target for _, target in pairs}) == 12
    assert [target.partition("/")[0] for _, target in pairs] == ["part0"] * 5 + ["part1"] * 5 + ["part2"] * 2
    assert all(target.partition("/")[2] == source for source, target in pairs)


def test_nothing_to_sample() -> None:
    with pytest.raises(ValueError, match="no files"):
        list(sample([], 1))


def test_tree_is_a_repository_of_old_files_and_made_once(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "sub").mkdir(parents=True)
    (source / "sub" / "a.py").write_text("a = 1\n")
    (source / "link.py").symlink_to("sub/a.py")
    corpus = Corpus("copy", "full", corpora.copy_of(source))
    folder = corpora.build(corpus, tmp_path / "work")
    assert (folder / ".git" / "index").exists()
    assert corpora.files_of(folder) == ["sub/a.py"]
    assert (folder / "sub" / "a.py").stat().st_mtime == corpora.OLD
    (folder / "mark").touch()
    assert (corpora.build(corpus, tmp_path / "work") / "mark").exists()


def test_tree_without_git(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    corpus = Corpus("copy", "few", corpora.copy_of(tmp_path / "source"), git=False)
    assert list(corpora.build(corpus, tmp_path / "work").iterdir()) == []


def test_packages_are_pinned() -> None:
    from benchmarks import tools

    for pins in (corpora.PINS, tools.PINS):
        assert all("==" in requirement for requirement in pins.values())
