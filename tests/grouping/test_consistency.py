"""In any order of events grouper and chat agree, and people's decisions are kept."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.core.events import Deleted, Edited, Hidden, ReaderSaid
from tartantm.core.reader_words import ReaderWords
from tartantm.grouping import Grouper
from tests.builders import at, post
from tests.grouping.evening import SIX, Evening

NAMES = ["ailsa", "calum", "morag", "isla"]
TEXTS = [
    "Hi all",
    "Nobody plans a thing",
    "A1: never did",
    "A2 one page is written",
    "@ailsa Quite",
    "@calum A3: two of us",
    "RT @ailsa: A1: never did",
    "Ha! RT @calum: Nobody plans a thing",
    "First part 1/2",
    "second part 2/2",
    "A1/A2: both",
    "Q1: Are the days of just doing it over?",
    "Q2: Do we need a written strategy?",
    "Q3: Who keeps the passwords and keys?",
    "Q2 coming up",
    "Back to Q1",
    "Let's move on to Q3",
    "Any last thoughts on Q2?",
    "OK, moving on",
    "Any last thoughts on this one?",
    "Thanks everybody for coming!",
]
IDS = [str(n) for n in range(1, 9)]
QUESTIONS = [question.id for question in SIX.questions]
PLACES = [None, *QUESTIONS]
MINUTES = st.integers(0, 150)

some_id = st.sampled_from(IDS)
reference = st.one_of(st.none(), some_id.map(lambda name: f"x:{name}"))
posts = st.builds(
    lambda name, text, minute, author, reply, repost, quote, thread: post(
        name,
        text,
        minute,
        author=author,
        reply_to=reply,
        repost_of=repost,
        quote_of=quote,
        thread=thread,
    ),
    *(some_id, st.sampled_from(TEXTS), MINUTES, st.sampled_from(NAMES)),
    *(reference, st.one_of(st.none(), st.none(), reference), reference, reference),
)
steps = st.one_of(
    st.tuples(st.just("hear"), posts),
    st.tuples(st.just("hear"), posts),
    st.tuples(st.just("open"), st.sampled_from(QUESTIONS), MINUTES),
    st.tuples(st.just("move"), some_id, st.sampled_from(PLACES)),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
    st.tuples(st.just("edit"), some_id, st.sampled_from(TEXTS)),
    st.tuples(st.just("delete"), some_id),
    st.tuples(st.just("hide"), some_id, st.booleans()),
    st.tuples(st.just("read"), st.lists(some_id, max_size=3, unique=True), st.sampled_from(PLACES)),
)


def step(evening: Evening, kind: str, *what: object) -> None:
    held, history = evening.chat.entries, evening.chat.history
    match kind, what:
        case ["hear", [new]] if new.id not in held:  # type: ignore[attr-defined]
            evening.hear(new)  # type: ignore[arg-type]
        case ["open", [str(question), int(minute)]]:
            evening.open(question, minute)
        case ["move", [str(name), place]] if f"x:{name}" in held:
            evening.move(**{name: place})  # type: ignore[arg-type]
        case ["undo", []] if history.undoable:
            evening.undo()
        case ["redo", []] if history.redoable:
            evening.redo()
        case ["edit", [str(name), str(text)]] if entry := held.get(f"x:{name}"):
            number = len(entry.earlier) + 1
            edited = replace(entry.post, text=text, version=str(number), edited_at=at(200 + number))
            evening.happen(Edited(edited))
        case ["hide", [str(name), bool(on)]] if f"x:{name}" in held:
            evening.happen(Hidden((f"x:{name}",), on))
        case ["read", [list(names), place]]:
            words = ReaderWords(evening.chat)
            known = [f"x:{each}" for each in names if words.is_public(held.get(f"x:{each}"))]
            places = dict.fromkeys(known, place)
            asked = words.fingerprint(known, words.offered)
            evening.happen(
                ReaderSaid(tuple(known), places, tuple(known), words.offered, asked)  # type: ignore[arg-type]
            )
        case ["delete", [str(name)]]:
            evening.happen(Deleted((f"x:{name}",), at(200)))


@given(st.lists(steps, max_size=25))
@settings(max_examples=150, deadline=None)
def test_grouper_and_chat_agree(happened: list[tuple[str, object]]) -> None:
    evening = Evening()
    by_person: dict[str, str | None] = {}
    for kind, *what in happened:
        step(evening, kind, *what)
        placed = evening.grouper._memory.posts
        for post_id, entry in evening.chat.entries.items():
            assert placed[post_id].placement == entry.placement
            assert placed[post_id].unconfirmed == []
            if kind not in ("move", "undo", "redo") and post_id in by_person:
                assert entry.placement.question == by_person[post_id]
        by_person = {
            post_id: entry.placement.question
            for post_id, entry in evening.chat.entries.items()
            if entry.placement.by_person
        }
    again = Grouper(evening.chat)
    assert [o.question for o in again._memory.openings] == [
        opening.question for opening in evening.grouper._memory.openings
    ]
    assert again._memory.read_by == evening.grouper._memory.read_by
