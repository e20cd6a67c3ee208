"""Headings, facts and short phrases that the formats for people share: HTML, Markdown, text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from tartantm.core.change_kinds import changes_in_words
from tartantm.core.describe import REASONS
from tartantm.transcript.clean_text import one_line
from tartantm.transcript.model import (
    Account,
    Correction,
    Item,
    Part,
    RedactionNotice,
    Transcript,
)
from tartantm.transcript.speakers import network_name
from tartantm.transcript.times import both_ends, clock, clock_on, date, day, zone

OUTCOMES = {
    "decision": "Decisions",
    "action": "Actions",
    "idea": "Ideas",
    "resource": "Resources",
    "question": "Open questions",
}
"""By mark: the heading of the list of such posts."""

MARKS = {
    "decision": "Decision",
    "action": "Action",
    "idea": "Idea",
    "resource": "Resource",
    "question": "Open question",
}
"""By mark: its name on a post."""

MEDIA = {"image": "Image", "video": "Video", "gif": "Animation", "audio": "Sound"}
"""By kind of media: its name on a post."""

_ROLES = (
    ("host", "Host", "Hosts"),
    ("guest", "Guest", "Guests"),
    ("moderator", "Moderator", "Moderators"),
)


def facts(transcript: Transcript) -> Iterator[tuple[str, str]]:
    """Yields the facts at the head of the transcript: when, where, with whom, how many posts."""
    if transcript.when:
        yield "When", transcript.when
    if transcript.venues:
        yield "Where", listed(one_line(venue.name) for venue in transcript.venues)
    for role, one, many in _ROLES:
        people = [person for person in transcript.people if person.role == role]
        if people:
            yield (
                one if len(people) == 1 else many,
                ", ".join(
                    person.name + (f" ({person.organisation})" if person.organisation else "")
                    for person in people
                ),
            )
    numbers = transcript.statistics
    asked = count(len(numbers.questions) - 1, "question")
    if numbers.posts:
        words = f"{numbers.posts:,}{by(numbers.people, transcript.parts)}"
        words += f" on {asked}" * (len(numbers.questions) > 1)
    else:
        words = "none" + f"; {asked} on the agenda" * (len(numbers.questions) > 1)
    if out := transcript.coverage.left_out:
        words += f"; {out:,} left out"
    if redacted := transcript.coverage.redacted:
        words += f"; {redacted:,} redacted"
    yield "Posts", words
    if transcript.pseudonyms:
        yield "Names", "replaced by numbers"
    if transcript.corrections:
        yield "Corrected", correction(transcript.corrections[-1])
    if now := transcript.running_at:
        when = f"{day(now)}, {clock(now)} {zone(transcript.timezone, now)}"
        yield "State", f"The chat is still running. Written {when}; reload for what came since"


def by(people: int, parts: Iterable[Part]) -> str:
    """Returns " by 5 people", with the authors of these parts' posts whom nobody knows."""
    whose = [count(people, "person", "people")] if people else []
    if any(item.speaker.nobody and item.counts for part in parts for item in part.items):
        whose.append("unknown authors")
    return f" by {' and '.join(whose)}"


def correction(made: Correction) -> str:
    """Returns "3 July 2026 at 09:12: 2 posts redacted": what had to change, not for whom."""
    words = changes_in_words(made.changes)
    return f"{date(made.at)} at {clock(made.at)}" + (f": {words}" if words else "")


def part_title(part: Part) -> str:
    """Returns the heading of a part: "Q3 Who owns the register?"."""
    return f"{part.question.id} {part.title}" if part.question else part.title


def part_facts(part: Part, transcript: Transcript) -> str:
    """Returns "Opened 18:00, closed 18:12 · 5 posts by 5 people"; reposts are told apart."""
    words = []
    if part.opened_at:
        if part.closed_at:
            opened, closed = both_ends(part.opened_at, part.closed_at, transcript.day)
            words.append(f"Opened {opened}, closed {closed}")
        else:
            words.append(f"Opened {clock_on(part.opened_at, transcript.day)}")
    elif part.question:
        words.append("Never opened")
    posts = "No posts"
    if part.posts:
        posts = f"{count(part.posts, 'post')}{by(part.people, [part])}"
    if reposts := len(part.items) - part.posts:
        posts += f", {count(reposts, 'repost')} of posts from elsewhere"
    return " · ".join((*words, posts))


def elsewhere(item: Item) -> str:
    """Returns a reference to a post in another part: "#12, Catrin Voss, under Q3"."""
    return f"#{item.number}, {item.speaker.name}, under {item.question or 'General'}"


def item_facts(item: Item) -> Iterator[str]:
    """Yields the facts about a post besides its text, each in a few words."""
    if item.starred:
        yield "highlight"
    for mark in item.marks:
        yield MARKS[mark].lower()
    if item.post.is_remark:
        yield f"said in {item.post.venue or 'the room'}"
    if ref := item.reply:
        yield f"{'continues' if ref.own else 'in reply to'} {_other(item, own=ref.own)}"
    if item.quote:
        yield f"quotes {_other(item, quote=True)}"
    yield from plain_facts(item)
    if item.redacted:
        yield f"redacted {redacted(item)}"
    if item.hidden:
        yield "hidden by the moderator"


def plain_facts(item: Item) -> Iterator[str]:
    """Yields those of the facts that name nobody, and so need no links in any format."""
    if item.repost_of and not item.reposted:
        yield "repost of a post that is not in this transcript"
    if item.answered_while:
        then = (
            f"while {item.answered_while} was open"
            if item.answered_while != "none"
            else "after it was closed"
        )
        yield f"answered {then}"
    if item.moved:
        yield f"placed under {item.question} by the moderator"
    if item.post.undated:
        yield f"time not known, found {clock_on(item.at, item.at)}"
    if item.edited:
        yield f"edited {clock_on(item.edited, item.at)}"


def redacted(item: Item) -> str:
    """Returns when, by whom and why: "21 June, 09:12 by the moderator: personal data, abuse"."""
    assert item.redacted is not None
    return redacted_at(item.redacted, item.at)


def redacted_at(notice: RedactionNotice, usual: datetime) -> str:
    """Returns the same of a notice, with the day where it is another than the usual one."""
    words = f"{clock_on(notice.at, usual)} by the moderator"
    reasons = ", ".join(REASONS[reason] for reason in notice.reasons)
    return f"{words}: {reasons}" if reasons else words


def after(item: Item) -> Iterator[str]:
    """Yields what is said below a post: its media, and who reposted it."""
    for media in item.post.media:
        words = f": {media.alt}" if media.alt else " without description"
        yield MEDIA.get(media.kind, "Attachment") + words
    if folds := item.folds:
        if folds.reposters:
            yield f"Reposted by {listed(folds.reposters)}"
        if folds.elsewhere:
            yield f"Also on {listed(network_name(copy.network) for copy in folds.elsewhere)}"


def account(one: Account) -> str:
    """Returns "@ailsa (X)", "in the room", or the network alone where the handle is withheld.

    Of one that the same account had before: "earlier @ailsa (X)".
    """
    if one.network == "room":
        return "in the room"
    name = network_name(one.network)
    return f"{earlier(one)}{one.handle} ({name})" if one.handle else name


def earlier(one: Account) -> str:
    """Returns what stands before a handle that an account does not have any more."""
    return "earlier " if one.earlier else ""


def count(number: int, one: str, many: str = "") -> str:
    """Returns a number with its noun: "1 post", "1,204 posts"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(words: Iterable[str]) -> str:
    """Returns "a, b and c", or "a, x; b, y; c, z" where the names have commas themselves."""
    everything = list(words)
    if any("," in word for word in everything):
        return "; ".join(everything)
    if len(everything) < 2:
        return "".join(everything)
    return f"{', '.join(everything[:-1])} and {everything[-1]}"


def _other(item: Item, *, own: bool = False, quote: bool = False) -> str:
    ref = item.quote if quote else item.reply
    if ref is None or not (ref.number or ref.name):
        return "a post that is not in this transcript"
    if not ref.number:
        return ref.name
    return f"#{ref.number}" if own else f"{ref.name}, #{ref.number}"
