"""Texts of any size that are hard to read, for every format.

A `Case` is a path, which tells the format, and a function from a size in bytes to a text of about that size.
All hold a keyword, so that they are read, and most state a setup before or behind the hard part.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Build = Callable[[int], bytes]


@dataclass(frozen=True)
class Case:
    """One hard text, of any size. `fixed` says that it is full of findings, which are fixed as well."""

    name: str
    path: str
    build: Build
    fixed: bool = False


UNITS = (
    '"', "'", "\\", "`", "$(", "${", "${A:-", "$((", "((", "[[", "{", "[", "(", "}", "]", ")", "{{", "}}", "{%",
    "{{ if .a }}", "{% if a %}", "{% raw %}", "{#", "{{/*", "<<EOF\n", "<<A ", "<(", "\\\n", " \\\n", "#\n", " #",
    "a ", "a=b ", "a=b\n", "A=$A$A\n", "A=${A}${A}\n", "A := $(A)$(A)\n", "--a ", "--a=b ", "--max-num-seqs 1 ",
    "|", "||", "&", "&&", ";", ";;", "a|", "a&&", "a;", "\t", " ", "\n", "\r", "\r\n", "\f", "-", "- ", "- - ", "a: ",
    "a:\n", "a: b\n", "- a: b\n", ": ", "? ", "&a ", "*a ", "&a [*a]\n", "!a ", "|\n", ">\n", "---\n", "...\n", "%",
    "%%", "~", "@", "=", "<", ">", "<!--", "-->", "/*", "*/", "//", "/", "```\n", "~~~\n", "```bash\n", "# a\n", "é",
    "\u65e5", "\U0001f600", "\u2028", "\x85", "\xa0", "0", "1.", ".", ",", "if a; then\n", "if a; then :; fi\n", "fi\n",
    "for a in b; do\n", "case a in\n", "f() {\n", "eval ", "sudo ", "env ", "exec ", "bash -c ", "bash -c '",
    "docker run ", "nohup ", "time ", "! ", "RUN ", "CMD ", "FROM a\n", "FROM a AS a\n", "ENV A=B\n", "ENV A=$A$A\n",
    "ARG A=$A$A\n", "RUN <<EOF\n", "a:\n\ta\n", "\ta\n", "define a\n", "ifdef a\n", "include a\n", "[a]\n", "[Service]\n",
    "Environment=A=B\n", "Environment=A=$A$A\n", "ExecStart=a\n", "FROM ", 'SYSTEM """\n', '"""', "PARAMETER a 1\n",
    "a { ", "a [ ", "a: 1 ", "a: {", "a: [", "[{", '{"a":', '["a",', '"a": 1,', "1,", "ecolint: ",
    "# ecolint: ignore[ECO001]\n", "# ecolint: ignore[", "# ecolint: gpu=a800 ", "# ecolint: a=", "x = ",
)  # fmt: skip

VLLM = "vllm serve Qwen/Qwen2.5-1.5B --quantization bitsandbytes --max-num-seqs 1"
LOADED = "from transformers import AutoModelForCausalLM as M\nm = M.from_pretrained('a')\n"
INT8 = "from transformers import BitsAndBytesConfig\nc = BitsAndBytesConfig(load_in_8bit=True)\n"

FRAMES: dict[str, tuple[tuple[str, str], ...]] = {
    "a.py": ((INT8, "\n"), (INT8 + "x = ", "\n"), (INT8 + "x = '''", "'''\n")),
    "a.sh": ((VLLM + "\n", "\n" + VLLM + "\n"), (VLLM + " ", "\n"), (VLLM + ' "', '"\n')),
    "Dockerfile": (
        ("FROM vllm/vllm-openai\n", "\nCMD --max-num-seqs 1\n"),
        ("FROM vllm/vllm-openai\nCMD " + VLLM + " ", "\n"),
        ('FROM vllm/vllm-openai\nCMD ["', '"]\n'),
    ),
    "compose.yaml": (
        ("# vllm\n", "\n"),
        ("services:\n  a:\n    image: vllm/vllm-openai\n    command: --max-num-seqs 1 ", "\n"),
        ('services:\n  a:\n    image: vllm/vllm-openai\n    command: "--max-num-seqs 1 ', '"\n'),
        ("services:\n  a:\n    image: vllm/vllm-openai\n    command: --max-num-seqs 1\nx:\n  ", "\n"),
        ("a: --max-num-seqs\nb: [", "]\n"),
    ),
    "chart/templates/a.yaml": (("# vllm --max-num-seqs\n{{ if .Values.a }}\n", "\n{{ end }}\n"),),
    "config.json": (
        ('{"quantization_config": {"load_in_8bit": true}, "a": ', "}\n"),
        ('{"quantization_config": {"load_in_8bit": true}, "a": "', '"}\n'),
    ),
    "config.pbtxt": (
        ('backend: "vllm"\nmax_batch_size: 1\n', "\n"),
        ('backend: "vllm"\nparameters { key: "', '" }\n'),
    ),
    ".env": (
        ("VLLM_X=1\nOLLAMA_NUM_PARALLEL=1\n", "\n"),
        ("OLLAMA_NUM_PARALLEL=1\nA=", "\n"),
        ('VLLM_A="', '"\n'),
    ),
    "justfile": (("a:\n    " + VLLM + "\n", "\n"), ("a:\n    " + VLLM + " ", "\n"), ("vllm := '", "'\n")),
    "Makefile": (
        ("a:\n\t" + VLLM + "\n", "\n"),
        ("a:\n\t" + VLLM + " ", "\n"),
        ("VLLM = ", "\nb:\n\t$(VLLM)\n"),
    ),
    "Modelfile": (
        ("FROM llama3.2:1b\nPARAMETER num_ctx 1\n", "\n"),
        ("FROM hf.co/a/b:Q4_K_M ", "\n"),
        ('FROM llama3\nSYSTEM """', '"""\n'),
    ),
    "Procfile": (("a: " + VLLM + "\n", "\n"), ("a: " + VLLM + " ", "\n")),
    "a.service": (
        ("[Service]\nExecStart=/bin/" + VLLM + "\n", "\n"),
        ("[Service]\nExecStart=/bin/" + VLLM + " ", "\n"),
        ('[Service]\nEnvironment=A=vllm "', '"\nExecStart=' + VLLM + " $A\n"),
    ),
    "README.md": (
        ("```bash\n" + VLLM + "\n```\n", "\n"),
        ("```bash\n" + VLLM + " ", "\n```\n"),
        ("```python\n" + INT8, "\n```\n"),
        ("```yaml\n# vllm\n", "\n```\n"),
    ),
    "CMD_FLAGS.txt": (("--load-in-8bit ", "\n"), ("# --load-in-8bit\n", "\n")),
}
"""Text before and behind the repeated unit, by path."""


def repeated() -> Iterator[Case]:
    """Every unit, over and over, in every frame."""
    for path, frames in FRAMES.items():
        for number, (before, after) in enumerate(frames):
            for unit in UNITS:
                yield Case(f"{path}/{number}/{unit!r}", path, _filled(before, unit, after))
    for unit in UNITS:
        yield Case(f"a.ipynb/{unit!r}", "a.ipynb", _in_notebook(unit))


def _filled(before: str, unit: str, after: str) -> Build:
    return lambda size: (before + unit * (size // len(unit.encode())) + after).encode()


def _in_notebook(unit: str) -> Build:
    return lambda size: notebook([INT8 + unit * (size // len(unit.encode()))])


def notebook(sources: Sequence[str | list[str]], *, indent: int | None = None, **more: object) -> bytes:
    """A notebook of code cells."""
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": source, **more} for source in sources
    ]
    whole = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=indent).encode()


def _nested(opener: str, closer: str, before: str = "", after: str = "", inner: str = "") -> Build:
    def build(size: int) -> bytes:
        times = size // (len(opener) + len(closer))
        return (before + opener * times + inner + closer * times + after).encode()

    return build


def _numbered(before: str, line: str, after: str = "") -> Build:
    """A line with its number in place of `{n}`, `{m}` for the number before it."""

    def build(size: int) -> bytes:
        average = len(line.replace("{n}", "00000").replace("{m}", "00000"))
        body = "".join(
            line.replace("{n}", str(n)).replace("{m}", str(max(0, n - 1))) for n in range(1, size // average)
        )
        return (before + body + after.replace("{n}", str(max(1, size // average - 1)))).encode()

    return build


def _shared(before: str, part: str, between: str, user: str, after: str = "") -> Build:
    """One text of many parts, of which half of the size is, and its users, who are the rest."""

    def build(size: int) -> bytes:
        def filled(unit: str) -> str:
            return "".join(unit.replace("{n}", str(n)) for n in range(size // 2 // (len(unit) + 2)))

        return (before + filled(part) + between + filled(user) + after).encode()

    return build


def _laughs(width: int) -> Build:
    """Lists of aliases of lists of aliases, until the size is reached, in use as a container's arguments."""

    def build(size: int) -> bytes:
        lines = ["a0: &a0 [--max-num-seqs, '1']"]
        while sum(map(len, lines[:1])) + len(lines) * width * 8 < size:
            n = len(lines)
            lines.append(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]")
        last = len(lines) - 1
        lines.append(
            f"services:\n  a:\n    image: vllm/vllm-openai\n    command: *a{last}\n    environment: *a{last}"
        )
        return "\n".join(lines).encode()

    return build


def _merges(size: int) -> bytes:
    lines = ["x0: &x0 {image: vllm/vllm-openai, command: --max-num-seqs 1}"]
    while len(lines) * 40 < size:
        n = len(lines)
        lines.append(f"x{n}: &x{n} {{<<: [*x{n - 1}, *x{n - 1}], k{n}: 1}}")
    lines.append(f"services:\n  a: {{<<: *x{len(lines) - 1}}}")
    return "\n".join(lines).encode()


def _merged_services(size: int) -> bytes:
    base = "x: &x\n" + "".join(f"  k{n}: 1\n" for n in range(size // 32)) + "services:\n"
    return (
        base + "".join(f"  s{n}: {{<<: *x, image: vllm/vllm-openai}}\n" for n in range(size // 64))
    ).encode()


def _cells(size: int) -> bytes:
    return notebook([INT8] + ["x = 1\n"] * (size // 75))


def _cells_of_setups(size: int) -> bytes:
    return notebook([INT8] * (size // 160))


def _cell_of_lines(size: int) -> bytes:
    lines = [*INT8.splitlines(keepends=True), *["x = 1\n"] * (size // 11)]
    return notebook([lines])  # type: ignore[list-item]


SHAPES = (
    # YAML
    Case("yaml flow nesting", "a.yaml", _nested("[", "]", "# vllm --max-num-seqs\na: ")),
    Case("yaml flow mappings", "a.yaml", _nested("{a: ", "}", "# vllm --max-num-seqs\na: ")),
    Case("yaml open flow", "a.yaml", _nested("[", "", "# vllm --max-num-seqs\na: ")),
    Case("yaml block nesting", "a.yaml", lambda size: b"# vllm\n" + b"\n".join(b" " * n + b"a:" for n in range(int((2 * size) ** 0.5)))),
    Case("yaml compact nesting", "a.yaml", _nested("- ", "", "# vllm --max-num-seqs\n", "a\n")),
    Case("yaml question nesting", "a.yaml", _nested("? ", "", "# vllm --max-num-seqs\n", "a\n")),
    Case("yaml laughs 2", "compose.yaml", _laughs(2)),
    Case("yaml laughs 10", "compose.yaml", _laughs(10)),
    Case("yaml laughs 1000", "compose.yaml", _laughs(1000)),
    Case("yaml merges", "compose.yaml", _merges),
    Case("yaml merged services", "compose.yaml", _merged_services),
    Case("yaml merge lists", "compose.yaml", lambda size: b"x: &x {image: vllm/vllm-openai, command: --max-num-seqs 1}\nservices:\n  a: {<<: [" + b"*x, " * (size // 4) + b"]}\n"),
    Case("yaml recursive alias", "compose.yaml", lambda size: b"services: &s\n  a: {image: vllm/vllm-openai, x: *s}\n" + b"".join(b"  s%d: *s\n" % n for n in range(size // 12))),
    Case("yaml recursive command", "compose.yaml", lambda size: b"services:\n  a:\n    image: vllm/vllm-openai\n    command: &c [" + b"*c, " * (size // 4) + b"]\n"),
    Case("yaml tiny documents", "a.yaml", _nested("---\nvllm: 1\n", "", "")),
    Case("yaml tiny deployments", "a.yaml", _numbered("", "---\nkind: Deployment\nmetadata: {name: a{n}}\nspec: {template: {spec: {containers: [{name: a, image: vllm/vllm-openai, args: [--max-num-seqs, '1']}]}}}\n")),
    Case("yaml broken documents", "a.yaml", _nested("---\nvllm: ]\n", "", "")),
    Case("yaml many keys", "a.yaml", _numbered("vllm: 1\n", "k{n}: v\n")),
    Case("yaml many engine keys", "a.yaml", _numbered("model: a\nmax_num_seqs: 1\nquantization: bitsandbytes\n", "k{n}: v\n")),
    Case("yaml same key", "a.yaml", _numbered("# vllm\n", "a: {n}\n")),
    Case("yaml many services", "compose.yaml", _numbered("services:\n", "  s{n}: {image: vllm/vllm-openai, command: --max-num-seqs 1}\n")),
    Case("yaml many variables", "compose.yaml", _numbered("services:\n  a:\n    image: vllm/vllm-openai\n    command: --max-num-seqs 1\n    environment:\n", "      A{n}: ${A{m}}\n")),
    Case("yaml many arguments", "compose.yaml", _numbered("services:\n  a:\n    image: vllm/vllm-openai\n    command:\n", "      - --a{n}\n")),
    Case("yaml interpolation nesting", "compose.yaml", _nested("${A:-", "}", "services:\n  a:\n    image: vllm/vllm-openai\n    command: --max-num-seqs ", "\n", "1")),
    Case("yaml depends on each other", "compose.yaml", _numbered("services:\n  s0: {image: vllm/vllm-openai, command: --max-num-seqs 1}\n", "  s{n}: {extends: s{m}}\n")),
    Case("yaml jobs of steps", ".github/workflows/a.yml", _numbered("jobs:\n  a:\n    steps:\n", "      - run: " + VLLM + " --port {n}\n")),
    Case("yaml env of jobs", ".github/workflows/a.yml", _numbered("env:\n", "  A{n}: ${{ env.A{m} }}\n", "jobs:\n  a:\n    steps:\n      - run: vllm serve a --max-num-seqs ${{ env.A{n} }}\n")),
    Case("gitlab extends", ".gitlab-ci.yml", _numbered("s0:\n  script: " + VLLM + "\n", "s{n}:\n  extends: s{m}\n")),
    Case("gitlab extends all", ".gitlab-ci.yml", lambda size: ("a:\n  script: " + VLLM + "\n" + "".join(f"  k{n}: 1\n" for n in range(size // 24)) + "".join(f"s{n}: {{extends: a}}\n" for n in range(size // 36))).encode()),
    Case("yaml llama swap", "a.yaml", _numbered("models:\n", "  m{n}:\n    cmd: vllm serve ${a{n}} --max-num-seqs 1\n")),
    Case("compose unknown options", "compose.yaml", _numbered("services:\n  a:\n    image: vllm/vllm-openai\n    command: [--max-num-seqs, '1'", ", --option-{n}", "]\n")),
    Case("compose words shared by an anchor", "compose.yaml", _shared("x: &a [vllm, serve, a", ", --o{n}=1", "]\nservices:\n", "  s{n}: {image: a, command: *a}\n")),
    Case("compose script shared by an anchor", "compose.yaml", _shared("x: &a [sh, -c, '" + VLLM, "; echo {n}", "']\nservices:\n", "  s{n}: {image: a, command: *a}\n")),
    Case("compose extends all", "compose.yaml", _shared("services:\n  a: {image: a, command: [vllm, serve, a", ", --o{n}=1", "]}\n", "  s{n}: {extends: a}\n")),
    Case("gitlab variables shared", ".gitlab-ci.yml", _shared("a:\n  script: [" + VLLM + "]\n  variables:\n", "    A{n}: b\n", "", "s{n}: {extends: a}\n")),
    Case("kubernetes variables shared", "a.yaml", _shared("kind: ConfigMap\nmetadata: {name: a}\ndata:\n", "  A{n}: b\n", "", "---\nkind: Pod\nspec: {containers: [{name: a, image: vllm/vllm-openai, envFrom: [{configMapRef: {name: a}}]}]}\n")),
    Case("yaml long block scalar", "a.yaml", lambda size: b"a: |\n" + b"  " + VLLM.encode() + b"\n" + b"  x\n" * (size // 4)),
    Case("yaml folded scalar", "a.yaml", lambda size: b"a: >\n  vllm\n" + b"  x\n\n" * (size // 5)),
    Case("yaml quoted lines", "a.yaml", lambda size: b'a: "vllm\n' + b"  x\\\n" * (size // 5) + b'  x"\n'),
    Case("yaml escapes", "a.yaml", lambda size: b'a: "vllm ' + b"\\u00e9" * (size // 6) + b'"\n'),
    Case("yaml shell in blocks", "a.yaml", lambda size: b"a:\n" + b"".join(b"  - run: |\n      vllm serve a --max-num-seqs 1\n" for _ in range(size // 45))),
    Case("yaml comments in flow", "a.yaml", lambda size: b"a: [vllm,\n" + b"# x\n" * (size // 4) + b"]\n"),
    Case("helm if nesting", "chart/templates/a.yaml", _nested("{{ if .a }}\n", "{{ end }}\n", "vllm: 1\n", "", "x: 1\n")),
    Case("helm ifs open", "chart/templates/a.yaml", _nested("{{ if .a }}\n", "", "vllm: 1\n", "x: 1\n")),
    Case("helm if else if", "chart/templates/a.yaml", _nested("{{ else if .a }}\na: 1\n", "", "vllm: 1\n{{ if .b }}\n", "{{ end }}\n")),
    Case("helm ends", "chart/templates/a.yaml", _nested("{{ end }}\n", "", "vllm: 1\n")),
    Case("helm inline ifs", "chart/templates/a.yaml", _nested("{{ if .a }}b{{ end }}", "", "vllm: ", "\n")),
    Case("helm setups in ifs", "chart/templates/a.yaml", _numbered("", "{{ if .a{n} }}\nservices: {a{n}: {image: vllm/vllm-openai, command: --max-num-seqs 1}}\n{{ end }}\n---\n")),
    Case("helm faulty lines", "chart/templates/a.yaml", _nested("{{ .a }}: ]\n", "", "vllm: 1\n")),
    Case("jinja if nesting", "a.yaml.j2", _nested("{% if a %}\n", "{% endif %}\n", "vllm: 1\n", "", "x: 1\n")),
    Case("jinja pipes", "a.yaml.j2", lambda size: b"vllm: {{ a " + b"| default('b') " * (size // 15) + b"}}\n"),
    Case("jinja sets", "a.yaml.j2", _nested("{% set a = 1 %}\n", "", "vllm: 1\n")),
    Case("yaml holes", "a.yaml", _nested("{{ a }} ", "", "vllm: ", "\n")),
    # JSON
    Case("json nesting", "config.json", _nested("[", "]", '{"load_in_8bit": true, "a": ', "}", "1")),
    Case("json object nesting", "config.json", _nested('{"a":', "}", '{"load_in_8bit": true, "a": ', "}", "1")),
    Case("json open", "config.json", _nested("[", "", '{"load_in_8bit": true, "a": ')),
    Case("json long number", "config.json", lambda size: b'{"load_in_8bit": true, "a": ' + b"9" * size + b"}"),
    Case("json long float", "config.json", lambda size: b'{"load_in_8bit": true, "a": 0.' + b"9" * size + b"e9}"),
    Case("json many numbers", "config.json", lambda size: b'{"load_in_8bit": true, "a": [' + b"1," * (size // 2) + b"1]}"),
    Case("json many keys", "config.json", _numbered('{"load_in_8bit": true', ',"k{n}": 1', "}")),
    Case("json quantisation keys", "config.json", _numbered('{"quantization_config": {"load_in_8bit": true', ',"k{n}": 1', "}}")),
    Case("json escapes", "config.json", lambda size: b'{"load_in_8bit": true, "a": "' + b"\\u00e9" * (size // 6) + b'"}'),
    Case("json surrogates", "config.json", lambda size: b'{"load_in_8bit": true, "a": "' + b"\\ud83d\\ude00" * (size // 12) + b'"}'),
    Case("json comments", "config.json", lambda size: b'{"load_in_8bit": true,' + b"/* */" * (size // 5) + b'"a": 1}'),
    Case("json open comments", "config.json", lambda size: b'{"load_in_8bit": true,' + b"/* " * (size // 3)),
    Case("json lines", "config.json", _nested('{"load_in_8bit": true}\n', "", "")),
    Case("json tasks", ".vscode/tasks.json", _numbered('{"tasks": [{}', ',{"command": "vllm serve a --max-num-seqs 1 --port {n}"}', "]}")),
    # notebooks
    Case("notebook many cells", "a.ipynb", _cells),
    Case("notebook many setups", "a.ipynb", _cells_of_setups),
    Case("notebook many lines", "a.ipynb", _cell_of_lines),
    Case("notebook one string", "a.ipynb", lambda size: notebook([INT8 + "x = 1\n" * (size // 7)])),
    Case("notebook one line", "a.ipynb", lambda size: notebook([INT8 + "x" * size])),
    Case("notebook magics", "a.ipynb", lambda size: notebook(["!" + VLLM + "\n" + "!ls\n%time x\n" * (size // 13)])),
    Case("notebook cell magics", "a.ipynb", lambda size: notebook(["%%bash\n" + VLLM + "\n" + "ls\n" * (size // 4)])),
    Case("notebook magics in long strings", "a.ipynb", lambda size: notebook(["!" + VLLM + "\n" + "x = \'\'\'\n\'\'\'\n!ls\n" * (size // 17)])),
    Case("notebook outputs", "a.ipynb", lambda size: notebook([INT8], outputs=[{"text": "x" * size}])),
    Case("notebook nesting", "a.ipynb", lambda size: notebook([INT8])[:-1] + b', "a": ' + b"[" * (size // 2) + b"]" * (size // 2) + b"}"),
    Case("notebook emoji", "a.ipynb", lambda size: notebook([INT8 + "# \U0001f600\n" * (size // 18)])),
    # shell
    Case("shell substitution nesting", "a.sh", _nested("$(echo ", ")", VLLM + " ", "\n", "1")),
    Case("shell quoted substitutions", "a.sh", _nested('"$(echo ', ')"', VLLM + " ", "\n", "1")),
    Case("shell backtick", "a.sh", _nested("`echo ", "`", VLLM + " ", "\n")),
    Case("shell groups", "a.sh", _nested("{ ", "; }", "", "\n", VLLM)),
    Case("shell subshells", "a.sh", _nested("( ", " )", "", "\n", VLLM)),
    Case("shell ifs", "a.sh", _nested("if a; then\n", "fi\n", "", "", VLLM + "\n")),
    Case("shell ifs in functions", "a.sh", _numbered("", "f{n}() {\nf{m}\nf{m}\n}\n", "f{n}\n" + VLLM + "\n")),
    Case("shell cases", "a.sh", _numbered("", 'case "$X" in a) V{n}=1;; b) V{n}=2;; esac\nvllm serve m --max-num-seqs $V{n}\n')),
    Case("shell case items", "a.sh", _shared('case "$X" in ', "a{n}) V=1;;\n", "esac\n", "vllm serve m{n} --max-num-seqs $V\n")),
    Case("shell cases in a function", "a.sh", _numbered('f() { case "$1" in a) V=1;; b) V=2;; esac\nvllm serve m --max-num-seqs $V\n}\n', "f {n}\n")),
    Case("shell functions", "a.sh", _numbered("f0() { vllm serve a --max-num-seqs $1; }\n", "f{n}() { f{m} $1; }\n", "f{n} 1\n")),
    Case("shell function called", "a.sh", _shared("f() {\n", VLLM + " --port {n}\n", "}\n", "f {n}\n")),
    Case("loads of one variable", "a.py", _nested("m = M.from_pretrained('a', load_in_8bit=True)\nm = m.eval()\nm.generate(x)\n", "", LOADED)),
    Case("wrapped again", "a.py", _nested("m = w(m)\n", "", LOADED)),
    Case("loads in branches", "a.py", _numbered(LOADED, "if a{n}:\n  m = M.from_pretrained('a', load_in_8bit=True)\nelse:\n  m = M.from_pretrained('b')\nm.generate(x)\n")),
    Case("sourced files", "a.sh", _numbered("A0=1\n", "A{n}=1\n. ./a{n}.sh\n", "vllm serve a --max-num-seqs $A{n}\n")),
    Case("included makefiles", "Makefile", _numbered("", "A{n} = 1\ninclude a{n}.mk\n", "a:\n\tvllm serve a --max-num-seqs $(A{n})\n")),
    Case("collected results", "a.py", _nested("for p in q:\n  r.append(m.generate(p))\n", "", LOADED)),
    Case("shell elif", "a.sh", _nested("elif a; then\nb=1\n", "", "if a; then\nb=2\n", "fi\nvllm serve a --max-num-seqs $b\n")),
    Case("shell assignments", "a.sh", _numbered("A0=1\n", "A{n}=$A{m}\n", "vllm serve a --max-num-seqs $A{n}\n")),
    Case("shell doublings", "a.sh", _numbered("A0=vllm\n", "A{n}=$A{m}$A{m}\n", "$A{n}\n")),
    Case("shell appending", "a.sh", _nested("A+=a\n", "", "A=vllm\n", "$A\n")),
    Case("shell appending itself", "a.sh", _nested("A=$A$A\n", "", "A=vllm\n", "$A\n")),
    Case("shell growing", "a.sh", _nested('A="$A --a"\n', "", "A=vllm\n", "$A\n")),
    Case("shell growing commands", "a.sh", _nested('A="$A --a"\nvllm serve $A --max-num-seqs 1\n', "", "A=vllm\n", "$A\n")),
    Case("shell arrays", "a.sh", _nested("A+=(--a b)\n", "", "A=(vllm serve)\n", '"${A[@]}"\n')),
    Case("shell arrays in use", "a.sh", _nested('A+=(--a b)\nvllm serve "${A[@]}"\n', "", "A=()\n")),
    Case("shell loops", "a.sh", _nested("for a in 1 2; do\n", "done\n", "", "", VLLM + "\n")),
    Case("shell long loop", "a.sh", lambda size: b"for a in " + b"1 " * (size // 2) + b"; do vllm serve m --max-num-seqs $a; done\n"),
    Case("shell braces", "a.sh", _nested("{1,2}", "", VLLM + " ", "\n")),
    Case("shell case arms", "a.sh", _numbered("case $a in\n", "{n}) b={n} ;;\n", "esac\nvllm serve a --max-num-seqs $b\n")),
    Case("shell heredocs", "a.sh", _numbered("", "cat <<E{n}\nvllm serve a --max-num-seqs 1\nE{n}\n")),
    Case("shell heredocs on a line", "a.sh", _numbered("cat ", "<<E{n} ", "\n")),
    Case("shell open heredoc", "a.sh", lambda size: b"cat <<EOF > a.sh\n" + VLLM.encode() + b"\n" + b"x\n" * (size // 2)),
    Case("shell heredoc in heredoc", "a.sh", _numbered("", "bash <<E{n}\n", VLLM + "\n")),
    Case("shell evals", "a.sh", _nested("eval '", "", "", VLLM + "\n")),
    Case("shell bash -c", "a.sh", _nested("bash -c ", "", "", "'" + VLLM + "'\n")),
    Case("shell wrappers", "a.sh", _nested("sudo nohup env A=1 ", "", "", VLLM + "\n")),
    Case("shell escapes", "a.sh", lambda size: b"bash -c \"vllm serve a " + b'\\\\\\"' * (size // 4) + b'"\n'),
    Case("shell commands", "a.sh", _numbered("", "vllm serve m{n} --max-num-seqs 1\n")),
    Case("shell long pipe", "a.sh", _nested("a | ", "", "", VLLM + "\n")),
    Case("shell redirections", "a.sh", _nested("> a ", "", VLLM + " ", "\n")),
    Case("shell defaults", "a.sh", _nested("${A:-", "}", VLLM + " --port ", "\n", "1")),
    Case("shell arithmetic", "a.sh", _nested("(", ")", VLLM + " --port $((", "))\n", "1")),
    Case("shell arithmetic sum", "a.sh", _nested("1+", "", VLLM + " --port $((", "1))\n")),
    Case("shell docker run", "a.sh", _nested("-e A=b ", "", "docker run ", "vllm/vllm-openai --max-num-seqs 1\n")),
    # Dockerfile
    Case("dockerfile stages", "Dockerfile", _numbered("FROM vllm/vllm-openai AS s0\nENV A=1\n", "FROM s{m} AS s{n}\nENV A{n}=1\nCMD --max-num-seqs 1\n")),
    Case("dockerfile same stage", "Dockerfile", _nested("FROM a AS a\n", "", "", "CMD vllm serve a --max-num-seqs 1\n")),
    Case("dockerfile env", "Dockerfile", _numbered("FROM vllm/vllm-openai\n", "ENV A{n}=$A{m}\n", "CMD --max-num-seqs $A{n}\n")),
    Case("dockerfile doublings", "Dockerfile", _numbered("FROM vllm/vllm-openai\nENV A0=vllm\n", "ENV A{n}=$A{m}$A{m}\n", "CMD $A{n}\n")),
    Case("dockerfile one env", "Dockerfile", _numbered("FROM vllm/vllm-openai\nENV ", "A{n}=b ", "\nCMD --max-num-seqs 1\n")),
    Case("dockerfile commands", "Dockerfile", _numbered("FROM vllm/vllm-openai\n", "ENV A{n}=1\nRUN vllm serve m{n} --max-num-seqs 1\n")),
    Case("dockerfile json words", "Dockerfile", _nested('"a", ', "", 'FROM vllm/vllm-openai\nCMD ["--max-num-seqs", "1", ', '"b"]\n')),
    Case("dockerfile continuations", "Dockerfile", _nested("  a \\\n", "", "FROM vllm/vllm-openai\nCMD --max-num-seqs 1 \\\n", "  b\n")),
    Case("dockerfile heredocs", "Dockerfile", _numbered("FROM vllm/vllm-openai\n", "RUN <<E{n}\nvllm serve a --max-num-seqs 1\nE{n}\n")),
    Case("dockerfile onbuild", "Dockerfile", _nested("ONBUILD ", "", "FROM vllm/vllm-openai\n", "CMD --max-num-seqs 1\n")),
    # make, just
    Case("make doublings", "Makefile", _numbered("A0 := vllm\n", "A{n} := $(A{m})$(A{m})\n", "a:\n\t$(A{n}) serve a --max-num-seqs 1\n")),
    Case("make lazy doublings", "Makefile", _numbered("A0 = vllm\n", "A{n} = $(A{m})$(A{m})\n", "a:\n\t$(A{n}) serve a --max-num-seqs 1\n")),
    Case("make variables", "Makefile", _numbered("A0 = 1\n", "A{n} = $(A{m})\n", "a:\n\tvllm serve a --max-num-seqs $(A{n})\n")),
    Case("make self reference", "Makefile", _nested("A = $(A) $(A)\n", "", "", "a:\n\tvllm serve a --max-num-seqs $(A)\n")),
    Case("make appending", "Makefile", _nested("A += a\n", "", "A = vllm\n", "a:\n\t$(A)\n")),
    Case("make appending in turn", "Makefile", _numbered("", "A{n} = vllm\nA{m} += serve\nA0 += $(A{n})\n", "a:\n\t$(A0)\n")),
    Case("make rules", "Makefile", _numbered("", "a{n}: a{m}\n\tvllm serve m{n} --max-num-seqs 1\n")),
    Case("make references nesting", "Makefile", _nested("$(", ")", "a:\n\tvllm serve a --max-num-seqs 1 ", "\n", "A")),
    Case("make calls", "Makefile", _nested("$(call a,", ")", "a:\n\tvllm serve a --max-num-seqs 1 ", "\n", "A")),
    Case("make big variable", "Makefile", lambda size: b"A = " + b"vllm " * (size // 10) + b"\n" + b"a:\n" + b"\t$(A)\n" * (size // 12)),
    Case("just doublings", "justfile", _numbered("a0 := 'vllm'\n", "a{n} := a{m} + a{m}\n", "a:\n    {{a{n}}} serve a --max-num-seqs 1\n")),
    Case("just recipes", "justfile", _numbered("", "a{n}: a{m}\n    vllm serve m{n} --max-num-seqs 1\n")),
    Case("just holes", "justfile", _nested("{{a}} ", "", "a := 'b'\nc:\n    vllm serve a --max-num-seqs 1 ", "\n")),
    # the rest
    Case("make variables of targets", "Makefile", _numbered("", "t{n}: A{n} = --max-num-seqs 1\nt{n}:\n\tvllm serve m $(A{n})\n")),
    Case("make variables of one target", "Makefile", _shared("", "t: A{n} = --max-num-seqs 1\n", "t:\n", "\tvllm serve m $(A{n})\n")),
    Case("env variables", ".env", _numbered("A0=1\n", "A{n}=${A{m}}\n", "OLLAMA_NUM_PARALLEL=$A{n}\n")),
    Case("env doublings", ".env", _numbered("A0=1\n", "A{n}=${A{m}}${A{m}}\n", "OLLAMA_NUM_PARALLEL=$A{n}\n")),
    Case("env same name", ".env", _nested("OLLAMA_NUM_PARALLEL=1\n", "", "")),
    Case("systemd doublings", "a.service", _numbered("[Service]\nEnvironment=A0=vllm\n", "Environment=A{n}=${A{m}}${A{m}}\n", "ExecStart=vllm serve a --max-num-seqs $A{n}\n")),
    Case("systemd commands", "a.service", _numbered("[Service]\n", "ExecStart=/bin/vllm serve m{n} --max-num-seqs 1\n")),
    Case("systemd environment", "a.service", _numbered("[Service]\n", "Environment=A{n}=1\n", "ExecStart=/bin/vllm serve m --max-num-seqs $A{n}\n")),
    Case(
        "supervisor programs",
        "supervisord.conf",
        _numbered("", "[program:a{n}]\ncommand=vllm serve m{n} --max-num-seqs 1\n"),
    ),
    Case("supervisor variables", "supervisord.conf", _numbered("[supervisord]\nenvironment=B=1", ",\n A{n}=1", "\n")),
    Case("supervisor lines", "supervisord.conf", _numbered("[program:a]\ncommand=vllm serve\n", "  --x {n}\n")),
    Case("hcl lists", "main.tf", _nested("[", "]", 'image = "vllm/vllm-openai"\nargs = ', "\n", "1")),
    Case("hcl blocks", "main.tf", _nested("a {\n", "}\n", 'image = "vllm/vllm-openai"\n')),
    Case("hcl templates", "main.tf", _nested('"${', '}"', 'image = "vllm/vllm-openai"\nargs = ', "\n", "1")),
    Case("hcl brackets", "main.tf", _nested("(", ")", 'image = "vllm/vllm-openai"\nargs = ', "\n", "1")),
    Case("hcl functions", "main.tf", _nested("jsonencode(", ")", 'image = "vllm/vllm-openai"\nargs = ', "\n", "1")),
    Case("hcl heredocs", "main.tf", _numbered('image = "vllm/vllm-openai"\n', "a{n} = <<E{n}\nvllm serve a --max-num-seqs 1\nE{n}\n")),
    Case("hcl open heredocs", "main.tf", _numbered('image = "vllm/vllm-openai"\n', "a{n} = [<<E{n}\n")),
    Case("hcl comments", "main.tf", _numbered('image = "vllm/vllm-openai"\n', "a{n} = b{n} /* c\n")),
    Case("hcl locals", "main.tf", _numbered("locals {\na0 = 1\n", "a{n} = local.a{m}\n", '}\nx {\nimage = "vllm/vllm-openai"\nargs = ["--max-num-seqs", local.a{n}]\n}\n')),
    Case("hcl doublings", "main.tf", _numbered('locals {\na0 = "1"\n', 'a{n} = "${local.a{m}}${local.a{m}}"\n', '}\nx {\nimage = "vllm/vllm-openai"\nargs = ["--max-num-seqs", local.a{n}]\n}\n')),
    Case("hcl defaults", "main.tf", _numbered('image = "vllm/vllm-openai"\nvariable "all" {\ndefault = ["--max-num-seqs"', ', "1"', "]\n}\nargs = [" + "var.all, " * 2000 + "]\n")),
    Case("hcl lists of locals", "main.tf", _numbered('locals {\na0 = ["1"]\n', "a{n} = [local.a{m}, local.a{m}]\n", '}\nx {\nimage = "vllm/vllm-openai"\nargs = local.a{n}\n}\n')),
    Case("hcl variables", "main.tf", _numbered('x {\nimage = "vllm/vllm-openai"\nargs = ["--max-num-seqs", "1"', ", var.a{n}", "]\n}\n")),
    Case("hcl containers", "main.tf", _numbered("", 'c {\nimage = "vllm/vllm-openai"\nargs = ["m{n}", "--max-num-seqs", "1"]\n}\n')),
    Case("procfile commands", "Procfile", _numbered("", "a{n}: vllm serve m{n} --max-num-seqs 1\n")),
    Case("pbtxt nesting", "config.pbtxt", _nested("a { ", "} ", 'backend: "vllm" max_batch_size: 1 ')),
    Case("pbtxt list nesting", "config.pbtxt", _nested("[", "]", 'backend: "vllm" max_batch_size: 1 a: ')),
    Case("pbtxt fields", "config.pbtxt", _numbered('backend: "vllm" max_batch_size: 1\n', "a{n}: 1\n")),
    Case("pbtxt parameters", "config.pbtxt", _numbered('backend: "tensorrtllm" max_batch_size: 1\n', 'parameters { key: "k{n}" value: { string_value: "1" } }\n')),
    Case("modelfile parameters", "Modelfile", _numbered("FROM llama3.2:1b\n", "PARAMETER stop {n}\n")),
    Case("modelfile messages", "Modelfile", _nested('MESSAGE user """\na\n"""\n', "", "FROM llama3.2:1b\n")),
    Case("flags", "CMD_FLAGS.txt", _numbered("--load-in-8bit ", "--a{n} ")),
    Case("markdown blocks", "README.md", _nested("```bash\n" + VLLM + "\n```\n", "")),
    Case("markdown open blocks", "README.md", _nested("```bash\n", "", "", VLLM)),
    Case("markdown python blocks", "README.md", _nested("```python\n" + INT8 + "```\n", "")),
    Case("markdown yaml blocks", "README.md", _nested("```yaml\nservices: {a: {image: vllm/vllm-openai, command: --max-num-seqs 1}}\n```\n", "")),
    Case("markdown indented fences", "README.md", _nested("  ````\n", "", "", VLLM)),
    # comments of ours
    Case("ignores", "a.sh", _nested("# ecolint: ignore[ECO004]\n", "", "", VLLM + "\n")),
    Case("ignores of commands", "a.sh", _nested(VLLM + " # ecolint: ignore[ECO004] -- known\n", "")),
    Case("ignores above commands", "a.sh", _nested("# ecolint: ignore[ECO004] -- known\n" + VLLM + "\n", "")),
    Case("ignores above a text", "compose.yaml", lambda size: (b"# ecolint: ignore[ECO004]\n" * (size // 54) + b"services: |\n" + b"  a: 1\n" * (size // 14))),
    Case("ignores of keys", "compose.yaml", _numbered("services:\n", "  # ecolint: ignore[ECO004]\n  a{n}:\n    image: vllm/vllm-openai\n    command: --model Qwen/Qwen2-7B --max-num-seqs 1\n")),
    Case("ignores above a list of loads", "a.py", lambda size: (b"# ecolint: ignore[ECO001]\n" * (size // 52) + b"import transformers\na = [\n" + b"1,\n" * (size // 6) + b"]\n")),
    Case("ignores of all rules", "a.sh", lambda size: b"# ecolint: ignore[" + b"ECO004," * (size // 7) + b"]\n" + VLLM.encode()),
    Case("ignores of an unknown rule each", "a.sh", _numbered(VLLM + "\n", "# ecolint: ignore[ECX{n}]\n")),
    Case("ignores of unknown rules", "a.sh", lambda size: b"# ecolint: ignore[" + b"ECX004," * (size // 7) + b"]\n" + VLLM.encode()),
    Case("annotations", "a.sh", _nested("# ecolint: gpu=a800\n" + VLLM + "\n", "")),
    Case("annotation of many words", "a.sh", lambda size: b"# ecolint: " + b"gpu=a800 " * (size // 9) + b"\n" + VLLM.encode()),
    Case("annotation of a long GPU", "a.sh", lambda size: b"# ecolint: gpu=" + b"a" * size + b"\n" + VLLM.encode()),
    Case("ignores in markdown", "README.md", _nested("<!-- ecolint: ignore[ECO004] -->\n```bash\n" + VLLM + "\n```\n", "")),
    Case("ignores before open blocks", "README.md", _nested("<!-- ecolint: ignore[ECO004] -->\n```bash\n", "", "", VLLM)),
    Case("long model name", "a.sh", lambda size: b"vllm serve " + b"a" * size + b" --quantization bitsandbytes\n"),
    Case("long model path", "a.sh", lambda size: b"vllm serve " + b"a/" * (size // 2) + b" --quantization bitsandbytes\n"),
    Case("long model size", "a.sh", lambda size: b"vllm serve a-" + b"1b-" * (size // 3) + b" --quantization bitsandbytes\n"),
    Case("long number", "a.sh", lambda size: b"vllm serve a --max-num-seqs " + b"1" * size + b"\n"),
    Case("long float", "a.sh", lambda size: b"vllm serve a --gpu-memory-utilization 0." + b"1" * size + b"\n"),
    Case("json on a command line", "a.sh", _nested('{"a":', "}", "vllm serve a --max-num-seqs 1 --compilation-config '", "'\n", "1")),
    Case("long quantiser", "a.sh", lambda size: b"vllm serve a --quantization " + b"q" * size + b"\n"),
)  # fmt: skip

PYTHON = (
    Case("python brackets", "a.py", _nested("(", ")", INT8 + "x = ", "\n", "1")),
    Case("python lists", "a.py", _nested("[", "]", INT8 + "x = ", "\n")),
    Case("python dicts", "a.py", _nested("{1: ", "}", INT8 + "x = ", "\n", "1")),
    Case("python calls", "a.py", _nested("f(", ")", INT8 + "x = ", "\n")),
    Case("python signs", "a.py", _nested("-", "", INT8 + "x = ", "1\n")),
    Case("python nots", "a.py", _nested("not ", "", INT8 + "x = ", "1\n")),
    Case("python attributes", "a.py", _nested("a.", "", INT8 + "x = ", "b\n")),
    Case("python subscripts", "a.py", _nested("[0]", "", INT8 + "x = a", "\n")),
    Case("python method chain", "a.py", _nested(".a()", "", INT8 + "x = a", "\n")),
    Case("python sum", "a.py", _nested("1 + ", "", INT8 + "x = ", "1\n")),
    Case("python sum of strings", "a.py", _nested('"a" + ', "", INT8 + "x = ", '"a"\n')),
    Case("python strings side by side", "a.py", _nested('"a" ', "", INT8 + "x = ", "\n")),
    Case("python powers", "a.py", _nested("9 ** ", "", INT8 + "x = ", "9\n")),
    Case("python products", "a.py", _nested("9999 * ", "", INT8 + "x = ", "9\n")),
    Case("python string products", "a.py", _nested(" * 9999", "", INT8 + "x = 'a'", "\nBitsAndBytesConfig(load_in_8bit=x)\n")),
    Case("python shifts", "a.py", _nested("1 << ", "", INT8 + "x = ", "9\n")),
    Case("python booleans", "a.py", _nested("a and ", "", INT8 + "x = ", "a\n")),
    Case("python comparisons", "a.py", _nested("a < ", "", INT8 + "x = ", "a\n")),
    Case("python conditionals", "a.py", _nested("1 if a else ", "", INT8 + "x = ", "2\n")),
    Case("python lambdas", "a.py", _nested("lambda: ", "", INT8 + "x = ", "2\n")),
    Case("python awaits", "a.py", _nested("await ", "", INT8 + "async def f():\n    ", "a\n")),
    Case("python decorators", "a.py", _nested("@a\n", "", INT8, "def f(): pass\n")),
    Case("python elif", "a.py", _numbered(INT8 + "if a == 0:\n    pass\n", "elif a == {n}:\n    x = {n}\n", "BitsAndBytesConfig(load_in_8bit=x)\n")),
    Case("python ifs", "a.py", _numbered(INT8 + "x = True\n", "if a{n}:\n    x = False\n", "BitsAndBytesConfig(load_in_8bit=x)\n")),
    Case("python nested ifs", "a.py", lambda size: (INT8 + "".join(" " * n + f"if a{n}:\n" for n in range(min(95, size))) + " " * min(95, size) + "x = 1\n").encode()),
    Case("python one-line ifs", "a.py", _nested("if a: x = 1\n", "", INT8)),
    Case("python functions", "a.py", _numbered(INT8, "def f{n}(a):\n    return f{m}(a)\n", "BitsAndBytesConfig(load_in_8bit=f{n}(True))\n")),
    Case("python options updated", "a.py", _nested("k.update(max_num_seqs=1)\nLLM('a', **k)\n", "", "from vllm import LLM\nk = {}\n")),
    Case("python options by name", "a.py", _shared("from vllm import LLM\nk = {}\n", "k['m{n}'] = {'max_num_seqs': 1}\n", "", "LLM('a', **k['m{n}'])\n")),
    Case("python words appended", "a.py", _nested("if x:\n  a.append('--max-num-seqs=1')\nrun(a)\n", "", "from subprocess import run\na = ['vllm', 'serve', 'a']\n")),
    Case("python attributes set", "a.py", _nested("q.load_in_8bit = False\nM.from_pretrained('a', quantization_config=q)\n", "", "from transformers import AutoModelForCausalLM as M, BitsAndBytesConfig\nq = BitsAndBytesConfig(load_in_8bit=True)\n")),
    Case("python functions of a setup", "a.py", _numbered("from transformers import BitsAndBytesConfig\n", "def f{n}(a=True):\n    return BitsAndBytesConfig(load_in_8bit=a)\n")),
    Case("python classes", "a.py", _numbered(INT8 + "class C0: a = True\n", "class C{n}(C{m}): pass\n", "BitsAndBytesConfig(load_in_8bit=C{n}.a)\n")),
    Case("python diamonds", "a.py", _numbered(INT8 + "class C0: a = True\nclass D0(C0): pass\n", "class C{n}(C{m}, D{m}): pass\nclass D{n}(C{m}, D{m}): pass\n", "BitsAndBytesConfig(load_in_8bit=C{n}.b)\n")),
    Case("python methods", "a.py", _numbered(INT8 + "class C:\n", "    def m{n}(self):\n        self.a{n} = self.m{m}()\n")),
    Case("python assignments", "a.py", _numbered(INT8 + "x0 = True\n", "x{n} = x{m}\n", "BitsAndBytesConfig(load_in_8bit=x{n})\n")),
    Case("python same name", "a.py", _numbered(INT8, "x = {n}\n", "BitsAndBytesConfig(load_in_8bit=x)\n")),
    Case("python same name read", "a.py", _numbered(INT8 + "x = 1\n", "x = x + {n}\n", "BitsAndBytesConfig(load_in_8bit=x)\n")),
    Case("python string doublings", "a.py", _numbered(INT8 + "x0 = 'vllm serve a'\n", "x{n} = x{m} + x{m}\n", "import os\nos.system(x{n})\n")),
    Case("python f-string doublings", "a.py", _numbered(INT8 + "x0 = 'vllm serve a'\n", "x{n} = f'{x{m}}{x{m}}'\n", "import os\nos.system(x{n})\n")),
    Case("python format doublings", "a.py", _numbered(INT8 + "x0 = 'vllm serve a'\n", "x{n} = '{} {}'.format(x{m}, x{m})\n", "import os\nos.system(x{n})\n")),
    Case("python list doublings", "a.py", _numbered(INT8 + "x0 = ['vllm', 'serve']\n", "x{n} = x{m} + x{m}\n", "import subprocess\nsubprocess.run(x{n})\n")),
    Case("python list nests", "a.py", _numbered(INT8 + "x0 = ['vllm', 'serve']\n", "x{n} = [*x{m}, *x{m}]\n", "import subprocess\nsubprocess.run(x{n})\n")),
    Case("python dict doublings", "a.py", _numbered(INT8 + "x0 = dict(load_in_8bit=True)\n", "x{n} = {**x{m}, 'a{n}': x{m}}\n", "BitsAndBytesConfig(**x{n})\n")),
    Case("python appending", "a.py", _numbered(INT8 + "x = ['vllm']\n", "x.append('{n}')\n", "import subprocess\nsubprocess.run(x)\n")),
    Case("python += strings", "a.py", _nested("x += ' --a'\n", "", INT8 + "import os\nx = 'vllm'\n", "os.system(x)\n")),
    Case("python += strings in use", "a.py", _nested("x += ' --a'\nos.system(x)\n", "", INT8 + "import os\nx = 'vllm'\n")),
    Case("python dict entries", "a.py", _numbered(INT8 + "x = {}\n", "x['a{n}'] = {n}\n", "BitsAndBytesConfig(load_in_8bit=True, **x)\n")),
    Case("python big dict", "a.py", _numbered(INT8 + "x = {\n", "'a{n}': {n},\n", "}\nBitsAndBytesConfig(load_in_8bit=True, **x)\n")),
    Case("python big dict in use", "a.py", lambda size: (INT8 + "x = {" + ",".join(f"'a{n}':1" for n in range(size // 18)) + "}\n" + "BitsAndBytesConfig(**x)\n" * (size // 48)).encode()),
    Case("python many keywords", "a.py", _numbered(INT8 + "BitsAndBytesConfig(load_in_8bit=True\n", ",a{n}=1\n", ")\n")),
    Case("python many configs", "a.py", _numbered("from transformers import BitsAndBytesConfig\n", "c{n} = BitsAndBytesConfig(load_in_8bit=True)\n")),
    Case("python many models", "a.py", _numbered("from transformers import AutoModelForCausalLM as M, BitsAndBytesConfig\nc = BitsAndBytesConfig(load_in_8bit=True)\n", "m{n} = M.from_pretrained('a', quantization_config=c)\n")),
    Case("python many uses", "a.py", _nested("m.generate(x)\n", "", "from transformers import AutoModelForCausalLM as M\nm = M.from_pretrained('a', load_in_8bit=True)\n")),
    Case("python aliases of a model", "a.py", _numbered("from transformers import AutoModelForCausalLM as M\nm0 = M.from_pretrained('a', load_in_8bit=True)\n", "m{n} = m{m}\n", "m{n}.generate(1)\n")),
    Case("python loops", "a.py", _nested("for p in q:\n    m.generate(p)\n", "", "from transformers import AutoModelForCausalLM as M\nm = M.from_pretrained('a', load_in_8bit=True)\n")),
    Case("python imports", "a.py", _numbered(INT8, "import a{n}\n")),
    Case("python generations in one loop", "a.py", lambda size: (LOADED + "def f(q):\n  for p in q:\n" + ("    m.generate(a0)\n" + "".join(f"    a{n} = a{n + 1}\n" for n in range(size // 560))) * 38 + "f(q)\n").encode()),
    Case("python generations in many loops", "a.py", lambda size: (LOADED + "def f(q):\n" + "  for p in q:\n    a = b\n" * (size // 30) + "    m.generate(a)\n" * 39).encode()),
    Case("python generations in calls", "a.py", lambda size: (LOADED + "def f(x):\n  m.generate(x)\n" + "".join(f"def g{n}(x):\n" + "  y = x\n" * (size // 312) + "  f(y)\n" for n in range(39)) + "for p in q:\n  g0(p)\n").encode()),
    Case("python generations in generations", "a.py", lambda size: (LOADED + "def f(q):\n  for p in q:\n    " + "m.generate(" * 39 + "p" + ", p" * (size // 3) + ")" * 39 + "\n").encode()),
    Case("python names of callees", "a.py", _nested("ServerArgs.a ", "", "from sglang import ServerArgs\nenforce_eager=1\n", "\n")),
    Case("python mappings of mappings", "a.py", _numbered(LOADED + "x0 = dict(load_in_8bit=True)\n", "x{n} = {**x{m}, 'a': x{m}}\n", "M.from_pretrained('a', **x{n})\n")),
    Case("python calls in calls", "a.py", _nested("ServerArgs(", "", "from sglang import ServerArgs\nf(max_running_requests=1)\n", "\n")),
    Case("python names for names", "a.py", _numbered("from sglang import ServerArgs as A0\nf(max_running_requests=1)\n", "import A{m} as A{n}, A{n} as A{m}\n")),
    Case("python judged names of names", "a.py", _nested(".load_in_8bit", "", INT8 + "y = x", "\n")),
    Case("python judged names that are read", "a.py", _nested("x.load_in_8bit, ", "", INT8 + "y = ", "1\n")),
    Case("python judged keys that are asked for", "a.py", _nested("x.get('load_in_8bit'), ", "", INT8 + "y = ", "1\n")),
    Case("python starters of another name", "a.py", _nested("server ", "", "import subprocess\nx = '.gguf", "'\n")),
    Case("python star imports", "a.py", _nested("from transformers import *\n", "", "", INT8)),
    Case("python trys", "a.py", _nested("try:\n    x = True\nexcept E:\n    x = False\n", "", INT8, "BitsAndBytesConfig(load_in_8bit=x)\n")),
    Case("python withs", "a.py", _nested("a, ", "", INT8 + "with ", "a:\n    pass\n")),
    Case("python arguments", "a.py", _numbered(INT8 + "import argparse\np = argparse.ArgumentParser()\n", "p.add_argument('--a{n}', default={n})\n", "a = p.parse_args()\nBitsAndBytesConfig(load_in_8bit=a.a{n})\n")),
    Case("python arguments in use", "a.py", _numbered(INT8 + "import argparse\np = argparse.ArgumentParser()\n", "p.add_argument('--a{n}', default=1)\nBitsAndBytesConfig(load_in_8bit=p.parse_args().a{n})\n")),
    Case("python comprehensions", "a.py", _nested("[a for a in ", "]", INT8 + "x = ", "\n", "b")),
    Case("python f-strings", "a.py", _nested("{a}", "", INT8 + "x = f'", "'\n")),
    Case("python match arms", "a.py", _numbered(INT8 + "match a:\n", "    case {n}: x = {n}\n", "BitsAndBytesConfig(load_in_8bit=x)\n")),
    Case("python globals", "a.py", _numbered(INT8 + "x = 1\n", "def f{n}():\n    global x\n    x = {n}\n", "BitsAndBytesConfig(load_in_8bit=x)\n")),
    Case("python walrus", "a.py", _nested("(x := ", ")", INT8 + "y = ", "\n", "1")),
    Case("python big number", "a.py", lambda size: INT8.encode() + b"x = " + b"9" * size + b"\n"),
    Case("python hex number", "a.py", lambda size: INT8.encode() + b"x = 0x" + b"9" * size + b"\nBitsAndBytesConfig(llm_int8_threshold=x)\n"),
    Case("python semicolons", "a.py", _nested("x = 1; ", "", INT8, "\n")),
    Case("python syntax error at the end", "a.py", _nested("x = 1\n", "", INT8, "def (\n")),
    Case("python new grammar", "a.py", _nested("type X = int\n", "", INT8)),
    Case("python 2", "a.py", _nested("print 'a'\n", "", INT8)),
    Case("python shell texts", "a.py", _nested("os.system('" + VLLM + "')\n", "", "import os\n")),
    Case("python one shell text", "a.py", lambda size: b"import os\nos.system('''\n" + (VLLM + "\n").encode() * (size // 80) + b"''')\n"),
    Case("python docstring of settings", "a.py", lambda size: b"'''" + b"load_in_8bit=True\n" * (size // 18) + b"'''\n"),
    Case("python long line", "a.py", lambda size: INT8.encode() + b"x = [" + b"1, " * (size // 3) + b"]\n"),
    Case("python non-ASCII line", "a.py", lambda size: INT8.encode() + b"x = ['" + "\u65e5".encode() * (size // 3) + b"', BitsAndBytesConfig(load_in_8bit=True)]\n"),
    Case("python calls on a non-ASCII line", "a.py", lambda size: (INT8 + "x = ['\u65e5'," + "BitsAndBytesConfig(load_in_8bit=True)," * (size // 38) + "]\n").encode()),
    Case("python ecolint in strings", "a.py", _nested("x = '# ecolint: ignore[ECO001]'\n", "", INT8)),
    Case("python annotations", "a.py", _nested("# ecolint: gpu=a800\n", "", INT8)),
    Case("python checkpoints in one text", "a.py", _nested("bnb-4bit", "", 'from transformers import AutoModel\nx = AutoModel.from_pretrained("', ' ")\n')),
    Case("python checkpoints in texts", "a.py", _nested("'bnb-4bit ', ", "", "from transformers import AutoModel\nx = AutoModel.from_pretrained(", ")\n")),
)  # fmt: skip


CONFIGS = "c{n} = BitsAndBytesConfig(\n    load_in_4bit=True,\n    bnb_4bit_use_double_quant=True,\n)\nm{n} = AutoModelForCausalLM.from_pretrained('Qwen/Qwen2-1.5B', quantization_config=c{n})\n"
UNUSED = "m{n} = AutoModelForCausalLM.from_pretrained('a', quantization_config=BitsAndBytesConfig(load_in_8bit=True, bnb_4bit_quant_type='nf4'))\n"
IMPORTS = "from transformers import AutoModelForCausalLM, BitsAndBytesConfig\n"
SERVED = '"vllm", "serve", "Qwen/Qwen2-1.5B", "--quantization", "bitsandbytes", "--max-num-seqs", "1"'


def _in_cells(before: str, line: str, lines: int) -> Build:
    """Numbered lines in cells of so many lines, each of which is a string of its own."""

    def build(size: int) -> bytes:
        text = _numbered(before, line)(size).decode().splitlines(keepends=True)
        return notebook([text[at : at + lines] for at in range(0, len(text), lines)], indent=1)

    return build


FIXED: tuple[Case, ...] = (
    Case("fixes of configs", "a.py", _numbered(IMPORTS, CONFIGS), fixed=True),
    Case("fixes of unused options", "a.py", _numbered(IMPORTS, UNUSED), fixed=True),
    Case("fixes of programs that are started", "a.py", _numbered("import subprocess\n", f"subprocess.run([{SERVED}])\n"), fixed=True),
    Case("fixes of appended words", "a.py", _numbered("import subprocess\n", "a{n} = ['vllm', 'serve', 'b']\na{n}.append('--max-num-seqs=1')\nsubprocess.run(a{n})\n"), fixed=True),
    Case("fixes of a cell", "a.ipynb", _in_cells(IMPORTS, CONFIGS, 1_000_000), fixed=True),
    Case("fixes of cells", "a.ipynb", _in_cells(IMPORTS, CONFIGS, 5), fixed=True),
    Case("fixes of cells with commands", "a.ipynb", _in_cells("import a\n", f"!{VLLM}\n", 1), fixed=True),
    Case("fixes of a script", "a.sh", _numbered("", f"{VLLM} --port {{n}}\n"), fixed=True),
    Case("fixes of one line of a script", "a.sh", _numbered("", f"{VLLM};"), fixed=True),
    Case("fixes of stages", "Dockerfile", _numbered("", f"FROM vllm/vllm-openai AS a{{n}}\nCMD [{SERVED}]\n"), fixed=True),
    Case("fixes of services", "compose.yaml", _numbered("services:\n", "  a{n}:\n    image: vllm/vllm-openai\n    command: --model Qwen/Qwen2-1.5B --quantization bitsandbytes --max-num-seqs 1\n"), fixed=True),
    Case("fixes beside anchors", "compose.yaml", _numbered("x: &x 1\ny: *x\nservices:\n", "  a{n}:\n    image: vllm/vllm-openai\n    hostname: &b{n} c\n    domainname: *b{n}\n    command: --max-num-seqs 1 --port 1\n"), fixed=True),
    Case("fixes of targets", "Makefile", _numbered("", f"a{{n}}:\n\t{VLLM}\n"), fixed=True),
)  # fmt: skip
"""Texts full of findings with fixes."""


def cases() -> Iterator[Case]:
    """All of them."""
    yield from SHAPES
    yield from PYTHON
    yield from FIXED
    yield from repeated()
