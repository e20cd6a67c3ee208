"""The page's charts: inline SVG without a word in it; the tables beside them say the same."""

from __future__ import annotations

from collections.abc import Sequence

_WIDTH = 640


def bars(values: Sequence[int], name: str, title: str) -> str:
    """Horizontal bars, one below the other."""
    height, most = 16, max(values, default=0) or 1
    path = "".join(
        f"M0 {row * height + 2}h{max(value * _WIDTH // most, 1)}v{height - 4}H0z"
        for row, value in enumerate(values)
        if value
    )
    return _svg(name, title, height * len(values), f'<path d="{path}"/>')


def columns(values: Sequence[int], ticks: Sequence[int], name: str, title: str) -> str:
    """Upright bars side by side on a base line; `ticks` are columns with a mark below them."""
    height, most = 120, max(values, default=0) or 1
    step = _WIDTH / max(len(values), 1)
    path = ""
    for column, value in enumerate(values):
        if value:
            left, right = round(column * step) + 1, round((column + 1) * step) - 1
            path += (
                f"M{left} {height}h{right - left}v-{max(value * (height - 8) // most, 2)}H{left}z"
            )
    lines = f"M0 {height}h{_WIDTH}v1H0z"
    for column in ticks:
        left = round(column * step)
        lines += f"M{left} {height}h3v12h-3z"
    return _svg(name, title, height + 14, f'<path d="{path}"/><path class="line" d="{lines}"/>')


def _svg(name: str, title: str, height: int, inside: str) -> str:
    return (
        f'<svg class="chart" role="img" aria-labelledby="{name}" viewBox="0 0 {_WIDTH} {height}">'
        f'<title id="{name}">{title}</title>{inside}</svg>'
    )
