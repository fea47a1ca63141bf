"""Writes the generated parts of README, docs/ and the package; `--check` only tells which are out of date.

A page that is generated as a whole is a function in `PAGES`; a part of a page, between `<!-- generated: NAME -->` and
`<!-- /generated -->`, is a function in `PARTS`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from docs.generators import (
    ci,
    cli,
    colours,
    confidence,
    example,
    explorer,
    file_names,
    matrix,
    rules,
    settings,
    verdicts,
)
from docs.generators.figures import drawings
from ecolint.settings.starter import STARTERS

ROOT = Path(__file__).parent.parent
PART = re.compile(r"(<!-- generated: (?P<name>[\w-]+) -->\n)(?P<body>.*?)(<!-- /generated -->)", re.S)

PAGES: dict[str, Callable[[], str]] = {
    "ecolint/discovery/file_names.py": file_names.render,
    "ecolint/discovery/format_rows.py": file_names.rows,
    "docs/verdicts.md": verdicts.render,
    "docs/matrix.md": matrix.render,
    "docs/evidence.md": explorer.render,
    "docs/rules/index.md": rules.index,
    **{f"docs/rules/{code}.md": page for code, page in rules.pages().items()},
    **drawings((explorer.overview(), *rules.all_figures())),
    "docs/assets/charts.css": colours.stylesheet,
}
PARTS: dict[str, Callable[[], str]] = {
    "rules": rules.table,
    "example": example.finding,
    "example-narrow": partial(example.finding, 78),
    "settings": settings.reference,
    "cli": cli.helps,
    "action": ci.action_inputs,
    "stars": confidence.stars,
    "stand-ins": confidence.stand_ins,
    "boundaries": confidence.boundaries,
    **{f"starter-{name}": partial(ci.starter, name) for name in STARTERS if STARTERS[name].template},
}


def generated() -> Iterator[tuple[Path, str]]:
    """Every file with generated text, and what it should hold."""
    for name, page in PAGES.items():
        yield ROOT / name, page()
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        if path.relative_to(ROOT).as_posix() not in PAGES:
            text = path.read_text(encoding="utf-8")
            filled = PART.sub(lambda match: f"{match[1]}{PARTS[match['name']]()}{match[4]}", text)
            if filled != text or PART.search(text):
                yield path, filled


def main(arguments: list[str]) -> int:
    """Exit status 1 where `--check` finds something out of date."""
    stale = [
        (path, text)
        for path, text in generated()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path, text in stale:
        print(path.relative_to(ROOT))
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
