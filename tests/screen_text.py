"""What a Textual app shows, as text."""

from __future__ import annotations

from typing import Any


def screen_text(app: Any) -> str:
    """What the app shows, as text. The compositor's strips have no public name."""
    strips = app.screen._compositor.render_strips()
    lines = ("".join(segment.text for segment in strip).rstrip() for strip in strips)
    return "\n".join(lines) + "\n"
