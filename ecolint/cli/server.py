"""`ecolint server`: the language server for editors."""

from __future__ import annotations

import importlib.util

import click

NEEDED = ("pygls", "lsprotocol")
INSTALL = "pip install 'ecolint[lsp]'"


@click.command("server")
@click.option(
    "--stdio", is_flag=True, expose_value=False, help="The only way that it speaks; some editors name it."
)
def command() -> int:
    """Serve an editor over stdin and stdout, as a language server.

    Editors start this command themselves. Exit status: 0 after an orderly end, 1 if the editor went away, 2 if the
    server cannot start.
    """
    if any(importlib.util.find_spec(name) is None for name in NEEDED):
        raise click.ClickException(f"the language server needs pygls: {INSTALL}")
    from ecolint.server.app import serve

    return serve()
