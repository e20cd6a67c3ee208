"""The sources that the desk and `follow` listen to, made of their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tartantm.networks.clock import Clock, HeardClock
from tartantm.settings.config import load
from tartantm.settings.paths import session_tag

if TYPE_CHECKING:
    from tartantm.capture.registry import NamedSource
    from tartantm.capture.supervisor import Source
    from tartantm.networks.protocol import LiveSource


class SourceSet(NamedTuple):
    """The sources of a session, and the clock that the chat goes by."""

    sources: list[Source]
    clock: Clock
    again: Callable[[str], LiveSource] | None = None
    """Makes a live source of that name anew, with the settings and tokens of that moment."""
    withheld: Sequence[str] = ()
    """A sentence on sources that may not have a token, since a file named them, if any."""


def sources(
    named: Sequence[NamedSource], hashtags: Sequence[str], path: Path, tz: tzinfo = UTC
) -> SourceSet:
    """Make sources for a session; who named them decides which tokens they may have.

    `tz` is the chat's zone. Raises BadInput for one that the user named and that cannot be made.
    One that the session remembers is listened to all the same: it is refused, with the reason,
    until it can be made.
    """
    from tartantm.capture.registry import file_source

    if all(each.name.startswith("file:") for each in named):
        clock = HeardClock() if named else Clock()
        return SourceSet([file_source(each.name, tz) for each in named], clock)
    from tartantm.capture.registry import SourceRegistry
    from tartantm.capture.unmade import UnmadeSource
    from tartantm.networks.clock import LiveClock
    from tartantm.networks.http import HttpClients
    from tartantm.settings.credentials import NamedBy, not_sent

    clock = LiveClock()

    def makers() -> SourceRegistry:
        config = load()
        http = HttpClients(config.network, clock)
        return SourceRegistry(config, http, hashtags, session_tag(path), tz=tz)

    def make(each: NamedSource) -> Source:
        try:
            source = registry.make(each)
            withheld.extend([account] if (account := registry.withheld(each)) else [])
        except Exception as error:
            if each.by is NamedBy.USER:
                raise
            return UnmadeSource(each.name, error)
        return source

    def again(name: str) -> LiveSource:
        try:
            source = makers().live(given[name])
        except Exception as error:
            if name in unmade:
                return UnmadeSource(name, error)  # the reason may be another by now
            raise  # the one that there is may go on
        unmade.discard(name)
        return source

    registry = makers()
    withheld: list[str] = []
    made: dict[str, tuple[NamedSource, Source]] = {}
    for each in named:
        source = make(each)
        made.setdefault(source.name, (each, source))
    # A source's own name may lack a key that stands in the name it was given.
    given = {name: each for name, (each, _) in made.items()}
    unmade = {name for name, (_, source) in made.items() if isinstance(source, UnmadeSource)}
    kept = [*dict.fromkeys(withheld)]
    said = [not_sent(kept)] if kept else []
    return SourceSet([source for _, source in made.values()], clock, again, said)
