"""The user's settings: ``config.toml`` and the environment. The program never writes them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field
from msgspec.structs import force_setattr, replace

from tartantm.core.errors import BadInput
from tartantm.core.events import InboxBudget
from tartantm.core.retention import Period, parse_period
from tartantm.core.toml_document import KeyPath, Text, TomlDocument, TomlFault
from tartantm.settings.file_guard import read_plain_text
from tartantm.settings.paths import paths

Words = Annotated[
    tuple[str, ...] | str, Meta(description='a list such as ["one", "two"], or one text in quotes')
]
"""One word, or a list of them."""

WebAddress = Annotated[
    str,
    Meta(pattern=r"^https?://", description="an address that begins with https:// or http://"),
]
StreamAddress = Annotated[
    str, Meta(pattern=r"^wss?://", description="an address that begins with wss:// or ws://")
]
Amount = Annotated[float, Meta(ge=0, lt=1e9, description="an amount, 0 or more")]


class NetSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How to reach the world from here: ``[network]``."""

    ca_file: Annotated[Path, Meta(description="the path of a file, in quotes")] | None = None
    """Certificates of a company's own authority, in PEM; else the system's store."""
    proxy: WebAddress | None = None
    """``http://host:port``; else as the environment says (``HTTPS_PROXY``, ``NO_PROXY``)."""


class XSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """``[sources.x]``. Prices in US dollars."""

    url: WebAddress = "https://api.x.com"
    price: Amount = 0.005
    """What X charges for reading one post."""
    cap: Amount | None = None
    """How much may be spent on one session; then X pauses."""
    token_command: Words = ()
    """A program that prints the token, with its arguments."""

    def __post_init__(self) -> None:
        force_setattr(self, "url", self.url.rstrip("/"))


class BlueskySettings(Struct, frozen=True, forbid_unknown_fields=True):
    """``[sources.bluesky]``; None for the public services."""

    url: WebAddress | None = None
    """The AppView or PDS to ask."""
    jetstream: StreamAddress | None = None
    """Where posts are streamed from, ``wss://host``."""
    token_command: Words = ()

    def __post_init__(self) -> None:
        for name in ("url", "jetstream"):
            force_setattr(self, name, (getattr(self, name) or "").rstrip("/") or None)


class GroupingSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How posts are placed: ``[grouping]``."""

    inbox: Annotated[InboxBudget, Meta(description='"few", "usual" or "thorough"')] | None = None
    """How many doubtful placements wait for a look; None: as usual."""
    reader: WebAddress | None = None
    """The address of a reader of the user's own, ``http://127.0.0.1:11434/v1``; None for none."""
    reader_model: Text = ""
    """Which of its server's models; "" for the first."""
    reader_may_leave: Annotated[bool, Meta(description="true or false")] = False
    """Whether the reader may be on another machine, which then is sent what people write."""
    reader_budget: Annotated[int, Meta(ge=0, le=100_000, description="a whole number")] = 300
    """How many questions it may be asked on one evening."""
    reader_timeout: Annotated[
        float, Meta(gt=0, le=600, description="seconds, more than 0 and at most 600")
    ] = 60.0
    """How long one answer may take, in seconds."""
    reader_token_command: Words = ()
    """A program that prints the server's token, with its arguments; most have none."""


class MastodonSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """``[sources."mastodon:HOST"]``, a table for each server."""

    token_command: Words = ()


class _Retention(Struct, frozen=True, forbid_unknown_fields=True):
    keep: Text = ""


class Config(Struct, frozen=True):
    """Settings. A flag outranks the environment, that outranks the file."""

    theme: str = ""
    """The theme's name; ``TARTANTM_THEME`` in the environment."""
    sources: tuple[str, ...] = ()
    """Sources to hear where none is given, as ``--source`` writes them."""
    network: NetSettings = NetSettings()
    x: XSettings = XSettings()
    bluesky: BlueskySettings = BlueskySettings()
    grouping: GroupingSettings = GroupingSettings()
    mastodon: dict[str, MastodonSettings] = field(default_factory=dict)
    """By the source's name, ``mastodon:HOST``."""
    x_text: Literal["full", "link"] = "full"
    """What a transcript shows of posts from X: ``[export] x_text``."""
    keep: Period | None = None
    """How long sessions are kept: ``[retention] keep``; None where nobody said."""
    inbox: InboxBudget | None = None
    """How many doubtful placements wait for a look: ``[grouping] inbox``; None: as usual."""
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """``[keys]``: the keys of the desk's commands, by the commands' ids."""

    def token_command(self, account: str) -> tuple[str, ...]:
        """The program that prints an account's token, with its arguments; () for none."""
        match account:
            case "x":
                return _words(self.x.token_command)
            case "bluesky":
                return _words(self.bluesky.token_command)
            case _:
                return _words(self.mastodon.get(account, MastodonSettings()).token_command)

    @property
    def accounts(self) -> list[str]:
        """The accounts that have a token command."""
        return [name for name in ("x", "bluesky", *self.mastodon) if self.token_command(name)]


class _Export(Struct, frozen=True, forbid_unknown_fields=True):
    x_text: Annotated[Literal["full", "link"], Meta(description='"full" or "link"')] = "full"


class _Sources(Struct, frozen=True, forbid_unknown_fields=True):
    default: Words = ()
    x: XSettings = XSettings()
    bluesky: BlueskySettings = BlueskySettings()


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    """The tables of the file as it is read; `Config` is what the program uses."""

    theme: Text = ""
    sources: _Sources = _Sources()
    network: NetSettings = NetSettings()
    grouping: GroupingSettings = GroupingSettings()
    export: _Export = _Export()
    retention: _Retention = _Retention()
    keys: dict[str, Words] = field(default_factory=dict)


def load(path: Path | None = None) -> Config:
    """Read the settings; raises BadInput naming file, line and key where they are wrong."""
    path = path or paths().config
    try:
        file, mastodon = _read(path)
    except TomlFault as fault:
        raise BadInput(fault.sentence(str(path))) from None
    ca_file = _environment("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE") or ""
    if file.network.ca_file not in (None, Path()):
        ca_file = str(file.network.ca_file)
    return Config(
        theme=_environment("TARTANTM_THEME") or file.theme,
        sources=_words(file.sources.default),
        network=replace(file.network, ca_file=Path(ca_file).expanduser() if ca_file else None),
        x=replace(file.sources.x, **_given(url="TARTANTM_X_URL")),
        bluesky=replace(
            file.sources.bluesky,
            **_given(url="TARTANTM_BLUESKY_URL", jetstream="TARTANTM_BLUESKY_JETSTREAM_URL"),
        ),
        grouping=file.grouping,
        mastodon=mastodon,
        x_text=file.export.x_text,
        keep=_period(file),
        inbox=file.grouping.inbox,
        keys={command: _words(keys) for command, keys in file.keys.items()},
    )


def _read(path: Path) -> tuple[_File, dict[str, MastodonSettings]]:
    """The file's settings, and those of each Mastodon server."""
    if not path.exists():
        return _File(), {}
    try:
        document = TomlDocument(read_plain_text(path, own=True))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}.") from None
    tables = dict(document.tables)
    if "sources" in tables and not isinstance(tables["sources"], dict):
        bare: Any = Words
        tables["sources"] = {"default": document.convert(tables["sources"], bare, ("sources",))}
    sources = dict(tables.get("sources", {}))
    for name in sources:
        if name not in _Sources.__struct_fields__ and not name.startswith("mastodon:"):
            raise document.fault(
                ("sources", name),
                f'[sources.{name}] is no source; there are x, bluesky and "mastodon:HOST"',
            )
    mastodon = {
        name: document.convert(sources.pop(name), MastodonSettings, ("sources", name))
        for name in list(sources)
        if name.startswith("mastodon:")
    }
    tables["sources"] = sources
    if isinstance(tables.get("keys"), dict):
        tables["keys"] = dict(_flat(tables["keys"]))
    read = document.convert(tables, _File)
    try:
        _period(read)
    except BadInput as error:
        raise document.fault(("retention", "keep"), str(error).rstrip(".")) from None
    return read, mastodon


def _period(file: _File) -> Period | None:
    return parse_period(file.retention.keep) if file.retention.keep else None


def _environment(*names: str) -> str | None:
    """The first of some variables that is set; "" counts as not set."""
    return next((value for name in names if (value := os.environ.get(name))), None)


def _given(**variables: str) -> dict[str, str]:
    """The settings whose variables are set."""
    return {name: value for name, each in variables.items() if (value := _environment(each))}


def _words(value: tuple[str, ...] | str) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _flat(table: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """A table whose names have dots: TOML takes ``note.star = "s"`` for a table in a table."""
    waiting: list[tuple[KeyPath, object]] = [((name,), value) for name, value in table.items()]
    for path, value in waiting:
        if isinstance(value, dict):
            waiting += [((*path, name), each) for name, each in value.items()]
        else:
            yield ".".join(map(str, path)), value
