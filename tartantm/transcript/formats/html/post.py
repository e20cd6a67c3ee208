"""The HTML of one post on the page."""

from __future__ import annotations

from tartantm.transcript.formats.context import context_facts, context_words, contexts
from tartantm.transcript.formats.html.escape import (
    bdi,
    esc,
    escaped,
    html_paragraphs,
    html_words,
    link,
    name_list,
)
from tartantm.transcript.formats.html.language_tags import html_lang, primary_language
from tartantm.transcript.formats.phrases import MARKS, MEDIA, plain_facts, redacted
from tartantm.transcript.model import Context, Item, PostRef, Speaker, Transcript
from tartantm.transcript.options import ExportOptions
from tartantm.transcript.speakers import network_name
from tartantm.transcript.times import clock_on
from tartantm.transcript.web_links import url_host, web_url


class Posts:
    """Makes the HTML of posts for one transcript.

    A page has hundreds of posts, so everything optional in HTML is left out: end tags of
    paragraphs, classes where the context is enough, and quotes around values that are our own.
    """

    def __init__(self, transcript: Transcript, options: ExportOptions) -> None:
        self._day = transcript.day
        self._language = primary_language(options.language)
        self._numbers = {
            url: number for number, one in enumerate(transcript.links, 1) for url in one.written
        }
        self._heads: dict[int, tuple[str, str, str, str]] = {}
        # Microdata and not JSON-LD, which would be a script element. A person's data is given once,
        # in the page's list of people, and posts refer to it.
        data = not options.noindex
        comment = " itemprop=comment itemscope itemtype=https://schema.org/Comment"
        self._comment = comment if data else ""
        self._time = " itemprop=datePublished" if data else ""
        self._text = " itemprop=text" if data else ""

    def article(self, item: Item) -> str:
        """Returns a post with everything that is said about it, the author's name first."""
        name, who, network, data = self._heads.get(id(item.speaker)) or self._head(item.speaker)
        published, text = self._time, self._text
        post, number, anchor = item.post, item.number, item.anchor
        tag, kind = "article", " class=star" if item.starred else ""
        if item.unlinked:
            kind += " data-redacted"
        if item.url:
            about = (
                f'{who}<a href="{escaped(item.url)}" aria-label="{network} #{number}">{network}</a>'
            )
        elif post.is_remark:
            # A remark is no article: nobody published it anywhere else.
            tag, kind = "div", ' class="said star"' if item.starred else " class=said"
            about = f"{who}said in {bdi(post.venue or 'the room')}"
            data = published = text = ""
        else:
            about = f"{who}{network}"
        if item.withheld:
            read = link(item.url, f"Read #{number} on X") if item.url else "Words left on X"
            body = f"<p dir=auto>{read}"
        elif (
            "\n" in post.text or post.links or post.languages or post.media or post.content_warning
        ):
            body = self._body(item, text)
        else:
            body = f"<p dir=auto{text}>{html_words(post.text, (), self._numbers)}"
        if item.reposted:
            body = self._context("Reposting", item.reposted, item)
            data = published = ""
            name += f" reposted {bdi(item.reposted.called)}"
        for what, context in contexts(item):
            body += self._context(what, context, item)
        if item.folds or item.note:
            body += self._after(item)
        if post.undated:
            published = ""  # nobody knows when it was
        at = item.at
        time = clock_on(at, self._day)
        return (
            f"<{tag} id={anchor}{kind}{data}><h3>{name}"
            f" <time{published} datetime={item.stamp[:19]}Z>{time}</time></h3>"
            f"<p>{about} <a id={item.id_anchor} href=#{anchor}>#{number}</a>"
            f"{_facts(item)}{body}</{tag}>\n"
        )

    def _head(self, speaker: Speaker) -> tuple[str, str, str, str]:
        """Returns what all posts of a speaker share: name, other facts, network, metadata."""
        name = bdi(speaker.name)
        data = f"{self._comment} itemref={person_anchor(speaker)}" if self._comment else ""
        if speaker.nobody:
            data = self._comment
        handle = speaker.handle if speaker.handle.lstrip("@") != speaker.name else ""
        facts = (handle, speaker.organisation, speaker.role)
        who = "".join(f"{bdi(fact)}, " for fact in facts if fact)
        head = name, who, esc(network_name(speaker.network)), data
        self._heads[id(speaker)] = head
        return head

    def _body(self, item: Item, attributes: str) -> str:
        post = item.post
        language = html_lang(post.languages[0]) if len(post.languages) == 1 else None
        if language and primary_language(language) != self._language:
            attributes += f" lang={language}"
        body = (
            html_paragraphs(post.text, post.links, attributes, self._numbers) if post.text else ""
        )
        for number, media in enumerate(post.media, 1):
            name = MEDIA.get(media.kind, "Attachment")
            described = f": {bdi(media.alt)}" if media.alt else " without description"
            body += f"<p class=meta>{name}{described}"
            if url := web_url(media.url):
                which = f" {number}" if len(post.media) > 1 else ""
                shown_as = f"{name.lower()}{which} of #{item.number} at {url_host(url)}"
                body += f" ({link(url, shown_as)})"
        if post.content_warning:
            warning = f"Content warning: {bdi(post.content_warning)}"
            return f"<details><summary>{warning}</summary>{body}</details>"
        return body

    def _context(self, what: str, context: Context, item: Item) -> str:
        """Returns what came along with a post, as a quotation with its author, time and link."""
        network = esc(network_name(context.network))
        if context.url:
            label = f"{network} #{context.number}"
            network = f'<a href="{escaped(context.url)}" aria-label="{label}">{network}</a>'
        facts = "".join(f" · {esc(fact)}" for fact in context_facts(context, item))
        cite = f' cite="{escaped(context.url)}"' if context.url else ""
        head = f"<p class=meta>{what} <b>{bdi(context.who)}</b>, {network}{facts}"
        post, short = context.post, context is item.answered
        language = html_lang(post.languages[0]) if len(post.languages) == 1 else None
        foreign = language and primary_language(language) != self._language
        lang = f" lang={language}" if foreign else ""
        if short or post.content_warning or not post.text or context.withheld:
            said = context_words(context, whole=not short)
            words = f"<p dir=auto{lang}>{esc(said)}" if said else ""
        else:
            words = html_paragraphs(post.text, post.links, lang)
        return f"<blockquote{cite}>{head}{words}</blockquote>"

    def _after(self, item: Item) -> str:
        after = ""
        if folds := item.folds:
            if folds.reposters:
                after += f"<p class=meta>Reposted by {name_list(folds.reposters, folds.foremost)}"
            places = [
                link(copy.url, name, f' aria-label="{esc(name)}, the same as #{item.number}"')
                if copy.url
                else esc(name)
                for copy, name in ((each, network_name(each.network)) for each in folds.elsewhere)
            ]
            if places:
                after += f"<p class=meta>Also on {' and '.join(places)}"
        if item.note:
            after += f"<p class=note><b>Moderator’s note:</b> <bdi>{html_words(item.note)}</bdi>"
        return after


def person_anchor(speaker: Speaker) -> str:
    """Returns the anchor of somebody's row in the page's list of people."""
    return f"p{speaker.person}"


def _facts(item: Item) -> str:
    """Returns the facts about a post besides its text, as HTML."""
    facts = " · <b>Highlight</b>" if item.starred else ""
    for mark in item.marks:
        facts += f" · <b>{MARKS[mark]}</b>"
    if item.reply:
        verb = "continues" if item.reply.own else "in reply to"
        facts += f" · {verb} {other(item.reply, own=item.reply.own)}"
    if item.quote:
        facts += f" · quotes {other(item.quote)}"
    if item.answered_while or item.moved or item.edited or item.repost_of or item.post.undated:
        for fact in plain_facts(item):
            facts += f" · {esc(fact)}"
    if item.redacted:
        facts += f" · <b>Redacted</b> {esc(redacted(item))}"
    if item.hidden:
        facts += " · <b>Hidden by the moderator</b>"
    return facts


def other(ref: PostRef, *, own: bool = False) -> str:
    """Returns a reference to another post: "Catrin Voss, #12", a link if the transcript has it."""
    if not ref.number:
        return bdi(ref.name) if ref.name else "a post that is not in this transcript"
    name = "" if own else f"{bdi(ref.name)}, "
    return f"<a href=#{ref.anchor}>{name}#{ref.number}</a>"
