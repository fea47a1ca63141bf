"""Which terminals show links (OSC 8)."""

from __future__ import annotations

import os
from collections.abc import Mapping

KNOWN = (
    ("WT_SESSION", ""),
    ("KONSOLE_VERSION", ""),
    ("KITTY_WINDOW_ID", ""),
    ("WEZTERM_PANE", ""),
    ("ALACRITTY_WINDOW_ID", ""),
    ("GHOSTTY_RESOURCES_DIR", ""),
    ("TERM_PROGRAM", "iTerm.app"),
    ("TERM_PROGRAM", "vscode"),
    ("TERM_PROGRAM", "WezTerm"),
    ("TERM_PROGRAM", "ghostty"),
    ("TERM_PROGRAM", "Hyper"),
    ("TERMINAL_EMULATOR", "JetBrains-JediTerm"),
    ("TERM", "xterm-kitty"),
    ("TERM", "alacritty"),
    ("TERM", "foot"),
    ("TERM", "foot-extra"),
    ("TERM", "xterm-ghostty"),
)
"""Variables, with the value (any, where empty), by which a terminal that shows links is known."""
VTE_SINCE = 5000
"""GNOME's terminals show links from version 0.50 of their library on."""


def shows_links(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the terminal that this environment tells of shows links; FORCE_HYPERLINK decides if set."""
    forced = environment.get("FORCE_HYPERLINK")
    if forced:
        return forced != "0"
    if environment.get("CI") or environment.get("TERM", "").startswith(("screen", "tmux", "dumb")):
        return False
    version = environment.get("VTE_VERSION", "")
    if version.isascii() and version.isdigit() and int(version[:9]) >= VTE_SINCE:
        return True
    return any(environment.get(name) and value in ("", environment[name]) for name, value in KNOWN)
