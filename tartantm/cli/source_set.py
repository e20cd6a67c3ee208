"""The sources that the desk and `follow` listen to, made of their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    """A sentence for each source that may not have a token, since a file named it."""


def sources(named: Sequence[NamedSource], hashtags: Sequence[str], path: Path) -> SourceSet:
    """Make sources for a session; who named them decides which tokens they may have."""
    from tartantm.capture.registry import file_source

    if all(each.name.startswith("file:") for each in named):
        clock = HeardClock() if named else Clock()
        return SourceSet([file_source(each.name) for each in named], clock)
    from tartantm.capture.registry import SourceRegistry
    from tartantm.networks.clock import LiveClock
    from tartantm.networks.http import HttpClients

    clock = LiveClock()

    def makers() -> SourceRegistry:
        config = load()
        http = HttpClients(config.network, clock)
        return SourceRegistry(config, http, hashtags, session_tag(path))

    registry = makers()
    made = [(each, registry.make(each)) for each in named]
    # A source's own name may lack a key that stands in the name it was given.
    given = {source.name: each for each, source in made}
    withheld = [words for each in named if (words := registry.withheld(each))]
    return SourceSet(
        [source for _, source in made], clock, lambda name: makers().live(given[name]), withheld
    )
