"""Latencies as counts in steps: small to keep, added up over processes, good for percentiles."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

EDGES = (5, 10, 25, 50, 100, 200, 500, 1000, 2000, 5000)  # ms; a last step holds what is slower
STEPS = len(EDGES) + 1


def step_of(milliseconds: float) -> int:
    """Return the step that a latency belongs to: edge 200 holds what took up to 200 ms."""
    return bisect_left(EDGES, milliseconds)


def added(rows: Iterable[Sequence[int]]) -> list[int]:
    """Return the sum of several rows of steps; an empty row counts nothing."""
    total = [0] * STEPS
    for row in rows:
        for step, count in enumerate(row[:STEPS]):
            total[step] += count
    return total


def percentile(steps: Sequence[int], share: float) -> float | None:
    """Return the latency in ms that `share` (0 to 1) of the requests stayed within; None for none.

    Within a step it is interpolated, so it lies on the right side of every edge. What is slower
    than the last edge counts as that edge.

    >>> percentile([0, 0, 0, 0, 0, 90, 10, 0, 0, 0, 0], 0.95)
    350.0
    """
    wanted = sum(steps) * share
    if not wanted:
        return None
    passed = 0
    for step, count in enumerate(steps):
        if count and passed + count >= wanted:
            if step == len(EDGES):
                break
            low = EDGES[step - 1] if step else 0
            return float(low + (EDGES[step] - low) * (wanted - passed) / count)
        passed += count
    return float(EDGES[-1])
