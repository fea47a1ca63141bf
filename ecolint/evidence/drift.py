"""Whether a software stack is newer than the one that was measured."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ecolint.evidence.tables import table

NEWEST = "*"


def _release(version: str) -> tuple[int, ...]:
    found = re.match(r"\s*[=~^v]*\s*(\d+(?:\.\d+)*)", version)
    return tuple(int(part) for part in found[1].split(".")) if found else ()


def _padded(release: tuple[int, ...], length: int) -> tuple[int, ...]:
    return release + (0,) * (length - len(release))


def newer_than_measured(package: str, version: str) -> bool:
    """Whether that release of a package is newer than the measurement window; `*` is the newest release.

    Limits are the seed's: data/drift.csv. Packages without a limit and unreadable versions are not newer.
    """
    for cells in table("drift"):
        if cells["package"] != package.lower().replace("_", "-"):
            continue
        limit, release = _release(cells["newer_from"]), _release(version)
        length = max(len(limit), len(release))
        return version.strip() == NEWEST or (
            bool(release) and _padded(release, length) >= _padded(limit, length)
        )
    return False


def version_drift(versions: Mapping[str, str]) -> str | None:
    """Why a stack counts as newer than the measurements, None where it does not.

    `versions` maps package names to the version that runs, or to `*` where nothing pins it.
    """
    reasons = [
        f"{cells['package']} {'unpinned' if versions[name].strip() == NEWEST else versions[name].strip()}"
        f" (≥ {cells['newer_from']})"
        for cells in table("drift")
        for name in versions
        if name.lower().replace("_", "-") == cells["package"] and newer_than_measured(name, versions[name])
    ]
    return ", ".join(reasons) or None
