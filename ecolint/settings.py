"""What a user can set, as one table: validation, JSON Schema, reference and `ecolint init` come from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from ecolint.globs import matches

FAIL_ON = ("error", "warning", "note", "never")
USES = ("inference", "training", "test", "docs")


@dataclass(frozen=True, slots=True)
class Key:
    """One setting. `kind` is one of `string`, `strings`, `boolean`, `integer`, `number`, `choice`, `rules`,
    `globs-to-rules`, `names-to-numbers`, `cost`, `overrides`; `per_path` says that overrides may set it."""

    kind: str
    doc: str
    choices: tuple[str, ...] = ()
    per_path: bool = False
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """Volumes and prices from which the cost of a finding is computed."""

    requests_per_day: float | None = None
    tokens_per_request: float | None = None
    price_per_kwh: float | None = None
    carbon_intensity: float | None = None
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class Override:
    """Settings for the files that match one of `files`, globs relative to `root`."""

    files: tuple[str, ...]
    values: Mapping[str, Any]
    root: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings in force. Paths and globs are relative to `root`, the folder of the file they come from."""

    gpu: str | None = None
    context: str | None = None
    params: Mapping[str, float] = field(default_factory=dict)
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fail_on: str = "warning"
    min_confidence: int = 1
    exclude: tuple[str, ...] = ()
    include_docs: bool = False
    respect_gitignore: bool = True
    require_reason: bool = False
    baseline: str | None = None
    extend: str | None = None
    cost: Cost | None = None
    overrides: tuple[Override, ...] = ()
    root: str = ""
    sources: Mapping[str, str] = field(default_factory=dict, hash=False, compare=False)

    def for_path(self, relative: str) -> Settings:
        """These settings with the overrides that match a path relative to `root` applied, in order."""
        result = self
        for override in self.overrides:
            if any(matches(relative, glob) for glob in override.files):
                origin = {name: f"override for {', '.join(override.files)}" for name in override.values}
                result = replace(result, **override.values, sources={**result.sources, **origin})
        return result


KEYS: Mapping[str, Key] = {
    "gpu": Key("string", "GPU that the models run on, e.g. `RTX 4090D`, `a800`, `T4`.", per_path=True),
    "context": Key(
        "choice",
        "What the files are for, where ecolint cannot tell: only `inference` can fail a run.",
        USES,
        per_path=True,
    ),
    "params": Key(
        "names-to-numbers",
        "Size in billions of parameters of models whose name does not tell it, by model name.",
        minimum=0,
    ),
    "select": Key(
        "rules", "Rules to use instead of the default ones: codes, prefixes or names.", per_path=True
    ),
    "extend-select": Key("rules", "Rules to use besides the default or selected ones.", per_path=True),
    "ignore": Key("rules", "Rules not to use.", per_path=True),
    "per-file-ignores": Key("globs-to-rules", "Rules not to use in the files that match a glob."),
    "fail-on": Key("choice", "Lowest level of finding that makes the exit status 1.", FAIL_ON),
    "min-confidence": Key(
        "integer", "Fewest stars that a measured finding needs to be shown, 1 to 3.", minimum=1, maximum=3
    ),
    "exclude": Key("strings", "Globs of files and folders not to scan, also when named on the command line."),
    "include-docs": Key("boolean", "Also read the code blocks of Markdown files."),
    "respect-gitignore": Key("boolean", "Leave out what .gitignore files leave out."),
    "require-reason": Key("boolean", "Count an inline ignore only if it gives a reason."),
    "baseline": Key("string", "File of known findings, relative to the settings file."),
    "extend": Key("string", "Settings file to start from, relative to this one; this one wins."),
    "cost": Key("cost", "Request volume and prices, to print what a finding costs a month."),
    "overrides": Key("overrides", "Settings for some files only: `files` (globs) and the keys to set."),
}

COST_KEYS: Mapping[str, Key] = {
    "requests-per-day": Key("number", "Requests a day.", minimum=0),
    "tokens-per-request": Key("number", "Generated tokens a request.", minimum=0),
    "price-per-kwh": Key("number", "Price of a kilowatt-hour.", minimum=0),
    "carbon-intensity": Key("number", "Grams of CO2e a kilowatt-hour.", minimum=0),
    "currency": Key("string", "Currency of the price."),
}

OVERRIDE_KEYS: Mapping[str, Key] = {
    "files": Key("strings", "Globs of the files these settings are for, relative to the settings file."),
    **{name: key for name, key in KEYS.items() if key.per_path},
}

DEFAULTS = Settings()
assert {item.name.replace("_", "-") for item in fields(Settings)} - {"root", "sources"} == set(KEYS)
