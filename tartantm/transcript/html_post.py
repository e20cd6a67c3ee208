"""One post on the page."""

from __future__ import annotations

from tartantm.transcript.html_words import bdi, esc, link, names, prose, words
from tartantm.transcript.languages import primary, shown
from tartantm.transcript.model import Item, Ref, Speaker, Transcript
from tartantm.transcript.options import Options
from tartantm.transcript.people import network_name
from tartantm.transcript.prose import host
from tartantm.transcript.times import clock_on

MARKS = {
    "decision": "Decision",
    "action": "Action",
    "idea": "Idea",
    "resource": "Resource",
    "question": "Open question",
}
_MEDIA = {"image": "Image", "video": "Video", "gif": "Animation", "audio": "Sound"}


class Posts:
    """Makes the HTML of posts for one transcript.

    A page has hundreds of posts, so what HTML lets one leave out is left out: the ends of
    paragraphs, and a class where the place says the same.
    """

    def __init__(self, transcript: Transcript, options: Options) -> None:
        self._day = transcript.day
        self._language = primary(options.language)
        self._heads: dict[int, tuple[str, str]] = {}
        data = not options.noindex
        # RDFa Lite for schema.org: half the size of microdata, and no script as JSON-LD is.
        self._comment = ' property="comment" typeof="Comment"' if data else ""
        self._author = ' property="author"' if data else ""
        self._time = ' property="datePublished"' if data else ""
        self._url = ' property="url"' if data else ""
        self._text = ' property="text"' if data else ""

    def article(self, item: Item) -> str:
        """The post with everything said about it, by name first and quietly the rest."""
        name, who = self._head(item.speaker)
        network = esc(network_name(item.speaker.network))
        tag = "article"
        if item.source:
            # The page's referrer policy makes noopener and noreferrer needless here.
            about = (
                f'{who} <a href="{esc(item.source)}" rel="nofollow ugc" aria-label="{network}'
                f' #{item.number}">{network}</a>'
            )
        elif item.post.is_remark:
            # Nobody published it: an article is what can be found elsewhere too.
            tag = "div"
            about = f"{who} said in {bdi(item.post.venue or 'the room')}"
        else:
            tag, about = "div", f"{who} {network}"
        at = item.at
        kind = ' class="star"' if item.starred else ""
        if tag == "div":
            kind = ' class="said star"' if item.starred else ' class="said"'
        post = item.post
        plain = not (post.content_warning or post.media or post.languages or post.links)
        if item.withheld:
            body = f"<p>{link(item.source, f'Read #{item.number} on X')}" if item.source else ""
        elif plain and "\n" not in post.text:
            body = f'<p dir="auto"{self._text}>{words(post.text)}'
        else:
            body = self._body(item)
        return (
            f'<{tag} id="{item.anchor}"{kind}{self._comment}><h3>{name} <time{self._time} datetime='
            f'"{at.isoformat(timespec="seconds")}">{clock_on(at, self._day)}</time></h3>\n'
            f'<p>{about} <a{self._url} href="#{item.anchor}">#{item.number}</a>'
            f"{self._facts(item)}{body}{self._after(item)}</{tag}>\n"
        )

    def _head(self, speaker: Speaker) -> tuple[str, str]:
        """The name, and what stands quietly after it: handle, organisation, role."""
        head = self._heads.get(id(speaker))
        if head is None:
            name = f"<bdi{self._author}>{esc(speaker.name)}</bdi>"
            handle = speaker.handle if speaker.handle.lstrip("@") != speaker.name else ""
            who = [bdi(words) for words in (handle, speaker.organisation, speaker.role) if words]
            head = self._heads[id(speaker)] = name, ", ".join(who)
        return head

    def _facts(self, item: Item) -> str:
        """What else there is to know, in a few words each."""
        facts = []
        if item.starred:
            facts.append("<b>Highlight</b>")
        facts += [f"<b>{MARKS[mark]}</b>" for mark in item.marks]
        if item.reply:
            verb = "continues" if item.reply.own else "in reply to"
            facts.append(f"{verb} {other(item.reply, own=item.reply.own)}")
        if item.quote:
            facts.append(f"quotes {other(item.quote)}")
        if item.post.repost_of:
            facts.append("repost of a post that is not in this transcript")
        if item.late:
            then = f"while {item.late} was open" if item.late != "none" else "after it was closed"
            facts.append(f"answered {then}")
        if item.moved:
            facts.append("placed here by the moderator")
        if item.edited:
            facts.append(f"edited {clock_on(item.edited, item.at)}")
        if item.hidden:
            facts.append("<b>Hidden by the moderator</b>")
        return "".join(f" · {fact}" for fact in facts)

    def _body(self, item: Item) -> str:
        post = item.post
        attributes = self._text
        language = shown(post.languages[0]) if len(post.languages) == 1 else None
        if language and primary(language) != self._language:
            attributes += f' lang="{language}"'
        body = prose(post.text, post.links, attributes) if post.text else ""
        for number, media in enumerate(post.media, 1):
            name = _MEDIA.get(media.kind, "Attachment")
            told = f": {bdi(media.alt)}" if media.alt else " without description"
            body += f'<p class="meta">{name}{told}'
            if media.url and (where := host(media.url)):
                which = f" {number}" if len(post.media) > 1 else ""
                shown_as = f"{name.lower()}{which} of #{item.number} at {where}"
                body += f" ({link(media.url, shown_as)})"
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
                else network_name(copy.network)
                for copy in folds.elsewhere
            ]
            if places:
                after += f'<p class="meta">Also on {" and ".join(places)}'
        if item.note:
            after += f'<p class="note"><b>Moderator’s note:</b> <bdi>{words(item.note)}</bdi>'
        return after


def other(ref: Ref, *, own: bool = False) -> str:
    """Another post in words, as a link where the transcript has it: "Catrin Voss, #12"."""
    if not ref.number:
        return bdi(ref.name) if ref.name else "a post that is not in this transcript"
    name = "" if own else f"{bdi(ref.name)}, "
    return f'<a href="#{ref.anchor}">{name}#{ref.number}</a>'
