"""The recorded chats of ``shared/data/chats``, turned into what the program reads.

Their words stand in no file of this repository. What was decided by hand about a post (`HIDDEN`)
never gets into what is made here; only `Truth` holds it.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from tartantm.agenda_files.load import load_agenda
from tartantm.agenda_files.write_toml import dump
from tartantm.archives.read import read
from tartantm.core.agenda import Agenda, Person, Question
from tartantm.core.post import Post, clean
from tartantm.networks.heard import heard_at
from tests.benchmarks.unlabelled import without_labels

SHARED = Path(__file__).parents[3] / "shared" / "data" / "chats"
"""Where the recorded chats lie beside a checkout; absent elsewhere."""

SHOWN = frozenset(
    ["id", "created_at", "author", "text", "reply_to", "retweet_of", "quote_of", "conversation_id"]
)
"""The fields of a recorded post that a network would deliver, and the only ones ever passed on."""

HIDDEN = re.compile(r"gold_.*|explicit_label|label_wrong|label_stripped|role")
"""Fields that hold what is to be found out."""


Version = Literal["as written", "half the labels", "no labels"]
"""How many of the labels that authors wrote are left in the texts."""

VERSIONS: tuple[Version, ...] = get_args(Version)

_UNREAD = frozenset(["unlabelled", "unread", "host"])
"""What `gold_source` says of posts whose place nobody read; a host's are known by their number."""


@dataclass(frozen=True)
class Truth:
    """What a person said about a post, for scoring only."""

    question: str | None
    certainty: str
    labelled: bool
    """Whether that was said at all."""
    either: tuple[str | None, ...] = ()
    """Other places that the reader found as good: a post may answer two questions."""

    def allows(self, question: str | None) -> bool:
        """Whether a place is one of those that a person would have it at."""
        return question == self.question or question in self.either


@dataclass(frozen=True, eq=False)
class Recording:
    """A recorded chat as the program hears it, and apart from that what people said about it."""

    id: str
    version: Version
    agenda: Agenda
    posts: tuple[Post, ...]
    """By time."""
    truths: dict[str, Truth]
    asking: frozenset[str]
    """Posts that ask a question; they are not scored."""


def recording(
    folder: Path,
    chat_id: str,
    version: Version = "as written",
) -> Recording:
    """Read a recorded chat by way of an archive, as a network would deliver it."""
    with tempfile.TemporaryDirectory() as made:
        archive, agenda_path = as_x_archive(folder, chat_id, Path(made), version)
        agenda = load_agenda(agenda_path).agenda
        posts = tuple(p for p in sorted(read(archive).heard, key=heard_at) if isinstance(p, Post))
    rows = rows_of(folder, chat_id, version)
    truths = truths_of(rows)
    assert truths.keys() == {post.id for post in posts}, "posts were lost on the way"
    asking = frozenset(post for question in agenda.questions for post in question.asked_by)
    return Recording(chat_id, version, agenda, posts, truths, asking)


def ids_in(folder: Path) -> list[str]:
    """The chats in a folder, by name."""
    return sorted(path.name.removesuffix(".agenda.json") for path in folder.glob("*.agenda.json"))


def rows_of(chat_dir: Path, chat_id: str, version: Version = "as written") -> list[dict[str, Any]]:
    """The recorded posts of a chat with all their fields."""
    half = ".stripped" if version == "half the labels" else ""
    path = chat_dir / f"{chat_id}{half}.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return (
        _without_labels(rows, _agenda_data(chat_dir, chat_id)) if version == "no labels" else rows
    )


def _without_labels(rows: list[dict[str, Any]], agenda: dict[str, Any]) -> list[dict[str, Any]]:
    """The same posts as if nobody labelled; those that ask or announce a question stay."""
    numbers = {int(question["id"][1:]) for question in agenda["questions"]}
    asking = {question["message_id"] for question in agenda["questions"]}
    asking |= {row["id"] for row in rows if row["gold_source"] == "host"}
    return [
        row if row["id"] in asking else row | {"text": without_labels(row["text"], numbers)}
        for row in rows
    ]


def truths_of(rows: list[dict[str, Any]]) -> dict[str, Truth]:
    """What people said about the posts, by post id."""
    return {
        f"x:{row['id']}": Truth(
            row["gold_question"],
            row["gold_certainty"] or "",
            row["gold_source"] not in _UNREAD,
            tuple(place for place in row.get("gold_all", ()) if place != row["gold_question"]),
        )
        for row in rows
    }


def as_x_archive(
    chat_dir: Path, chat_id: str, out_dir: Path, version: Version = "as written"
) -> tuple[Path, Path]:
    """Write a recorded chat as an archive of X API v2 (one post a line) and an agenda in TOML.

    Gives both paths. The agenda knows when each question was opened, by which post, and the hosts.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    archive, agenda = out_dir / f"{chat_id}.jsonl", out_dir / f"{chat_id}.toml"
    rows = rows_of(chat_dir, chat_id, version)
    lines = (json.dumps(page, ensure_ascii=False) + "\n" for page in x_pages(rows))
    archive.write_text("".join(lines), encoding="utf-8", newline="\n")
    agenda.write_text(dump(agenda_of(chat_dir, chat_id)), encoding="utf-8", newline="\n")
    return archive, agenda


def agenda_of(chat_dir: Path, chat_id: str) -> Agenda:
    """The agenda of a recorded chat."""
    data = _agenda_data(chat_dir, chat_id)
    questions = tuple(
        Question(
            question["id"],
            clean(question["text"], lines=False),
            opens_at=datetime.fromisoformat(question["opened_at"]).astimezone(UTC),
            asked_by=(f"x:{question['message_id']}",),
        )
        for question in sorted(data["questions"], key=lambda question: int(question["id"][1:]))
    )
    hashtag = re.sub(r"\W", "", data["hashtag"].split()[0])
    people = tuple(Person(host, (f"{host}@x",), "host") for host in data["host"])
    return Agenda(clean(data["title"], lines=False), (hashtag,), people=people, questions=questions)


def _agenda_data(chat_dir: Path, chat_id: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((chat_dir / f"{chat_id}.agenda.json").read_text("utf-8"))
    return data


def x_pages(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Recorded posts as pages of X API v2, one post a page, as a stream delivers them."""
    shown = [{name: row[name] for name in SHOWN & row.keys()} for row in rows]
    tweets = {row["id"]: _tweet(row) for row in shown}
    authors = {row["id"]: row["author"] for row in shown}
    for row in shown:
        tweet = tweets[row["id"]]
        named = [ref["id"] for ref in tweet.get("referenced_tweets", ()) if ref["id"] in tweets]
        if row.get("reply_to") in authors:
            tweet["in_reply_to_user_id"] = _user_id(authors[row["reply_to"]])
        users = dict.fromkeys([row["author"], *(authors[name] for name in named)])
        yield {
            "data": tweet,
            "includes": {
                "users": [{"id": _user_id(u), "username": u, "name": u} for u in users],
                "tweets": [tweets[name] for name in named],
            },
        }


def _tweet(row: dict[str, Any]) -> dict[str, Any]:
    at = datetime.fromisoformat(row["created_at"]).astimezone(UTC)
    references = {"replied_to": "reply_to", "retweeted": "retweet_of", "quoted": "quote_of"}
    tweet = {
        "id": row["id"],
        "text": _escaped(row["text"]),
        "author_id": _user_id(row["author"]),
        "created_at": f"{at:%Y-%m-%dT%H:%M:%S}.000Z",
        "conversation_id": row.get("conversation_id") or row["id"],
        "edit_history_tweet_ids": [row["id"]],
        "referenced_tweets": [
            {"type": kind, "id": row[name]} for kind, name in references.items() if row.get(name)
        ],
    }
    return {name: value for name, value in tweet.items() if value != []}


def _escaped(text: str) -> str:
    """As X delivers text: three characters are escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _user_id(name: str) -> str:
    """A number of an account, always the same for a name."""
    return str(int.from_bytes(hashlib.sha256(name.casefold().encode()).digest()[:7]))
