"""The YAML and JSON readers: every span is exact, nothing hangs, nothing raises."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ecolint.inference import Known
from ecolint.parsers.trees import yaml_tree
from ecolint.parsers.trees.json_tree import Malformed, read_json
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, Sequence, overlaid, walk
from ecolint.parsers.trees.passages import Passage, words_of
from ecolint.parsers.trees.yaml_tree import Broken, _most_levels, read_yaml
from ecolint.source import SourceFile

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff\ue000"), max_size=30)
WORDS = st.text(st.sampled_from("ab é😀'\"\\#:-\n\t{}[]&*!|>%@`,?0"), max_size=24)
VALUES = st.recursive(
    st.one_of(TEXT, WORDS, st.integers(), st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=12,
)
STYLES = st.sampled_from((None, "'", '"', "|", ">"))


def scalars(node: AnyNode) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars(item)
    else:
        for entry in node.entries.values():
            yield entry.key
            yield from scalars(entry.value)


def roots(text: str) -> tuple[SourceFile, list[AnyNode]]:
    source = SourceFile("f.yaml", text.encode())
    found = list(read_yaml(source.fragment))
    assert not [item for item in found if isinstance(item, Broken)], (text, found)
    return source, [item for item in found if not isinstance(item, Broken)]


def check(source: SourceFile, document: AnyNode) -> None:
    size = len(source.data)
    for scalar in scalars(document):
        assert 0 <= scalar.span.start <= scalar.span.end <= size
        content = scalar.content
        assert content.text == scalar.text
        for index in range(len(content)):
            part = content.span(index, index + 1)
            assert scalar.span.start <= part.start <= part.end <= size
        if scalar.plain and "\n" not in source.cut(scalar.span):
            assert source.cut(scalar.span) == scalar.text
    for mapping in walk(document):
        for entry in mapping.entries.values():
            assert entry.span.start == entry.key.span.start
            assert entry.span.end <= size


@given(VALUES, STYLES, st.booleans(), st.sampled_from((15, 40, 1000)))
def test_spans_and_texts_of_what_a_library_writes(
    value: object, style: str | None, flow: bool, width: int
) -> None:
    text = yaml.safe_dump(
        value, default_style=style, default_flow_style=flow, allow_unicode=True, width=width
    )
    assume("{{" not in text and "{%" not in text)  # these make it a template
    source, documents = roots(text)
    expected = [event.value for event in yaml.parse(text) if isinstance(event, yaml.ScalarEvent)]
    assert len(documents) == 1
    written = [scalar.text for scalar in scalars(documents[0])]
    assert sorted(written) == sorted(expected)
    check(source, documents[0])


BLOCKS = st.tuples(
    st.sampled_from("|>"),
    st.sampled_from(("", "-", "+", "2", "2-", "+2", " # words")),
    st.lists(st.sampled_from(("", "a", "b c", "  deeper", "\ttab", "é", "- x", "# no comment")), max_size=8),
    st.booleans(),
    st.sampled_from(("\n", "\r\n")),
)


@given(BLOCKS)
def test_block_scalars(parts: tuple[str, str, list[str], bool, str]) -> None:
    sign, header, lines, last, newline = parts
    body = "".join(f"  {line}{newline}" if line else newline for line in lines)
    text = f"k: {sign}{header}{newline}{body}" + ("z: 1" if last else "")
    try:
        expected = [
            event.value
            for event in yaml.parse(text, Loader=yaml.CSafeLoader)
            if isinstance(event, yaml.ScalarEvent)
        ]
    except yaml.YAMLError:
        return
    source, documents = roots(text)
    document = documents[0]
    assert isinstance(document, Mapping)
    scalar = document.scalar("k") or document.get("k")
    assert isinstance(scalar, Scalar)
    assert scalar.text == expected[1]
    check(source, document)
    spread = {scalar.content.span(i, i + 1) for i in range(len(scalar.content))}
    visible = [sign for sign in expected[1] if not sign.isspace()]
    assert len(spread) >= len(visible), "each visible character has bytes of its own"


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    text = text.replace("\0", "").encode("utf-8", "replace").decode()
    source = SourceFile("f.yaml", text.encode())
    for item in read_yaml(source.fragment):
        if isinstance(item, Broken):
            assert 0 <= item.at <= len(text) + 1
        else:
            check_bounds(source, item)


NESTED = st.lists(
    st.sampled_from(("- ", "? ", ": ", "a: ", "b:", "\n", " ", "  ", "[", "]", "{", "}", ",", "!t ", "&x ", "*x", "#", '"', "|\n", "---\n")),
    max_size=40,
).map("".join)  # fmt: skip


@given(st.one_of(NESTED, WORDS))
@example("- - - - a: - b")
@example("a:\n- b:\n  - c:\n    - d")
def test_levels_are_never_more_than_told(text: str) -> None:
    depth = deepest = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent))
            depth -= isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent))
            deepest = max(depth, deepest)
    except yaml.YAMLError:
        pass
    assert deepest <= _most_levels(text)


@given(st.one_of(NESTED, WORDS), st.sampled_from((0, 3, 400)))
def test_what_is_sound_has_no_broken_document(text: str, levels: int) -> None:
    text = text.replace("{{", "{").replace("{%", "{")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_tree, "NESTING_LIMIT", levels)
        found = list(read_yaml(SourceFile("f.yaml", text.encode()).fragment))
        assert yaml_tree.is_sound(text, lambda chunk: True) is not any(
            isinstance(item, Broken) for item in found
        )


@given(st.text(st.sampled_from("{}%#-| ab\n:\"'.ifend"), max_size=60))
def test_any_template_is_read(text: str) -> None:
    source = SourceFile("f.yaml", text.encode())
    for item in read_yaml(source.fragment):
        if not isinstance(item, Broken):
            check_bounds(source, item)


def check_bounds(source: SourceFile, node: AnyNode) -> None:
    for scalar in scalars(node):
        assert 0 <= scalar.span.start <= scalar.span.end <= len(source.data)
        assert scalar.content.text == scalar.text
        for word in words_of(Passage.of(scalar)):
            located = word.located()
            if located.span is not None:
                assert 0 <= located.span.start <= located.span.end <= len(source.data)


@given(VALUES, st.sampled_from((None, 2)), st.booleans())
def test_json(value: object, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    source = SourceFile("f.json", text.encode("utf-8", "surrogatepass"))
    assert plain(read_json(source.fragment)) == value
    check(source, read_json(source.fragment))


def plain(node: AnyNode) -> object:
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(entry.value) for key, entry in node.entries.items()}


@given(st.text(st.sampled_from('{}[],:"\\/*a1 \n'), max_size=40))
def test_any_json_is_read_or_malformed(text: str) -> None:
    fragment = SourceFile("f.json", text.encode()).fragment
    at = 0
    try:
        at = read_json(fragment).end
    except Malformed as error:
        at = error.at
    assert 0 <= at <= len(text)


def test_json_with_comments_and_trailing_commas() -> None:
    text = '{// one\n "a": [1, 2,], /* two */ "b": "x",}'
    node = read_json(SourceFile("f.json", text.encode()).fragment)
    assert plain(node) == {"a": [1, 2], "b": "x"}


def test_byte_order_mark_and_other_encodings() -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        source = SourceFile("f.yaml", "ключ: значение # é\n".encode(encoding))
        document = next(iter(read_yaml(source.fragment)))
        assert isinstance(document, Mapping)
        value = document.scalar("ключ")
        assert value is not None
        assert source.cut(value.span) == "значение"


def test_anchors_keep_their_place_and_merges_their_order() -> None:
    text = "a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc: *a\n"
    source, (document,) = roots(text)
    assert isinstance(document, Mapping)
    b = document.mapping("b")
    assert b is not None
    assert (b.text("x"), b.text("y")) == ("1", "3")
    assert source.cut(b.entries["x"].span) == "x: 1"
    assert source.cut(document.entries["c"].span) == "c: *a"
    assert document.get("c") is document.get("a")


def test_last_of_equal_keys_wins() -> None:
    _, (document,) = roots("a: 1\na: 2\n")
    assert isinstance(document, Mapping)
    assert document.text("a") == "2"


def test_broken_document_does_not_hide_the_others() -> None:
    source = SourceFile("f.yaml", b"a: 1\n---\nb: [1\n---\nc: 3\n---\n\tx: 1\n---\nd: 4\n")
    found = list(read_yaml(source.fragment))
    names = [key for item in found if isinstance(item, Mapping) for key in item.entries]
    assert names == ["a", "c", "d"]
    assert sum(isinstance(item, Broken) for item in found) == 2


def test_tags_are_not_followed() -> None:
    _, (document,) = roots("a: !!python/object/apply:os.system [id]\nb: !Ref x\nc: !!str 1\n")
    assert isinstance(document, Mapping)
    b, c = document.scalar("b"), document.scalar("c")
    assert b is not None
    assert c is not None
    assert not b.is_settled
    assert c.value == "1"


def test_conditions_of_a_template_and_values_in_it() -> None:
    text = (
        'args:\n  - "--model={{ .Values.model }}"\n  {{- if .Values.small }}\n  - --max-num-seqs=1\n'
        "  {{- else }}\n  - --max-num-seqs=64\n  {{- end }}\n  - {{ .Values.other | quote }}\n"
    )
    source = SourceFile("t.yaml", text.encode())
    values = {".Values.model": "org/m", ".Values.small": "false"}
    (document,) = read_yaml(source.fragment, lookup=values.get)
    assert isinstance(document, Mapping)
    words = [Passage.of(item).located() for item in document.items("args") if isinstance(item, Scalar)]
    assert [word.value for word in words[:3]] == ["--model=org/m", "--max-num-seqs=1", "--max-num-seqs=64"]
    assert [word.when for word in words] == [None, "only if .Values.small", None, None]
    assert words[0].known is Known.DERIVED
    assert words[3].known is Known.DYNAMIC


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(
            ["a: &a0 [x]", *(f"b{i}: &a{i + 1} [{', '.join(f'*a{i}' for _ in range(9))}]" for i in range(60))]
        ),
        "\n".join(["a0: &a0 {k: 1}", *(f"a{i + 1}: &a{i + 1} {{<<: *a{i}, k{i}: 1}}" for i in range(2000))]),
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 50_000 + "x",
        "{{" * 100_000,
        "{{ a }}" * 60_000,
        "k: |\n" + "  {{ a }} {{ b\n" * 20_000,
        "a: '" + "x\n\n" * 50_000 + "'",
        "# " + "-" * 300_000,
        "\n" * 300_000 + "x",
        "---\n" * 100_000,
        'a: "' + "\\" * 200_001,
        "&a " * 30_000,
    ],
    ids=lambda text: text[:12],
)
def test_hostile_text_is_read_in_linear_time(text: str) -> None:
    started = time.process_time()
    for item in read_yaml(SourceFile("f.yaml", text.encode()).fragment):
        if isinstance(item, Mapping):
            item.tree()
            overlaid(item, item)
            sum(1 for _ in walk(item))
    assert time.process_time() - started < 20
