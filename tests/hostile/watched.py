"""Runs ecolint as a program would, and writes what it does to a log: `watched.py LOG ARGUMENT…`.

One JSON list a line: the name of Python's audit event, and its arguments as texts. For code that is run, the
constants in it are told.
"""

from __future__ import annotations

import json
import os
import sys
from types import CodeType

TOLD = (
    "open", "os.listdir", "os.scandir", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.chmod", "os.chown",
    "os.link", "os.symlink", "os.truncate", "shutil.", "tempfile.", "socket.", "subprocess.Popen", "os.system",
    "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "os.startfile", "pty.spawn", "ctypes.", "import",
    "exec", "urllib.Request", "http.client.", "webbrowser.", "code.__new__", "marshal.load", "pickle.find_class",
)  # fmt: skip


def watch(log: str) -> None:
    """Log the audit events of this process, and of those that fork from it."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if not event.startswith(TOLD):
            return
        told = [_text(item) for item in (arguments[:2] if event == "import" else arguments)]
        os.write(descriptor, json.dumps([event, *told]).encode("utf-8", "surrogateescape") + b"\n")

    sys.addaudithook(hook)


def _text(item: object) -> str:
    if isinstance(item, bytes):
        return os.fsdecode(item)
    if isinstance(item, CodeType):
        return f"{item.co_filename} {' '.join(_constants(item))}"
    return item if isinstance(item, str) else repr(item)[:2000]


def _constants(code: CodeType) -> list[str]:
    found = [item for item in code.co_consts if isinstance(item, str)]
    for item in code.co_consts:
        if isinstance(item, CodeType):
            found += _constants(item)
    return [text for text in found if "TRAP" in text]


if __name__ == "__main__":
    log, *arguments = sys.argv[1:]
    del sys.path[0]
    sys.argv = ["ecolint", *arguments]
    watch(log)
    from ecolint.__main__ import main

    main()
