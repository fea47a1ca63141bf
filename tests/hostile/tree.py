"""A repository that nobody would want to clone."""

from __future__ import annotations

import contextlib
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import INT8

SECRET = "sk-outside-of-the-tree"
COMMAND = "vllm serve Qwen/Qwen2.5-1.5B-Instruct --quantization bitsandbytes"
NAMES: tuple[bytes, ...] = (
    b"new\nline.py",
    b"carriage\rreturn.py",
    b"tab\there.py",
    b"quo'te\".py",
    b"per%cent%0A%s.py",
    b"-leading.py",
    b"--output=x.py",
    b"...py",
    b"..two.py",
    b"\xff\xfe.py",
    b"latin-\xe9.py",
    b"\x1b[31mred\x1b[0m.py",
    b"\x1b]0;title\x07.py",
    b"\x9b31m.py",
    "rtl-\u202eyp.exe.py".encode(),
    "mark-\u2066\u200f.py".encode(),
    "line-\u2028sep.py".encode(),
    b"pipe|cell|.py",
    b"`code`.py",
    b"<script>alert(1)</script>.py"[:20] + b".py",
    b"<img src=x onerror=1>.py",
    b"[link](http:x).py",
    b"::error::injected.py",
    b"x\n::error::injected.py",
    b"x\r\n::set-output name=a::b.py",
    b"##vso[task.setvariable]a.py",
    b"&amp;]]>.py",
    b"case.py",
    b"CASE.py",
    b"a" * 250 + b".py",
    b" blank .py",
    b"~.py",
    b"$(touch x).py",
    b"{{x}}.py",
    b"com1.py",
)
CONTENTS: dict[str, bytes] = {
    "nul.py": INT8.encode() + b"\0\n",
    "nul.yaml": b"image: vllm/vllm-openai\0\ncommand: --max-num-seqs 1\n",
    "bytes.py": INT8.encode() + b"x = '\xff\xfe'\n",
    "bytes.sh": COMMAND.encode() + b" \xff\xfe\x80\n",
    "escape.sh": (
        COMMAND + " --model '\x1b[31m\x1b]0;title\x07\x9b\x85' # ecolint: ignore[\x1b[31m]\n"
    ).encode(),
    "commands.sh": (COMMAND + " --model 'a\r::error::injected' \n").encode(),
    "cells.yaml": b"services:\n  a|b`<b>:\n    image: vllm/vllm-openai\n    command: --max-num-seqs 1 --model '|<img src=x>|`a`'\n",
    "bom8.py": b"\xef\xbb\xbf" + INT8.encode(),
    "bom16le.py": b"\xff\xfe" + INT8.encode("utf-16-le"),
    "bom16be.py": b"\xfe\xff" + INT8.encode("utf-16-be"),
    "bom32le.py": b"\xff\xfe\0\0" + INT8.encode("utf-32-le"),
    "bom32be.py": b"\0\0\xfe\xff" + INT8.encode("utf-32-be"),
    "odd16.py": b"\xff\xfe" + INT8.encode("utf-16-le") + b"x",
    "lone16.py": b"\xff\xfe" + INT8.encode("utf-16-le") + b"\x00\xd8x\x00",
    "cr.py": INT8.replace("\n", "\r").encode(),
    "crlf.sh": (COMMAND + "\r\n").encode(),
    "formfeed.py": b"\f" + INT8.replace("\n", "\n\f").encode(),
    "surrogate.json": b'{"quantization_config": {"load_in_8bit": true, "a": "\\ud800 \\udc00\\ud800"}}',
    "surrogate.ipynb": b'{"cells": [{"cell_type": "code", "source": "from transformers import *\\nx = \'\\ud800\'\\nBitsAndBytesConfig(load_in_8bit=True)"}], "metadata": {}, "nbformat": 4}',
    "cookie.py": b"# -*- coding: rot13 -*-\n" + INT8.encode(),
    "cookie2.py": b"# -*- coding: \x1b[31m -*-\n" + INT8.encode(),
    "empty.py": b"",
    "huge_number.json": b'{"quantization_config": {"load_in_8bit": true}, "a": 1e999999, "b": '
    + b"9" * 5000
    + b"}",
}
POINTERS: dict[str, str] = {
    "compose.yaml": "services:\n  a:\n    image: vllm/vllm-openai\n    env_file: [../outside/secret.env, /etc/passwd, link.env, pipe.env, zero.env]\n    command: --max-num-seqs 1\n  b:\n    extends: {file: ../outside/compose.yaml, service: a}\n",
    "kustomization.yaml": "resources: [../outside, ../outside/secret.yaml, /etc, pipe.yaml]\nimages: [{name: vllm/vllm-openai, newTag: a}]\npatches: [{path: ../outside/secret.yaml}]\n",
    "Makefile": "include ../outside/secret.mk\ninclude pipe.mk\na:\n\t" + COMMAND + "\n",
    "Dockerfile": "FROM vllm/vllm-openai\nCOPY ../outside/secret.sh /a.sh\nCMD --max-num-seqs 1\n",
    "requirements.txt": "-r ../outside/requirements.txt\n-r pipe.txt\ntransformers==4.50\n",
    "run.sh": "source ../outside/secret.sh\n. /etc/passwd\n. ./pipe.sh\n" + COMMAND + "\n",
    "imports.py": "import os\nfrom ..outside import secret\nfrom ...outside.secret import *\nimport pipe\nfrom zero import X\n"
    + INT8
    + "BitsAndBytesConfig(load_in_8bit=secret.A)\n",
    "trap.py": "TRAP = 'TRAP is run'\nimport os\nopen('sprung', 'w').write(TRAP)\n" + INT8,
    "conftest.py": "TRAP = 'TRAP is run'\nopen('sprung', 'w').write(TRAP)\n",
    "sitecustomize.py": "TRAP = 'TRAP is run'\nopen('sprung', 'w').write(TRAP)\n",
    "setup.py": "TRAP = 'TRAP is run'\nopen('sprung', 'w').write(TRAP)\nfrom transformers import BitsAndBytesConfig\n",
}


@dataclass(frozen=True)
class HostileTree:
    """`root` is what is scanned, `outside` stands beside it and holds what must not be read."""

    root: Path
    outside: Path


def build(folder: Path) -> HostileTree:
    """The tree, made in an empty folder."""
    root, outside = folder / "repo", folder / "outside"
    for path in (root, outside):
        path.mkdir()
    _outside(outside)
    for name in NAMES:
        with contextlib.suppress(OSError):
            _write(os.path.join(os.fsencode(root), name), INT8.encode())
    for name, content in CONTENTS.items():
        _write(os.fsencode(root / "contents" / name), content)
    for name, text in POINTERS.items():
        _write(os.fsencode(root / name), text.encode())
    _deep(root / "deep")
    _links(root, outside)
    _specials(root)
    nested = root / "nested"
    _write(os.fsencode(nested / "good.py"), INT8.encode())
    (nested / ".git").mkdir()
    module = root / "module"
    _write(os.fsencode(module / "good.py"), INT8.encode())
    (module / ".git").write_text("gitdir: ../.git/modules/module\n")
    return HostileTree(root, outside)


def _write(path: bytes, content: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as handle:
        handle.write(content)


def _outside(outside: Path) -> None:
    secret = INT8.replace("mistralai/Mistral-7B-v0.1", SECRET)
    for name in ("secret.py", "secret.env", "secret.mk", "secret.sh", "requirements.txt", "__init__.py"):
        (outside / name).write_text(secret + f"A={SECRET}\n")
    for name in ("secret.yaml", "compose.yaml", "kustomization.yaml"):
        (outside / name).write_text(
            f"services:\n  a:\n    image: vllm/vllm-openai\n    command: --max-num-seqs 1 --model {SECRET}\n"
        )


def _deep(top: Path) -> None:
    """Folders in folders until the path is longer than the system takes."""
    top.mkdir()
    here = os.open(top, os.O_RDONLY)
    for _ in range(22):
        for name, content in (("good.py", INT8), ("x.sh", COMMAND)):
            handle = os.open(name, os.O_WRONLY | os.O_CREAT, 0o644, dir_fd=here)
            os.write(handle, content.encode())
            os.close(handle)
        os.mkdir("d" * 200, dir_fd=here)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def _links(root: Path, outside: Path) -> None:
    links = root / "links"
    links.mkdir()
    for name, target in (
        ("self", links),
        ("up", root),
        ("out", outside),
        ("secret.py", outside / "secret.py"),
        ("passwd.py", Path("/etc/passwd")),
        ("zero.py", Path("/dev/zero")),
        ("random.sh", Path("/dev/urandom")),
        ("terminal.py", Path("/dev/tty")),
        ("dangling.py", links / "nothing"),
        ("loop.py", links / "loop.py"),
    ):
        (links / name).symlink_to(target)
    (root / "link.env").symlink_to(outside / "secret.env")
    (root / "zero.env").symlink_to("/dev/zero")
    (root / "zero.py").symlink_to("/dev/zero")


def _specials(root: Path) -> None:
    for name in (
        "pipe.py",
        "pipe.env",
        "pipe.yaml",
        "pipe.mk",
        "pipe.txt",
        "pipe.sh",
        "Procfile",
        "poetry.lock",
    ):
        os.mkfifo(root / name)
    here = os.getcwd()
    os.chdir(root)
    try:
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as listener:
            listener.bind("socket.py")
    finally:
        os.chdir(here)
    with contextlib.suppress(OSError):
        os.mknod(root / "device.py", 0o20666, os.makedev(1, 5))
