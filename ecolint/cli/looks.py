"""Standard output: colours, and text whatever its encoding."""

from __future__ import annotations

import codecs
import os
import sys

from ecolint.faults import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TextIO


def wants_color(choice: str) -> bool:
    """Whether stdout gets colours: --color, then NO_COLOR and FORCE_COLOR, then whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def terminal_width() -> int:
    """Columns of the terminal, 100 where there is none; as `shutil.get_terminal_size` finds them."""
    try:
        columns = int(os.environ["COLUMNS"])
    except (KeyError, ValueError):
        columns = 0
    if columns <= 0:
        try:
            columns = os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else 0
        except (AttributeError, ValueError, OSError):
            columns = 0
    return columns or 100


def fitting_width() -> int | None:
    """Columns that prose is to keep to: those of the terminal; None where stdout is none."""
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    return terminal_width() if is_terminal else None


def appearance(choice: str) -> tuple[bool, bool, int]:
    """Colours, links and width of what goes to stdout, by the choice of --color."""
    color = wants_color(choice)
    links = False
    if color and sys.stdout is not None and sys.stdout.isatty():
        from ecolint.cli.hyperlinks import shows_links

        links = shows_links()
    return color, links, terminal_width()


PLAIN = {
    "★": "*", "☆": "-", "·": "-", "–": "-", "…": "...", "→": "->",
    "×": "x", "÷": "/", "±": "+/-", "≥": ">=", "₂": "2", "✓": "+",
}  # fmt: skip
"""What stands for ecolint's own signs where an encoding does not have them."""


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    """The first character that cannot be encoded in other words: its stand-in, or else an escape."""
    assert isinstance(error, UnicodeEncodeError)
    character = error.object[error.start]
    return PLAIN.get(character) or character.encode("ascii", "backslashreplace").decode(), error.start + 1


TERMINAL_FORMATS = ("text", "concise")
"""Formats in the encoding of the terminal; all others are in UTF-8."""


def write_out(*pieces: str, format: str = "text") -> None:
    """Write to stdout, with stand-ins for what its encoding does not have. Raises Fault and BrokenPipeError."""
    if format not in TERMINAL_FORMATS:
        write_bytes(piece.encode("utf-8", "backslashreplace") for piece in pieces)
        return
    if sys.stdout is not None and hasattr(sys.stdout, "reconfigure"):
        codecs.register_error("ecolint", _stand_in)
        try:
            sys.stdout.reconfigure(errors="ecolint")
        except ValueError:
            pass
    _write(lambda out: out.writelines(pieces))


def write_bytes(pieces: Iterable[bytes]) -> None:
    """Write bytes to stdout as they are. Raises Fault and BrokenPipeError."""

    def write(out: TextIO) -> None:
        if hasattr(out, "buffer"):
            out.flush()
            out.buffer.writelines(pieces)
        else:
            out.writelines(piece.decode("utf-8", "replace") for piece in pieces)

    _write(write)


def _write(write: Callable[[TextIO], object]) -> None:
    if sys.stdout is None:
        raise Fault("standard output is closed")
    try:
        write(sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Fault(f"cannot write to standard output: {error.strerror or error}") from None
