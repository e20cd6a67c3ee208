"""Where a text shows a link by the wording that stands for it there.

A wording may be any word, such as "this" or "a". Then it is the link only where it stands once.
"""

from __future__ import annotations

import re

_LONG = 8
"""Signs above which a wording of several words hardly stands anywhere by chance."""

_ADDRESS = re.compile(r"\w\.[^\W\d_]{2}|://")
"""What wordings have that are addresses, perhaps cut short: ``m.example/@ailsa/11…``."""

_LETTER = r"[^\W_\u0e00-\U0010ffff]"
"""A letter or digit of a script that puts blanks between words; most from U+0E00 on do not."""

_BEFORE_ADDRESS = rf"(?<!{_LETTER})(?<![/.@-])(?:[A-Za-z]+://)?(?:www\.)?"
"""The wording of an address may leave out how it begins, but not the host of another one."""

_AFTER_ADDRESS = rf"(?![/.-]?{_LETTER})"


def places_of(text: str, shown: str) -> list[tuple[int, int]]:
    """Returns where a text shows a link by this wording, an address with its ``https://``.

    Not within words or other addresses, unless it stands nowhere else; nor where it is a short word
    that stands several times, for nobody knows which of them is the link.
    """
    every = _spans(re.escape(shown), text) if shown else []
    if not every:
        return []
    is_address = bool(_ADDRESS.search(shown))
    before, after = (
        (_BEFORE_ADDRESS, _AFTER_ADDRESS)
        if is_address
        else (
            f"(?<!{_LETTER})" if re.match(_LETTER, shown) else "",
            f"(?!{_LETTER})" if re.match(_LETTER, shown[-1]) else "",
        )
    )
    whole = _spans(before + re.escape(shown) + after, text)
    if is_address or len(every) == 1 or (len(shown) > _LONG and not shown.isalpha()):
        return whole or every
    return whole if len(whole) == 1 else []


def _spans(pattern: str, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(pattern, text)]
