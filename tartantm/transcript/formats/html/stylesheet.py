"""The page's style sheet in the theme's accent colour, and the band of tartan at its head."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

from tartantm.settings.tartan import Sett, mix, parse, scaled
from tartantm.settings.theme import Theme

PAPER, DARK_PAPER = "#ffffff", "#14171a"
ACCENT, DARK_ACCENT = "#1f4f7a", "#8fc1e8"
SETT = parse("K6 B22 G18 B4 Y3", {"K": "#12161c", "B": "#1f3a5f", "G": "#1f5044", "Y": "#d9a441"})
"""The tartan of the band where no theme is given."""

_THREAD = 2
_ROWS = 12
_REPEAT = 60
# The 2/2 twill: on which of 4 × 4 crossings the weft is on top, as in `settings.tartan`.
_TWILL = "M4 0h4v2H4zM2 2h4v2H2zM0 4h4v2H0zM0 6h2v2H0zM6 6h2v2H6z"


def style(theme: Theme | None) -> str:
    """Returns the minified style sheet, in the theme's accent where that has enough contrast."""
    light, dark = accents(theme)
    css = _sheet()
    for name, colour in (
        ("LIGHT_ACCENT", light),
        ("DARK_ACCENT", dark),
        ("LIGHT_TINT", mix(PAPER, light, 0.07)),
        ("DARK_TINT", mix(DARK_PAPER, dark, 0.12)),
        ("DARK_PAPER", DARK_PAPER),
    ):
        css = css.replace(name, colour)
    return css


def digest(css: str) -> str:
    """Returns the style sheet's hash, as a content security policy needs it."""
    return "sha256-" + b64encode(sha256(css.encode()).digest()).decode()


def accents(theme: Theme | None) -> tuple[str, str]:
    """Returns the accents for light and dark pages: the theme's first readable colour, else ours.

    Dark themes seldom have a colour for white pages, but the stripes of their tartan do.
    """
    if theme is None:
        return ACCENT, DARK_ACCENT
    by_width = sorted(theme.sett.stripes, key=lambda stripe: -stripe.width)
    colours = [theme.textual[name] for name in ("accent", "primary", "secondary")]
    colours += [stripe.colour for stripe in by_width]
    return (
        next((c for c in colours if _coloured(c) and contrast(c, PAPER) >= 6), ACCENT),
        next((c for c in colours if _coloured(c) and contrast(c, DARK_PAPER) >= 7), DARK_ACCENT),
    )


def contrast(one: str, other: str) -> float:
    """Returns the contrast of two colours by WCAG, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def band(sett: Sett) -> str:
    """Returns an SVG ribbon woven from the sett: warp threads, and weft threads in a 2/2 twill.

    The weft has the sett's last pivot in the middle, so that its bright line is on the ribbon.
    """
    stripes = scaled(sett, _REPEAT).stripes
    width, height = sum(s.width for s in stripes) * _THREAD, _ROWS * _THREAD
    pivot = len(stripes) // 2
    centre = sum(s.width for s in stripes[:pivot]) + stripes[pivot].width // 2
    first = (centre - _ROWS // 2) % (width // _THREAD)
    warp, weft, at = "", "", 0
    for colour, threads in stripes:
        size = threads * _THREAD
        warp += f'<path fill="{colour}" d="M{at} 0h{size}v{height}h-{size}z"/>'
        at += size
    rows = [s.colour for s in stripes for _ in range(s.width)]
    row = 0
    while row < _ROWS:
        colour = rows[(first + row) % len(rows)]
        threads = 1
        while row + threads < _ROWS and rows[(first + row + threads) % len(rows)] == colour:
            threads += 1
        weft += (
            f'<rect width="100%" y="{row * _THREAD}" height="{threads * _THREAD}" fill="{colour}"/>'
        )
        row += threads
    return (
        f'<svg class="band" aria-hidden="true" focusable="false" width="100%" height="{height}"'
        ' shape-rendering="crispEdges"><defs>'
        f'<pattern id="warp" width="{width}" height="{height}" patternUnits="userSpaceOnUse">'
        f'{warp}</pattern><pattern id="twill" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<path fill="#fff" d="{_TWILL}"/></pattern><mask id="over">'
        '<rect width="100%" height="100%" fill="url(#twill)"/></mask></defs>'
        '<rect width="100%" height="100%" fill="url(#warp)"/>'
        f'<g mask="url(#over)">{weft}</g></svg>\n'
    )


@lru_cache(maxsize=1)
def _sheet() -> str:
    css = files(__package__).joinpath("transcript.css").read_text("utf-8")
    css = re.sub(r"(?s)/\*.*?\*/", "", css)
    css = re.sub(r"\s+", " ", css)
    return re.sub(r" ?([{};,]) ?|(:) (?=[^{}]*[;}])", r"\1\2", css).replace(";}", "}").strip()


def _coloured(colour: str) -> bool:
    """Whether a colour is no grey, so that an accent differs from the text."""
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return max(parts) - min(parts) >= 32


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.03928 else float(((part + 0.055) / 1.055) ** 2.4)
