"""The section "About this transcript": what it is made of, what is not in it, whom to ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from tartantm.core.describe import REASONS
from tartantm.transcript.formats import FORMATS
from tartantm.transcript.formats.phrases import correction, count, listed
from tartantm.transcript.gap_phrases import bracketed
from tartantm.transcript.listening_words import nothing_heard, statement
from tartantm.transcript.model import SourceState, Transcript
from tartantm.transcript.speakers import network_name
from tartantm.transcript.times import clock, clock_on, date

_PLACED = {
    "asked": "as the question itself",
    "label": "by the question’s number in the post",
    "reply": "with the post answered",
    "quote": "with the post quoted",
    "repost": "with the post repeated",
    "thread": "with the thread around it",
    "mention": "with a post of the person addressed",
    "time": "under the question that was open at the time",
    "reader": "by a language model that the moderator had asked",
    "wording": "by wording",
    "greeting": "as a greeting",
    "general": "as talk beside the questions",
    "archive": "as the recording had it",
    "moderator": "by the moderator",
}
"""By `Placement.by`: how posts were placed."""


_STATES = {
    "asked": "never heard",
    "connected": "without a recorded end",
    "ended": "heard to its end",
    "failed": "failed",
    "lost": "not heard any more at the end",
}


FEW = 2
"""So many sentences on one source are read in a row; more are a list."""


class Paragraph(NamedTuple):
    """A paragraph for one format, with the list that follows it, if any."""

    words: str
    items: tuple[str, ...] = ()


def paragraphs(
    transcript: Transcript, name: Callable[[str], str], own: Callable[[str], str]
) -> Iterator[Paragraph]:
    """Yields the section's paragraphs for one format.

    `name` escapes text from outside for the format, `own` escapes our own sentences.
    """
    for each in _heard(transcript):
        yield Paragraph(own(each.words), tuple(map(own, each.items)))
    for words in (
        inventory(transcript),
        rechecked(transcript),
        placing(transcript),
        *_withheld(transcript),
        leaks(transcript),
        corrected(transcript),
    ):
        if words:
            yield Paragraph(own(words))
    yield Paragraph(own(_how_to_read(transcript)))
    yield Paragraph(
        own("To have something corrected or removed, or to get this in another form, ask")
        + " "
        + name(moderators(transcript))
        + own(
            "; say which post by its number or link. It is available as"
            f" {listed(form.phrase for form in FORMATS.values() if not form.of_posts)}."
        )
    )
    if transcript.address:
        yield Paragraph(f"{own('The web page stands at')} {name(transcript.address)}{own('.')}")
    yield Paragraph(own(made(transcript)))


def _how_to_read(transcript: Transcript) -> str:
    return (
        f"Times are as the networks gave them, in {transcript.zone or 'the chat’s time zone'}."
        " Each post keeps the number that it got when it was captured, so numbers have gaps."
        " Reposts are not counted as posts. Notes and summaries are the moderator’s; every other"
        " word belongs to whoever wrote it."
    )


def source_words(source: str) -> str:
    """Returns "Mastodon (mastodon.example)" for ``mastodon:mastodon.example``."""
    kind, _, where = source.partition(":")
    if kind == "file":
        return f"a recording ({where})" if where else "a recording"
    name = network_name(kind)
    shown = (where.partition("://")[2] or where).removesuffix("/")
    return f"{name} ({shown})" if shown else name


def _heard(transcript: Transcript) -> Iterator[Paragraph]:
    """Yields when nothing at all was heard, then what came of each source."""
    facts = transcript.coverage
    time = partial(clock_on, usual=transcript.day, seconds=True)
    if silent := nothing_heard(facts.silences, source_words, time):
        if len(silent) > FEW:
            yield Paragraph("There were times in which nothing was heard:", tuple(silent))
        else:
            yield Paragraph(" ".join(silent))
    by_name = {each.source: each for each in facts.listening}
    told: list[list[str]] = []
    for state in facts.sources:
        found = by_name.get(state.source)
        words = statement(found, _source(state.source), time) if found else [_state(state)]
        if state.damaged:
            words.append(f"{count(state.damaged, 'entry', 'entries')} could not be read.")
        told.append(words)
    if len(told) == 1:
        (first, *rest), *_ = told
        yield _sentences([f"Source: {first}", *rest])
    elif any(len(words) > FEW for words in told):
        yield from map(_sentences, told)
    elif told:
        yield Paragraph("Sources:", tuple(map(" ".join, told)))


def _sentences(words: Sequence[str]) -> Paragraph:
    """Returns a few sentences as they are, and of more the first with the others as a list."""
    if len(words) <= FEW:
        return Paragraph(" ".join(words))
    first, *rest = words
    return Paragraph(first, tuple(rest))


def _state(state: SourceState) -> str:
    """Returns the last that is known of a source that says no times, such as a recording."""
    words = f"{_source(state.source)}, {_STATES.get(state.state, state.state)}"
    return f"{words}{bracketed(state.detail)}."


def _source(source: str) -> str:
    words = source_words(source)
    return words[:1].upper() + words[1:]


def inventory(transcript: Transcript) -> str:
    """Returns the paragraph on how many posts were captured and what became of them."""
    facts = transcript.coverage
    if not (facts.captured or facts.remarks):
        erased = f"; {facts.erased:,} erased for good" * bool(facts.erased)
        return f"No posts {'are left' if facts.erased else 'were captured'}{erased}."
    among = sum(item.hidden for item in transcript.shown)
    out = [
        f"{facts.shown:,} shown" + (f", {among:,} of them hidden by the moderator" * bool(among))
    ]
    alone = sum(not item.counts for item in transcript.shown)
    if alone:
        out.append(f"{count(alone, 'repost')} of posts from elsewhere")
    if (reposts := facts.folded - facts.copies - alone) > 0:
        out.append(f"{count(reposts, 'repost')} shown as a count")
    if facts.copies:
        copies = count(facts.copies, "copy", "copies")
        out.append(f"{copies} of the same words elsewhere shown with the first")
    out += [
        f"{number:,} {words}"
        for number, words in (
            (facts.hidden * (not among), "hidden by the moderator"),
            (facts.deleted, "deleted by author or network"),
            (facts.restricted, "not public, by the author’s choice"),
        )
        if number
    ]
    text = f"{count(facts.captured, 'post')} captured"
    if facts.remarks:
        text += f" and {count(facts.remarks, 'remark')} from the room written down"
    if facts.erased:  # posts and remarks alike, and nobody can tell any more how many of each
        text += f", besides {facts.erased:,} erased for good"
    return f"{text}: {'; '.join(out)}."


def rechecked(transcript: Transcript) -> str:
    """Returns the paragraph on the last recheck with the networks."""
    check = transcript.coverage.rechecked
    if not transcript.coverage.captured:
        return ""
    if check is None:
        return "Not checked against the networks since the posts were captured."
    found = [
        f"{number:,} {words}"
        for number, words in (
            (check.gone, "gone since they were captured"),
            (check.edited, "edited since"),
            (check.unanswered, "without an answer"),
        )
        if number
    ]
    text = f"Checked against the networks on {date(check.at)} at {clock(check.at)}:"
    return (
        f"{text} {count(check.asked, 'post')} asked for, {', '.join(found) or 'all still there'}."
    )


def placing(transcript: Transcript) -> str:
    """Returns the paragraph on how the shown posts were placed."""
    facts = transcript.coverage
    if not facts.placed:
        return ""
    parts = [
        f"{number:,} {_PLACED.get(by, f'by {by}')}"
        for by, number in sorted(facts.placed.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    text = f"How posts were placed: {'; '.join(parts)}."
    if facts.unsure:
        text += (
            f" {facts.unsure:,} of them"
            f" {'was' if facts.unsure == 1 else 'were'} placed by the program without being sure,"
            " and nobody has looked yet."
        )
    return text


def _withheld(transcript: Transcript) -> Iterator[str]:
    """Yields the paragraphs on what is withheld within shown posts, and why."""
    if redacted := transcript.coverage.redacted:
        why = Counter(
            reason
            for item in transcript.shown
            if item.redacted
            for reason in item.redacted.reasons or ("",)
        )
        parts = [f"{why[reason]:,} {words}" for reason, words in REASONS.items() if why[reason]]
        parts += [f"{why['']:,} without a reason given"] * bool(parts and why[""])
        reasons = f" ({', '.join(parts)})" if parts else ""
        yield (
            f"The moderator redacted names or words in {count(redacted, 'post')}{reasons};"
            " each says so in its place, and does not link to its original."
        )
    if transcript.pseudonyms:
        but = " but the people named on the agenda" if transcript.pseudonyms != "all" else ""
        yield (
            f"Everybody{but} goes by a number instead of a name, the same throughout. Handles and"
            " full names are replaced within posts too, first names and nicknames are not; and"
            " whoever searches a network for the words of a public post may still find it there."
        )
    if transcript.x_withheld:
        yield "Posts on X are shown by author and link only; their words can be read there."


def corrected(transcript: Transcript) -> str:
    """Returns the paragraph on when this was corrected, and how much, not what was removed."""
    if not transcript.corrections:
        return ""
    times = "; ".join(map(correction, transcript.corrections))
    return f"Corrected after it was first written, on {times}."


def leaks(transcript: Transcript) -> str:
    """Returns the sentence on places where something withheld may still be read."""
    found = transcript.coverage.leaks
    if found is None:
        return ""
    if not found.accepted and not found.open:
        return "No place was found that may still name somebody withheld."
    return (
        f"Places that may still name somebody withheld: {found.accepted:,} found harmless by the"
        f" moderator, {found.open:,} to look at."
    )


def made(transcript: Transcript) -> str:
    """Returns the sentence on the program's version and the state of the session."""
    text = f"Made with tartantm {transcript.version}"
    if until := transcript.coverage.until:
        text += f" from the session as it stood on {date(until)} at {clock(until)}"
    if now := transcript.running_at:
        text += f", while the chat was running: written on {date(now)} at {clock(now)}"
    return f"{text}."


def moderators(transcript: Transcript) -> str:
    """Returns whom to ask for a correction: the moderators, else the hosts."""
    for role in ("moderator", "host"):
        names = [person.name for person in transcript.people if person.role == role]
        if names:
            return " or ".join(names)
    return "the moderator"
