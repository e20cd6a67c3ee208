"""The user's settings: ``config.toml`` and the environment. The program never writes them."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, TypeVar

from tartantm.core.errors import BadInput
from tartantm.settings.paths import paths

T = TypeVar("T")


@dataclass(frozen=True)
class NetSettings:
    """How to reach the world from here: ``[network]``."""

    ca_file: Path | None = None
    """Certificates of a company's own authority, in PEM; else the system's store."""
    proxy: str | None = None
    """``http://host:port``; else as the environment says (``HTTPS_PROXY``, ``NO_PROXY``)."""


@dataclass(frozen=True)
class XSettings:
    """``[sources.x]``. Prices in US dollars."""

    url: str = "https://api.x.com"
    price: float = 0.005
    """What X charges for reading one post."""
    cap: float | None = None
    """How much may be spent on one session; then X pauses."""


@dataclass(frozen=True)
class BlueskySettings:
    """``[sources.bluesky]``; None for the public services."""

    url: str | None = None
    """The AppView or PDS to ask."""
    jetstream: str | None = None
    """Where posts are streamed from, ``wss://host``."""


@dataclass(frozen=True)
class Config:
    """Settings. A flag outranks the environment, that outranks the file."""

    theme: str = ""
    """The theme's name; ``TARTANTM_THEME`` in the environment."""
    sources: tuple[str, ...] = ()
    """Sources to hear where none is given, as ``--source`` writes them."""
    network: NetSettings = NetSettings()
    x: XSettings = XSettings()
    bluesky: BlueskySettings = BlueskySettings()
    token_commands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Programs that print the token of a network: ``token_command`` of its table."""
    x_text: Literal["full", "link"] = "full"
    """What a transcript shows of posts from X: ``[export] x_text``."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """``[keys]``: the keys of the desk's commands, by the commands' ids."""


def load(path: Path | None = None) -> Config:
    """Read the settings; raises BadInput naming file and key where they are wrong."""
    path = path or paths().config
    reader = _Reader(path)
    top = reader.table(_read(path) if path.exists() else {}, "", _TOP)
    network = reader.table(top.get("network", {}), "network", _NETWORK)
    export = reader.table(top.get("export", {}), "export", {"x_text": _one_of("full", "link")})
    tables = _by_source(top.get("sources", {}))
    default = tables.pop("default", ())
    for name in tables:
        if name not in _SOURCES and not name.startswith("mastodon:"):
            raise BadInput(f"{path}: [sources.{name}] is no source; {_NAMES}.")
    known = {name: _SOURCES.get(name, {}) | {"token_command": _words} for name in tables}
    read = {n: reader.table(table, f"sources.{n}", known[n]) for n, table in tables.items()}
    commands = {name: table.pop("token_command", ()) for name, table in read.items()}
    ca_file = network.get("ca_file") or _environment("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
    return Config(
        theme=_environment("TARTANTM_THEME") or top.get("theme", ""),
        sources=reader.check(default, "sources", _words),
        network=NetSettings(
            Path(ca_file).expanduser() if ca_file else None, network.get("proxy") or None
        ),
        x=XSettings(**(read.get("x", {}) | _given(url=_environment("TARTANTM_X_URL")))),
        bluesky=BlueskySettings(
            **read.get("bluesky", {})
            | _given(
                url=_environment("TARTANTM_BLUESKY_URL"),
                jetstream=_environment("TARTANTM_BLUESKY_JETSTREAM_URL"),
            )
        ),
        token_commands={name: command for name, command in commands.items() if command},
        x_text=export.get("x_text", "full"),
        keys=reader.table(_flat(top.get("keys", {})), "keys", None),
    )


def _environment(*names: str) -> str | None:
    """The first of some variables that is set; "" counts as not set."""
    return next((value for name in names if (value := os.environ.get(name))), None)


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput(f"{path}: this is not TOML: {error}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}.") from None


Check = Callable[[object], Any]
"""Gives a setting in its own type; raises ValueError with what it has to be."""


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path

    def table(self, data: object, name: str, known: Mapping[str, Check] | None) -> dict[str, Any]:
        """The settings of a table; where `known` is None any key may stand, each for words."""
        if not isinstance(data, dict):
            raise BadInput(f"{self.path}: {name!r} has to be a table, [{name}].")
        prefix = f"{name}." if name else ""
        settings = {}
        for key, value in data.items():
            if known is not None and key not in known:
                near = get_close_matches(key, known, 1, 0.5)
                hint = f"the nearest is {near[0]!r}" if near else f"known: {', '.join(known)}"
                raise BadInput(f"{self.path}: unknown key {prefix + key!r}; {hint}.")
            settings[key] = self.check(value, prefix + key, known[key] if known else _words)
        return settings

    def check(self, value: object, name: str, check: Check) -> Any:
        try:
            return check(value)
        except ValueError as error:
            raise BadInput(f"{self.path}: {name!r} has to be {error}.") from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("text in quotes")
    return value


def _words(value: object) -> tuple[str, ...]:
    """One word, or a list of them."""
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
        raise ValueError('a list such as ["one", "two"]')
    return tuple(words)


def _amount(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise ValueError("an amount, 0 or more")
    return float(value)


def _address(*schemes: str) -> Check:
    def check(value: object) -> str:
        text = _text(value)
        if text.partition("://")[0] not in schemes or "://" not in text:
            raise ValueError(f"an address that begins with {' or '.join(schemes)}://")
        return text.rstrip("/")

    return check


def _one_of(*words: str) -> Check:
    def check(value: object) -> str:
        if value not in words:
            raise ValueError(" or ".join(f'"{word}"' for word in words))
        return str(value)

    return check


def _as_it_is(value: T) -> T:
    return value


def _by_source(value: object) -> dict[str, Any]:
    """``[sources.x]`` tables by name; a bare list is the default sources."""
    return dict(value) if isinstance(value, dict) else {"default": value}


def _flat(value: object) -> object:
    """A table whose names have dots: TOML takes ``note.star = "s"`` for a table in a table."""
    if not isinstance(value, dict):
        return value
    flat: dict[str, object] = {}
    for key, inner in value.items():
        rows = _flat(inner)
        parts = rows.items() if isinstance(rows, dict) else [("", rows)]
        flat.update({f"{key}.{name}" if name else key: each for name, each in parts})
    return flat


_NAMES = 'there are x, bluesky and "mastodon:HOST"'
_web = _address("https", "http")
_TOP: dict[str, Check] = {
    "theme": _text,
    "sources": _as_it_is,
    "network": _as_it_is,
    "export": _as_it_is,
    "keys": _as_it_is,
}
_NETWORK: dict[str, Check] = {"ca_file": _text, "proxy": _web}
_SOURCES: dict[str, dict[str, Check]] = {
    "x": {"url": _web, "price": _amount, "cap": _amount},
    "bluesky": {"url": _web, "jetstream": _address("wss", "ws")},
}
