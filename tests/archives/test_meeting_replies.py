"""Answers and signs of approval in a chat that Zoom saved. Everything is made up."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tartantm.archives.reading import Reading
from tartantm.archives.shape import Context
from tartantm.core.post import Post

CHAT = """\
19:02:11 From Ailsa Example to Everyone:
	Welcome all! Q1: What is a good form?
19:03:40 From Bram Example to Everyone:
	A1: one that I can leave half done
	and come back to
19:04:02 From Cat Example to Dod Example (Direct Message):
	A1: one that nobody sees
19:05:00 From Dod Example to Everyone:
	Replying to "A1: one that I can l..."

	Exactly that
19:05:20 From Ailsa Example to Everyone:
	Reacted to "A1: one that I can l..." with 👍
19:05:22 From Ailsa Example to Everyone:
	Removed a 👍 reaction from "A1: one that I can l..."
19:06:00 From Cat Example to Everyone:
	Replying to "Welcome all! Q1: What is a good form?"

	A1: the shortest
19:07:00 From Cat Example to Everyone:
	Replying to "A1: one that nobody..."

	Who said so?
"""


def test_an_answer_has_its_own_words_and_points_to_what_it_answers(tmp_path: Path) -> None:
    (tmp_path / "chat.txt").write_text(CHAT, "utf-8")
    context = Context(day=datetime(2013, 3, 14, 19, tzinfo=UTC))
    items = Reading([tmp_path / "chat.txt"], context).items()
    posts = [item for item in items if isinstance(item, Post) and item.visibility == "public"]
    words = {post.id: post.text for post in posts}
    assert [(post.author.name[:4], post.text) for post in posts] == [
        ("Ails", "Welcome all! Q1: What is a good form?"),
        ("Bram", "A1: one that I can leave half done\nand come back to"),
        ("Dod ", "Exactly that"),
        ("Cat ", "A1: the shortest"),
        ("Cat ", 'Replying to "A1: one that nobody..."\n\nWho said so?'),
    ]
    answered = [words.get(post.reply_to or "", "")[:7] for post in posts]
    assert answered == ["", "", "A1: one", "Welcome", ""]
