"""The user's settings: ``config.toml`` and the environment. The program never writes them."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tartantm.errors import BadInput
from tartantm.paths import paths


@dataclass(frozen=True)
class Config:
    """Settings. A flag outranks the environment, that outranks the file."""

    theme: str = ""
    """The theme's name; ``TARTANTM_THEME`` in the environment."""
    sources: tuple[str, ...] = ()
    """Sources to hear where none is given, as ``--source`` writes them."""


def load(path: Path | None = None) -> Config:
    """Read the settings; raises BadInput naming file and key where they are wrong."""
    path = path or paths().config
    config = _read(path) if path.exists() else {}
    if theme := os.environ.get("TARTANTM_THEME"):
        config["theme"] = theme
    return Config(**config)


def _read(path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path}: this is not TOML: {error}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}.") from None
    known = [field.name for field in fields(Config)]
    for key, value in data.items():
        if key not in known:
            near = get_close_matches(key, known, 1, 0.5)
            hint = f"the nearest is {near[0]!r}" if near else f"known: {', '.join(known)}"
            raise BadInput(f"{path}: unknown key {key!r}; {hint}.")
        if key == "theme" and not isinstance(value, str):
            raise BadInput(f"{path}: 'theme' has to be text in quotes.")
        if key == "sources":
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise BadInput(f"{path}: 'sources' has to be a list such as [\"file:PATH\"].")
            data[key] = tuple(value)
    return data
