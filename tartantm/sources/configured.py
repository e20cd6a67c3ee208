"""Sources by their names on the command line and in the config file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tartantm.errors import BadInput

if TYPE_CHECKING:
    from tartantm.sources.follow import Source


def source(name: str) -> Source:
    """The source called ``file:PATH``. Raises BadInput with what can be written."""
    kind, _, rest = name.partition(":")
    if kind == "file" and rest:
        from tartantm.sources.recording import FileSource

        path = Path(rest).expanduser()
        if not path.is_file():
            raise BadInput(f"There is no file {path} to read posts from.")
        return FileSource(path)
    if kind in ("x", "mastodon", "bluesky", "feed"):
        raise BadInput(
            f"This version hears recordings only, not {kind} live; give --source file:PATH."
        )
    raise BadInput(f"{name!r} is no source; write file:PATH.")
