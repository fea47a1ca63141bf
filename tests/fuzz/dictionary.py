"""Words for a fuzzer to put together: those of the frameworks' own tables, and the signs of the formats."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ecolint.frameworks.registry import frameworks
from ecolint.parsers.registry import formats

SIGNS = (
    b"'", b'"', b"\\", b"`", b"$(", b")", b"${", b"}", b"${A:-", b"$((", b"{{", b"}}", b"{% if a %}", b"{% endif %}",
    b"{{ if .a }}", b"{{ else }}", b"{{ end }}", b"<<EOF\n", b"\nEOF\n", b"\\\n", b"\r\n", b"\r", b"\t", b"\0", b"\xff", b"\f",
    b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff\0a", b"---\n", b"- ", b": ", b"? ", b"&a ", b"*a", b"<<: *a", b"!!str ", b"|\n", b">-\n",
    b"#", b"//", b"/*", b"*/", b"<!--", b"-->", b"```bash\n", b"```\n", b"~~~\n", b'"""', b"if a; then\n", b"fi\n", b"for a in b; do\n",
    b"done\n", b"case a in\n", b"esac\n", b"f() {\n", b"eval ", b"bash -c ", b"docker run ", b"FROM ", b"RUN ", b"CMD ", b"ENTRYPOINT ",
    b"ENV ", b"ARG ", b"ONBUILD ", b"[Service]\n", b"ExecStart=", b"Environment=", b"PARAMETER ", b"SYSTEM ", b"services:\n", b"image: ",
    b"command: ", b"args: ", b"env: ", b"run: ", b"script: ", b"jobs:\n", b"steps:\n", b"containers:\n", b"spec:\n", b"kind: ",
    b"ecolint: ", b"ignore[ECO001]", b"ignore-file[ALL]", b"until=2030-01-01", b"gpu=a800", b"params=7", b"context=training",
    b"def f():\n    ", b"class C:\n    ", b"if a:\n    ", b"else:\n    ", b"lambda: ", b"import ", b"from ", b" as ", b"**", b"*", b"(", b"[", b"{",
    b"f'{", b"async ", b"await ", b"match a:\n    case 1:\n        ", b"type X = ", b"%%bash\n", b"!", b"%", b"\\u00e9", b"\\ud83d", b"\\n",
    b"1e999", b"0x", b"-0", b"9" * 40, b"[[tool.ecolint.overrides]]\n", b"[tool.ecolint]\n", b"\xe2\x80\xa8", b"\xc2\x85", b"\xf0\x9f\x98\x80",
)  # fmt: skip


@cache
def words() -> tuple[bytes, ...]:
    """All of them, sorted."""
    return tuple(sorted({*SIGNS, *(word.encode() for word in _vocabulary()), *_anchors()}))


def _vocabulary() -> Iterator[str]:
    for item in frameworks():
        yield from item.images
        yield from (program.replace("*", "a") for program in item.programs)
        yield from (callee.replace("*", "a") for callee in item.calls)
        for setting in item.settings:
            yield from (f"{flag} " for flag in setting.flags)
            yield from setting.variables
            if setting.keyword:
                yield f"{setting.keyword}="
                yield f"{setting.keyword}: "
            yield from (value for value in setting.values or () if value)


def _anchors() -> Iterator[bytes]:
    for item in frameworks():
        yield from item.anchors
    for kind in formats():
        yield from kind.anchors


def as_libfuzzer() -> str:
    """The dictionary in the form that libFuzzer reads."""
    return "".join(f'"{_escaped(word)}"\n' for word in words() if word)


def _escaped(word: bytes) -> str:
    return "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}" for byte in word[:60]
    )
