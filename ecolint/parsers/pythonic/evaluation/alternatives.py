"""From the outcomes of several worlds to calls with conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ecolint.inference import Known
from ecolint.parsers.pythonic.evaluation.values import DYNAMIC, Dict, Value, fingerprint, given_to
from ecolint.parsers.pythonic.evaluation.worlds import Outcome, Outcomes, World, words
from ecolint.records import replace
from ecolint.statements import Call, Symbol

INCIDENTAL = frozenset(
    """device_map max_memory cache_dir token use_auth_token revision trust_remote_code low_cpu_mem_usage offload_folder
    offload_state_dict local_files_only use_safetensors variant force_download proxies subfolder use_cache
    max_length max_new_tokens temperature top_p verbose""".split()
)
"""Keywords in which alternatives may differ without saying anything else of energy: where, not how."""


@dataclass(slots=True)
class _Group:
    """Worlds that say the same."""

    call: Call
    worlds: list[World]


def settled(outcomes: Outcomes[Call]) -> list[Call]:
    """One call for each alternative that says something different.

    What every alternative says alike holds without condition; what only some say is conditional. Where an
    alternative lacks what others say, its whole call is conditional, whichever function it calls.
    """
    groups = _merged(outcomes)
    everywhere = covers([item.world for item in outcomes])
    if len(groups) == 1 and everywhere:
        return [groups[0].call]
    known = _Known(outcomes.every)
    others = [_Other(item.worlds, item.call) for item in groups]
    calls = [_conditional(group.call, others, group.worlds, known) for group in groups]
    if everywhere:
        return calls
    alike: dict[Any, list[World]] = {}
    for group in groups:
        alike.setdefault(given_to(group.call), []).extend(group.worlds)
    return [
        replace(call, when=known.words(alike[given_to(group.call)]))
        for call, group in zip(calls, groups, strict=True)
    ]


def condition(outcomes: Outcomes[Any]) -> str | None:
    """What the worlds have in common in which a place is reached; None where it is in any."""
    worlds = [item.world for item in outcomes]
    return None if covers(worlds) else words(worlds, outcomes.every)


class _Known:
    """What was found out for one call: fingerprints of its values, and words for sets of its worlds."""

    def __init__(self, every: Sequence[World]) -> None:
        self._every = every
        self._words: dict[tuple[int, ...], str | None] = {}
        self._prints: dict[int, Any] = {}

    def words(self, worlds: Sequence[World]) -> str | None:
        """What the worlds have in common and all others lack."""
        key = tuple(map(id, worlds))
        if key not in self._words:
            self._words[key] = words(worlds, self._every)
        return self._words[key]

    def fingerprint(self, value: Value) -> Any:
        """See `values.fingerprint`; the value must not go away meanwhile."""
        if id(value) not in self._prints:
            self._prints[id(value)] = fingerprint(value)
        return self._prints[id(value)]


class _Other(NamedTuple):
    """What the worlds of one group have in the place that is compared; None where they have nothing."""

    worlds: list[World]
    held: Any


def covers(worlds: Sequence[World], depth: int = 0) -> bool:
    """Whether alternatives leave no side of a choice out, so that one of them holds in any case."""
    if not worlds:
        return False
    made = [world.made[depth] if depth < len(world.made) else None for world in worlds]
    if None in made:
        return True
    first = made[0]
    assert first is not None
    choice = first[0]
    for side in range(choice.sides):
        group = [
            world for world, item in zip(worlds, made, strict=True) if item is not None and item[1] == side
        ]
        if not group and not (choice.sides > 2 or not choice.positive):
            return False
        if group and not covers(group, depth + 1):
            return False
    return True


def _merged(outcomes: Sequence[Outcome[Call]]) -> list[_Group]:
    """One group for each thing said; those that differ in nothing but names are one with dynamic values."""
    groups: list[_Group] = []
    for item in outcomes:
        for known in groups:
            joint = _joint(known.call, item.value)
            if joint is not None:
                known.call = joint
                known.worlds.append(item.world)
                break
        else:
            groups.append(_Group(item.value, [item.world]))
    return groups


def _joint(first: Call, second: Call) -> Call | None:
    """Both calls as one, where they say the same but for symbols such as a dtype."""
    if first.callee != second.callee or first.complete != second.complete:
        return None
    keywords = _joint_tree(first.keywords, second.keywords)
    positional = _joint_items(first.positional, second.positional)
    if keywords is None or positional is None:
        return None
    return replace(first, keywords=keywords, positional=positional)


def _joint_items(first: tuple[Value, ...], second: tuple[Value, ...]) -> tuple[Value, ...] | None:
    if len(first) != len(second):
        return None
    joint = [_joint_value(one, other) for one, other in zip(first, second, strict=True)]
    return None if any(item is None for item in joint) else tuple(item for item in joint if item is not None)


def _joint_tree(first: Mapping[str, Value], second: Mapping[str, Value]) -> Dict | None:
    tree = Dict()
    tree.complete = getattr(first, "complete", True) and getattr(second, "complete", True)
    for key in dict.fromkeys((*first, *second)):
        one, other = first.get(key), second.get(key)
        joint = _joint_value(one, other) if one is not None and other is not None else None
        if joint is None and key in INCIDENTAL:
            joint = replace(one or other or DYNAMIC, value=None, known=Known.DYNAMIC)
        if joint is None:
            return None
        tree[key] = joint
    return tree


def _joint_value(first: Value, second: Value) -> Value | None:
    if fingerprint(first) == fingerprint(second):
        return first
    one, other = first.value, second.value
    if _is_open(first) and _is_open(second):
        return replace(first, value=None, known=Known.DYNAMIC)
    if isinstance(one, Call) and isinstance(other, Call):
        joint = _joint(one, other)
        return None if joint is None else replace(first, value=joint)
    if isinstance(one, Dict) and isinstance(other, Dict):
        tree = _joint_tree(one, other)
        return None if tree is None else replace(first, value=tree)
    return None


def _is_open(value: Value) -> bool:
    return isinstance(value.value, Symbol) or value.known is Known.DYNAMIC


def _conditional(call: Call, others: Sequence[_Other], worlds: Sequence[World], known: _Known) -> Call:
    keywords = Dict()
    keywords.complete = getattr(call.keywords, "complete", True)
    for key, value in call.keywords.items():
        same_place = [_Other(item.worlds, item.held.keywords.get(key)) for item in others]
        keywords[key] = _conditional_value(value, same_place, worlds, known)
    positional: list[Value] = []
    for at, value in enumerate(call.positional):
        there = [_Other(item.worlds, next(iter(item.held.positional[at : at + 1]), None)) for item in others]
        positional.append(_conditional_value(value, there, worlds, known))
    lacks = any(key not in call.keywords for item in others for key in item.held.keywords)
    when = known.words(worlds) if lacks else None
    return replace(call, keywords=keywords, positional=tuple(positional), when=when)


def _conditional_value(
    value: Value, others: Sequence[_Other], worlds: Sequence[World], known: _Known
) -> Value:
    """The value with the condition on whatever in it the others do not say too."""
    same = known.fingerprint(value)
    agreeing = [item for item in others if item.held is not None and known.fingerprint(item.held) == same]
    if len(agreeing) == len(others):
        return value
    held: Any = value.value
    inner = [_Other(item.worlds, item.held.value) for item in others if item.held is not None]
    if isinstance(held, Call) and len(inner) == len(others):
        if all(isinstance(item.held, Call) and item.held.callee == held.callee for item in inner):
            return replace(value, value=_conditional(held, inner, worlds, known))
    if isinstance(held, Dict) and all(isinstance(item.held, Dict) for item in inner):
        tree = Dict()
        tree.complete = held.complete
        trees = [_Other(item.worlds, item.held.value if item.held is not None else {}) for item in others]
        for key, entry in held.items():
            there = [_Other(item.worlds, item.held.get(key)) for item in trees]
            tree[key] = _conditional_value(entry, there, worlds, known)
        return replace(value, value=tree)
    when = known.words([world for item in agreeing for world in item.worlds])
    if when is None:
        return value
    if isinstance(held, Call):
        return replace(value, value=_all_conditional(held, when), when=when)
    return replace(value, when=when)


def _all_conditional(call: Call, when: str) -> Call:
    tree = Dict({key: replace(item, when=when) for key, item in call.keywords.items()})
    tree.complete = getattr(call.keywords, "complete", True)
    positional = tuple(replace(item, when=when) for item in call.positional)
    return replace(call, keywords=tree, positional=positional, when=when)
