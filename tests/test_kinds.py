"""File names: the light tables say what the formats say."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecolint.discovery import kinds
from ecolint.discovery.file_names import NAMES, PATHS
from ecolint.parsers.registry import format_of, formats

PIECES = sorted(
    {piece for glob in (*NAMES, *PATHS) for piece in glob.replace("[", "*").replace("]", "*").split("*")}
)
TEXT = st.text(alphabet="abeilmnpyjs.-_*[]/ \n\u212aİ\udcffé", max_size=8)
NAME = st.lists(st.one_of(st.sampled_from(PIECES), TEXT), max_size=4).map("".join)
CASED = NAME.flatmap(lambda name: st.sampled_from((name, name.upper(), name.title())))


@given(CASED)
def test_names_are_those_of_the_formats(path: str) -> None:
    assert kinds.has_format(path) == (format_of(path) is not None)


@given(
    st.text(alphabet="ab.*/-]", max_size=12),
    st.sampled_from((*kinds.GLOBS, *kinds.PATH_GLOBS, "*a*b*", "a[b-]*")),
)
def test_globs_match_as_in_fnmatch(text: str, glob: str) -> None:
    assert kinds.matches(text, glob) == fnmatchcase(text, glob)


@pytest.mark.parametrize("program", sorted({program for kind in formats() for program in kind.interpreters}))
@pytest.mark.parametrize(
    "line", ["#!/usr/bin/{}", "#!/usr/bin/env {}", "#! /usr/bin/env -S {} -x", "#!/opt/{}3.11"]
)
def test_scripts(program: str, line: str) -> None:
    head = (line.format(program) + "\nx").encode()
    assert kinds.is_script(head) == (format_of("script", head) is not None)
    assert kinds.is_script(head)


@given(st.binary(max_size=40), st.sampled_from((b"#!", b"#!/bin/", b"")))
def test_other_beginnings(data: bytes, start: bytes) -> None:
    assert kinds.is_script(start + data) == (format_of("script", start + data) is not None)


@given(CASED)
def test_a_format_by_its_ending_alone_is_the_first_of_all_that_match(path: str) -> None:
    lower = path.lower()
    name = lower.rpartition("/")[2]
    first = next(
        (
            kind
            for kind in formats()
            if any(fnmatchcase(name, glob) for glob in kind.names)
            or any(fnmatchcase("/" + lower, f"*/{glob}") for glob in kind.paths)
        ),
        None,
    )
    assert format_of(path) is first
