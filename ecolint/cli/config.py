"""`ecolint config`: which settings hold for a file and where each comes from; the schema of settings files."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import Any

import click

from ecolint.cli import completion
from ecolint.cli.looks import write_out
from ecolint.reporters.escaping import visible
from ecolint.scanner import Run
from ecolint.settings.keys import KEYS, Settings
from ecolint.settings.policy import CommandLineChoices, selected_codes


@click.command("config")
@click.option(
    "--show",
    metavar="PATH",
    shell_complete=completion.files,
    help="Settings in force for this file or folder, and where each comes from.",
)
@click.option("--schema", "show_schema", is_flag=True, help="JSON Schema of settings files.")
@click.option("--config", metavar="FILE", type=click.Path(exists=True, dir_okay=False), help="Settings file.")
@click.option("--isolated", is_flag=True, help="Use no settings file.")
@click.option("--format", "format_", type=click.Choice(("text", "json")), default="text")
def command(show: str | None, show_schema: bool, config: str | None, isolated: bool, format_: str) -> int:
    """Show the settings in force, by default for the current folder."""
    from ecolint.settings.search import nearest_file

    if show_schema:
        from ecolint.settings.schema import schema

        write_out(json.dumps(schema(), indent=2, ensure_ascii=False), "\n", format="json")
        return 0
    path = os.path.abspath(show or ".")
    if not os.path.lexists(path):
        raise click.ClickException(f"{show}: No such file or directory")
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    run = Run((), config=config, isolated=isolated)
    settings, of_run = run.settings_for(folder), run.settings_for(os.getcwd())
    applied = None if isolated else config or nearest_file(folder)
    relative = os.path.relpath(path, settings.root or os.getcwd()).replace(os.sep, "/")
    found = _as_json(settings, of_run, relative, applied)
    shown = json.dumps(found, indent=2, ensure_ascii=False) if format_ == "json" else _as_text(found)
    write_out(shown, "\n", format=format_)
    return 0


def _as_json(settings: Settings, of_run: Settings, relative: str, applied: str | None) -> dict[str, Any]:
    own = settings.for_path(relative)
    holding = {
        name: of_run if key.of_run else own
        for name, key in KEYS.items()
        if name not in ("extend", "overrides")
    }
    values = {
        name: {"value": _plain(one, name), "from": _origin(one.sources.get(name.replace("-", "_")))}
        for name, one in holding.items()
    }
    sources = [
        *settings.sources.values(),
        *(path for name, path in of_run.sources.items() if KEYS[name.replace("_", "-")].of_run),
    ]
    excluding = settings.excluding(relative) if relative != "." else None
    return {
        "path": _told(os.path.join(settings.root or os.getcwd(), relative)),
        "files": list(dict.fromkeys(map(_told, (*filter(None, (applied,)), *sources)))),
        "excluded_by": excluding,
        "rules": sorted(selected_codes(own, CommandLineChoices(), relative)),
        "settings": values,
    }


def _plain(settings: Settings, name: str) -> Any:
    value = getattr(settings, name.replace("-", "_"))
    if name == "cost" and value is not None:
        return {key.replace("_", "-"): item for key, item in asdict(value).items()}
    if name == "baseline" and value is not None:
        return _told(value)
    return value


def _origin(source: str | None) -> str:
    if source is None:
        return "default"
    path, separator, rest = source.partition(" (override")
    return _told(path) + separator + rest


def _told(path: str) -> str:
    """A path as it is shortest: relative to the working directory, unless it is far away."""
    relative = os.path.relpath(path).replace(os.sep, "/")
    return path if relative.startswith("../../../") else relative


def _as_text(found: dict[str, Any]) -> str:
    shown = {name: _toml(item["value"]) for name, item in found["settings"].items()}
    width = max(map(len, shown))
    wide = min(max(map(len, shown.values())), 40)
    lines = [f"Settings for {found['path']}, from {', '.join(found['files']) or 'no settings file'}:", ""]
    for name, text in shown.items():
        lines.append(f"{name:{width}}  {text:{wide}}  {found['settings'][name]['from']}")
    lines += ["", f"Rules: {', '.join(found['rules'])}"]
    if found["excluded_by"] is not None:
        lines += [f"Not scanned: excluded by {found['excluded_by']!r}"]
    return "\n".join(map(visible, lines))


def _toml(value: Any) -> str:
    """A value as in TOML; `-` for none."""
    if value is None:
        return "-"
    if isinstance(value, dict):
        inner = ", ".join(
            f"{json.dumps(str(key), ensure_ascii=False)} = {_toml(item)}" for key, item in value.items()
        )
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)
