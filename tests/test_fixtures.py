"""Every fixture is scanned, and its findings compared with what it states itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecolint.finding import FileReport, Finding, FoundSetup
from ecolint.repository import Repository
from ecolint.scanner import scan
from ecolint.settings.files import _checked
from ecolint.settings.keys import KEYS, Settings
from ecolint.settings.policy import CommandLineChoices, policy_for
from ecolint.source import SourceFile
from tests.expectations import FIXTURES, Fixture, fixtures, read


def report_of(fixture: Fixture) -> tuple[FileReport, SourceFile]:
    """The scan of a fixture with its own settings, as one file of its repository."""
    relative = fixture.path.relative_to(fixture.root).as_posix()
    source = SourceFile(relative, fixture.path.read_bytes())
    settings = Settings(**_checked(fixture.settings, KEYS, fixture.name, ""))
    policy = policy_for(settings, CommandLineChoices(), relative)
    return scan(source, Repository(str(fixture.root)), policy), source


@pytest.mark.parametrize("path", fixtures(), ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_fixture(path: Path) -> None:
    fixture = read(path)
    report, source = report_of(fixture)
    left = list(report.findings)
    for wanted in fixture.findings:
        hit = next(
            (
                item
                for item in left
                if item.rule == wanted.rule
                and item.level.value == wanted.level
                and " ".join(source.cut(item.region.span).split()) == " ".join(wanted.text.split())
                and wanted.line in (None, item.region.line)
                and (wanted.says is None or wanted.says in _said(item))
                and not (wanted.unedited and item.fix is not None and item.fix.edits)
            ),
            None,
        )
        assert hit is not None, f"not found: {wanted}\nfound: {_shown(report, source)}"
        left.remove(hit)
    assert not left, f"not expected: {_shown(report, source)}"
    if fixture.undecided is not None:
        assert {item.rule for item in report.undecided} == fixture.undecided, _shown_undecided(report)
    _check_setups(fixture, report)


def _said(item: Finding) -> str:
    """Message, details and fix of a finding."""
    fix = (item.fix.snippet, item.fix.price) if item.fix else ()
    return " ".join((item.message, *item.details, *fix))


def _shown(report: FileReport, source: SourceFile) -> str:
    return "".join(
        f"\n  {item.rule} {item.level.value} `{source.cut(item.region.span)}` @{item.region.line} {item.message}"
        for item in report.findings
    )


def _shown_undecided(report: FileReport) -> str:
    return "".join(f"\n  {item.rule} @{item.region.line} {item.reason}" for item in report.undecided)


def _check_setups(fixture: Fixture, report: FileReport) -> None:
    left = list(report.setups)
    for wanted in fixture.setups:
        at = next((n for n, item in enumerate(left) if _meets(item, wanted)), None)
        assert at is not None, f"no setup {wanted} in " + "".join(f"\n  {_fields(item)}" for item in left)
        left = left[at + 1 :]


def _fields(item: FoundSetup) -> dict[str, str]:
    setup = item.setup
    fields = {name: _word(located.value) for name, located in setup.located() if located.is_known}
    fields.update({name: "dynamic" for name, located in setup.located() if located.is_dynamic})
    return {**fields, "framework": setup.framework, "context": setup.context.use.value}


def _word(value: object) -> str:
    return str(getattr(value, "value", value))


def _meets(item: FoundSetup, wanted: dict[str, str]) -> bool:
    fields = _fields(item)
    return all(fields.get(name) == value for name, value in wanted.items())


def test_there_are_fixtures() -> None:
    assert len(fixtures()) > 20
