"""Lines of small charts, drawn on the server: points for SVG, no script, prints well."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 240, 48  # of the drawing; it is stretched to the place it gets


@dataclass(frozen=True)
class Spark:
    """Points of a line, the area below it, and a band that is usual ("" for none)."""

    line: str
    area: str
    band: str
    top: float  # what the upper edge stands for


def spark(
    values: Sequence[float], *, low: Sequence[float] = (), high: Sequence[float] = ()
) -> Spark:
    """Draw values from left to right, and between `low` and `high` the usual band."""
    top = max([*values, *high, 1])
    line = _points(values, top)
    edge = f"{WIDTH},{HEIGHT} 0,{HEIGHT}"
    back = " ".join(reversed(_points(low, top).split()))
    return Spark(line, f"{line} {edge}", f"{_points(high, top)} {back}".strip(), top)


def _points(values: Sequence[float], top: float) -> str:
    step = WIDTH / max(len(values) - 1, 1)
    return " ".join(
        f"{place * step:.1f},{HEIGHT - value / top * (HEIGHT - 3) - 1.5:.1f}"
        for place, value in enumerate(values)
    )
