"""Interleaved rounds: every command once a round, each round beginning with another one."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence

from benchmarks.processes import Command, CommandFailed, Environment, Sample, run

Series = tuple[Sample | None, ...]
"""A command's samples by round; None where it took no part."""
Tell = Callable[[str], None]


def rotated(count: int, number: int) -> list[int]:
    """Order of `count` commands in a round, beginning one later each round."""
    return [(number + offset) % count for offset in range(count)]


def measure(
    commands: Sequence[Command],
    variables: Environment,
    *,
    rounds: int,
    slow_rounds: int,
    limit: float,
    tell: Tell,
) -> dict[str, Series]:
    """Samples by name of command and round.

    An untimed run of each command goes first and fills the caches, the tools' own among them. A slow command
    that fails or takes longer than `limit` seconds is left out and said; any other raises CommandFailed.
    """
    samples: dict[str, list[Sample | None]] = {command.name: [] for command in commands}
    dropped: set[str] = set()

    def attempt(command: Command) -> Sample | None:
        try:
            return run(command, variables, limit)
        except CommandFailed as error:
            if not command.slow:
                raise
            tell(f"  {error}: left out")
            dropped.add(command.name)
            return None

    for command in commands:
        if not command.slow:
            attempt(command)
    for number in range(rounds):
        for index in rotated(len(commands), number):
            command = commands[index]
            takes_part = command.name not in dropped and (not command.slow or number < slow_rounds)
            samples[command.name].append(attempt(command) if takes_part else None)
    return {name: tuple(series) for name, series in samples.items()}


def wall(sample: Sample) -> float:
    """Seconds from start to end."""
    return sample.wall


def cpu(sample: Sample) -> float:
    """Seconds of processor time, all processes."""
    return sample.cpu


def ratio(above: Series, below: Series, time: Callable[[Sample], float] = wall) -> float | None:
    """Median of the ratios of the rounds that both took part in; None where there is none."""
    pairs = zip(above, below, strict=True)
    ratios = [time(one) / time(other) for one, other in pairs if one and other and time(other)]
    return statistics.median(ratios) if ratios else None


def median(series: Series, time: Callable[[Sample], float] = wall) -> float | None:
    """Median time in seconds; None where the command never took part."""
    times = [time(sample) for sample in series if sample]
    return statistics.median(times) if times else None
