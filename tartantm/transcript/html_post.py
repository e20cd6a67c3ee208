"""One post on the page."""

from __future__ import annotations

from tartantm.transcript.header import MARKS, MEDIA, plain_facts
from tartantm.transcript.html_words import REL, bdi, esc, escaped, link, names, prose, words
from tartantm.transcript.languages import primary, shown
from tartantm.transcript.model import Item, Ref, Speaker, Transcript
from tartantm.transcript.options import Options
from tartantm.transcript.people import network_name
from tartantm.transcript.prose import host, web
from tartantm.transcript.times import clock_on


class Posts:
    """Makes the HTML of posts for one transcript.

    A page has hundreds of posts, so what HTML lets one leave out is left out: the ends of
    paragraphs, and a class where the place says the same.
    """

    def __init__(self, transcript: Transcript, options: Options) -> None:
        self._day = transcript.day
        self._date = transcript.day.date().isoformat() if transcript.day else ""
        self._language = primary(options.language)
        self._heads: dict[int, tuple[str, str, str]] = {}
        # Microdata and not JSON-LD, which is a script element.
        data = options.metadata and not options.noindex
        scope = ' itemscope itemtype="https://schema.org/'
        self._comment = f' itemprop="comment"{scope}Comment"' if data else ""
        self._author = f' itemprop="author"{scope}Person"' if data else ""
        self._name = ' itemprop="name"' if data else ""
        self._time = ' itemprop="datePublished"' if data else ""
        self._url = ' itemprop="url"' if data else ""
        self._text = ' itemprop="text"' if data else ""

    def article(self, item: Item) -> str:
        """The post with everything said about it, by name first and quietly the rest."""
        name, who, network = self._heads.get(id(item.speaker)) or self._head(item.speaker)
        post, number, anchor = item.post, item.number, item.anchor
        tag, kind = "article", ' class="star"' if item.starred else ""
        if item.source:
            about = (
                f'{who} <a href="{escaped(item.source)}"{REL}'
                f' aria-label="{network} #{number}">{network}</a>'
            )
        else:
            # Nobody published it: an article is what can be found elsewhere too.
            tag, kind = "div", ' class="said star"' if item.starred else ' class="said"'
            about = f"{who} {network}"
            if post.is_remark:
                about = f"{who} said in {bdi(post.venue or 'the room')}"
        if item.withheld:
            body = f"<p>{link(item.source, f'Read #{number} on X')}" if item.source else ""
        elif (
            "\n" in post.text or post.links or post.languages or post.media or post.content_warning
        ):
            body = self._body(item)
        else:
            body = f'<p dir="auto"{self._text}>{words(post.text)}'
        if item.folds or item.note:
            body += self._after(item)
        iso = item.at.isoformat("T", "seconds")
        time = iso[11:16] if iso[:10] == self._date else clock_on(item.at, self._day)
        return (
            f'<{tag} id="{anchor}"{kind}{self._comment}><h3>{name}'
            f' <time{self._time} datetime="{iso}">{time}</time></h3>\n'
            f'<p>{about} <a{self._url} href="#{anchor}">#{number}</a>'
            f"{_facts(item)}{body}</{tag}>\n"
        )

    def _head(self, speaker: Speaker) -> tuple[str, str, str]:
        """The name; what stands quietly after it: handle, organisation, role; the network."""
        name = f"<bdi{self._name}>{esc(speaker.name)}</bdi>"
        if self._author:
            name = f"<span{self._author}>{name}</span>"
        handle = speaker.handle if speaker.handle.lstrip("@") != speaker.name else ""
        who = [bdi(words) for words in (handle, speaker.organisation, speaker.role) if words]
        head = name, ", ".join(who), esc(network_name(speaker.network))
        self._heads[id(speaker)] = head
        return head

    def _body(self, item: Item) -> str:
        post = item.post
        attributes = self._text
        language = shown(post.languages[0]) if len(post.languages) == 1 else None
        if language and primary(language) != self._language:
            attributes += f' lang="{language}"'
        body = prose(post.text, post.links, attributes) if post.text else ""
        for number, media in enumerate(post.media, 1):
            name = MEDIA.get(media.kind, "Attachment")
            told = f": {bdi(media.alt)}" if media.alt else " without description"
            body += f'<p class="meta">{name}{told}'
            if url := web(media.url):
                which = f" {number}" if len(post.media) > 1 else ""
                shown_as = f"{name.lower()}{which} of #{item.number} at {host(url)}"
                body += f" ({link(url, shown_as)})"
        if post.content_warning:
            warning = f"Content warning: {bdi(post.content_warning)}"
            return f"<details><summary>{warning}</summary>{body}</details>"
        return body

    def _after(self, item: Item) -> str:
        after = ""
        if folds := item.folds:
            if folds.reposters:
                after += f'<p class="meta">Reposted by {names(folds.reposters)}'
            places = [
                link(copy.source, network_name(copy.network))
                if copy.source
                else esc(network_name(copy.network))
                for copy in folds.elsewhere
            ]
            if places:
                after += f'<p class="meta">Also on {" and ".join(places)}'
        if item.note:
            after += f'<p class="note"><b>Moderator’s note:</b> <bdi>{words(item.note)}</bdi>'
        return after


def _facts(item: Item) -> str:
    """What else there is to know, in a few words each."""
    facts = " · <b>Highlight</b>" if item.starred else ""
    for mark in item.marks:
        facts += f" · <b>{MARKS[mark]}</b>"
    if item.reply:
        verb = "continues" if item.reply.own else "in reply to"
        facts += f" · {verb} {other(item.reply, own=item.reply.own)}"
    if item.quote:
        facts += f" · quotes {other(item.quote)}"
    if item.late or item.moved or item.edited or item.repost_of:
        for fact in plain_facts(item):
            facts += f" · {esc(fact)}"
    if item.hidden:
        facts += " · <b>Hidden by the moderator</b>"
    return facts


def other(ref: Ref, *, own: bool = False) -> str:
    """Another post in words, as a link where the transcript has it: "Catrin Voss, #12"."""
    if not ref.number:
        return bdi(ref.name) if ref.name else "a post that is not in this transcript"
    name = "" if own else f"{bdi(ref.name)}, "
    return f'<a href="#{ref.anchor}">{name}#{ref.number}</a>'
