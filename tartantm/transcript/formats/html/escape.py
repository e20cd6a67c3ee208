"""The one place where text from outside becomes HTML: escaping, links, paragraphs, names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tartantm.core.post import Link
from tartantm.transcript.clean_text import cleaned
from tartantm.transcript.web_links import link_spans

REL = ' rel="nofollow ugc"'
"""Nobody vouches for these links. The page's meta tag keeps all of them from sending a referrer."""

_ONE = (
    "(?:[\U0001f1e6-\U0001f1ff]{2}"
    "|[\u203c-\u2bff\U0001f000-\U0001faff][\ufe0f\u20e3\U0001f3fb-\U0001f3ff]{0,3}"
    "(?:\u200d[\u203c-\u2bff\U0001f000-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]{0,3}){0,9}"
    "[\U000e0030-\U000e007f]{0,16})"
)
"""One emoji. Without limits each beginning of a long one would be compared with what follows."""
_EMOJI = re.compile("[\u203c-\u2bff\U0001f000-\U0001faff]")
_NONE: Mapping[str, int] = {}
_RUN = re.compile(f"({_ONE})(?: ?\\1){{3,}}")


def esc(text: str) -> str:
    """Returns `text` cleaned and escaped, for elements and for quoted attributes."""
    return escaped(cleaned(text))


def escaped(text: str) -> str:
    """Returns text that is clean already, escaped."""
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("'", "&#39;")
    )


def link(url: str, shown: str, more: str = "") -> str:
    """Returns a link to another site; `more` is further attributes."""
    return f'<a href="{esc(url)}"{REL}{more}>{esc(shown)}</a>'


Numbers = Mapping[str, int]
"""By URL: its number in the page's list of links, which is printed beside the link on paper."""


def html_words(text: str, links: Iterable[Link] = (), numbers: Numbers = _NONE) -> str:
    """Returns clean text with URLs as links, and four or more equal emoji as one with a count."""
    if not links and "://" not in text:
        return escaped(_shorten_emoji_runs(text))
    return "".join(
        link(url, shown, f" data-n={numbers[url]}" if url in numbers else "")
        if url
        else escaped(_shorten_emoji_runs(shown))
        for shown, url in link_spans(text, links)
    )


def html_paragraphs(
    text: str, links: Iterable[Link] = (), attributes: str = "", numbers: Numbers = _NONE
) -> str:
    """Returns clean text as paragraphs, each with a writing direction of its own."""
    if "\n" not in text:
        return f"<p dir=auto{attributes}>{html_words(text, links, numbers)}"
    parts = [html_words(part, links, numbers) for part in text.split("\n\n") if part]
    if attributes and len(parts) > 1:
        whole = "".join(f"<p dir=auto>{part}" for part in parts)
        return f"<div{attributes}>{whole}</div>"
    return "".join(f"<p dir=auto{attributes}>{part}" for part in parts)


def bdi(text: str) -> str:
    """Returns a name or other text, isolated so that it cannot change the direction of its line."""
    return f"<bdi>{esc(text)}</bdi>" if not text.isascii() else esc(text)


def name_list(people: Iterable[str], most: int = 8) -> str:
    """Returns names as HTML: "Ailsa, Calum and 3 others"."""
    everybody = [bdi(name) for name in people]
    rest = len(everybody) - most
    if rest > 0:
        others = f"{rest} other{'' if rest == 1 else 's'}"
        everybody = [*everybody[:most], others]
    if len(everybody) < 2:
        return "".join(everybody)
    return f"{', '.join(everybody[:-1])} and {everybody[-1]}"


def _shorten_emoji_runs(text: str) -> str:
    if text.isascii() or not _EMOJI.search(text):
        return text
    return _RUN.sub(_shortened, text)


def _shortened(run: re.Match[str]) -> str:
    one = run[1]
    return f"{one}×{run[0].count(one)}"
