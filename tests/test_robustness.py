"""Damaged files of every format: nothing raises, and everything that is said stands inside the file."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecolint import pipeline
from ecolint.repository import Repository
from ecolint.scanner import scan
from ecolint.settings.keys import DEFAULTS
from ecolint.settings.policy import CommandLineChoices, policy_for
from ecolint.source import SourceFile
from tests.expectations import fixtures

FILES = [(path.name, path.read_bytes()) for path in fixtures()]
POLICY = policy_for(DEFAULTS, CommandLineChoices(select=("ALL",)), "x")
SCRAPS = (
    b"\0",
    b"\xff",
    b"'",
    b'"',
    b"(",
    b"{{",
    b"}}",
    b"${",
    b"$(",
    b"\\",
    b"\n",
    b"\t",
    b"#",
    b"- ",
    b": ",
    b"&a *a",
    b"\r",
)


@st.composite
def damaged(draw: st.DrawFn) -> SourceFile:
    """A fixture, cut, with scraps thrown in, or with the content of another one behind it."""
    name, data = draw(st.sampled_from(FILES))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        kind = draw(st.sampled_from(("cut", "insert", "delete", "join")))
        if kind == "cut":
            data = data[:at]
        elif kind == "insert":
            data = data[:at] + draw(st.sampled_from(SCRAPS)) * draw(st.integers(1, 3)) + data[at:]
        elif kind == "delete":
            data = data[:at] + data[at + draw(st.integers(1, 20)) :]
        else:
            data = data + draw(st.sampled_from(FILES))[1]
    return SourceFile(name, data)


def test_a_fault_in_judging_one_file_ends_nothing_else(monkeypatch, ecolint, write) -> None:
    def failing(*_: object) -> None:
        raise AssertionError

    write(
        "compose.yaml",
        "services: {s: {image: vllm/vllm-openai, command: [--model=m-7b, --max-num-seqs=1]}}\n",
    )
    write("serve.sh", "vllm serve Qwen/Qwen2-7B --max-num-seqs 1\n")
    judge = pipeline.judge
    monkeypatch.setattr(
        pipeline,
        "judge",
        lambda source, *rest: (failing if source.path == "serve.sh" else judge)(source, *rest),
    )
    outcome = ecolint("scan", "--no-cache", "--format", "json")
    assert outcome.codes == ["ECO004", "ECO902"]
    assert outcome.report["findings"][1]["path"] == "serve.sh"
    assert "failed to judge it (AssertionError); please report" in outcome.report["findings"][1]["message"]


@given(damaged())
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_raises_and_everything_stands_in_the_file(source: SourceFile) -> None:
    report = scan(source, Repository(None), POLICY)
    size = len(source.data)
    for finding in report.findings:
        assert "please report" not in finding.message, finding.message
        span = finding.region.span
        assert 0 <= span.start <= span.end <= size
        assert finding.region.line <= len(source.line_starts)
        for edit in finding.fix.edits if finding.fix else ():
            assert 0 <= edit.start <= edit.end <= size
    for found in report.setups:
        for _, located in found.setup.located():
            if located.span is not None:
                assert 0 <= located.span.start <= located.span.end <= size


@given(damaged())
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_same_bytes_give_the_same_report(source: SourceFile) -> None:
    assert scan(source, Repository(None), POLICY) == scan(source, Repository(None), POLICY)


@given(
    st.sampled_from([item for item in FILES if item[0].endswith(".py")]),
    st.text("# äß日\U0001f600\t", max_size=8),
)
@settings(max_examples=60, deadline=None)
def test_text_before_moves_a_python_finding_and_nothing_else(file: tuple[str, bytes], text: str) -> None:
    name, data = file
    before = ("# " + text.strip("\t") + "\n").encode()
    plain = scan(SourceFile(name, data), Repository(None), POLICY)
    moved = scan(SourceFile(name, before + data), Repository(None), POLICY)
    if b"coding" in data[:80]:
        return
    shifted = [(item.rule, item.region.span.start - len(before)) for item in moved.findings]
    assert shifted == [(item.rule, item.region.span.start) for item in plain.findings]


def test_there_are_files() -> None:
    assert len(FILES) > 100
