"""Files that are broken, huge or odd: said clearly, and the others are still scanned."""

from __future__ import annotations

import os

import pytest

from tests.conftest import INT8


def scan(ecolint, *arguments):
    return ecolint("scan", "--isolated", "--format", "json", *arguments)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (INT8 + "def broken(:\n", "syntax"),
        (INT8.encode() + b"name = '\xff\xfe\xfa'\n", "UTF-8"),
        (INT8.encode() + b"\0\n", "NUL"),
        (INT8 + "x = " + "(" * 20_000 + ")" * 20_000 + "\n", ""),
        (INT8 + "x = " + "-" * 100_000 + "1\n", ""),
        (INT8 + "x = " + "a." * 50_000 + "b\n", ""),
    ],
    ids=["syntax error", "bytes", "NUL", "brackets", "signs", "attributes"],
)
def test_one_bad_file_never_stops_a_scan(ecolint, write, content, says) -> None:
    write("a_bad.py", content)
    write("b_good.py")
    outcome = scan(ecolint, ".")
    assert outcome.status == 1
    assert ("b_good.py", 4, 29) in outcome.places("ECO001")
    bad = [finding for finding in outcome.report["findings"] if finding["path"] == "a_bad.py"]
    assert bad, "a file that could not be judged is said to be so"
    if says:
        assert says in " ".join(finding["message"] for finding in bad)
    assert "Traceback" not in outcome.stderr


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        ("\ufeff" + INT8, 4, 29),
        (INT8.replace("\n", "\r\n"), 4, 29),
        (INT8.replace("\n", "\r"), 4, 29),
        ("\f" + INT8, 4, 29),
        (INT8.replace("config =", "größe = '日本'; config ="), 4, 43),
        (INT8.replace("config = BitsAndBytesConfig(", "if True:\n\tconfig = BitsAndBytesConfig("), 5, 30),
        (INT8.encode("utf-16"), 4, 29),
        (b"# -*- coding: latin-1 -*-\n" + "ß = 1\n".encode("latin-1") + INT8.encode(), 6, 29),
    ],
    ids=["BOM", "CRLF", "CR", "form feed", "non-ASCII before", "tab", "UTF-16", "latin-1 cookie"],
)
def test_positions_in_odd_files(ecolint, write, content, line, column) -> None:
    write("odd.py", content)
    outcome = scan(ecolint, "odd.py")
    assert outcome.places("ECO001") == [("odd.py", line, column)], outcome.stdout


def test_file_of_50_megabytes(ecolint, write) -> None:
    write("huge.py", INT8 + "# padding\n" * 5_000_000)
    write("good.py")
    outcome = scan(ecolint, ".")
    assert outcome.places("ECO001") == [("good.py", 4, 29)]
    assert "larger than 20 MB" in outcome.stdout


def test_folder_loop_and_links_out(ecolint, write, tmp_path) -> None:
    write("pkg/good.py")
    (tmp_path / "pkg" / "loop").symlink_to(tmp_path, target_is_directory=True)
    outside = tmp_path.parent / "outside.py"
    outside.write_text(INT8)
    (tmp_path / "pkg" / "link.py").symlink_to(outside)
    assert scan(ecolint, ".").places("ECO001") == [("pkg/good.py", 4, 29)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_file_without_permission(ecolint, write) -> None:
    write("secret.py").chmod(0)
    write("good.py")
    outcome = scan(ecolint, ".")
    assert outcome.codes == ["ECO001", "ECO902"]


def test_special_files_do_not_hang(ecolint, write, tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    write("good.py")
    assert scan(ecolint, ".").places("ECO001") == [("good.py", 4, 29)]
    assert scan(ecolint, "pipe.py").status == 1


def test_paths_that_are_not_there(ecolint) -> None:
    outcome = ecolint("scan", "missing")
    assert outcome.status == 2
    assert "missing: No such file or directory" in outcome.stderr
    assert not outcome.stdout


def test_file_names_from_other_worlds(ecolint, write, tmp_path) -> None:
    write("neue\nzeile.py")
    write("\x1b[31mrot.py")
    with open(os.path.join(os.fsencode(tmp_path), b"\xff\xfe.py"), "w") as handle:
        handle.write(INT8)
    outcome = scan(ecolint, ".")
    assert len(outcome.places("ECO001")) == 3
    text = ecolint("scan", "--isolated", ".").stdout
    assert "\x1b" not in text
    assert "neue\nzeile" not in text


def test_stdin(ecolint, write, monkeypatch) -> None:
    import io
    import sys

    class Stdin:
        buffer = io.BytesIO(INT8.encode())

    monkeypatch.setattr(sys, "stdin", Stdin)
    outcome = scan(ecolint, "-", "--stdin-filename", "app/main.py")
    assert outcome.places("ECO001") == [("app/main.py", 4, 29)]


def test_stdin_needs_a_name(ecolint) -> None:
    outcome = ecolint("scan", "-")
    assert outcome.status == 2
    assert "--stdin-filename" in outcome.stderr


def test_a_fault_of_a_reader_is_told_and_the_others_go_on(ecolint, write, monkeypatch) -> None:
    from ecolint.parsers.pythonic import reader

    real = reader.ModuleReader.statements

    def faulty(self):
        if self.module.path == "a.py":
            raise ZeroDivisionError
        return real(self)

    monkeypatch.setattr(reader.ModuleReader, "statements", faulty)
    write("a.py")
    write("b.py")
    outcome = scan(ecolint, "--jobs", "1", ".")
    assert outcome.codes == ["ECO902", "ECO001"]
