"""Writes the expected output of the plotting commands."""

import os

from tests.plots import COMMANDS, WIDTHS, path_of, printed

for name, command in COMMANDS.items():
    for width in WIDTHS:
        os.environ["COLUMNS"] = str(width)
        path_of(name, width).write_text(printed(command), encoding="utf-8")
