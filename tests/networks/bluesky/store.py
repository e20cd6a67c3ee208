"""What the stand-in for Bluesky knows: made-up people, their posts, and what happened in order.

Shapes are those of the lexicons and of recorded frames; people and words are invented.
"""

from __future__ import annotations

import re
import time
from bisect import bisect_left, insort
from datetime import UTC, datetime
from typing import Any, NamedTuple

POSTS = "app.bsky.feed.post"

Json = dict[str, Any]


class Event(NamedTuple):
    """One thing that happened, at microseconds since 1970, as Jetstream's first wire tells it."""

    at: int
    number: int
    frame: Json


def did_of(name: str) -> str:
    """The number of a made-up person."""
    return f"did:plc:{(name + 'x' * 24)[:24]}"


class Store:
    """Everything that was ever said, kept while servers come and go."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.posts: dict[str, Json] = {}
        """Views of posts that are there, by their at-uri."""
        self.profiles: dict[str, Json] = {}
        self.former: dict[str, Json] = {}
        """Profiles as they were before the last change."""
        self._number = 0
        self._latest = 0

    def person(self, name: str) -> Json:
        """A profile, made at first sight."""
        did = did_of(name)
        shown = {"did": did, "handle": f"{name}.example", "displayName": f"{name.title()} Example"}
        return self.profiles.setdefault(did, shown)

    def post(
        self,
        text: str,
        author: str = "ailsa",
        *,
        reply_to: str | None = None,
        tags: list[str] | None = None,
        facets: bool = True,
        ago: float = 0.0,
    ) -> str:
        """Say something, `ago` seconds before now; gives its at-uri."""
        self._number += 1
        at = self._time(ago)
        created = datetime.fromtimestamp(at / 1e6, UTC).isoformat(timespec="milliseconds")
        record: Json = {"$type": POSTS, "createdAt": created.replace("+00:00", "Z"), "text": text}
        if found := _facets(text) if facets else []:
            record["facets"] = found
        if tags:
            record["tags"] = tags
        if reply_to:
            root = self.posts.get(reply_to, {}).get("record", {}).get("reply", {}).get("root")
            parent = {"uri": reply_to, "cid": "bafyparent"}
            record["reply"] = {"parent": parent, "root": root or parent}
            if reply_to in self.posts:
                self.posts[reply_to]["replyCount"] += 1
        profile, key, cid = self.person(author), f"3k{self._number:08d}", f"bafy{self._number}"
        uri = f"at://{profile['did']}/{POSTS}/{key}"
        self.posts[uri] = {
            "uri": uri,
            "cid": cid,
            "author": profile,
            "record": record,
            "indexedAt": record["createdAt"],
            "replyCount": 0,
        }
        commit = {"rev": key, "operation": "create", "collection": POSTS, "rkey": key}
        self._happen(at, profile["did"], "commit", commit | {"record": record, "cid": cid})
        return uri

    def edit(self, uri: str, text: str) -> None:
        """Change a post's words under its old address."""
        view = self.posts[uri]
        did, _, key = uri.removeprefix("at://").partition(f"/{POSTS}/")
        view["record"], view["cid"] = view["record"] | {"text": text}, view["cid"] + "b"
        view["record"].pop("facets", None)
        commit = {"rev": key, "operation": "update", "collection": POSTS, "rkey": key}
        told = commit | {"record": view["record"], "cid": view["cid"]}
        self._happen(self._time(), did, "commit", told)

    def delete(self, uri: str) -> None:
        """Take a post back."""
        self.posts.pop(uri, None)
        did, _, key = uri.removeprefix("at://").partition(f"/{POSTS}/")
        commit = {"rev": key, "operation": "delete", "collection": POSTS, "rkey": key}
        self._happen(self._time(), did, "commit", commit)

    def close_account(self, name: str) -> None:
        """Somebody leaves, and all they said with them."""
        self.leave(name, "deleted")

    def leave(self, name: str, status: str, *, is_shown: bool = False) -> None:
        """Somebody's account is not active any more; its posts may be shown all the same."""
        did = did_of(name)
        if not is_shown:
            self.posts = {u: view for u, view in self.posts.items() if view["author"]["did"] != did}
        account = {"active": False, "did": did, "status": status}
        self._happen(self._time(), did, "account", account)

    def rename(self, name: str, handle: str) -> None:
        """Somebody takes another handle."""
        profile = self.person(name)
        self.former[profile["did"]] = dict(profile)
        profile["handle"] = handle
        self._happen(self._time(), profile["did"], "identity", {"did": profile["did"]})

    def from_time(self, at: int) -> int:
        """Where in `events` a cursor begins; it includes what happened at its time."""
        return bisect_left(self.events, (at, 0, {}))

    def found(self, query: str, since: str, until: str = "") -> list[Json]:
        """Posts by a hashtag or by a word, newest first by the times that Bluesky sorts by."""
        word = query.casefold()

        def fits(view: Json) -> bool:
            record = view["record"]
            if not word.startswith("#"):
                return word in record["text"].casefold()
            marked = [f["features"][0]["tag"] for f in record.get("facets", ())]
            return word[1:] in [tag.casefold() for tag in marked + record.get("tags", [])]

        def at(view: Json) -> str:
            return min(str(view["indexedAt"]), str(view["record"]["createdAt"]))

        views = [view for view in self.posts.values() if since <= at(view) and fits(view)]
        return sorted((v for v in views if not until or at(v) < until), key=at, reverse=True)

    def thread(self, uri: str) -> Json:
        """A post with what is below it."""
        below = [
            self.thread(each)
            for each, view in self.posts.items()
            if view["record"].get("reply", {}).get("parent", {}).get("uri") == uri
        ]
        kind = "app.bsky.feed.defs#threadViewPost"
        return {"$type": kind, "post": self.posts[uri], "replies": below}

    def _time(self, ago: float = 0.0) -> int:
        at = int((time.time() - ago) * 1_000_000)
        if not ago:
            at = self._latest = max(at, self._latest + 1)
        return at

    def _happen(self, at: int, did: str, kind: str, told: Json) -> None:
        self._number += 1
        frame = {"did": did, "time_us": at, "kind": kind, kind: told}
        insort(self.events, Event(at, self._number, frame), key=lambda event: event[:2])


def _facets(text: str) -> list[Json]:
    """Marks for the hashtags of a text, in bytes of its UTF-8, as Bluesky's own app makes them."""
    return [
        {
            "index": {
                "byteStart": len(text[: match.start()].encode()),
                "byteEnd": len(text[: match.end()].encode()),
            },
            "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": match[1]}],
        }
        for match in re.finditer(r"#(\w+)", text)
    ]
