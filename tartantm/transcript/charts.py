"""The page's charts: inline SVG whose every word stands in the tables below it too.

Lengths are in ``em`` and per cent and nothing is scaled, so words in a chart are as large as words
beside it on every screen, and edges are sharp.
"""

from __future__ import annotations

from collections.abc import Sequence


def bars(rows: Sequence[tuple[str, int]], name: str, title: str) -> str:
    """Bars one below the other, each between its label and its number."""
    most = max((value for _, value in rows), default=0) or 1
    inside = ""
    for row, (label, value) in enumerate(rows):
        top = row * 1.6
        inside += (
            f'<text y="{top + 1.1:g}em">{label}</text>'
            f'<rect x="3em" y="{top + 0.1:g}em" width="{value * 65 / most:.3g}%" height="1.3em"/>'
            f'<text x="100%" y="{top + 1.1:g}em" text-anchor="end">{value:,}</text>'
        )
    return _svg(name, title, f"{len(rows) * 1.6:g}em", inside)


def columns(
    values: Sequence[int], ticks: Sequence[int], ends: tuple[str, str], name: str, title: str
) -> str:
    """Columns on a line from one end to the other; `ticks` are columns with a mark below."""
    most = max(values, default=0) or 1
    step = 100 / max(len(values), 1)
    inside = "".join(
        f'<rect x="{column * step + step * 0.06:.4g}%" y="{8 - value * 7.8 / most:.3g}em"'
        f' width="{step * 0.88:.3g}%" height="{value * 7.8 / most:.3g}em"/>'
        for column, value in enumerate(values)
        if value
    )
    marks = "".join(
        f'<rect x="{column * step:.4g}%" y="8em" width="3" height=".6em"/>' for column in ticks
    )
    inside += (
        f'<g class="line"><rect y="8em" width="100%" height="1"/>{marks}</g>'
        f'<text y="9.8em">{ends[0]}</text>'
        f'<text x="100%" y="9.8em" text-anchor="end">{ends[1]}</text>'
    )
    return _svg(name, title, "10.2em", inside)


def _svg(name: str, title: str, height: str, inside: str) -> str:
    return (
        f'<svg class="chart" role="img" aria-labelledby="{name}" width="100%" height="{height}">'
        f'<title id="{name}">{title}</title>{inside}</svg>'
    )
