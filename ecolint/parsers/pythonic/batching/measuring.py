"""Loops that measure what single requests take, or wait for whoever reads the answers, which is why they make them one
at a time."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import FUNCTIONS
from ecolint.parsers.pythonic.syntax.called import called_name

WAITS = frozenset(("synchronize", "elapsed_time"))
"""Methods by which a program waits for the GPU before it looks at the clock, or asks the GPU for its own."""
CLOCKS = frozenset(
    ("perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns", "time", "time_ns", "process_time")
)
METERS = frozenset(
    """EmissionsTracker OfflineEmissionsTracker start_task stop_task begin_window end_window
    nvmlDeviceGetTotalEnergyConsumption nvmlDeviceGetPowerUsage""".split()
)
"""Calls of codecarbon, Zeus and NVML by which the energy of what is done in between is told."""
LATENCY = re.compile(
    r"(?:^|_)(?:lat|lats|latency|latencies|latencys|ttfts?|tpots?|itls?|jitter|times?_per_token"
    r"|(?:inference|generation|response)_times)(?:_|$)",
    re.I,
)


def measures(loop: ast.AST, calls: Sequence[ast.Call], module: Module) -> bool:
    """Whether a loop, or the functions that lead from it to the calls, wait for the GPU or for a key, read a meter, or
    keep what the clock says as a latency."""
    reads_clock = names_latency = False
    for node in _nodes(loop, calls, module):
        if isinstance(node, ast.Call):
            name = called_name(node)
            if name in WAITS or name in METERS or (isinstance(node.func, ast.Name) and name == "input"):
                return True
            reads_clock = reads_clock or name in CLOCKS
        elif isinstance(node, ast.Name):
            names_latency = names_latency or LATENCY.search(node.id) is not None
    return reads_clock and names_latency


def _nodes(loop: ast.AST, calls: Sequence[ast.Call], module: Module) -> Iterator[ast.AST]:
    yield from module.traced_nodes(loop)
    for call in calls[1:]:
        holder = module.site_of(call).scope.function.node
        if isinstance(holder, FUNCTIONS):
            yield from module.traced_nodes(holder)
