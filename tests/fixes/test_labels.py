"""A fix is called safe or unsafe only where it has an edit."""

from __future__ import annotations

import pytest

from ecolint.finding import Applicability
from tests.expectations import FIXTURES, fixtures, read
from tests.test_fixtures import report_of


@pytest.mark.parametrize("path", fixtures()[::7], ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_fix_without_edit_is_advice(path) -> None:
    report, _ = report_of(read(path))
    for finding in report.findings:
        if finding.fix is not None:
            assert bool(finding.fix.edits) is (finding.fix.applicability is not Applicability.DISPLAY)
