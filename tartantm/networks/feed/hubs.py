"""What RSSHub and RSS-Bridge make of a post of X or Bluesky: marks and blocks around its words.

A repost of RSSHub begins with "RT" and the original author's name on a line of its own, an answer
with "Re" before the handle that it answers, a quoted post stands in a block of its own. RSS-Bridge
has "Ailsa @ailsa.example posted:" above a post of Bluesky, and likewise above what it quotes.
"""

from __future__ import annotations

import re
from html import unescape

from msgspec import Struct

from tartantm.core.post import clean

_BOLD = r"(?:</?(?:strong|b)>)?"
_LINK = r"""(?:<a href=["']https?://(?:x|twitter)\.com/(?P<handle>\w{1,20})["'][^<>]{0,100}>)?"""
_NAME = r"(?P<name>[^<>]{1,100}?)"
_SPACE = r"(?:&ensp;|\u2002|&nbsp;|\s){1,3}"
_REPOSTED = re.compile(
    rf"\s*(?:<small>)?(?:RT|🔁){_SPACE}{_LINK}{_BOLD}{_NAME}{_BOLD}(?:</a>)?(?:</small>)?<br\s?/?>"
)
_ANSWERS = re.compile(r"\s*(?:Re|↩️?)\s{1,2}(?=(?:<a [^<>]{1,300}>)?@(?P<handle>\w{1,20}))")
_BLOCK = re.compile(r"""<div class=["']rsshub-quote["']>""")
_RULE = re.compile(r"""<hr\b[^<>]{0,200}>\s*$""")
_QUOTED = re.compile(
    rf"\s*{_LINK}(?:<img [^<>]{{1,500}}>)?{_BOLD}{_NAME}{_BOLD}(?:</a>)?:(?:&ensp;|\u2002)"
)
_FRAME = re.compile(r"</?(?:div|blockquote)\b[^<>]{0,200}>|<br clear[^<>]{0,20}>")
_SMALL = re.compile(r"(?:<br\s?/?>)?<small>(?:[^<]|<(?!/?small>))*+</small>")
_ADDRESS = re.compile(r"""href=["'](https?://(?:x|twitter)\.com/\w{1,20}/status/\d{1,19})["']""")

_WHO = r"<b>(?P<name>[^<>]{0,200})</b> (?:<i>@(?P<handle>[^<>\s]{1,253})</i>)?"
_POSTED = re.compile(rf"""\s*<p>{_WHO} <a href="[^"]{{1,300}}">(?:posted|replied)</a>:<br>""")
_BRIDGED = re.compile(
    r"""<p><a href="(?P<page>[^"]{1,300})">Quoted (?:post|reply)</a> from """
    rf"{_WHO}:<br>(?P<words>(?:[^<]|<(?!/?p>))*+)</p>"
)
_ANSWERED = re.compile(r"<hr\s?/?>\s*<p>Replying to <b>")


class Block(Struct):
    """A quoted post as it stands in an entry."""

    name: str
    handle: str
    html: str
    address: str = ""
    """The post's own page, "" where the block does not name it."""


class Hubbed(Struct):
    """An entry, taken apart."""

    own: str
    """The words of the post itself, as HTML."""
    reposted: Block | None = None
    """Whose the words are, where the entry is a repost."""
    answers: str = ""
    """The handle of whom the post answers."""
    quoted: Block | None = None


def take_apart(html: str) -> Hubbed:
    """Returns the parts of an entry of RSSHub; any other is the post's own, whole."""
    found = Hubbed(html)
    if block := _BLOCK.search(html):
        found.own = _RULE.sub("", html[: block.start()])
        found.quoted = _quoted(html[block.end() :])
    if match := _REPOSTED.match(found.own):
        found.own = found.own[match.end() :]
        found.reposted = _block(match, found.own)
    elif match := _ANSWERS.match(found.own):
        found.own = found.own[match.end() :]
        found.answers = match["handle"]
    return found


def take_bridged_apart(html: str) -> Hubbed:
    """Returns the parts of a post of Bluesky as RSS-Bridge has it in an entry."""
    if not (head := _POSTED.match(html)):
        return Hubbed(html)
    html = html[head.end() :]
    if answered := _ANSWERED.search(html):
        html = html[: answered.start()]
    if not (quoted := _BRIDGED.search(html)):
        return Hubbed(html)
    block = _block(quoted, quoted["words"])
    block.address = unescape(quoted["page"])
    return Hubbed(html[: quoted.start()], quoted=block)


def _quoted(html: str) -> Block | None:
    address = _ADDRESS.search(html)
    html = _FRAME.sub("", _SMALL.sub("", html))
    if not (match := _QUOTED.match(html)):
        return None
    block = _block(match, html[match.end() :])
    block.address = address[1] if address else ""
    return block


def _block(match: re.Match[str], html: str) -> Block:
    return Block(clean(unescape(match["name"]), lines=False), match["handle"] or "", html)
