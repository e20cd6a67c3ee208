"""What a reader's answer says: for each post one of the places that were offered, or nothing.

Whatever else comes is no answer: prose, several objects, a place that was not offered, two places
for one post. Nothing is searched for in a text, since strangers' words may have led to it.
"""

from __future__ import annotations

import re

from tartantm.core.reader_words import Asked
from tartantm.networks.json_decode import Undecodable, decode

LONGEST = 20_000
"""Characters of an answer that are looked at."""

_FENCED = re.compile(r"```(?:json)?[ \t]*\n(.*)\n```", re.DOTALL)
_THOUGHT = "</think>"


def places_in(content: object, asked: Asked) -> dict[int, str]:
    """Returns by number of its line the place of each post that has a valid answer."""
    if not isinstance(content, str) or len(content) > LONGEST:
        return {}
    text = content.strip()
    if text.startswith("<think>"):
        text = text.partition(_THOUGHT)[2].strip()
    if fenced := _FENCED.fullmatch(text):
        text = fenced[1]
    try:
        said = decode(text.encode())
    except (Undecodable, UnicodeEncodeError):
        return {}
    if not isinstance(said, dict) or not all(isinstance(each, str) for each in said.values()):
        return {}
    if "\\" in text or text.count('"') != 4 * len(said):
        return {}  # it says something twice, and nobody knows which of the two is meant
    wanted = {str(number): number for number in asked.about}
    return {
        wanted[name]: place
        for name, place in said.items()
        if name in wanted and place in asked.offered
    }
