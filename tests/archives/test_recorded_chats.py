"""Recorded chats through the forms that people have them in: every post stands at the same place.

Their words stand in no file of this repository (`tests.benchmarks.recorded`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from tartantm.archives.reading import Reading
from tartantm.core.agenda import Agenda
from tartantm.core.post import Post
from tests.archives.writers import Said, snowflake, write
from tests.benchmarks.grouping import hear
from tests.benchmarks.recorded import SHARED, recording

DEV = SHARED / "dev"
FORMS = ("v2", "v1", "tags-csv", "archive")


def as_said(posts: Sequence[Post]) -> tuple[list[Said], dict[str, str]]:
    """Posts as a network would have them, with ids that fit their times; new ids by old ones."""
    said: dict[str, Said] = {}
    for number, post in enumerate(posts):
        said[post.id] = Said(
            snowflake(post.created_at, number),
            _handle(post.author.handle),
            post.created_at,
            post.text,
            reply_to=said.get(post.reply_to or ""),
            quotes=said.get(post.quote_of or ""),
            reposts=said.get(post.repost_of or ""),
        )
    return list(said.values()), {old: f"x:{each.id}" for old, each in said.items()}


def _handle(name: str) -> str:
    """A name that X allows: some of the chats were held elsewhere."""
    return re.sub(r"\W", "_", name)


def renamed(agenda: Agenda, ids: dict[str, str]) -> Agenda:
    """The agenda with the new ids of the posts that ask its questions."""
    questions = tuple(
        replace(question, asked_by=tuple(ids.get(each, each) for each in question.asked_by))
        for question in agenda.questions
    )
    people = tuple(
        replace(person, handles=tuple(f"{_handle(each[:-2])}@x" for each in person.handles))
        for person in agenda.people
    )
    return replace(agenda, questions=questions, people=people)


def placements(agenda: Agenda, path: Path) -> dict[str, tuple[str | None, bool]]:
    """Where each post of a file or folder stands, after it was heard like a live chat."""
    posts = [each for each in Reading([path]).items() if isinstance(each, Post)]
    # Some of these chats know the minute only; ids have the order in which posts were written.
    posts.sort(key=_written)
    chat = hear(agenda, posts)
    return {
        post_id: (entry.placement.question, entry.placement.inbox)
        for post_id, entry in chat.entries.items()
    }


def _written(post: Post) -> tuple[datetime, int]:
    return post.created_at, int(post.id.removeprefix("x:"))


def compare(chat_id: str, folder: Path) -> dict[str, int]:
    """How many posts stand elsewhere than through v2, by form."""
    held = recording(DEV, chat_id)
    said, ids = as_said(held.posts)
    agenda = renamed(held.agenda, ids)
    found = {form: placements(agenda, write(form, said, folder)) for form in FORMS}
    assert all(each.keys() == found["v2"].keys() == set(ids.values()) for each in found.values())
    return {
        form: sum(place != found["v2"][post] for post, place in each.items())
        for form, each in found.items()
    }


needs_recordings = pytest.mark.skipif(not DEV.is_dir(), reason="the recorded chats are not here")


@needs_recordings
@pytest.mark.parametrize("chat_id", ["bcr-2022-04-13", "critlib-2015-03-11"])
def test_the_same_placements(chat_id: str, tmp_path: Path) -> None:
    assert compare(chat_id, tmp_path) == dict.fromkeys(FORMS, 0)
