"""What a stand-in for X knows: made-up people, their posts, and the rules by which it finds them.

The shapes are those of X's OpenAPI file 2.166; a test checks every one against it.
"""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]

_EPOCH = 1_288_834_974_657
"""Where X's ids begin, in milliseconds since 1970."""


class Posts:
    """Posts by id. An edit is a post of its own, with the ids of all wordings."""

    def __init__(self) -> None:
        self.by_id: dict[str, Json] = {}
        self.users: dict[str, Json] = {}
        self.gone: set[str] = set()
        self.offset = timedelta()
        """How far X's clock is from this machine's."""
        self.said_ahead: timedelta | None = None
        """The same for the clock by which answers are dated; None for X's own."""
        self._count = itertools.count()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def date(self) -> datetime:
        """What time its answers say it is."""
        return self.now() if self.said_ahead is None else datetime.now(UTC) + self.said_ahead

    def add(
        self,
        text: str,
        author: str = "ailsa_example",
        *,
        reply_to: str = "",
        quote_of: str = "",
        repost_of: str = "",
        at: datetime | None = None,
    ) -> str:
        """Post; gives the id."""
        at = at or self.now()
        post_id = str((int(at.timestamp() * 1000) - _EPOCH) << 22 | next(self._count) & 0x3FFFFF)
        parent = self.by_id.get(reply_to)
        kinds = {"replied_to": reply_to, "quoted": quote_of, "retweeted": repost_of}
        post: Json = {
            "id": post_id,
            "text": text,
            "author_id": self.user(author)["id"],
            "created_at": at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z",
            "conversation_id": parent["conversation_id"] if parent else post_id,
            "edit_history_tweet_ids": [post_id],
            "lang": "en",
            "possibly_sensitive": False,
        }
        if parent:
            post["in_reply_to_user_id"] = parent["author_id"]
        if found := [{"type": kind, "id": other} for kind, other in kinds.items() if other]:
            post["referenced_tweets"] = found
        if tags := [
            {"start": match.start(), "end": match.end(), "tag": match[1]}
            for match in re.finditer(r"#(\w+)", text)
        ]:
            post["entities"] = {"hashtags": tags}
        self.by_id[post_id] = post
        return post_id

    def edit(self, post_id: str, text: str) -> str:
        """Change a post; gives the id of the new wording."""
        old = self.by_id[post_id]
        author = next(u["username"] for u in self.users.values() if u["id"] == old["author_id"])
        new = self.by_id[self.add(text, author)]
        new["conversation_id"] = old["conversation_id"]
        history = [*old["edit_history_tweet_ids"], new["id"]]
        for each in history:
            self.by_id[each]["edit_history_tweet_ids"] = history
        return str(new["id"])

    def user(self, name: str) -> Json:
        """A person by handle, made up when first named."""
        number = str(900_000 + len(self.users))
        shown = name.replace("_", " ").title()
        return self.users.setdefault(
            name, {"id": number, "name": shown, "username": name, "protected": False}
        )

    def recent(self, query: str, start: str | None, end: str | None) -> list[Json]:
        """The posts that a search finds, newest first; of a post's wordings the last."""
        found = [
            post
            for post in self.by_id.values()
            if post["id"] not in self.gone
            and post["edit_history_tweet_ids"][-1] == post["id"]
            and (start or "").rstrip("Z") <= post["created_at"] < (end or "9")
            and matches(query, post)
        ]
        return sorted(found, key=lambda post: int(post["id"]), reverse=True)

    def page(self, posts: list[Json]) -> Json:
        """Posts with what stands beside them."""
        named = [r["id"] for post in posts for r in post.get("referenced_tweets", [])]
        named += [other for post in posts for other in post["edit_history_tweet_ids"][:-1]]
        others = [self.by_id[i] for i in dict.fromkeys(named) if i in self.by_id]
        authors = {post["author_id"] for post in (*posts, *others)}
        includes: Json = {"users": [u for u in self.users.values() if u["id"] in authors]}
        if others:
            includes["tweets"] = others
        return {"data": posts, "includes": includes} if posts else {}


def matches(rule: str, post: Json) -> bool:
    """Whether a post is found by ``(#a OR #b OR conversation_id:N) -is:retweet``."""
    kinds = {row["type"] for row in post.get("referenced_tweets", [])}
    if "-is:retweet" in rule and "retweeted" in kinds:
        return False
    tags = {row["tag"].casefold() for row in post.get("entities", {}).get("hashtags", [])}
    for term in re.findall(r"#\w+|conversation_id:\d+", rule):
        if term.startswith("#") and term[1:].casefold() in tags:
            return True
        if term == f"conversation_id:{post['conversation_id']}":
            return True
    return False
