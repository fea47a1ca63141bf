"""What a user can set, as one table: validation, JSON Schema, reference and `ecolint init` come from it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field, fields
from typing import Any

from ecolint.discovery.globs import matches
from ecolint.records import dataclass, replace

FAIL_ON = ("error", "warning", "note", "never")
USES = ("inference", "training", "test", "docs")


@dataclass(frozen=True, slots=True)
class Key:
    """One setting. `kind` is one of `string`, `strings`, `boolean`, `integer`, `number`, `choice`, `gpu`, `rules`,
    `globs-to-rules`, `names-to-numbers`, `cost`, `overrides`; `example` is a value as written in TOML, of an
    override a table; `per_path` says that overrides may set it, `of_run` that the settings of the folder count
    that ecolint is started in, whatever is scanned."""

    kind: str
    doc: str
    example: str
    choices: tuple[str, ...] = ()
    per_path: bool = False
    of_run: bool = False
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
    """Settings for the files that match one of `files`, globs relative to the folder of `source`, the file that
    they come from."""

    files: tuple[str, ...]
    values: Mapping[str, Any]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings in force. `root` is the folder of their file; `sources` names for each setting that is given
    the file it comes from, to whose folder its paths and globs are relative."""

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
    cache: bool = True
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
            path = self._below(override.source, relative)
            if any(matches(path, glob) for glob in override.files):
                origin = f"{override.source} (override for {', '.join(override.files)})"
                sources = {**result.sources, **dict.fromkeys(override.values, origin)}
                result = replace(result, **override.values, sources=sources)
        return result

    def excluding(self, relative: str) -> str | None:
        """The glob of `exclude` that matches a path relative to `root`, None where there is none."""
        path = self._below(self.sources.get("exclude", ""), relative)
        return next((glob for glob in self.exclude if matches(path, glob)), None)

    def ignored_in(self, relative: str) -> tuple[str, ...]:
        """Rules that `per-file-ignores` switches off for a path relative to `root`."""
        path = self._below(self.sources.get("per_file_ignores", ""), relative)
        ignored = (rules for glob, rules in self.per_file_ignores.items() if matches(path, glob))
        return tuple(rule for rules in ignored for rule in rules)

    def _below(self, source: str, relative: str) -> str:
        """A path relative to `root`, relative to the folder of a settings file."""
        folder = os.path.dirname(source)
        if folder in ("", self.root):
            return relative
        return os.path.relpath(os.path.join(self.root, relative), folder).replace(os.sep, "/")


KEYS: Mapping[str, Key] = {
    "gpu": Key(
        "gpu",
        "GPU that the models run on, where the files do not say: a card or a cloud machine type.",
        '"RTX 4090D"',
        per_path=True,
    ),
    "context": Key(
        "choice",
        "What the files are for, where ecolint cannot tell: only `inference` can fail a run.",
        '"inference"',
        USES,
        per_path=True,
    ),
    "params": Key(
        "names-to-numbers",
        "Size in billions of parameters of models whose name does not tell it, by model name.",
        '{ "acme/assistant" = 7.2 }',
        minimum=0,
    ),
    "select": Key(
        "rules",
        "Rules to use instead of the default ones: codes, prefixes or names.",
        '["ECO0", "conflicting-quantization"]',
        per_path=True,
    ),
    "extend-select": Key(
        "rules", "Rules to use besides the default or selected ones.", '["ECO1"]', per_path=True
    ),
    "ignore": Key("rules", "Rules not to use.", '["nf4-double-quant"]', per_path=True),
    "per-file-ignores": Key(
        "globs-to-rules", "Rules not to use in the files that match a glob.", '{ "notebooks/*" = ["ECO004"] }'
    ),
    "fail-on": Key(
        "choice", "Lowest level of finding that makes the exit status 1.", '"error"', FAIL_ON, of_run=True
    ),
    "min-confidence": Key(
        "integer",
        "Fewest stars that a measured finding needs to be shown, 1 to 3.",
        "2",
        minimum=1,
        maximum=3,
    ),
    "exclude": Key(
        "strings",
        "Globs of files and folders not to scan, also when named on the command line.",
        '["third_party", "/experiments/**/*.ipynb"]',
    ),
    "include-docs": Key("boolean", "Also read the code blocks of Markdown files.", "true"),
    "respect-gitignore": Key("boolean", "Leave out what .gitignore files leave out.", "false", of_run=True),
    "require-reason": Key("boolean", "Count an inline ignore only if it gives a reason.", "true"),
    "cache": Key(
        "boolean", "Remember results from run to run, in the user's cache folder.", "false", of_run=True
    ),
    "baseline": Key(
        "string",
        "File of known findings, relative to the settings file.",
        '"ecolint-baseline.json"',
        of_run=True,
    ),
    "extend": Key(
        "string", "Settings file to start from, relative to this one; this one wins.", '"../ecolint.toml"'
    ),
    "cost": Key(
        "cost",
        "Request volume and prices, to print what a finding costs a month.",
        "{ requests-per-day = 50_000, tokens-per-request = 300, price-per-kwh = 0.12, carbon-intensity = 390 }",
        of_run=True,
    ),
    "overrides": Key(
        "overrides",
        "Settings for some files only: `files` (globs) and the keys to set. Later ones win.",
        'files = ["services/search/**"]\ngpu = "T4"',
    ),
}

COST_KEYS: Mapping[str, Key] = {
    "requests-per-day": Key("number", "Requests a day.", "50_000", minimum=0),
    "tokens-per-request": Key("number", "Generated tokens a request.", "300", minimum=0),
    "price-per-kwh": Key("number", "Price of a kilowatt-hour.", "0.12", minimum=0),
    "carbon-intensity": Key("number", "Grams of CO2e a kilowatt-hour.", "390", minimum=0),
    "currency": Key("string", "Currency of the price.", '"EUR"'),
}

OVERRIDE_KEYS: Mapping[str, Key] = {
    "files": Key(
        "strings",
        "Globs of the files these settings are for, relative to the settings file.",
        '["services/**"]',
    ),
    **{name: key for name, key in KEYS.items() if key.per_path},
}

DEFAULTS = Settings()
assert {item.name.replace("_", "-") for item in fields(Settings)} - {"root", "sources"} == set(KEYS)
