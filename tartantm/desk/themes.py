"""Turns tartantm's themes into Textual themes."""

from __future__ import annotations

from textual.theme import Theme as TextualTheme

from tartantm.settings.theme import OWN, Theme

DEFAULT = "night"


def textual_theme(theme: Theme) -> TextualTheme:
    """Returns a theme for Textual; our own colours become CSS variables such as ``$question``."""
    colours = dict(theme.textual)
    ground = colours["background"]
    variables = dict(theme.own) | {
        "footer-background": colours["surface"],
        "input-cursor-background": colours["foreground"],
        "input-cursor-foreground": ground,
        "input-selection-background": theme.own["selected"],
        "block-cursor-background": theme.own["cursor"],
        "block-cursor-foreground": colours["foreground"],
        "block-cursor-blurred-background": theme.own["cursor"],
        "block-cursor-blurred-foreground": colours["foreground"],
        "block-hover-background": theme.own["cursor"],
        "border": theme.own["muted"],
        "border-blurred": theme.own["muted"],
        "scrollbar": colours["panel"],
        "scrollbar-background": ground,
        "screen-selection-background": theme.own["selected"],
        "screen-selection-foreground": colours["foreground"],
    }
    result = TextualTheme(theme.name, colours["primary"], dark=theme.dark, variables=variables)
    for name, colour in colours.items():
        setattr(result, name, colour)
    return result


def defaults() -> dict[str, str]:
    """Returns values of our own variables, for Textual's themes, which lack them."""
    return dict.fromkeys(OWN, "#808080")
