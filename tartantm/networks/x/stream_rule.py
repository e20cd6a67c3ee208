"""The session's own rule of X's filtered stream, among the other rules of the app.

Rules belong to the whole app: another chat, or another program, may have its own. Ours carries the
session's tag; a rule with another tag is never touched.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from tartantm.core.describe import ended
from tartantm.networks.json_fields import Json, identifier, line, raw, rows
from tartantm.networks.protocol import Refused

if TYPE_CHECKING:
    from tartantm.networks.x.rest import RestClient

KNOWN = 50
"""Rules that are remembered; what came by earlier ones was received long ago."""


class StreamRule:
    """Makes, changes and deletes the session's rule."""

    def __init__(self, rest: RestClient, tag: str) -> None:
        self._rest, self._tag = rest, tag
        self._mine: list[str] = []
        self._value = ""
        self._known: deque[str] = deque(maxlen=KNOWN)
        """Ids of the rules by which posts may have come for us, the last ones."""

    async def put(self, value: str, *, anew: bool = False) -> None:
        """Make `value` our only rule; with `anew` also where X seems to have it already."""
        found = await self._rest.rules()
        mine = [row for row in found if raw(row, "tag") == self._tag]
        same = [identifier(row.get("id")) for row in mine if raw(row, "value") == value]
        if anew:
            await self._rest.delete_rules([identifier(row.get("id")) for row in mine])
            mine, same = [], []
        # The new rule comes first, so that there is always one.
        self._mine = kept = same[:1] or await self._add(value)
        self._known.extend(kept)
        stale = [identifier(row.get("id")) for row in mine]
        await self._rest.delete_rules([rule for rule in stale if rule not in kept])
        self._value = value

    async def change(self, value: str) -> None:
        """Put `value` where it is not in place already."""
        if value != self._value or not self._mine:
            await self.put(value)

    async def _add(self, value: str) -> list[str]:
        answer = await self._rest.add_rule(value, self._tag)
        if made := [identifier(row.get("id")) for row in rows(answer, "data")]:
            return made
        for error in rows(answer, "errors"):
            if "duplicate" in (raw(error, "title") + raw(error, "type")).lower():
                # Another chat of this app has the same rule; what comes by it is for us too.
                self._known.append(identifier(error.get("id")))
                return []
            words = line(error, "detail", "title")[:200]
            raise Refused(ended(f"X does not accept the rule for this chat: {words}"))
        raise Refused("X does not accept the rule for this chat and does not say why.")

    def brought(self, value: Json) -> bool:
        """Whether a line of the stream came by our rule, and not by another of the app."""
        matching = value.get("matching_rules")
        if not isinstance(matching, list):
            return True
        return any(
            raw(row, "tag") == self._tag or identifier(row.get("id")) in self._known
            for row in rows(value, "matching_rules")
        )

    async def remove(self) -> None:
        """Delete our rule, if we made or found one."""
        mine, self._mine, self._value = self._mine, [], ""
        await self._rest.delete_rules(mine)
