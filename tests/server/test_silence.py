"""The comment that silences a finding, tried on every fixture."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ecolint.server.documents import Part, TextFile
from ecolint.server.linting import Linter
from ecolint.server.options import Options
from ecolint.server.suppress import silenced
from tests.expectations import FIXTURES, NOT_FIXTURES

WITHOUT_PLACE = {
    "hcl/definition.tf": "JSON in it has no comments",
    "helm/chart/templates/deployment.yaml": "no YAML before it is rendered",
    "helm/defaults/templates/deployments.yaml": "no YAML before it is rendered",
    **({"python/newer_grammar.py": "no Python to this interpreter"} if sys.version_info < (3, 12) else {}),
}
NO_COMMENTS = (".json", ".ipynb", ".md")
FILES = sorted(
    path
    for path in FIXTURES.rglob("*")
    if path.is_file() and path.name not in NOT_FIXTURES and path.suffix not in (*NO_COMMENTS, ".expect")
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_a_comment_silences_what_it_is_for_and_nothing_else(path: Path, tmp_path: Path) -> None:
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        pytest.skip("no UTF-8: an editor would show another text")
    place = tmp_path / path.relative_to(FIXTURES)
    uri = place.as_uri()
    document = TextFile(uri, str(place), (Part(uri, 1, text),))
    linter = Linter(len)
    linted = linter.lint(document, Options(), (str(tmp_path),), 0)
    for placed in linted.placed:
        finding = placed.finding
        if finding.rule.startswith("ECO9"):
            continue
        after = silenced(linted, finding)
        name = path.relative_to(FIXTURES).as_posix()
        assert (after is None) == (name in WITHOUT_PLACE), (name, finding.rule, finding.region.line)
        if after is not None:
            again = linter.lint(after, Options(), (str(tmp_path),), 0)
            assert len(again.placed) < len(linted.placed)
            assert finding.rule in {item.rule for item, _ in again.report.suppressed}
            assert not {one.finding.rule for one in again.placed} - {
                one.finding.rule for one in linted.placed
            }
