"""Acts that say something about posts and questions: stars, marks, notes, summaries, remarks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.describe import too_long
from tartantm.core.entry import Entry
from tartantm.core.errors import BadInput
from tartantm.core.folding import letters
from tartantm.core.identity import fingerprint
from tartantm.core.local_time import clock, read_time
from tartantm.core.post import Author, Post, clean
from tartantm.moderation.act import PreparedAct, on_agenda, prepare, standing

_HALF_A_DAY = timedelta(hours=12)
_LONG_OVER = timedelta(days=2)

LONG_OVER = (
    "The evening is long over, and the remark has the time of now: undo it, and give the time at"
    " which it was said."
)

SOMEBODY = "Somebody"
"""The speaker of a remark that names none."""


def star(chat: Chat, posts: Iterable[str], on: bool | None = None) -> PreparedAct:
    """Make posts highlights or, with `on` False, no longer; None removes it where all have it."""
    ids = standing(chat, posts)
    if on is None:
        on = not all(chat.entries[post].starred for post in ids)
    return prepare(chat, ev.Starred(ids, on), posts=ids)


def mark(chat: Chat, posts: Iterable[str], mark: ev.Mark, on: bool | None = None) -> PreparedAct:
    """Give posts a mark or, with `on` False, take it off; None takes it off where all have it."""
    ids = standing(chat, posts)
    if on is None:
        on = mark not in marks_of_all(chat, ids)
    return prepare(chat, ev.Marked(ids, mark, on), posts=ids)


def marks_of_all(chat: Chat, posts: Iterable[str]) -> set[ev.Mark]:
    """The marks that every one of these posts has."""
    marks = [set(chat.entries[post].marks) for post in posts]
    return set.intersection(*marks) if marks else set()


def note(chat: Chat, post: str, words: str) -> PreparedAct:
    """Write a note on a post; no words remove the note."""
    (post_id,) = standing(chat, [post])
    return prepare(chat, ev.Noted(post_id, clean(words) or None), posts=(post_id,))


def summarise(chat: Chat, question: str | None, words: str) -> PreparedAct:
    """Sum up a question, or with None the whole chat; no words remove the summary."""
    summary = clean(words) or None
    if question is None:
        return prepare(chat, ev.Summarised(None, summary), warning=too_long(summary))
    return prepare(chat, ev.Summarised(on_agenda(chat, question), summary))


def remark(
    chat: Chat, written: str, venue: str, at: datetime, question: str | None, *, timed: bool = True
) -> PreparedAct:
    """Write down what somebody said aloud: "Speaker: words", or the words alone.

    `venue` may be "" or the beginning of one of the agenda's; `question` None for General. `timed`
    says that somebody gave the time: that of now is doubted where the evening is long over.
    """
    name, text = _speaker_and_words(written, SOMEBODY)
    # Not from the salt in clear: whoever has that can test guesses against every keyed hash.
    heard = fingerprint(chat.salt, f"remark {chat.last_seq + 1} {at.isoformat()} {name}: {text}")
    post_id = f"room:{heard[:20]}"
    where = venue_named(chat, venue) or None
    post = Post(post_id, Author(name, name), at, text, received_at=at, venue=where)
    doubt = "" if timed or not _is_long_over(chat, at) else LONG_OVER
    return prepare(chat, ev.Remarked(post, question), warning=doubt)


def correct_remark(
    chat: Chat, post: str, written: str | None, venue: str | None, at: datetime | None
) -> PreparedAct:
    """Correct what was written down of a remark; None leaves words, venue or time as they are.

    Words without a speaker are the same speaker's. It keeps its number, and goes to its place by
    time; undo brings the earlier wording back.
    """
    before = remark_of(chat, post).post
    name, text = before.author.shown, before.text
    if written is not None:
        name, text = _speaker_and_words(written, name)
    where = before.venue if venue is None else venue_named(chat, venue) or None
    said = before.created_at if at is None else at
    heard = max(before.received_at or said, said)  # nothing is sorted later than it was received
    author = before.author if name == before.author.shown else Author(name, name)
    after = replace(
        before, author=author, text=text, venue=where, created_at=said, received_at=heard
    )
    if replace(after, received_at=before.received_at) == before:
        raise BadInput("The remark is so already; nothing was changed.")
    return prepare(chat, ev.RemarkCorrected(after), posts=(before.id,))


def remark_of(chat: Chat, post: str) -> Entry:
    """Returns the entry of a remark; raises BadInput where a post is none, or was undone."""
    (post_id,) = standing(chat, [post])
    entry = chat.entries[post_id]
    if not entry.post.is_remark:
        raise BadInput(
            f"#{entry.number} is a post of {entry.post.author.shown}; only a remark, which you"
            " wrote down yourself, can be corrected."
        )
    if entry.withdrawn:
        raise BadInput(f"#{entry.number} is a remark that was undone.")
    return entry


def written_remark(post: Post) -> str:
    """Returns a remark as it is written down: "Ewan: we print it"."""
    return f"{post.author.shown}: {post.text}"


def said_at(chat: Chat, written: str, now: datetime, was: datetime | None = None) -> datetime:
    """Returns when a remark was made, from "18:20" or "01:30 BST" in the chat's time zone.

    The date is that of the chat, in one of several days that of when it `was` by what is written
    down; no words mean that, or else `now`. Raises BadInput for what is no time, or has not come.
    """
    if not written.strip():
        return was or now
    evening = _evening(chat)
    within = (
        was is not None and evening and evening[0] - _HALF_A_DAY <= was <= evening[-1] + _HALF_A_DAY
    )
    return read_time(written, chat.agenda.tz, now, [was] if was and within else evening)


def _is_long_over(chat: Chat, at: datetime) -> bool:
    """Whether what is said now cannot belong to the chat: it was on another day."""
    evening = _evening(chat)
    return bool(evening) and at - max(evening) > _LONG_OVER


def shown_time(chat: Chat, at: datetime) -> str:
    """Returns a time as `said_at` reads it, where the chat does not last for days."""
    return clock(at.astimezone(chat.agenda.tz))


def question_at(chat: Chat, at: datetime) -> str | None:
    """Returns the question that was open at a time, None for none."""
    period = chat.periods.at(at)
    return period.question if period else None


def venue_named(chat: Chat, written: str) -> str:
    """Returns the venue of the agenda that begins as is written, else the venue as written.

    Raises BadInput where several of the agenda's begin so.
    """
    name = clean(written, lines=False)
    found = completions(name, (venue.name for venue in chat.agenda.venues))
    if len(found) > 1:
        raise BadInput(f"“{name}” may be {' or '.join(found)}; write more of it.")
    return found[0] if found else name


def completions(written: str, names: Iterable[str]) -> list[str]:
    """Returns the names that begin as is written, whatever the case and accents; or the very one.

    None where nothing is written.
    """
    wanted = letters(written)
    if not wanted:
        return []
    found = [name for name in dict.fromkeys(names) if letters(name).startswith(wanted)]
    return [name for name in found if letters(name) == wanted][:1] or found


def speakers(chat: Chat) -> Iterator[str]:
    """Yields who may have said something: those heard at a venue, then the agenda's people."""
    heard = (entry.post for entry in chat.posts() if not entry.withdrawn)
    yield from (post.author.shown for post in heard if post.is_remark)
    yield from (person.name for person in chat.agenda.people)


def _speaker_and_words(written: str, somebody: str) -> tuple[str, str]:
    """Returns name and words of "Speaker: words"; `somebody` said what names no speaker."""
    speaker, colon, words = written.partition(":")
    if not colon:
        speaker, words = somebody, written
    name, text = clean(speaker, lines=False) or somebody, clean(words.strip())
    if not text:
        raise BadInput("A remark needs words, such as 'Ewan: we print it and pin it up'.")
    return name, text


def _evening(chat: Chat) -> list[datetime]:
    """Returns when the chat began and ended, as far as that is known; nothing of an empty one."""
    times = [entry.post.sort_at for entry in chat.posts() if not entry.withdrawn]
    starts = chat.agenda.starts or min(times, default=None)
    ends = chat.agenda.ends or max(times, default=None)
    return [at for at in (starts, ends) if at is not None]
