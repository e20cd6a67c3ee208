"""The page's charts: inline SVG, whose every number is in the tables below it too.

Lengths are in ``em`` and per cent and nothing is scaled, so text in a chart is as large as text
beside it on every screen, and edges are sharp. Spaces separate labels where no SVG is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_LABEL = 10.0
"""The width of a label on a phone, in per cent of the chart's."""

_MARGIN = 12.0
"""How close to either end a label is no longer centred, in per cent."""


def bars(rows: Sequence[tuple[str, int]], name: str, title: str, *, labels: int = 3) -> str:
    """Returns horizontal bars, each between its label, `labels` em wide, and its number."""
    most = max((value for _, value in rows), default=0) or 1
    inside = ""
    for row, (label, value) in enumerate(rows):
        top = row * 1.6
        width = value * (74 - 3 * labels) / most
        inside += (
            f'<text y="{top + 1.1:g}em">{label}</text> '
            f'<rect x="{labels}em" y="{top + 0.1:g}em" width="{width:.3g}%" height="1.3em"/>'
            f'<text x="100%" y="{top + 1.1:g}em" text-anchor="end">{value:,}</text>\n'
        )
    return _svg(name, title, f"{len(rows) * 1.6:g}em", inside)


def columns(
    values: Sequence[int],
    ticks: Sequence[tuple[int, str]],
    ends: tuple[str, str],
    name: str,
    title: str,
) -> str:
    """Returns columns on a line; `ticks` label columns from below, `ends` the line's ends."""
    most = max(values, default=0) or 1
    step = 100 / max(len(values), 1)
    inside = "".join(
        f'<rect x="{column * step + step * 0.06:.4g}%" y="{8 - value * 7.8 / most:.3g}em"'
        f' width="{step * 0.88:.3g}%" height="{value * 7.8 / most:.3g}em"/>'
        for column, value in enumerate(values)
        if value
    )
    marks = "".join(
        f'<rect x="{column * step:.4g}%" y="8em" width="3" height=".6em"/>' for column, _ in ticks
    )
    inside += (
        f'<g class="line"><rect y="8em" width="100%" height="1"/>{marks}</g>'
        f"{_labels([(column * step + step * 0.1, label) for column, label in ticks])}"
        f'<text y="12.4em">{ends[0]}</text> '
        f'<text x="100%" y="12.4em" text-anchor="end">{ends[1]}</text>'
    )
    return _svg(name, title, "12.8em", inside)


def _labels(ticks: Iterable[tuple[float, str]]) -> str:
    """Returns labels in two rows below their marks; one that fits in neither is left out.

    They are centred except near the ends, so that none is cut off at twice the font size.
    """
    inside, ends = "", [0.0, 0.0]
    for place, label in ticks:
        left, at = place - _LABEL / 2, f'x="{place:.4g}%" text-anchor="middle"'
        if place < _MARGIN:
            left, at = place, f'x="{place:.4g}%"'
        elif place > 100 - _MARGIN:
            left, at = 100 - _LABEL, 'x="100%" text-anchor="end"'
        row = next((row for row in (0, 1) if ends[row] <= left), None)
        if row is None:
            continue
        ends[row] = left + _LABEL
        inside += f'<text {at} y="{9.7 + row * 1.25:g}em">{label}</text> '
    return inside


def _svg(name: str, title: str, height: str, inside: str) -> str:
    return (
        f'<svg class="chart" role="img" aria-labelledby="{name}" width="100%" height="{height}">'
        f'<title id="{name}">{title}</title>{inside}</svg>'
    )
