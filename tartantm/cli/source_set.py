"""The sources that the desk and `follow` listen to, made of their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tartantm.networks.clock import Clock, HeardClock
from tartantm.settings.config import load
from tartantm.settings.paths import session_tag

if TYPE_CHECKING:
    from tartantm.capture.supervisor import Source
    from tartantm.networks.protocol import LiveSource


class SourceSet(NamedTuple):
    """The sources of a session, and the clock that the chat goes by."""

    sources: list[Source]
    clock: Clock
    again: Callable[[str], LiveSource] | None = None
    """Makes a live source of that name anew, with the settings and tokens of that moment."""


def sources(
    names: Sequence[str], hashtags: Sequence[str], path: Path, *, named_by_file: bool = False
) -> SourceSet:
    """Make the sources of these names for a session; see `SourceRegistry` for `named_by_file`."""
    from tartantm.capture.registry import file_source

    if all(name.startswith("file:") for name in names):
        return SourceSet([file_source(name) for name in names], HeardClock() if names else Clock())
    from tartantm.capture.registry import SourceRegistry
    from tartantm.networks.clock import LiveClock
    from tartantm.networks.http import HttpClients

    clock = LiveClock()

    def makers() -> SourceRegistry:
        config = load()
        return SourceRegistry(
            config,
            HttpClients(config.network, clock),
            hashtags,
            session_tag(path),
            named_by_file=named_by_file,
        )

    registry = makers()
    made = {name: registry.make(name) for name in names}
    # A source's own name may lack a key that stands in the name it was given.
    given = {source.name: name for name, source in made.items()}
    return SourceSet([*made.values()], clock, lambda name: makers().live(given[name]))
