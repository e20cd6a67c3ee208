"""Every text of a chat that people wrote or that names them, and where it stands.

Whoever looks for words looks here, so that no field of a post is overlooked by one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from tartantm.core.post import Post

if TYPE_CHECKING:
    from tartantm.core.chat import Chat
    from tartantm.core.entry import Entry


class Place(Enum):
    """Where a text stands, in words for people."""

    TEXT = "the text"
    EARLIER = "a former wording"
    WARNING = "the content warning"
    LINK = "a link"
    MEDIA = "the description of a picture"
    HASHTAG = "a hashtag"
    MENTION = "a mention"
    NAME = "the author's name"
    VENUE = "the venue"
    REASON = "the reason of its placement"
    NOTE = "a note"
    SUMMARY = "a summary"
    TITLE = "the chat's title"
    QUESTION = "a question"
    PERSON = "the people of the agenda"


class Text(NamedTuple):
    """A text that stands somewhere in a chat."""

    place: Place
    words: str
    post: str | None = None
    """The id of the post it stands in or belongs to."""
    question: str | None = None
    """The id of the question it stands in or belongs to."""


def texts_of_chat(chat: Chat) -> Iterator[Text]:
    """Yields every text of the chat: of posts, of what was said about them, of the agenda."""
    for entry in chat.entries.values():
        if not entry.withdrawn:
            yield from texts_of_entry(entry)
    yield Text(Place.TITLE, chat.agenda.title)
    if chat.summary:
        yield Text(Place.SUMMARY, chat.summary)
    for question in chat.agenda.questions:
        yield Text(Place.QUESTION, question.text, question=question.id)
    for question_id, state in chat.states.items():
        if state.summary:
            yield Text(Place.SUMMARY, state.summary, question=question_id)
    for person in chat.agenda.people:
        for words in (person.name, person.organisation, *(f"@{h}" for h in person.handles)):
            if words:
                yield Text(Place.PERSON, words)
    for venue in chat.agenda.venues:
        yield Text(Place.VENUE, venue.name)


def texts_of_entry(entry: Entry) -> Iterator[Text]:
    """Yields every text of an entry."""
    post_id = entry.id
    for place, words in texts_of_post(entry.post):
        yield Text(place, words, post_id)
    for wording in entry.earlier:
        yield Text(Place.EARLIER, wording.text, post_id)
    if entry.note:
        yield Text(Place.NOTE, entry.note, post_id)
    if entry.placement.reason:
        yield Text(Place.REASON, entry.placement.reason, post_id)


def texts_of_post(post: Post) -> Iterator[tuple[Place, str]]:
    """Yields every text of a post, with the place where it stands; handles with their ``@``."""
    if post.text:
        yield Place.TEXT, post.text
    if post.author.name:
        yield Place.NAME, post.author.name
    if post.author.handle:
        yield Place.NAME, f"@{post.author.handle}"
    if post.content_warning:
        yield Place.WARNING, post.content_warning
    for link in post.links:
        for words in (link.url, link.shown, link.title):
            if words:
                yield Place.LINK, words
    for medium in post.media:
        for described in (medium.alt, medium.url):
            if described:
                yield Place.MEDIA, described
    for hashtag in post.hashtags:
        yield Place.HASHTAG, f"#{hashtag}"
    for handle in (*post.mentions, *([post.reply_to_handle] if post.reply_to_handle else [])):
        yield Place.MENTION, f"@{handle}"
    if post.venue:
        yield Place.VENUE, post.venue
