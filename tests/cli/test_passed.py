"""Files that are named and cannot be scanned are told of; others are passed over without a word."""

from __future__ import annotations

import io
import os
import sys

import pytest

from tests.conftest import INT8


@pytest.mark.parametrize("words", [(), ("--format", "json"), ("-o", "json=out.json"), ("--no-cache",)])
def test_a_named_file_of_no_kind_is_told_of_each_time(ecolint, write, words) -> None:
    write("notes.doc", INT8)
    write("notes.txt", INT8)
    write("other/notes.doc", INT8)
    for _ in range(2):
        outcome = ecolint("scan", "notes.doc", "notes.txt", "other", *words)
        assert outcome.status == 0
        assert outcome.stderr == "".join(
            f"ecolint: {name}: not scanned, it is no kind of file that ecolint reads\n"
            for name in ("notes.doc", "notes.txt")
        )


def test_it_is_told_once_where_files_are_scanned_again(ecolint, write) -> None:
    write("app.py")
    write("notes.doc", INT8)
    outcome = ecolint("scan", "app.py", "notes.doc", "--fix", "--unsafe-fixes")
    assert "Fixed 1 finding" in outcome.stderr
    assert outcome.stderr.count("notes.doc: not scanned") == 1


def test_nothing_is_said_of_other_files(ecolint, write) -> None:
    write("clean.py", "print(1)\n")
    write("run", "#!/bin/sh\necho\n")
    write("notes.doc", INT8)
    write("LICENSE", INT8)
    write("ecolint.toml", 'exclude = ["skipped.doc"]\n')
    write("skipped.doc", INT8)
    for words in (("clean.py", "run", "LICENSE"), (".",), ("skipped.doc",), ("-q", "notes.doc")):
        assert ecolint("scan", *words).stderr == ""


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="there is no /dev/fd")
def test_a_pipe_is_told_of_with_the_way_to_read_one(ecolint) -> None:
    reader, writer = os.pipe()
    try:
        outcome = ecolint("scan", f"/dev/fd/{reader}")
    finally:
        os.close(reader)
        os.close(writer)
    assert outcome.status == 0
    assert "ecolint scan - --stdin-filename NAME" in outcome.stderr


@pytest.mark.parametrize(
    ("name", "text", "is_told"),
    [
        ("notes.xyz", INT8, True),
        ("app.py", INT8, False),
        ("supervisor/conf.d/llm", "", False),
        ("tool", "#!/usr/bin/env python3\n", False),
    ],
)
def test_a_text_on_stdin_of_no_kind_is_told_of(
    ecolint, monkeypatch, name: str, text: str, is_told: bool
) -> None:
    said = f"ecolint: {name}: not scanned, it is no kind of file that ecolint reads\n"
    for words in ((), ("--quiet",)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        outcome = ecolint("scan", "-", "--stdin-filename", name, *words)
        assert outcome.stderr == (said if is_told and not words else "")
