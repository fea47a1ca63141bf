"""Bars and tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import results, run, tables
from benchmarks.bars import judge
from benchmarks.processes import Sample
from benchmarks.results import Results, Subject


def timed(*seconds: float) -> tuple[Sample, ...]:
    return tuple(Sample(value, value, 30_000_000) for value in seconds)


def tree(
    name: str, kind: str, in_scope: int, peaks: dict[str, int] | None = None, **series: tuple
) -> Subject:
    return Subject(
        name,
        kind,
        {key.replace("_", " "): value for key, value in series.items()},
        files=in_scope * 2,
        size=1_500_000,
        in_scope=in_scope,
        with_keyword=3,
        findings=2,
        peaks=peaks or {},
    )


def measured(*subjects: Subject, spins: tuple[float, float] = (1.0, 1.05)) -> Results:
    return Results({"cores": "2"}, {"rg": "14.1.0"}, spins, 3, subjects)


def values(*subjects: Subject) -> dict[str, tuple[float, bool | None, bool | None]]:
    judged = judge(measured(*subjects))
    return {item.bar.work: (round(item.value, 6), item.meets_bar, item.meets_stretch) for item in judged}


def test_a_tree_is_held_against_the_bars_of_its_kind() -> None:
    few = tree("few", "few", 10, ecolint=timed(1.5), rg=timed(1.0), ruff=timed(15.0), semgrep=timed(10.0))
    assert values(few) == {
        "few candidates, cold, against `rg -l -F`": (1.5, True, False),
        "few candidates, cold, against `ruff --no-cache --select E9`": (0.1, True, True),
        "any, cold, against semgrep with four rules": (0.15, False, False),
    }
    full = tree("axolotl", "full", 10, ecolint=timed(3.0), ruff=timed(1.0))
    assert values(full) == {
        "full of candidates, cold, against `ruff --no-cache --select E9`": (3.0, False, False)
    }


def test_a_cached_run_is_held_against_a_cached_run() -> None:
    subject = Subject("few", "few", {"ecolint, cached": timed(1.0), "ruff, cached": timed(2.0)})
    assert values(subject) == {"any, second run, against ruff's cached run": (0.5, True, True)}


def test_slope_and_bend() -> None:
    sizes = [
        tree("size-1k", "size", 1_000, ecolint=timed(0.02)),
        tree("size-10k", "size", 10_000, ecolint=timed(0.11)),
        tree("size-80k", "size", 80_000, peaks={"ecolint": 70_000_000}, ecolint=timed(1.51)),
    ]
    assert values(*reversed(sizes)) == {
        "time for each further file in scope, few candidates": (18.860759, None, False),
        "slope 10k to 80k over slope 1k to 10k, few candidates": (2.0, False, None),
        "peak memory, 80k files, all processes": (70.0, True, False),
    }


def test_page_keeps_what_is_around_the_tables() -> None:
    page = f"# Speed\n\n{tables.BEGIN}\nold\n{tables.END}\n\nEnd.\n"
    once = tables.placed(page, "new\n")
    assert once == f"# Speed\n\n{tables.BEGIN}\n\nnew\n\n{tables.END}\n\nEnd.\n"
    assert tables.placed(once, "new\n") == once
    with pytest.raises(tables.NoPlace):
        tables.placed("# Speed\n", "new\n")


def test_table_columns() -> None:
    assert tables.table(("a", "b"), [("x", "1")], 1) == "| a | b |\n| --- | ---: |\n| x | 1 |"


def test_busy_machine_is_said() -> None:
    few = tree("few", "few", 10, ecolint=timed(0.0123), rg=timed(0.01))
    assert "the machine was quiet" in tables.render(measured(few))
    assert "**busy with other work**" in tables.render(measured(few, spins=(1.0, 1.9)))


def test_results_survive_their_file_and_render_into_a_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = Subject(
        "one clean file",
        "files",
        {"ecolint": (*timed(0.09, 0.05), None), "python -c pass": (*timed(0.01, 0.01), None)},
        peaks={"ecolint": 25_000_000},
    )
    kept = measured(few)
    results.save(kept, tmp_path / "r.json")
    assert results.load(tmp_path / "r.json") == kept
    page = tmp_path / "page.md"
    page.write_text(f"{tables.BEGIN}\n{tables.END}\n")
    words = ["--render", str(tmp_path / "r.json"), "--write", str(page)]
    assert run.main(words) == 0
    assert run.main([*words, "--check"]) == 1
    text = page.read_text()
    assert (
        text.count("| one clean file, against `python -c pass` | one clean file | 7.00 × | ≤ 6 × | **no** |")
        == 1
    )
    assert (
        text.removeprefix(f"{tables.BEGIN}\n\n").removesuffix(f"\n{tables.END}\n") in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--only", "nothing"], "no such tree: nothing"),
        (["--repository", "x"], "not NAME=FOLDER"),
        (["--render", "missing.json"], "missing.json"),
    ],
)
def test_bad_words(words, message, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main([*words, "--work", str(tmp_path)]) == 2
    assert message in capsys.readouterr().err


def test_work_folder_inside_a_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".git").mkdir()
    assert run.main(["--work", str(tmp_path / "work")]) == 2
    assert "inside a repository" in capsys.readouterr().err


def test_the_file_of_the_hook_has_one_finding(ecolint) -> None:
    from benchmarks.hooks import CLEAN, FILES, FINDING

    assert ecolint("scan", "--isolated", "--format=json", str(FILES / CLEAN)).codes == []
    assert len(ecolint("scan", "--isolated", "--format=json", str(FILES / FINDING)).codes) == 1


@pytest.mark.slow
def test_profile_names_functions_of_the_scan(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from benchmarks import profile_scan
    from benchmarks.hooks import FILES, FINDING

    (tmp_path / FINDING).write_bytes((FILES / FINDING).read_bytes())
    assert profile_scan.main([str(tmp_path), "--top", "400", "--sort", "cumulative"]) == 0
    out = capfd.readouterr().out
    assert "exit status 0" in out
    assert "modules imported" in out
    assert "scanner.py" in out
