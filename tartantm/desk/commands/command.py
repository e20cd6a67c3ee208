"""The type of a command of the desk, and how its keys are written for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal["Move", "Read", "Place", "Annotate", "Agenda", "Desk"]
Where = Literal["anywhere", "post"]
"""When a command applies: always, or on a post."""


@dataclass(frozen=True)
class Command:
    """Something the moderator can do, and the keys for it."""

    id: str
    keys: tuple[str, ...]
    """As Textual names them; the first is the one to show."""
    title: str
    help: str
    group: Group
    where: Where = "anywhere"
    footer: str = ""
    """Its label in the footer; "" for commands that the footer leaves out."""

    @property
    def shown_keys(self) -> str:
        """The keys as people write them: ``Enter``, ``Ctrl+P``, ``/``."""
        return ", ".join(shown(key) for key in self.keys)


def shown(key: str) -> str:
    """Returns how people write a key that has this name in Textual."""
    if key in SHOWN or "+" not in key:
        return SHOWN.get(key) or (key.capitalize() if len(key) > 1 else key)
    *held, last = key.split("+")
    name = SHOWN.get(last) or (last.upper() if len(last) == 1 else last.capitalize())
    return "+".join([*(part.capitalize() for part in held), name])


SHOWN = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "minus": "-",
    "plus": "+",
    "full_stop": ".",
    "slash": "/",
    "question_mark": "?",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "comma": ",",
    "semicolon": ";",
    "colon": ":",
    "apostrophe": "'",
    "quotation_mark": '"',
    "grave_accent": "`",
    "exclamation_mark": "!",
    "at": "@",
    "number_sign": "#",
    "dollar_sign": "$",
    "percent_sign": "%",
    "circumflex_accent": "^",
    "ampersand": "&",
    "asterisk": "*",
    "equals_sign": "=",
    "underscore": "_",
    "vertical_line": "|",
    "tilde": "~",
    "backslash": "\\",
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    **{f"f{number}": f"F{number}" for number in range(1, 13)},
}
"""Keys that Textual names otherwise than keyboards do."""
