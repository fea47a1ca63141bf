"""The files that `ecolint init` writes."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from importlib.resources import files

from ecolint import HOMEPAGE, __version__
from ecolint.records import dataclass
from ecolint.settings.keys import DEFAULTS, KEYS, Key

WIDTH = 96


@dataclass(frozen=True, slots=True)
class Starter:
    """A file to start from: where it goes and what it is for. Without a template it is the settings file."""

    path: str
    purpose: str
    template: str = ""

    @property
    def text(self) -> str:
        if not self.template:
            return settings_file()
        text = files("ecolint").joinpath("templates", self.template).read_text(encoding="utf-8")
        names = {
            "homepage": HOMEPAGE,
            "action": HOMEPAGE.removeprefix("https://github.com/"),
            "tag": f"v{__version__}",
        }
        for name, value in names.items():
            text = text.replace(f"{{{name}}}", value)
        return text


STARTERS: Mapping[str, Starter] = {
    "settings": Starter("ecolint.toml", "settings, every one explained"),
    "pre-commit": Starter(".pre-commit-config.yaml", "hook for pre-commit and prek", "pre-commit.yaml"),
    "github": Starter(".github/workflows/ecolint.yml", "GitHub workflow", "github.yml"),
    "gitlab": Starter(".gitlab-ci.yml", "GitLab job", "gitlab.yml"),
    "azure": Starter("azure-pipelines.yml", "Azure pipeline", "azure.yml"),
}
USUAL = ("settings", "pre-commit", "github")


def settings_file() -> str:
    """A settings file in which every setting is explained and switched off."""
    lines = ["# Settings of ecolint. What starts with `#:` is off; take the sign away to use it.", ""]
    for name, key in KEYS.items():
        lines += [f"# {line}" for line in textwrap.wrap(explained(name, key), WIDTH)]
        if key.kind == "overrides":
            lines += [f"#: [[{name}]]", *(f"#: {line}" for line in key.example.splitlines()), ""]
        else:
            lines += [f"#: {name} = {key.example}", ""]
    return "\n".join(lines)


def explained(name: str, key: Key) -> str:
    """What a setting does, what it may be, and what it is by default."""
    choices = f" One of {', '.join(key.choices)}." if key.choices else ""
    default = getattr(DEFAULTS, name.replace("-", "_"))
    usual = f" Default: {str(default).lower()}." if isinstance(default, (bool, int, str)) else ""
    return key.doc + choices + usual
