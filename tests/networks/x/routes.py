"""What the stand-in for X answers to requests, when nothing is wrong."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import timedelta

from tests.networks.x.faults import PROBLEMS, Answer, Faults, problem
from tests.networks.x.posts import Json, Posts, matches


class Routes:
    """Rules, counts, search, lookup, and the ending of connections."""

    def __init__(self, posts: Posts, faults: Faults) -> None:
        self.posts, self._faults = posts, faults
        self.rules: dict[str, Json] = {}
        self.lag = timedelta()
        """How long search does not know new posts; X's own is some 10 to 30 seconds."""
        self._numbers = itertools.count(1_700_000)

    def answer(
        self, method: str, endpoint: str, params: dict[str, str], _: object, body: bytes
    ) -> Answer:
        if endpoint == "rules" and method == "POST":
            return self._change_rules(json.loads(body))
        known: dict[str, Callable[[], Json | Answer]] = {
            "rules": self._list_rules,
            "counts": self._counts,
            "search": lambda: self._search(params),
            "lookup": lambda: self._lookup(params["ids"].split(",")),
            "connections": lambda: {"data": {"successful_kills": 1, "failed_kills": 0}},
        }
        found = known.get(endpoint, lambda: problem(404, "Not Found"))()
        return found if isinstance(found, Answer) else _good(found)

    def matching(self, post: Json) -> list[Json]:
        """The rules by which a post is streamed."""
        return [
            {"id": rule["id"], "tag": rule["tag"]}
            for rule in self.rules.values()
            if matches(rule["value"], post)
        ]

    def _list_rules(self) -> Json:
        meta = {"sent": self._sent(), "result_count": len(self.rules)}
        return {"data": list(self.rules.values()), "meta": meta} if self.rules else {"meta": meta}

    def _counts(self) -> Json:
        mine = {"client_app_id": "7", "rule_count": len(self.rules)}
        return {"data": {"cap_per_client_app": 1000, "client_app_rules_count": mine}}

    def _change_rules(self, asked: Json) -> Answer:
        if "delete" in asked and self._faults.playground:
            return problem(400, "Invalid Request", "invalid-request")._replace(status=200)
        if "delete" in asked:
            gone = [self.rules.pop(rule, None) for rule in asked["delete"]["ids"]]
            deleted = sum(rule is not None for rule in gone)
            summary = {"deleted": deleted, "not_deleted": len(gone) - deleted}
            return _good({"meta": {"sent": self._sent(), "summary": summary}})
        made: list[Json] = []
        errors: list[Json] = []
        for rule in asked["add"]:
            same = [r["id"] for r in self.rules.values() if r["value"] == rule["value"]]
            if len(rule["value"]) > 1024:
                errors.append({"title": "Invalid Rule", "type": PROBLEMS + "invalid-rules"} | rule)
            elif same:
                kind = PROBLEMS + "duplicate-rules"
                errors.append({"title": "DuplicateRule", "type": kind, "id": same[0]} | rule)
            else:
                made.append({"id": str(next(self._numbers))} | rule)
        self.rules.update({rule["id"]: rule for rule in made})
        counts = (len(made), len(errors), len(made), len(errors))
        names = ("created", "not_created", "valid", "invalid")
        meta = {"sent": self._sent(), "summary": dict(zip(names, counts, strict=True))}
        parts = {"data": made, "errors": errors}
        return _good({name: rows for name, rows in parts.items() if rows} | {"meta": meta}, 201)

    def _search(self, params: dict[str, str]) -> Json | Answer:
        oldest = self.posts.now() - timedelta(days=7)
        start = params.get("start_time", "")
        if len(params["query"]) > 512 or (start and start < f"{oldest:%Y-%m-%dT%H:%M:%SZ}"):
            return problem(400, "Invalid Request", "invalid-request")
        if start > f"{self.posts.now():%Y-%m-%dT%H:%M:%SZ}":
            return problem(400, "Invalid Request", "invalid-request", detail="start_time")
        end = f"{self.posts.now() - self.lag:%Y-%m-%dT%H:%M:%S.%f}" if self.lag else None
        found = self.posts.recent(params["query"], start, end)
        first = 0 if self._faults.playground else int(params.get("next_token", "0"))
        most = int(params.get("max_results", "10"))
        if not 10 <= most <= 100:
            return problem(400, "Invalid Request", "invalid-request", detail="max_results")
        shown = found[first : first + most]
        meta: Json = {"result_count": len(shown)}
        if shown:
            meta |= {"newest_id": shown[0]["id"], "oldest_id": shown[-1]["id"]}
        if len(found) > first + most:
            meta["next_token"] = str(first + most)
        if self._faults.playground and len(shown) == most:
            shown, meta["next_token"] = found[:most], "the same"
        return self.posts.page(shown) | {"meta": meta}

    def _lookup(self, ids: list[str]) -> Json:
        found, errors = [], []
        shut = {user["id"] for user in self.posts.users.values() if user["protected"]}
        for post_id in ids:
            post = self.posts.by_id.get(post_id)
            about = {"resource_type": "tweet", "resource_id": post_id, "value": post_id}
            about |= {"parameter": "ids", "section": "data"}
            is_gone = post is None or post_id in self.posts.gone
            if is_gone and self._faults.playground:
                continue
            if post is None or is_gone:
                kind = {"title": "Not Found Error", "type": PROBLEMS + "resource-not-found"}
                errors.append(kind | about)
            elif post["author_id"] in shut:
                kind = {
                    "title": "Authorization Error",
                    "type": PROBLEMS + "not-authorized-for-resource",
                }
                errors.append(kind | about)
            else:
                found.append(post)
        return self.posts.page(found) | ({"errors": errors} if errors else {})

    def _sent(self) -> str:
        return f"{self.posts.now():%Y-%m-%dT%H:%M:%S.000Z}"


def _good(value: Json, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value).encode())
